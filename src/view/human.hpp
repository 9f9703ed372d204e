// Times and spans as people say them; JSON has the exact ones.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "view/screen.hpp"

#include <chrono>
#include <string>

namespace lavavisor::view {

/// How long something took: "12 ms", "4.2 s", "1 min 5 s", "2 h 5 min".
std::string took_text(std::chrono::milliseconds time);

/// The same in whole seconds, for what goes on: "0 s", "45 s", "1 min 5 s".
std::string span_text(std::chrono::milliseconds time);

/// A time in the past: "just now", "45 s ago", "3 min ago", "2 h 5 min ago", and after a week its
/// day; without `screen.now` the exact one.
std::string ago_text(base::TimePoint at, const Screen& screen);

/// A time to come: "in 45 s", "in 2 h 5 min", "in 3 d 4 h"; without `screen.now` "at" the exact
/// one.
std::string until_text(base::TimePoint at, const Screen& screen);

}  // namespace lavavisor::view
