// flock(2) with a pid in the file for those who come too late.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/directory_lock.hpp"

#include "base/file.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <string>

namespace lavavisor::process {
namespace {

/// The pid in the file, if a process has it; one that died left its pid behind.
std::optional<pid_t> holder_in(int file) {
  std::array<char, 32> text{};
  const ssize_t size = ::pread(file, text.data(), text.size(), 0);
  pid_t pid = 0;
  if (size <= 0 || std::from_chars(text.data(), text.data() + size, pid).ec != std::errc{} ||
      pid <= 0 || (::kill(pid, 0) != 0 && errno != EPERM)) {
    return std::nullopt;
  }
  return pid;
}

}  // namespace

DirectoryLock::Outcome DirectoryLock::acquire(const model::Path& directory) {
  if (auto made = base::make_directories(directory); !made) {
    return made.error();
  }
  const auto path = model::lock_file(directory);
  const auto error = [&](int code) {
    return base::Error{"cannot lock " + path.string() + ": " + base::errno_text(code)};
  };
  base::Fd file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644)};
  struct stat found {};
  if (!file || ::fstat(file.get(), &found) != 0) {
    return error(errno);
  }
  if (!S_ISREG(found.st_mode)) {
    return base::Error{"cannot lock " + path.string() + ": it is not a regular file; remove it"};
  }
  while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) {
      return LockHeld{holder_in(file.get())};
    }
    if (errno != EINTR) {
      return error(errno);
    }
  }
  // The pid is a help for people; a full disk must not stop us here.
  const auto pid = std::to_string(::getpid()) + "\n";
  [[maybe_unused]] const bool told =
      ::ftruncate(file.get(), 0) == 0 && ::pwrite(file.get(), pid.data(), pid.size(), 0) > 0;
  return DirectoryLock{std::move(file)};
}

DirectoryLock::~DirectoryLock() {
  if (m_file) {
    [[maybe_unused]] const auto emptied = ::ftruncate(m_file.get(), 0);
  }
}

}  // namespace lavavisor::process
