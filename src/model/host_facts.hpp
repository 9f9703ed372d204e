// What `doctor` learns of a host beside what every pass observes: plain facts, not judged.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lavavisor::model {

/// A path as stat(2) tells it, and what this process may do there, by its effective user.
struct PathFacts {
  std::filesystem::path path;
  bool exists = false;
  std::string trouble;            ///< why it can't be looked at; "" = it can
  std::filesystem::path nearest;  ///< the deepest part of `path` that there is; `path` if it exists
  bool is_directory = false;      ///< from here on all is of `nearest`
  unsigned mode = 0;              ///< permission bits
  uid_t owner = 0;
  gid_t group = 0;
  std::string owner_name;  ///< a name, else the number
  bool readable = false;
  bool writable = false;
  bool executable = false;  ///< of a folder: may be entered
};

/// The file system that a path is on (statfs(2)).
struct Volume {
  std::uint64_t size = 0;    ///< bytes
  std::uint64_t free = 0;    ///< bytes, for who is not root
  std::uint64_t inodes = 0;  ///< 0 = it does not count them
  std::uint64_t free_inodes = 0;
  bool read_only = false;
  bool no_exec = false;
  bool in_memory = false;  ///< tmpfs or ramfs
};

/// A TCP socket that listens on this host.
struct Listener {
  std::string host;  ///< "127.0.0.1", "::1"; a wildcard is "0.0.0.0" or "::"
  unsigned port = 0;
  uid_t user = 0;       ///< whose it is
  pid_t pid = 0;        ///< 0 = we may not know
  std::string program;  ///< its name (/proc/PID/comm); "" likewise
  std::string unit;     ///< systemd unit that it runs in: "x.service"; "" = none, or not known
};

/// What the kernel goes by when it starts a program (elf(5)).
struct Elf {
  unsigned machine = 0;    ///< e_machine: 62 = x86-64, 183 = AArch64 ...
  unsigned word_size = 0;  ///< bits: 32 or 64
  bool big_endian = false;
  std::string interpreter;  ///< the dynamic loader that it asks for; "" = none, it is static
  bool interpreter_missing = false;

  bool operator==(const Elf&) const = default;
};

/// The head of one HTTP answer.
struct HttpLook {
  base::Result<long> status{0};  ///< or why there was none
  std::chrono::milliseconds took{0};
  base::TimePoint at;                               ///< our time when it came
  std::optional<base::TimePoint> date;              ///< theirs: the Date header, whole seconds
  std::optional<base::TimePoint> certificate_ends;  ///< of https
};

/// What systemd says of itself and of units of some names.
struct ManagerFacts {
  std::string version;                         ///< "252.39-1~deb12u1"
  std::string state;                           ///< running, degraded, maintenance ...
  std::vector<std::string> failed;             ///< units
  std::map<std::string, std::string> enabled;  ///< unit file -> enabled, disabled, static ...
  std::map<std::string, std::string> active;   ///< loaded unit -> active, inactive ...
};

/// What polkit says of an action that somebody wants to do.
enum class Authorization { yes, no, after_a_password };

}  // namespace lavavisor::model
