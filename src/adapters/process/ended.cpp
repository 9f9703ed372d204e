// The C library knows the signals' names.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/ended.hpp"

#include <string.h>

namespace lavavisor::process {

int exit_code_of(const Ended& end) {
  return end.signal == 0 ? end.code : 128 + end.signal;
}

std::string words_of(const Ended& end) {
  return end.signal == 0 ? "exited with status " + std::to_string(end.code)
                         : "was killed by " + signal_name(end.signal);
}

std::string signal_name(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name == nullptr ? std::to_string(signal) : std::string{"SIG"} + name;
}

}  // namespace lavavisor::process
