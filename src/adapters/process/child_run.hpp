// One run of the child: made ready while the one before still drains, then launched.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/process/hold.hpp"
#include "adapters/process/lavap_process.hpp"
#include "base/result.hpp"
#include "model/layout.hpp"
#include "model/observed.hpp"
#include "ports/clock.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace lavavisor::process {

/// All that the next process needs.
struct ReadyRun {
  model::Process seen;
  Hold binary;
  LavapStart start;
};

/// A process that was launched, and has not been reaped.
struct ChildRun {
  pid_t pid = 0;
  model::Process seen;
  std::chrono::milliseconds began{0};  ///< on Clock::steady()
  Hold binary;
};

/// Make a run of the release that `unit_text` names ready; its command is the binary below
/// `directory` and the words `command`. Fails when that binary can't be had.
base::Result<ReadyRun> make_ready(const std::string& unit_text,
                                  const model::Path& directory,
                                  const std::vector<std::string>& command,
                                  LavapStart start);

/// Launch it; see start_lavap().
base::Result<ChildRun> launch(ReadyRun ready,
                              const std::vector<int>& ignored_signals,
                              ports::Clock& clock);

/// The process as it is seen now: whether its file is still the one at its path, too.
model::Process seen_now(const ChildRun& run);

}  // namespace lavavisor::process
