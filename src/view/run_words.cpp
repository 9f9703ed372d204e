// Words of a run.
// SPDX-License-Identifier: Apache-2.0
#include "view/run_words.hpp"

namespace lavavisor::view {
namespace {

constexpr std::size_t k_short_commit = 12;

}  // namespace

std::string run_result(const std::string& finished, const std::string& result) {
  return finished.empty() || result.empty() ? "interrupted" : result;
}

Style result_style(const std::string& word) {
  if (word == "done" || word == "converged" || word == "changed") {
    return Style::good;
  }
  return word == "failed" ? Style::bad : Style::caution;
}

std::vector<Cell> commit_cells(const std::string& commit, std::optional<bool> dirty) {
  if (commit.empty()) {
    return {};
  }
  std::vector<Cell> cells{{"  commit " + commit.substr(0, k_short_commit), Style::faint}};
  if (!dirty) {
    cells.push_back({" (not compared)", Style::faint});
  } else if (*dirty) {
    cells.push_back({" (modified)", Style::caution});
  }
  return cells;
}

void write_commit(Json& json, const std::string& commit, std::optional<bool> dirty) {
  json.field("config_commit", commit);
  if (dirty) {
    json.field("config_dirty", *dirty);
  } else {
    json.null_field("config_dirty");
  }
}

}  // namespace lavavisor::view
