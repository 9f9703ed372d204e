// One log line per thing an operator would want to know; where it goes is decided once, by the
// command line (text or JSON on stderr, with journald's priorities under systemd).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace lavavisor::base {

enum class LogLevel { trace, debug, info, warn, error };
enum class LogFormat { text, json };
enum class LogColour { no, yes };

/// Set up where the lines go. `journald` prefixes each with its sd-daemon(3) priority ("<6>").
void configure_log(LogLevel level, LogFormat format, LogColour colour, bool journald);

void log_debug(std::string_view line);
void log_info(std::string_view line);
void log_warn(std::string_view line);
void log_error(std::string_view line);

}  // namespace lavavisor::base
