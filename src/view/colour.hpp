// Colours of a terminal (ECMA-48 SGR), only where they are asked for.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace lavavisor::view {

enum class Colour { no, yes };

enum class Style { plain, strong, faint, good, caution, bad };

/// A piece of text in one style.
struct Cell {
  std::string text;
  Style style = Style::plain;
};

/// Put `text` between the escape sequences of `style`; with Colour::no, or nothing to show, it is
/// `text` itself.
std::string paint(std::string_view text, Style style, Colour colour);

}  // namespace lavavisor::view
