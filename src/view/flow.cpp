// Lines are broken in the plain text, and painted afterwards.
// SPDX-License-Identifier: Apache-2.0
#include "view/flow.hpp"

#include "view/columns.hpp"
#include "view/visible.hpp"

#include <algorithm>

namespace lavavisor::view {
namespace {

std::string joined(const std::vector<Cell>& pieces) {
  std::string text;
  for (const Cell& piece : pieces) {
    text += piece.text;
  }
  return text;
}

/// Bytes `from` to `to` of the joined pieces in their styles.
std::string painted(const std::vector<Cell>& pieces,
                    std::size_t from,
                    std::size_t to,
                    Colour colour) {
  std::string out;
  std::size_t begin = 0;
  for (const Cell& piece : pieces) {
    const std::size_t end = begin + piece.text.size();
    const std::size_t first = std::max(begin, from);
    const std::size_t last = std::min(end, to);
    if (first < last) {
      out += paint(
          std::string_view{piece.text}.substr(first - begin, last - first), piece.style, colour);
    }
    begin = end;
  }
  return out;
}

std::size_t room(std::size_t width, std::size_t indent) {
  constexpr std::size_t k_least = 8;
  return width == 0 ? 0 : width > indent + k_least ? width - indent : k_least;
}

}  // namespace

std::string flow(const std::vector<Cell>& raw,
                 const Screen& screen,
                 std::size_t indent,
                 std::size_t hanging) {
  auto pieces = raw;
  for (Cell& piece : pieces) {
    piece.text = visible(piece.text);
  }
  const std::string text = joined(pieces);
  std::string out;
  for (const auto line : wrap(text, room(screen.width, indent), room(screen.width, hanging))) {
    const auto from = static_cast<std::size_t>(line.data() - text.data());
    out.append(out.empty() ? indent : hanging, ' ');
    out += painted(pieces, from, from + line.size(), screen.colour) + "\n";
  }
  return out;
}

}  // namespace lavavisor::view
