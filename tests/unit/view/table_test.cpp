// Alignment of tables, the progress line and colours.
// SPDX-License-Identifier: Apache-2.0
#include "view/table.hpp"

#include "view/progress.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lavavisor::view {
namespace {

TEST(Table, AlignsColumnsByWhatIsSeen) {
  const std::vector<Row> rows = {{{"NAME"}, {"STATE"}, {"NOTE"}},
                                 {{"knotenpunkt-münchen-ü"}, {"up"}, {"x"}},
                                 {{"b"}, {"activating"}, {""}},
                                 {{"c"}}};
  EXPECT_EQ(render_table(rows, Colour::no),
            "NAME                   STATE       NOTE\n"
            "knotenpunkt-münchen-ü  up          x\n"
            "b                      activating\n"
            "c\n");
}

TEST(Table, ColoursDoNotMoveColumns) {
  const std::vector<Row> rows = {{{"a", Style::bad}, {"b"}}, {{"long", Style::good}, {"c"}}};
  EXPECT_EQ(render_table(rows, Colour::yes, " "),
            " \x1b[31ma\x1b[0m     b\n \x1b[32mlong\x1b[0m  c\n");
  EXPECT_EQ(render_table(rows, Colour::no, " "), " a     b\n long  c\n");
}

TEST(Table, CellsCannotBreakLinesOrSteerTheTerminal) {
  EXPECT_EQ(render_table({{{"a\nb\x1b[1m"}, {"c"}}}, Colour::no), "a\\x0ab\\x1b[1m  c\n");
}

TEST(ProgressLine, FitsItsWidthAndSaysHowLong) {
  const model::Release release{"6.2.5"};
  const std::uint64_t mib = 1U << 20U;
  EXPECT_EQ(
      progress_line(release, 75 * mib, 150 * mib, 25 * mib, 86),
      "6.2.5  [=============>            ]   50 %  75.0 MiB of 150.0 MiB  25.0 MiB/s  3s left");
  EXPECT_EQ(progress_line(release, 75 * mib, 150 * mib, 25 * mib, 69),
            "6.2.5   50 %  75.0 MiB of 150.0 MiB  25.0 MiB/s  3s left");
  EXPECT_EQ(progress_line(release, 75 * mib, {}, 25 * mib, 80), "6.2.5  75.0 MiB  25.0 MiB/s");
  EXPECT_EQ(progress_line(release, 0, 0, 0, 20), "6.2.5  100 %  0 B of");
}

TEST(ProgressLine, NeverIsWiderThanAsked) {
  const std::vector<std::uint64_t> amounts = {0, 1, 1U << 20U, 150U << 20U, ~0ULL};
  for (std::size_t width = 0; width < 200; ++width) {
    for (const std::uint64_t received : amounts) {
      for (const std::uint64_t total : amounts) {
        const std::string line = progress_line({"6.2.5"}, received, total, received, width);
        EXPECT_LE(display_width(line), width) << line;
      }
    }
  }
}

}  // namespace
}  // namespace lavavisor::view
