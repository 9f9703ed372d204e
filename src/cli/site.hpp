// What the original's commands have in common: D/.lavavisor and the config.toml in it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "cli/options.hpp"
#include "config/load.hpp"

#include <filesystem>
#include <optional>

namespace lavavisor::cli {

/// The home of whoever is at work: of the user who called sudo, unless that kept or set a home
/// other than root's own; "" = none is known.
std::filesystem::path operators_home();

/// D/.lavavisor, absolute; D is --directory, else the operator's home. Fails where none is known.
base::Result<std::filesystem::path> site_directory(const Options& options);

inline std::filesystem::path site_config(const std::filesystem::path& directory) {
  return directory / "config.toml";
}

/// A directory with its folders and a configuration that is valid.
struct Site {
  std::filesystem::path directory;
  bool is_new = false;  ///< config.toml was not there before
  model::Desired desired;
};

/// The site that `options` mean. Folders are made where missing and, where there is none, a
/// config.toml filled from the flags, with the configuration's schema beside it. Otherwise what to
/// exit with, after the reason was printed; a new config.toml that would not do is not written.
tl::expected<Site, int> open_site(const Options& options);

/// Load its configuration; with --auto-download, releases are downloaded whatever the file says.
config::Loaded load_site(const Options& options, const std::filesystem::path& directory);

}  // namespace lavavisor::cli
