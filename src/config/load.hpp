// The configuration: a TOML file, or a folder of them -> what the operator asks for, or all that is
// wrong with it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/rights.hpp"
#include "config/finding.hpp"
#include "model/desired.hpp"

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace lavavisor::config {

/// What becomes of a configuration that others may change.
enum class Exposed { refused, warned };

/// What defaults and `~/` depend on, and whose hands are trusted.
struct Environment {
  bool is_root = false;
  std::filesystem::path home;  ///< absolute; "" = none is known
  std::vector<base::Trusted> trusted =
      {};  ///< who may change what decides what runs; none: anybody
  Exposed exposed = Exposed::refused;
};

/// The process's own: effective user, $HOME (or, without it, the password database's). Trusted are,
/// where we are root, root and who called sudo; where we are not, nobody is asked.
Environment process_environment();

struct Loaded {
  std::optional<model::Desired> desired;  ///< only when no finding is an error
  std::vector<Finding> findings;          ///< in the order of their places
};

/// Read `config` and the lavap YAML files that it names. It is a file, or a folder whose fragments
/// (model::is_fragment) are merged in the bytewise order of their names: tables become one,
/// [[service]] lists follow each other, and a key that two of them set is an error. Relative paths
/// are relative to the folder in which file or fragments stand as it was named: a symbolic link to
/// one is not followed for that.
///
/// Desired::config_sha256 is the SHA-256 of the file; of a folder, that of the lines which
/// `LC_ALL=C sha256sum *.toml` prints in it, each "<SHA-256 of the fragment>  <its name>\n":
/// neither a renamed fragment nor text moved from one to another goes unnoticed.
///
/// What others than the trusted may change (custody.hpp) is an error, told before it is parsed.
Loaded load(const std::filesystem::path& config, const Environment& environment);

/// The same, were `text` what `file`, which is no folder, holds.
Loaded load_text(const std::filesystem::path& file,
                 std::string_view text,
                 const Environment& environment);

/// The JSON Schema of the configuration (draft 7), schema/lavavisor.schema.json.
std::string_view schema_text();

}  // namespace lavavisor::config
