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

/// How long what lies between two steps of a turn may take: to look at everything anew, with every
/// binary to be hashed and probed. A step tells its own limit.
inline constexpr std::chrono::milliseconds k_between_steps = std::chrono::minutes{5};

struct TurnResult {
  bool failed = false;
  std::string status;  ///< one sentence on how things are
};

/// What the loop drives.
class Turns {
 public:
  virtual ~Turns() = default;

  /// Read the configuration, leaving the one in force as it is. True when it is another one, which
  /// take_up() may put in force; an error when it is broken.
  virtual base::Result<bool> read_again() = 0;

  /// Put in force what read_again() found last.
  virtual void take_up() = 0;

  /// Let the next turn ask and try everything anew, whatever was to wait.
  virtual void start_afresh() = 0;

  /// Reconcile until settled.
  virtual TurnResult turn(std::stop_token stop) = 0;

  /// How often to look, by the configuration in force.
  virtual std::chrono::milliseconds interval() const = 0;
};

/// Turn after turn until `stop` is requested: every interval (+-10 %), after failed turns more
/// slowly, up to a minute apart, and at once when `wakes` has word: of another configuration, a
/// SIGHUP, other versions on the chain, a binary that arrived, a unit that stopped. The first
/// configuration must have been read.
void loop(Turns& turns,
          WakeBox& wakes,
          ports::Supervisor& supervisor,
          ports::Clock& clock,
          std::stop_token stop);

}  // namespace lavavisor::reconcile
