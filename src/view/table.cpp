// Measuring and padding of cells.
// SPDX-License-Identifier: Apache-2.0
#include "view/table.hpp"

#include "view/visible.hpp"

#include <algorithm>

namespace lavavisor::view {
namespace {

constexpr std::size_t k_gap = 2;

bool begins_code_point(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
}

std::vector<std::size_t> column_widths(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(row[i].text));
    }
  }
  return widths;
}

std::vector<Row> made_visible(std::vector<Row> rows) {
  for (Row& row : rows) {
    for (Cell& cell : row) {
      cell.text = visible(cell.text);
    }
  }
  return rows;
}

/// The number of cells up to the last one that shows something.
std::size_t cells_shown(const Row& row) {
  std::size_t count = row.size();
  while (count > 0 && row[count - 1].text.empty()) {
    --count;
  }
  return count;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_code_point));
}

std::string pad(std::string_view text, std::size_t width) {
  const std::size_t taken = display_width(text);
  return std::string{text}.append(width > taken ? width - taken : 0, ' ');
}

std::string render_table(const std::vector<Row>& raw, Colour colour, std::string_view indent) {
  const auto rows = made_visible(raw);
  const auto widths = column_widths(rows);
  std::string out;
  for (const Row& row : rows) {
    const std::size_t count = cells_shown(row);
    out += count > 0 ? indent : "";
    for (std::size_t i = 0; i < count; ++i) {
      out += paint(row[i].text, row[i].style, colour);
      if (i + 1 < count) {
        out.append(widths[i] - display_width(row[i].text) + k_gap, ' ');
      }
    }
    out += '\n';
  }
  return out;
}

}  // namespace lavavisor::view
