// RFC 3339 times.
// SPDX-License-Identifier: Apache-2.0
#include "base/time.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace lavavisor::base {
namespace {

TEST(ParseTime, TakesRfc3339) {
  struct Row {
    const char* text;
    std::int64_t microseconds;
  };
  const Row rows[] = {
      {"1970-01-01T00:00:00Z", 0},
      {"2026-11-22T08:41:03Z", 1'795'336'863'000'000},
      {"2026-11-22t08:41:03z", 1'795'336'863'000'000},
      {"2026-11-22T10:41:03+02:00", 1'795'336'863'000'000},
      {"2026-11-22T05:11:03-03:30", 1'795'336'863'000'000},
      {"2026-11-22T08:41:03.5Z", 1'795'336'863'500'000},
      {"2026-11-22T08:41:03.123456789Z", 1'795'336'863'123'456},
      {"2024-02-29T00:00:00Z", 1'709'164'800'000'000},
      {"2016-12-31T23:59:60Z", 1'483'228'800'000'000},
  };
  for (const auto& row : rows) {
    const auto at = parse_time(row.text);
    ASSERT_TRUE(at) << row.text << ": " << at.error().message;
    EXPECT_EQ(at->time_since_epoch().count(), row.microseconds) << row.text;
  }
}

TEST(ParseTime, RefusesAllElse) {
  const char* const rows[] = {
      "",
      "now",
      "2026-11-22",
      "2026-11-22T08:41:03",
      "2026-11-22 08:41:03Z",
      "2026-11-22T08:41Z",
      "2026-11-22T24:00:00Z",
      "2026-11-22T08:60:00Z",
      "2026-11-22T08:41:61Z",
      "2026-13-01T00:00:00Z",
      "2026-02-30T00:00:00Z",
      "2025-02-29T00:00:00Z",
      "1969-12-31T23:59:59Z",
      "0001-01-01T00:00:00Z",
      "1970-01-01T00:00:00+01:00",
      "2026-11-22T08:41:03.Z",
      "2026-11-22T08:41:03.1234567890Z",
      "2026-11-22T08:41:03Zx",
      "2026-11-22T08:41:03+0200",
      "+026-11-22T08:41:03Z",
      "2026-11-22T08:41:03\xC3\xA4",
  };
  for (const auto* row : rows) {
    EXPECT_FALSE(parse_time(row)) << row;
  }
}

TEST(FormatTime, IsReadBackToTheSecond) {
  const auto at = parse_time("2026-11-22T08:41:03.999Z");
  ASSERT_TRUE(at);
  EXPECT_EQ(format_time(*at), "2026-11-22T08:41:03Z");
  EXPECT_EQ(format_time(TimePoint{}), "1970-01-01T00:00:00Z");
}

}  // namespace
}  // namespace lavavisor::base
