// Points in time as everything here carries them, and their RFC 3339 text.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace lavavisor::base {

/// UTC, microseconds since 1970 (the resolution of systemd's timestamps).
using TimePoint = std::chrono::sys_time<std::chrono::microseconds>;

/// Format as RFC 3339 in UTC with whole seconds: "2026-11-22T08:41:03Z".
std::string format_time(TimePoint at);

/// Parse an RFC 3339 date-time; up to nine digits of a second are taken and cut to microseconds.
/// Fails on anything else, on a day that does not exist and on a year before 1970.
Result<TimePoint> parse_time(std::string_view text);

}  // namespace lavavisor::base
