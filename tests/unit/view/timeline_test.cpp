// Spans, marks and ticks on one stretch of time.
// SPDX-License-Identifier: Apache-2.0
#include "view/timeline.hpp"

#include "scene.hpp"

#include <gtest/gtest.h>

namespace lavavisor::view {
namespace {

constexpr int k_hour = 3'600;
constexpr int k_day = 24 * k_hour;

model::RunRecord run_at(base::TimePoint started) {
  model::RunRecord run;
  run.started = base::format_time(started);
  return run;
}

TEST(Timeline, LaysOutWhoRanWhat) {
  Past past;
  past.timeline = {{"a", "6.2.4", at(-6 * k_hour)},
                   {"b", "6.2.4", at(-3 * k_hour)},
                   {"a", "6.2.5", at(-3 * k_hour)},
                   {"b", "", at(-k_hour)}};
  const auto line = timeline_of(past, {"b", "a"}, at(0));
  EXPECT_EQ(line.begin, at(-6 * k_hour));
  ASSERT_EQ(line.lanes.size(), 2U);
  EXPECT_EQ(line.lanes[0].service, "b") << "in the order of the file";
  const auto& spans = line.lanes[1].spans;
  ASSERT_EQ(spans.size(), 2U);
  EXPECT_EQ(spans[0].release, "6.2.4");
  EXPECT_DOUBLE_EQ(spans[0].from, 0.0);
  EXPECT_DOUBLE_EQ(spans[0].to, 0.5);
  EXPECT_FALSE(spans[0].lasts);
  EXPECT_DOUBLE_EQ(spans[1].to, 1.0);
  EXPECT_TRUE(spans[1].lasts);
  EXPECT_EQ(line.lanes[0].spans[1].release, "");
  EXPECT_EQ(line.releases, (std::vector<std::string>{"6.2.4", "6.2.5"}));
}

TEST(Timeline, TakesTheShortestStretchThatHoldsAll) {
  struct Row {
    int oldest;
    int length;
  };
  const std::vector<Row> rows{{60, 300},
                              {301, 900},
                              {901, k_hour},
                              {k_hour, k_hour},
                              {k_hour + 1, 6 * k_hour},
                              {2 * k_day, 3 * k_day},
                              {7 * k_day, 7 * k_day},
                              {29 * k_day, 30 * k_day},
                              {300 * k_day, 30 * k_day}};
  for (const auto& [oldest, length] : rows) {
    Past past;
    past.timeline = {{"a", "6.2.4", at(-oldest)}};
    const auto line = timeline_of(past, {"a"}, at(0));
    EXPECT_EQ(line.begin, at(-length)) << oldest;
    EXPECT_EQ(line.lanes.size(), 1U) << "what began before still runs";
    EXPECT_GE(line.ticks.size(), 2U) << oldest;
    EXPECT_LE(line.ticks.size(), 8U) << oldest;
  }
}

TEST(Timeline, LeavesOutWhatIsOlderAndWhoNeverRan) {
  Past past;
  past.timeline = {{"gone", "6.0.0", at(-200 * k_day)},
                   {"gone", "", at(-100 * k_day)},
                   {"a", "6.0.0", at(-200 * k_day)},
                   {"a", "6.2.5", at(-100 * k_day)},
                   {"never", "", at(-k_day)}};
  past.runs = {run_at(at(-k_hour)), run_at(at(-31 * k_day))};
  const auto line = timeline_of(past, {"a", "unknown"}, at(0));
  ASSERT_EQ(line.lanes.size(), 1U);
  ASSERT_EQ(line.lanes[0].spans.size(), 1U);
  EXPECT_EQ(line.lanes[0].spans[0].release, "6.2.5");
  EXPECT_EQ(line.lanes[0].spans[0].since, at(-100 * k_day));
  ASSERT_EQ(line.runs.size(), 1U);
  EXPECT_EQ(line.runs[0].run, 0U);
}

TEST(Timeline, PutsTicksAtRoundTimes) {
  Past past;
  past.timeline = {{"a", "6.2.4", at(-5 * k_hour)}};
  const auto line = timeline_of(past, {}, at(1'234));
  ASSERT_EQ(line.ticks.size(), 3U);
  EXPECT_EQ(line.ticks[0].text, "04:00");
  EXPECT_EQ(line.ticks[2].text, "08:00");
  past.timeline = {{"a", "6.2.4", at(-6 * k_day)}};
  EXPECT_EQ(timeline_of(past, {}, at(0)).ticks.back().text.substr(0, 4), "Nov ");
}

TEST(Timeline, BearsClocksThatJumped) {
  Past past;
  past.timeline = {{"a", "6.2.4", at(k_hour)}, {"a", "6.2.5", at(-k_hour)}};
  for (const auto& lane : timeline_of(past, {"a"}, at(0)).lanes) {
    for (const auto& span : lane.spans) {
      EXPECT_LE(span.from, span.to);
    }
  }
}

}  // namespace
}  // namespace lavavisor::view
