// Which stops of services are word for the loop, and when.
// SPDX-License-Identifier: Apache-2.0
#include "reconcile/stop_pacing.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace lavavisor::reconcile {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using States = std::map<std::string, model::ServiceState>;

model::ServiceState state(const std::string& active, pid_t pid = 0, unsigned restarts = 0) {
  model::ServiceState state;
  state.active_state = active;
  state.restarts = restarts;
  if (pid != 0) {
    state.process.emplace().pid = pid;
  }
  return state;
}

TEST(StopPacing, TellsStopsFromOtherChanges) {
  struct Row {
    const char* what;
    model::ServiceState before;
    model::ServiceState after;
    bool is_stop;
  };
  const std::vector<Row> rows = {
      {"nothing changed", state("active", 7), state("active", 7), false},
      {"came up", state("activating"), state("active", 7), false},
      {"reloads", state("active", 7), state("reloading", 7), false},
      {"still down", state("failed"), state("failed"), false},
      {"was reset", state("failed"), state("inactive"), true},
      {"counts from zero again", state("active", 7, 3), state("active", 7, 0), false},
      {"was stopped", state("active", 7), state("inactive"), true},
      {"failed", state("active", 7), state("failed"), true},
      {"waits for its restart", state("active", 7), state("activating"), true},
      {"was restarted by systemd", state("active", 7), state("active", 8, 1), true},
      {"was restarted by hand", state("active", 7), state("active", 8), true},
      {"crashed before it was seen", state("activating"), state("activating", 0, 1), true},
  };
  for (const auto& row : rows) {
    StopPacing pacing;
    pacing.look({{"a", row.before}});
    (void)pacing.consume_due(0ms);
    pacing.look({{"a", row.after}});
    EXPECT_EQ(pacing.consume_due(10min), row.is_stop) << row.what;
  }
}

TEST(StopPacing, CountsAServiceThatIsDownFromTheBeginning) {
  StopPacing pacing;
  pacing.look({{"a", state("inactive")}, {"b", state("active", 7)}});
  EXPECT_TRUE(pacing.consume_due(0ms));
  EXPECT_FALSE(pacing.consume_due(0ms));
}

/// When words came of a service that crashes each `period`, looked at as UnitWatch does.
std::vector<milliseconds> words_of_a_crash_loop(milliseconds period, milliseconds length) {
  StopPacing pacing;
  std::vector<milliseconds> words;
  unsigned restarts = 0;
  milliseconds crash{0};
  pacing.look({{"a", state("active", 1)}});
  for (milliseconds now{0}; now < length; now += pacing.wait(now, period)) {
    if (now >= crash) {
      ++restarts;
      crash = now + period;
    }
    pacing.look({{"a", state("active", static_cast<pid_t>(restarts + 1), restarts)}});
    if (pacing.consume_due(now)) {
      words.push_back(now);
    }
  }
  return words;
}

TEST(StopPacing, SpeaksOfACrashLoopEverMoreRarely) {
  const auto words = words_of_a_crash_loop(100ms, 1h);
  ASSERT_GE(words.size(), 10U);
  EXPECT_EQ(words[0], 0ms);
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto pause = words[i] - words[i - 1];
    const auto least = std::min<milliseconds>(1s * (1LL << std::min<std::size_t>(i - 1, 20)), 5min);
    EXPECT_GE(pause, least) << i;
    EXPECT_LE(pause, least + 200ms) << i;
  }
}

TEST(StopPacing, SpeaksAtOnceAgainAfterAMinuteOfQuiet) {
  const auto words = words_of_a_crash_loop(90s, 15min);
  ASSERT_EQ(words.size(), 10U);
  for (std::size_t i = 0; i < words.size(); ++i) {
    EXPECT_EQ(words[i], 90s * static_cast<int>(i));
  }
}

TEST(StopPacing, LetsACrashLoopDelayNoOtherService) {
  StopPacing pacing;
  milliseconds now{0};
  pacing.look({{"a", state("active", 1)}, {"b", state("active", 1)}});
  for (int i = 1; i <= 8; ++i) {
    pacing.look({{"a", state("active", i + 1)}});
    now += pacing.wait(now, 10min);
    EXPECT_TRUE(pacing.consume_due(now));
  }
  pacing.look({{"a", state("failed")}, {"b", state("inactive")}});
  EXPECT_EQ(pacing.wait(now, 10min), 0ms);
  EXPECT_TRUE(pacing.consume_due(now));
  EXPECT_FALSE(pacing.consume_due(now + 1s));
  EXPECT_EQ(pacing.wait(now, 10min), 128s) << "the word of a";
  EXPECT_TRUE(pacing.consume_due(now + 128s));
  EXPECT_EQ(pacing.wait(now, 10min), 10min);
}

}  // namespace
}  // namespace lavavisor::reconcile
