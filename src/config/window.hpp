// Maintenance windows: "Mon-Fri 02:00-04:00".
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/problem.hpp"
#include "model/desired.hpp"

#include <string_view>

namespace lavavisor::config {

/// Parse [DAYS] HH:MM-HH:MM. DAYS is a comma-separated list of days and ranges of days ("Sat,Sun",
/// "Fri-Mon"); without it every day is meant. An end that is not after the start lies on the next
/// day; 24:00 may be an end; equal ends are refused.
Checked<model::Window> parse_window(std::string_view text);

}  // namespace lavavisor::config
