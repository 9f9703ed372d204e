// `lavavisor start`: run, for the config.toml that init and create-service made.
// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/run_loop.hpp"
#include "cli/session.hpp"
#include "cli/site.hpp"

#include <filesystem>
#include <string>
#include <system_error>

namespace lavavisor::cli {

namespace fs = std::filesystem;

int start(const Options& options) {
  const auto directory = site_directory(options);
  if (!directory) {
    return refuse(directory.error());
  }
  std::error_code ignored;
  if (!fs::exists(fs::symlink_status(site_config(*directory), ignored))) {
    const bool is_original = fs::exists(*directory / "config.yml", ignored);
    return refuse({"there is no " + site_config(*directory).string() + "; lavavisor " +
                   (is_original ? "import makes it of the config.yml there" : "init makes it")});
  }
  return run_loop_of(options,
                     [&options, directory = *directory] { return load_site(options, directory); });
}

}  // namespace lavavisor::cli
