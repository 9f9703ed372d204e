// `lavavisor validate`: the configuration alone, without a look at chain or host.
// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/load_config.hpp"

#include <iostream>

namespace lavavisor::cli {

int validate(const Options& options) {
  const auto desired = load_config(options, config::Exposed::warned);  // nothing is done by it
  if (!desired) {
    return k_usage;
  }
  const auto count = desired->services.size();
  std::cout << config_file(options).string() << " is valid: " << count
            << (count == 1 ? " service" : " services") << " on " << desired->chain.id << "\n";
  return k_success;
}

}  // namespace lavavisor::cli
