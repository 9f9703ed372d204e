// `lavavisor version`: its own version; with --json the facts of its build.
// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "view/json.hpp"

#include <build_info.hpp>
#include <iostream>

namespace lavavisor::cli {

int version(const Options& options) {
  if (!options.json) {
    std::cout << k_version << "\n";
    return k_success;
  }
  view::Json json;
  json.field("version", k_version);
  json.field("compiler", k_compiler);
  json.field("build_type", k_build_type);
  std::cout << json.finish();
  return k_success;
}

}  // namespace lavavisor::cli
