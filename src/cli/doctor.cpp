// `lavavisor doctor`: is this host fit for what the configuration asks, and what is to be mended.
// SPDX-License-Identifier: Apache-2.0
#include "view/doctor.hpp"

#include "cli/command.hpp"
#include "cli/doctor_facts.hpp"
#include "cli/exit_code.hpp"
#include "cli/load_config.hpp"
#include "cli/session.hpp"
#include "config/load.hpp"
#include "doctor/check_up.hpp"

#include <iostream>

namespace lavavisor::cli {

int doctor(const Options& options) {
  auto environment = config::process_environment();
  environment.trusted.clear();  // who may change what is a question of its own here
  const auto loaded = config::load(config_file(options), environment);
  if (!loaded.desired) {
    show_findings(options, loaded.findings);
    return k_usage;
  }
  const auto checks =
      doctor::check_up(*loaded.desired, gather_facts(*loaded.desired, loaded.findings));
  std::cout << (options.json ? view::doctor_json(checks)
                             : view::doctor_text(checks, view_screen(options)))
            << std::flush;
  return doctor::has_problem(checks) ? k_failed : k_success;
}

}  // namespace lavavisor::cli
