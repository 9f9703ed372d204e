// Text from outside as it may be shown: nothing in it can steer a terminal or break a document.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/text.hpp"

#include <string>
#include <string_view>

namespace lavavisor::view {

/// base::printable without its limit: every byte becomes four at most.
inline std::string visible(std::string_view text) {
  return base::printable(text, 4 * text.size() + 4);
}

}  // namespace lavavisor::view
