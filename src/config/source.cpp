// Lines, characters and excerpts of a text that may be hostile: long lines, control characters,
// bytes that are no UTF-8.
// SPDX-License-Identifier: Apache-2.0
#include "config/source.hpp"

#include "base/text.hpp"
#include "config/url.hpp"
#include "model/signing_key.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace lavavisor::config {

namespace {

constexpr std::size_t k_widest = 120;  ///< characters of a line that are shown
constexpr std::size_t k_before = 40;   ///< of them before the mistake, when the line is longer

/// Bytes of the well-formed UTF-8 sequence that `text` begins with; 0 when there is none.
std::size_t sequence_length(std::string_view text) {
  if (static_cast<unsigned char>(text.front()) < 0x80U) {
    return 1;
  }
  for (std::size_t length = 2; length <= 4 && length <= text.size(); ++length) {
    if (base::is_utf8(text.substr(0, length))) {
      return length;
    }
  }
  return 0;
}

std::string hex(unsigned char byte) {
  constexpr std::string_view digits = "0123456789abcdef";
  return {digits[byte >> 4U], digits[byte & 0x0fU]};
}

/// One character as it is shown: never anything that a terminal obeys.
std::string shown(std::string_view sequence) {
  const auto first = static_cast<unsigned char>(sequence.front());
  if (first == '\t') {
    return " ";
  }
  const bool c1_control =
      sequence.size() == 2 && first == 0xc2U && static_cast<unsigned char>(sequence[1]) < 0xa0U;
  const bool stray = sequence.size() == 1 && first >= 0x7fU;
  return first < 0x20U || c1_control || stray
             ? "\\x" + hex(static_cast<unsigned char>(sequence[sequence.size() - 1]))
             : base::printable(sequence);
}

std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  while (!text.empty()) {
    text.remove_prefix(std::max<std::size_t>(sequence_length(text), 1));
    ++count;
  }
  return count;
}

/// How many columns `text`, as shown, takes on a terminal (every character counts as one).
unsigned columns(const std::string& text) {
  return static_cast<unsigned>(count_characters(text));
}

/// True when `line` names [notify], or what its URLs are made of.
bool tells_of_a_webhook(std::string_view line) {
  constexpr std::array<std::string_view, 4> words{
      "notify", "webhook", "hooks.slack.com", "api.telegram.org"};
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return line.find(word) != std::string_view::npos;
  });
}

/// The part of a line around a place, and where the place lies in it.
struct Excerpt {
  std::string text;
  unsigned caret = 0;
  unsigned width = 0;
};

Excerpt excerpt(std::string_view line, const Place& place) {
  const std::size_t column = place.column - 1;
  const bool is_long = line.size() > k_widest;
  const std::size_t first = is_long && column > k_before ? column - k_before : 0;
  Excerpt out;
  out.text = first > 0 ? "..." : "";
  out.caret = columns(out.text);
  for (std::size_t index = 0; !line.empty() && index < first + k_widest; ++index) {
    const std::size_t length = std::max<std::size_t>(sequence_length(line), 1);
    if (index >= first) {
      const std::string cell = shown(line.substr(0, length));
      out.caret += index < column ? columns(cell) : 0;
      out.width += index >= column && index - column < place.width ? columns(cell) : 0;
      out.text += cell;
    }
    line.remove_prefix(length);
  }
  out.text += line.empty() ? "" : "...";
  out.width = std::max(out.width, 1U);
  return out;
}

}  // namespace

std::string to_string(const Place& place) {
  return (place.source == nullptr ? "" : place.source->file() + ":") + std::to_string(place.line) +
         ":" + std::to_string(place.column);
}

Source::Source(std::string file, std::string text, base::Ownership is)
    : m_file(std::move(file)), m_text(std::move(text)), m_is(is) {
  m_starts.push_back(0);
  for (std::size_t at = m_text.find('\n'); at != std::string::npos;
       at = m_text.find('\n', at + 1)) {
    m_starts.push_back(at + 1);
  }
  m_secret = secret_lines();
}

std::string_view Source::line(unsigned number) const {
  if (number == 0 || number > m_starts.size()) {
    return {};
  }
  const std::size_t start = m_starts[number - 1];
  const std::size_t end = number < m_starts.size() ? m_starts[number] - 1 : m_text.size();
  std::string_view text = std::string_view{m_text}.substr(start, end - start);
  if (text.ends_with('\r')) {
    text.remove_suffix(1);
  }
  return text;
}

/// A text that does not parse has no keys to go by, so this looks at words and headers only, and
/// rather hides a line too many.
std::vector<bool> Source::secret_lines() const {
  std::vector<bool> lines(m_starts.size());
  bool is_in_notify = false;
  for (std::size_t index = 0; index < lines.size(); ++index) {
    const std::string_view text = line(static_cast<unsigned>(index) + 1);
    const bool tells = tells_of_a_webhook(text);
    is_in_notify = base::trim(text).starts_with('[') ? tells : is_in_notify;
    lines[index] =
        tells || is_in_notify || model::looks_like_secret_key(text) || without_user(text) != text;
  }
  return lines;
}

bool Source::is_secret(unsigned number) const {
  return number > 0 && number <= m_secret.size() && m_secret[number - 1];
}

Place Source::place_at(std::size_t offset) const {
  const auto next = std::upper_bound(m_starts.begin(), m_starts.end(), offset);
  const auto number = static_cast<unsigned>(next - m_starts.begin());
  return place_at(number, offset - m_starts[number - 1]);
}

Place Source::place_at(unsigned number, std::size_t byte_column) const {
  const std::string_view before =
      line(number).substr(0, std::min(byte_column, line(number).size()));
  return {number, static_cast<unsigned>(count_characters(before) + 1), 1, this};
}

Finding Source::finding(const Place& place, std::string message, std::string hint) const {
  const bool is_shown = place.width > 0 && !is_secret(place.line);
  Excerpt part = is_shown ? excerpt(line(place.line), place) : Excerpt{};
  return {Finding::Severity::error,
          m_file,
          place.line,
          place.column,
          std::move(message),
          std::move(hint),
          std::move(part.text),
          part.caret,
          part.width};
}

std::optional<Finding> Source::first_bad_byte() const {
  std::string_view rest = m_text;
  while (!rest.empty()) {
    const std::size_t length = sequence_length(rest);
    if (length == 0 || rest.front() == '\0') {
      const Place place = place_at(m_text.size() - rest.size());
      const std::size_t byte = m_text.size() - rest.size() - m_starts[place.line - 1] + 1;
      const std::string where =
          " (byte " + std::to_string(byte) + " of line " + std::to_string(place.line) + ")";
      return length == 0 ? finding(place,
                                   "not UTF-8: byte 0x" +
                                       hex(static_cast<unsigned char>(rest.front())) + where,
                                   "save the file as UTF-8")
                         : finding(place, "the file holds a NUL byte" + where);
    }
    rest.remove_prefix(length);
  }
  return std::nullopt;
}

}  // namespace lavavisor::config
