// One look at everything, in the order: memory, chain, binaries, units, processes.
// SPDX-License-Identifier: Apache-2.0
#include "observe/observe.hpp"

#include "base/log.hpp"
#include "observe/binaries.hpp"
#include "observe/chain_judgement.hpp"

#include <set>
#include <string>
#include <utility>

namespace lavavisor::observe {
namespace {

using model::Desired;
using model::Observed;

model::Memory remember(ports::LedgerReader& ledger) {
  auto memory = ledger.memory();
  if (!memory) {
    base::log_warn("going on without memory of earlier runs: " + memory.error().message);
    return {};
  }
  return std::move(*memory);
}

void look_at_units(const Desired& desired, const ports::Sensors& sensors, Observed& observed) {
  std::set<std::string> wanted;
  for (const auto& service : desired.services) {
    wanted.insert(service.name);
  }
  auto files = sensors.units.units(ports::unit_places(desired), wanted);
  if (!files) {
    observed.manager = tl::make_unexpected(files.error());
    return;
  }
  std::set<std::string> names;
  for (auto& [name, file] : *files) {
    names.insert(name);
    observed.units[name].file = std::move(file);
  }
  if (names.empty()) {
    return;  // a host without services needs no service manager
  }
  auto states = sensors.services.states(names);
  if (!states) {
    observed.manager = tl::make_unexpected(states.error());
    return;
  }
  for (auto& [name, state] : *states) {
    observed.units[name].service = std::move(state);
  }
}

/// A process whose binary was replaced by one with the same content is as good as a new one.
void compare_replaced(const Desired& desired, const ports::Sensors& sensors, Observed& observed) {
  for (auto& [name, unit] : observed.units) {
    if (!unit.service || !unit.service->process || !unit.service->process->exe_replaced) {
      continue;
    }
    auto& process = *unit.service->process;
    const auto release = model::release_of(desired.directory, process.exe);
    const auto binary = release ? observed.binaries.find(*release) : observed.binaries.end();
    if (binary == observed.binaries.end() || !binary->second.record) {
      process.exe_replaced = false;  // nothing better to run: a restart would only take it down
      continue;
    }
    const auto runs = sensors.binaries.hash("/proc/" + std::to_string(process.pid) + "/exe");
    process.exe_replaced = runs && *runs != binary->second.record->sha256;
  }
}

std::set<std::string> users_of(const Desired& desired) {
  std::set<std::string> users;
  for (const auto& service : desired.services) {
    if (!service.user.empty()) {
      users.insert(service.user);
    }
  }
  return users;
}

}  // namespace

Observed observe(const Desired& desired,
                 const ports::Sensors& sensors,
                 const model::Learnt& learnt,
                 std::stop_token stop) {
  Observed observed;
  observed.memory = remember(sensors.ledger);
  observed.memory.failures = learnt.failures;
  observed.memory.quarantine.insert(learnt.quarantine.begin(), learnt.quarantine.end());
  const auto answers = sensors.chain.ask(desired.chain, std::move(stop));
  observed.at = sensors.clock.now();
  observed.chain = judge(desired.chain, answers, observed.at);
  observed.binaries = observe_binaries(
      desired, sensors.binaries, sensors.prober, observed.memory.binaries, observed.at);
  if (!desired.binary.link.empty()) {
    observed.link = sensors.binaries.linked(desired.directory, desired.binary.link);
  }
  look_at_units(desired, sensors, observed);
  compare_replaced(desired, sensors, observed);
  observed.missing_users = sensors.units.missing_users(users_of(desired));
  return observed;
}

}  // namespace lavavisor::observe
