// One struct owns every adapter; the bundles handed out refer to it.
// SPDX-License-Identifier: Apache-2.0
#include "cli/host.hpp"

#include "adapters/chain/http_chain_query.hpp"
#include "adapters/process/health_checks.hpp"
#include "adapters/process/hooks.hpp"
#include "adapters/process/prober.hpp"
#include "adapters/process/system_clock.hpp"
#include "adapters/release/file_binaries.hpp"
#include "adapters/release/http_release_source.hpp"
#include "adapters/store/no_ledger.hpp"
#include "adapters/store/store.hpp"
#include "adapters/systemd/manager.hpp"
#include "adapters/systemd/no_manager.hpp"
#include "adapters/systemd/unit_files.hpp"
#include "adapters/systemd/unit_folders.hpp"
#include "base/log.hpp"
#include "model/layout.hpp"

#include <build_info.hpp>
#include <utility>

namespace lavavisor::cli {

struct Host::Adapters {
  explicit Adapters(const model::Desired& desired, std::stop_token stop)
      : prober{std::move(stop)}, units{systemd::unit_folders(desired.systemd.scope)} {
    if (desired.systemd.scope == model::Scope::none) {
      auto none = std::make_unique<systemd::NoManager>();
      services = none.get();
      manager = none.get();
      no_manager = std::move(none);
    } else {
      auto real =
          std::make_unique<systemd::Manager>(ports::UnitPlaces{desired.directory, desired.systemd},
                                             systemd::unit_folders(desired.systemd.scope));
      services = real.get();
      manager = real.get();
      real_manager = std::move(real);
    }
  }

  chain::HttpChainQuery chain{k_version};
  release::FileBinaryInventory inventory;
  release::FileBinaryStore binaries;
  release::HttpReleaseSource releases;
  process::Prober prober;
  systemd::UnitFiles units;
  std::unique_ptr<systemd::Manager> real_manager;
  std::unique_ptr<systemd::NoManager> no_manager;
  ports::ServiceProbe* services = nullptr;   ///< one of the two above
  ports::ServiceManager* manager = nullptr;  ///< the same
  process::HealthChecks health;
  process::Hooks hooks;
  process::SystemClock clock;

  std::unique_ptr<store::Store> store;
  std::unique_ptr<store::StoreReader> store_reader;
  store::NoLedger no_ledger;
  ports::LedgerReader* ledger_reader = &no_ledger;
  ports::Ledger* ledger = &no_ledger;
  ports::Journal* journal = &no_ledger;
};

Host::Host(std::unique_ptr<Adapters> adapters) : m_adapters{std::move(adapters)} {}
Host::Host(Host&&) noexcept = default;
Host::~Host() = default;

Host Host::for_reading(const model::Desired& desired) {
  auto adapters = std::make_unique<Adapters>(desired, std::stop_token{});
  adapters->store_reader =
      std::make_unique<store::StoreReader>(model::state_file(desired.directory));
  adapters->ledger_reader = adapters->store_reader.get();
  return Host{std::move(adapters)};
}

Host Host::for_writing(const model::Desired& desired, std::stop_token stop) {
  auto adapters = std::make_unique<Adapters>(desired, std::move(stop));
  auto opened = store::Store::open(model::state_file(desired.directory));
  if (!opened) {
    base::log_warn("history and quarantine are not kept: " + opened.error().message);
    adapters->store_reader =
        std::make_unique<store::StoreReader>(model::state_file(desired.directory));
    adapters->ledger_reader = adapters->store_reader.get();
    return Host{std::move(adapters)};
  }
  for (const auto& warning : opened->warnings) {
    base::log_warn(warning);
  }
  adapters->store = std::move(opened->store);
  adapters->ledger_reader = adapters->store.get();
  adapters->ledger = adapters->store.get();
  adapters->journal = adapters->store.get();
  return Host{std::move(adapters)};
}

ports::Sensors Host::sensors() {
  auto& a = *m_adapters;
  return {a.chain, a.inventory, a.prober, a.units, *a.services, *a.ledger_reader, a.clock};
}

ports::Actuators Host::actuators() {
  auto& a = *m_adapters;
  return {a.releases,
          a.binaries,
          a.prober,
          a.units,
          *a.manager,
          *a.services,
          a.health,
          a.hooks,
          *a.ledger,
          a.clock};
}

ports::Journal& Host::journal() {
  return *m_adapters->journal;
}
ports::LedgerReader& Host::ledger_reader() {
  return *m_adapters->ledger_reader;
}
ports::Ledger& Host::ledger() {
  return *m_adapters->ledger;
}
ports::Clock& Host::clock() {
  return m_adapters->clock;
}

}  // namespace lavavisor::cli
