// Passes, one after the other at once, until one has learnt nothing new.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reconcile/reconcile.hpp"

#include <chrono>

namespace lavavisor::reconcile {

/// What came of the passes: the last one, with the steps of all.
struct Settled {
  Pass last;                 ///< its report holds the steps of all passes
  bool failed = false;       ///< something went wrong in one of them
  bool rolled_back = false;  ///< a release failed its gate, and the services left it again
};

/// Reconcile until a pass learns nothing that would make the next one plan differently; a failed
/// health gate makes the next pass plan without that release, and so a rollback is no special path.
/// `retry_after` as learn() takes it.
Settled settle(const model::Desired& desired,
               const ports::Sensors& sensors,
               const ports::Actuators& actuators,
               Listener& listener,
               model::Learnt& learnt,
               std::chrono::milliseconds retry_after,
               std::stop_token stop);

inline constexpr const char* k_converged = "converged";

/// The contract's word: k_converged, "changed", "failed" or "rolled_back".
const char* result_word(const Settled& settled);

}  // namespace lavavisor::reconcile
