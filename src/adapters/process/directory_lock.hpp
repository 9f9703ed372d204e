// One lavavisor at a time per directory.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/fd.hpp"
#include "base/result.hpp"
#include "model/layout.hpp"

#include <sys/types.h>

#include <optional>
#include <variant>

namespace lavavisor::process {

/// Another process holds the lock.
struct LockHeld {
  std::optional<pid_t> pid;  ///< none: it has not said yet who it is
};

class DirectoryLock {
 public:
  using Outcome = std::variant<DirectoryLock, LockHeld, base::Error>;

  /// Take the lock of `directory` (flock(2) on model::lock_file, which then holds our pid), without
  /// waiting. The directory is created where missing. The lock ends with this object, or with the
  /// process however it ends.
  static Outcome acquire(const model::Path& directory);

  DirectoryLock(DirectoryLock&&) noexcept = default;
  DirectoryLock& operator=(DirectoryLock&&) = delete;
  ~DirectoryLock();

 private:
  explicit DirectoryLock(base::Fd file) : m_file(std::move(file)) {}

  base::Fd m_file;
};

}  // namespace lavavisor::process
