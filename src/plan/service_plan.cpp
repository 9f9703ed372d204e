// Compares a service's unit, YAML copy, enablement and process with what they are to be.
// SPDX-License-Identifier: Apache-2.0
#include "plan/service_plan.hpp"

#include "base/sha256.hpp"
#include "plan/choices.hpp"
#include "plan/unit_text.hpp"

#include <string_view>
#include <utility>

namespace lavavisor::plan {
namespace {

using model::Cause;
using model::Desired;
using model::Observed;
using model::Reason;
using model::Service;
using model::UnitState;

Reason because(Cause cause) {
  return {cause, {}, {}};
}

/// Why the service leaves the release that it has now; an empty `from` when it does not.
Reason move_reason(const Desired& desired,
                   const Observed& observed,
                   const UnitState& unit,
                   const model::Selection& selection) {
  const auto current = current_release(desired, unit);
  if (!current || current == selection.release) {
    return because(Cause::asked);
  }
  const bool goes_on = selection.rule == model::Rule::target_release ||
                       selection.rule == model::Rule::target_short ||
                       selection.rule == model::Rule::pinned;
  const bool flees = selection.rule == model::Rule::version_before ||
                     (observed.memory.quarantine.contains(*current) && !goes_on);
  const Cause cause = flees                                   ? Cause::rolled_back
                      : selection.rule == model::Rule::pinned ? Cause::pinned
                                                              : Cause::chain_moved;
  return {cause, current->name, selection.release->name};
}

/// Why the unit's text has to change; what nobody touched changes because the file or the chain
/// did.
Reason text_reason(const Service& service, const UnitState& unit, const Reason& move) {
  if (!unit.file.text) {
    return because(Cause::missing);
  }
  if (!service.adopt.empty() && base::sha256_hex(*unit.file.text) == service.adopt) {
    return because(Cause::adopted);
  }
  if (!is_untouched(*unit.file.text)) {
    return because(Cause::drifted);
  }
  return move;
}

/// Why the running process is not what its unit, which is to be `text`, asks for.
std::optional<Reason> staleness(const Observed& observed,
                                const UnitState& unit,
                                std::string_view text,
                                const ServicePlan& plan) {
  const auto& process = unit.service->process;
  if (!plan.move.from.empty()) {
    return plan.move;
  }
  if (plan.unit && text != unit.file.text) {
    return plan.unit;
  }
  if (plan.config) {
    return plan.config;
  }
  if (!process) {
    return std::nullopt;
  }
  const bool older_than_unit =
      unit.file.modified <= observed.at && process->started_at < unit.file.modified;
  const bool by_other_text =  // where its environment can't be read, times alone must tell
      !process->unit_digest.empty() && !is_signed_with(text, process->unit_digest);
  if (by_other_text || older_than_unit || process->exe_replaced) {
    return because(Cause::stale_process);
  }
  return std::nullopt;
}

void look_at_files(const Desired& desired,
                   const Service& service,
                   const UnitState& unit,
                   std::string_view text,
                   ServicePlan& plan) {
  if (text != unit.file.text) {
    plan.unit = text_reason(service, unit, plan.move);
  } else if (desired.systemd.create_link && !unit.file.linked) {
    plan.unit = because(Cause::drifted);
  }
  if (service.config_path.empty() ||
      unit.file.config_sha256 == base::sha256_hex(service.config_text)) {
    return;
  }
  const bool asked = plan.unit && plan.unit->cause != Cause::drifted;
  plan.config = because(!unit.file.config_sha256 ? Cause::missing
                        : asked                  ? Cause::asked
                                                 : Cause::drifted);
}

void look_at_process(const Observed& observed,
                     const UnitState& unit,
                     std::string_view text,
                     ServicePlan& plan) {
  const bool upgrade = !plan.move.from.empty() && plan.move.cause != Cause::rolled_back;
  if (!is_up(unit) && upgrade) {  // it starts, too, and goes through the upgrade's gate
    plan.run = Run::restart;
    plan.run_reason = plan.move;
    return;
  }
  if (!is_up(unit)) {
    plan.run = Run::start;
    plan.run_reason = because(unit.file.text ? Cause::down : Cause::missing);
    return;
  }
  if (auto stale = staleness(observed, unit, text, plan)) {
    plan.run = Run::restart;
    plan.run_reason = std::move(*stale);
  }
}

}  // namespace

bool is_up(const UnitState& unit) {
  if (!unit.service) {
    return false;
  }
  const auto& state = unit.service->active_state;
  return state == "active" || state == "activating" || state == "reloading";
}

ServicePlan plan_service(const Desired& desired,
                         const Observed& observed,
                         const Service& service,
                         const UnitState& unit,
                         const model::Selection& selection) {
  ServicePlan plan;
  plan.name = service.name;
  plan.release = *selection.release;
  plan.move = move_reason(desired, observed, unit, selection);
  plan.needs_reload = unit.service && unit.service->needs_reload;
  std::string text = unit_text(desired, service, plan.release);
  look_at_files(desired, service, unit, text, plan);
  if (!service.enabled) {
    plan.run = is_up(unit) ? Run::stop : Run::leave;
    plan.disable = unit.file.enabled;
  } else if (desired.systemd.scope != model::Scope::none) {  // else nobody is there to run it
    if (!unit.file.enabled) {
      plan.enable = because(unit.file.text ? Cause::drifted : Cause::missing);
    }
    look_at_process(observed, unit, text, plan);
  }
  if (plan.unit || plan.run != Run::leave) {
    plan.text = std::move(text);
    plan.text_before = unit.file.text.value_or("");
  }
  return plan;
}

}  // namespace lavavisor::plan
