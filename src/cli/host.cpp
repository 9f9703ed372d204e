// One struct owns every adapter; the bundles handed out refer to it.
// SPDX-License-Identifier: Apache-2.0
#include "cli/host.hpp"

#include "adapters/chain/http_chain_query.hpp"
#include "adapters/process/go_compiler.hpp"
#include "adapters/process/health_checks.hpp"
#include "adapters/process/hooks.hpp"
#include "adapters/process/prober.hpp"
#include "adapters/process/system_clock.hpp"
#include "adapters/release/file_binaries.hpp"
#include "adapters/release/http_release_source.hpp"
#include "adapters/release/source_unpacker.hpp"
#include "adapters/store/no_ledger.hpp"
#include "adapters/store/store.hpp"
#include "adapters/systemd/manager.hpp"
#include "adapters/systemd/no_manager.hpp"
#include "adapters/systemd/unit_files.hpp"
#include "adapters/systemd/unit_folders.hpp"
#include "model/layout.hpp"

#include <build_info.hpp>
#include <optional>
#include <utility>

namespace lavavisor::cli {

namespace {

/// systemd, or `scope` none: nobody, and the unit files that it reads.
class Systemd {
 public:
  Systemd(const model::Desired& desired, model::Scope scope)
      : m_units{systemd::unit_folders(desired.systemd.scope)} {
    if (scope == model::Scope::none) {
      m_nobody.emplace();
    } else {
      m_manager.emplace(ports::unit_places(desired), systemd::unit_folders(desired.systemd.scope));
    }
  }

  ManagerPorts ports() {
    if (m_manager) {
      return {m_units, m_units, *m_manager, *m_manager};
    }
    return {m_units, m_units, *m_nobody, *m_nobody};
  }

 private:
  systemd::UnitFiles m_units;
  std::optional<systemd::Manager> m_manager;
  std::optional<systemd::NoManager> m_nobody;
};

}  // namespace

struct Host::Adapters {
  Adapters(const ManagerPorts& child, std::stop_token stop)
      : prober{std::move(stop)}, services{child} {}
  Adapters(std::unique_ptr<Systemd> of_host, std::stop_token stop)
      : prober{std::move(stop)}, systemd{std::move(of_host)}, services{systemd->ports()} {}

  void read_ledger(const model::Desired& desired) {
    store_reader = std::make_unique<store::StoreReader>(model::state_file(desired.directory));
    ledger_reader = store_reader.get();
  }

  void open_ledger(const model::Desired& desired) {
    auto opened = store::Store::open(model::state_file(desired.directory));
    if (!opened) {
      complaints.push_back("history and quarantine are not kept: " + opened.error().message);
      read_ledger(desired);
      return;
    }
    complaints = std::move(opened->warnings);
    store = std::move(opened->store);
    ledger_reader = store.get();
    ledger = store.get();
    journal = store.get();
    outbox = store.get();
  }

  chain::HttpChainQuery chain{k_version};
  release::FileBinaryInventory inventory;
  release::FileBinaryStore binaries;
  release::HttpReleaseSource releases;
  release::SourceUnpacker sources;
  process::GoCompiler compiler;
  process::Prober prober;
  std::unique_ptr<Systemd> systemd;  ///< none: a child
  ManagerPorts services;
  process::HealthChecks health;
  process::Hooks hooks;
  process::SystemClock clock;

  std::unique_ptr<store::Store> store;
  std::unique_ptr<store::StoreReader> store_reader;
  store::NoLedger no_ledger;
  ports::LedgerReader* ledger_reader = &no_ledger;
  ports::Ledger* ledger = &no_ledger;
  ports::Journal* journal = &no_ledger;
  ports::Outbox* outbox = &no_ledger;
  std::vector<std::string> complaints;
};

Host::Host(std::unique_ptr<Adapters> adapters) : m_adapters{std::move(adapters)} {}
Host::Host(Host&&) noexcept = default;
Host::~Host() = default;

Host Host::for_reading(const model::Desired& desired) {
  auto adapters = std::make_unique<Adapters>(
      std::make_unique<Systemd>(desired, desired.systemd.scope), std::stop_token{});
  adapters->read_ledger(desired);
  return Host{std::move(adapters)};
}

Host Host::for_writing(const model::Desired& desired, std::stop_token stop) {
  auto adapters = std::make_unique<Adapters>(
      std::make_unique<Systemd>(desired, desired.systemd.scope), std::move(stop));
  adapters->open_ledger(desired);
  return Host{std::move(adapters)};
}

Host Host::for_files(const model::Desired& desired) {
  auto adapters = std::make_unique<Adapters>(std::make_unique<Systemd>(desired, model::Scope::none),
                                             std::stop_token{});
  adapters->open_ledger(desired);
  return Host{std::move(adapters)};
}

Host Host::for_child(const model::Desired& desired,
                     const ManagerPorts& child,
                     std::stop_token stop) {
  auto adapters = std::make_unique<Adapters>(child, std::move(stop));
  adapters->open_ledger(desired);
  return Host{std::move(adapters)};
}

ports::Sensors Host::sensors() {
  auto& a = *m_adapters;
  return {a.chain,
          a.inventory,
          a.prober,
          a.services.inventory,
          a.services.services,
          *a.ledger_reader,
          a.clock};
}

ports::Actuators Host::actuators() {
  auto& a = *m_adapters;
  return {a.releases,
          a.sources,
          a.compiler,
          a.binaries,
          a.prober,
          a.services.directory,
          a.services.manager,
          a.services.services,
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
ports::Outbox& Host::outbox() {
  return *m_adapters->outbox;
}
ports::Clock& Host::clock() {
  return m_adapters->clock;
}
const std::vector<std::string>& Host::complaints() const {
  return m_adapters->complaints;
}

}  // namespace lavavisor::cli
