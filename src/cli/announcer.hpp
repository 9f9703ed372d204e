// Puts what an operator is to be told into the outbox as soon as it is known.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "ports/clock.hpp"
#include "ports/ledger.hpp"
#include "ports/outbox.hpp"
#include "reconcile/reconcile.hpp"
#include "view/events.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace lavavisor::cli {

/// The listener of one run. Where no webhook is configured it does nothing.
class Announcer final : public reconcile::Listener {
 public:
  /// `on_news` is called after each change of the outbox. What is referred to must outlive this.
  Announcer(const model::NotifySettings& settings,
            ports::Outbox& outbox,
            ports::LedgerReader& ledger,
            ports::Clock& clock,
            std::function<void()> on_news = {});

  void planned(const model::Observed& observed, const model::Plan& plan) override;
  void step_ended(std::size_t index, const model::StepReport& report) override;

  /// The run has ended with `last`: tell what is wrong, unless it was told, and what no longer is.
  /// A run that was interrupted has nothing to say about that.
  void close(const reconcile::Pass& last);

 private:
  void tell_failed_upgrade(const model::StepReport& report, const model::RestartUnit& restart);
  void tell_quarantine(const model::Event& event);
  void put(const std::vector<model::Event>& events, const std::string& standing);
  void put(const std::vector<model::Event>& events);

  ports::Outbox& m_outbox;
  ports::LedgerReader& m_ledger;
  ports::Clock& m_clock;
  std::function<void()> m_on_news;
  bool m_is_on;
  std::map<model::Release, model::Quarantine> m_known;  ///< quarantine as this pass observed it
  view::Moves m_moves;                                  ///< that this pass plans
  std::set<std::string> m_told;                         ///< releases whose quarantine was told
  std::vector<model::StepReport> m_failed;              ///< of this pass, but those told otherwise
};

}  // namespace lavavisor::cli
