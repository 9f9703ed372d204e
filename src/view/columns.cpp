// The C library keeps the widths up to date with Unicode; all else here is arithmetic.
// SPDX-License-Identifier: Apache-2.0
#include "view/columns.hpp"

#include <locale.h>
#include <wchar.h>

#include <algorithm>
#include <clocale>
#include <cwchar>

namespace lavavisor::view {
namespace {

/// This thread reads text as UTF-8 until it goes out of scope, whatever the environment says. Where
/// the system has no such locale, characters beyond ASCII count as one column each.
class Utf8Here {
 public:
  Utf8Here() : m_before{utf8() == nullptr ? nullptr : ::uselocale(utf8())} {}
  ~Utf8Here() {
    if (m_before != nullptr) {
      ::uselocale(m_before);
    }
  }
  Utf8Here(const Utf8Here&) = delete;
  Utf8Here& operator=(const Utf8Here&) = delete;

 private:
  static locale_t utf8() {
    static const locale_t made = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return made;
  }

  locale_t m_before;
};

struct Character {
  std::size_t bytes = 1;
  std::size_t columns = 1;
};

/// The first character of `text`, which is not empty.
Character first_of(std::string_view text) {
  const auto byte = static_cast<unsigned char>(text.front());
  if (byte < 0x80) {
    return {};
  }
  wchar_t value = 0;
  std::mbstate_t state{};
  const std::size_t bytes = std::mbrtowc(&value, text.data(), text.size(), &state);
  if (bytes == 0 || bytes > text.size()) {
    return {1, (byte & 0xC0U) == 0x80 ? 0U : 1U};
  }
  const int columns = ::wcwidth(value);
  return {bytes, columns < 0 ? 1U : static_cast<std::size_t>(columns)};
}

/// How many bytes from the beginning of `text` take `width` columns at most; a character that is
/// wider than the whole line stands there all the same.
std::size_t bytes_within(std::string_view text, std::size_t width) {
  const Utf8Here utf8;
  std::size_t bytes = 0;
  std::size_t columns = 0;
  while (bytes < text.size()) {
    const auto character = first_of(text.substr(bytes));
    if (columns + character.columns > width && bytes > 0) {
      break;
    }
    bytes += character.bytes;
    columns += character.columns;
  }
  return bytes;
}

/// Where to break `text`, of which only `fitting` bytes fit on the line.
std::size_t break_of(std::string_view text, std::size_t fitting, bool may_go_down) {
  if (text[fitting] == ' ') {
    return fitting;
  }
  const auto blank = text.substr(0, fitting).rfind(' ');
  if (blank != std::string_view::npos && text.find_first_not_of(' ') < blank) {
    return blank;
  }
  if (may_go_down) {
    return 0;
  }
  const auto joint = text.substr(0, fitting).find_last_of("/,:");
  return joint == std::string_view::npos || joint < fitting / 2 ? fitting : joint + 1;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  const Utf8Here utf8;
  std::size_t columns = 0;
  while (!text.empty()) {
    const auto character = first_of(text);
    columns += character.columns;
    text.remove_prefix(character.bytes);
  }
  return columns;
}

std::string pad(std::string_view text, std::size_t width) {
  const std::size_t taken = display_width(text);
  return std::string{text}.append(width > taken ? width - taken : 0, ' ');
}

std::string cut(std::string_view text, std::size_t width) {
  constexpr std::string_view k_rest = "..";
  if (display_width(text) <= width) {
    return std::string{text};
  }
  if (width <= k_rest.size()) {
    return std::string(width, '.');
  }
  std::string_view kept = text.substr(0, bytes_within(text, width - k_rest.size()));
  kept = kept.substr(0, kept.find_last_not_of(' ') + 1);
  return std::string{kept}.append(k_rest);
}

std::string cut_inside(std::string_view text, std::size_t width) {
  constexpr std::string_view k_rest = "..";
  if (display_width(text) <= width || width <= k_rest.size() + 1) {
    return cut(text, width);
  }
  const std::size_t behind = (width - k_rest.size()) / 2;
  std::size_t tail = 0;
  while (display_width(text.substr(tail)) > behind) {
    tail += bytes_within(text.substr(tail), 1);
  }
  const std::string_view head = text.substr(0, bytes_within(text, width - k_rest.size() - behind));
  return std::string{head}.append(k_rest).append(text.substr(tail));
}

std::vector<std::string_view> wrap(std::string_view text, std::size_t first, std::size_t rest) {
  std::vector<std::string_view> lines;
  std::size_t width = first;
  while (rest > 0 && display_width(text) > width) {
    const std::size_t fitting = bytes_within(text, std::max<std::size_t>(width, 1));
    if (fitting >= text.size()) {
      break;
    }
    const std::size_t end = break_of(text, fitting, lines.empty() && first < rest);
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    width = rest;
  }
  if (!text.empty() || lines.empty()) {
    lines.push_back(text);
  }
  return lines;
}

}  // namespace lavavisor::view
