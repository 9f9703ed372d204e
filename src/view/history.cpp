// Runs as the ledger kept them, as text and as JSON.
// SPDX-License-Identifier: Apache-2.0
#include "view/history.hpp"

#include "view/json.hpp"
#include "view/parts.hpp"
#include "view/table.hpp"
#include "view/visible.hpp"

namespace lavavisor::view {
namespace {

constexpr std::size_t k_short_hash = 12;

std::string result_of(const model::RunRecord& run) {
  return run.finished.empty() || run.result.empty() ? "interrupted" : run.result;
}

/// Of results and statuses alike.
Style style_of(const std::string& word) {
  if (word == "done" || word == "converged" || word == "changed") {
    return Style::good;
  }
  return word == "failed" ? Style::bad : Style::caution;
}

std::string run_line(const model::RunRecord& run, Colour colour) {
  const std::string result = result_of(run);
  const std::string commit =
      run.config_commit.empty() ? "" : "  commit " + run.config_commit.substr(0, k_short_hash);
  return paint("#" + std::to_string(run.id), Style::strong, colour) + "  " + visible(run.started) +
         "  " + visible(run.trigger) + "  " + paint(visible(result), style_of(result), colour) +
         "  " + counted(run.actions.size(), "action", "actions") +
         paint(visible("  config " + run.config_sha256.substr(0, k_short_hash) + commit),
               Style::faint,
               colour) +
         "\n";
}

Row row_of(const model::ActionRecord& action) {
  const std::string error = action.error.empty() ? "" : ": " + action.error;
  return {{action.status, style_of(action.status)},
          {action.kind},
          {action.target},
          {std::to_string(action.ms) + " ms", Style::faint},
          {action.reason + error, action.error.empty() ? Style::faint : Style::plain}};
}

}  // namespace

std::string history_text(const std::vector<model::RunRecord>& runs, Colour colour) {
  if (runs.empty()) {
    return "No run has been recorded.\n";
  }
  std::string out;
  for (const model::RunRecord& run : runs) {
    std::vector<Row> rows;
    for (const model::ActionRecord& action : run.actions) {
      rows.push_back(row_of(action));
    }
    out += run_line(run, colour) + render_table(rows, colour, "    ");
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
    json.field("config_commit", run.config_commit);
    json.field("result", result_of(run));
    write_actions(json, run.actions);
  });
  return json.finish();
}

}  // namespace lavavisor::view
