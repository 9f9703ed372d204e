// Two units at most: nobody reads a third.
// SPDX-License-Identifier: Apache-2.0
#include "view/human.hpp"

#include <algorithm>
#include <cstdint>

namespace lavavisor::view {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::int64_t k_minute = 60;
constexpr std::int64_t k_hour = 60 * k_minute;
constexpr std::int64_t k_day = 24 * k_hour;

std::string two_units(std::int64_t value,
                      std::int64_t unit,
                      std::int64_t part,
                      const std::string& name,
                      const std::string& name_of_part) {
  const std::int64_t parts = value % unit / part;
  return std::to_string(value / unit) + " " + name +
         (parts == 0 ? "" : " " + std::to_string(parts) + " " + name_of_part);
}

std::string in_units(std::int64_t value) {
  if (value < k_minute) {
    return std::to_string(value) + " s";
  }
  if (value < k_hour) {
    return two_units(value, k_minute, 1, "min", "s");
  }
  return value < k_day ? two_units(value, k_hour, k_minute, "h", "min")
                       : two_units(value, k_day, k_hour, "d", "h");
}

/// Seconds say nothing once there are minutes.
std::string roughly(std::int64_t value) {
  return in_units(value < k_minute ? value : value / k_minute * k_minute);
}

std::int64_t whole_seconds(base::TimePoint from, base::TimePoint to) {
  return std::chrono::duration_cast<seconds>(to - from).count();
}

}  // namespace

std::string took_text(milliseconds time) {
  if (time < seconds{1}) {
    return std::to_string(time.count()) + " ms";
  }
  if (time < seconds{k_minute}) {
    const auto tenths = std::min<std::int64_t>((time.count() + 50) / 100, 599);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
  }
  return span_text(time);
}

std::string span_text(milliseconds time) {
  return in_units(std::max<std::int64_t>(std::chrono::duration_cast<seconds>(time).count(), 0));
}

std::string ago_text(base::TimePoint at, const Screen& screen) {
  if (!screen.now) {
    return base::format_time(at);
  }
  const std::int64_t past = whole_seconds(at, *screen.now);
  if (past < 0 || past >= 7 * k_day) {
    return base::format_time(at).substr(0, 10);
  }
  return past < 1 ? "just now" : roughly(past) + " ago";
}

std::string until_text(base::TimePoint at, const Screen& screen) {
  if (!screen.now) {
    return "at " + base::format_time(at);
  }
  return "in " + roughly(std::max<std::int64_t>(whole_seconds(*screen.now, at), 0));
}

}  // namespace lavavisor::view
