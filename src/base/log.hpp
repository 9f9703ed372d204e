// One log line per thing an operator would want to know; where it goes is decided once, by the
// command line (text or JSON on stderr, with journald's priorities under systemd).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <string_view>

namespace lavavisor::base {

enum class LogLevel { trace, debug, info, warn, error };
enum class LogFormat { text, json };
enum class LogColour { no, yes };

/// Set up where the lines go. `journald` prefixes each with its sd-daemon(3) priority ("<6>").
void configure_log(LogLevel level, LogFormat format, LogColour colour, bool journald);

/// From now on each line carries `[lavavisor]` (in JSON, `"logger"`), since others write to our
/// stderr, too; and it is written by a thread of its own, so that a reader who stalls holds up
/// nobody: when too many lines wait, the oldest are dropped. Call it before there are threads.
void log_among_others();

/// Somebody else draws on our stderr: from now on `around` is handed the writing of each line, to
/// be called in a place where a line may stand. An empty one ends that; no line is being written
/// then.
void log_inside(std::function<void(const std::function<void()>& write_line)> around);

/// Wait until what was logged is written, `limit` at most.
void flush_log(std::chrono::milliseconds limit);

void log_debug(std::string_view line);
void log_info(std::string_view line);
void log_warn(std::string_view line);
void log_error(std::string_view line);

}  // namespace lavavisor::base
