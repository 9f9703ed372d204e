// Values and tables as TOML text.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lavavisor::compat {

/// `text`, which must be UTF-8, as a basic string: quotes, backslashes and control characters are
/// escaped (TOML 1.0, "String").
std::string toml_string(std::string_view text);

/// `name` as a key: bare where it can be, else quoted.
std::string toml_key(std::string_view name);

/// A list of strings on one line.
std::string toml_list(const std::vector<std::string>& items);

/// Keys with their values, both as TOML.
using TomlEntries = std::vector<std::pair<std::string, std::string>>;

/// `{ a = 1, b = "x" }`
std::string toml_inline_table(const TomlEntries& entries);

/// One line per entry, their equal signs below each other, each ended by `eol`.
std::string toml_lines(const TomlEntries& entries, std::string_view eol = "\n");

}  // namespace lavavisor::compat
