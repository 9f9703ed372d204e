// What is known of a terminal before anything is written to it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>

namespace lavavisor::cli {

struct TerminalSize {
  std::size_t columns = 80;
  std::size_t rows = 24;

  bool operator==(const TerminalSize&) const = default;
};

/// The size of the terminal behind `descriptor`, now; none where no terminal is. What it does not
/// tell is taken from $COLUMNS and $LINES, else it is 80 by 24.
std::optional<TerminalSize> terminal_size(int descriptor);

/// Whether that is a terminal whose lines can be drawn anew: it is not called "dumb" by $TERM.
bool can_draw(int descriptor);

}  // namespace lavavisor::cli
