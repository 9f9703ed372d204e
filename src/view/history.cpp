// Runs as the ledger kept them, as text and as JSON.
// SPDX-License-Identifier: Apache-2.0
#include "view/history.hpp"

#include "base/time.hpp"
#include "view/flow.hpp"
#include "view/human.hpp"
#include "view/json.hpp"
#include "view/parts.hpp"
#include "view/run_words.hpp"
#include "view/table.hpp"

namespace lavavisor::view {
namespace {

constexpr std::size_t k_short_hash = 12;
constexpr std::size_t k_indent = 4;

std::string started_text(const model::RunRecord& run, const Screen& screen) {
  const auto at = base::parse_time(run.started);
  return at ? ago_text(*at, screen) : run.started;
}

std::string run_line(const model::RunRecord& run, const Screen& screen) {
  const std::string result = run_result(run.finished, run.result);
  std::vector<Cell> pieces{{"#" + std::to_string(run.id), Style::strong},
                           {"  " + started_text(run, screen) + "  " + run.trigger + "  "},
                           {result, result_style(result)},
                           {"  " + counted(run.actions.size(), "action", "actions")},
                           {"  config " + run.config_sha256.substr(0, k_short_hash), Style::faint}};
  const auto commit = commit_cells(run.config_commit, run.config_dirty);
  pieces.insert(pieces.end(), commit.begin(), commit.end());
  return flow(pieces, screen, 0, k_indent);
}

Row row_of(const model::ActionRecord& action) {
  const std::string error = action.error.empty() ? "" : ": " + action.error;
  return {{action.status, result_style(action.status)},
          {action.kind},
          {action.target},
          {took_text(std::chrono::milliseconds{action.ms}), Style::faint},
          {action.reason + error, action.error.empty() ? Style::faint : Style::plain}};
}

}  // namespace

std::string history_text(const std::vector<model::RunRecord>& runs, const Screen& screen) {
  if (runs.empty()) {
    return "No run has been recorded.\n";
  }
  std::string out;
  for (const model::RunRecord& run : runs) {
    std::vector<Row> rows;
    for (const model::ActionRecord& action : run.actions) {
      rows.push_back(row_of(action));
    }
    out += run_line(run, screen) + render_table(rows, screen, std::string(k_indent, ' '));
  }
  return out;
}

std::string history_json(const std::vector<model::RunRecord>& runs) {
  Json json;
  json.objects("runs", runs, [&json](const model::RunRecord& run) {
    json.field("id", run.id);
    json.field("started", run.started);
    json.field("finished", run.finished.empty() ? std::nullopt : std::optional{run.finished});
    json.field("trigger", run.trigger);
    json.field("config_sha256", run.config_sha256);
    write_commit(json, run.config_commit, run.config_dirty);
    json.field("result", run_result(run.finished, run.result));
    write_actions(json, run.actions);
  });
  return json.finish();
}

}  // namespace lavavisor::view
