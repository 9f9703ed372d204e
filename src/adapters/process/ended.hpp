// How a process ended, in numbers and words.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>

namespace lavavisor::process {

struct Ended {
  pid_t pid = 0;
  int code = 0;    ///< exit status; with a signal 0
  int signal = 0;  ///< 0 = it exited by itself
};

/// As a shell counts: the exit status, or 128 + the signal.
int exit_code_of(const Ended& end);

/// "exited with status 1", "was killed by SIGSEGV"
std::string words_of(const Ended& end);

/// "SIGTERM"; the number of one that has no name.
std::string signal_name(int signal);

}  // namespace lavavisor::process
