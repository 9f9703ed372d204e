// How a command shows what it does while it does it: a live display on a terminal, a log line now
// and then elsewhere.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/display.hpp"
#include "cli/options.hpp"
#include "model/desired.hpp"
#include "ports/release_source.hpp"

#include <chrono>
#include <memory>
#include <optional>

namespace lavavisor::cli {

class Progress {
 public:
  enum class Place {
    alone,         ///< the terminal is ours until the command ends
    loop,          ///< a log that goes on for ever: only downloads are drawn
    among_others,  ///< others write to it, too: nothing is drawn
  };

  /// `desired` tells how long services settle.
  Progress(const Options& options, model::Desired desired);
  Progress(const Options& options, Place place);

  /// Begin to draw; nothing where nothing is to be drawn.
  std::unique_ptr<Display> open(ports::Clock& clock) const;

  /// True when what is drawn tells all steps, so that the log need not.
  bool shows_steps() const { return m_form == Form::display; }

  /// Log how far a download is, if nothing is drawn. `now` as ports::Clock::steady has it.
  void log(const model::Release& release,
           const ports::FetchProgress& progress,
           std::chrono::milliseconds now);

  /// The download is over.
  void finish() { m_start.reset(); }

 private:
  enum class Form { none, lines, downloads, display };

  struct Start {
    std::chrono::milliseconds at{0};
    std::uint64_t received = 0;
    std::chrono::milliseconds told{0};  ///< when a line was last logged
  };

  static Form form_of(const Options& options, Form on_a_terminal);

  Form m_form;
  view::Colour m_colour;
  model::Desired m_desired;
  std::optional<Start> m_start;  ///< of the download that is logged
};

}  // namespace lavavisor::cli
