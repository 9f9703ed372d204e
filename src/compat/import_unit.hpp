// One unit of the original's, or of the operator's, as a [[service]].
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "compat/toml_write.hpp"

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lavavisor::compat {

/// Something that the operator should know about an import.
struct Note {
  enum class Kind { info, warning };

  Kind kind = Kind::info;
  std::string subject;  ///< a unit, "config.yml", or "" for all of it
  std::string text;

  bool operator==(const Note&) const = default;
};

/// What is known of the host beside the unit itself.
struct UnitSurroundings {
  std::filesystem::path directory;        ///< <home>/.lavavisor, absolute
  std::set<std::filesystem::path> files;  ///< of the YAML files that a unit may mean, those
                                          ///< that are there
  std::map<std::filesystem::path, std::string> environment_files;
};

struct ImportedUnit {
  std::string name;
  TomlEntries keys;                         ///< of [[service]], `node` and `name` left out
  std::map<std::string, TomlEntries> unit;  ///< [service.unit.SECTION]
  std::string chain_id;                     ///< "" = the unit does not say
  std::string node;                         ///< "" = takes none
  std::string binary;                       ///< the lavap that it runs; "" = none of ours to change
  std::vector<Note> notes;
};

/// Turn the unit `unit_name` ("alice-ETH1.service") into a service. Every assignment ends up in a
/// key, in [service.unit] or in a note. Fails when no service can be made of it.
base::Result<ImportedUnit> import_unit(const std::string& unit_name,
                                       std::string_view text,
                                       const UnitSurroundings& surroundings);

/// Where the YAML file that a unit names may lie, the likeliest first: below WorkingDirectory=, in
/// its config/ (lavap looks in both), and what the original calls .lavavisor/ in `directory`.
std::vector<std::filesystem::path> yaml_candidates(const std::string& unit_name,
                                                   std::string_view text,
                                                   const std::filesystem::path& directory);

/// The files that a unit names in EnvironmentFile=.
std::vector<std::filesystem::path> environment_files_of(const std::string& unit_name,
                                                        std::string_view text);

}  // namespace lavavisor::compat
