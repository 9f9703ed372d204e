// What the board shows while passes go on, from one thread and from two.
// SPDX-License-Identifier: Apache-2.0
#include "cli/board.hpp"

#include "unit/view/scene.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace lavavisor::cli {
namespace {

using std::chrono::milliseconds;

class HandClock final : public ports::Clock {
 public:
  base::TimePoint now() override { return view::at(m_seconds++); }
  milliseconds steady() override { return milliseconds{0}; }

 private:
  int m_seconds = 0;
};

/// Counts how often the history is read.
class Reader final : public ports::LedgerReader {
 public:
  base::Result<model::Memory> memory() override { return model::Memory{}; }
  base::Result<std::vector<model::RunRecord>> runs(std::size_t) override {
    ++read;
    return broken ? base::Result<std::vector<model::RunRecord>>{base::fail("state.db is broken")}
                  : view::runs();
  }
  base::Result<model::Totals> totals() override { return model::Totals{{}, {{"changed", 1}}}; }
  base::Result<std::vector<model::RunningSince>> timeline() override {
    return std::vector<model::RunningSince>{{"provider-eth1", "6.2.5", view::at(-60)}};
  }

  int read = 0;
  bool broken = false;
};

class BoardTest : public testing::Test {
 protected:
  void SetUp() override { board.take_up(scene.desired, {}); }

  void pass(const view::Scene& now, const std::string& result = "converged") {
    board.planned(now.observed, now.plan);
    board.pass_ended({now.observed, now.plan}, result, milliseconds{20}, ledger);
  }

  HandClock clock;
  Board board{"0.1.0", "lava-fra-1", clock};
  Reader ledger;
  view::Scene scene = view::converged_scene();
};

TEST_F(BoardTest, KnowsNothingBeforeTheFirstPassAndAllAfterIt) {
  EXPECT_EQ(board.overview().look, nullptr);
  EXPECT_EQ(board.overview().host, "lava-fra-1");
  pass(scene);
  const auto overview = board.overview();
  ASSERT_NE(overview.look, nullptr);
  EXPECT_EQ(overview.look->observed.units.size(), 2U);
  ASSERT_NE(overview.past, nullptr);
  EXPECT_EQ(overview.past->runs.size(), 3U);
  EXPECT_EQ(overview.passes->results.at("converged"), 1U);
  EXPECT_EQ(overview.last_success, overview.last_pass);
}

TEST_F(BoardTest, ReadsTheHistoryAgainOnlyWhenItMayHaveGrown) {
  pass(scene);
  pass(scene);
  pass(scene);
  EXPECT_EQ(ledger.read, 1);
  scene.observed.memory.running["provider-eth1"] = "6.2.5";
  pass(scene);
  EXPECT_EQ(ledger.read, 2) << "another release runs";
  scene.observed.memory.last_run = model::LastRun{"apply", "2026-11-22T08:00:00Z", "", "", "", {}};
  pass(scene);
  EXPECT_EQ(ledger.read, 3) << "somebody else's run is there";
  pass(view::upgrade_scene(), "changed");
  EXPECT_EQ(ledger.read, 4) << "steps were carried out";
}

TEST_F(BoardTest, SharesWhatHasNotChanged) {
  pass(scene);
  const auto before = board.overview();
  board.take_up(scene.desired, {});
  board.planned(scene.observed, scene.plan);
  const auto after = board.overview();
  EXPECT_EQ(before.desired, after.desired);
  EXPECT_EQ(before.look, after.look) << "a plan without steps is not copied";
  EXPECT_EQ(before.past, after.past);
}

TEST_F(BoardTest, ShowsStepsWhileTheyAreCarriedOut) {
  BoardListener listener{board};
  const auto upgrade = view::upgrade_scene();
  listener.planned(upgrade.observed, upgrade.plan);
  listener.step_started(0, upgrade.plan.steps[0]);
  listener.download_progress({"6.2.5"}, {1'000, 5'000});
  listener.download_progress({"6.2.5"}, {3'000, 5'000});
  auto overview = board.overview();
  ASSERT_EQ(overview.doing.size(), 1U);
  EXPECT_EQ(overview.doing[0].title, "install release 6.2.5");
  EXPECT_EQ(overview.doing[0].received, 3'000U);
  EXPECT_EQ(overview.doing[0].total, 5'000U);
  EXPECT_EQ(overview.passes->received, 2'000U) << "the first part may be of an earlier download";
  EXPECT_EQ(overview.look->plan.steps.size(), 6U);
  listener.step_ended(0, {upgrade.plan.steps[0], model::Outcome::done, "", {}});
  overview = board.overview();
  EXPECT_TRUE(overview.doing.empty());
  EXPECT_TRUE(overview.ended.contains(0));
}

TEST_F(BoardTest, KeepsTheLastSuccessThroughFailures) {
  pass(scene);
  const auto success = board.overview().last_success;
  pass(scene, "failed");
  const auto overview = board.overview();
  EXPECT_EQ(overview.last_success, success);
  EXPECT_NE(overview.last_pass, success);
  EXPECT_EQ(overview.last_result, "failed");
}

TEST_F(BoardTest, SaysThatTheHistoryCannotBeReadAndTriesAgain) {
  ledger.broken = true;
  pass(scene);
  EXPECT_EQ(board.overview().trouble, "state.db is broken");
  ledger.broken = false;
  pass(scene);
  EXPECT_EQ(board.overview().trouble, "");
  EXPECT_NE(board.overview().past, nullptr);
}

TEST_F(BoardTest, HidesWhatEndpointsHoldOfSecrets) {
  const std::string secret = "https://me:hunter2@rpc.example/key";
  scene.desired.chain.endpoints.front().text = secret;
  scene.observed.chain.endpoints.front().endpoint = secret;
  board.take_up(scene.desired, {});
  pass(scene);
  EXPECT_EQ(board.overview().look->observed.chain.endpoints.front().endpoint,
            "https://rpc.example/...");
}

TEST_F(BoardTest, IsWrittenAndReadByTwoThreadsAtOnce) {
  const auto upgrade = view::upgrade_scene();
  std::jthread loop{[&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      board.planned(upgrade.observed, upgrade.plan);
      board.step_started(0, upgrade.plan.steps[0]);
      board.received({"6.2.5"}, {1, 2});
      board.step_ended(0);
      board.pass_ended({upgrade.observed, upgrade.plan}, "changed", milliseconds{1}, ledger);
    }
  }};
  for (int i = 0; i < 2'000; ++i) {
    const auto overview = board.overview();
    EXPECT_LE(overview.doing.size(), 1U);
    if (overview.look) {
      EXPECT_EQ(overview.look->plan.steps.size(), 6U);
    }
  }
}

}  // namespace
}  // namespace lavavisor::cli
