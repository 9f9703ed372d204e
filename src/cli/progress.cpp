// The speed shown is that since the download began; a resumed part does not count.
// SPDX-License-Identifier: Apache-2.0
#include "cli/progress.hpp"

#include "base/log.hpp"
#include "view/progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <string>

namespace lavavisor::cli {
namespace {

constexpr std::chrono::seconds k_line_every{10};
constexpr std::size_t k_line_width = 120;
constexpr const char* k_clear_line = "\r\x1b[K";

std::size_t terminal_width() {
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col - 1U : 79U;
}

std::uint64_t per_second(std::uint64_t bytes, std::chrono::milliseconds took) {
  return took.count() > 0 ? bytes * 1000 / static_cast<std::uint64_t>(took.count()) : 0;
}

}  // namespace

Progress::Progress(const Options& options, Place place)
    : m_form{options.quiet                  ? Form::none
             : place == Place::among_others ? Form::lines
             : ::isatty(STDERR_FILENO) == 1 ? Form::bar
                                            : Form::lines} {}

void Progress::show(const model::Release& release,
                    const ports::FetchProgress& progress,
                    std::chrono::milliseconds now) {
  if (m_form == Form::none) {
    return;
  }
  if (!m_start) {
    m_start = Start{now, progress.received, now};
  }
  const auto speed = per_second(progress.received - std::min(progress.received, m_start->received),
                                now - m_start->at);
  if (m_form == Form::bar) {
    std::cerr << k_clear_line
              << view::progress_line(
                     release, progress.received, progress.total, speed, terminal_width())
              << std::flush;
  } else if (now - m_start->told >= k_line_every) {
    m_start->told = now;
    base::log_info(
        "downloading " +
        view::progress_line(release, progress.received, progress.total, speed, k_line_width));
  }
}

void Progress::finish() {
  if (m_start && m_form == Form::bar) {
    std::cerr << k_clear_line << std::flush;
  }
  m_start.reset();
}

}  // namespace lavavisor::cli
