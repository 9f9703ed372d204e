// Durations and sizes.
// SPDX-License-Identifier: Apache-2.0
#include "base/quantity.hpp"

#include <gtest/gtest.h>

namespace lavavisor::base {
namespace {

using std::chrono::milliseconds;

TEST(ParseDuration, TakesPairsInFallingOrder) {
  struct Row {
    const char* text;
    std::int64_t ms;
    const char* again;
  };
  const Row rows[] = {
      {"0", 0, "0s"},
      {"0s", 0, "0s"},
      {"500ms", 500, "500ms"},
      {"1500ms", 1'500, "1s500ms"},
      {"15s", 15'000, "15s"},
      {"5m", 300'000, "5m"},
      {"90m", 5'400'000, "1h30m"},
      {"1h30m", 5'400'000, "1h30m"},
      {"2d", 172'800'000, "2d"},
      {"1d2h3m4s5ms", 93'784'005, "1d2h3m4s5ms"},
      {"3653d", 315'619'200'000, "3653d"},
  };
  for (const auto& row : rows) {
    const auto value = parse_duration(row.text);
    ASSERT_TRUE(value) << row.text << ": " << value.error().message;
    EXPECT_EQ(value->count(), row.ms) << row.text;
    EXPECT_EQ(format_duration(*value), row.again);
  }
}

TEST(ParseDuration, RefusesAllElse) {
  const char* const rows[] = {"",
                              "5",
                              "s",
                              "-5s",
                              "+5s",
                              "1.5h",
                              "5 s",
                              "5s ",
                              "30m1h",
                              "1h1h",
                              "5M",
                              "5sec",
                              "1h30",
                              "3654d",
                              "3653d1ms",
                              "99999999999999999999s",
                              "18446744073709551615d"};
  for (const auto* row : rows) {
    EXPECT_FALSE(parse_duration(row)) << row;
  }
}

TEST(ParseDuration, SaysWhatIsWrong) {
  EXPECT_EQ(parse_duration("5").error().message,
            "\"5\" is not a duration (the unit is missing); wanted like \"15s\", \"1h30m\" or "
            "\"500ms\"");
}

TEST(ParseSize, TakesWholeNumbersWithAUnit) {
  struct Row {
    const char* text;
    std::uint64_t bytes;
  };
  const Row rows[] = {{"0B", 0},
                      {"1B", 1},
                      {"512MiB", 536'870'912},
                      {"1GiB", 1'073'741'824},
                      {"2TiB", 2'199'023'255'552},
                      {"3kB", 3'000},
                      {"3KiB", 3'072},
                      {"150MB", 150'000'000},
                      {"18446744073709551615B", 18'446'744'073'709'551'615U}};
  for (const auto& row : rows) {
    const auto bytes = parse_size(row.text);
    ASSERT_TRUE(bytes) << row.text;
    EXPECT_EQ(*bytes, row.bytes) << row.text;
  }
}

TEST(ParseSize, RefusesAllElse) {
  const char* const rows[] = {"",
                              "0",
                              "12",
                              "MiB",
                              "1.5GiB",
                              "-1B",
                              "1 MiB",
                              "1mib",
                              "1KB",
                              "18446744073709551616B",
                              "18446744073709551615KiB"};
  for (const auto* row : rows) {
    EXPECT_FALSE(parse_size(row)) << row;
  }
}

TEST(FormatSize, HasOneDecimal) {
  EXPECT_EQ(format_size(0), "0 B");
  EXPECT_EQ(format_size(1'023), "1023 B");
  EXPECT_EQ(format_size(1'024), "1.0 KiB");
  EXPECT_EQ(format_size(157'286'400), "150.0 MiB");
  EXPECT_EQ(format_size((1ULL << 30U) - 1), "1.0 GiB");
  EXPECT_EQ(format_size(~0ULL), "16.0 EiB");
}

}  // namespace
}  // namespace lavavisor::base
