// How far a download is: a bar on a terminal, a log line now and then elsewhere.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/options.hpp"
#include "model/version.hpp"
#include "ports/release_source.hpp"

#include <chrono>
#include <optional>

namespace lavavisor::cli {

class Progress {
 public:
  /// Whether the terminal is ours alone.
  enum class Place { alone, among_others };

  explicit Progress(const Options& options, Place place = Place::alone);

  /// `now` as ports::Clock::steady has it.
  void show(const model::Release& release,
            const ports::FetchProgress& progress,
            std::chrono::milliseconds now);

  /// Clear the bar, if one is shown.
  void finish();

 private:
  enum class Form { none, lines, bar };

  struct Start {
    std::chrono::milliseconds at{0};
    std::uint64_t received = 0;
    std::chrono::milliseconds told{0};  ///< when a line was last logged
  };

  Form m_form;
  std::optional<Start> m_start;  ///< of the download that is shown
};

}  // namespace lavavisor::cli
