// The table of commands: one row each, one file each.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/options.hpp"

#include <string_view>
#include <vector>

namespace lavavisor::cli {

/// An argument that a command takes, as a bit.
enum Takes : unsigned {
  k_config = 1U << 0U,
  k_json = 1U << 1U,
  k_detailed_exitcode = 1U << 2U,
  k_dry_run = 1U << 3U,
  k_assume = 1U << 4U,
  k_count = 1U << 5U,
  k_clear = 1U << 6U,
  k_shell = 1U << 7U,
  k_wrap = 1U << 8U,  ///< what wrap and pod have in common
  k_directory = 1U << 9U,
  k_chain = 1U << 10U,  ///< --node, --chain-id
  k_auto_download = 1U << 11U,
  k_auto_start = 1U << 12U,
  k_service = 1U << 13U,  ///< what create-service says of a service
  k_watch = 1U << 14U,
};

struct Command {
  std::string_view name;
  std::string_view help;
  unsigned takes;              ///< Takes, or-ed
  int (*run)(const Options&);  ///< its exit code
};

/// All commands in the order of `--help`.
const std::vector<Command>& commands();

int validate(const Options& options);
int plan(const Options& options);
int explain(const Options& options);
int apply(const Options& options);
int run_loop(const Options& options);
int status(const Options& options);
int history(const Options& options);
int rollback(const Options& options);
int quarantine(const Options& options);
int verify(const Options& options);
int prune(const Options& options);
int doctor(const Options& options);
int init(const Options& options);
int create_service(const Options& options);
int start(const Options& options);
int import_original(const Options& options);
int wrap(const Options& options);
int pod(const Options& options);
int schema(const Options& options);
int completion(const Options& options);
int version(const Options& options);

}  // namespace lavavisor::cli
