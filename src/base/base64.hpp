// Base64 (RFC 4648 section 4), written and read strictly.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace lavavisor::base {

/// Decode `text`: the standard alphabet, padded, without white space, unused bits zero. Anything
/// else fails.
Result<std::string> decode_base64(std::string_view text);

/// Encode `bytes`; what decode_base64 takes and gives back.
std::string encode_base64(std::string_view bytes);

}  // namespace lavavisor::base
