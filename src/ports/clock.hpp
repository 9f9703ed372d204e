// Time, so that tests can drive it by hand.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

#include <chrono>

namespace lavavisor::ports {

class Clock {
 public:
  virtual ~Clock() = default;

  /// Wall-clock time, for what is recorded and compared with timestamps from outside.
  virtual base::TimePoint now() = 0;

  /// Time since some start that never jumps, for measuring how long something took.
  virtual std::chrono::milliseconds steady() = 0;
};

}  // namespace lavavisor::ports
