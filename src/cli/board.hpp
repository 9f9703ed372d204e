// What the loop writes down for those who ask over HTTP how things are.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "model/report.hpp"
#include "ports/clock.hpp"
#include "ports/ledger.hpp"
#include "reconcile/reconcile.hpp"
#include "view/overview.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace lavavisor::cli {

/// Written by the loop's thread, read by the server's. What it holds is shared, never changed, so
/// that neither waits for the other.
class Board {
 public:
  /// `version` is lavavisor's own, `host` the name of this machine.
  Board(std::string version, std::string host, ports::Clock& clock);

  /// This configuration is in force; `config` says its commit. Nothing happens for the one that is
  /// there already.
  void take_up(const model::Desired& desired, const model::RunRecord& config);

  /// The steps of `plan` are about to be carried out. A plan without steps is not worth a copy: the
  /// pass's end brings it.
  void planned(const model::Observed& observed, const model::Plan& plan);
  void step_started(std::size_t index, const model::Step& step);
  void step_ended(std::size_t index);
  void received(const model::Release& release, const ports::FetchProgress& progress);

  /// A pass ended with `result`, a word of the contract, after `took`; `look` is how things are
  /// now. The history is read again from `ledger` where it may have grown.
  void pass_ended(view::Look look,
                  const std::string& result,
                  std::chrono::microseconds took,
                  ports::LedgerReader& ledger);
  /// The same for a pass that can't have added to the history.
  void pass_ended(view::Look look, const std::string& result, std::chrono::microseconds took);

  /// All of it at this instant. For any thread; `desired` is none before the first take_up().
  view::Overview overview() const;

 private:
  void read_past(const model::Memory& memory, ports::LedgerReader& ledger);

  ports::Clock& m_clock;
  mutable std::mutex m_mutex;
  view::Overview m_overview;  ///< guarded

  // What only the loop's thread touches.
  std::shared_ptr<const model::Desired> m_desired;
  bool m_acted = true;                           ///< since the history was read
  std::string m_last_run;                        ///< when the newest run began, when it was read
  std::map<std::string, std::string> m_running;  ///< who ran what, when it was read
  std::map<std::size_t, model::Release> m_fetching;         ///< by step
  std::map<model::Release, std::uint64_t> m_last_progress;  ///< bytes that are counted already
};

/// Keeps a board informed of what passes do.
class BoardListener final : public reconcile::Listener {
 public:
  explicit BoardListener(Board& board) : m_board{board} {}

  void planned(const model::Observed& observed, const model::Plan& plan) override;
  void step_started(std::size_t index, const model::Step& step) override;
  void step_ended(std::size_t index, const model::StepReport& report) override;
  void download_progress(const model::Release& release,
                         const ports::FetchProgress& progress) override;

 private:
  Board& m_board;
};

}  // namespace lavavisor::cli
