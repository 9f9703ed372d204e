// Base64 as CometBFT writes it (RFC 4648 section 4), read strictly.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace lavavisor::chain {

/// Decode `text`: the standard alphabet, padded, without white space, unused bits zero. Anything
/// else fails.
base::Result<std::string> decode_base64(std::string_view text);

}  // namespace lavavisor::chain
