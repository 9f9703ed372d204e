// The journal's rows and the log's lines are made from the same words.
// SPDX-License-Identifier: Apache-2.0
#include "cli/reporter.hpp"

#include "base/log.hpp"
#include "base/quantity.hpp"
#include "view/words.hpp"

#include <utility>

namespace lavavisor::cli {

Reporter::Reporter(ports::Journal& journal,
                   ports::Clock& clock,
                   model::RunRecord run,
                   Record record,
                   Progress progress,
                   Reticence reticence)
    : m_journal{journal},
      m_clock{clock},
      m_run{std::move(run)},
      m_progress{std::move(progress)},
      m_display{m_progress.open(clock)},
      m_reticence{std::move(reticence)} {
  m_run.started = base::format_time(m_clock.now());
  if (record == Record::always) {
    begin();
  }
}

void Reporter::begin() {
  if (m_id) {
    return;
  }
  auto id = m_journal.begin_run(m_run);
  if (id) {
    m_id = *id;
  } else {
    base::log_warn("this run is not in the history: " + id.error().message);
  }
}

void Reporter::log_notices(const model::Plan& plan) {
  const auto* said = m_reticence.said;
  const auto is_news = [this, said](const std::string& key) {
    return m_saying.insert(key).second && (said == nullptr || !said->contains(key));
  };
  for (const auto& notice : plan.notices) {
    const std::string line = view::describe(notice);
    const bool ages = notice.kind == model::Notice::Kind::chain_untrusted;  // "... is 312s old"
    if (is_news(ages ? "the chain" : line)) {
      model::is_problem(notice.kind) ? base::log_error(line) : base::log_warn(line);
    }
  }
  for (const auto& held : plan.held) {
    const std::string line = view::subject_name(held.service) + ": " + view::describe(held);
    if (is_news(line) && !m_progress.shows_steps()) {
      base::log_info(line);
    }
  }
}

void Reporter::check(const base::Result<void>& written) {
  if (!written) {
    base::log_warn("the history is not complete: " + written.error().message);
    m_id.reset();
  }
}

void Reporter::planned(const model::Observed&, const model::Plan& plan) {
  if (m_display) {
    m_display->tell([&plan](view::Live& live, auto now) { live.planned(plan, now); });
  }
  m_offset += m_planned;
  m_planned = plan.steps.size();
  if (m_reticence.tells_notices) {
    log_notices(plan);
  }
  if (!plan.steps.empty()) {
    begin();
  }
}

bool Reporter::is_told(const model::Action& action) const {
  return !m_reticence.is_told || m_reticence.is_told(action);
}

void Reporter::step_started(std::size_t index, const model::Step& step) {
  if (m_display) {
    m_display->tell([&](view::Live& live, auto now) { live.started(index, step, now); });
  }
  if (!is_told(step.action)) {
    return;
  }
  if (!m_progress.shows_steps()) {
    base::log_info(view::title_of(step.action) + ": " + view::describe(step));
  }
  if (m_id) {
    auto record = view::record_of({step, model::Outcome::planned, {}, {}});
    record.status = "started";
    check(m_journal.action_started(*m_id, m_offset + index, record));
  }
}

void Reporter::step_ended(std::size_t index, const model::StepReport& report) {
  m_progress.finish();
  if (m_display) {
    m_display->tell([&](view::Live& live, auto now) { live.ended(index, report, now); });
  }
  if (!is_told(report.step.action) && report.outcome != model::Outcome::failed) {
    return;
  }
  const auto title = view::title_of(report.step.action);
  if (report.outcome == model::Outcome::failed) {
    base::log_error(title + " failed: " + report.error);
  } else if (report.outcome == model::Outcome::skipped) {
    if (!m_progress.shows_steps()) {
      base::log_warn(title + " skipped: " + report.error);
    }
  } else {
    base::log_debug(title + " done in " + base::format_duration(report.took));
  }
  if (m_id) {
    check(m_journal.action_ended(*m_id, m_offset + index, view::record_of(report)));
  }
}

void Reporter::download_progress(const model::Release& release,
                                 const ports::FetchProgress& progress) {
  m_progress.log(release, progress, m_clock.steady());
  if (m_display) {
    m_display->tell([&](view::Live& live, auto now) {
      live.download(release, progress.received, progress.total, now);
    });
  }
}

void Reporter::gate_moved(const std::string& service, model::Gate gate) {
  if (m_display) {
    m_display->tell([&](view::Live& live, auto now) { live.gate(service, gate, now); });
  }
}

void Reporter::close(const std::string& result) {
  m_display.reset();
  if (m_reticence.said != nullptr) {
    *m_reticence.said = std::exchange(m_saying, {});
  }
  if (m_id) {
    check(m_journal.end_run(*m_id, base::format_time(m_clock.now()), result));
  }
}

}  // namespace lavavisor::cli
