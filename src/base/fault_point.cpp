// Counts the boundaries passed and dies at the one asked for; empty in ordinary builds.
// SPDX-License-Identifier: Apache-2.0
#include "base/fault_point.hpp"

#ifdef LAVAVISOR_FAULT_POINTS

#include <signal.h>

#include <atomic>
#include <cstdlib>

namespace lavavisor::base {

void fault_point() {
  static const long fatal = [] {
    const char* text = std::getenv("LAVAVISOR_FAULT_POINT");
    return text == nullptr ? 0 : std::strtol(text, nullptr, 10);
  }();
  static std::atomic<long> passed{0};
  if (++passed == fatal) {
    ::raise(SIGKILL);
  }
}

}  // namespace lavavisor::base

#endif
