// What changes from one text to another, line by line.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "view/colour.hpp"

#include <string>
#include <string_view>

namespace lavavisor::view {

/// A unified diff with three lines of context, hunks only (no file header); "" when the texts are
/// equal. Every line begins with `indent`; control characters in the texts are made visible.
std::string unified_diff(std::string_view before,
                         std::string_view after,
                         Colour colour,
                         std::string_view indent = "");

}  // namespace lavavisor::view
