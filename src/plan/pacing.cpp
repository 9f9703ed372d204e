// Weekly windows are laid out as intervals around `now`; nothing here reads a clock.
// SPDX-License-Identifier: Apache-2.0
#include "plan/pacing.hpp"

#include <algorithm>

namespace lavavisor::plan {
namespace {

constexpr int k_days_in_week = 7;
constexpr std::chrono::hours k_longest_retry{24};

bool begins_on(const model::Window& window, std::chrono::sys_days day) {
  const unsigned monday_is_0 = std::chrono::weekday{day}.iso_encoding() - 1;
  return ((window.days >> monday_is_0) & 1U) != 0;
}

}  // namespace

std::optional<base::TimePoint> next_opening(const std::vector<model::Window>& windows,
                                            base::TimePoint now) {
  if (windows.empty()) {
    return std::nullopt;
  }
  const auto today = std::chrono::floor<std::chrono::days>(now);
  std::optional<base::TimePoint> next;
  for (const auto& window : windows) {
    const auto length = window.to > window.from ? window.to - window.from
                                                : window.to - window.from + std::chrono::hours{24};
    for (int offset = -1; offset <= k_days_in_week; ++offset) {  // -1: yesterday's, over midnight
      const auto day = today + std::chrono::days{offset};
      if (!begins_on(window, day)) {
        continue;
      }
      const base::TimePoint opens = day + window.from;
      if (opens <= now && now < opens + length) {
        return std::nullopt;
      }
      if (opens > now) {
        next = next ? std::min(*next, opens) : opens;
      }
    }
  }
  return next;
}

base::TimePoint retry_time(base::TimePoint last, unsigned tries) {
  constexpr unsigned k_doublings = 5;  // 32 h, already beyond the longest
  const unsigned doublings = std::min(tries > 0 ? tries - 1 : 0, k_doublings);
  return last +
         std::min<std::chrono::hours>(std::chrono::hours{1} * (1U << doublings), k_longest_retry);
}

}  // namespace lavavisor::plan
