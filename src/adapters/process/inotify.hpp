// What happens in folders, as inotify(7) tells it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/fd.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace lavavisor::process {

struct FileEvent {
  int watch = -1;          ///< as Inotify::watch gave it; -1 with IN_Q_OVERFLOW
  std::uint32_t mask = 0;  ///< IN_*
  std::string name;        ///< of the folder's entry; "" = the folder itself
};

class Inotify {
 public:
  Inotify();

  /// False where the system has no instance left; errno says why.
  explicit operator bool() const { return static_cast<bool>(m_fd); }

  /// Watch `folder` for `events` (IN_*). The same folder gives the same number again, however it is
  /// spelt. -1 = it can't be watched; errno says why.
  int watch(const std::filesystem::path& folder, std::uint32_t events) const;

  /// Watch it no longer; no harm where it is gone.
  void unwatch(int watch) const;

  /// Wait for events; false when `wake` can be read, or `limit` is over, before there are any.
  bool wait(int wake, std::chrono::milliseconds limit) const;

  /// Take all that are there.
  std::vector<FileEvent> read() const;

 private:
  base::Fd m_fd;
};

/// A file that has just been created and is not written yet; one that was linked there is whole.
bool is_unwritten(const std::filesystem::path& file);

}  // namespace lavavisor::process
