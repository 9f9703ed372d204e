// Whose a unit is: ours by the marks in the file itself, or somebody else's, and what to do then.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/systemd/unit_folders.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lavavisor::systemd {

/// True when `text` carries the marks of a generated unit: the first line "# Managed by lavavisor"
/// and a line "[X-Lavavisor]".
bool has_marks(std::string_view text);

/// What stands in the way of a unit <service>.service of ours in unit_dir, in the other unit
/// `folders` or below the directory, with what to do about it; "" = nothing, or only what may be
/// taken over. `own_text` is what the regular file below the directory says, if it was read before.
std::string foreign_unit(const ports::UnitPlaces& places,
                         const std::vector<Path>& folders,
                         const std::string& service,
                         const std::optional<std::string>& own_text = std::nullopt);

}  // namespace lavavisor::systemd
