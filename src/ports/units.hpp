// Unit files on disk: looked at, changed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "model/observed.hpp"

#include <filesystem>
#include <map>
#include <set>
#include <string>

namespace lavavisor::ports {

/// Where unit files live: <directory>/services, linked from `systemd.unit_dir`.
struct UnitPlaces {
  std::filesystem::path directory;
  model::SystemdSettings systemd;
};

class UnitInventory {
 public:
  virtual ~UnitInventory() = default;

  /// The files of each service in `wanted`, and of every other one that lavavisor made here (its
  /// unit below `places.directory` carries the ownership marks, or a link in unit_dir leads there).
  virtual base::Result<std::map<std::string, model::UnitFile>> units(
      const UnitPlaces& places, const std::set<std::string>& wanted) = 0;

  /// Those of `users` that this host's user database lacks.
  virtual std::set<std::string> missing_users(const std::set<std::string>& users) = 0;
};

class UnitDirectory {
 public:
  virtual ~UnitDirectory() = default;

  /// Write <directory>/services/<service>.service and, with create_link, link it from unit_dir.
  /// Refuses where unit_dir holds something of that name that is not such a link.
  virtual base::Result<void> write_unit(const UnitPlaces& places,
                                        const std::string& service,
                                        const std::string& text) = 0;

  /// Write the service's copy of its lavap YAML, readable by root and the group of `user` only.
  virtual base::Result<void> write_config(const UnitPlaces& places,
                                          const std::string& service,
                                          const std::string& text,
                                          const std::string& user) = 0;

  /// Remove the unit, its link and its YAML copy.
  virtual base::Result<void> remove_unit(const UnitPlaces& places, const std::string& service) = 0;
};

}  // namespace lavavisor::ports
