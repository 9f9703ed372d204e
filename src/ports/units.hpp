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

/// Where unit files live: <directory>/services, linked from `systemd.unit_dir`; and which of those
/// that lavavisor did not make it may take over.
struct UnitPlaces {
  std::filesystem::path directory;
  model::SystemdSettings systemd;
  std::map<std::string, std::string> adopted = {};  ///< service -> SHA-256 of its unit as it is
};

/// Those of `desired`.
inline UnitPlaces unit_places(const model::Desired& desired) {
  UnitPlaces places{desired.directory, desired.systemd};
  for (const auto& service : desired.services) {
    if (!service.adopt.empty()) {
      places.adopted.emplace(service.name, service.adopt);
    }
  }
  return places;
}

class UnitInventory {
 public:
  virtual ~UnitInventory() = default;

  /// The files of each service in `wanted`, and of every other one that lavavisor made here (its
  /// unit below `places.directory` carries the ownership marks, or a link in unit_dir leads there).
  /// The text of one that may be taken over is that of the file that the service manager reads.
  virtual base::Result<std::map<std::string, model::UnitFile>> units(
      const UnitPlaces& places, const std::set<std::string>& wanted) = 0;

  /// Those of `users` that this host's user database lacks.
  virtual std::set<std::string> missing_users(const std::set<std::string>& users) = 0;
};

class UnitDirectory {
 public:
  virtual ~UnitDirectory() = default;

  /// Write <directory>/services/<service>.service and, with create_link, link it from unit_dir.
  /// Refuses where one of the two is not lavavisor's, unless its SHA-256 is the one in
  /// `places.adopted`: that one is kept as <service>.service.imported and then replaced.
  virtual base::Result<void> write_unit(const UnitPlaces& places,
                                        const std::string& service,
                                        const std::string& text) = 0;

  /// Write the service's copy of its lavap YAML, readable by root and the group of `user` only.
  virtual base::Result<void> write_config(const UnitPlaces& places,
                                          const std::string& service,
                                          const std::string& text,
                                          const std::string& user) = 0;

  /// Remove the unit, its link and its YAML copy; what was kept at a take-over stays.
  virtual base::Result<void> remove_unit(const UnitPlaces& places, const std::string& service) = 0;
};

}  // namespace lavavisor::ports
