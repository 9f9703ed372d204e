// Carries out a plan, step by step, and reports what became of each.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "model/gate.hpp"
#include "model/plan.hpp"
#include "model/report.hpp"
#include "ports/actuators.hpp"

#include <cstddef>
#include <stop_token>
#include <string>

namespace lavavisor::apply {

/// Who is told while it happens: the ledger's journal, the log, a display. Each takes what it is
/// for.
class Listener {
 public:
  virtual ~Listener() = default;

  virtual void step_started(std::size_t /*index*/, const model::Step& /*step*/) {}
  virtual void step_ended(std::size_t /*index*/, const model::StepReport& /*report*/) {}
  virtual void download_progress(const model::Release& /*release*/,
                                 const ports::FetchProgress& /*progress*/) {}

  /// A service that is being started has come to another part of its way to be healthy.
  virtual void gate_moved(const std::string& /*service*/, model::Gate /*gate*/) {}
};

/// Carry out `plan` for `desired`. A step whose needs failed is skipped; the others go on (a reload
/// of the manager is skipped only when nothing that it was for has been written). Starts
/// and restarts that stand together are done together, and each ends when its service is healthy
/// or has failed to become so; an upgrade that fails is quarantined at once. When `stop` is
/// requested the step at work is ended cleanly and the rest is skipped.
model::Report apply(const model::Plan& plan,
                    const model::Desired& desired,
                    const ports::Actuators& actuators,
                    Listener& listener,
                    std::stop_token stop);

}  // namespace lavavisor::apply
