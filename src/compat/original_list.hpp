// The original's config.yml: the names of the services that it runs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compat/import_unit.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lavavisor::compat {

struct OriginalList {
  std::vector<std::string> units;  ///< "alice-ETH1.service", in the file's order, each once
  std::vector<Note> notes;
};

/// Read the `services:` of a config.yml. Whatever can't be read becomes a note; tabs, which YAML
/// does not allow as indentation, are taken for blanks.
OriginalList read_original_list(std::string_view yaml);

}  // namespace lavavisor::compat
