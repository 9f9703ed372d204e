// The files of a configuration that is a folder.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace lavavisor::config {

struct Fragment {
  std::string name;                ///< in the folder
  std::filesystem::path leads_to;  ///< without any link on the way; "" = nowhere

  bool operator==(const Fragment&) const = default;
};

/// The fragments in `folder` (model::is_fragment, no folders) in the bytewise order of their names.
/// Fails when it can't be read, or a name can't be shown: it is not UTF-8 or holds a control
/// character.
base::Result<std::vector<Fragment>> list_fragments(const std::filesystem::path& folder);

}  // namespace lavavisor::config
