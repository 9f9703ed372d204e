// The pipeline: observe, plan, apply; and again at once where a pass learnt something.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "apply/apply.hpp"
#include "model/desired.hpp"
#include "model/observed.hpp"
#include "model/plan.hpp"
#include "model/report.hpp"
#include "ports/actuators.hpp"
#include "ports/sensors.hpp"

#include <chrono>
#include <stop_token>

namespace lavavisor::reconcile {

/// What one pass saw, meant and did.
struct Pass {
  model::Observed observed;
  model::Plan plan;
  model::Report report;
};

/// Who is told as passes go on.
class Listener : public apply::Listener {
 public:
  /// A plan is made and about to be carried out.
  virtual void planned(const model::Observed& /*observed*/, const model::Plan& /*plan*/) {}
};

/// Look and plan, changing nothing.
Pass preview(const model::Desired& desired,
             const ports::Sensors& sensors,
             const model::Learnt& learnt,
             std::stop_token stop);

/// One pass. What it learnt about chain and binaries goes to the ledger before anything is done.
Pass reconcile_once(const model::Desired& desired,
                    const ports::Sensors& sensors,
                    const ports::Actuators& actuators,
                    const model::Learnt& learnt,
                    Listener& listener,
                    std::stop_token stop);

/// For a process that ends after it: what fails is not tried again by it.
inline constexpr std::chrono::milliseconds k_never{std::chrono::milliseconds::max()};

/// Add to `learnt` what the pass found out: releases that can't be had or are unfit, not to be
/// tried again for `retry_after`, doubled with each failure in a row up to 5 min, and quarantines
/// that the ledger did not take. True when there is something that makes another pass, at once,
/// plan differently.
bool learn(const Pass& pass, std::chrono::milliseconds retry_after, model::Learnt& learnt);

/// Whether anything in the pass went wrong: a step failed, or the plan has a problem.
bool failed(const Pass& pass);

/// True when all that went wrong is that no version is known, neither from the chain nor from
/// before.
bool only_lacks_versions(const Pass& pass);

}  // namespace lavavisor::reconcile
