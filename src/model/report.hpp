// What became of a plan, and runs as the ledger keeps them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "model/plan.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lavavisor::model {

enum class Outcome { planned, done, failed, skipped };

struct StepReport {
  Step step;
  Outcome outcome = Outcome::planned;
  std::string error;  ///< of a failed or skipped step: why
  std::chrono::milliseconds took{0};
};

/// A release that failed its health gate in this pass.
struct GateFailure {
  std::string service;
  Release release;
  std::string reason;
  bool recorded = true;  ///< the quarantine is in the ledger
};

struct Report {
  std::vector<StepReport> steps;
  std::vector<GateFailure> gate_failures;  ///< of upgrades only
  bool interrupted = false;                ///< asked to stop before the end
};

/// One action as `history` shows it; all text, because history outlives the code that wrote it.
struct ActionRecord {
  std::string kind;
  std::string target;
  std::string reason;
  std::string status;  ///< started, done, failed, skipped
  std::string error;
  std::int64_t ms = 0;
};

/// One run as `history` shows it. `finished` is empty for one that was interrupted.
struct RunRecord {
  std::int64_t id = 0;
  std::string started;   ///< RFC 3339
  std::string finished;  ///< RFC 3339
  std::string trigger;   ///< apply, run, rollback ...
  std::string config_sha256;
  std::string config_commit;         ///< Git commit of the configuration's folder; "" = none
  std::optional<bool> config_dirty;  ///< the tree differed from that commit; none = not known
  std::string result;                ///< converged, changed, failed, rolled_back; "" = interrupted
  std::vector<ActionRecord> actions;
};

/// From when on a service ran a release, as far as passes have seen it.
struct RunningSince {
  std::string service;
  std::string release;  ///< "" = it was down
  TimePoint since;
};

/// What the ledger has counted since it was made; old rows of the journal go, these stay.
struct Totals {
  std::map<std::pair<std::string, std::string>, std::uint64_t>
      actions;                                ///< by kind and status: done, failed, skipped
  std::map<std::string, std::uint64_t> runs;  ///< that were recorded, by result
};

}  // namespace lavavisor::model
