// The files that a folder's configuration is made of.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace lavavisor::model {

/// True when a file of this name in the folder is one of them: NAME.toml, unless it is hidden. What
/// editors leave beside it (NAME.toml~, .NAME.toml.swp) is none.
inline bool is_fragment(std::string_view name) {
  return name.ends_with(".toml") && !name.starts_with('.');
}

}  // namespace lavavisor::model
