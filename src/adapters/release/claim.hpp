// One process at a time obtains a release; the others wait until it is done or dead.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/fd.hpp"
#include "base/result.hpp"
#include "model/layout.hpp"
#include "ports/binaries.hpp"

#include <memory>
#include <stop_token>

namespace lavavisor::release {

/// An exclusive flock(2) on model::claim_file, which is removed when it ends.
class FileClaim : public ports::Claim {
 public:
  /// Take the lock, waiting for it by inotify(7) on the file: its holder's close is an event,
  /// however the holder ends. Where there are no such events (none left, or the holder is another
  /// host's on a shared file system), the lock is tried again five times a second. The folder is
  /// created where missing. Fails when `stop` is requested while another one has the lock.
  static base::Result<std::unique_ptr<FileClaim>> acquire(const model::Path& directory,
                                                          const model::Release& release,
                                                          std::stop_token stop);

  FileClaim(const FileClaim&) = delete;
  FileClaim& operator=(const FileClaim&) = delete;
  ~FileClaim() override;

 private:
  FileClaim(model::Path path, base::Fd file) : m_path(std::move(path)), m_file(std::move(file)) {}

  model::Path m_path;
  base::Fd m_file;
};

}  // namespace lavavisor::release
