// `lavavisor status`: desired beside observed, a line per service.
// SPDX-License-Identifier: Apache-2.0
#include "view/status.hpp"

#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/host.hpp"
#include "cli/load_config.hpp"
#include "cli/session.hpp"

#include <iostream>

namespace lavavisor::cli {

int status(const Options& options) {
  const auto desired = load_config(options);
  if (!desired) {
    return k_usage;
  }
  auto host = Host::for_reading(*desired);
  const auto pass = reconcile::preview(*desired, host.sensors(), {}, {});
  if (options.json) {
    std::cout << view::status_json(*desired, pass.observed, pass.plan);
  } else {
    std::cout << view::status_text(*desired, pass.observed, pass.plan, view_colour(options));
  }
  return k_success;
}

}  // namespace lavavisor::cli
