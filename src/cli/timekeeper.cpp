// What can't be known (the manager is silent, the process is not ours) is no change.
// SPDX-License-Identifier: Apache-2.0
#include "cli/timekeeper.hpp"

#include "base/log.hpp"
#include "model/running.hpp"

#include <optional>
#include <variant>

namespace lavavisor::cli {
namespace {

/// The release that `unit` runs, "" = it is down; none: not known.
std::optional<std::string> release_of(const model::Path& directory, const model::UnitState& unit) {
  if (!unit.service) {
    return std::nullopt;
  }
  if (!unit.service->process) {
    return "";
  }
  const auto release = model::running_release(directory, unit);
  return release ? std::optional{release->name} : std::nullopt;
}

}  // namespace

Timekeeper::Timekeeper(const model::Desired& desired, ports::Journal& journal, ports::Clock& clock)
    : m_desired{desired}, m_journal{journal}, m_clock{clock} {}

void Timekeeper::planned(const model::Observed& observed, const model::Plan& /*plan*/) {
  m_running = observed.memory.running;
  for (const auto& [service, unit] : observed.units) {
    if (const auto release = release_of(m_desired.directory, unit)) {
      runs(service, *release, observed.at);
    }
  }
}

void Timekeeper::step_ended(std::size_t /*index*/, const model::StepReport& report) {
  if (report.outcome != model::Outcome::done) {
    return;
  }
  const auto& action = report.step.action;
  if (const auto* start = std::get_if<model::StartUnit>(&action)) {
    runs(start->service, start->release.name, m_clock.now());
  } else if (const auto* restart = std::get_if<model::RestartUnit>(&action)) {
    runs(restart->service, restart->release.name, m_clock.now());
  } else if (const auto* stop = std::get_if<model::StopUnit>(&action)) {
    runs(stop->service, "", m_clock.now());
  }
}

/// One that was never up has no history to begin with a gap.
void Timekeeper::runs(const std::string& service,
                      const std::string& release,
                      base::TimePoint since) {
  const auto known = m_running.find(service);
  const bool is_change = known == m_running.end() ? !release.empty() : known->second != release;
  if (!is_change) {
    return;
  }
  m_running[service] = release;
  if (const auto written = m_journal.running({service, release, since}); !written) {
    base::log_warn("the history of " + service + " has a gap: " + written.error().message);
  }
}

}  // namespace lavavisor::cli
