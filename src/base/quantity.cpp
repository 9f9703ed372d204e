// Durations and sizes as tables of units.
// SPDX-License-Identifier: Apache-2.0
#include "base/quantity.hpp"

#include "base/text.hpp"

#include <array>
#include <cstdio>
#include <limits>
#include <optional>

namespace lavavisor::base {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::array<Unit, 5> k_durations{{
    // in milliseconds, falling
    {"d", 86'400'000},
    {"h", 3'600'000},
    {"m", 60'000},
    {"s", 1'000},
    {"ms", 1},
}};
constexpr std::uint64_t k_longest = 3'653 * k_durations.front().factor;  // 10 years

constexpr std::array<Unit, 9> k_sizes{{
    {"B", 1},
    {"KiB", 1ULL << 10U},
    {"MiB", 1ULL << 20U},
    {"GiB", 1ULL << 30U},
    {"TiB", 1ULL << 40U},
    {"kB", 1'000},
    {"MB", 1'000'000},
    {"GB", 1'000'000'000},
    {"TB", 1'000'000'000'000},
}};

std::string quoted(std::string_view text) {
  return "\"" + printable(text, 40) + "\"";
}

/// Cut the number off the front of `text`; none where there is no digit or it is beyond 64 bits.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  constexpr auto k_max = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t value = 0;
  std::size_t used = 0;
  for (; used < text.size() && text[used] >= '0' && text[used] <= '9'; ++used) {
    const auto digit = static_cast<std::uint64_t>(text[used] - '0');
    if (value > (k_max - digit) / 10) {
      return std::nullopt;
    }
    value = value * 10 + digit;
  }
  text.remove_prefix(used);
  return used == 0 ? std::nullopt : std::optional{value};
}

/// Cut the word up to the next digit off the front of `text`.
std::string_view take_unit(std::string_view& text) {
  const auto word = text.substr(0, text.find_first_of("0123456789"));
  text.remove_prefix(word.size());
  return word;
}

}  // namespace

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  if (text == "0") {
    return std::chrono::milliseconds{0};
  }
  const auto wanted = [&](std::string_view why) {
    return fail(quoted(text) + " is not a duration" + std::string{why} +
                "; wanted like \"15s\", \"1h30m\" or \"500ms\"");
  };
  if (text.empty()) {
    return wanted("");
  }
  std::uint64_t total = 0;
  std::size_t next = 0;  // units before this one are used up
  for (auto rest = text; !rest.empty();) {
    const auto number = take_number(rest);
    if (!number) {
      return wanted("");
    }
    const auto word = take_unit(rest);
    std::size_t unit = 0;
    while (unit < k_durations.size() && k_durations[unit].name != word) {
      ++unit;
    }
    if (unit == k_durations.size()) {
      return wanted(word.empty() ? " (the unit is missing)"
                                 : " (units are d, h, m, s and ms, without fractions)");
    }
    if (unit < next) {
      return wanted(" (each unit once, the largest first)");
    }
    next = unit + 1;
    if (*number > (k_longest - total) / k_durations[unit].factor) {
      return fail(quoted(text) + " is too long a duration; at most 10 years");
    }
    total += *number * k_durations[unit].factor;
  }
  return std::chrono::milliseconds{static_cast<std::int64_t>(total)};
}

std::string format_duration(std::chrono::milliseconds value) {
  if (value.count() <= 0) {
    return "0s";
  }
  auto rest = static_cast<std::uint64_t>(value.count());
  std::string text;
  for (const auto& unit : k_durations) {
    if (rest >= unit.factor) {
      text += std::to_string(rest / unit.factor);
      text += unit.name;
      rest %= unit.factor;
    }
  }
  return text;
}

Result<std::uint64_t> parse_size(std::string_view text) {
  auto rest = text;
  const auto number = take_number(rest);
  for (const auto& unit : k_sizes) {
    if (!number || unit.name != rest) {
      continue;
    }
    if (*number > std::numeric_limits<std::uint64_t>::max() / unit.factor) {
      return fail(quoted(text) + " is too large a size");
    }
    return *number * unit.factor;
  }
  return fail(quoted(text) +
              " is not a size; wanted a whole number and B, KiB, MiB, GiB, TiB, kB, MB, GB or TB, "
              "like \"512MiB\"");
}

std::string format_size(std::uint64_t bytes) {
  if (bytes < 1024) {
    return std::to_string(bytes) + " B";
  }
  constexpr std::array<const char*, 6> k_names{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  auto value = static_cast<double>(bytes) / 1024;
  std::size_t name = 0;
  for (; value >= 1023.95 && name + 1 < k_names.size(); ++name) {
    value /= 1024;
  }
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f %s", value, k_names[name]);
  return text.data();
}

}  // namespace lavavisor::base
