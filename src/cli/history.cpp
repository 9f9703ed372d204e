// `lavavisor history`: past runs and their actions, newest first.
// SPDX-License-Identifier: Apache-2.0
#include "view/history.hpp"

#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/host.hpp"
#include "cli/load_config.hpp"
#include "cli/session.hpp"

#include <iostream>

namespace lavavisor::cli {

int history(const Options& options) {
  const auto desired = load_config(options);
  if (!desired) {
    return k_usage;
  }
  auto host = Host::for_reading(*desired);
  const auto runs = host.ledger_reader().runs(options.count);
  if (!runs) {
    return complain(runs.error());
  }
  std::cout << (options.json ? view::history_json(*runs)
                             : view::history_text(*runs, view_screen(options)));
  return k_success;
}

}  // namespace lavavisor::cli
