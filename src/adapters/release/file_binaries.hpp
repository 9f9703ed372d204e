// The binaries below <directory>/upgrades: looked at, and changed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/binaries.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace lavavisor::release {

class FileBinaryInventory : public ports::BinaryInventory {
 public:
  /// A link upgrades/v<release>/lavap that leads to a regular file counts as that file. One is held
  /// when somebody has locked it, shared or not (fcntl(2), open file description locks).
  base::Result<std::vector<ports::InstalledFile>> installed(const model::Path& directory) override;

  base::Result<std::string> hash(const model::Path& file) override;

  /// A link to a release of ours that is not installed still tells its release. A chain of links
  /// is followed up to the first binary, ours or another directory's.
  model::LinkState linked(const model::Path& directory, const model::Path& link) override;
};

class FileBinaryStore : public ports::BinaryStore {
 public:
  /// The claim is flock(2) on model::claim_file, which holds the pid of its holder meanwhile.
  base::Result<ports::Claimed> claim(const model::Path& directory,
                                     const model::Release& release,
                                     std::stop_token stop) override;

  /// `staged` must be on the file system of `directory`; its resume note goes with it.
  base::Result<base::FileStamp> install(const model::Path& directory,
                                        const model::Release& release,
                                        const model::Path& staged) override;

  void discard(const model::Path& staged) override;

  /// What others put beside the binary stays, and with it the folder; a warning is logged then.
  base::Result<void> remove(const model::Path& directory, const model::Release& release) override;

  /// The link's folder is created where missing.
  base::Result<void> link(const model::Path& directory,
                          const model::Release& release,
                          const model::Path& link) override;
};

}  // namespace lavavisor::release
