// Rows of cells with their columns aligned.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "view/colour.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lavavisor::view {

struct Cell {
  std::string text;
  Style style = Style::plain;
};

using Row = std::vector<Cell>;

/// How many columns of a terminal the UTF-8 `text` takes, one for each code point.
std::size_t display_width(std::string_view text);

/// `text` with blanks behind it until it is `width` columns wide.
std::string pad(std::string_view text, std::size_t width);

/// One line per row, each begun with `indent`; every column as wide as its widest cell and two
/// blanks from the next, no blanks at the ends of lines. Rows may have different numbers of cells;
/// texts are made visible.
std::string render_table(const std::vector<Row>& rows, Colour colour, std::string_view indent = "");

}  // namespace lavavisor::view
