// Finding, reading and complaining about the configuration.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/options.hpp"
#include "config/finding.hpp"
#include "config/load.hpp"
#include "model/desired.hpp"

#include <filesystem>
#include <optional>
#include <vector>

namespace lavavisor::cli {

/// The file or folder that `options` names; else $LAVAVISOR_CONFIG, /etc/lavavisor/config.toml,
/// the folder /etc/lavavisor/config.d, ~/.lavavisor/config.toml, the first that there is; ~ is the
/// operator's home (site.hpp).
std::filesystem::path config_file(const Options& options);

/// Print what was found wrong on stderr.
void show_findings(const Options& options, const std::vector<config::Finding>& findings);

/// Load it. Findings go to stderr; nothing when one of them is an error (exit with k_usage).
/// `exposed`: what becomes of one that others may change, where we are root.
std::optional<model::Desired> load_config(const Options& options,
                                          config::Exposed exposed = config::Exposed::refused);

}  // namespace lavavisor::cli
