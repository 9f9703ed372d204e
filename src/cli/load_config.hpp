// Finding, reading and complaining about the configuration.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/options.hpp"
#include "model/desired.hpp"

#include <filesystem>
#include <optional>

namespace lavavisor::cli {

/// The file that `options` names; else $LAVAVISOR_CONFIG, /etc/lavavisor/config.toml,
/// ~/.lavavisor/config.toml, the first that there is.
std::filesystem::path config_file(const Options& options);

/// Load it. Findings go to stderr; nothing when one of them is an error (exit with k_usage).
std::optional<model::Desired> load_config(const Options& options);

}  // namespace lavavisor::cli
