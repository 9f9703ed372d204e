// The number of passes is bounded, so that a world that never rests can't hold us.
// SPDX-License-Identifier: Apache-2.0
#include "reconcile/settle.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace lavavisor::reconcile {
namespace {

constexpr int k_most_passes = 5;

bool went_back(const model::Report& report) {
  return std::any_of(report.steps.begin(), report.steps.end(), [](const auto& step) {
    return step.step.reason.cause == model::Cause::rolled_back &&
           step.outcome == model::Outcome::done;
  });
}

}  // namespace

Settled settle(const model::Desired& desired,
               const ports::Sensors& sensors,
               const ports::Actuators& actuators,
               Listener& listener,
               model::Learnt& learnt,
               std::chrono::milliseconds retry_after,
               std::stop_token stop) {
  Settled settled;
  std::vector<model::StepReport> steps;
  for (int number = 1; number <= k_most_passes; ++number) {
    settled.last = reconcile_once(desired, sensors, actuators, learnt, listener, stop);
    auto& report = settled.last.report;
    const bool again = learn(settled.last, retry_after, learnt);
    settled.failed = settled.failed || failed(settled.last);
    settled.rolled_back = settled.rolled_back || went_back(report);
    std::move(report.steps.begin(), report.steps.end(), std::back_inserter(steps));
    if (!again) {
      break;
    }
  }
  settled.last.report.steps = std::move(steps);
  return settled;
}

const char* result_word(const Settled& settled) {
  if (settled.rolled_back) {
    return "rolled_back";
  }
  if (settled.failed) {
    return "failed";
  }
  return settled.last.report.steps.empty() ? k_converged : "changed";
}

}  // namespace lavavisor::reconcile
