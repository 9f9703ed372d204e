// Running a program to its end: fork, exec, captured output, a time limit, and no way to hang.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/process/identity.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lavavisor::process {

/// Of each output so many bytes are kept, the first ones; what follows is read and dropped, so that
/// the program never waits for us.
inline constexpr std::size_t k_kept_output = 64U << 10U;

enum class Stream { out, err };

struct Command {
  std::vector<std::string> argv;         ///< a first word without "/" is looked for in PATH
  std::vector<std::string> environment;  ///< "NAME=value": all that it gets
  std::string directory = "/";           ///< where it runs; "" = where we are
  std::optional<Identity> identity;      ///< whom to become; none = who we are
  bool confined = false;                 ///< no new privileges, no core file, dies with us
  std::chrono::milliseconds limit{10'000};
  std::chrono::milliseconds grace{0};  ///< between SIGTERM and SIGKILL; 0 = SIGKILL at once
  std::function<void(Stream, std::string_view)>
      on_output;  ///< each piece as it comes; may be empty
};

struct Exited {
  int status = 0;
};
struct Killed {
  int signal = 0;
};
struct TimedOut {};
struct Stopped {};  ///< a stop was requested meanwhile
/// It never ran: which preparation failed ("exec", "setuid" ...) with which errno.
struct NotStarted {
  std::string what;
  int code = 0;
};

struct Finished {
  std::variant<Exited, Killed, TimedOut, Stopped, NotStarted> end;
  std::string out;
  std::string err;
};

/// Run `command` in a session of its own with no descriptor but /dev/null and its two outputs, with
/// default signal handlers and mask. When it ends, at its limit, or when `stop` is requested, all
/// of its process group that is left is killed.
Finished run(const Command& command, std::stop_token stop);

/// Words for how it ended, with the last line of its stderr: "exited with status 1: no such key".
std::string ending(const Finished& finished, std::chrono::milliseconds limit);

/// The last line of `text` that is not blank, printable; "" = none.
std::string last_line(std::string_view text);

}  // namespace lavavisor::process
