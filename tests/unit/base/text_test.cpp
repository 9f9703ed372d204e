// Text: trimming, splitting, UTF-8, what is safe to print, guesses.
// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"

#include <gtest/gtest.h>

namespace lavavisor::base {
namespace {

using Parts = std::vector<std::string_view>;

TEST(Trim, CutsWhiteSpaceFromBothEnds) {
  EXPECT_EQ(trim(" \t\r\n a b \n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
  EXPECT_EQ(trim(""), "");
}

TEST(Split, KeepsEmptyParts) {
  EXPECT_EQ(split("a,,b,", ','), (Parts{"a", "", "b", ""}));
  EXPECT_EQ(split("", ','), (Parts{""}));
}

TEST(Join, PutsTheSeparatorBetween) {
  EXPECT_EQ(join({"a", "b", "c"}, ", "), "a, b, c");
  EXPECT_EQ(join({}, ", "), "");
}

TEST(ReplaceAll, DoesNotLookAtWhatItPutIn) {
  EXPECT_EQ(replace_all("aXbX", "X", "XX"), "aXXbXX");
  EXPECT_EQ(replace_all("aaa", "aa", "b"), "ba");
  EXPECT_EQ(replace_all("abc", "x", "y"), "abc");
  EXPECT_EQ(replace_all("{v}/{v}", "{v}", ""), "/");
}

TEST(IsUtf8, FollowsRfc3629) {
  const std::string_view good[] = {"",
                                   "ascii",
                                   "\xC3\xA4",
                                   "\xE2\x82\xAC",
                                   "\xED\x9F\xBF",
                                   "\xF0\x9F\x98\x80",
                                   "\xF4\x8F\xBF\xBF",
                                   std::string_view{"\0", 1}};
  for (const auto row : good) {
    EXPECT_TRUE(is_utf8(row)) << printable(row);
  }
  const std::string_view bad[] = {"\x80",
                                  "\xC0\x80",
                                  "\xC1\xBF",
                                  "\xC3",
                                  "\xC3(",
                                  "\xE0\x80\x80",
                                  "\xE2\x82",
                                  "\xED\xA0\x80",
                                  "\xF0\x80\x80\x80",
                                  "\xF4\x90\x80\x80",
                                  "\xF5\x80\x80\x80",
                                  "\xFF",
                                  "a\xFE"};
  for (const auto row : bad) {
    EXPECT_FALSE(is_utf8(row)) << printable(row);
  }
}

TEST(Printable, EscapesWhatATerminalWouldObey) {
  struct Row {
    std::string_view text;
    const char* safe;
  };
  const Row rows[] = {
      {"plain text", "plain text"},
      {"\xC3\xA4", "\xC3\xA4"},
      {"\x1B[31mred", "\\x1b[31mred"},
      {"a\nb\tc", "a\\x0ab\\x09c"},
      {std::string_view{"\0", 1}, "\\x00"},
      {"\x7F", "\\x7f"},
      {"\xFF\xC3", "\\xff\\xc3"},
      {"\xC2\x9B"
       "31m",
       "\\xc2\\x9b31m"},
      {"\xE2\x80\xAE", "\\xe2\\x80\\xae"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(printable(row.text), row.safe);
  }
}

TEST(Printable, CutsWithoutTearingACharacter) {
  EXPECT_EQ(printable("abcdef", 6), "abcdef");
  EXPECT_EQ(printable("abcdefg", 6), "abcdef...");
  EXPECT_EQ(printable("a\xE2\x82\xAC", 3), "a...");
  EXPECT_EQ(printable("a\n", 4), "a...");
  EXPECT_EQ(printable(std::string(1'000'000, '\x01'), 8), "\\x01\\x01...");
}

TEST(DidYouMean, GuessesWhatIsNear) {
  const std::vector<std::string> known{"endpoints", "quorum", "timeout", "id", "max_block_age"};
  struct Row {
    const char* word;
    const char* guess;
  };
  const Row rows[] = {
      {"endpoint", "endpoints"},
      {"endpiosnt", "endpoints"},
      {"quorom", "quorum"},
      {"tiemout", "timeout"},
      {"max_block_aeg", "max_block_age"},
      {"max-block-age", "max_block_age"},
      {"ID", ""},
      {"ic", "id"},
      {"", ""},
      {"something_else", ""},
      {"q", ""},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(did_you_mean(row.word, known).value_or(""), row.guess) << row.word;
  }
  EXPECT_EQ(did_you_mean("x", {}), std::nullopt);
  EXPECT_EQ(did_you_mean(std::string(1'000'000, 'x'), known), std::nullopt);
}

}  // namespace
}  // namespace lavavisor::base
