// Several listeners as one.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reconcile/reconcile.hpp"

#include <utility>
#include <vector>

namespace lavavisor::cli {

/// Tells each of `listeners` everything, in their order; they must outlive it.
class Audience final : public reconcile::Listener {
 public:
  explicit Audience(std::vector<reconcile::Listener*> listeners)
      : m_listeners{std::move(listeners)} {}

  void planned(const model::Observed& observed, const model::Plan& plan) override {
    for (auto* listener : m_listeners) {
      listener->planned(observed, plan);
    }
  }
  void step_started(std::size_t index, const model::Step& step) override {
    for (auto* listener : m_listeners) {
      listener->step_started(index, step);
    }
  }
  void step_ended(std::size_t index, const model::StepReport& report) override {
    for (auto* listener : m_listeners) {
      listener->step_ended(index, report);
    }
  }
  void download_progress(const model::Release& release,
                         const ports::FetchProgress& progress) override {
    for (auto* listener : m_listeners) {
      listener->download_progress(release, progress);
    }
  }
  void gate_moved(const std::string& service, model::Gate gate) override {
    for (auto* listener : m_listeners) {
      listener->gate_moved(service, gate);
    }
  }

 private:
  std::vector<reconcile::Listener*> m_listeners;
};

}  // namespace lavavisor::cli
