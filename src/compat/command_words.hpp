// A command line, as wrap's --cmd takes it, cut into words.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lavavisor::compat {

/// Why a command line can't be cut into words.
struct BadCommandLine {
  std::size_t at = 0;  ///< offset of the offending byte
  std::string message;
  std::string hint;  ///< what to write instead; "" = none
};

/// Split `line` into words as a POSIX shell does (XCU 2.2 Quoting), and interpret nothing else.
///
/// Unquoted blanks and newlines separate words; '...' keeps all of it; "..." keeps all but \ before
/// $ ` " \ and newline; elsewhere \ keeps the next character, and \ before a newline joins lines.
/// A shell's further meanings are not there, so each of these characters stands for itself: $ and `
/// (so `$(a b)` is the two words "$(a" and "b)", and quotes pair the same within it), ~ * ? [ { =,
/// the operators | & ; < > ( ), and # (it begins no comment).
///
/// Fails on a line without words, on a quote or a \ that nothing follows, and on NUL, which no
/// argument can hold.
tl::expected<std::vector<std::string>, BadCommandLine> command_words(std::string_view line);

}  // namespace lavavisor::compat
