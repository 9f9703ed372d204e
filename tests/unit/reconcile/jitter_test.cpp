// How periodic work is spread, and how it slows down.
// SPDX-License-Identifier: Apache-2.0
#include "reconcile/jitter.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <set>

namespace lavavisor::reconcile {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

TEST(WithJitter, StaysWithinATenthAndUsesBothSides) {
  std::set<milliseconds> seen;
  for (int i = 0; i < 1'000; ++i) {
    seen.insert(with_jitter(15s));
  }
  EXPECT_GE(*seen.begin(), 13'500ms);
  EXPECT_LE(*seen.rbegin(), 16'500ms);
  EXPECT_LT(*seen.begin(), 14s);
  EXPECT_GT(*seen.rbegin(), 16s);
  EXPECT_GT(seen.size(), 100U);
}

TEST(WithJitter, LeavesWhatIsTooShortToBeSpread) {
  EXPECT_EQ(with_jitter(0ms), 0ms);
  EXPECT_EQ(with_jitter(9ms), 9ms);
}

TEST(Backoff, DoublesUpToFiveMinutesAndIsNeverLessThanTheInterval) {
  struct Row {
    milliseconds interval;
    unsigned failures;
    milliseconds wait;
  };
  constexpr auto k_ten_years = std::chrono::hours{24 * 3'653};
  for (const Row& row : {Row{15s, 0, 15s},
                         Row{15s, 1, 30s},
                         Row{15s, 4, 240s},
                         Row{15s, 5, 300s},
                         Row{15s, 4'000'000'000U, 300s},
                         Row{100ms, 1, 200ms},
                         Row{100ms, 12, 300s},
                         Row{1h, 0, 1h},
                         Row{1h, 3, 1h},
                         Row{k_ten_years, 99, k_ten_years}}) {
    EXPECT_EQ(backoff(row.interval, row.failures), row.wait)
        << row.interval.count() << " ms, " << row.failures << " failures";
  }
}

}  // namespace
}  // namespace lavavisor::reconcile
