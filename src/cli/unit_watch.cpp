// The units are asked for again now and then, so that a manager that restarted is heard again.
// SPDX-License-Identifier: Apache-2.0
#include "cli/unit_watch.hpp"

#include "adapters/process/system_clock.hpp"
#include "adapters/systemd/manager.hpp"
#include "adapters/systemd/unit_folders.hpp"
#include "reconcile/stop_pacing.hpp"

#include <chrono>
#include <set>
#include <string>
#include <utility>

namespace lavavisor::cli {
namespace {

constexpr std::chrono::milliseconds k_ask_again{30'000};

/// Those that are to run.
std::set<std::string> service_names(const model::Desired& desired) {
  std::set<std::string> names;
  for (const auto& service : desired.services) {
    if (service.enabled) {
      names.insert(service.name);
    }
  }
  return names;
}

}  // namespace

UnitWatch::UnitWatch(const model::Desired& desired, std::function<void()> on_stop) {
  if (desired.systemd.scope == model::Scope::none) {
    return;
  }
  m_thread = std::jthread{[places = ports::unit_places(desired),
                           names = service_names(desired),
                           tell = std::move(on_stop)](const std::stop_token& stop) {
    systemd::Manager manager{places, systemd::unit_folders(places.systemd.scope)};
    process::SystemClock clock;
    reconcile::StopPacing pacing;
    while (!stop.stop_requested()) {
      if (const auto states = manager.states(names)) {  // also says which units to listen to
        pacing.look(*states);
      }
      if (pacing.consume_due(clock.steady())) {
        tell();
      }
      manager.wait_for_change(pacing.wait(clock.steady(), k_ask_again), stop);
    }
  }};
}

}  // namespace lavavisor::cli
