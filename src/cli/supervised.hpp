// Tells the supervisor how long each step may take.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "ports/supervisor.hpp"
#include "reconcile/reconcile.hpp"

namespace lavavisor::cli {

class Supervised final : public reconcile::Listener {
 public:
  Supervised(const model::Desired& desired, ports::Supervisor& supervisor);

  void planned(const model::Observed& observed, const model::Plan& plan) override;
  void step_started(std::size_t index, const model::Step& step) override;
  void step_ended(std::size_t index, const model::StepReport& report) override;

 private:
  const model::Desired& m_desired;
  ports::Supervisor& m_supervisor;
};

}  // namespace lavavisor::cli
