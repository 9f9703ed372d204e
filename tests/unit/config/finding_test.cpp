// How findings look, and that nothing in them is obeyed by a terminal.
// SPDX-License-Identifier: Apache-2.0
#include "config/finding.hpp"

#include "config/findings.hpp"

#include <gtest/gtest.h>

namespace lavavisor::config {
namespace {

TEST(FormatFindings, ShowsPlaceLineCaretAndHint) {
  const Source source{"dir/config.toml", "a = 1\nb = \"x\"  # c\n"};
  const Finding finding = source.finding({2, 5, 3}, "b: expected y", "did you mean 'y'?");
  EXPECT_EQ(format_findings({finding}, Colour::no),
            "dir/config.toml:2:5: b: expected y\n"
            "    b = \"x\"  # c\n"
            "        ^~~\n"
            "    did you mean 'y'?\n");
}

TEST(FormatFindings, ColoursWhenAskedTo) {
  const Source source{"c", "a = 1\n"};
  Finding finding = source.finding({1, 5, 1}, "m", "h");
  finding.severity = Finding::Severity::warning;
  EXPECT_EQ(format_findings({finding}, Colour::yes),
            "\x1b[1mc:1:5:\x1b[0m \x1b[35mwarning: m\x1b[0m\n    a = 1\n"
            "        \x1b[1;32m^\x1b[0m\n    \x1b[36mh\x1b[0m\n");
}

TEST(FormatFindings, ShowsNoLineForAFindingWithoutAPlace) {
  const Source source{"c", "a = 1\n"};
  EXPECT_EQ(format_findings({source.finding(k_no_place, "m")}, Colour::no), "c:1:1: m\n");
}

TEST(Source, ShowsControlCharactersAndStrayBytesAsTheirCodes) {
  const Source source{"c", "\tx\x1b[2J\x7f\xff\xc2\x9b\r\n"};
  const Finding finding = source.finding({1, 3, 1}, "m");
  EXPECT_EQ(finding.source_line, " x\\x1b[2J\\x7f\\xff\\x9b");
  EXPECT_EQ(finding.caret, 2U);
  EXPECT_EQ(finding.width, 4U);
}

TEST(Source, CutsALongLineAroundItsPlace) {
  const Source source{"c", std::string(500, 'a') + "B" + std::string(500, 'c')};
  const Finding finding = source.finding({1, 501, 1}, "m");
  EXPECT_EQ(finding.source_line, "..." + std::string(40, 'a') + "B" + std::string(79, 'c') + "...");
  EXPECT_EQ(finding.caret, 43U);
}

TEST(Source, CutsAWidthAtTheEndOfTheLine) {
  const Source source{"c", "a = [\n]\n"};
  EXPECT_EQ(source.finding({1, 5, 4'000'000'000U}, "m").width, 1U);
}

TEST(Source, StandsPlacesBeyondItsEndAtNothing) {
  const Source source{"c", "a\n"};
  EXPECT_EQ(source.finding({9, 9, 9}, "m").source_line, "");
  EXPECT_EQ(source.place_at(2), (Place{2, 1, 1, &source}));
}

TEST(Findings, AreSortedTheMainFileFirstAndSaidOnce) {
  const Source main{"config.toml", "a\nb\n"};
  const Source yaml{"a.yml", "a\n"};
  Findings findings{"config.toml"};
  findings.error({1, 1, 1, &yaml}, "y");
  findings.warning({2, 1, 1, &main}, "second");
  findings.error({1, 1, 1, &main}, "first");
  findings.error({1, 1, 1, &main}, "first");
  findings.error(k_no_place, "whole");
  const auto sorted = findings.sorted();
  ASSERT_EQ(sorted.size(), 4U);
  EXPECT_EQ(sorted[0].message + sorted[1].message, "firstwhole");
  EXPECT_EQ(sorted[2].message + sorted[3].message, "secondy");
  EXPECT_EQ(sorted[1].file, "config.toml");
}

}  // namespace
}  // namespace lavavisor::config
