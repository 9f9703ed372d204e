// Tells ledger, log and terminal what passes do while they do it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/progress.hpp"
#include "ports/clock.hpp"
#include "ports/ledger.hpp"
#include "reconcile/reconcile.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace lavavisor::cli {

/// When a run gets its row in the journal: a command's at once, a loop's when it has something to
/// do.
enum class Record { always, when_something_happens };

/// What a loop's turn does not tell.
struct Reticence {
  std::function<bool(const model::Action&)> is_told;  ///< none: every step is, in log and history
  bool tells_notices = true;                          ///< logs notices and what is held back
  /// What the turn before said of notices and of what is held back: that is not logged again, and
  /// Reporter::close() puts this turn's words there.
  std::set<std::string>* said = nullptr;
};

/// One run: of a command, or one turn of the loop. Its passes are numbered through.
class Reporter final : public reconcile::Listener {
 public:
  Reporter(ports::Journal& journal,
           ports::Clock& clock,
           model::RunRecord run,
           Record record,
           Progress progress,
           Reticence reticence = {});

  void planned(const model::Observed& observed, const model::Plan& plan) override;
  void step_started(std::size_t index, const model::Step& step) override;
  void step_ended(std::size_t index, const model::StepReport& report) override;
  void download_progress(const model::Release& release,
                         const ports::FetchProgress& progress) override;
  void gate_moved(const std::string& service, model::Gate gate) override;

  /// End what is drawn, and the run in the journal.
  void close(const std::string& result);

 private:
  void begin();
  void log_notices(const model::Plan& plan);
  void check(const base::Result<void>& written);
  bool is_told(const model::Action& action) const;

  ports::Journal& m_journal;
  ports::Clock& m_clock;
  model::RunRecord m_run;
  std::optional<std::int64_t> m_id;  ///< none: not begun, or the journal can't be written
  std::size_t m_offset = 0;          ///< of this pass's actions in the run
  std::size_t m_planned = 0;         ///< actions of this pass
  Progress m_progress;
  std::unique_ptr<Display> m_display;  ///< none: nothing is drawn
  Reticence m_reticence;
  std::set<std::string> m_saying;
};

}  // namespace lavavisor::cli
