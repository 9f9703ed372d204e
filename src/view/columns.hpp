// How many columns of a terminal text takes, and how it is made to fit them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lavavisor::view {

/// How many columns the UTF-8 `text` takes: wide characters (East Asian, emoji) two, combining ones
/// none, as the C library's wcwidth(3) knows them.
std::size_t display_width(std::string_view text);

/// `text` with blanks behind it until it is `width` columns wide.
std::string pad(std::string_view text, std::size_t width);

/// `text` when it fits into `width` columns, else its beginning with ".." for the rest.
std::string cut(std::string_view text, std::size_t width);

/// The same for names, which often differ at their ends: the middle is what is left out.
std::string cut_inside(std::string_view text, std::size_t width);

/// `text` in lines of at most `first` columns for the first one and `rest` for the others, broken
/// at blanks, which go; words that fit on no line are broken behind a '/', ',' or ':' or wherever
/// they must. One line, the whole text, when `rest` is 0; always one line at least.
std::vector<std::string_view> wrap(std::string_view text, std::size_t first, std::size_t rest);

}  // namespace lavavisor::view
