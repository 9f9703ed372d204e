// Tables and their typed values.
// SPDX-License-Identifier: Apache-2.0
#include "config/reader.hpp"

#include "base/quantity.hpp"
#include "base/text.hpp"
#include "config/names.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace lavavisor::config {

namespace {

using std::chrono::milliseconds;

/// The text of a value of a key that is still to come, to be compared with its default.
std::string plain_text(const Raw& raw) {
  const auto* const integer = raw.as<std::int64_t>();
  const auto* const text = raw.as<std::string>();
  return integer != nullptr ? std::to_string(*integer) : text != nullptr ? *text : "";
}

bool holds(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// "quorum: expected ...", but "quorum is required".
std::string sentence(std::string title, const std::string& message) {
  constexpr std::array<std::string_view, 4> verbs{"is ", "has ", "holds ", "must "};
  const bool is_predicate = std::any_of(
      verbs.begin(), verbs.end(), [&](std::string_view verb) { return message.starts_with(verb); });
  return std::move(title) + (is_predicate ? " " : ": ") + message;
}

}  // namespace

TableReader::TableReader(const Context& context, const Raw* table, const std::string& path)
    : TableReader(context, table, path, path == "service[]" ? "" : path) {}

TableReader::TableReader(const Context& context,
                         const Raw* table,
                         std::string path,
                         std::string title)
    : m_context(&context), m_table(table), m_path(std::move(path)), m_title(std::move(title)) {
  if (m_table != nullptr && m_table->as<RawTable>() == nullptr) {
    report_type("", *m_table, "a table");
    m_table = nullptr;
    m_is_broken = true;
  }
  report_unknown_keys();
}

void TableReader::report_unknown_keys() const {
  const std::vector<std::string>& known = keys_of(m_path);
  if (holds(known, "*")) {
    return;
  }
  for (const Entry& entry : entries()) {
    const KeyInfo* const info = find_key(full_path(entry.key));
    if (!holds(known, entry.key) && m_context->findings.is_full()) {
      return report_unknown_key(entry, known);
    }
    if (!holds(known, entry.key)) {
      report_unknown_key(entry, known);
    } else if (info != nullptr && info->need == Need::later) {
      report_later_key(entry, *info);
    }
  }
}

void TableReader::report_unknown_key(const Entry& entry,
                                     const std::vector<std::string>& known) const {
  std::string hint = guess(entry.key, known);
  if (hint.empty()) {
    const std::vector<std::string> others = tables_with(entry.key);
    hint = others.empty() ? "" : "it belongs to " + base::join(others, " or ");
  }
  const std::string where = m_path.empty()          ? "at the top of the file"
                            : m_path == "service[]" ? "in [[service]]"
                                                    : "in " + m_title;
  m_context->findings.error(
      entry.place, "unknown key " + in_quotes(entry.key) + " " + where, std::move(hint));
}

void TableReader::report_later_key(const Entry& entry, const KeyInfo& info) const {
  const bool is_integer = info.type == "integer";
  const bool fits = is_integer ? entry.value.as<std::int64_t>() != nullptr
                               : entry.value.as<std::string>() != nullptr;
  if (!fits) {
    report_type(entry.key, entry.value, is_integer ? "an integer" : "a string");
    return;
  }
  const std::string value = plain_text(entry.value);
  const bool is_word = info.words.empty() || holds(info.words, value);
  if (!is_word) {
    find_word(entry.key);
  } else if (value != info.preset) {
    const std::string shown = is_integer ? value : in_quotes(value);
    error(entry.key,
          entry.value.place,
          shown + " is not supported yet",
          "leave the key out, or at its default " +
              (is_integer ? info.preset : "\"" + info.preset + "\""));
  }
}

void TableReader::report_type(std::string_view key,
                              const Raw& raw,
                              std::string_view expected,
                              std::string hint) const {
  error(key,
        raw.place,
        "expected " + std::string{expected} + ", found " + std::string{kind_of(raw)},
        std::move(hint));
}

const RawTable& TableReader::entries() const {
  static const RawTable none;
  return m_table == nullptr ? none : std::get<RawTable>(m_table->value);
}

const Raw* TableReader::find(std::string_view key) const {
  const auto found = std::find_if(
      entries().begin(), entries().end(), [&](const Entry& entry) { return entry.key == key; });
  return found == entries().end() ? nullptr : &found->value;
}

Place TableReader::place() const {
  return m_table == nullptr ? k_no_place : m_table->place;
}

Place TableReader::place_of(std::string_view key) const {
  const Raw* const raw = find(key);
  return raw == nullptr ? place() : raw->place;
}

TableReader TableReader::table(std::string_view key) const {
  const Raw* const raw = find(key);
  if (raw != nullptr && raw->as<RawList>() != nullptr && !raw->as<RawList>()->empty() &&
      raw->as<RawList>()->front().as<RawTable>() != nullptr) {
    report_type(key, *raw, "a table", "write [" + title_of(key) + "] with single brackets");
    TableReader broken{*m_context, nullptr, full_path(key), title_of(key)};
    broken.m_is_broken = true;
    return broken;
  }
  return {*m_context, raw, full_path(key), title_of(key)};
}

template <class T>
std::optional<Located<T>> TableReader::expect(std::string_view key,
                                              std::string_view expected) const {
  const Raw* const raw = find(key);
  if (raw == nullptr) {
    return std::nullopt;
  }
  if (const T* const value = raw->as<T>()) {
    return Located<T>{*value, raw->place};
  }
  report_type(key, *raw, expected);
  return std::nullopt;
}

std::optional<Text> TableReader::as_text(std::string_view key,
                                         const Raw& raw,
                                         std::string_view expected) const {
  const auto* const text = raw.as<std::string>();
  if (text == nullptr) {
    const bool is_bare = raw.as<std::int64_t>() != nullptr;
    report_type(
        key, raw, expected, is_bare ? "write it between quotes: \"" + plain_text(raw) + "\"" : "");
    return std::nullopt;
  }
  if (const auto fit = check_text(*text); !fit) {
    error(key, raw.place, fit.error());
    return std::nullopt;
  }
  return Text{*text, raw.place};
}

std::optional<Text> TableReader::find_string(std::string_view key) const {
  const Raw* const raw = find(key);
  return raw == nullptr ? std::nullopt : as_text(key, *raw);
}

std::optional<Text> TableReader::find_word(std::string_view key) const {
  const auto text = find_string(key);
  const std::vector<std::string>& words = find_key(full_path(key))->words;
  if (text && !holds(words, text->value)) {
    error(key,
          text->place,
          "expected " + alternatives(words) + ", found " + in_quotes(text->value),
          guess(text->value, words));
    return std::nullopt;
  }
  return text;
}

std::optional<Located<bool>> TableReader::find_boolean(std::string_view key) const {
  return expect<bool>(key, "true or false");
}

std::optional<Located<std::int64_t>> TableReader::find_integer(std::string_view key,
                                                               std::int64_t least,
                                                               std::int64_t most) const {
  const auto number = expect<std::int64_t>(key, "an integer");
  if (number && (number->value < least || number->value > most)) {
    error(key,
          number->place,
          number->value < least ? "must be at least " + std::to_string(least)
                                : "must be at most " + std::to_string(most));
    return std::nullopt;
  }
  return number;
}

std::optional<Located<milliseconds>> TableReader::find_duration(std::string_view key,
                                                                milliseconds least) const {
  const Raw* const raw = find(key);
  if (raw == nullptr) {
    return std::nullopt;
  }
  if (const auto* const bare = raw->as<std::int64_t>()) {
    report_type(key,
                *raw,
                "a duration",
                "write \"" + std::to_string(*bare) + "s\": a duration has a unit (ms, s, m, h, d)");
    return std::nullopt;
  }
  const auto text = as_text(key, *raw, "a duration");
  if (!text) {
    return std::nullopt;
  }
  const auto parsed = base::parse_duration(text->value);
  if (!parsed) {
    error(key, text->place, parsed.error().message);
    return std::nullopt;
  }
  if (*parsed < least) {
    error(key,
          text->place,
          least == milliseconds{1} ? "must be longer than nothing"
                                   : "must be at least " + base::format_duration(least));
    return std::nullopt;
  }
  return Located<milliseconds>{*parsed, text->place};
}

std::optional<Located<std::filesystem::path>> TableReader::find_path(std::string_view key) const {
  const auto text = find_string(key);
  if (!text) {
    return std::nullopt;
  }
  if (text->value.empty()) {
    return Located<std::filesystem::path>{{}, text->place};
  }
  const auto path = expand_path(*m_context, text->value);
  if (!path) {
    error(key, text->place, path.error());
    return std::nullopt;
  }
  return Located<std::filesystem::path>{*path, text->place};
}

std::optional<Located<std::vector<Text>>> TableReader::find_strings(std::string_view key) const {
  const Raw* const raw = find(key);
  if (raw == nullptr) {
    return std::nullopt;
  }
  const auto* const list = raw->as<RawList>();
  if (list == nullptr) {
    const bool lone = raw->as<std::string>() != nullptr;
    report_type(key, *raw, "a list of strings", lone ? "put it between brackets: [\"...\"]" : "");
    return std::nullopt;
  }
  Located<std::vector<Text>> out{{}, raw->place};
  for (const Raw& item : *list) {
    if (const auto text = as_text(key, item)) {
      out.value.push_back(*text);
    }
  }
  return out;
}

std::optional<Located<std::vector<std::string>>> TableReader::find_command(
    std::string_view key) const {
  const auto words = find_strings(key);
  if (!words) {
    return std::nullopt;
  }
  Located<std::vector<std::string>> out{{}, words->place};
  for (const Text& word : words->value) {
    out.value.push_back(word.value);
  }
  if (!out.value.empty() && out.value.front().empty()) {
    error(key, words->value.front().place, "the program's name is empty");
    return std::nullopt;
  }
  return out;
}

std::string TableReader::string(std::string_view key) const {
  const auto given = find_string(key);
  return given ? given->value : preset(key);
}

std::string TableReader::word(std::string_view key) const {
  const auto given = find_word(key);
  return given ? given->value : preset(key);
}

bool TableReader::boolean(std::string_view key) const {
  const auto given = find_boolean(key);
  return given ? given->value : preset(key) == "true";
}

unsigned TableReader::count(std::string_view key, unsigned least, unsigned most) const {
  const auto given = find_integer(key, least, most);
  return static_cast<unsigned>(given ? given->value : std::stoll(preset(key)));
}

milliseconds TableReader::duration(std::string_view key, milliseconds least) const {
  const auto given = find_duration(key, least);
  return given ? given->value : *base::parse_duration(preset(key));
}

std::uint64_t TableReader::size(std::string_view key) const {
  const std::uint64_t fallback = *base::parse_size(preset(key));
  const Raw* const raw = find(key);
  if (raw == nullptr) {
    return fallback;
  }
  if (const auto* const bare = raw->as<std::int64_t>()) {
    report_type(key,
                *raw,
                "a size",
                "write \"" + std::to_string(*bare) + "B\": a size has a unit (B, KiB, MiB, GiB)");
    return fallback;
  }
  const auto text = as_text(key, *raw, "a size");
  if (!text) {
    return fallback;
  }
  const auto parsed = base::parse_size(text->value);
  if (!parsed || *parsed == 0) {
    error(key,
          text->place,
          parsed ? "must be more than nothing" : parsed.error().message,
          parsed ? "leave the key out for the default" : "");
    return fallback;
  }
  return *parsed;
}

void TableReader::error(std::string_view key, const Place& place, const Problem& problem) const {
  error(key, place, problem.message, problem.hint);
}

void TableReader::error(std::string_view key,
                        const Place& place,
                        const std::string& message,
                        std::string hint) const {
  m_context->findings.error(place, sentence(title_of(key), message), std::move(hint));
}

void TableReader::warning(std::string_view key,
                          const Place& place,
                          const std::string& message,
                          std::string hint) const {
  m_context->findings.warning(place, sentence(title_of(key), message), std::move(hint));
}

std::string TableReader::full_path(std::string_view key) const {
  const std::string name = holds(keys_of(m_path), "*") ? "*" : std::string{key};
  return m_path.empty() ? name : m_path + "." + name;
}

/// How a key is called in messages: with its table, but for a service's, whose place tells.
std::string TableReader::title_of(std::string_view key) const {
  return m_title + (m_title.empty() || key.empty() ? "" : ".") + base::printable(key, 60);
}

const std::string& TableReader::preset(std::string_view key) const {
  return find_key(full_path(key))->preset;
}

}  // namespace lavavisor::config
