// Line diffs: hunks, ranges, ends of files, colours.
// SPDX-License-Identifier: Apache-2.0
#include "view/diff.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lavavisor::view {
namespace {

std::string numbered(int from, int to) {
  std::string text;
  for (int i = from; i <= to; ++i) {
    text += std::to_string(i) + "\n";
  }
  return text;
}

TEST(UnifiedDiff, ShowsWhatChangedAsDiffDoes) {
  struct Case {
    std::string before;
    std::string after;
    std::string diff;
  };
  const std::vector<Case> rows = {
      {"", "", ""},
      {"a\nb\n", "a\nb\n", ""},
      {"", "a\nb\n", "@@ -0,0 +1,2 @@\n+a\n+b\n"},
      {"a\nb\n", "", "@@ -1,2 +0,0 @@\n-a\n-b\n"},
      {"a\nb\nc\n", "a\nB\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"},
      {"a\n", "a", "@@ -1,1 +1,1 @@\n-a\n+a\n\\ No newline at end of file\n"},
      {"a\nb", "a\nb\n", "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n"},
      {"a\na\n", "a\na\na\n", "@@ -1,2 +1,3 @@\n a\n a\n+a\n"},
      {"x\na\ny\n", "a\nz\n", "@@ -1,3 +1,2 @@\n-x\n a\n-y\n+z\n"},
      {numbered(1, 9),
       numbered(1, 4) + "x\n" + numbered(5, 9),
       "@@ -2,6 +2,7 @@\n 2\n 3\n 4\n+x\n 5\n 6\n 7\n"},
  };
  for (const Case& row : rows) {
    EXPECT_EQ(unified_diff(row.before, row.after, Colour::no), row.diff);
  }
}

TEST(UnifiedDiff, JoinsNearHunksAndPartsFarOnes) {
  std::string far = numbered(2, 19);
  EXPECT_EQ(unified_diff("a\n" + far + "b\n", "A\n" + far + "B\n", Colour::no),
            "@@ -1,4 +1,4 @@\n-a\n+A\n 2\n 3\n 4\n@@ -17,4 +17,4 @@\n 17\n 18\n 19\n-b\n+B\n");
  std::string near = numbered(2, 7);
  EXPECT_EQ(unified_diff("a\n" + near + "b\n", "A\n" + near + "B\n", Colour::no),
            "@@ -1,8 +1,8 @@\n-a\n+A\n 2\n 3\n 4\n 5\n 6\n 7\n-b\n+B\n");
}

TEST(UnifiedDiff, IndentsAndColoursWholeLines) {
  EXPECT_EQ(unified_diff("a\n", "b\n", Colour::no, 2), "  @@ -1,1 +1,1 @@\n  -a\n  +b\n");
  const std::string coloured = unified_diff("a\n", "b\n", Colour::yes);
  EXPECT_NE(coloured.find("\x1b[31m-a\x1b[0m\n"), std::string::npos);
  EXPECT_NE(coloured.find("\x1b[32m+b\x1b[0m\n"), std::string::npos);
}

TEST(UnifiedDiff, MakesControlCharactersVisible) {
  EXPECT_EQ(unified_diff("a\n", "a\x1b[2J\r\n", Colour::no),
            "@@ -1,1 +1,1 @@\n-a\n+a\\x1b[2J\\x0d\n");
}

TEST(UnifiedDiff, ReplacesHugeTextsAsAWhole) {
  const std::string before = numbered(1, 3000);
  const std::string after = numbered(10001, 13000);
  const std::string diff = unified_diff(before, after, Colour::no);
  EXPECT_EQ(diff.substr(0, 24), "@@ -1,3000 +1,3000 @@\n-1");
}

}  // namespace
}  // namespace lavavisor::view
