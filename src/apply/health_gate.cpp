// All services of a batch are watched in one loop, woken by the service manager's signals.
// SPDX-License-Identifier: Apache-2.0
#include "apply/health_gate.hpp"

#include "base/quantity.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <set>
#include <utility>

namespace lavavisor::apply {
namespace {

using std::chrono::milliseconds;

constexpr unsigned k_hopeless = 3;            // automatic restarts
constexpr milliseconds k_check_again{500};    // between two tries of http, tcp or command
constexpr milliseconds k_check_limit{5'000};  // for one try
constexpr milliseconds k_least_limit{100};    // likewise

/// One service's way through the gate.
struct Watch {
  const model::Service* service;
  milliseconds deadline;
  std::optional<pid_t> pid;          ///< of the process that is settling
  milliseconds since{0};             ///< when it was first seen active
  std::string seen = "not started";  ///< for the message when time is over
  bool checked = false;              ///< `seen` is what a check said
  std::optional<model::Gate> told;   ///< where the listener knows it to be
  pid_t told_pid = 0;                ///< likewise
  std::optional<Verdict> end;
};

Verdict unhealthy(std::string why) {
  return {base::fail(std::move(why)), false};
}

std::string see_log(const model::ServiceState& state) {
  return state.log.empty() ? std::string{} : "; see " + state.log;
}

void watch_state(Watch& watch, const model::ServiceState* state, milliseconds now) {
  if (state == nullptr) {
    watch.end =
        unhealthy("the service manager does not know " + model::unit_name(watch.service->name));
    return;
  }
  if (!watch.checked || state->active_state != "active") {
    watch.seen = state->active_state + " (" + state->sub_state + ")";
    watch.checked = false;
  }
  if (state->active_state == "failed") {
    watch.end = unhealthy("it failed (" + state->result + ")" + see_log(*state));
  } else if (state->active_state == "inactive") {
    watch.end = Verdict{base::fail("it was stopped before it was known to be healthy"), true};
  } else if (state->restarts >= k_hopeless) {
    watch.end = unhealthy("it was restarted " + std::to_string(state->restarts) +
                          " times in a row" + see_log(*state));
  } else if (state->active_state != "active" || !state->process) {
    watch.pid.reset();
  } else if (watch.pid != state->process->pid) {
    watch.pid = state->process->pid;
    watch.since = now;
  }
}

bool has_settled(const Watch& watch, milliseconds now) {
  return watch.pid && now - watch.since >= watch.service->health.settle;
}

void watch_checks(Watch& watch,
                  const ports::Actuators& actuators,
                  milliseconds now,
                  std::stop_token stop) {
  const auto left = watch.deadline - now;
  if (watch.checked && left < k_least_limit) {
    return;  // too late for an answer: what the last check said is the better reason
  }
  const auto limit = std::clamp(left, k_least_limit, k_check_limit);
  watch.checked = true;
  auto healthy =
      actuators.health.check(watch.service->health, watch.service->user, limit, std::move(stop));
  if (healthy) {
    watch.end = Verdict{};
  } else {
    watch.seen = healthy.error().message;
  }
}

/// How long nothing needs to be looked at unless the manager says that something changed.
milliseconds until_next_look(const std::vector<Watch>& watches, milliseconds now) {
  milliseconds next = milliseconds::max();
  for (const auto& watch : watches) {
    if (watch.end) {
      continue;
    }
    next = std::min(next, watch.deadline - now);
    if (watch.pid) {
      const auto settles = watch.since + watch.service->health.settle - now;
      next = std::min(next, settles > milliseconds{0} ? settles : k_check_again);
    }
  }
  return std::max(next, milliseconds{1});
}

/// Another process has to settle anew.
void tell(Watch& watch, model::Gate gate, const OnGate& on_gate) {
  const pid_t pid = watch.pid.value_or(0);
  if (watch.told != gate || watch.told_pid != pid) {
    watch.told = gate;
    watch.told_pid = pid;
    on_gate(watch.service->name, gate);
  }
}

void look(std::vector<Watch>& watches,
          const ports::Actuators& actuators,
          const OnGate& on_gate,
          std::stop_token stop) {
  std::set<std::string> names;
  for (const auto& watch : watches) {
    if (!watch.end) {
      names.insert(watch.service->name);
    }
  }
  const auto states = actuators.services.states(names);
  for (auto& watch : watches) {
    if (watch.end) {
      continue;
    }
    if (!states) {
      watch.seen = states.error().message;
    } else {
      const auto state = states->find(watch.service->name);
      watch_state(
          watch, state == states->end() ? nullptr : &state->second, actuators.clock.steady());
    }
    if (!watch.end && has_settled(watch, actuators.clock.steady())) {
      tell(watch, model::Gate::checking, on_gate);
      watch_checks(watch, actuators, actuators.clock.steady(), stop);
    }
    if (!watch.end && !has_settled(watch, actuators.clock.steady())) {
      tell(watch, watch.pid ? model::Gate::settling : model::Gate::starting, on_gate);
    }
    if (!watch.end && actuators.clock.steady() >= watch.deadline) {
      watch.end =
          unhealthy("it was not healthy within " +
                    base::format_duration(watch.service->health.timeout) + ": " + watch.seen);
    }
  }
}

bool all_ended(const std::vector<Watch>& watches) {
  return std::all_of(
      watches.begin(), watches.end(), [](const Watch& watch) { return watch.end.has_value(); });
}

}  // namespace

std::map<std::string, Verdict> await_healthy(const std::vector<const model::Service*>& services,
                                             const ports::Actuators& actuators,
                                             const OnGate& on_gate,
                                             std::stop_token stop) {
  std::vector<Watch> watches;
  for (const auto* service : services) {
    Watch watch{};
    watch.service = service;
    watch.deadline = actuators.clock.steady() + service->health.timeout;
    watches.push_back(std::move(watch));
  }
  look(watches, actuators, on_gate, stop);
  while (!all_ended(watches) && !stop.stop_requested()) {
    actuators.services.wait_for_change(until_next_look(watches, actuators.clock.steady()), stop);
    look(watches, actuators, on_gate, stop);
  }
  std::map<std::string, Verdict> ends;
  for (auto& watch : watches) {
    ends.emplace(watch.service->name,
                 watch.end ? std::move(*watch.end)
                           : unhealthy("interrupted before it was known to be healthy"));
  }
  return ends;
}

}  // namespace lavavisor::apply
