// The bundle of all that can be asked; who is handed it can change nothing.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/binaries.hpp"
#include "ports/chain_query.hpp"
#include "ports/clock.hpp"
#include "ports/ledger.hpp"
#include "ports/services.hpp"
#include "ports/units.hpp"

namespace lavavisor::ports {

struct Sensors {
  ChainQuery& chain;
  BinaryInventory& binaries;
  BinaryProber& prober;
  UnitInventory& units;
  ServiceProbe& services;
  LedgerReader& ledger;
  Clock& clock;
};

}  // namespace lavavisor::ports
