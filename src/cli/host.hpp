// All adapters of one configuration, built here and nowhere else.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "ports/actuators.hpp"
#include "ports/ledger.hpp"
#include "ports/sensors.hpp"

#include <memory>
#include <stop_token>

namespace lavavisor::cli {

/// The real host. For one thread.
class Host {
 public:
  /// For commands that only look: state.db is opened for reading, and never created.
  static Host for_reading(const model::Desired& desired);

  /// For commands that change things and hold the directory's lock. A ledger that can't be opened
  /// is warned of and done without. `stop` ends probes early.
  static Host for_writing(const model::Desired& desired, std::stop_token stop = {});

  Host(Host&&) noexcept;
  ~Host();

  ports::Sensors sensors();
  ports::Actuators actuators();
  ports::Journal& journal();
  ports::LedgerReader& ledger_reader();
  ports::Ledger& ledger();
  ports::Clock& clock();

 private:
  struct Adapters;
  explicit Host(std::unique_ptr<Adapters> adapters);

  std::unique_ptr<Adapters> m_adapters;
};

}  // namespace lavavisor::cli
