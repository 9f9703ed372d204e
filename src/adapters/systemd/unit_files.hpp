// Unit files on disk, looked at and changed without asking any service manager.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/systemd/unit_folders.hpp"
#include "ports/units.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace lavavisor::systemd {

class UnitFiles final : public ports::UnitInventory, public ports::UnitDirectory {
 public:
  /// `folders`: where else a unit of the same name would be somebody else's; see unit_folders().
  explicit UnitFiles(std::vector<Path> folders);

  base::Result<std::map<std::string, model::UnitFile>> units(
      const ports::UnitPlaces& places, const std::set<std::string>& wanted) override;

  std::set<std::string> missing_users(const std::set<std::string>& users) override;

  /// A text that is there already is not written again (a process older than its unit file is
  /// restarted), but its link and the folder of its log are repaired.
  base::Result<void> write_unit(const ports::UnitPlaces& places,
                                const std::string& service,
                                const std::string& text) override;

  /// Mode 0640 with the primary group of `user` for root, else 0600.
  base::Result<void> write_config(const ports::UnitPlaces& places,
                                  const std::string& service,
                                  const std::string& text,
                                  const std::string& user) override;

  /// What others made is left: a foreign link or unit of that name, and a file without our marks.
  base::Result<void> remove_unit(const ports::UnitPlaces& places,
                                 const std::string& service) override;

 private:
  std::vector<Path> m_folders;
};

}  // namespace lavavisor::systemd
