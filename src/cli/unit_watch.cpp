// The units are asked for again now and then, so that a manager that restarted is heard again.
// SPDX-License-Identifier: Apache-2.0
#include "cli/unit_watch.hpp"

#include "adapters/process/system_clock.hpp"
#include "adapters/systemd/manager.hpp"
#include "adapters/systemd/unit_folders.hpp"
#include "reconcile/stop_pacing.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace lavavisor::cli {
namespace {

constexpr std::chrono::milliseconds k_ask_again{120'000};

using States = std::map<std::string, model::ServiceState>;

std::set<std::string> service_names(const model::Desired& desired) {
  std::set<std::string> names;
  for (const auto& service : desired.services) {
    names.insert(service.name);
  }
  return names;
}

std::set<std::string> disabled_services(const model::Desired& desired) {
  std::set<std::string> names;
  for (const auto& service : desired.services) {
    if (!service.enabled) {
      names.insert(service.name);
    }
  }
  return names;
}

States without(States states, const std::set<std::string>& names) {
  std::erase_if(states, [&names](const auto& entry) { return names.contains(entry.first); });
  return states;
}

}  // namespace

UnitWatch::UnitWatch(const model::Desired& desired,
                     std::function<void()> on_stop,
                     std::function<void()> on_change) {
  if (desired.systemd.scope == model::Scope::none) {
    return;
  }
  m_thread = std::jthread{[places = ports::unit_places(desired),
                           names = service_names(desired),
                           may_stop = disabled_services(desired),
                           tell_stop = std::move(on_stop),
                           tell_change = std::move(on_change)](const std::stop_token& stop) {
    systemd::Manager manager{places, systemd::unit_folders(places.systemd.scope)};
    process::SystemClock clock;
    reconcile::StopPacing pacing;
    std::optional<States> before;
    while (!stop.stop_requested()) {
      const auto states = manager.states(names);  // also says which units to listen to
      const auto now = states ? std::optional{*states} : std::nullopt;
      if (!now || now != before) {
        tell_change();
      }
      if (now) {
        pacing.look(without(*now, may_stop));
      }
      if (pacing.consume_due(clock.steady())) {
        tell_stop();
      }
      before = now;
      manager.wait_for_change(pacing.wait(clock.steady(), k_ask_again), stop);
    }
  }};
}

}  // namespace lavavisor::cli
