// Windows read from text.
// SPDX-License-Identifier: Apache-2.0
#include "config/window.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace lavavisor::config {

namespace {

using std::chrono::minutes;

const std::vector<std::string>& day_names() {
  static const std::vector<std::string> names{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  return names;
}

Checked<unsigned> parse_day(std::string_view text) {
  const auto found = std::find(day_names().begin(), day_names().end(), text);
  if (found == day_names().end()) {
    const std::string near = guess(text.substr(0, 3), day_names());
    return problem(in_quotes(text) + " is not a day",
                   near.empty() ? "days are Mon, Tue, Wed, Thu, Fri, Sat, Sun" : near);
  }
  return static_cast<unsigned>(found - day_names().begin());
}

/// The days of "Mon" or "Fri-Mon" as bits, Monday the lowest.
Checked<unsigned> parse_days_item(std::string_view text) {
  const auto ends = base::split(text, '-');
  const auto first = parse_day(ends.front());
  const auto last = parse_day(ends.back());
  if (!first || !last || ends.size() > 2) {
    return !first  ? tl::make_unexpected(first.error())
           : !last ? tl::make_unexpected(last.error())
                   : problem(in_quotes(text) + " is not a range of days");
  }
  unsigned bits = 0;
  for (unsigned day = *first;; day = (day + 1) % 7) {
    bits |= 1U << day;
    if (day == *last) {
      return bits;
    }
  }
}

Checked<unsigned> parse_days(std::string_view text) {
  unsigned bits = 0;
  for (const std::string_view item : base::split(text, ',')) {
    const auto days = parse_days_item(base::trim(item));
    if (!days) {
      return days;
    }
    bits |= *days;
  }
  return bits;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// "HH:MM" as minutes since midnight, up to 24:00.
std::optional<minutes> parse_clock(std::string_view text) {
  const bool shaped = text.size() == 5 && is_digit(text[0]) && is_digit(text[1]) &&
                      text[2] == ':' && is_digit(text[3]) && is_digit(text[4]);
  if (!shaped) {
    return std::nullopt;
  }
  const int hour = (text[0] - '0') * 10 + (text[1] - '0');
  const int minute = (text[3] - '0') * 10 + (text[4] - '0');
  const minutes total{hour * 60 + minute};
  return minute < 60 && total <= minutes{24 * 60} ? std::optional{total} : std::nullopt;
}

}  // namespace

Checked<model::Window> parse_window(std::string_view text) {
  const std::string_view whole = base::trim(text);
  const std::size_t gap = whole.rfind(' ');
  const std::string_view days =
      gap == std::string_view::npos ? "" : base::trim(whole.substr(0, gap));
  const auto ends = base::split(gap == std::string_view::npos ? whole : whole.substr(gap + 1), '-');
  const auto from = parse_clock(ends.front());
  const auto to = parse_clock(ends.back());
  if (ends.size() != 2 || !from || !to || *from == minutes{24 * 60}) {
    return problem(in_quotes(text) + " is not a window",
                   "write it as \"02:00-04:00\" or \"Mon-Fri 02:00-04:00\"; times are UTC");
  }
  if (*from == *to) {
    return problem(in_quotes(text) + " ends when it begins",
                   "for the whole day write \"00:00-24:00\"");
  }
  const auto bits = days.empty() ? Checked<unsigned>{0x7fU} : parse_days(days);
  if (!bits) {
    return tl::make_unexpected(bits.error());
  }
  return model::Window{std::string{text}, static_cast<std::uint8_t>(*bits), *from, *to};
}

}  // namespace lavavisor::config
