// systemd.syntax(7), by hand.
// SPDX-License-Identifier: Apache-2.0
#include "compat/unit_file.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace lavavisor::compat {

namespace {

constexpr std::string_view k_blanks = " \t\n\r";

bool is_blank(char c) {
  return k_blanks.find(c) != std::string_view::npos;
}

bool is_comment(std::string_view line) {
  return line.starts_with('#') || line.starts_with(';');
}

std::string_view without_leading_blanks(std::string_view line) {
  return line.substr(std::min(line.find_first_not_of(k_blanks), line.size()));
}

/// True when the last backslash of `line` stands alone and so continues it.
bool goes_on(std::string_view line) {
  std::size_t backslashes = 0;
  while (backslashes < line.size() && line[line.size() - 1 - backslashes] == '\\') {
    ++backslashes;
  }
  return backslashes % 2 == 1;
}

struct LogicalLine {
  std::string text;
  unsigned number = 1;
};

std::vector<LogicalLine> logical_lines(std::string_view text) {
  std::vector<LogicalLine> lines;
  bool continues = false;
  unsigned number = 0;
  for (std::string_view raw : base::split(text, '\n')) {
    ++number;
    raw.remove_suffix(raw.ends_with('\r') ? 1 : 0);
    std::string_view line = without_leading_blanks(raw);
    if (is_comment(line)) {
      continue;
    }
    const bool more = goes_on(line);
    line.remove_suffix(more ? 1 : 0);
    if (!continues) {
      lines.push_back({"", number});
    }
    lines.back().text.append(line).append(more ? " " : "");
    continues = more;
  }
  return lines;
}

// --- words ---------------------------------------------------------------------------------------

std::optional<unsigned> digit(char c, unsigned base) {
  unsigned value = 99;
  if (c >= '0' && c <= '9') {
    value = static_cast<unsigned>(c - '0');
  } else if (c >= 'a' && c <= 'f') {
    value = static_cast<unsigned>(c - 'a') + 10;
  } else if (c >= 'A' && c <= 'F') {
    value = static_cast<unsigned>(c - 'A') + 10;
  }
  return value < base ? std::optional{value} : std::nullopt;
}

std::string utf8(unsigned code) {
  const auto byte = [](unsigned bits) {
    return static_cast<char>(bits);
  };
  if (code < 0x80U) {
    return {byte(code)};
  }
  if (code < 0x800U) {
    return {byte(0xc0U | code >> 6U), byte(0x80U | (code & 0x3fU))};
  }
  if (code < 0x10000U) {
    return {byte(0xe0U | code >> 12U),
            byte(0x80U | (code >> 6U & 0x3fU)),
            byte(0x80U | (code & 0x3fU))};
  }
  return {byte(0xf0U | code >> 18U),
          byte(0x80U | (code >> 12U & 0x3fU)),
          byte(0x80U | (code >> 6U & 0x3fU)),
          byte(0x80U | (code & 0x3fU))};
}

/// An escape of digits: how many, in which base, and whether they are a character or a byte.
struct NumericEscape {
  std::size_t skip = 1;  ///< the letter before them
  std::size_t digits = 2;
  unsigned base = 16;
  bool is_character = false;
};

std::optional<NumericEscape> numeric_escape(char letter) {
  switch (letter) {
    case 'x':
      return NumericEscape{1, 2, 16, false};
    case 'u':
      return NumericEscape{1, 4, 16, true};
    case 'U':
      return NumericEscape{1, 8, 16, true};
    default:
      return digit(letter, 8) ? std::optional{NumericEscape{0, 3, 8, false}} : std::nullopt;
  }
}

std::optional<char> simple_escape(char letter) {
  constexpr std::string_view k_letters = "abfnrtvs\\\"'";
  constexpr std::string_view k_meanings = "\a\b\f\n\r\t\v \\\"'";
  const auto at = k_letters.find(letter);
  return at == std::string_view::npos ? std::nullopt : std::optional{k_meanings[at]};
}

/// Take the escape at the beginning of `rest`, behind its backslash.
std::optional<std::string> take_escape(std::string_view& rest) {
  if (rest.empty()) {
    return std::nullopt;
  }
  if (const auto meaning = simple_escape(rest.front())) {
    rest.remove_prefix(1);
    return std::string{*meaning};
  }
  const auto kind = numeric_escape(rest.front());
  if (!kind || rest.size() < kind->skip + kind->digits) {
    return std::nullopt;
  }
  unsigned code = 0;
  for (const char c : rest.substr(kind->skip, kind->digits)) {
    const auto value = digit(c, kind->base);
    if (!value) {
      return std::nullopt;
    }
    code = code * kind->base + *value;
  }
  rest.remove_prefix(kind->skip + kind->digits);
  const bool in_range = kind->is_character ? code <= 0x10ffffU : code <= 0xffU;
  if (code == 0 || !in_range) {
    return std::nullopt;
  }
  return kind->is_character ? utf8(code) : std::string(1, static_cast<char>(code));
}

/// Take one word; `rest` begins with it.
base::Result<std::string> take_word(std::string_view& rest) {
  std::string word;
  char quote = '\0';
  while (!rest.empty()) {
    const char c = rest.front();
    if (quote == '\0' && is_blank(c)) {
      return word;
    }
    rest.remove_prefix(1);
    if (c == '\\') {
      const auto meaning = take_escape(rest);
      if (!meaning) {
        return base::fail("a backslash in it begins no escape that systemd knows");
      }
      word += *meaning;
    } else if (quote == '\0' && (c == '"' || c == '\'')) {
      quote = c;
    } else if (quote != '\0' && c == quote) {
      quote = '\0';
    } else {
      word += c;
    }
  }
  if (quote != '\0') {
    return base::fail(std::string{"a quote in it is not closed: "} + quote);
  }
  return word;
}

// --- specifiers ----------------------------------------------------------------------------------

std::string stem(const std::string& unit) {
  return unit.substr(0, unit.rfind('.'));
}

std::string prefix(const std::string& unit) {
  return stem(unit).substr(0, stem(unit).find('@'));
}

std::string instance(const std::string& unit) {
  const auto at = stem(unit).find('@');
  return at == std::string::npos ? "" : stem(unit).substr(at + 1);
}

std::optional<std::string> specifier(char letter, const std::string& unit) {
  static const std::map<char, std::string> fixed{
      {'%', "%"},
      {'h', "/root"},
      {'u', "root"},
      {'U', "0"},
      {'g', "root"},
      {'G', "0"},
      {'t', "/run"},
      {'S', "/var/lib"},
      {'C', "/var/cache"},
      {'L', "/var/log"},
      {'E', "/etc"},
      {'T', "/tmp"},
      {'V', "/var/tmp"},
  };
  if (const auto found = fixed.find(letter); found != fixed.end()) {
    return found->second;
  }
  switch (letter) {
    case 'n':
      return unit;
    case 'N':
      return stem(unit);
    case 'p':
      return prefix(unit);
    case 'i':
      return instance(unit);
    default:
      return std::nullopt;
  }
}

}  // namespace

UnitFileText parse_unit(std::string_view text) {
  UnitFileText unit;
  std::string section;
  for (const LogicalLine& line : logical_lines(text)) {
    const std::string_view whole = base::trim(line.text);
    const auto equals = whole.find('=');
    if (whole.empty()) {
      continue;
    }
    if (whole.starts_with('[') && whole.ends_with(']')) {
      section = whole.substr(1, whole.size() - 2);
    } else if (section.empty() || equals == std::string_view::npos || equals == 0 ||
               !base::is_utf8(whole)) {
      unit.ignored.emplace_back(whole);
    } else {
      unit.assignments.push_back({section,
                                  std::string{base::trim(whole.substr(0, equals))},
                                  std::string{base::trim(whole.substr(equals + 1))},
                                  line.number});
    }
  }
  return unit;
}

std::vector<std::string> values_of(const UnitFileText& unit,
                                   std::string_view section,
                                   std::string_view key) {
  std::vector<std::string> values;
  for (const Assignment& each : unit.assignments) {
    if (each.section != section || each.key != key) {
      continue;
    }
    if (each.value.empty()) {
      values.clear();
    } else {
      values.push_back(each.value);
    }
  }
  return values;
}

base::Result<std::vector<std::string>> split_words(std::string_view value) {
  std::vector<std::string> words;
  for (std::string_view rest = without_leading_blanks(value); !rest.empty();
       rest = without_leading_blanks(rest)) {
    auto word = take_word(rest);
    if (!word) {
      return tl::make_unexpected(word.error());
    }
    words.push_back(*std::move(word));
  }
  return words;
}

std::string fill_specifiers(std::string_view text,
                            const UnitIdentity& identity,
                            std::vector<std::string>& unknown) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%' || at + 1 == text.size()) {
      out += text[at];
      continue;
    }
    const char letter = text[++at];
    if (const auto value = specifier(letter, identity.unit)) {
      out += *value;
    } else {
      out.append({'%', letter});
      unknown.push_back({'%', letter});
    }
  }
  return out;
}

std::map<std::string, std::string> parse_environment_file(std::string_view text) {
  std::map<std::string, std::string> variables;
  for (const LogicalLine& line : logical_lines(text)) {
    const std::string_view whole = base::trim(line.text);
    const auto equals = whole.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      continue;
    }
    std::string_view value = base::trim(whole.substr(equals + 1));
    const bool quoted = value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
                        value.back() == value.front();
    value = quoted ? value.substr(1, value.size() - 2) : value;
    variables.insert_or_assign(std::string{base::trim(whole.substr(0, equals))},
                               std::string{value});
  }
  return variables;
}

}  // namespace lavavisor::compat
