// The names of an archive's entries, which come from outside.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lavavisor::release {

/// A path below some folder: its names from the top, none of them "", ".", or "..".
using EntryPath = std::vector<std::string>;

/// Take an entry's name apart; empty for one that names the folder itself ("./"). Refuses absolute
/// names, "..", control characters, and what no file system takes (names of more than 255 bytes,
/// more than 4,095 together).
base::Result<EntryPath> parse_entry_path(std::string_view name);

}  // namespace lavavisor::release
