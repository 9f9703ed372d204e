// Where wrap keeps the text of its service's unit: in memory, since no service manager reads it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/clock.hpp"
#include "ports/units.hpp"

#include <map>
#include <mutex>
#include <string>

namespace lavavisor::process {

/// Units that are always linked and enabled. For any threads.
class ChildUnits final : public ports::UnitInventory, public ports::UnitDirectory {
 public:
  explicit ChildUnits(ports::Clock& clock) : m_clock{clock} {}

  base::Result<std::map<std::string, model::UnitFile>> units(
      const ports::UnitPlaces& places, const std::set<std::string>& wanted) override;

  /// None: the child runs as who we are.
  std::set<std::string> missing_users(const std::set<std::string>& users) override;

  base::Result<void> write_unit(const ports::UnitPlaces& places,
                                const std::string& service,
                                const std::string& text) override;

  /// Refused: the child's own command line names its configuration.
  base::Result<void> write_config(const ports::UnitPlaces& places,
                                  const std::string& service,
                                  const std::string& text,
                                  const std::string& user) override;

  base::Result<void> remove_unit(const ports::UnitPlaces& places,
                                 const std::string& service) override;

  /// The text last written; "" = none.
  std::string text_of(const std::string& service) const;

 private:
  struct Unit {
    std::string text;
    base::TimePoint written;
  };

  ports::Clock& m_clock;
  mutable std::mutex m_mutex;
  std::map<std::string, Unit> m_units;
};

}  // namespace lavavisor::process
