// The service manager of the fake machine: it runs what it has loaded, not what is on disk.
// SPDX-License-Identifier: Apache-2.0
#include "fakes/machine.hpp"
#include "model/running.hpp"

namespace lavavisor::fakes {
namespace {

constexpr std::chrono::seconds k_restart_sec{5};

}  // namespace

bool Machine::needs_reload(const std::string& service) const {
  const auto loaded = manager.find(service);
  const auto file = units.find(service);
  if (loaded == manager.end()) {
    return false;
  }
  return file == units.end() || !file->second.text || !file->second.linked ||
         file->second.modified != loaded->second.modified;
}

Loaded* Machine::load(const std::string& service) {
  if (const auto known = manager.find(service); known != manager.end()) {
    return &known->second;
  }
  const auto file = units.find(service);
  if (file == units.end() || !file->second.text || !file->second.linked) {
    return nullptr;
  }
  auto& unit = manager[service];
  unit.text = *file->second.text;
  unit.modified = file->second.modified;
  return &unit;
}

void Machine::reload_all() {
  for (auto unit = manager.begin(); unit != manager.end();) {
    const auto file = units.find(unit->first);
    const bool there = file != units.end() && file->second.text && file->second.linked;
    if (there) {
      unit->second.text = *file->second.text;
      unit->second.modified = file->second.modified;
    }
    unit = there || unit->second.process ? std::next(unit) : manager.erase(unit);
  }
}

void Machine::spawn(const std::string& service, Loaded& unit) {
  const auto name = model::unit_value(unit.text, "X-Lavavisor", "Release").value_or("");
  const auto binary = binaries.find(Release{name});
  unit.next.reset();
  if (binary == binaries.end()) {
    unit.active_state = "activating";
    unit.sub_state = "auto-restart";
    unit.result = "exit-code";
    unit.next = m_now + k_restart_sec;
    return;
  }
  const auto& program = binary->second.program;
  if (!program.conduct.starts) {
    unit.active_state = "failed";
    unit.sub_state = "failed";
    unit.result = "exit-code";
    return;
  }
  unit.active_state = "active";
  unit.sub_state = "running";
  unit.process = Running{++m_pid,
                         m_now,
                         Release{name},
                         model::unit_value(unit.text, "X-Lavavisor", "Digest").value_or(""),
                         program.sha256(Release{name}),
                         binary->second.stamp.inode};
  if (program.conduct.lives && unit.crashes < program.conduct.crashes) {
    unit.next = m_now + *program.conduct.lives;
  }
  (void)service;
}

void Machine::change(const std::string& service, Loaded& unit) {
  if (unit.process) {
    unit.process.reset();
    ++unit.crashes;
    unit.active_state = "activating";
    unit.sub_state = "auto-restart";
    unit.result = "exit-code";
    unit.next = m_now + k_restart_sec;
    return;
  }
  ++unit.restarts;
  spawn(service, unit);
}

Result<void> Machine::start(const std::string& service) {
  auto* unit = load(service);
  if (unit == nullptr) {
    return base::fail("unit " + service + ".service not found");
  }
  if (unit->process) {
    return {};
  }
  unit->restarts = 0;
  unit->crashes = 0;
  unit->result = "success";
  spawn(service, *unit);
  if (!unit->process) {
    return base::fail("the job for " + service + ".service failed");
  }
  return {};
}

void Machine::stop(const std::string& service) {
  const auto unit = manager.find(service);
  if (unit == manager.end()) {
    return;
  }
  unit->second.process.reset();
  unit->second.next.reset();
  unit->second.active_state = "inactive";
  unit->second.sub_state = "dead";
}

void Machine::boot() {
  no_power_loss();
  manager.clear();
  advance(std::chrono::seconds{1});
  for (const auto& [service, file] : units) {
    if (file.enabled && load(service) != nullptr) {
      (void)start(service);
    }
  }
}

}  // namespace lavavisor::fakes
