// What outlives a process: memory for the next pass, and the journal of runs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/observed.hpp"
#include "model/report.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace lavavisor::ports {

class LedgerReader {
 public:
  virtual ~LedgerReader() = default;

  /// All that earlier passes left behind (`failures` is never part of it).
  virtual base::Result<model::Memory> memory() = 0;

  /// The newest `limit` runs, newest first; 0 = all.
  virtual base::Result<std::vector<model::RunRecord>> runs(std::size_t limit) = 0;

  /// What was counted in all time.
  virtual base::Result<model::Totals> totals() = 0;

  /// Who ran what from when on, oldest first.
  virtual base::Result<std::vector<model::RunningSince>> timeline() = 0;
};

class Ledger {
 public:
  virtual ~Ledger() = default;

  /// Keep as last known; a target that was not seen before gets its time from `known.seen_at`, and
  /// targets that are no longer asked for are forgotten.
  virtual base::Result<void> remember_chain(const model::LastKnown& known) = 0;

  virtual base::Result<void> record_binary(const model::BinaryRecord& binary) = 0;
  virtual base::Result<void> forget_binary(const model::Release& release) = 0;

  /// Add to the quarantine; for one that is in it already, count `tries` up and renew the rest. An
  /// empty `entry.sha256` stands for the recorded digest of the release's binary.
  virtual base::Result<void> quarantine(const model::Release& release,
                                        const model::Quarantine& entry) = 0;

  /// Take out of quarantine; fails when it is not in it.
  virtual base::Result<void> clear_quarantine(const model::Release& release) = 0;

  virtual base::Result<void> remember_upgrade(const std::string& service,
                                              const model::Upgrade& upgrade) = 0;
};

/// A row for each run and each action, written when it starts and again when it ends, so that an
/// interrupted one is visible.
class Journal {
 public:
  virtual ~Journal() = default;

  /// Begin a run; its id. Of `run`, started, trigger, config_sha256, config_commit and
  /// config_dirty are taken.
  virtual base::Result<std::int64_t> begin_run(const model::RunRecord& run) = 0;

  virtual base::Result<void> action_started(std::int64_t run,
                                            std::size_t index,
                                            const model::ActionRecord& action) = 0;
  virtual base::Result<void> action_ended(std::int64_t run,
                                          std::size_t index,
                                          const model::ActionRecord& action) = 0;

  /// End it with `result` at `finished` (RFC 3339).
  virtual base::Result<void> end_run(std::int64_t run,
                                     const std::string& finished,
                                     const std::string& result) = 0;

  /// A service was seen to run another release than was recorded last, or to be down.
  virtual base::Result<void> running(const model::RunningSince& change) = 0;
};

}  // namespace lavavisor::ports
