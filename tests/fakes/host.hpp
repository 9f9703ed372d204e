// A fake machine with the configuration that it is kept by: what tests of passes begin with.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fakes/machine.hpp"
#include "fakes/ports.hpp"
#include "reconcile/settle.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace lavavisor::fakes {

/// Hears everything and keeps the last plan.
struct Ear : reconcile::Listener {
  void planned(const model::Observed&, const model::Plan&) override { ++passes; }
  void step_started(std::size_t, const model::Step&) override { ++started; }
  void step_ended(std::size_t, const model::StepReport&) override { ++ended; }
  void download_progress(const Release&, const ports::FetchProgress&) override { ++progress; }

  int passes = 0;
  int started = 0;
  int ended = 0;
  int progress = 0;
};

/// A provider as the configuration would give it.
model::Service provider(const std::string& name);

/// Following the target with automatic downloads, with one provider per name.
model::Desired desired_with(const std::vector<std::string>& services);

class Host {
 public:
  explicit Host(model::Desired wanted) : desired{std::move(wanted)} {}

  /// Reconcile until nothing new is learnt; what a process of its own would do.
  reconcile::Settled settle();

  /// What would be done now.
  model::Plan plan();

  /// True when nothing is to be done and nothing is wrong.
  bool is_converged();

  /// The effects of the last settle that are not the ledger's.
  std::vector<std::string> deeds() const { return machine.deeds(); }

  model::Desired desired;
  Machine machine;
  Ports ports{machine};
  Ear ear;
  std::stop_source stop;
};

/// The titles of a plan's steps: "restart provider-1 6.1.0 -> 6.2.5 (chain_moved)".
std::vector<std::string> words(const model::Plan& plan);

}  // namespace lavavisor::fakes
