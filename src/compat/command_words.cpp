// A shell's quoting without the shell: one pass over the bytes, one function per kind of quote.
// SPDX-License-Identifier: Apache-2.0
#include "compat/command_words.hpp"

#include <utility>

namespace lavavisor::compat {

namespace {

constexpr std::string_view k_separators{" \t\n"};
constexpr std::string_view k_escaped_in_double{"$`\"\\\n"};

tl::unexpected<BadCommandLine> bad(std::size_t at, std::string message, std::string hint = {}) {
  return tl::make_unexpected(BadCommandLine{at, std::move(message), std::move(hint)});
}

/// Reads one word after the other. The rest of the line is always whole quotes and characters.
class WordReader {
 public:
  explicit WordReader(std::string_view line) : m_line(line) {}

  /// Go to the next word's first character; false when there is none.
  bool find_word();
  tl::expected<std::string, BadCommandLine> read_word();

 private:
  bool joins_lines() const { return m_line.substr(m_at).starts_with("\\\n"); }
  tl::expected<void, BadCommandLine> read_single();
  tl::expected<void, BadCommandLine> read_double();
  tl::expected<void, BadCommandLine> read_escaped();

  std::string_view m_line;
  std::size_t m_at = 0;
  std::string m_word;
};

bool WordReader::find_word() {
  while (m_at < m_line.size()) {
    const bool separates = k_separators.find(m_line[m_at]) != std::string_view::npos;
    if (!separates && !joins_lines()) {
      return true;
    }
    m_at += separates ? 1 : 2;
  }
  return false;
}

tl::expected<std::string, BadCommandLine> WordReader::read_word() {
  m_word.clear();
  while (m_at < m_line.size() && k_separators.find(m_line[m_at]) == std::string_view::npos) {
    tl::expected<void, BadCommandLine> done;
    switch (m_line[m_at]) {
      case '\'':
        done = read_single();
        break;
      case '"':
        done = read_double();
        break;
      case '\\':
        done = read_escaped();
        break;
      default:
        m_word += m_line[m_at++];
    }
    if (!done) {
      return tl::make_unexpected(done.error());
    }
  }
  return m_word;
}

tl::expected<void, BadCommandLine> WordReader::read_single() {
  const std::size_t close = m_line.find('\'', m_at + 1);
  if (close == std::string_view::npos) {
    return bad(
        m_at, "this ' has no closing '", "a single quote within a word is written \\' or \"'\"");
  }
  m_word += m_line.substr(m_at + 1, close - m_at - 1);
  m_at = close + 1;
  return {};
}

tl::expected<void, BadCommandLine> WordReader::read_double() {
  std::size_t at = m_at + 1;
  while (at < m_line.size() && m_line[at] != '"') {
    const bool escapes = m_line[at] == '\\' && at + 1 < m_line.size() &&
                         k_escaped_in_double.find(m_line[at + 1]) != std::string_view::npos;
    at += escapes ? 1 : 0;
    if (!escapes || m_line[at] != '\n') {
      m_word += m_line[at];
    }
    ++at;
  }
  if (at == m_line.size()) {
    return bad(m_at, "this \" has no closing \"", "a double quote within a word is written \\\"");
  }
  m_at = at + 1;
  return {};
}

tl::expected<void, BadCommandLine> WordReader::read_escaped() {
  if (m_at + 1 == m_line.size()) {
    return bad(m_at, "nothing follows this \\", "a backslash itself is written \\\\ or '\\'");
  }
  if (!joins_lines()) {
    m_word += m_line[m_at + 1];
  }
  m_at += 2;
  return {};
}

}  // namespace

tl::expected<std::vector<std::string>, BadCommandLine> command_words(std::string_view line) {
  if (const std::size_t nul = line.find('\0'); nul != std::string_view::npos) {
    return bad(nul, "holds a NUL character, which no argument can");
  }
  std::vector<std::string> words;
  WordReader reader{line};
  while (reader.find_word()) {
    auto word = reader.read_word();
    if (!word) {
      return tl::make_unexpected(std::move(word.error()));
    }
    words.push_back(*std::move(word));
  }
  if (words.empty()) {
    return bad(0, "names no program", "such as 'lavap rpcconsumer consumer.yml --from user1'");
  }
  return words;
}

}  // namespace lavavisor::compat
