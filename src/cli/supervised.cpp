// A step's limit is its own timeouts and some minutes; without word of progress the watchdog bites.
// SPDX-License-Identifier: Apache-2.0
#include "cli/supervised.hpp"

#include "reconcile/loop.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <variant>

namespace lavavisor::cli {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds k_slack = reconcile::k_between_steps;  // what comes next may be another pass
constexpr milliseconds k_jobs = std::chrono::minutes{10};  // the longest that systemd is waited for

milliseconds longest_gate(const model::Desired& desired) {
  milliseconds longest{0};
  for (const auto& service : desired.services) {
    longest = std::max(longest, service.health.timeout);
  }
  return longest;
}

/// A download, or the download of a source and its build, or one after the other.
int timeouts_of(model::Method method) {
  switch (method) {
    case model::Method::release:
      return 1;
    case model::Method::build:
      return 2;
    case model::Method::automatic:
      return 3;
  }
  return 3;
}

milliseconds limit_of(const model::Action& action, const model::Desired& desired) {
  if (std::holds_alternative<model::InstallBinary>(action)) {
    return timeouts_of(desired.binary.method) * desired.binary.release.timeout + k_slack;
  }
  if (std::holds_alternative<model::RunHook>(action)) {
    return desired.hooks.timeout + k_slack;
  }
  return k_jobs + longest_gate(desired) + k_slack;
}

}  // namespace

Supervised::Supervised(const model::Desired& desired, ports::Supervisor& supervisor)
    : m_desired{desired}, m_supervisor{supervisor} {}

void Supervised::planned(const model::Observed& /*observed*/, const model::Plan& /*plan*/) {
  m_supervisor.expect_within(k_slack);
}

void Supervised::step_started(std::size_t /*index*/, const model::Step& step) {
  m_supervisor.expect_within(limit_of(step.action, m_desired));
}

void Supervised::step_ended(std::size_t /*index*/, const model::StepReport& /*report*/) {
  m_supervisor.expect_within(k_slack);
}

}  // namespace lavavisor::cli
