// Unit files, services and ledger of the fake machine.
// SPDX-License-Identifier: Apache-2.0
#include "base/sha256.hpp"
#include "fakes/ports.hpp"

namespace lavavisor::fakes {
namespace {

model::UnitFile seen(const UnitOnDisk& unit) {
  model::UnitFile file;
  file.text = unit.text;
  file.modified = unit.modified;
  if (unit.config) {
    file.config_sha256 = base::sha256_hex(*unit.config);
  }
  file.linked = unit.linked;
  file.enabled = unit.enabled;
  return file;
}

/// Somebody else's unit, and not the one that may be taken over.
bool is_foreign(const ports::UnitPlaces& places,
                const std::string& service,
                const UnitOnDisk& unit) {
  const auto declared = places.adopted.find(service);
  return !unit.foreign.empty() && (declared == places.adopted.end() ||
                                   base::sha256_hex(unit.text.value_or("")) != declared->second);
}

bool is_ours(const UnitOnDisk& unit) {
  return unit.linked || (unit.text && unit.text->starts_with("# Managed by lavavisor"));
}

}  // namespace

// --- unit files
// ------------------------------------------------------------------------------------

Result<std::map<std::string, model::UnitFile>> FakeUnits::units(
    const ports::UnitPlaces& places, const std::set<std::string>& wanted) {
  std::map<std::string, model::UnitFile> files;
  for (const auto& [service, unit] : m.units) {
    if (wanted.contains(service) || is_ours(unit)) {
      auto& file = files.emplace(service, seen(unit)).first->second;
      file.foreign = is_foreign(places, service, unit) ? unit.foreign : "";
    }
  }
  for (const auto& service : wanted) {
    files.try_emplace(service);
  }
  return files;
}

std::set<std::string> FakeUnits::missing_users(const std::set<std::string>& users) {
  std::set<std::string> missing;
  for (const auto& user : users) {
    if (m.missing_users.contains(user)) {
      missing.insert(user);
    }
  }
  return missing;
}

Result<void> FakeUnits::write_unit(const ports::UnitPlaces& places,
                                   const std::string& service,
                                   const std::string& text) {
  if (m.units.contains(service) && is_foreign(places, service, m.units[service])) {
    return base::fail(service + ".service is not lavavisor's");
  }
  if (!m.units.contains(service) || m.units[service].text != text) {
    if (auto done = m.effect("write unit " + service); !done) {
      return done;
    }
    m.units[service].text = text;
    m.units[service].foreign.clear();
    m.units[service].modified = m.now();
  }
  if (!places.systemd.create_link || m.units[service].linked) {
    return {};
  }
  auto done = m.effect("link unit " + service);
  m.units[service].linked = done.has_value();
  return done;
}

Result<void> FakeUnits::write_config(const ports::UnitPlaces&,
                                     const std::string& service,
                                     const std::string& text,
                                     const std::string&) {
  auto done = m.effect("write config " + service);
  if (done) {
    m.units[service].config = text;
  }
  return done;
}

Result<void> FakeUnits::remove_unit(const ports::UnitPlaces&, const std::string& service) {
  const auto unit = m.units.find(service);
  if (unit == m.units.end()) {
    return {};
  }
  unit->second.enabled = false;
  if (auto done = m.effect("unlink unit " + service); !done) {
    return done;
  }
  unit->second.linked = false;
  auto done = m.effect("remove unit " + service);
  if (done) {
    m.units.erase(unit);
  }
  return done;
}

// --- services
// --------------------------------------------------------------------------------------

Result<std::map<std::string, model::ServiceState>> FakeServices::states(
    const std::set<std::string>& services) {
  if (m.manager_down) {
    return base::fail(*m.manager_down);
  }
  std::map<std::string, model::ServiceState> states;
  for (const auto& service : services) {
    const auto* unit = m.load(service);
    if (unit == nullptr) {
      continue;
    }
    auto& state = states[service];
    state.load_state = "loaded";
    state.active_state = unit->active_state;
    state.sub_state = unit->sub_state;
    state.result = unit->result;
    state.needs_reload = m.needs_reload(service);
    state.restarts = unit->restarts;
    state.log = "journalctl -u " + model::unit_name(service);
    if (unit->process) {
      const auto& running = *unit->process;
      const auto file = m.binaries.find(running.release);
      state.process =
          model::Process{running.pid,
                         running.started_at,
                         model::binary_file("/var/lib/lavavisor", running.release),
                         file == m.binaries.end() || file->second.stamp.inode != running.inode,
                         running.unit_digest};
    }
  }
  return states;
}

void FakeServices::wait_for_change(milliseconds limit, std::stop_token stop) {
  if (!stop.stop_requested()) {
    m.wait_for_change(limit);
  }
}

Result<void> FakeServices::reload() {
  auto done = m.effect("reload");
  if (done) {
    m.reload_all();
  }
  return done;
}

Result<void> FakeServices::enable(const std::string& service) {
  const auto unit = m.units.find(service);
  if (unit == m.units.end() || !unit->second.text || !unit->second.linked) {
    return base::fail("unit file " + service + ".service does not exist");
  }
  auto done = m.effect("enable " + service);
  unit->second.enabled = unit->second.enabled || done.has_value();
  return done;
}

Result<void> FakeServices::disable(const std::string& service) {
  auto done = m.effect("disable " + service);
  if (done) {
    m.units[service].enabled = false;
  }
  return done;
}

std::vector<Result<void>> FakeServices::run(const std::vector<ports::Job>& jobs) {
  std::vector<Result<void>> results;
  for (const auto& job : jobs) {
    const char* verb = job.kind == ports::Job::Kind::start  ? "start "
                       : job.kind == ports::Job::Kind::stop ? "stop "
                                                            : "restart ";
    auto done = m.effect(verb + job.service);
    if (done && job.kind != ports::Job::Kind::start) {
      m.stop(job.service);
    }
    if (done && job.kind != ports::Job::Kind::stop) {
      done = m.start(job.service);
    }
    results.push_back(std::move(done));
  }
  return results;
}

// --- ledger
// ----------------------------------------------------------------------------------------

Result<model::Memory> FakeLedger::memory() {
  if (m.ledger_down) {
    return base::fail(*m.ledger_down);
  }
  return m.memory;
}

Result<std::vector<model::RunRecord>> FakeLedger::runs(std::size_t) {
  return std::vector<model::RunRecord>{};
}

Result<void> FakeLedger::write(const std::string& line) {
  if (m.ledger_down) {
    return base::fail(*m.ledger_down);
  }
  return m.effect("ledger: " + line);
}

Result<void> FakeLedger::remember_chain(const model::LastKnown& known) {
  if (auto done = write("chain"); !done) {
    return done;
  }
  m.memory.last_known = known;
  std::map<model::Version, TimePoint> since;
  for (const auto& target : {known.versions.provider.target, known.versions.consumer.target}) {
    const auto seen_before = m.memory.target_since.find(target);
    since[target] =
        seen_before == m.memory.target_since.end() ? known.seen_at : seen_before->second;
  }
  m.memory.target_since = since;
  return {};
}

Result<void> FakeLedger::record_binary(const model::BinaryRecord& binary) {
  auto done = write("binary " + binary.release.name);
  if (done) {
    m.memory.binaries.insert_or_assign(binary.release, binary);
  }
  return done;
}

Result<void> FakeLedger::forget_binary(const Release& release) {
  auto done = write("forget " + release.name);
  if (done) {
    m.memory.binaries.erase(release);
  }
  return done;
}

Result<void> FakeLedger::quarantine(const Release& release, const model::Quarantine& entry) {
  if (auto done = write("quarantine " + release.name); !done) {
    return done;
  }
  auto& kept = m.memory.quarantine[release];
  const unsigned tries = kept.reason.empty() ? entry.tries : kept.tries + 1;
  kept = entry;
  kept.tries = tries;
  if (kept.sha256.empty() && m.memory.binaries.contains(release)) {
    kept.sha256 = m.memory.binaries.at(release).sha256;
  }
  return {};
}

Result<void> FakeLedger::clear_quarantine(const Release& release) {
  if (!m.memory.quarantine.contains(release)) {
    return base::fail("release " + release.name + " is not in quarantine");
  }
  auto done = write("clear " + release.name);
  if (done) {
    m.memory.quarantine.erase(release);
  }
  return done;
}

Result<void> FakeLedger::remember_upgrade(const std::string& service,
                                          const model::Upgrade& upgrade) {
  auto done = write("upgrade " + service + " " + upgrade.from.name + " " + upgrade.to.name);
  if (done) {
    m.memory.upgrades.insert_or_assign(service, upgrade);
  }
  return done;
}

}  // namespace lavavisor::fakes
