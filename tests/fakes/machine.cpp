// Effects, time and the snapshot; what the service manager does is in machine_services.cpp.
// SPDX-License-Identifier: Apache-2.0
#include "fakes/machine.hpp"

#include "base/sha256.hpp"

#include <algorithm>
#include <sstream>

namespace lavavisor::fakes {

std::string Program::sha256(const Release& release) const {
  return base::sha256_hex(release.name + " " + reports + " " + std::to_string(edition));
}

void Machine::publish(const std::string& release, const std::string& version, Conduct conduct) {
  published[Release{release}] = {Program{version, conduct, 1}, ""};
}

void Machine::place(const std::string& release, const std::string& version, Conduct conduct) {
  const auto stamp = base::FileStamp{1, next_inode(), 150, 0, 0};
  binaries[Release{release}] = {Program{version, conduct, 1}, stamp};
}

void Machine::edit_unit(const std::string& service, const std::string& text) {
  advance(milliseconds{1});
  units[service].text = text;
  units[service].modified = m_now;
}

milliseconds Machine::steady() const {
  return std::chrono::duration_cast<milliseconds>(m_now - TimePoint{k_start});
}

std::optional<TimePoint> Machine::next_change() const {
  std::optional<TimePoint> next;
  for (const auto& [service, unit] : manager) {
    if (unit.next) {
      next = next ? std::min(*next, *unit.next) : *unit.next;
    }
  }
  return next;
}

void Machine::advance(milliseconds duration) {
  const TimePoint end = m_now + duration;
  while (const auto next = next_change()) {
    if (*next > end) {
      break;
    }
    m_now = *next;
    for (auto& [service, unit] : manager) {
      if (unit.next == m_now) {
        change(service, unit);
      }
    }
  }
  m_now = end;
}

void Machine::wait_for_change(milliseconds limit) {
  const auto next = next_change();
  const TimePoint end = m_now + limit;
  advance(next && *next < end ? std::chrono::ceil<milliseconds>(*next - m_now) : limit);
}

Result<void> Machine::effect(const std::string& line) {
  if (on_effect) {
    on_effect(line);
  }
  if (m_until_loss) {
    if (*m_until_loss == 0) {
      throw PowerLoss{};
    }
    --*m_until_loss;
  }
  if (const auto failure = m_failures.extract(line)) {
    return base::fail(failure.mapped());
  }
  if (m_until_failure) {
    if (*m_until_failure == 0) {
      m_until_failure.reset();
      m_has_failed = true;
      return base::fail(m_failure);
    }
    --*m_until_failure;
  }
  m_effects.push_back(line);
  advance(milliseconds{1});
  return {};
}

std::vector<std::string> Machine::deeds() const {
  std::vector<std::string> deeds;
  std::copy_if(
      m_effects.begin(), m_effects.end(), std::back_inserter(deeds), [](const std::string& line) {
        return !line.starts_with("ledger: ");
      });
  return deeds;
}

void Machine::fail_after(std::size_t count, const std::string& error) {
  m_until_failure = count;
  m_failure = error;
}

std::string Machine::snapshot() const {
  std::ostringstream out;
  for (const auto& [release, binary] : binaries) {
    out << "binary " << release.name << " " << binary.program.sha256(release) << "\n";
  }
  for (const auto& [release, record] : memory.binaries) {
    if (!binaries.contains(release)) {
      continue;  // a memory of what it reported; it does no harm
    }
    out << "recorded " << release.name << " " << record.sha256
        << (record.source == model::BinarySource::placed  ? " placed"
            : record.source == model::BinarySource::built ? " built"
                                                          : " downloaded")
        << (binaries.at(release).stamp == record.stamp ? "" : " with another stamp") << "\n";
  }
  for (const auto& [release, source] : unpacked) {
    out << "rubbish of a build of " << release.name << "\n";
  }
  out << "link " << (link.release ? link.release->name : "none") << "\n";
  for (const auto& [service, unit] : units) {
    out << "unit " << service << (unit.linked ? " linked" : "") << (unit.enabled ? " enabled" : "")
        << "\n"
        << unit.text.value_or("(none)\n") << "config: " << unit.config.value_or("(none)") << "\n";
  }
  for (const auto& [service, unit] : manager) {
    if (!units.contains(service) && !unit.process) {
      continue;  // forgotten by the manager at its next look
    }
    out << "service " << service << " " << unit.active_state << " "
        << (unit.process ? unit.process->release.name + " " + unit.process->unit_digest : "-")
        << (needs_reload(service) ? " needs a reload" : "") << "\n";
  }
  for (const auto& [release, entry] : memory.quarantine) {
    out << "quarantined " << release.name << "\n";
  }
  return out.str();
}

}  // namespace lavavisor::fakes
