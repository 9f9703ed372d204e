// The live display of a run on stderr: drawn in place, with what is finished and logged above it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/terminal.hpp"
#include "ports/clock.hpp"
#include "view/live.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace lavavisor::cli {

/// From construction to destruction the last lines of the terminal are its. It asks for the size
/// with every frame, shows the cursor between frames, and leaves the terminal to others while this
/// process is in the background. One at a time.
class Display {
 public:
  Display(view::Live live, ports::Clock& clock, view::Colour colour);
  ~Display();
  Display(const Display&) = delete;
  Display& operator=(const Display&) = delete;

  /// Let `event` change what is shown; it is given the present time.
  void tell(const std::function<void(view::Live&, std::chrono::milliseconds now)>& event);

 private:
  void redraw(const std::stop_token& stop);
  void draw();
  void erase();
  std::string up_to_the_first_line(const TerminalSize& size) const;

  view::Live m_live;
  ports::Clock& m_clock;
  view::Colour m_colour;
  std::mutex m_mutex;  ///< over all that follows, and over the terminal
  std::condition_variable_any m_ended;
  std::vector<std::string> m_drawn;  ///< the lines above the cursor
  TerminalSize m_size;               ///< as they were drawn
  bool m_has_record = false;         ///< lines of what is finished stand above
  std::jthread m_thread;
};

}  // namespace lavavisor::cli
