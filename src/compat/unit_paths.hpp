// The files that a unit speaks of, found as lavap and systemd find them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compat/unit_file.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace lavavisor::compat {

/// Where `file`, a YAML that the unit's lavap is given, may lie, the likeliest first: below
/// WorkingDirectory=, in its config/ (lavap looks in both), and what the original calls .lavavisor/
/// in `directory`.
std::vector<std::filesystem::path> yaml_places(const UnitFileText& unit,
                                               const UnitIdentity& identity,
                                               const std::string& file,
                                               const std::filesystem::path& directory);

/// The files of EnvironmentFile=.
std::vector<std::filesystem::path> environment_files(const UnitFileText& unit,
                                                     const UnitIdentity& identity);

}  // namespace lavavisor::compat
