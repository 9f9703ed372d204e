// The rows: name, help, what it takes, who runs it.
// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"

namespace lavavisor::cli {

const std::vector<Command>& commands() {
  // clang-format off
  static const std::vector<Command> k_commands = {
      {"validate",   "Check the configuration; every problem at once",             k_config,                                            validate},
      {"plan",       "Show what apply would do, and why",                          k_config | k_json | k_detailed_exitcode | k_assume,   plan},
      {"explain",    "Tell why this version, by which rule, and what happens next", k_config | k_json,                                  explain},
      {"apply",      "Reconcile once: make it so",                                 k_config | k_json | k_dry_run,                       apply},
      {"run",        "Reconcile again and again, as a service",                    k_config,                                            run_loop},
      {"status",     "Show desired beside observed, a line per service",           k_config | k_json,                                   status},
      {"history",    "Show past runs and their actions",                           k_config | k_json | k_count,                         history},
      {"rollback",   "Quarantine the current version and return to the one before", k_config | k_json,                                  rollback},
      {"quarantine", "List quarantined releases, or clear one",                    k_config | k_clear,                                  quarantine},
      {"verify",     "Hash every installed binary anew",                           k_config,                                            verify},
      {"prune",      "Remove versions that nothing needs",                         k_config | k_json,                                   prune},
      {"schema",     "Print the JSON Schema of the configuration",                 0,                                                   schema},
      {"completion", "Print a completion script for a shell",                      k_shell,                                             completion},
      {"version",    "Print the version of lavavisor itself",                              k_json,                                              version},
  };
  // clang-format on
  return k_commands;
}

}  // namespace lavavisor::cli
