// Checksum files: what is taken from them, what is refused and how that is said.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/checksums.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lavavisor::release {
namespace {

const std::string k_a(64, 'a');
const std::string k_b(64, 'b');
const std::string k_upper_a(64, 'A');

TEST(FindChecksum, TakesEveryWayInWhichSha256sumWritesALine) {
  const std::vector<std::string> rows = {
      k_a + "  lavap\n",
      k_a + " *lavap\n",
      k_a + "  lavap",
      k_a + "  lavap\r\n",
      k_a + "  ./lavap\n",
      k_a + " *build/out/lavap\n",
      k_a + "\tlavap\n",
      k_upper_a + "  lavap\n",
      "# made by hand\n\n   \n" + k_b + "  other\n" + k_a + "  lavap\n",
      k_a + "  lavap\n" + k_upper_a + " *./lavap\n",
      "garbage\n" + k_a + "  lavap\nxyz  broken-line-of-another-asset\n",
  };
  for (const auto& text : rows) {
    const auto found = find_checksum(text, "lavap", "sha256sum.txt");
    ASSERT_TRUE(found) << text << ": " << found.error().message;
    EXPECT_EQ(*found, k_a) << text;
  }
}

TEST(FindChecksum, RefusesTheRestAndSaysWhy) {
  struct Row {
    std::string text;
    std::string why;
  };
  const std::vector<Row> rows = {
      {"", "sha256sum.txt does not list lavap (it lists: nothing)"},
      {k_a + "  lavap-darwin\n" + k_b + "  x\n",
       "sha256sum.txt does not list lavap (it lists: lavap-darwin, x)"},
      {k_a + "  LAVAP\n", "sha256sum.txt does not list lavap (it lists: LAVAP)"},
      {"abc  lavap\n", "sha256sum.txt gives no SHA-256 digest for lavap but 'abc'"},
      {k_a + "a  lavap\n", "sha256sum.txt gives no SHA-256 digest for lavap but '" + k_a + "a'"},
      {std::string(63, 'a') + "g  lavap\n",
       "sha256sum.txt gives no SHA-256 digest for lavap but '" + std::string(63, 'a') + "g'"},
      {k_a + "  lavap\n" + k_b + "  lavap\n",
       "sha256sum.txt lists lavap with two digests, " + k_a + " and " + k_b},
      {k_a + "  a\x1b[2Jb\n", "sha256sum.txt does not list lavap (it lists: a\\x1b[2Jb)"},
  };
  for (const auto& row : rows) {
    const auto found = find_checksum(row.text, "lavap", "sha256sum.txt");
    ASSERT_FALSE(found) << row.text;
    EXPECT_EQ(found.error().message, row.why);
  }
}

TEST(FindChecksum, ListsOnlyTheFirstNamesOfALongFile) {
  std::string text;
  for (int i = 0; i < 20; ++i) {
    text += k_a + "  f" + std::to_string(i) + "\n";
  }
  const auto found = find_checksum(text, "lavap", "sums");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().message,
            "sums does not list lavap (it lists: f0, f1, f2, f3, f4, f5, f6, f7 and 12 more)");
}

}  // namespace
}  // namespace lavavisor::release
