// The worst thing comes first.
// SPDX-License-Identifier: Apache-2.0
#include "view/verdict.hpp"

#include "view/html.hpp"
#include "view/parts.hpp"

#include <algorithm>
#include <set>

namespace lavavisor::view {
namespace {

struct Words {
  Mood mood;
  std::string headline;
};

std::string of_all(std::size_t some, std::size_t all) {
  return all == 1 ? "The service"
                  : std::to_string(some) + " of " + std::to_string(all) + " services";
}

/// " on 6.2.5" where all run the same.
std::string on_release(const std::vector<ServiceFacts>& services) {
  std::set<std::string> releases;
  for (const auto& facts : services) {
    if (facts.enabled) {
      releases.insert(facts.running_version.value_or(""));
    }
  }
  return releases.size() == 1 && !releases.begin()->empty() ? " on " + *releases.begin() : "";
}

std::string all_well(const Verdict& verdict, const std::vector<ServiceFacts>& services) {
  if (verdict.wanted == 0) {
    return "No services to run";
  }
  return (verdict.wanted == 1 ? "The service is healthy"
                              : "All " + std::to_string(verdict.wanted) + " services are healthy") +
         on_release(services);
}

Words bad_or_not(const Verdict& verdict, const Overview& overview) {
  if (verdict.healthy < verdict.wanted) {
    const auto down = verdict.wanted - verdict.healthy;
    return {Mood::bad,
            of_all(down, verdict.wanted) + (down == 1 ? " is" : " are") + " not healthy"};
  }
  if (verdict.incompliant > 0) {
    return {Mood::bad,
            of_all(verdict.incompliant, verdict.wanted) +
                (verdict.incompliant == 1 ? " runs" : " run") + " less than the chain accepts"};
  }
  if (verdict.problems > 0) {
    return {Mood::bad, counted(verdict.problems, "problem", "problems") + " to solve by hand"};
  }
  if (overview.last_result == "failed") {
    return {Mood::bad, "The last pass failed"};
  }
  return {Mood::good, ""};
}

Words worth_a_look(const Verdict& verdict, const Overview& overview) {
  const auto& [observed, plan] = *overview.look;
  if (overview.last_result == "rolled_back") {
    return {Mood::caution, "Rolled back: a release failed on this host"};
  }
  if (!verdict.trusted) {
    return {Mood::caution, "The chain is not trusted at present"};
  }
  if (!plan.steps.empty()) {
    return {Mood::caution, counted(plan.steps.size(), "action is", "actions are") + " pending"};
  }
  if (!plan.held.empty()) {
    return {Mood::caution, counted(plan.held.size(), "change is", "changes are") + " held back"};
  }
  if (!overview.trouble.empty()) {
    return {Mood::caution, "The history can't be read"};
  }
  return {Mood::good, ""};
}

/// Turns that fail come up to a minute apart, and one may take five without a step that is shown.
bool is_overdue(const Overview& overview, base::TimePoint now) {
  constexpr std::chrono::minutes k_patience{7};
  return overview.doing.empty() &&
         now - overview.look->observed.at > 2 * overview.desired->interval + k_patience;
}

void count(Verdict& verdict, const std::vector<ServiceFacts>& services) {
  for (const auto& facts : services) {
    verdict.wanted += facts.enabled ? 1 : 0;
    verdict.healthy += facts.enabled && facts.healthy ? 1 : 0;
    verdict.incompliant += facts.enabled && !facts.compliant ? 1 : 0;
  }
}

}  // namespace

Verdict verdict_of(const Overview& overview,
                   const std::vector<ServiceFacts>& services,
                   base::TimePoint now) {
  Verdict verdict;
  if (!overview.look) {
    verdict.headline = "Nothing is known yet: the first look is under way";
    return verdict;
  }
  const auto& [observed, plan] = *overview.look;
  count(verdict, services);
  verdict.problems = static_cast<std::size_t>(
      std::count_if(plan.notices.begin(), plan.notices.end(), [](const auto& notice) {
        return model::is_problem(notice.kind);
      }));
  verdict.converged = is_converged(plan);
  verdict.trusted = observed.chain.versions.has_value();
  auto words =
      is_overdue(overview, now)
          ? Words{Mood::bad,
                  "lavavisor has not looked for " + rough(now - observed.at) + ": it may hang"}
          : bad_or_not(verdict, overview);
  if (words.mood == Mood::good && overview.doing.empty()) {
    words = worth_a_look(verdict, overview);
  }
  verdict.mood = words.mood;
  verdict.headline = std::move(words.headline);
  if (!overview.doing.empty()) {
    verdict.mood = std::max(verdict.mood, Mood::busy);
    verdict.headline = "At work: " + (overview.doing.size() == 1
                                          ? overview.doing.front().title
                                          : std::to_string(overview.doing.size()) + " actions");
  }
  if (verdict.headline.empty()) {
    verdict.headline = all_well(verdict, services);
  }
  return verdict;
}

}  // namespace lavavisor::view
