// Who ran what and when, laid out on one stretch of time.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "view/overview.hpp"

#include <string>
#include <vector>

namespace lavavisor::view {

/// While a service ran one release; `from` and `to` are parts of the window, 0 .. 1.
struct Span {
  std::string release;  ///< "" = it was down
  double from = 0;
  double to = 0;
  base::TimePoint since;  ///< even where that is before the window
  bool lasts = false;     ///< up to now
};

struct Lane {
  std::string service;
  std::vector<Span> spans;  ///< oldest first, without overlap
};

struct RunMark {
  double at = 0;        ///< part of the window
  std::size_t run = 0;  ///< index in Past::runs
};

struct Tick {
  double at = 0;
  std::string text;  ///< "14:00", "Nov 20"; UTC
};

struct Timeline {
  base::TimePoint begin;
  base::TimePoint end;                ///< now
  std::vector<Lane> lanes;            ///< in the order of `services`, then others by name
  std::vector<RunMark> runs;          ///< within the window, oldest first
  std::vector<Tick> ticks;            ///< oldest first
  std::vector<std::string> releases;  ///< that are seen in it, the lowest first
};

/// Lay out `past` on the shortest of a few stretches (five minutes to 30 days) up to `now` that
/// holds all of it; what is older is left out.
Timeline timeline_of(const Past& past,
                     const std::vector<std::string>& services,
                     base::TimePoint now);

}  // namespace lavavisor::view
