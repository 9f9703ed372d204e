// The speed logged is that since the download began; a resumed part does not count.
// SPDX-License-Identifier: Apache-2.0
#include "cli/progress.hpp"

#include "base/log.hpp"
#include "view/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <string>
#include <utility>

namespace lavavisor::cli {
namespace {

constexpr std::chrono::seconds k_line_every{10};
constexpr std::size_t k_line_width = 120;

std::uint64_t per_second(std::uint64_t bytes, std::chrono::milliseconds took) {
  return took.count() > 0 ? bytes * 1000 / static_cast<std::uint64_t>(took.count()) : 0;
}

view::Colour colour_of(const Options& options) {
  return colour_stderr(options) ? view::Colour::yes : view::Colour::no;
}

}  // namespace

/// A log in JSON is read by programs, wherever it goes.
Progress::Form Progress::form_of(const Options& options, Form on_a_terminal) {
  if (options.quiet) {
    return Form::none;
  }
  return can_draw(STDERR_FILENO) && options.log_format == "text" ? on_a_terminal : Form::lines;
}

Progress::Progress(const Options& options, model::Desired desired)
    : m_form{form_of(options, Form::display)},
      m_colour{colour_of(options)},
      m_desired{std::move(desired)} {}

Progress::Progress(const Options& options, Place place)
    : m_form{form_of(options,
                     place == Place::alone  ? Form::display
                     : place == Place::loop ? Form::downloads
                                            : Form::lines)},
      m_colour{colour_of(options)} {}

std::unique_ptr<Display> Progress::open(ports::Clock& clock) const {
  if (m_form == Form::none || m_form == Form::lines) {
    return nullptr;
  }
  const auto shows =
      m_form == Form::display ? view::Live::Shows::everything : view::Live::Shows::downloads;
  return std::make_unique<Display>(view::Live{m_desired, shows, clock.steady()}, clock, m_colour);
}

void Progress::log(const model::Release& release,
                   const ports::FetchProgress& progress,
                   std::chrono::milliseconds now) {
  if (m_form != Form::lines) {
    return;
  }
  if (!m_start) {
    m_start = Start{now, progress.received, now};
  }
  if (now - m_start->told < k_line_every) {
    return;
  }
  m_start->told = now;
  const auto speed = per_second(progress.received - std::min(progress.received, m_start->received),
                                now - m_start->at);
  base::log_info(
      "downloading " +
      view::progress_line(release.name, progress.received, progress.total, speed, k_line_width));
}

}  // namespace lavavisor::cli
