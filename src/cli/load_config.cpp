// Every command begins here; a bad file is shown with all its mistakes and touches nothing.
// SPDX-License-Identifier: Apache-2.0
#include "cli/load_config.hpp"

#include "cli/site.hpp"

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
  const std::filesystem::path folder = "/etc/lavavisor/config.d";
  const auto own = site_config(operators_home() / ".lavavisor");
  std::error_code ignored;
  if (std::filesystem::exists(system, ignored)) {
    return system;
  }
  if (std::filesystem::is_directory(folder, ignored)) {
    return folder;
  }
  return std::filesystem::exists(own, ignored) ? own : system;
}

void show_findings(const Options& options, const std::vector<config::Finding>& findings) {
  std::cerr << config::format_findings(
      findings, colour_stderr(options) ? config::Colour::yes : config::Colour::no);
}

std::optional<model::Desired> load_config(const Options& options, config::Exposed exposed) {
  auto environment = config::process_environment();
  environment.exposed = exposed;
  auto loaded = config::load(config_file(options), environment);
  show_findings(options, loaded.findings);
  return std::move(loaded.desired);
}

}  // namespace lavavisor::cli
