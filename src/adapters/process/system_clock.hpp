// The clocks of this machine.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/clock.hpp"

namespace lavavisor::process {

class SystemClock final : public ports::Clock {
 public:
  base::TimePoint now() override;
  std::chrono::milliseconds steady() override;
};

}  // namespace lavavisor::process
