// Widths of characters, cutting and wrapping.
// SPDX-License-Identifier: Apache-2.0
#include "view/columns.hpp"

#include "view/flow.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace lavavisor::view {
namespace {

TEST(DisplayWidth, CountsColumnsAsTerminalsDo) {
  struct Row {
    std::string_view text;
    std::size_t width;
  };
  const std::vector<Row> rows = {
      {"", 0},
      {"lavap", 5},
      {"münchen", 7},
      {"東京", 4},
      {"한국", 4},
      {"ｗｉｄｅ", 8},
      {"e\u0301", 1},   // with a combining acute
      {"\xff\xfe", 2},  // not UTF-8: one each
  };
  for (const Row& row : rows) {
    EXPECT_EQ(display_width(row.text), row.width) << row.text;
  }
}

TEST(Pad, FillsWithBlanksByColumns) {
  EXPECT_EQ(pad("東京", 6), "東京  ");
  EXPECT_EQ(pad("long", 2), "long");
}

TEST(Cut, KeepsTheBeginningAndSaysThatThereIsMore) {
  EXPECT_EQ(cut("provider-eth1", 13), "provider-eth1");
  EXPECT_EQ(cut("provider-eth1", 10), "provider..");
  EXPECT_EQ(cut("two words", 6), "two..");
  EXPECT_EQ(cut("東京東京", 7), "東京..");
  EXPECT_EQ(cut("provider", 2), "..");
  EXPECT_EQ(cut("provider", 0), "");
}

TEST(CutInside, KeepsBothEnds) {
  EXPECT_EQ(cut_inside("provider-eth1", 13), "provider-eth1");
  EXPECT_EQ(cut_inside("consumer-of-a-chain-7", 12), "consu..ain-7");
  EXPECT_EQ(cut_inside("東京東京東京", 7), "東..京");
  EXPECT_EQ(cut_inside("provider", 3), "p..");
}

TEST(Wrap, BreaksAtBlanksThenAtJointsThenAnywhere) {
  struct Row {
    std::string_view text;
    std::vector<std::string_view> lines;
  };
  const std::vector<Row> rows = {
      {"", {""}},
      {"short", {"short"}},
      {"exactly 10", {"exactly 10"}},
      {"one two three four", {"one two", "three four"}},
      {"a /var/lib/lavavisor/x", {"a", "/var/lib/", "lavavisor/", "x"}},
      {"0123456789abcdef", {"0123456789", "abcdef"}},
      {"東京東京東京", {"東京東京東", "京"}},
      {"  indented text", {"  indented", "text"}},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(wrap(row.text, 10, 10), row.lines) << row.text;
  }
}

TEST(Wrap, LeavesEverythingWhereWidthIsNoMatter) {
  const std::string text(5'000, 'x');
  EXPECT_EQ(wrap(text, 0, 0), std::vector<std::string_view>{text});
}

TEST(Wrap, NeverIsWiderAndLosesNothingButBlanks) {
  const std::string text =
      "release 6.2.5 could not be had (https://github.com/lavanet/lava/releases/download/v6.2.5: "
      "it answered 503 三回) 東京 \xff; it is tried again";
  std::string without_blanks;
  for (const char c : text) {
    without_blanks += c == ' ' ? "" : std::string{c};
  }
  for (std::size_t width = 2; width < 120; ++width) {
    std::string all;
    for (const auto line : wrap(text, width, width)) {
      EXPECT_LE(display_width(line), width) << line;
      for (const char c : line) {
        all += c == ' ' ? "" : std::string{c};
      }
    }
    EXPECT_EQ(all, without_blanks) << width;
  }
}

TEST(Flow, GivesEveryLineItsOwnStyles) {
  Screen screen{Colour::yes};
  screen.width = 12;
  EXPECT_EQ(flow({{"Chain lava", Style::strong}, {": target 6.2.5"}}, screen),
            "\x1b[1mChain lava\x1b[0m:\n  target\n  6.2.5\n");
  screen.width = 8;
  EXPECT_EQ(flow({{"bad things", Style::bad}}, screen),
            "\x1b[31mbad\x1b[0m\n  \x1b[31mthings\x1b[0m\n");
}

}  // namespace
}  // namespace lavavisor::view
