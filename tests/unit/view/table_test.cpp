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

TEST(Table, WrapsItsLastColumnWhereTheTerminalEnds) {
  Screen screen;
  screen.width = 40;
  EXPECT_EQ(render_table({{{"one"}, {"up"}, {"a reason that goes on for a while and longer"}},
                          {{"two"}, {"down"}, {"short"}}},
                         screen),
            "one  up    a reason that goes on for a\n"
            "           while and longer\n"
            "two  down  short\n");
}

TEST(Table, PutsTheLastColumnBelowWhereItHasNoRoom) {
  Screen screen;
  screen.width = 40;
  EXPECT_EQ(render_table({{{"restart provider-eth1 with release 6"}, {"the chain asks for it"}},
                          {{"link"}, {"the chain asks for it, too"}}},
                         screen,
                         "  "),
            "  restart provider-eth1 with release 6\n"
            "        the chain asks for it\n"
            "  link  the chain asks for it, too\n");
}

TEST(Table, BecomesRunningTextWhereEvenTheOthersAreTooWide) {
  Screen screen;
  screen.width = 20;
  EXPECT_EQ(render_table({{{"provider-eth1"}, {"active/running"}, {"x"}}}, screen),
            "provider-eth1 \n"
            "    active/running \n"
            "    x\n");
}

TEST(Table, WithHeadingsBecomesBlocksWhereItIsTooWide) {
  Screen screen;
  const std::vector<Row> rows = {{{"provider-eth1"}, {"6.2.5"}, {"active/running"}, {""}},
                                 {{"cache"}, {"6.2.5"}, {"failed/failed"}, {"restart it"}}};
  const std::vector<std::string> headings = {"SERVICE", "WANT", "STATE", "DRIFT"};
  EXPECT_EQ(render_table(headings, rows, screen),
            "SERVICE        WANT   STATE           DRIFT\n"
            "provider-eth1  6.2.5  active/running\n"
            "cache          6.2.5  failed/failed   restart it\n");
  screen.width = 30;
  EXPECT_EQ(render_table(headings, rows, screen),
            "SERVICE  provider-eth1\n"
            "  WANT   6.2.5\n"
            "  STATE  active/running\n"
            "SERVICE  cache\n"
            "  WANT   6.2.5\n"
            "  STATE  failed/failed\n"
            "  DRIFT  restart it\n");
}

TEST(ProgressLine, FitsItsWidthAndSaysHowLong) {
  const std::uint64_t mib = 1U << 20U;
  const auto line = [](std::size_t width) {
    return progress_line("6.2.5", 75 * mib, 150 * mib, 25 * mib, width);
  };
  EXPECT_EQ(line(200),
            "6.2.5  [====================>                   ]   50 %  75.0 of 150.0 MiB   "
            "25.0 MiB/s   3 s left");
  EXPECT_EQ(line(79),
            "6.2.5  [========>        ]   50 %  75.0 of 150.0 MiB   25.0 MiB/s   3 s left");
  EXPECT_EQ(line(69), "6.2.5   50 %  75.0 of 150.0 MiB   25.0 MiB/s   3 s left");
  EXPECT_EQ(line(40), "6.2.5   50 %  25.0 MiB/s   3 s left");
  EXPECT_EQ(line(25), "6.2.5   50 %  3 s left");
  EXPECT_EQ(line(12), "6.2.5   50 %");
  EXPECT_EQ(progress_line("6.2.5", 75 * mib, {}, 25 * mib, 80), "6.2.5  75.0 MiB  25.0 MiB/s");
  EXPECT_EQ(progress_line("6.2.5", 75 * mib, 150 * mib, 0, 60), "6.2.5   50 %  75.0 of 150.0 MiB");
}

TEST(ProgressLine, NeverIsWiderThanAsked) {
  const std::vector<std::uint64_t> amounts = {0, 1, 1U << 20U, 150U << 20U, ~0ULL};
  for (std::size_t width = 0; width < 200; ++width) {
    for (const std::uint64_t received : amounts) {
      for (const std::uint64_t total : amounts) {
        const std::string line = progress_line("6.2.5", received, total, received, width);
        EXPECT_LE(display_width(line), width) << line;
      }
    }
  }
}

}  // namespace
}  // namespace lavavisor::view
