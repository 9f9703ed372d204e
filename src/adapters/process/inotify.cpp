// Events are of variable length and unaligned in what read(2) gives.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/inotify.hpp"

#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace lavavisor::process {

using std::chrono::milliseconds;

Inotify::Inotify() : m_fd{::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)} {}

int Inotify::watch(const std::filesystem::path& folder, std::uint32_t events) const {
  return ::inotify_add_watch(m_fd.get(), folder.c_str(), events | IN_ONLYDIR);
}

void Inotify::unwatch(int watch) const {
  (void)::inotify_rm_watch(m_fd.get(), watch);
}

bool Inotify::wait(int wake, milliseconds limit) const {
  std::array<pollfd, 2> waits = {pollfd{m_fd.get(), POLLIN, 0}, pollfd{wake, POLLIN, 0}};
  const int limit_ms = static_cast<int>(std::max(limit, milliseconds{0}).count());
  return ::poll(waits.data(), waits.size(), limit_ms) > 0 && (waits[0].revents & POLLIN) != 0 &&
         (waits[1].revents & POLLIN) == 0;
}

std::vector<FileEvent> Inotify::read() const {
  std::vector<FileEvent> events;
  std::array<char, 16'384> bytes{};
  ssize_t size = 0;
  while ((size = ::read(m_fd.get(), bytes.data(), bytes.size())) > 0) {
    for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
      inotify_event event{};
      std::memcpy(&event, bytes.data() + at, sizeof event);
      // The name is padded with NULs.
      const char* name = event.len > 0 ? bytes.data() + at + sizeof event : "";
      events.push_back({event.wd, event.mask, name});
      at += sizeof event + event.len;
    }
  }
  return events;
}

bool is_unwritten(const std::filesystem::path& file) {
  struct stat status {};
  return ::lstat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode) && status.st_nlink == 1;
}

}  // namespace lavavisor::process
