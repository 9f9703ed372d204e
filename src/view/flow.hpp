// Running text of several styles that keeps to the width of a terminal.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "view/screen.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lavavisor::view {

/// The pieces, one behind the other, as a line that ends with a line end; where it is too long it
/// goes on in further lines, which begin with `hanging` blanks. The first begins with `indent`.
/// Texts are made visible; every line has its own escape sequences.
std::string flow(const std::vector<Cell>& raw,
                 const Screen& screen,
                 std::size_t indent = 0,
                 std::size_t hanging = 2);

}  // namespace lavavisor::view
