// Times and spans in words.
// SPDX-License-Identifier: Apache-2.0
#include "view/human.hpp"

#include "scene.hpp"
#include "view/quarantine.hpp"
#include "view/status.hpp"
#include "view/words.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lavavisor::view {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(TookText, HasTheUnitThatFits) {
  struct Row {
    milliseconds time;
    std::string text;
  };
  const std::vector<Row> rows = {
      {milliseconds{0}, "0 ms"},
      {milliseconds{999}, "999 ms"},
      {milliseconds{4'249}, "4.2 s"},
      {milliseconds{59'999}, "59.9 s"},
      {seconds{65}, "1 min 5 s"},
      {seconds{3'600}, "1 h"},
      {seconds{7'500}, "2 h 5 min"},
      {seconds{90'000}, "1 d 1 h"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(took_text(row.time), row.text);
  }
  EXPECT_EQ(span_text(milliseconds{-5}), "0 s");
  EXPECT_EQ(span_text(milliseconds{4'900}), "4 s");
}

TEST(AgoText, IsRoundedAndTurnsIntoTheDayAfterAWeek) {
  Screen screen;
  EXPECT_EQ(ago_text(at(0), screen), "2026-11-22T08:00:00Z");
  struct Row {
    int seconds;
    std::string text;
  };
  const std::vector<Row> rows = {
      {0, "just now"},
      {45, "45 s ago"},
      {200, "3 min ago"},
      {7'500, "2 h 5 min ago"},
      {90'000, "1 d 1 h ago"},
      {8 * 86'400, "2026-11-22"},
      {-60, "2026-11-22"},
  };
  for (const Row& row : rows) {
    screen.now = at(row.seconds);
    EXPECT_EQ(ago_text(at(0), screen), row.text);
  }
}

TEST(UntilText, CountsFromNow) {
  Screen screen;
  EXPECT_EQ(until_text(at(0), screen), "at 2026-11-22T08:00:00Z");
  screen.now = at(-7'530);
  EXPECT_EQ(until_text(at(0), screen), "in 2 h 5 min");
  screen.now = at(10);
  EXPECT_EQ(until_text(at(0), screen), "in 0 s");
}

TEST(HumanTimes, StandInViewsAndExactOnesInLogAndJson) {
  const Scene scene = upgrade_scene();
  Screen screen;
  screen.now = at(0);
  const auto& held = scene.plan.held.front();
  EXPECT_NE(describe(held, screen).find("the next one opens in 18 h"), std::string::npos);
  EXPECT_NE(describe(held).find("the next one opens at 2026-11-23T02:00:00Z"), std::string::npos);
  const auto text = status_text(scene.desired, scene.observed, scene.plan, screen);
  EXPECT_NE(text.find("6.2.3        2 h ago  2      provider-eth1 did not settle"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("150.0 MiB  downloaded  1 h ago"), std::string::npos) << text;
}

}  // namespace
}  // namespace lavavisor::view
