// `lavavisor prune`: remove the versions that nothing needs, those placed by hand too.
// SPDX-License-Identifier: Apache-2.0
#include "apply/apply.hpp"
#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/host.hpp"
#include "cli/load_config.hpp"
#include "cli/reporter.hpp"
#include "cli/session.hpp"
#include "observe/observe.hpp"
#include "plan/unneeded.hpp"
#include "view/report.hpp"

#include <iostream>

namespace lavavisor::cli {
namespace {

int remove_unneeded(const Options& options, const model::Desired& desired) {
  auto host = writing_host(desired);
  reconcile::Settled settled;
  auto& pass = settled.last;
  pass.observed = observe::observe(desired, host.sensors(), {}, {});
  pass.plan = plan::make_prune_plan(desired, pass.observed);
  Reporter reporter{host.journal(),
                    host.clock(),
                    run_record(desired, "prune"),
                    Record::always,
                    Progress{options, desired}};
  reporter.planned(pass.observed, pass.plan);
  pass.report = apply::apply(pass.plan, desired, host.actuators(), reporter, {});
  settled.failed = reconcile::failed(pass);
  const auto* result = reconcile::result_word(settled);
  reporter.close(result);
  print_report(options, desired, pass, result);
  return settled.failed ? k_failed : k_success;
}

}  // namespace

int prune(const Options& options) {
  return with_locked_directory(options, [&options](const model::Desired& desired) {
    return remove_unneeded(options, desired);
  });
}

}  // namespace lavavisor::cli
