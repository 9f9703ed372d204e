// What every section's reader works with.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/custody.hpp"
#include "config/findings.hpp"
#include "config/load.hpp"
#include "config/problem.hpp"

#include <filesystem>
#include <string_view>

namespace lavavisor::config {

struct Context {
  Findings& findings;
  const Environment& environment;
  Custody& custody;
  std::filesystem::path folder;        ///< in which the TOML files stand, absolute
  std::filesystem::path named_folder;  ///< the same as the operator named it; "" = where he stands
};

/// Make an absolute path of one from a file: `~/` is the home directory, what is relative is
/// relative to the file's folder.
Checked<std::filesystem::path> expand_path(const Context& context, std::string_view text);

/// Make `given` absolute and fold its dots, without following a link at its end.
std::filesystem::path absolute_path(const std::filesystem::path& given);

}  // namespace lavavisor::config
