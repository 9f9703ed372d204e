// All is made ready before the lock is taken; below it pointers are moved and copied.
// SPDX-License-Identifier: Apache-2.0
#include "cli/board.hpp"

#include "view/public_names.hpp"
#include "view/words.hpp"

#include <algorithm>
#include <utility>

namespace lavavisor::cli {
namespace {

constexpr std::size_t k_runs = 100;

/// A step that fetches: what it fetches.
const model::Release* fetched_by(const model::Step& step) {
  const auto* install = std::get_if<model::InstallBinary>(&step.action);
  return install == nullptr ? nullptr : &install->release;
}

}  // namespace

Board::Board(std::string version, std::string host, ports::Clock& clock) : m_clock{clock} {
  m_overview.version = std::move(version);
  m_overview.host = std::move(host);
  m_overview.passes.emplace();
}

void Board::take_up(const model::Desired& desired, const model::RunRecord& config) {
  if (!m_desired || *m_desired != desired) {
    m_desired = std::make_shared<const model::Desired>(desired);
  }
  const std::lock_guard lock{m_mutex};
  m_overview.desired = m_desired;
  m_overview.config_commit = config.config_commit;
  m_overview.config_dirty = config.config_dirty;
}

void Board::planned(const model::Observed& observed, const model::Plan& plan) {
  m_fetching.clear();
  m_last_progress.clear();
  std::shared_ptr<const view::Look> look;
  if (!plan.steps.empty()) {
    m_acted = true;
    look = std::make_shared<const view::Look>(
        view::PublicNames{*m_desired}.shown(view::Look{observed, plan}));
  }
  const std::lock_guard lock{m_mutex};
  m_overview.doing.clear();
  m_overview.ended.clear();
  if (look) {
    m_overview.look = std::move(look);
  }
}

void Board::step_started(std::size_t index, const model::Step& step) {
  if (const auto* release = fetched_by(step)) {
    m_fetching[index] = *release;
  }
  view::Doing doing{index, view::title_of(step.action), m_clock.now(), 0, std::nullopt};
  const std::lock_guard lock{m_mutex};
  m_overview.doing.push_back(std::move(doing));
}

void Board::step_ended(std::size_t index) {
  const std::lock_guard lock{m_mutex};
  auto& doing = m_overview.doing;
  doing.erase(std::remove_if(doing.begin(),
                             doing.end(),
                             [index](const view::Doing& each) { return each.index == index; }),
              doing.end());
  m_overview.ended.insert(index);
}

/// A part that was there before is not received again, and a source begins anew at nought.
void Board::received(const model::Release& release, const ports::FetchProgress& progress) {
  const auto [counted, is_first] = m_last_progress.emplace(release, progress.received);
  const auto before = std::exchange(counted->second, progress.received);
  const auto step = std::find_if(m_fetching.begin(), m_fetching.end(), [&](const auto& fetching) {
    return fetching.second == release;
  });
  const std::lock_guard lock{m_mutex};
  m_overview.passes->received += progress.received >= before ? progress.received - before : 0;
  for (auto& doing : m_overview.doing) {
    if (step != m_fetching.end() && doing.index == step->first) {
      doing.received = progress.received;
      doing.total = progress.total;
    }
  }
}

void Board::pass_ended(view::Look look,
                       const std::string& result,
                       std::chrono::microseconds took,
                       ports::LedgerReader& ledger) {
  read_past(look.observed.memory, ledger);
  pass_ended(std::move(look), result, took);
}

void Board::pass_ended(view::Look look, const std::string& result, std::chrono::microseconds took) {
  auto shown =
      std::make_shared<const view::Look>(view::PublicNames{*m_desired}.shown(std::move(look)));
  const auto now = m_clock.now();
  const std::lock_guard lock{m_mutex};
  m_overview.look = std::move(shown);
  m_overview.doing.clear();
  m_overview.ended.clear();
  m_overview.passes->add(result, took);
  m_overview.last_pass = now;
  m_overview.last_result = result;
  if (result == "converged" || result == "changed") {
    m_overview.last_success = now;
  }
}

void Board::read_past(const model::Memory& memory, ports::LedgerReader& ledger) {
  const std::string last_run = memory.last_run ? memory.last_run->started : "";
  if (!m_acted && last_run == m_last_run && memory.running == m_running) {
    return;
  }
  auto totals = ledger.totals();
  auto timeline = ledger.timeline();
  auto runs = ledger.runs(k_runs);
  if (!totals || !timeline || !runs) {
    const auto& why = !totals ? totals.error() : !timeline ? timeline.error() : runs.error();
    const std::lock_guard lock{m_mutex};
    m_overview.trouble = why.message;
    return;
  }
  m_acted = false;
  m_last_run = last_run;
  m_running = memory.running;
  auto past = std::make_shared<const view::Past>(view::PublicNames{*m_desired}.shown(
      view::Past{std::move(*totals), std::move(*timeline), std::move(*runs)}));
  const std::lock_guard lock{m_mutex};
  if (!m_overview.last_success) {
    m_overview.last_success = view::last_success_of(past->runs);
  }
  m_overview.past = std::move(past);
  m_overview.trouble.clear();
}

view::Overview Board::overview() const {
  const std::lock_guard lock{m_mutex};
  return m_overview;
}

void BoardListener::planned(const model::Observed& observed, const model::Plan& plan) {
  m_board.planned(observed, plan);
}

void BoardListener::step_started(std::size_t index, const model::Step& step) {
  m_board.step_started(index, step);
}

void BoardListener::step_ended(std::size_t index, const model::StepReport& /*report*/) {
  m_board.step_ended(index);
}

void BoardListener::download_progress(const model::Release& release,
                                      const ports::FetchProgress& progress) {
  m_board.received(release, progress);
}

}  // namespace lavavisor::cli
