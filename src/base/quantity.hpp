// Durations ("1h30m", "500ms") and sizes ("512MiB") as the configuration spells them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace lavavisor::base {

/// Parse one or more NUMBER UNIT pairs, units d, h, m, s, ms in falling order, each at most once;
/// "0" and "0s" are zero. Fails on a sign, a fraction, a bare number or more than 10 years.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);

/// Format the shortest text that parse_duration reads back: "1h30m", "500ms", "0s".
std::string format_duration(std::chrono::milliseconds value);

/// Parse NUMBER UNIT, units B, KiB, MiB, GiB, TiB (1024) and kB, MB, GB, TB (1000); in bytes.
Result<std::uint64_t> parse_size(std::string_view text);

/// Format bytes for people with one decimal: "150.0 MiB".
std::string format_size(std::uint64_t bytes);

}  // namespace lavavisor::base
