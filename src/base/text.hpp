// Small operations on text that the standard library does not have.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lavavisor::base {

/// Cut white space (space, tab, CR, LF) from both ends.
std::string_view trim(std::string_view text);

/// Split at every `separator`; n separators give n + 1 parts, empty ones too.
std::vector<std::string_view> split(std::string_view text, char separator);

/// Join `parts` with `separator` between them.
std::string join(const std::vector<std::string>& parts, std::string_view separator);

/// Replace every `from` (not empty) in `text` by `to`.
std::string replace_all(std::string text, std::string_view from, std::string_view to);

/// True when `text` is well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
bool is_utf8(std::string_view text);

/// Make text from outside safe for a terminal and a log: control characters and bytes that are not
/// UTF-8 become \xHH; cut to `limit` bytes with "..." behind.
std::string printable(std::string_view text, std::size_t limit = 200);

/// The word of `known` nearest to `word`, when near enough (an edit distance of at most a third of
/// its length, at least 1) to be what was meant.
std::optional<std::string> did_you_mean(std::string_view word,
                                        const std::vector<std::string>& known);

}  // namespace lavavisor::base
