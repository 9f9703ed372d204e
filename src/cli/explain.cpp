// `lavavisor explain`: why this version, by which rule, who said so, what happens next.
// SPDX-License-Identifier: Apache-2.0
#include "view/explain.hpp"

#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/host.hpp"
#include "cli/load_config.hpp"
#include "cli/session.hpp"

#include <iostream>

namespace lavavisor::cli {

int explain(const Options& options) {
  const auto desired = load_config(options);
  if (!desired) {
    return k_usage;
  }
  auto host = Host::for_reading(*desired);
  const auto pass = reconcile::preview(*desired, host.sensors(), {}, {});
  if (options.json) {
    std::cout << view::explain_json(*desired, pass.observed, pass.plan);
  } else {
    std::cout << view::explain_text(*desired, pass.observed, pass.plan, view_colour(options));
  }
  return k_success;
}

}  // namespace lavavisor::cli
