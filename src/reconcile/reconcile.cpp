// Each pass is the same few calls in one direction; nothing is asked of what comes before it.
// SPDX-License-Identifier: Apache-2.0
#include "reconcile/reconcile.hpp"

#include "apply/effects.hpp"
#include "base/fault_point.hpp"
#include "base/log.hpp"
#include "observe/observe.hpp"
#include "plan/make_plan.hpp"
#include "reconcile/jitter.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

namespace lavavisor::reconcile {
namespace {

constexpr std::chrono::minutes k_renew_last_known{1};

/// Versions are written when they change, and once a minute so that their age is known.
void remember_chain(const model::Observed& observed, ports::Ledger& ledger) {
  if (!observed.chain.versions) {
    return;
  }
  const auto& known = observed.memory.last_known;
  const bool is_fresh = known && known->versions == *observed.chain.versions &&
                        observed.at - known->seen_at < k_renew_last_known;
  if (!is_fresh) {
    apply::warn_unless(
        ledger.remember_chain({*observed.chain.versions, observed.chain.height, observed.at}));
  }
}

void remember_binaries(const model::Observed& observed, ports::Ledger& ledger) {
  for (const auto& [release, binary] : observed.binaries) {
    const auto known = observed.memory.binaries.find(release);
    const bool is_known =
        known != observed.memory.binaries.end() && binary.record && known->second == *binary.record;
    if (binary.record && !is_known) {
      apply::warn_unless(ledger.record_binary(*binary.record));
    }
  }
}

void remember_condemned(const model::Observed& observed,
                        const model::Plan& plan,
                        ports::Ledger& ledger) {
  for (const auto& condemned : plan.condemned) {
    base::log_warn("release " + condemned.release.name + " is quarantined: " + condemned.reason);
    apply::warn_unless(
        ledger.quarantine(condemned.release, {condemned.reason, observed.at, {}, 1}));
  }
}

bool any_failed(const model::Report& report) {
  return std::any_of(report.steps.begin(), report.steps.end(), [](const auto& step) {
    return step.outcome == model::Outcome::failed || step.outcome == model::Outcome::skipped;
  });
}

}  // namespace

Pass preview(const model::Desired& desired,
             const ports::Sensors& sensors,
             const model::Learnt& learnt,
             std::stop_token stop) {
  Pass pass;
  pass.observed = observe::observe(desired, sensors, learnt, std::move(stop));
  pass.plan = plan::make_plan(desired, pass.observed);
  for (const auto& step : pass.plan.steps) {
    pass.report.steps.push_back({step, model::Outcome::planned, {}, {}});
  }
  return pass;
}

Pass reconcile_once(const model::Desired& desired,
                    const ports::Sensors& sensors,
                    const ports::Actuators& actuators,
                    const model::Learnt& learnt,
                    Listener& listener,
                    std::stop_token stop) {
  Pass pass = preview(desired, sensors, learnt, stop);
  base::fault_point();
  remember_chain(pass.observed, actuators.ledger);
  remember_binaries(pass.observed, actuators.ledger);
  remember_condemned(pass.observed, pass.plan, actuators.ledger);
  base::fault_point();
  listener.planned(pass.observed, pass.plan);
  pass.report = apply::apply(pass.plan, desired, actuators, listener, std::move(stop));
  return pass;
}

bool learn(const Pass& pass, std::chrono::milliseconds retry_after, model::Learnt& learnt) {
  bool changed = !pass.report.gate_failures.empty();
  for (const auto& step : pass.report.steps) {
    const auto* install = std::get_if<model::InstallBinary>(&step.step.action);
    if (install != nullptr && step.outcome == model::Outcome::done) {
      learnt.failures.erase(install->release);
      changed = true;  // what it reports was not known when this pass was planned
    }
    if (install != nullptr && step.outcome == model::Outcome::failed) {
      const auto before = learnt.failures.find(install->release);
      const unsigned tries = before == learnt.failures.end() ? 1 : before->second.tries + 1;
      const auto retry_at = retry_after == k_never
                                ? base::TimePoint::max()
                                : pass.observed.at + step.took + backoff(retry_after, tries);
      learnt.failures[install->release] = {step.error, retry_at, tries};
      changed = true;
    }
  }
  for (const auto& failure : pass.report.gate_failures) {
    if (!failure.recorded) {
      learnt.quarantine[failure.release] = {failure.reason, pass.observed.at, {}, 1};
    }
  }
  return changed && !pass.report.interrupted;
}

bool failed(const Pass& pass) {
  const auto& notices = pass.plan.notices;
  return any_failed(pass.report) ||
         std::any_of(notices.begin(), notices.end(), [](const model::Notice& notice) {
           return model::is_problem(notice.kind);
         });
}

bool only_lacks_versions(const Pass& pass) {
  const auto& notices = pass.plan.notices;
  return !pass.observed.chain.versions && !any_failed(pass.report) &&
         std::all_of(notices.begin(), notices.end(), [](const model::Notice& notice) {
           return !model::is_problem(notice.kind) || notice.kind == model::Notice::Kind::no_version;
         });
}

}  // namespace lavavisor::reconcile
