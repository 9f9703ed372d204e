// What changes from one text to another, line by line.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "view/screen.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace lavavisor::view {

/// A unified diff with three lines of context, hunks only (no file header); "" when the texts are
/// equal. Every line begins with `indent` blanks and goes on further lines where it is too long;
/// control characters in the texts are made visible.
std::string unified_diff(std::string_view before,
                         std::string_view after,
                         const Screen& screen,
                         std::size_t indent = 0);

}  // namespace lavavisor::view
