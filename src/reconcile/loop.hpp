// The loop around the pipeline: when to look, when to read the configuration again, when to wait.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "ports/clock.hpp"
#include "ports/supervisor.hpp"
#include "reconcile/wake_box.hpp"

#include <chrono>
#include <stop_token>
#include <string>

namespace lavavisor::reconcile {

struct TurnResult {
  bool failed = false;
  std::string status;  ///< one sentence on how things are
};

/// What the loop drives.
class Turns {
 public:
  virtual ~Turns() = default;

  /// Read the configuration. True when it is another one than before; an error leaves the old one
  /// in force.
  virtual base::Result<bool> reload() = 0;

  /// Reconcile until settled. What can't be had now is not tried again for `retry_after`.
  virtual TurnResult turn(std::chrono::milliseconds retry_after, std::stop_token stop) = 0;

  /// How often to look, by the configuration in force.
  virtual std::chrono::milliseconds interval() const = 0;
};

/// Turn after turn until `stop` is requested: every interval (+-10 %), after failed turns ever more
/// slowly, and at once when `wakes` has word. The first configuration must have been read.
void loop(Turns& turns,
          WakeBox& wakes,
          ports::Supervisor& supervisor,
          ports::Clock& clock,
          std::stop_token stop);

}  // namespace lavavisor::reconcile
