// Looking up in Desired, Observed and Plan what belongs to one service or one binary.
// SPDX-License-Identifier: Apache-2.0
#include "view/service_facts.hpp"

#include "base/text.hpp"
#include "model/running.hpp"
#include "view/chain.hpp"
#include "view/words.hpp"

#include <algorithm>
#include <set>

namespace lavavisor::view {
namespace {

const model::Selection* selection_of(const model::Plan& plan, const std::string& service) {
  const auto found = std::find_if(
      plan.selections.begin(), plan.selections.end(), [&service](const model::Selection& s) {
        return s.service == service;
      });
  return found == plan.selections.end() ? nullptr : &*found;
}

/// "write unit, restart: the chain asks for 6.2.5 in place of 6.2.4"; the reason is the last
/// step's, as that is what the ones before it lead to.
std::string drift_of(const model::Plan& plan, const std::string& service) {
  std::vector<std::string> titles;
  std::string why;
  for (const model::Step& step : plan.steps) {
    if (service_of(step.action) == service) {
      titles.push_back(short_title_of(step.action));
      why = describe(step);
    }
  }
  return titles.empty() ? "" : base::join(titles, ", ") + ": " + why;
}

std::optional<model::Version> reported_by(const model::Observed& observed,
                                          const std::optional<model::Release>& release) {
  if (!release) {
    return std::nullopt;
  }
  const auto binary = observed.binaries.find(*release);
  if (binary != observed.binaries.end() && binary->second.record) {
    return binary->second.record->reported;
  }
  const auto remembered = observed.memory.binaries.find(*release);
  return remembered == observed.memory.binaries.end() ? std::nullopt
                                                      : std::optional{remembered->second.reported};
}

/// What an unmanaged or unknown unit looks like.
ServiceFacts facts_of_unit(const std::string& name, const model::Observed& observed) {
  ServiceFacts facts;
  facts.name = name;
  facts.active_state = "unknown";
  facts.sub_state = "unknown";
  const auto unit = observed.units.find(name);
  if (unit != observed.units.end() && unit->second.service) {
    const model::ServiceState& state = *unit->second.service;
    facts.active_state = state.active_state;
    facts.sub_state = state.sub_state;
    facts.healthy = state.active_state == "active" && state.sub_state == "running";
    facts.restarts = state.restarts;
  }
  return facts;
}

std::optional<model::Release> running(const model::Desired& desired,
                                      const model::Observed& observed,
                                      const std::string& service) {
  const auto unit = observed.units.find(service);
  return unit == observed.units.end() ? std::nullopt
                                      : model::running_release(desired.directory, unit->second);
}

bool is_compliant(const model::Service& service,
                  const std::optional<model::Version>& reported,
                  const ChainFacts& chain,
                  const model::Selection* selection) {
  if (!service.enabled) {
    return true;
  }
  const auto versions = versions_for(chain, service.type);
  if (reported && versions) {
    return *reported >= versions->min;
  }
  return selection == nullptr || selection->compliant;
}

std::optional<std::string> name_of_release(const std::optional<model::Release>& release) {
  return release ? std::optional{release->name} : std::nullopt;
}

}  // namespace

std::vector<ServiceFacts> service_facts(const model::Desired& desired,
                                        const model::Observed& observed,
                                        const model::Plan& plan) {
  const ChainFacts chain = chain_facts(desired, observed);
  std::vector<ServiceFacts> all;
  std::set<std::string> wanted;
  for (const model::Service& service : desired.services) {
    const auto* selection = selection_of(plan, service.name);
    const auto release = running(desired, observed, service.name);
    ServiceFacts facts = facts_of_unit(service.name, observed);
    facts.enabled = service.enabled;
    facts.desired_version =
        selection == nullptr ? std::nullopt : name_of_release(selection->release);
    facts.running_version = name_of_release(release);
    facts.compliant = is_compliant(service, reported_by(observed, release), chain, selection);
    facts.drift = drift_of(plan, service.name);
    all.push_back(std::move(facts));
    wanted.insert(service.name);
  }
  for (const auto& [name, unit] : observed.units) {
    if (!wanted.contains(name)) {
      ServiceFacts facts = facts_of_unit(name, observed);
      facts.running_version = name_of_release(running(desired, observed, name));
      facts.drift = drift_of(plan, name);
      all.push_back(std::move(facts));
    }
  }
  return all;
}

std::vector<BinaryFacts> binary_facts(const model::Desired& desired,
                                      const model::Observed& observed) {
  std::set<model::Release> used;
  if (observed.link.release) {
    used.insert(*observed.link.release);
  }
  for (const auto& [name, unit] : observed.units) {
    if (const auto release = model::running_release(desired.directory, unit)) {
      used.insert(*release);
    }
  }
  std::vector<BinaryFacts> all;
  for (const auto& [release, binary] : observed.binaries) {
    BinaryFacts facts;
    facts.version = release.name;
    facts.size = binary.size;
    facts.in_use = used.contains(release);
    if (binary.record) {
      facts.sha256 = binary.record->sha256;
      facts.reported = model::to_string(binary.record->reported);
      facts.source = name_of(binary.record->source);
      facts.verified_at = base::format_time(binary.record->verified_at);
    } else {
      facts.error = binary.record.error().message;
    }
    all.push_back(std::move(facts));
  }
  return all;
}

}  // namespace lavavisor::view
