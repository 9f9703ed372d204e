// What a pass did, as events that an operator is told of.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/event.hpp"
#include "model/plan.hpp"
#include "model/report.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lavavisor::view {

/// "upgrade", "rollback", "quarantine", "failure", "recovery".
std::string name_of(model::Event::Kind kind);

/// Why services move to another release, by service. A start by itself says only that the service
/// was down; that it moved, too, is said where its unit is written.
using Moves = std::map<std::string, model::Reason>;
Moves moves_of(const model::Plan& plan);

/// The upgrade or rollback that a step has done, of a plan with these moves; none: it did neither.
std::optional<model::Event> move_of(const model::StepReport& report,
                                    const Moves& moves,
                                    base::TimePoint at);

/// The upgrade whose failure is to blame on its release; none: the step is no upgrade that failed.
const model::RestartUnit* failed_upgrade(const model::StepReport& report);

/// That `release` is in quarantine now; `service` "" = which one's gate it failed is not known.
model::Event quarantine_of(const model::Release& release,
                           const std::string& reason,
                           const std::string& service,
                           base::TimePoint at);

/// All that is wrong after a pass, in the log's words: its `failed` steps, the plan's problems, and
/// what it holds back for a download that failed; "" = nothing.
std::string failure_text(const model::Plan& plan, const std::vector<model::StepReport>& failed);

/// What there is to tell when `now` is wrong and `standing` was told last, both as failure_text()
/// has them. Where only an age, a size or another such number differs, there is nothing to tell.
std::optional<model::Event> change_of_failure(const std::string& standing,
                                              const std::string& now,
                                              base::TimePoint at);

}  // namespace lavavisor::view
