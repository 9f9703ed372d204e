// Waits until services that were just started are healthy, or will not be.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "model/desired.hpp"
#include "model/gate.hpp"
#include "ports/actuators.hpp"

#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace lavavisor::apply {

/// What became of a service at the gate.
struct Verdict {
  base::Result<void> healthy;
  bool was_stopped =
      false;  ///< by somebody, or it ended in order: that says nothing of the release
};

using OnGate = std::function<void(const std::string& service, model::Gate gate)>;

/// Await each service of `services`: active, the same process and no restart for `health.settle`,
/// then its http, tcp and command checks, all within `health.timeout`. It has failed for good when
/// systemd gives it up or restarted it three times. One result per service, by name. `on_gate` is
/// told where each is.
std::map<std::string, Verdict> await_healthy(const std::vector<const model::Service*>& services,
                                             const ports::Actuators& actuators,
                                             const OnGate& on_gate,
                                             std::stop_token stop);

}  // namespace lavavisor::apply
