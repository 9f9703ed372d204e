// The turns of a command that reconciles for ever: what `run` and `wrap` have in common.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/board.hpp"
#include "cli/host.hpp"
#include "cli/last_look.hpp"
#include "cli/progress.hpp"
#include "config/load.hpp"
#include "model/desired.hpp"
#include "model/plan.hpp"
#include "ports/supervisor.hpp"
#include "reconcile/loop.hpp"

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace lavavisor::cli {

/// What sets one such command apart from another.
struct TurnsSetup {
  std::string trigger;                                               ///< its name in the history
  std::function<config::Loaded()> load;                              ///< reads the configuration
  std::function<Host(const model::Desired&, std::stop_token)> host;  ///< asked anew for each turn
  /// Begins to watch this host until what it returns goes out of scope.
  std::function<std::shared_ptr<void>(const model::Desired&, reconcile::WakeBox&)> watch;
  UnitChanges unit_changes;  ///< which that watch counts; null: it does not
  std::function<bool(const model::Action&)> is_told;  ///< steps that log and history show
  Progress progress;
  Board& board;  ///< is kept informed
  /// Called before each turn: an address to serve the board at may have been given, or got free.
  std::function<void(const model::Desired&)> before_turn;
  /// The first turn starts what is installed, without a word to or from the chain, and the next one
  /// follows at once: for those whose services nobody else has started.
  bool starts_at_once = false;
};

/// Turns of `desired`, the configuration as it was read first. `wakes` and `supervisor` must
/// outlive them.
std::unique_ptr<reconcile::Turns> make_turns(TurnsSetup setup,
                                             model::Desired desired,
                                             reconcile::WakeBox& wakes,
                                             ports::Supervisor& supervisor);

}  // namespace lavavisor::cli
