// Positions to bytes, and edits from the end of the text to its beginning.
// SPDX-License-Identifier: Apache-2.0
#include "compat/toml_document.hpp"

#include <algorithm>

namespace lavavisor::compat {

namespace {

bool begins_character(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
}

}  // namespace

TextLines::TextLines(std::string_view text) : m_text(text) {
  m_starts.push_back(0);
  for (std::size_t at = text.find('\n'); at != std::string_view::npos;
       at = text.find('\n', at + 1)) {
    m_starts.push_back(at + 1);
  }
}

std::size_t TextLines::offset(TextPosition position) const {
  if (position.line > m_starts.size()) {
    return m_text.size();
  }
  std::size_t at = m_starts[position.line - 1];
  for (unsigned column = 1; column < position.column && at < m_text.size(); ++column) {
    ++at;
    while (at < m_text.size() && !begins_character(m_text[at])) {
      ++at;
    }
  }
  return at;
}

std::size_t TextLines::behind_line(unsigned line) const {
  return line < m_starts.size() ? m_starts[line] : m_text.size();
}

std::string TextLines::indentation(unsigned line) const {
  const std::size_t start = offset({line, 1});
  const std::size_t end = m_text.find_first_not_of(" \t", start);
  return std::string{m_text.substr(start, std::min(end, m_text.size()) - start)};
}

std::string TextLines::eol() const {
  std::size_t with_return = 0;
  for (std::size_t index = 1; index < m_starts.size(); ++index) {
    const std::size_t newline = m_starts[index] - 1;
    with_return += newline > 0 && m_text[newline - 1] == '\r' ? 1 : 0;
  }
  return with_return * 2 > m_starts.size() - 1 ? "\r\n" : "\n";
}

std::string with_edits(std::string text, std::vector<TextEdit> edits) {
  std::stable_sort(edits.begin(), edits.end(), [](const TextEdit& a, const TextEdit& b) {
    return a.offset < b.offset;
  });
  for (auto edit = edits.rbegin(); edit != edits.rend(); ++edit) {
    text.replace(edit->offset, edit->length, edit->replacement);
  }
  return text;
}

}  // namespace lavavisor::compat
