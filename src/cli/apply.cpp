// `lavavisor apply`: one reconcile, made for cron, a timer or a GitOps hook.
// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/host.hpp"
#include "cli/load_config.hpp"
#include "cli/session.hpp"

namespace lavavisor::cli {
namespace {

int dry_run(const Options& options) {
  const auto desired = load_config(options);
  if (!desired) {
    return k_usage;
  }
  auto host = Host::for_reading(*desired);
  const auto pass = reconcile::preview(*desired, host.sensors(), {}, {});
  print_report(options, *desired, pass, "planned");
  return exit_code_of(reconcile::failed(pass), pass);
}

}  // namespace

int apply(const Options& options) {
  if (options.dry_run) {
    return dry_run(options);
  }
  return with_locked_directory(options, [&options](const model::Desired& desired) {
    return settle_and_report(options, desired, "apply");
  });
}

}  // namespace lavavisor::cli
