// How deep a TOML text nests, found by one pass over its characters.
// SPDX-License-Identifier: Apache-2.0
#include "config/toml_text.hpp"

namespace lavavisor::config {

namespace {

constexpr unsigned k_max_brackets = 32;
constexpr unsigned k_max_dots = 16;

/// The offset behind the string that begins with the quote at `at`. A one-line string that is not
/// closed ends with its line, where toml++ reports it.
std::size_t skip_string(std::string_view toml, std::size_t at) {
  const char quote = toml[at];
  const bool escapes = quote == '"';
  const bool multi_line = toml.substr(at, 3) == std::string(3, quote);
  const std::size_t quotes = multi_line ? 3 : 1;
  std::size_t next = at + quotes;
  while (next < toml.size()) {
    if (escapes && toml[next] == '\\') {
      next += 2;
    } else if (toml.substr(next, quotes) == std::string(quotes, quote)) {
      return next + quotes;
    } else if (!multi_line && toml[next] == '\n') {
      return next;
    } else {
      ++next;
    }
  }
  return toml.size();
}

std::size_t skip_comment(std::string_view toml, std::size_t at) {
  const std::size_t end = toml.find('\n', at);
  return end == std::string_view::npos ? toml.size() : end;
}

}  // namespace

std::optional<std::size_t> find_deep_nesting(std::string_view toml) {
  unsigned brackets = 0;
  unsigned dots = 0;
  std::size_t at = 0;
  while (at < toml.size()) {
    switch (toml[at]) {
      case '#':
        at = skip_comment(toml, at);
        continue;
      case '"':
      case '\'':
        at = skip_string(toml, at);
        continue;
      case '[':
      case '{':
        dots = 0;
        ++brackets;
        break;
      case ']':
      case '}':
        dots = 0;
        brackets -= brackets > 0 ? 1 : 0;
        break;
      case '.':
        ++dots;
        break;
      case '=':
      case ',':
      case '\n':
        dots = 0;
        break;
      default:
        break;
    }
    if (brackets > k_max_brackets || dots > k_max_dots) {
      return at;
    }
    ++at;
  }
  return std::nullopt;
}

}  // namespace lavavisor::config
