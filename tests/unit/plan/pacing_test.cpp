// Weekly windows with all their edges, and the backoff of a retry.
// SPDX-License-Identifier: Apache-2.0
#include "plan/pacing.hpp"

#include <gtest/gtest.h>

namespace lavavisor::plan {
namespace {

using base::TimePoint;
using model::Window;
using std::chrono::hours;
using std::chrono::minutes;

constexpr std::uint8_t k_monday = 1U << 0U;
constexpr std::uint8_t k_friday = 1U << 4U;
constexpr std::uint8_t k_sunday = 1U << 6U;
constexpr std::uint8_t k_weekdays = 0x1f;
constexpr std::uint8_t k_every_day = 0x7f;

TimePoint at(const char* text) {
  return *base::parse_time(text);
}

/// 2026-11-23 is a Monday.
struct Row {
  Window window;
  const char* now;
  const char* opens;  ///< "" = it is open
};

const Window k_nights{"Mon-Fri 02:00-04:00", k_weekdays, hours{2}, hours{4}};
const Window k_over_midnight{"Fri 22:00-02:00", k_friday, hours{22}, hours{2}};
const Window k_week_wrap{"Sun 23:00-01:00", k_sunday, hours{23}, hours{1}};
const Window k_whole_monday{"Mon 00:00-24:00", k_monday, hours{0}, hours{24}};
const Window k_equal_ends{"Mon 06:00-06:00", k_monday, hours{6}, hours{6}};
const Window k_always{"00:00-24:00", k_every_day, hours{0}, hours{24}};

TEST(NextOpening, KnowsEveryEdgeOfAWindow) {
  const std::vector<Row> rows = {
      {k_nights, "2026-11-23T01:59:59.999999Z", "2026-11-23T02:00:00Z"},
      {k_nights, "2026-11-23T02:00:00Z", ""},
      {k_nights, "2026-11-23T03:59:59.999999Z", ""},
      {k_nights, "2026-11-23T04:00:00Z", "2026-11-24T02:00:00Z"},
      {k_nights, "2026-11-27T04:00:00Z", "2026-11-30T02:00:00Z"},  // Friday to Monday
      {k_nights, "2026-11-28T03:00:00Z", "2026-11-30T02:00:00Z"},  // Saturday
      {k_over_midnight, "2026-11-27T21:59:59Z", "2026-11-27T22:00:00Z"},
      {k_over_midnight, "2026-11-27T22:00:00Z", ""},
      {k_over_midnight, "2026-11-28T01:59:59Z", ""},
      {k_over_midnight, "2026-11-28T02:00:00Z", "2026-12-04T22:00:00Z"},
      {k_over_midnight, "2026-11-27T01:00:00Z", "2026-11-27T22:00:00Z"},  // Thursday's is none
      {k_week_wrap, "2026-11-22T23:30:00Z", ""},
      {k_week_wrap, "2026-11-23T00:59:59Z", ""},
      {k_week_wrap, "2026-11-23T01:00:00Z", "2026-11-29T23:00:00Z"},
      {k_whole_monday, "2026-11-22T23:59:59Z", "2026-11-23T00:00:00Z"},
      {k_whole_monday, "2026-11-23T00:00:00Z", ""},
      {k_whole_monday, "2026-11-23T23:59:59Z", ""},
      {k_whole_monday, "2026-11-24T00:00:00Z", "2026-11-30T00:00:00Z"},
      {k_equal_ends, "2026-11-23T06:00:00Z", ""},
      {k_equal_ends, "2026-11-24T05:59:59Z", ""},
      {k_equal_ends, "2026-11-24T06:00:00Z", "2026-11-30T06:00:00Z"},
      {k_always, "2026-11-25T00:00:00Z", ""},
      {k_always, "2026-11-25T23:59:59.999999Z", ""},
      {k_nights, "2026-12-31T04:00:00Z", "2027-01-01T02:00:00Z"},  // over the year's end
      {k_nights, "2028-02-28T04:00:00Z", "2028-02-29T02:00:00Z"},  // a leap day
  };
  for (const auto& row : rows) {
    const auto opens = next_opening({row.window}, at(row.now));
    EXPECT_EQ(opens ? base::format_time(*opens) : "", row.opens)
        << row.window.text << " at " << row.now;
  }
}

TEST(NextOpening, IsNoneWithoutWindows) {
  EXPECT_FALSE(next_opening({}, at("2026-11-23T02:00:00Z")));
}

TEST(NextOpening, TakesTheEarliestOfSeveralWindows) {
  const std::vector<Window> windows = {k_over_midnight, k_nights};
  EXPECT_EQ(next_opening(windows, at("2026-11-27T12:00:00Z")), at("2026-11-27T22:00:00Z"));
  EXPECT_EQ(next_opening(windows, at("2026-11-24T12:00:00Z")), at("2026-11-25T02:00:00Z"));
  EXPECT_FALSE(next_opening(windows, at("2026-11-28T01:00:00Z")));
}

TEST(RetryTime, DoublesFromOneHourToADay) {
  const auto last = at("2026-11-23T00:00:00Z");
  const std::vector<std::pair<unsigned, int>> rows = {
      {0, 1}, {1, 1}, {2, 2}, {3, 4}, {4, 8}, {5, 16}, {6, 24}, {7, 24}, {1000, 24}};
  for (const auto& [tries, hours_later] : rows) {
    EXPECT_EQ(retry_time(last, tries), last + hours{hours_later}) << tries;
  }
}

}  // namespace
}  // namespace lavavisor::plan
