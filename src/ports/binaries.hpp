// The installed binaries: looked at, probed, changed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/file.hpp"
#include "model/layout.hpp"
#include "model/observed.hpp"

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace lavavisor::ports {

struct InstalledFile {
  model::Release release;
  base::FileStamp stamp;
  bool held = false;  ///< somebody runs it (a wrapper's child) and wants it to stay
};

class BinaryInventory {
 public:
  virtual ~BinaryInventory() = default;

  /// Every regular file upgrades/v<release>/lavap below `directory`, ordered by release; a
  /// directory that does not exist has none.
  virtual base::Result<std::vector<InstalledFile>> installed(const model::Path& directory) = 0;

  /// SHA-256 of a file.
  virtual base::Result<std::string> hash(const model::Path& file) = 0;

  /// What stands at `link`. A link that leads into another directory's upgrades/v*/lavap, and
  /// anything that is no link, is foreign.
  virtual model::LinkState linked(const model::Path& directory, const model::Path& link) = 0;
};

class BinaryProber {
 public:
  virtual ~BinaryProber() = default;

  /// Run `binary version` as `user` (for root: nobody in place of "", root and a user that this
  /// host lacks), with a scratch HOME and --home, no inherited environment or descriptors, within
  /// 10 s; the version that it prints.
  virtual base::Result<model::Version> probe(const model::Path& binary,
                                             const std::string& user) = 0;
};

/// The exclusive right to obtain one release for one directory, among all processes; it ends with
/// this object, or with the process however it ends.
class Claim {
 public:
  virtual ~Claim() = default;
};

struct Claimed {
  std::unique_ptr<Claim> claim;
  std::optional<base::FileStamp>
      installed;  ///< what stands at the release's place now; none = none
};

class BinaryStore {
 public:
  virtual ~BinaryStore() = default;

  /// Claim `release` before it is obtained. Waits for another one who does so, or who died while
  /// it did; fails when `stop` is requested meanwhile.
  virtual base::Result<Claimed> claim(const model::Path& directory,
                                      const model::Release& release,
                                      std::stop_token stop) = 0;

  /// Move the verified `staged` file to its place as upgrades/v<release>/lavap, mode 0755, synced
  /// and atomic; one that stood there is replaced. The stamp of the file in place.
  virtual base::Result<base::FileStamp> install(const model::Path& directory,
                                                const model::Release& release,
                                                const model::Path& staged) = 0;

  /// Remove a staged file that turned out to be unfit, and what belongs to it.
  virtual void discard(const model::Path& staged) = 0;

  /// Remove upgrades/v<release> with what lavavisor put into it; not there is no failure.
  virtual base::Result<void> remove(const model::Path& directory,
                                    const model::Release& release) = 0;

  /// Let `link` lead to the release's binary, atomically.
  virtual base::Result<void> link(const model::Path& directory,
                                  const model::Release& release,
                                  const model::Path& link) = 0;
};

}  // namespace lavavisor::ports
