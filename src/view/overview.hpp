// All that the status page and the metrics are made from, as it was at one instant.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "model/desired.hpp"
#include "model/observed.hpp"
#include "model/plan.hpp"
#include "model/report.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace lavavisor::view {

/// What a pass saw and meant.
struct Look {
  model::Observed observed;
  model::Plan plan;
};

/// What the ledger holds of earlier days.
struct Past {
  model::Totals totals;
  std::vector<model::RunningSince> timeline;  ///< oldest first
  std::vector<model::RunRecord> runs;         ///< newest first
};

/// The upper bounds of the pass histogram, in seconds; what is longer falls behind the last one.
inline constexpr std::array k_pass_bounds{
    0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0};

/// What a process that makes pass after pass has counted since it began.
struct PassCounts {
  std::map<std::string, std::uint64_t> results;                ///< passes by result
  std::array<std::uint64_t, k_pass_bounds.size() + 1> took{};  ///< not cumulated
  std::chrono::microseconds total{0};                          ///< of all passes
  std::uint64_t received = 0;                                  ///< bytes of downloads

  void add(const std::string& result, std::chrono::microseconds duration);
};

/// A step that is being carried out.
struct Doing {
  std::size_t index = 0;  ///< in the plan
  std::string title;      ///< "restart provider-eth1 with release 6.2.5"
  base::TimePoint since;
  std::uint64_t received = 0;          ///< bytes of a download so far; 0 = none
  std::optional<std::uint64_t> total;  ///< in all, where it is known
};

/// Parts are shared with later ones, and none is changed once it is in here. Look and past hold no
/// secrets (see PublicNames): whoever may ask the server sees all of it.
struct Overview {
  std::string version;  ///< lavavisor's own
  std::string host;     ///< the name of this machine
  std::shared_ptr<const model::Desired> desired;
  std::string config_commit;         ///< Git commit of the configuration; "" = none
  std::optional<bool> config_dirty;  ///< the tree differed from it; none = not known
  std::shared_ptr<const Look> look;  ///< none: nothing was looked at yet
  std::shared_ptr<const Past> past;  ///< none: nothing is known of it
  std::vector<Doing> doing;
  std::set<std::size_t> ended;       ///< steps of the plan that are over, whatever became of them
  std::optional<PassCounts> passes;  ///< none: a process that makes one pass only
  std::optional<base::TimePoint> last_pass;     ///< when the last pass ended
  std::optional<base::TimePoint> last_success;  ///< when the last one ended that did not fail
  std::string last_result;                      ///< of the last pass: a word of the contract
  std::string trouble;  ///< what the ledger could not tell; "" = all is well
};

/// When the newest of `runs` (newest first) ended that did not fail, if one is known.
std::optional<base::TimePoint> last_success_of(const std::vector<model::RunRecord>& runs);

}  // namespace lavavisor::view
