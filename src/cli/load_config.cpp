// Every command begins here; a bad file is shown with all its mistakes and touches nothing.
// SPDX-License-Identifier: Apache-2.0
#include "cli/load_config.hpp"

#include "config/load.hpp"

#include <cstdlib>
#include <iostream>

namespace lavavisor::cli {

std::filesystem::path config_file(const Options& options) {
  if (!options.config.empty()) {
    return options.config;
  }
  const char* named = std::getenv("LAVAVISOR_CONFIG");
  if (named != nullptr && *named != '\0') {
    return named;
  }
  const std::filesystem::path system = "/etc/lavavisor/config.toml";
  const auto own = config::process_environment().home / ".lavavisor/config.toml";
  std::error_code ignored;
  return !std::filesystem::exists(system, ignored) && std::filesystem::exists(own, ignored)
             ? own
             : system;
}

std::optional<model::Desired> load_config(const Options& options) {
  auto loaded = config::load(config_file(options), config::process_environment());
  std::cerr << config::format_findings(
      loaded.findings, colour_stderr(options) ? config::Colour::yes : config::Colour::no);
  return std::move(loaded.desired);
}

}  // namespace lavavisor::cli
