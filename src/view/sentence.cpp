// The worst thing comes first: a failed step, a problem, a distrusted chain, something held back.
// SPDX-License-Identifier: Apache-2.0
#include "view/sentence.hpp"

#include "view/chain.hpp"
#include "view/words.hpp"

#include <algorithm>
#include <set>

namespace lavavisor::view {
namespace {

std::string releases_of(const model::Plan& plan) {
  std::set<model::Release> releases;
  for (const auto& selection : plan.selections) {
    if (selection.release) {
      releases.insert(*selection.release);
    }
  }
  std::string text;
  for (const auto& release : releases) {
    text += (text.empty() ? "" : ", ") + release.name;
  }
  return text.empty() ? "no release" : text;
}

}  // namespace

std::string sentence(const model::Desired& desired,
                     const model::Observed& observed,
                     const model::Plan& plan,
                     const model::Report& report) {
  for (const auto& step : report.steps) {
    if (step.outcome == model::Outcome::failed) {
      return "Failed: " + title_of(step.step.action) + ": " + step.error + ".";
    }
  }
  for (const auto& notice : plan.notices) {
    if (model::is_problem(notice.kind)) {
      return "Problem: " + describe(notice) + ".";
    }
  }
  const auto count = desired.services.size();
  std::string text = std::to_string(count) + (count == 1 ? " service on " : " services on ") +
                     releases_of(plan) + "; ";
  text += observed.chain.versions ? "the chain asks for " + versions_text(*observed.chain.versions)
                                  : "the chain is not trusted at present";
  if (!plan.held.empty()) {
    const auto& held = plan.held.front();
    text += "; held back for " + subject_name(held.service) + ": " + describe(held);
  }
  return text + ".";
}

}  // namespace lavavisor::view
