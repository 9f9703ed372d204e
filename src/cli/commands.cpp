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
      {"status",     "Show desired beside observed, a line per service",           k_config | k_json | k_watch,                         status},
      {"history",    "Show past runs and their actions",                           k_config | k_json | k_count,                         history},
      {"rollback",   "Quarantine the current version and return to the one before", k_config | k_json,                                  rollback},
      {"quarantine", "List quarantined releases, or clear one",                    k_config | k_clear,                                  quarantine},
      {"verify",     "Hash every installed binary anew",                           k_config,                                            verify},
      {"prune",      "Remove versions that nothing needs",                         k_config | k_json,                                   prune},
      {"doctor",     "Check the host, and say what to mend",                       k_config | k_json,                                   doctor},
      {"init",       "Make folders, config.toml, and install and link lavap",      k_directory | k_chain | k_auto_download | k_auto_start, init},
      {"create-service", "Add a provider or consumer to config.toml",              k_directory | k_chain | k_service,                   create_service},
      {"start",      "The same as run, for D/.lavavisor/config.toml",              k_directory | k_auto_download | k_auto_start,        start},
      {"import",     "Turn what the original left into a config.toml", k_directory,                                        import_original},
      {"wrap",       "Run one lavap in the foreground and keep it up to date",     k_wrap | k_directory | k_chain | k_auto_download,    wrap},
      {"pod",        "The same for a container: downloads, needs no init",         k_wrap | k_directory | k_chain | k_auto_download,    pod},
      {"schema",     "Print the JSON Schema of the configuration",                 0,                                                   schema},
      {"completion", "Print a completion script for a shell",                      k_shell,                                             completion},
      {"version",    "Print the version of lavavisor itself",                      k_json,                                              version},
  };
  // clang-format on
  return k_commands;
}

}  // namespace lavavisor::cli
