// Checksum files as sha256sum(1) writes them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace lavavisor::release {

/// The digest (64 lower-case hex digits) that `text` gives for `asset`; a name in it may have a
/// path in front. `source` names the file in errors. Fails when the asset is not listed, when its
/// digest is malformed, and when it is listed with two digests.
base::Result<std::string> find_checksum(std::string_view text,
                                        std::string_view asset,
                                        std::string_view source);

}  // namespace lavavisor::release
