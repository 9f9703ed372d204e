// The folders that systemd reads units from, and the links by which units start at boot.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/units.hpp"

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace lavavisor::systemd {

using Path = std::filesystem::path;

/// The folders that units of `scope` are read from (systemd.unit(5), "Unit File Load Path"). The
/// first is the one that EnableUnitFiles puts its links into. None for scope "none".
std::vector<Path> unit_folders(model::Scope scope);

/// The services that some <folder>/*.wants/<name>.service or *.requires/<name>.service link makes
/// start, looked for in unit_dir and in the first of `folders`.
base::Result<std::set<std::string>> enabled_services(const ports::UnitPlaces& places,
                                                     const std::vector<Path>& folders);

/// Remove those links of `service`, and what else in these two folders is an alias of its unit.
/// The link unit_dir/<service>.service stays.
base::Result<void> remove_install_links(const ports::UnitPlaces& places,
                                        const std::vector<Path>& folders,
                                        const std::string& service);

/// Where `link`, a symbolic link, leads: absolute, without dots; "" when it is no link.
Path link_target(const Path& link);

/// True when `link` is a symbolic link that leads to `file`, by its text or really.
bool leads_to(const Path& link, const Path& file);

}  // namespace lavavisor::systemd
