// Whether a running service answers as its operator says it must.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "model/desired.hpp"

#include <chrono>
#include <stop_token>

namespace lavavisor::ports {

class HealthProbe {
 public:
  virtual ~HealthProbe() = default;

  /// Try each of `health`'s http, tcp and command once, within `limit` for all; nothing asked is
  /// healthy. The failure says which one and what came back. `command` runs as the service's
  /// `user`.
  virtual base::Result<void> check(const model::Health& health,
                                   const std::string& user,
                                   std::chrono::milliseconds limit,
                                   std::stop_token stop) = 0;
};

}  // namespace lavavisor::ports
