// The configuration: one TOML file -> what the operator asks for, or all that is wrong with it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/finding.hpp"
#include "model/desired.hpp"

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace lavavisor::config {

/// What defaults and `~/` depend on.
struct Environment {
  bool is_root = false;
  std::filesystem::path home;  ///< absolute; "" = none is known
};

/// The process's own: effective user, $HOME (or, without it, the password database's).
Environment process_environment();

struct Loaded {
  std::optional<model::Desired> desired;  ///< only when no finding is an error
  std::vector<Finding> findings;          ///< in the order of their places
};

/// Read `file` and the lavap YAML files that it names. Relative paths in it are relative to its
/// folder as it was named, so a symbolic link to the file is not followed for that.
Loaded load(const std::filesystem::path& file, const Environment& environment);

/// The same, were `text` what `file` holds.
Loaded load_text(const std::filesystem::path& file,
                 std::string_view text,
                 const Environment& environment);

/// The JSON Schema of the configuration (draft 7), schema/lavavisor.schema.json.
std::string_view schema_text();

}  // namespace lavavisor::config
