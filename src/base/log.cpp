// The log: one spdlog logger on stderr with a formatter of our own.
// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"

#include "base/text.hpp"
#include "base/time.hpp"

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/formatter.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/ansicolor_sink.h>

#include <array>
#include <condition_variable>
#include <cstdio>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace lavavisor::base {
namespace {

struct Level {
  std::string_view name;
  std::string_view priority;  ///< sd-daemon(3)
};

/// By spdlog's level number, trace first.
constexpr std::array<Level, 7> k_levels{{{"trace", "<7>"},
                                         {"debug", "<7>"},
                                         {"info", "<6>"},
                                         {"warn", "<4>"},
                                         {"error", "<3>"},
                                         {"error", "<2>"},
                                         {"error", "<2>"}}};

std::string json_string(std::string_view text) {
  // What is not UTF-8 could not stand in JSON at all, so it is made printable first.
  const std::string safe = is_utf8(text) ? std::string{text} : printable(text, 4 * text.size());
  std::string json = "\"";
  for (const char c : safe) {
    if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (c == '\n') {
      json += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      std::array<char, 8> escape{};
      std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(c));
      json += escape.data();
    } else {
      json += c;
    }
  }
  return json + "\"";
}

/// Whose lines these are, where they stand among those of others.
enum class Tag { no, yes };

class LineFormatter final : public spdlog::formatter {
 public:
  LineFormatter(LogFormat format, bool journald, Tag tag)
      : m_format(format), m_journald(journald), m_tag(tag) {}

  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    const auto& level = k_levels[static_cast<std::size_t>(message.level)];
    const std::string_view payload{message.payload.data(), message.payload.size()};
    const auto at = std::chrono::floor<std::chrono::microseconds>(message.time);
    append(out, m_journald ? level.priority : "");
    if (m_format == LogFormat::json) {
      append(out, R"({"time":")");
      append(out, format_time(at));
      append(out, R"(","level":")");
      append(out, level.name);
      append(out, m_tag == Tag::yes ? R"(","logger":"lavavisor)" : "");
      append(out, R"(","message":)");
      append(out, json_string(payload));
      append(out, "}\n");
      return;
    }
    if (!m_journald) {
      append(out, format_time(at));
      append(out, " ");
      message.color_range_start = out.size();
      append(out, level.name);
      message.color_range_end = out.size();
      append(out, level.name.size() < 5 ? "  " : " ");
    }
    append_lines(out, payload, m_journald ? level.priority : "", m_tag);
    append(out, "\n");
  }

  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<LineFormatter>(m_format, m_journald, m_tag);
  }

 private:
  static void append(spdlog::memory_buf_t& out, std::string_view text) {
    out.append(text.data(), text.data() + text.size());
  }

  /// A line break in a message neither loses the priority nor passes for a line of its own; what a
  /// terminal would obey is shown as \xHH.
  static void append_lines(spdlog::memory_buf_t& out,
                           std::string_view text,
                           std::string_view priority,
                           Tag tag) {
    bool first = true;
    for (const auto line : split(text, '\n')) {
      if (!first) {
        append(out, "\n");
        append(out, priority);
        append(out, "    ");
      }
      append(out, tag == Tag::yes ? "[lavavisor] " : "");
      append(out, printable(line, 4 * line.size()));
      first = false;
    }
  }

  LogFormat m_format;
  bool m_journald;
  Tag m_tag;
};

using Around = std::function<void(const std::function<void()>&)>;

/// Stderr, which may be shared, and tells when all that was logged before a flush has been written.
class StderrSink final : public spdlog::sinks::ansicolor_stderr_sink_mt {
 public:
  StderrSink() : spdlog::sinks::ansicolor_stderr_sink_mt(spdlog::color_mode::never) {}

  void log(const spdlog::details::log_msg& message) override {
    const std::lock_guard lock{m_around_mutex};
    const auto write_line = [&] {
      spdlog::sinks::ansicolor_stderr_sink_mt::log(message);
    };
    if (m_around) {
      m_around(write_line);
    } else {
      write_line();
    }
  }

  void share(Around around) {
    const std::lock_guard lock{m_around_mutex};
    m_around = std::move(around);
  }

  void flush() override {
    spdlog::sinks::ansicolor_stderr_sink_mt::flush();
    const std::lock_guard lock{m_mutex};
    ++m_flushes;
    m_flushed.notify_all();
  }

  void await_flush(unsigned before, std::chrono::milliseconds limit) {
    std::unique_lock lock{m_mutex};
    m_flushed.wait_for(lock, limit, [&] { return m_flushes != before; });
  }

  unsigned flushes() {
    const std::lock_guard lock{m_mutex};
    return m_flushes;
  }

 private:
  std::mutex m_around_mutex;
  Around m_around;
  std::mutex m_mutex;
  std::condition_variable m_flushed;
  unsigned m_flushes = 0;
};

struct Log {
  std::shared_ptr<StderrSink> sink = std::make_shared<StderrSink>();
  std::shared_ptr<spdlog::details::thread_pool> background;  ///< none: who logs writes
  std::shared_ptr<spdlog::logger> logger = std::make_shared<spdlog::logger>("lavavisor", sink);
  LogFormat format = LogFormat::text;
  bool journald = false;

  Log() { logger->set_formatter(std::make_unique<LineFormatter>(format, journald, Tag::no)); }
};

/// The one logger. It is never destroyed, so that threads may log until the very end.
Log& the_log() {
  static Log* const log = new Log;
  return *log;
}

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::trace:
      return spdlog::level::trace;
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warn:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

void log(spdlog::level::level_enum level, std::string_view line) {
  the_log().logger->log(level, spdlog::string_view_t{line.data(), line.size()});
}

}  // namespace

void configure_log(LogLevel level, LogFormat format, LogColour colour, bool journald) {
  auto& log = the_log();
  log.logger->set_level(level_of(level));
  log.logger->set_formatter(std::make_unique<LineFormatter>(format, journald, Tag::no));
  log.format = format;
  log.journald = journald;
  const bool coloured = colour == LogColour::yes && format == LogFormat::text && !journald;
  log.sink->set_color_mode(coloured ? spdlog::color_mode::always : spdlog::color_mode::never);
}

void log_among_others() {
  constexpr std::size_t k_waiting_lines = 256;
  auto& log = the_log();
  const auto level = log.logger->level();
  log.background = std::make_shared<spdlog::details::thread_pool>(k_waiting_lines, 1);
  log.logger = std::make_shared<spdlog::async_logger>(
      "lavavisor", log.sink, log.background, spdlog::async_overflow_policy::overrun_oldest);
  log.logger->set_level(level);
  log.logger->set_formatter(std::make_unique<LineFormatter>(log.format, log.journald, Tag::yes));
}

void log_inside(std::function<void(const std::function<void()>& write_line)> around) {
  the_log().sink->share(std::move(around));
}

void flush_log(std::chrono::milliseconds limit) {
  auto& log = the_log();
  const auto before = log.sink->flushes();
  log.logger->flush();
  log.sink->await_flush(before, limit);
}

void log_debug(std::string_view line) {
  log(spdlog::level::debug, line);
}
void log_info(std::string_view line) {
  log(spdlog::level::info, line);
}
void log_warn(std::string_view line) {
  log(spdlog::level::warn, line);
}
void log_error(std::string_view line) {
  log(spdlog::level::err, line);
}

}  // namespace lavavisor::base
