// The walk over the steps: who is skipped, who goes together, who is told. What a step does is in
// effects.cpp.
// SPDX-License-Identifier: Apache-2.0
#include "apply/apply.hpp"

#include "apply/effects.hpp"
#include "apply/health_gate.hpp"
#include "base/fault_point.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>
#include <vector>

namespace lavavisor::apply {
namespace {

using base::Result;
using model::Outcome;
using model::Plan;
using model::Report;
using model::RestartUnit;
using model::StartUnit;
using model::Step;
using model::StepReport;

class Walk {
 public:
  Walk(const Plan& plan,
       const model::Desired& desired,
       const ports::Actuators& actuators,
       Listener& listener,
       std::stop_token stop)
      : m_plan{plan},
        m_desired{desired},
        m_actuators{actuators},
        m_listener{listener},
        m_stop{std::move(stop)} {
    for (const auto& step : plan.steps) {
      m_report.steps.push_back({step, Outcome::planned, {}, {}});
    }
  }

  Report walk() {
    std::size_t index = 0;
    while (index < m_plan.steps.size()) {
      const std::size_t end = end_of_batch(index);
      if (is_service_start(m_plan.steps[index])) {
        start_together(index, end);
      } else {
        take(index);
      }
      index = end;
    }
    m_report.interrupted = m_stop.stop_requested();
    return std::move(m_report);
  }

 private:
  static bool is_service_start(const Step& step) {
    return std::holds_alternative<StartUnit>(step.action) ||
           std::holds_alternative<RestartUnit>(step.action);
  }

  /// Starts (or restarts) that stand together are one batch; every other step is one by itself.
  std::size_t end_of_batch(std::size_t first) const {
    std::size_t end = first + 1;
    while (end < m_plan.steps.size() && is_service_start(m_plan.steps[first]) &&
           m_plan.steps[end].action.index() == m_plan.steps[first].action.index()) {
      ++end;
    }
    return end;
  }

  /// Why step `index` must not be taken; "" = it may.
  std::string hindrance(std::size_t index) const {
    if (m_stop.stop_requested()) {
      return "interrupted";
    }
    const auto& needs = m_plan.steps[index].needs;
    const auto is_done = [this](std::size_t need) {
      return m_report.steps[need].outcome == Outcome::done;
    };
    const bool reloads = std::holds_alternative<model::ReloadManager>(m_plan.steps[index].action);
    const bool may = std::all_of(needs.begin(), needs.end(), is_done) ||
                     (reloads && std::any_of(needs.begin(), needs.end(), is_done));
    return may ? std::string{} : "needs an earlier step that failed";
  }

  /// Begin step `index`; false when it is skipped.
  bool begin(std::size_t index) {
    if (auto why = hindrance(index); !why.empty()) {
      m_report.steps[index].outcome = Outcome::skipped;
      m_report.steps[index].error = std::move(why);
      m_listener.step_ended(index, m_report.steps[index]);
      return false;
    }
    base::fault_point();
    m_listener.step_started(index, m_plan.steps[index]);
    base::fault_point();
    return true;
  }

  void end(std::size_t index, const Result<void>& result, std::chrono::milliseconds began) {
    base::fault_point();
    auto& report = m_report.steps[index];
    report.outcome = result ? Outcome::done : Outcome::failed;
    report.error = result ? std::string{} : result.error().message;
    report.took = m_actuators.clock.steady() - began;
    m_listener.step_ended(index, report);
    base::fault_point();
  }

  void take(std::size_t index) {
    if (!begin(index)) {
      return;
    }
    const auto began = m_actuators.clock.steady();
    if (const auto* unit = std::get_if<model::WriteUnit>(&m_plan.steps[index].action)) {
      remember_upgrade_of(unit->service);
    }
    const Effects effects{m_desired, m_actuators, m_listener, m_stop};
    end(index, std::visit(effects, m_plan.steps[index].action), began);
  }

  // --- starts and restarts -----------------------------------------------------------------------

  const model::Service& service_of(const Step& step) const {
    const auto& name = std::holds_alternative<StartUnit>(step.action)
                           ? std::get<StartUnit>(step.action).service
                           : std::get<RestartUnit>(step.action).service;
    return model::service_named(m_desired, name);
  }

  static ports::Job job_of(const Step& step, const model::Service& service) {
    return {std::holds_alternative<StartUnit>(step.action) ? ports::Job::Kind::start
                                                           : ports::Job::Kind::restart,
            service.name};
  }

  /// An upgrade is remembered before its unit is written: from then on the service may come up
  /// with the new release, even by a reboot.
  void remember_upgrade_of(const std::string& service) {
    for (const auto& step : m_plan.steps) {
      const auto* restart = std::get_if<RestartUnit>(&step.action);
      if (restart != nullptr && restart->service == service) {
        remember_upgrade(step);
      }
    }
  }

  void remember_upgrade(const Step& step) {
    const auto* restart = std::get_if<RestartUnit>(&step.action);
    if (restart != nullptr && is_upgrade(step)) {
      const model::Upgrade upgrade{*restart->from, restart->release, m_actuators.clock.now()};
      warn_unless(m_actuators.ledger.remember_upgrade(restart->service, upgrade));
    }
  }

  static bool is_upgrade(const Step& step) {
    const auto* restart = std::get_if<RestartUnit>(&step.action);
    return restart != nullptr && restart->from && step.reason.cause != model::Cause::rolled_back;
  }

  /// Where the manager itself is gone, a failure says nothing about the release.
  bool manager_answers(const Step& step) const {
    return m_actuators.services.states({std::get<RestartUnit>(step.action).service}).has_value();
  }

  void quarantine(const Step& step, const std::string& reason) {
    const auto& restart = std::get<RestartUnit>(step.action);
    const std::string why = restart.service + ": " + reason;
    const auto same = [&restart](const model::GateFailure& failure) {
      return failure.release == restart.release;
    };
    const auto& failures = m_report.gate_failures;
    const bool again = std::any_of(failures.begin(), failures.end(), same);
    const auto recorded = again ? Result<void>{}
                                : m_actuators.ledger.quarantine(
                                      restart.release, {why, m_actuators.clock.now(), {}, 1});
    warn_unless(recorded);
    m_report.gate_failures.push_back({restart.service, restart.release, why, bool{recorded}});
  }

  void start_together(std::size_t first, std::size_t last) {
    std::vector<std::size_t> taken;
    std::vector<ports::Job> jobs;
    for (std::size_t index = first; index < last; ++index) {
      if (begin(index)) {
        remember_upgrade(m_plan.steps[index]);
        taken.push_back(index);
        jobs.push_back(job_of(m_plan.steps[index], service_of(m_plan.steps[index])));
      }
    }
    if (taken.empty()) {
      return;
    }
    const auto began = m_actuators.clock.steady();
    base::fault_point();
    auto results = m_actuators.manager.run(jobs);
    base::fault_point();
    std::vector<const model::Service*> started;
    for (std::size_t i = 0; i < taken.size(); ++i) {
      if (results[i]) {
        started.push_back(&service_of(m_plan.steps[taken[i]]));
      }
    }
    const auto verdicts = await_healthy(
        started,
        m_actuators,
        [this](const std::string& service, model::Gate gate) {
          m_listener.gate_moved(service, gate);
        },
        m_stop);
    for (std::size_t i = 0; i < taken.size(); ++i) {
      const auto& step = m_plan.steps[taken[i]];
      const auto verdict =
          results[i] ? verdicts.at(service_of(step).name) : Verdict{results[i], false};
      if (!verdict.healthy && !verdict.was_stopped && is_upgrade(step) &&
          !m_stop.stop_requested() && manager_answers(step)) {
        quarantine(step, verdict.healthy.error().message);
      }
      end(taken[i], verdict.healthy, began);
    }
  }

  const Plan& m_plan;
  const model::Desired& m_desired;
  const ports::Actuators& m_actuators;
  Listener& m_listener;
  std::stop_token m_stop;
  Report m_report;
};

}  // namespace

Report apply(const Plan& plan,
             const model::Desired& desired,
             const ports::Actuators& actuators,
             Listener& listener,
             std::stop_token stop) {
  return Walk{plan, desired, actuators, listener, std::move(stop)}.walk();
}

}  // namespace lavavisor::apply
