// Past runs, and the last one in status: when, how they ended, from which commit.
// SPDX-License-Identifier: Apache-2.0
#include "view/history.hpp"

#include "scene.hpp"
#include "view/last_run.hpp"
#include "view/run_words.hpp"
#include "view/status.hpp"

#include <gtest/gtest.h>

namespace lavavisor::view {
namespace {

Screen at_eight() {
  Screen screen;
  screen.now = at(0);
  return screen;
}

std::string words_of(const std::vector<Cell>& cells) {
  std::string text;
  for (const Cell& cell : cells) {
    text += cell.text;
  }
  return text;
}

TEST(HistoryText, ShowsRunsWithTheirActionsAndInterruptedOnes) {
  EXPECT_EQ(history_text(runs(), Colour::no),
            "#3  2026-11-22T08:00:00Z  run  interrupted  1 action  config bbbbbbbbbbbb\n"
            "    started  install_binary  6.2.5  0 ms  it is not installed\n"
            "#2  2026-11-22T07:00:00Z  apply  failed  1 action  config bbbbbbbbbbbb\n"
            "    failed  start_service  provider-eth1  1 min  it is not running: timed out\\x07\n"
            "#1  2026-11-22T06:00:00Z  apply  changed  1 action  config bbbbbbbbbbbb  commit "
            "0123456789ab (modified)\n"
            "    done  write_unit  provider-eth1  7 ms  the unit is not there yet\n");
  EXPECT_EQ(history_text({}, Colour::no), "No run has been recorded.\n");
}

TEST(HistoryText, TellsTimesAsPeopleDoAtATerminal) {
  const std::string text = history_text(runs(), at_eight());
  EXPECT_NE(text.find("#2  1 h ago  apply  failed"), std::string::npos) << text;
}

TEST(CommitCells, TellACleanTreeFromAModifiedAndAnUnknownOne) {
  const std::string commit = "0123456789abcdef0123456789abcdef01234567";
  EXPECT_EQ(words_of(commit_cells(commit, false)), "  commit 0123456789ab");
  EXPECT_EQ(words_of(commit_cells(commit, true)), "  commit 0123456789ab (modified)");
  EXPECT_EQ(words_of(commit_cells(commit, {})), "  commit 0123456789ab (not compared)");
  EXPECT_EQ(words_of(commit_cells("", {})), "");
}

TEST(LastRunText, IsOneLineOrNone) {
  EXPECT_EQ(last_run_text(last_run(), at_eight()),
            "Last run:  apply 2 h ago, changed  commit 0123456789ab (modified)\n");
  model::LastRun at_work = last_run();
  at_work.finished = at_work.result = at_work.config_commit = "";
  EXPECT_EQ(last_run_text(at_work, Colour::no),
            "Last run:  apply 2026-11-22T06:00:00Z, interrupted\n");
  EXPECT_EQ(last_run_text(std::nullopt, Colour::no), "");
}

TEST(LastRunText, StandsInStatus) {
  Scene scene = converged_scene();
  scene.observed.memory.last_run = last_run();
  const auto& [desired, observed, plan] = scene;
  EXPECT_NE(status_text(desired, observed, plan, at_eight()).find("\nLast run:  apply 2 h ago"),
            std::string::npos);
  EXPECT_NE(status_json(desired, observed, plan).find("\"last_run\""), std::string::npos);
}

}  // namespace
}  // namespace lavavisor::view
