// What ran last, when, how it ended, from which commit.
// SPDX-License-Identifier: Apache-2.0
#include "view/last_run.hpp"

#include "base/time.hpp"
#include "view/flow.hpp"
#include "view/human.hpp"
#include "view/run_words.hpp"

#include <vector>

namespace lavavisor::view {

std::string last_run_text(const std::optional<model::LastRun>& run, const Screen& screen) {
  if (!run) {
    return {};
  }
  const auto started = base::parse_time(run->started);
  const std::string result = run_result(run->finished, run->result);
  std::vector<Cell> pieces{
      {"Last run:  "},
      {run->trigger + " " + (started ? ago_text(*started, screen) : run->started) + ", "},
      {result, result_style(result)}};
  const auto commit = commit_cells(run->config_commit, run->config_dirty);
  pieces.insert(pieces.end(), commit.begin(), commit.end());
  return flow(pieces, screen);
}

void write_last_run(Json& json, const std::optional<model::LastRun>& run) {
  if (!run) {
    json.null_field("last_run");
    return;
  }
  json.object("last_run", [&] {
    json.field("trigger", run->trigger);
    json.field("started", run->started);
    json.field("finished", run->finished.empty() ? std::nullopt : std::optional{run->finished});
    json.field("result", run_result(run->finished, run->result));
    write_commit(json, run->config_commit, run->config_dirty);
  });
}

}  // namespace lavavisor::view
