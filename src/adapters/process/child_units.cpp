// A map from names to texts.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/child_units.hpp"

namespace lavavisor::process {

base::Result<std::map<std::string, model::UnitFile>> ChildUnits::units(
    const ports::UnitPlaces& /*places*/, const std::set<std::string>& wanted) {
  const std::lock_guard lock{m_mutex};
  std::map<std::string, model::UnitFile> files;
  for (const auto& service : wanted) {
    auto& file = files[service];
    file.linked = true;
    file.enabled = true;
    if (const auto unit = m_units.find(service); unit != m_units.end()) {
      file.text = unit->second.text;
      file.modified = unit->second.written;
    }
  }
  return files;
}

std::set<std::string> ChildUnits::missing_users(const std::set<std::string>& /*users*/) {
  return {};
}

base::Result<void> ChildUnits::write_unit(const ports::UnitPlaces& /*places*/,
                                          const std::string& service,
                                          const std::string& text) {
  const std::lock_guard lock{m_mutex};
  m_units[service] = {text, m_clock.now()};
  return {};
}

base::Result<void> ChildUnits::write_config(const ports::UnitPlaces& /*places*/,
                                            const std::string& service,
                                            const std::string& /*text*/,
                                            const std::string& /*user*/) {
  return base::fail("the configuration of " + service + " is not lavavisor's to copy");
}

base::Result<void> ChildUnits::remove_unit(const ports::UnitPlaces& /*places*/,
                                           const std::string& service) {
  const std::lock_guard lock{m_mutex};
  m_units.erase(service);
  return {};
}

std::string ChildUnits::text_of(const std::string& service) const {
  const std::lock_guard lock{m_mutex};
  const auto unit = m_units.find(service);
  return unit == m_units.end() ? std::string{} : unit->second.text;
}

}  // namespace lavavisor::process
