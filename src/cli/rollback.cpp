// `lavavisor rollback`: quarantine what runs; the pass after that goes back by itself.
// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/host.hpp"
#include "cli/load_config.hpp"
#include "cli/session.hpp"
#include "observe/observe.hpp"
#include "plan/choices.hpp"

#include <iostream>
#include <set>

namespace lavavisor::cli {
namespace {

/// The releases that services without a version of their own run now; the linked one if none runs.
std::set<model::Release> current_releases(const model::Desired& desired,
                                          const model::Observed& observed) {
  std::set<model::Release> releases;
  for (const auto& service : desired.services) {
    const auto unit = observed.units.find(service.name);
    if (service.version || unit == observed.units.end()) {
      continue;
    }
    if (auto release = plan::current_release(desired, unit->second)) {
      releases.insert(*release);
    }
  }
  if (releases.empty() && observed.link.release) {
    releases.insert(*observed.link.release);
  }
  return releases;
}

/// True when some installed release other than `current` could take its place.
bool has_way_back(const model::Observed& observed, const model::Release& current) {
  for (const auto& [release, binary] : observed.binaries) {
    if (release != current && binary.record && !observed.memory.quarantine.contains(release)) {
      return true;
    }
  }
  return false;
}

int roll_back(const Options& options, const model::Desired& desired) {
  {
    auto host = writing_host(desired);
    const auto observed = observe::observe(desired, host.sensors(), {}, {});
    const auto current = current_releases(desired, observed);
    if (current.empty()) {
      return complain({"there is nothing to roll back from: no service runs a release"});
    }
    for (const auto& release : current) {
      if (!has_way_back(observed, release)) {
        return complain({"there is no version before " + release.name +
                         " installed to go back to; nothing was changed"});
      }
      const auto written =
          host.ledger().quarantine(release, {"rolled back by the operator", observed.at, {}, 1});
      if (!written) {
        return complain(written.error());
      }
    }
  }
  // Asked for by hand, the way back is gone even where a failed upgrade would halt.
  model::Desired going_back = desired;
  going_back.rollout.on_failure = model::OnFailure::rollback;
  return settle_and_report(options, going_back, "rollback");
}

}  // namespace

int rollback(const Options& options) {
  return with_locked_directory(
      options, [&options](const model::Desired& desired) { return roll_back(options, desired); });
}

}  // namespace lavavisor::cli
