// The loop in a thread of its own, with turns, configuration and supervisor told what to do.
// SPDX-License-Identifier: Apache-2.0
#include "reconcile/loop.hpp"

#include "support/awaited.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace lavavisor::reconcile {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using Log = std::vector<std::string>;

class RealClock final : public ports::Clock {
 public:
  base::TimePoint now() override { return {}; }
  milliseconds steady() override {
    return std::chrono::duration_cast<milliseconds>(
        std::chrono::steady_clock::now().time_since_epoch());
  }
};

std::size_t times(const Log& log, const std::string& line) {
  return static_cast<std::size_t>(std::count(log.begin(), log.end(), line));
}

/// What happened, in order; told by the loop's thread, awaited by the test's.
class Chronicle {
 public:
  void add(const std::string& line) {
    m_log.change([&](Log& log) { log.push_back(line); });
  }
  Log get() const { return m_log.get(); }
  bool has(const std::string& line, std::size_t wanted = 1) const {
    return m_log.wait([&](const Log& log) { return times(log, line) >= wanted; });
  }

 private:
  test::Awaited<Log> m_log;
};

class Supervisor final : public ports::Supervisor {
 public:
  explicit Supervisor(Chronicle& chronicle) : m_chronicle{chronicle} {}

  void ready() override { m_chronicle.add("ready"); }
  void reloading() override { m_chronicle.add("reloading"); }
  void stopping() override { m_chronicle.add("stopping"); }
  void status(const std::string& sentence) override { m_chronicle.add("status: " + sentence); }
  void expect_within(milliseconds limit) override {
    limits.change([limit](auto& all) { all.push_back(limit); });
  }

  test::Awaited<std::vector<milliseconds>> limits;

 private:
  Chronicle& m_chronicle;
};

class ToldTurns final : public Turns {
 public:
  explicit ToldTurns(Chronicle& chronicle) : m_chronicle{chronicle} {}

  base::Result<bool> read_again() override {
    m_chronicle.add("read");
    return found.get();
  }
  void take_up() override {
    m_chronicle.add("take up");
    found.change([](auto& now) { now = false; });
  }
  void start_afresh() override { m_chronicle.add("start afresh"); }
  TurnResult turn(std::stop_token stop) override {
    m_chronicle.add("turn");
    ++number;
    return script(number, stop);
  }
  milliseconds interval() const override { return every.get(); }

  test::Awaited<base::Result<bool>> found{false};
  test::Awaited<milliseconds> every{milliseconds{1h}};
  std::function<TurnResult(int, const std::stop_token&)> script = [](int, const auto&) {
    return TurnResult{false, "Well."};
  };
  int number = 0;

 private:
  Chronicle& m_chronicle;
};

class RunningLoop : public testing::Test {
 protected:
  void start() {
    m_thread = std::jthread{[this](const std::stop_token& stop) {
      loop(turns, wakes, supervisor, clock, stop);
    }};
  }
  void stop() { m_thread = {}; }

  /// Start, and let the first turn end.
  void start_and_rest() {
    start();
    ASSERT_TRUE(chronicle.has("status: Well."));
  }

  void find(base::Result<bool> what) {
    turns.found.change([&](auto& now) { now = what; });
  }

  /// What the loop waited for between turns, by what it told the supervisor.
  std::vector<milliseconds> waits() const {
    std::vector<milliseconds> waits;
    for (const auto limit : supervisor.limits.get()) {
      if (limit > k_between_steps) {
        waits.push_back(limit - k_between_steps);
      }
    }
    return waits;
  }

  Chronicle chronicle;
  ToldTurns turns{chronicle};
  Supervisor supervisor{chronicle};
  WakeBox wakes;
  RealClock clock;

 private:
  std::jthread m_thread;
};

TEST_F(RunningLoop, IsReadyBeforeTheFirstTurnAndSaysWhenItEnds) {
  start_and_rest();
  stop();
  EXPECT_EQ(chronicle.get(), (Log{"ready", "turn", "status: Well.", "stopping"}));
}

TEST_F(RunningLoop, TurnsAgainEachInterval) {
  find(base::fail("nothing to find here"));
  turns.every.change([](auto& every) { every = 1ms; });
  start();
  EXPECT_TRUE(chronicle.has("turn", 10));
  stop();
  EXPECT_EQ(times(chronicle.get(), "read"), 0U);
}

TEST_F(RunningLoop, WaitsLongerAfterEachFailureAndAsBeforeAfterASuccess) {
  constexpr int k_failures = 6;
  constexpr auto k_lateness = 20ms;
  turns.every.change([](auto& every) { every = 10ms; });
  turns.script = [](int number, const auto&) {
    return TurnResult{number <= k_failures, number <= k_failures ? "Failed." : "Well."};
  };
  start();
  ASSERT_TRUE(chronicle.has("turn", k_failures + 3));
  stop();
  const auto seen = waits();
  ASSERT_GE(seen.size(), static_cast<std::size_t>(k_failures) + 2);
  std::vector<milliseconds> longest_first = seen;
  std::sort(longest_first.rbegin(), longest_first.rend());
  for (int i = 0; i < k_failures; ++i) {
    const auto wanted = 10ms * (1 << (k_failures - i));
    const auto wait = longest_first[static_cast<std::size_t>(i)];
    EXPECT_GE((wait + k_lateness) * 10, wanted * 9) << i;  // a late turn waits as much less
    EXPECT_LE(wait * 10, wanted * 11) << i;
  }
  EXPECT_LE(seen.back(), 11ms);
}

TEST_F(RunningLoop, TakesUpAnotherConfigurationAndTurnsAtOnce) {
  start_and_rest();
  find(true);
  wakes.notify(Wake::config_changed);
  ASSERT_TRUE(chronicle.has("turn", 2));
  ASSERT_TRUE(chronicle.has("status: Well.", 2));
  stop();
  EXPECT_EQ(chronicle.get(),
            (Log{"ready",
                 "turn",
                 "status: Well.",
                 "read",
                 "reloading",
                 "take up",
                 "ready",
                 "turn",
                 "status: Well.",
                 "stopping"}));
}

TEST_F(RunningLoop, DoesNothingWhenAFileChangedButTheConfigurationDidNot) {
  start_and_rest();
  for (std::size_t i = 1; i <= 100; ++i) {
    wakes.notify(Wake::config_changed);
    ASSERT_TRUE(chronicle.has("read", i));
  }
  stop();
  Log wanted = {"ready", "turn", "status: Well."};
  wanted.insert(wanted.end(), 100, "read");
  wanted.emplace_back("stopping");
  EXPECT_EQ(chronicle.get(), wanted);
}

TEST_F(RunningLoop, ReadsWhatChangedWhileATurnWasAtWork) {
  turns.script = [this](int number, const auto&) {
    if (number == 1) {
      find(true);
      wakes.notify(Wake::config_changed);
    }
    return TurnResult{false, "Well."};
  };
  start();
  EXPECT_TRUE(chronicle.has("turn", 2));
  EXPECT_EQ(times(chronicle.get(), "take up"), 1U);
}

TEST_F(RunningLoop, KeepsTheOldConfigurationWhenTheNewOneIsBrokenAndNamesItsFault) {
  const std::string fault = "config.toml:3:1: unknown key 'intervall'";
  const std::string named = "status: Well. The new configuration is broken: " + fault + ".";
  start_and_rest();
  find(base::fail(fault));
  wakes.notify(Wake::config_changed);
  ASSERT_TRUE(chronicle.has(named));
  wakes.notify(Wake::chain_news);
  ASSERT_TRUE(chronicle.has(named, 2)) << "a turn with the old one says so too";
  find(false);
  wakes.notify(Wake::config_changed);
  ASSERT_TRUE(chronicle.has("status: Well.", 2)) << "the old text is back";
  stop();
  const auto log = chronicle.get();
  EXPECT_EQ(times(log, "turn"), 2U);
  EXPECT_EQ(times(log, "take up"), 0U);
  EXPECT_EQ(times(log, "reloading"), 0U);
}

TEST_F(RunningLoop, SaysTheSameFaultOnceHoweverOftenTheFileIsTouched) {
  start_and_rest();
  find(base::fail("no"));
  for (std::size_t i = 1; i <= 50; ++i) {
    wakes.notify(Wake::config_changed);
    ASSERT_TRUE(chronicle.has("read", i));
  }
  find(base::fail("still not"));
  wakes.notify(Wake::config_changed);
  ASSERT_TRUE(chronicle.has("status: Well. The new configuration is broken: still not."));
  stop();
  const auto log = chronicle.get();
  EXPECT_EQ(times(log, "status: Well. The new configuration is broken: no."), 1U);
  EXPECT_EQ(times(log, "turn"), 1U);
}

TEST_F(RunningLoop, ReadsABrokenConfigurationAgainByItself) {
  start_and_rest();
  find(base::fail("provider-2.yml: no such file"));
  wakes.notify(Wake::config_changed);
  ASSERT_TRUE(chronicle.has("read"));
  find(true);  // the missing file has come, in a folder that no one watches
  EXPECT_TRUE(chronicle.has("take up"));
  EXPECT_TRUE(chronicle.has("turn", 2));
  EXPECT_TRUE(chronicle.has("status: Well.", 2));
}

TEST_F(RunningLoop, ReadsAndTurnsWhenAskedTo) {
  for (const auto& found : {base::Result<bool>{false}, base::Result<bool>{base::fail("no")}}) {
    const auto turns_before = times(chronicle.get(), "turn");
    find(found);
    start();
    ASSERT_TRUE(chronicle.has("turn", turns_before + 1));
    wakes.notify(Wake::reload_asked);
    ASSERT_TRUE(chronicle.has("turn", turns_before + 2));
    stop();
  }
  const auto log = chronicle.get();
  const auto asked = std::find(log.begin(), log.end(), "reloading");
  ASSERT_GE(log.end() - asked, 5);
  EXPECT_EQ(Log(asked, asked + 5), (Log{"reloading", "read", "ready", "start afresh", "turn"}));
  EXPECT_EQ(times(log, "start afresh"), 2U);
  EXPECT_EQ(times(log, "ready"), 4U);
}

TEST_F(RunningLoop, TellsOfOneReloadWhenAskedToTakeUpAnotherConfiguration) {
  start_and_rest();
  find(true);
  wakes.notify(Wake::reload_asked);
  wakes.notify(Wake::config_changed);
  ASSERT_TRUE(chronicle.has("turn", 2));
  stop();
  const auto log = chronicle.get();
  EXPECT_EQ(times(log, "reloading"), 1U);
  EXPECT_EQ(times(log, "ready"), 2U);
  EXPECT_EQ(times(log, "take up"), 1U);
}

TEST_F(RunningLoop, ForgetsFailuresWhenTheConfigurationChanges) {
  turns.every.change([](auto& every) { every = 40s; });
  turns.script = [](int, const auto&) {
    return TurnResult{true, "Failed."};
  };
  start();
  for (std::size_t i = 1; i <= 4; ++i) {
    ASSERT_TRUE(chronicle.has("status: Failed.", i));
    find(true);
    wakes.notify(Wake::config_changed);
  }
  stop();
  for (const auto wait : waits()) {
    EXPECT_LE(wait, 88s);
  }
}

TEST_F(RunningLoop, TurnsAtOnceOnNewsFromTheChain) {
  start_and_rest();
  for (std::size_t i = 2; i <= 20; ++i) {
    wakes.notify(Wake::chain_news);
    ASSERT_TRUE(chronicle.has("turn", i));
  }
  EXPECT_EQ(times(chronicle.get(), "read"), 0U);
}

TEST_F(RunningLoop, TurnsSoonWhenAUnitStoppedButNotForEachOne) {
  test::Awaited<std::vector<milliseconds>> began;
  turns.script = [&](int, const auto&) {
    began.change([&](auto& all) { all.push_back(clock.steady()); });
    return TurnResult{false, "Well."};
  };
  start_and_rest();
  std::jthread crash_loop{[this](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      wakes.notify(Wake::unit_stopped);
    }
  }};
  ASSERT_TRUE(began.wait([](const auto& all) { return all.size() >= 3; }));
  crash_loop = {};
  const auto all = began.get();
  EXPECT_GE(all[1] - all[0], 1s);
  EXPECT_GE(all[2] - all[1], 1s);
}

TEST_F(RunningLoop, LetsOtherWordThroughWhileItPausesBetweenStops) {
  start_and_rest();
  wakes.notify(Wake::unit_stopped);
  find(true);
  wakes.notify(Wake::config_changed);
  EXPECT_TRUE(chronicle.has("take up"));
}

TEST_F(RunningLoop, EndsWithTheTurnAtWorkAndReadsNothingMore) {
  find(true);
  test::Count begun;
  turns.script = [&](int, const std::stop_token& asked) {
    wakes.notify(Wake::config_changed);
    wakes.notify(Wake::reload_asked);
    test::Count stopped;
    const std::stop_callback wake{asked, [&] {
                                    stopped.up();
                                  }};
    begun.up();
    EXPECT_TRUE(stopped.reaches(1));
    return TurnResult{false, "Interrupted."};
  };
  start();
  ASSERT_TRUE(begun.reaches(1));
  stop();
  EXPECT_EQ(chronicle.get(), (Log{"ready", "turn", "status: Interrupted.", "stopping"}));
}

TEST_F(RunningLoop, TellsTheWatchdogHowLongItWaits) {
  turns.every.change([](auto& every) { every = 24h; });
  start_and_rest();
  ASSERT_TRUE(supervisor.limits.wait([](const auto& all) { return all.size() >= 2; }));
  const auto limits = supervisor.limits.get();
  EXPECT_EQ(limits[0], k_between_steps) << "of the turn's beginning";
  EXPECT_GE(limits[1], 24h * 9 / 10) << "of the wait";
}

}  // namespace
}  // namespace lavavisor::reconcile
