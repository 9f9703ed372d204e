// A failed upgrade is told as the quarantine that it led to, which is in the ledger before the step
// ends; whatever else failed is told together, at the end.
// SPDX-License-Identifier: Apache-2.0
#include "cli/announcer.hpp"

#include "adapters/notify/receiver.hpp"
#include "base/log.hpp"
#include "view/webhook.hpp"

#include <utility>

namespace lavavisor::cli {

Announcer::Announcer(const model::NotifySettings& settings,
                     ports::Outbox& outbox,
                     ports::LedgerReader& ledger,
                     ports::Clock& clock,
                     std::function<void()> on_news)
    : m_outbox{outbox},
      m_ledger{ledger},
      m_clock{clock},
      m_on_news{std::move(on_news)},
      m_is_on{notify::has_receiver(settings)} {}

void Announcer::planned(const model::Observed& observed, const model::Plan& plan) {
  if (!m_is_on) {
    return;
  }
  m_failed.clear();
  m_moves = view::moves_of(plan);
  m_known = observed.memory.quarantine;
  for (const auto& condemned : plan.condemned) {
    tell_quarantine(view::quarantine_of(condemned.release, condemned.reason, "", m_clock.now()));
  }
}

void Announcer::step_ended(std::size_t /*index*/, const model::StepReport& report) {
  if (!m_is_on) {
    return;
  }
  if (const auto move = view::move_of(report, m_moves, m_clock.now())) {
    put({*move});
  } else if (const auto* restart = view::failed_upgrade(report)) {
    tell_failed_upgrade(report, *restart);
  } else if (report.outcome == model::Outcome::failed) {
    m_failed.push_back(report);
  }
}

/// It is no quarantine where the release was not to blame: the manager was gone, or we stop.
void Announcer::tell_failed_upgrade(const model::StepReport& report,
                                    const model::RestartUnit& restart) {
  const auto memory = m_ledger.memory();
  const auto entry = memory ? memory->quarantine.find(restart.release) : m_known.end();
  const bool is_quarantined = memory && entry != memory->quarantine.end();
  const auto before = m_known.find(restart.release);
  const bool is_news =
      is_quarantined && (before == m_known.end() || before->second.at != entry->second.at);
  if (!is_news) {
    m_failed.push_back(report);
    return;
  }
  tell_quarantine(
      view::quarantine_of(restart.release, entry->second.reason, restart.service, m_clock.now()));
}

/// Several services may have failed with the same release.
void Announcer::tell_quarantine(const model::Event& event) {
  if (m_told.insert(event.to).second) {
    put({event});
  }
}

void Announcer::close(const reconcile::Pass& last) {
  if (!m_is_on || last.report.interrupted) {
    return;
  }
  const auto standing = m_outbox.standing_failure();
  if (!standing) {
    base::log_warn("what is wrong can't be told: " + standing.error().message);
    return;
  }
  const auto now = view::failure_text(last.plan, m_failed);
  if (const auto change = view::change_of_failure(*standing, now, m_clock.now())) {
    put({*change}, now);
  }
}

void Announcer::put(const std::vector<model::Event>& events) {
  const auto standing = m_outbox.standing_failure();
  put(events, standing ? *standing : std::string{});
}

void Announcer::put(const std::vector<model::Event>& events, const std::string& standing) {
  const auto dropped = m_outbox.put(events, standing);
  if (!dropped) {
    base::log_warn("an alert is lost (" + view::describe(events.front()) +
                   "): " + dropped.error().message);
    return;
  }
  for (const auto& entry : *dropped) {
    base::log_error("an alert is dropped, for too many wait: " + view::describe(entry.event));
  }
  if (m_on_news) {
    m_on_news();
  }
}

}  // namespace lavavisor::cli
