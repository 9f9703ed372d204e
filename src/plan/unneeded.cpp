// Everything in use is set aside first; of the rest the newest are kept.
// SPDX-License-Identifier: Apache-2.0
#include "plan/unneeded.hpp"

#include "plan/knowledge.hpp"

#include <algorithm>
#include <set>

namespace lavavisor::plan {
namespace {

using model::Release;

std::set<Release> in_use(const model::Desired& desired,
                         const model::Observed& observed,
                         const Choices& choices) {
  std::set<Release> used;
  const auto use = [&used](const std::optional<Release>& release) {
    if (release) {
      used.insert(*release);
    }
  };
  use(choices.linked);
  use(observed.link.release);
  for (const auto& [name, selected] : choices.services) {
    use(selected.selection.release);
  }
  for (const auto& [name, unit] : observed.units) {
    use(current_release(desired, unit));
  }
  for (const auto& [service, upgrade] : observed.memory.upgrades) {
    use(upgrade.from);
  }
  if (const auto versions = versions_to_follow(observed)) {
    for (const auto& target : {versions->provider.target, versions->consumer.target}) {
      use(release_for(desired.binary, target));  // even one that may not run: not fetched again
    }
  }
  for (const auto& [release, binary] : observed.binaries) {
    use(binary.held ? std::optional{release} : std::nullopt);
  }
  for (const auto& service : desired.services) {
    if (service.version && std::holds_alternative<Release>(*service.version)) {
      use(std::get<Release>(*service.version));
    }
  }
  return used;
}

}  // namespace

std::vector<Release> unneeded_releases(const model::Desired& desired,
                                       const model::Observed& observed,
                                       const Choices& choices,
                                       Prune whose) {
  const auto used = in_use(desired, observed, choices);
  std::vector<Release> spare;
  for (const auto& [release, binary] : observed.binaries) {
    if (!used.contains(release)) {
      spare.push_back(release);
    }
  }
  spare.resize(spare.size() - std::min<std::size_t>(spare.size(), desired.binary.keep));
  std::erase_if(spare, [&](const Release& release) {
    const auto& record = observed.binaries.at(release).record;
    return whose == Prune::downloaded && (!record || record->source == model::BinarySource::placed);
  });
  return spare;
}

model::Plan make_prune_plan(const model::Desired& desired, const model::Observed& observed) {
  model::Plan plan;
  const auto choices = choose_all(desired, observed);
  for (auto& release : unneeded_releases(desired, observed, choices, Prune::all)) {
    plan.steps.push_back(
        {model::RemoveBinary{std::move(release)}, {model::Cause::superseded, {}, {}}, {}});
  }
  return plan;
}

}  // namespace lavavisor::plan
