// Writes down from when on each service runs which release.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "ports/clock.hpp"
#include "ports/ledger.hpp"
#include "reconcile/reconcile.hpp"

#include <map>
#include <string>

namespace lavavisor::cli {

/// Tells `journal` of changes only: of those that a pass finds, and of those that it makes.
class Timekeeper final : public reconcile::Listener {
 public:
  Timekeeper(const model::Desired& desired, ports::Journal& journal, ports::Clock& clock);

  void planned(const model::Observed& observed, const model::Plan& plan) override;
  void step_ended(std::size_t index, const model::StepReport& report) override;

 private:
  void runs(const std::string& service, const std::string& release, base::TimePoint since);

  const model::Desired& m_desired;
  ports::Journal& m_journal;
  ports::Clock& m_clock;
  std::map<std::string, std::string> m_running;  ///< as the journal has it
};

}  // namespace lavavisor::cli
