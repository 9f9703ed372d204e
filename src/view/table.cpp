// Measuring and padding of cells, and what is done where they do not fit.
// SPDX-License-Identifier: Apache-2.0
#include "view/table.hpp"

#include "view/flow.hpp"
#include "view/visible.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace lavavisor::view {
namespace {

constexpr std::size_t k_gap = 2;
constexpr std::size_t k_deeper = 4;       // the last column below the others
constexpr std::size_t k_least_last = 24;  // columns for the last one beside the others

/// Cells as they are shown, and where their columns begin.
class Grid {
 public:
  Grid(std::vector<Row> rows, const Screen& screen, std::string_view indent)
      : m_rows{std::move(rows)}, m_screen{screen}, m_indent{indent} {
    for (Row& row : m_rows) {
      while (!row.empty() && row.back().text.empty()) {
        row.pop_back();
      }
      m_widths.resize(std::max(m_widths.size(), row.size()));
      for (std::size_t i = 0; i < row.size(); ++i) {
        row[i].text = visible(row[i].text);
        m_widths[i] = std::max(m_widths[i], display_width(row[i].text));
      }
    }
    m_last_at = m_widths.empty() ? 0 : place_of_last();
  }

  /// False when not even the columns before the last one fit.
  bool fits() const {
    return m_screen.width == 0 || std::all_of(m_rows.begin(), m_rows.end(), [this](const Row& row) {
             return end_of_others(row) <= m_screen.width;
           });
  }

  /// The last column stands beside the others in every row.
  bool is_whole() const { return m_last_at == begin_of(last_column()); }

  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    std::transform(m_rows.begin(), m_rows.end(), std::back_inserter(all), [this](const Row& row) {
      return fits() ? line_of(row) : running_text(row);
    });
    return all;
  }

 private:
  std::size_t last_column() const { return m_widths.empty() ? 0 : m_widths.size() - 1; }

  std::size_t begin_of(std::size_t column) const {
    std::size_t begin = m_indent.size();
    for (std::size_t i = 0; i < column; ++i) {
      begin += m_widths[i] + k_gap;
    }
    return begin;
  }

  /// Where the cells of `row` before the last column end.
  std::size_t end_of_others(const Row& row) const {
    const std::size_t others = std::min(row.size(), last_column());
    return others == 0 ? m_indent.size()
                       : begin_of(others - 1) + display_width(row[others - 1].text);
  }

  std::size_t room_at(std::size_t place) const {
    return m_screen.width > place ? m_screen.width - place : 1;
  }

  /// How many lines all rows take when the last column begins at `place`.
  std::size_t lines_at(std::size_t place) const {
    std::size_t lines = 0;
    for (const Row& row : m_rows) {
      if (has_last(row)) {
        lines += wrap(row.back().text, room_at(place), room_at(place)).size();
        lines += end_of_others(row) + k_gap > place ? 1 : 0;
      }
    }
    return lines;
  }

  /// Its natural place if all of it fits there; else where it takes the fewest lines: beside the
  /// others of all rows, or of the shorter ones, or below them.
  std::size_t place_of_last() const {
    const std::size_t natural = begin_of(last_column());
    if (m_screen.width == 0 || natural + m_widths.back() <= m_screen.width) {
      return natural;
    }
    std::set<std::size_t> places{natural};
    for (const Row& row : m_rows) {
      places.insert(end_of_others(row) + k_gap);
    }
    std::size_t best = m_indent.size() + k_deeper;
    std::size_t fewest = lines_at(best);
    for (const std::size_t place : places) {
      const std::size_t lines = lines_at(place);
      if (place + k_least_last <= m_screen.width && lines <= fewest) {
        best = place;
        fewest = lines;
      }
    }
    return best;
  }

  bool has_last(const Row& row) const { return row.size() == m_widths.size() && row.size() > 1; }

  std::string line_of(const Row& row) const {
    std::string out{row.empty() ? "" : m_indent};
    const std::size_t others = has_last(row) ? row.size() - 1 : row.size();
    for (std::size_t i = 0; i < others; ++i) {
      out += paint(row[i].text, row[i].style, m_screen.colour);
      if (i + 1 < others) {
        out.append(m_widths[i] - display_width(row[i].text) + k_gap, ' ');
      }
    }
    return has_last(row) ? out + last_cell(row) : out + "\n";
  }

  /// The first line of it goes on where the others end, or begins below them.
  std::string last_cell(const Row& row) const {
    const std::size_t end = end_of_others(row);
    const std::string text = flow({row.back()}, m_screen, m_last_at, m_last_at);
    return end + k_gap > m_last_at ? "\n" + text : text.substr(end);
  }

  std::string running_text(const Row& row) const {
    std::vector<Cell> pieces;
    for (const Cell& cell : row) {
      if (!pieces.empty() && !cell.text.empty()) {
        pieces.push_back({"  "});
      }
      pieces.push_back(cell);
    }
    return flow(pieces, m_screen, m_indent.size(), m_indent.size() + k_deeper);
  }

  std::vector<Row> m_rows;
  const Screen& m_screen;
  std::string_view m_indent;
  std::vector<std::size_t> m_widths;
  std::size_t m_last_at = 0;
};

Row heading_row(const std::vector<std::string>& headings) {
  Row row;
  for (const std::string& name : headings) {
    row.push_back({name, Style::strong});
  }
  return row;
}

/// A row as a block of lines.
std::string block_of(const std::vector<std::string>& headings,
                     const Row& row,
                     const Screen& screen) {
  std::vector<Row> lines;
  for (std::size_t i = 1; i < row.size(); ++i) {
    if (!row[i].text.empty()) {
      lines.push_back({{i < headings.size() ? headings[i] : "", Style::faint}, row[i]});
    }
  }
  const std::string name = row.empty() ? "" : row.front().text;
  return flow({{headings.front() + "  ", Style::faint}, {name, Style::strong}}, screen) +
         render_table(lines, screen, "  ");
}

std::string concatenated(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) {
    all += text;
  }
  return all;
}

}  // namespace

std::vector<std::string> render_rows(const std::vector<Row>& rows,
                                     const Screen& screen,
                                     std::string_view indent) {
  return Grid{rows, screen, indent}.lines();
}

std::string render_table(const std::vector<Row>& rows,
                         const Screen& screen,
                         std::string_view indent) {
  return concatenated(render_rows(rows, screen, indent));
}

std::string render_table(const std::vector<std::string>& headings,
                         const std::vector<Row>& rows,
                         const Screen& screen) {
  std::vector<Row> all = {heading_row(headings)};
  all.insert(all.end(), rows.begin(), rows.end());
  const Grid grid{all, screen, ""};
  if (grid.fits()) {
    all.front().resize(grid.is_whole() ? headings.size() : headings.size() - 1);
    return concatenated(render_rows(all, screen));
  }
  std::string out;
  for (const Row& row : rows) {
    out += block_of(headings, row, screen);
  }
  return out;
}

}  // namespace lavavisor::view
