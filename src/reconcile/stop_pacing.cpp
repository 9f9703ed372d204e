// Each service has a pace of its own, so that one that crashes again and again delays no other.
// SPDX-License-Identifier: Apache-2.0
#include "reconcile/stop_pacing.hpp"

#include "reconcile/jitter.hpp"

#include <algorithm>

namespace lavavisor::reconcile {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds k_first_pause{1'000};
constexpr milliseconds k_quiet_again = std::chrono::minutes{1};

bool is_down(const std::string& active_state) {
  return active_state == "failed" || active_state == "inactive";
}

}  // namespace

void StopPacing::look(const std::map<std::string, model::ServiceState>& states) {
  for (const auto& [name, state] : states) {
    auto& pace = m_paces[name];
    const pid_t pid = state.process ? state.process->pid : 0;
    const bool went_down = is_down(state.active_state) && pace.active_state != state.active_state;
    const bool lost_process = pace.pid != 0 && pace.pid != pid;
    const bool restarted = !pace.active_state.empty() && state.restarts > pace.restarts;
    pace.stopped = pace.stopped || went_down || lost_process || restarted;
    pace.active_state = state.active_state;
    pace.pid = pid;
    pace.restarts = state.restarts;
  }
}

bool StopPacing::consume_due(milliseconds now) {
  bool due = false;
  for (auto& [name, pace] : m_paces) {
    if (!pace.stopped || now < pace.earliest) {
      continue;
    }
    due = true;
    pace.stopped = false;
    pace.words = now - pace.earliest < k_quiet_again && pace.words > 0 ? pace.words + 1 : 1;
    pace.earliest = now + backoff(k_first_pause, pace.words - 1);
  }
  return due;
}

milliseconds StopPacing::wait(milliseconds now, milliseconds longest) const {
  milliseconds shortest = longest;
  for (const auto& [name, pace] : m_paces) {
    if (pace.stopped) {
      shortest = std::min(shortest, std::max(milliseconds{0}, pace.earliest - now));
    }
  }
  return shortest;
}

}  // namespace lavavisor::reconcile
