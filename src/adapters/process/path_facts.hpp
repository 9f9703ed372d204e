// What a path is and who may do what there; nothing is opened or changed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/process/identity.hpp"
#include "model/host_facts.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lavavisor::process {

/// Look at `path`; links are followed. One that is not there is told by the folder that it would be
/// made in.
model::PathFacts look_at_path(const std::filesystem::path& path);

/// The folders above `path`, the root first, links not resolved.
std::vector<std::filesystem::path> folders_above(const std::filesystem::path& path);

/// What keeps `user` from executing `file`, by owners and permission bits: a folder above it, or
/// the file itself; none = nothing.
std::optional<std::filesystem::path> barrier_to(const std::filesystem::path& file,
                                                const Identity& user);

/// As whom this process works: a name, else the number.
std::string own_name();

/// The executable that `word` means: a path itself, a name by the folders of `path` ($PATH).
std::optional<std::filesystem::path> find_program(
    const std::string& word, const std::vector<std::filesystem::path>& folders);

}  // namespace lavavisor::process
