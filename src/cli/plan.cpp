// `lavavisor plan`: what apply would do, and why; also under assumed versions.
// SPDX-License-Identifier: Apache-2.0
#include "view/plan.hpp"

#include "cli/assumed_chain.hpp"
#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/host.hpp"
#include "cli/load_config.hpp"
#include "cli/session.hpp"

#include <iostream>

namespace lavavisor::cli {

int plan(const Options& options) {
  const auto desired = load_config(options);
  if (!desired) {
    return k_usage;
  }
  const auto assumption = parse_assumption(options.assume);
  if (!assumption) {
    std::cerr << "lavavisor: --assume: " << assumption.error().message << "\n";
    return k_usage;
  }
  auto host = Host::for_reading(*desired);
  auto sensors = host.sensors();
  AssumedChain chain{sensors.chain, *assumption, sensors.clock};
  const ports::Sensors assuming{chain,
                                sensors.binaries,
                                sensors.prober,
                                sensors.units,
                                sensors.services,
                                sensors.ledger,
                                sensors.clock};
  const auto pass = reconcile::preview(*desired, assuming, {}, {});
  if (options.json) {
    std::cout << view::plan_json(*desired, pass.observed, pass.plan);
  } else {
    std::cout << view::plan_text(*desired, pass.observed, pass.plan, view_screen(options));
  }
  const int code = exit_code_of(reconcile::failed(pass), pass);
  const bool pending = options.detailed_exitcode && !pass.plan.steps.empty();
  return code == k_success && pending ? k_changes_pending : code;
}

}  // namespace lavavisor::cli
