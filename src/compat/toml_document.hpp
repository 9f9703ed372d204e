// A TOML text beside what it means: where its values stand, and edits that leave all else alone.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lavavisor::compat {

/// Line and column as toml++ counts them: from 1, columns in characters (code points).
struct TextPosition {
  unsigned line = 1;
  unsigned column = 1;
};

/// A text whose lines are known.
class TextLines {
 public:
  explicit TextLines(std::string_view text);  // which has to outlive it

  /// The byte at `position`; of one behind the text's end, its size.
  std::size_t offset(TextPosition position) const;

  /// The beginning of the line behind `line`; the text's size when that is the last one.
  std::size_t behind_line(unsigned line) const;

  /// The blanks that `line` begins with.
  std::string indentation(unsigned line) const;

  /// "\r\n" when most lines end so, else "\n".
  std::string eol() const;

 private:
  std::string_view m_text;
  std::vector<std::size_t> m_starts;
};

/// One change of a text: `length` bytes at `offset` become `replacement`.
struct TextEdit {
  std::size_t offset = 0;
  std::size_t length = 0;
  std::string replacement;
};

/// `text` with all `edits`, which must not overlap; those at one place come in their order.
std::string with_edits(std::string text, std::vector<TextEdit> edits);

}  // namespace lavavisor::compat
