// RFC 3339 text to and from points in time.
// SPDX-License-Identifier: Apache-2.0
#include "base/time.hpp"

#include "base/text.hpp"

#include <array>
#include <cstdio>
#include <optional>

namespace lavavisor::base {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes a text apart from its front; once something was missing it stays failed.
class Reader {
 public:
  explicit Reader(std::string_view text) : m_rest(text) {}

  /// Exactly `count` digits with a value of `low` .. `high`.
  int number(std::size_t count, int low, int high) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (m_rest.size() <= i || !is_digit(m_rest[i])) {
        m_good = false;
        return low;
      }
      value = value * 10 + (m_rest[i] - '0');
    }
    m_rest.remove_prefix(count);
    m_good = m_good && low <= value && value <= high;
    return value;
  }

  /// One character out of `choice`.
  char one_of(std::string_view choice) {
    if (m_rest.empty() || choice.find(m_rest.front()) == std::string_view::npos) {
      m_good = false;
      return '\0';
    }
    const char found = m_rest.front();
    m_rest.remove_prefix(1);
    return found;
  }

  /// A fraction of a second behind its dot, where there is one.
  std::chrono::microseconds fraction() {
    if (m_rest.empty() || m_rest.front() != '.') {
      return {};
    }
    std::size_t digits = 0;
    std::int64_t value = 0;
    for (m_rest.remove_prefix(1); !m_rest.empty() && is_digit(m_rest.front()); ++digits) {
      if (digits < 6) {
        value = value * 10 + (m_rest.front() - '0');
      }
      m_rest.remove_prefix(1);
    }
    m_good = m_good && digits >= 1 && digits <= 9;
    for (std::size_t i = digits; i < 6; ++i) {
      value *= 10;
    }
    return std::chrono::microseconds{value};
  }

  bool good() const { return m_good; }
  bool done() const { return m_good && m_rest.empty(); }

 private:
  std::string_view m_rest;
  bool m_good = true;
};

std::optional<TimePoint> read_time(std::string_view text) {
  using namespace std::chrono_literals;
  Reader reader{text};
  const int year = reader.number(4, 1970, 9999);
  reader.one_of("-");
  const int month = reader.number(2, 1, 12);
  reader.one_of("-");
  const int day = reader.number(2, 1, 31);
  reader.one_of("Tt");
  const auto hours = reader.number(2, 0, 23) * 1h;
  reader.one_of(":");
  const auto minutes = reader.number(2, 0, 59) * 1min;
  reader.one_of(":");
  const auto seconds = reader.number(2, 0, 60) * 1s;  // 60: a leap second
  const auto fraction = reader.fraction();

  const char zone = reader.one_of("Zz+-");
  auto offset = 0min;
  if (reader.good() && (zone == '+' || zone == '-')) {
    const auto ahead = reader.number(2, 0, 23) * 60min;
    reader.one_of(":");
    offset = (ahead + reader.number(2, 0, 59) * 1min) * (zone == '+' ? 1 : -1);
  }

  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!reader.done() || !date.ok()) {
    return std::nullopt;
  }
  const TimePoint at = std::chrono::sys_days{date} + hours + minutes + seconds + fraction - offset;
  return at < TimePoint{} ? std::nullopt : std::optional{at};
}

}  // namespace

std::string format_time(TimePoint at) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
  const auto days = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date{days};
  const std::chrono::hh_mm_ss time{seconds - days};
  std::array<char, 64> text{};
  std::snprintf(text.data(),
                text.size(),
                "%04d-%02u-%02uT%02d:%02d:%02dZ",
                static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text.data();
}

Result<TimePoint> parse_time(std::string_view text) {
  if (const auto at = read_time(text)) {
    return *at;
  }
  return fail("\"" + printable(text, 40) +
              "\" is not a time; wanted like 2026-11-22T08:41:03Z, 1970 or later");
}

}  // namespace lavavisor::base
