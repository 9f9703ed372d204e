// CLOCK_REALTIME and CLOCK_MONOTONIC by way of std::chrono.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/system_clock.hpp"

namespace lavavisor::process {

base::TimePoint SystemClock::now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

std::chrono::milliseconds SystemClock::steady() {
  return std::chrono::floor<std::chrono::milliseconds>(
      std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace lavavisor::process
