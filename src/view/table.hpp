// Rows of cells with their columns aligned, as far as the terminal is wide enough.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "view/columns.hpp"
#include "view/screen.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lavavisor::view {

using Row = std::vector<Cell>;

/// Each row as text that ends with a line end and begins with `indent`; every column as wide as its
/// widest cell and two blanks from the next, no blanks at the ends of lines. Rows may have
/// different numbers of cells; texts are made visible. Where that is wider than `screen.width`, the
/// last column is wrapped; where it has no room beside the others, it stands below them; and where
/// those are too wide by themselves, the cells of a row follow one another as running text.
std::vector<std::string> render_rows(const std::vector<Row>& rows,
                                     const Screen& screen,
                                     std::string_view indent = "");

/// All of it in one.
std::string render_table(const std::vector<Row>& rows,
                         const Screen& screen,
                         std::string_view indent = "");

/// The same below `headings`. Where the columns are too wide, every row is a block of lines
/// "HEADING cell" below its first cell.
std::string render_table(const std::vector<std::string>& headings,
                         const std::vector<Row>& rows,
                         const Screen& screen);

}  // namespace lavavisor::view
