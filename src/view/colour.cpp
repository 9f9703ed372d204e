// The escape sequences of each style.
// SPDX-License-Identifier: Apache-2.0
#include "view/colour.hpp"

namespace lavavisor::view {
namespace {

std::string_view sequence(Style style) {
  switch (style) {
    case Style::plain:
      return "";
    case Style::strong:
      return "\x1b[1m";
    case Style::faint:
      return "\x1b[2m";
    case Style::good:
      return "\x1b[32m";
    case Style::caution:
      return "\x1b[33m";
    case Style::bad:
      return "\x1b[31m";
  }
  return "";
}

}  // namespace

std::string paint(std::string_view text, Style style, Colour colour) {
  if (colour == Colour::no || style == Style::plain || text.empty()) {
    return std::string{text};
  }
  return std::string{sequence(style)}.append(text).append("\x1b[0m");
}

}  // namespace lavavisor::view
