// A folder of the original LavaVisor, or of hand-written units, as a config.toml.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/rights.hpp"
#include "compat/import_unit.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lavavisor::compat {

/// A unit as found.
struct UnitSource {
  std::filesystem::path file;
  std::string text;
  base::Ownership is;  ///< as it was opened
};

/// All that an import looks at.
struct OriginalFiles {
  UnitSurroundings surroundings;            ///< its directory is that of config.toml, too
  std::optional<std::string> config_yml;    ///< none: there is no such file
  std::map<std::string, UnitSource> units;  ///< by unit name, "alice-ETH1.service"
  std::vector<std::string> unreadable;      ///< what could not be read, and why
  /// Of units that stand in unit_dir themselves: the file of the same name below the directory,
  /// which systemd does not read and which says something else.
  std::map<std::string, std::filesystem::path> shadowed;
  std::map<std::string, std::filesystem::path> drop_ins;  ///< the folder of a unit's, by unit
  std::optional<std::filesystem::path> link;  ///< for [binary]; none: nothing is said about it
};

struct Imported {
  std::string toml_text;             ///< loads, once its YAML files are there
  std::vector<Note> notes;           ///< in the order in which things were found
  std::vector<std::string> adopted;  ///< the services in it, whose units lavavisor takes over
  bool is_done = false;              ///< it made all of these, so nothing is left to be imported
};

/// The absolute paths by which the units call lavap.
std::vector<std::filesystem::path> lavap_paths(const OriginalFiles& files);

/// Make a config.toml of `files`. Units that config.yml lists become services; where it lists none
/// or is not there, all units do. Others, and those of another chain than the first, stand in the
/// text as comments. A unit that runs the original lavavisor gives its flags. What can't be taken
/// over is told in a note, and so is what changes when the units are adopted.
Imported import_original(const OriginalFiles& files);

/// Read what import_original needs: `directory`/config.yml, `directory`/services/*.service, units
/// that stand in `unit_dir` themselves and are in the list or of the same name, and which of the
/// files that they name exist.
base::Result<OriginalFiles> read_original(const std::filesystem::path& directory,
                                          const std::filesystem::path& unit_dir);

}  // namespace lavavisor::compat
