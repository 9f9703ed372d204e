// A frame is one write(2), so that nothing of others gets into it; ECMA-48 sequences.
// SPDX-License-Identifier: Apache-2.0
#include "cli/display.hpp"

#include "base/blocked_signals.hpp"
#include "base/log.hpp"
#include "base/write_all.hpp"
#include "view/columns.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace lavavisor::cli {
namespace {

constexpr std::chrono::milliseconds k_frame{100};
constexpr std::string_view k_hide_cursor = "\x1b[?25l";
constexpr std::string_view k_show_cursor = "\x1b[?25h";
constexpr std::string_view k_clear_rest_of_line = "\x1b[K";
constexpr std::string_view k_clear_below = "\x1b[J";

volatile sig_atomic_t g_continued = 0;

/// After Ctrl-Z and `fg` the cursor stands below the shell's words, and what we drew is gone.
void note_continued(int /*signal*/) {
  g_continued = 1;
}

void watch_for_continuing(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGCONT, &action, nullptr);
}

bool is_in_background() {
  const pid_t group = ::tcgetpgrp(STDERR_FILENO);
  return group > 0 && group != ::getpgrp();
}

/// Columns that a line takes, its escape sequences (all of them SGR) left out.
std::size_t columns_of(const std::string& line) {
  std::string text;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\x1b') {
      i = std::min(line.find('m', i), line.size());
    } else {
      text += line[i];
    }
  }
  return view::display_width(text);
}

void write(const std::string& text) {
  base::write_all(STDERR_FILENO, text);  // where it can't be shown, nothing is lost
}

}  // namespace

Display::Display(view::Live live, ports::Clock& clock, view::Colour colour)
    : m_live{std::move(live)}, m_clock{clock}, m_colour{colour} {
  watch_for_continuing(note_continued);
  base::log_inside([this](const std::function<void()>& write_line) {
    const std::lock_guard lock{m_mutex};
    erase();
    write_line();
    draw();
  });
  const base::BlockedSignals blocked;
  m_thread = std::jthread{[this](const std::stop_token& stop) {
    redraw(stop);
  }};
}

Display::~Display() {
  base::log_inside({});
  m_thread = {};  // ends it and waits
  const std::lock_guard lock{m_mutex};
  draw();
  erase();
  if (m_has_record) {
    write("\n");  // between the record and what the command says of it
  }
  watch_for_continuing(SIG_DFL);
}

void Display::tell(const std::function<void(view::Live&, std::chrono::milliseconds now)>& event) {
  const std::lock_guard lock{m_mutex};
  event(m_live, m_clock.steady());
}

void Display::redraw(const std::stop_token& stop) {
  std::unique_lock lock{m_mutex};
  while (!stop.stop_requested()) {
    draw();
    m_ended.wait_for(lock, stop, k_frame, [] { return false; });
  }
}

/// Where the terminal became narrower, it broke lines that were wider than that.
std::string Display::up_to_the_first_line(const TerminalSize& size) const {
  std::size_t rows = 0;
  for (const auto& line : m_drawn) {
    const std::size_t taken = size.columns < m_size.columns ? columns_of(line) : 0;
    rows += std::max<std::size_t>((taken + size.columns - 1) / size.columns, 1);
  }
  rows = std::min(rows, size.rows - 1);
  return rows == 0 ? "\r" : "\r\x1b[" + std::to_string(rows) + "A";
}

void Display::draw() {
  if (std::exchange(g_continued, 0) != 0) {
    m_drawn.clear();
  }
  const auto size = terminal_size(STDERR_FILENO);
  if (!size || is_in_background()) {
    return;
  }
  view::Screen screen{m_colour};
  screen.width = size->columns - 1;  // a full line would leave the cursor nowhere
  const auto finished = m_live.take_finished(screen);
  const auto lines = m_live.lines(m_clock.steady(), screen, size->rows - 1);
  if (finished.empty() && lines == m_drawn && *size == m_size) {
    return;
  }
  std::string frame{k_hide_cursor};
  frame += up_to_the_first_line(*size);
  for (const auto* part : {&finished, &lines}) {
    for (const auto& line : *part) {
      frame.append(line).append(k_clear_rest_of_line).append("\n");
    }
  }
  frame.append(k_clear_below).append(k_show_cursor);
  write(frame);
  m_has_record = m_has_record || !finished.empty();
  m_drawn = lines;
  m_size = *size;
}

void Display::erase() {
  const auto size = terminal_size(STDERR_FILENO);
  if (!m_drawn.empty() && size && !is_in_background()) {
    write(up_to_the_first_line(*size).append(k_clear_below));
  }
  m_drawn.clear();
}

}  // namespace lavavisor::cli
