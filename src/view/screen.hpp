// The terminal that a view is written for: colours, columns, and from when on times are told.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "view/colour.hpp"

#include <cstddef>
#include <optional>

namespace lavavisor::view {

struct Screen {
  Screen() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): a colour alone will do
  Screen(Colour of_text) : colour{of_text} {}

  Colour colour = Colour::no;
  std::size_t width = 0;               ///< columns of the terminal; 0 = as many as it takes
  std::optional<base::TimePoint> now;  ///< times are told as "3 min ago"; none: exact ones
};

}  // namespace lavavisor::view
