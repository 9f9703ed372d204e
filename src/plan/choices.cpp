// Services lead, the link follows; a crash loop after an upgrade counts as a failed upgrade.
// SPDX-License-Identifier: Apache-2.0
#include "plan/choices.hpp"

#include "model/running.hpp"

#include <chrono>

namespace lavavisor::plan {
namespace {

using model::Desired;
using model::Observed;
using model::Release;
using model::Service;
using model::UnitState;

constexpr std::chrono::minutes k_probation{10};
constexpr unsigned k_crash_loop = 3;  // automatic restarts since the upgrade

const UnitState* unit_of(const Observed& observed, const std::string& service) {
  const auto unit = observed.units.find(service);
  return unit == observed.units.end() ? nullptr : &unit->second;
}

bool runs(const UnitState* unit) {
  return unit != nullptr && unit->service && unit->service->process;
}

/// What a service starts with that has nothing of its own yet: what its siblings run, else the
/// link.
std::optional<Release> host_release(const Desired& desired, const Observed& observed) {
  for (const auto& service : desired.services) {
    const auto* unit = unit_of(observed, service.name);
    if (!service.version && runs(unit)) {
      if (auto release = model::running_release(desired.directory, *unit)) {
        return release;
      }
    }
  }
  return observed.link.release;
}

/// True when the release failed already since the service moved to it.
bool failed_since(const Observed& observed, const model::Upgrade& upgrade) {
  const auto entry = observed.memory.quarantine.find(upgrade.to);
  return entry != observed.memory.quarantine.end() && entry->second.at >= upgrade.at;
}

/// Why the service's upgrade turned out to be a bad one after it was declared healthy.
std::optional<model::Condemned> condemn(const Desired& desired,
                                        const Observed& observed,
                                        const Service& service) {
  const auto upgrade = observed.memory.upgrades.find(service.name);
  const auto* unit = unit_of(observed, service.name);
  if (upgrade == observed.memory.upgrades.end() || unit == nullptr || !unit->service ||
      current_release(desired, *unit) != upgrade->second.to ||
      failed_since(observed, upgrade->second) || observed.at > upgrade->second.at + k_probation) {
    return std::nullopt;
  }
  const auto& state = *unit->service;
  if (state.restarts < k_crash_loop && state.active_state != "failed") {
    return std::nullopt;
  }
  const std::string how = state.active_state == "failed"
                              ? "failed (" + state.result + ")"
                              : "was restarted " + std::to_string(state.restarts) + " times";
  return model::Condemned{upgrade->second.to,
                          service.name + " " + how + " within 10 minutes after its upgrade"};
}

Selected choose(const Desired& desired,
                const Observed& observed,
                const Service& service,
                const std::optional<Release>& host) {
  const auto* unit = unit_of(observed, service.name);
  Subject subject;
  subject.service = service.name;
  subject.wanted = service.version.value_or(desired.binary.version);
  subject.role = model::role_of(service);
  subject.runs = runs(unit);
  subject.current = unit == nullptr ? std::nullopt : current_release(desired, *unit);
  if (!subject.current) {
    subject.runs = false;
    subject.current = host;
  }
  return select_release(desired, observed, subject);
}

Selected choose_link(const Desired& desired, const Observed& observed) {
  Subject subject;
  subject.wanted = desired.binary.version;
  subject.current = observed.link.release;
  return select_release(desired, observed, subject);
}

}  // namespace

std::optional<Release> current_release(const Desired& desired, const UnitState& unit) {
  if (auto running = model::running_release(desired.directory, unit)) {
    return running;
  }
  if (!unit.file.text) {
    return std::nullopt;
  }
  const auto name = model::unit_value(*unit.file.text, "X-Lavavisor", "Release");
  const auto release = model::parse_release(name.value_or(""));
  return release ? std::optional{*release} : std::nullopt;
}

Choices choose_all(const Desired& desired, const Observed& observed) {
  Choices choices;
  const Observed* judged = &observed;
  std::optional<Observed> with_condemned;  // a copy of all, so only where there is something to add
  for (const auto& service : desired.services) {
    if (auto condemned = condemn(desired, *judged, service)) {
      if (!with_condemned) {
        judged = &with_condemned.emplace(observed);
      }
      with_condemned->memory.quarantine[condemned->release] =
          model::Quarantine{condemned->reason, observed.at, {}, 1};
      choices.condemned.push_back(std::move(*condemned));
    }
  }
  const auto host = host_release(desired, *judged);
  for (const auto& service : desired.services) {
    auto selected = choose(desired, *judged, service, host);
    if (!service.version && service.enabled && !choices.linked) {
      choices.linked = selected.selection.release;
    }
    choices.services.emplace(service.name, std::move(selected));
  }
  if (!choices.linked) {
    choices.link = choose_link(desired, *judged);
    choices.linked = choices.link->selection.release;
  }
  return choices;
}

}  // namespace lavavisor::plan
