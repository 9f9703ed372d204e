// statfs(2), adjtimex(2), /proc/locks.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/host_look.hpp"

#include "adapters/process/path_facts.hpp"
#include "base/file.hpp"
#include "model/layout.hpp"

#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <sys/vfs.h>

#include <cerrno>
#include <charconv>
#include <fstream>
#include <sstream>
#include <string>

namespace lavavisor::process {
namespace {

namespace fs = std::filesystem;

/// timedated takes a clock for synchronized below this (systemd, src/basic/time-util.c,
/// ntp_synced).
constexpr long k_largest_error_usec = 16'000'000;

/// The last of "08:01:12345" is an inode's number.
bool is_of_inode(const std::string& place, ino_t inode) {
  const auto colon = place.rfind(':');
  return colon != std::string::npos && place.substr(colon + 1) == std::to_string(inode);
}

}  // namespace

base::Result<model::Volume> look_at_volume(const fs::path& path) {
  const auto nearest = look_at_path(path).nearest;
  struct statvfs room {};
  struct statfs kind {};
  if (::statvfs(nearest.c_str(), &room) != 0 || ::statfs(nearest.c_str(), &kind) != 0) {
    return base::fail("cannot look at the file system of " + nearest.string() + ": " +
                      base::errno_text(errno));
  }
  const auto type = static_cast<std::uint64_t>(kind.f_type);
  return model::Volume{.size = room.f_blocks * room.f_frsize,
                       .free = room.f_bavail * room.f_frsize,
                       .inodes = room.f_files,
                       .free_inodes = room.f_favail,
                       .read_only = (room.f_flag & ST_RDONLY) != 0,
                       .no_exec = (room.f_flag & ST_NOEXEC) != 0,
                       .in_memory = type == TMPFS_MAGIC || type == RAMFS_MAGIC};
}

std::optional<pid_t> lock_holder(const fs::path& directory, const fs::path& proc) {
  struct stat lock {};
  if (::stat(model::lock_file(directory).c_str(), &lock) != 0) {
    return std::nullopt;
  }
  // 1: FLOCK  ADVISORY  WRITE 4711 08:01:12345 0 EOF
  std::ifstream locks{proc / "locks"};
  for (std::string line; std::getline(locks, line);) {
    std::istringstream words{line};
    std::string number;
    std::string kind;
    std::string advice;
    std::string access;
    std::string pid_text;
    std::string place;
    words >> number >> kind >> advice >> access >> pid_text >> place;
    if (kind == "FLOCK" && is_of_inode(place, lock.st_ino)) {
      pid_t pid = 0;
      std::from_chars(pid_text.data(), pid_text.data() + pid_text.size(), pid);
      return pid > 0 ? pid : 0;
    }
  }
  return std::nullopt;
}

std::optional<bool> clock_synchronized() {
  timex clock{};
  return ::adjtimex(&clock) < 0 ? std::nullopt
                                : std::optional{clock.maxerror < k_largest_error_usec};
}

}  // namespace lavavisor::process
