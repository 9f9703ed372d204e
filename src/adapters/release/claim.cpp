// flock(2) can't be waited for together with a stop, so it is tried whenever the file tells that
// somebody closed or removed it.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/claim.hpp"

#include "base/file.hpp"
#include "base/log.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace lavavisor::release {
namespace {

using base::Result;
using std::chrono::milliseconds;

/// The kernel tells of a close shortly before the lock goes with it.
constexpr milliseconds k_shortly{1};
constexpr milliseconds k_longest_pause{200};

Result<base::Fd> open_lock(const model::Path& path) {
  constexpr int k_flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  base::Fd file{::open(path.c_str(), O_RDWR | O_CREAT | k_flags, 0644)};
  const int code = errno;
  if (!file) {
    file = base::Fd{::open(path.c_str(), O_RDONLY | k_flags)};  // another user's
  }
  if (!file) {
    return base::fail("cannot open " + path.string() + ": " +
                      (code == ELOOP ? "it is a symbolic link" : base::errno_text(code)));
  }
  struct stat found {};
  if (::fstat(file.get(), &found) != 0 || !S_ISREG(found.st_mode)) {
    return base::fail("cannot use " + path.string() + ": it is not a regular file; remove it");
  }
  return file;
}

/// False when another one has the lock.
Result<bool> try_lock(int file, const model::Path& path) {
  while (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) {
      return false;
    }
    if (errno != EINTR) {
      return base::fail("cannot lock " + path.string() + ": " + base::errno_text(errno));
    }
  }
  return true;
}

bool stands_at(int file, const model::Path& path) {
  struct stat ours {};
  struct stat there {};
  return ::fstat(file, &ours) == 0 && ::lstat(path.c_str(), &there) == 0 &&
         ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

void write_pid(int file) {
  // The pid is a help for people; a full disk must not stop us here.
  const auto pid = std::to_string(::getpid()) + "\n";
  [[maybe_unused]] const bool told =
      ::ftruncate(file, 0) == 0 && ::pwrite(file, pid.data(), pid.size(), 0) > 0;
}

/// " (pid 4711)", or nothing where the holder could not write it.
std::string holder_in(int file) {
  std::array<char, 32> text{};
  const ssize_t size = ::pread(file, text.data(), text.size(), 0);
  pid_t pid = 0;
  const bool known =
      size > 0 && std::from_chars(text.data(), text.data() + size, pid).ec == std::errc{};
  return known ? " (pid " + std::to_string(pid) + ")" : "";
}

/// What happens to the file at a path, from now on.
class Changes {
 public:
  Changes(const model::Path& path, std::stop_token stop)
      : m_inotify{::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)},
        m_stop{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)},
        m_on_stop{std::move(stop), [fd = m_stop.get()] {
                    ::eventfd_write(fd, 1);
                  }} {
    // A holder that may only read the file ends with IN_CLOSE_NOWRITE; IN_ATTRIB: it was unlinked.
    ::inotify_add_watch(m_inotify.get(), path.c_str(), IN_CLOSE | IN_ATTRIB | IN_DELETE_SELF);
  }

  /// Wait until something happened, the stop was requested, or a pause is over. The pauses grow.
  void wait() {
    std::array<pollfd, 2> waits = {pollfd{m_inotify.get(), POLLIN, 0},
                                   pollfd{m_stop.get(), POLLIN, 0}};
    ::poll(waits.data(), waits.size(), static_cast<int>(m_pause.count()));
    std::array<char, 4096> events{};
    bool any = false;
    while (::read(m_inotify.get(), events.data(), events.size()) > 0) {
      any = true;
    }
    m_pause = any ? k_shortly : std::min(2 * m_pause, k_longest_pause);
  }

 private:
  base::Fd m_inotify;
  base::Fd m_stop;
  std::stop_callback<std::function<void()>> m_on_stop;
  milliseconds m_pause = k_shortly;
};

class Queue {
 public:
  Queue(const model::Path& path, const model::Release& release, std::stop_token stop)
      : m_path{path}, m_release{release}, m_stop{std::move(stop)} {}

  /// Wait for the lock of `file`; false when another file stands at the path by then.
  Result<bool> wait_for(int file) {
    std::optional<Changes> changes;
    for (;;) {
      const auto locked = try_lock(file, m_path);
      if (!locked || !stands_at(file, m_path)) {
        return locked.map([](bool) { return false; });
      }
      if (*locked) {
        return true;
      }
      if (m_stop.stop_requested()) {
        return base::fail("interrupted while another lavavisor" + holder_in(file) + " obtains it");
      }
      if (changes) {
        changes->wait();
      } else {
        tell(file);
        changes.emplace(m_path, m_stop);  // and look again: it may have come too late
      }
    }
  }

 private:
  void tell(int file) {
    if (!std::exchange(m_told, true)) {
      base::log_info("another lavavisor" + holder_in(file) + " is obtaining release " +
                     m_release.name + "; waiting for it");
    }
  }

  const model::Path& m_path;
  const model::Release& m_release;
  std::stop_token m_stop;
  bool m_told = false;
};

}  // namespace

Result<std::unique_ptr<FileClaim>> FileClaim::acquire(const model::Path& directory,
                                                      const model::Release& release,
                                                      std::stop_token stop) {
  const auto path = model::claim_file(directory, release);
  Queue queue{path, release, std::move(stop)};
  for (;;) {
    if (auto made = base::make_directories(path.parent_path()); !made) {
      return tl::make_unexpected(made.error());
    }
    auto file = open_lock(path);
    if (!file) {
      return tl::make_unexpected(file.error());
    }
    const auto locked = queue.wait_for(file->get());
    if (!locked) {
      return tl::make_unexpected(locked.error());
    }
    if (*locked) {
      write_pid(file->get());
      return std::unique_ptr<FileClaim>{new FileClaim{path, std::move(*file)}};
    }
  }
}

FileClaim::~FileClaim() {
  if (stands_at(m_file.get(), m_path)) {
    ::unlink(m_path.c_str());
  }
}

}  // namespace lavavisor::release
