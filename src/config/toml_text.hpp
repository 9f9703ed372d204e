// TOML text -> Raw; the only door to toml++.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "config/raw.hpp"

#include <optional>
#include <string_view>

namespace lavavisor::config {

/// Parse the whole document, whose places lie in `source`. Fails at the first mistake in its syntax
/// (toml++ stops there), and on what nests deeper than find_deep_nesting allows.
tl::expected<Raw, Finding> parse_toml(const Source& source);

/// The offset of the first bracket or dotted key that nests deeper than any real configuration
/// does (32 brackets, 16 dots in one key). toml++ bounds brackets by itself but not dotted keys,
/// and takes the stack down with it; this looks without recursion, before it is asked.
std::optional<std::size_t> find_deep_nesting(std::string_view toml);

}  // namespace lavavisor::config
