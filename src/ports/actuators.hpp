// The bundle of all that apply needs: what changes the world, and what tells it how a change went.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/binaries.hpp"
#include "ports/clock.hpp"
#include "ports/health_probe.hpp"
#include "ports/hook_runner.hpp"
#include "ports/ledger.hpp"
#include "ports/release_source.hpp"
#include "ports/services.hpp"
#include "ports/source.hpp"
#include "ports/units.hpp"

namespace lavavisor::ports {

struct Actuators {
  ReleaseSource& releases;
  SourceArchive& sources;
  Compiler& compiler;
  BinaryStore& binaries;
  BinaryProber& prober;
  UnitDirectory& units;
  ServiceManager& manager;
  ServiceProbe& services;
  HealthProbe& health;
  HookRunner& hooks;
  Ledger& ledger;
  Clock& clock;
};

}  // namespace lavavisor::ports
