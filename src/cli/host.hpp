// All adapters of one configuration, built here and nowhere else.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "ports/actuators.hpp"
#include "ports/ledger.hpp"
#include "ports/outbox.hpp"
#include "ports/sensors.hpp"

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace lavavisor::cli {

/// A service manager and the units that it goes by.
struct ManagerPorts {
  ports::UnitInventory& inventory;
  ports::UnitDirectory& directory;
  ports::ServiceProbe& services;
  ports::ServiceManager& manager;
};

/// The real host. For one thread.
class Host {
 public:
  /// For commands that only look: state.db is opened for reading, and never created.
  static Host for_reading(const model::Desired& desired);

  /// For commands that change things and hold the directory's lock. A ledger that can't be opened
  /// is done without. `stop` ends probes early.
  static Host for_writing(const model::Desired& desired, std::stop_token stop = {});

  /// For create-service: the same, but the service manager is neither asked nor told.
  static Host for_files(const model::Desired& desired);

  /// For wrap: the same, but services and units are those of `child`, which must outlive it, and
  /// the directory is shared with others.
  static Host for_child(const model::Desired& desired,
                        const ManagerPorts& child,
                        std::stop_token stop);

  Host(Host&&) noexcept;
  ~Host();

  ports::Sensors sensors();
  ports::Actuators actuators();
  ports::Journal& journal();
  ports::LedgerReader& ledger_reader();
  ports::Ledger& ledger();
  ports::Outbox& outbox();
  ports::Clock& clock();

  /// What it has to do without, and why.
  const std::vector<std::string>& complaints() const;

 private:
  struct Adapters;
  explicit Host(std::unique_ptr<Adapters> adapters);

  std::unique_ptr<Adapters> m_adapters;
};

}  // namespace lavavisor::cli
