// Typed values out of one table: whatever does not fit becomes a finding, and its default is used.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/context.hpp"
#include "config/keys.hpp"
#include "config/raw.hpp"

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lavavisor::config {

template <class T>
struct Located {
  T value;
  Place place;
};

using Text = Located<std::string>;

/// A table of the file, or one that is not there and so has defaults only. The find_ functions
/// give what the file says, if it is valid; the functions without it fall back on the key's default
/// in the table of keys.
class TableReader {
 public:
  /// `path` is the table's in the table of keys. Reports unknown keys, and keys whose feature is
  /// still to come and that are not at their default.
  TableReader(const Context& context, const Raw* table, const std::string& path);

  const Context& context() const { return *m_context; }
  bool has(std::string_view key) const { return find(key) != nullptr; }
  /// True when the file has something else in the table's place, which was reported.
  bool is_broken() const { return m_is_broken; }
  const Raw* find(std::string_view key) const;
  const RawTable& entries() const;

  /// The table itself, where a missing key is reported.
  Place place() const;
  /// The value of `key`, or the table when it has none.
  Place place_of(std::string_view key) const;

  /// The table at `key`; a value that is no table is reported and read as absent.
  TableReader table(std::string_view key) const;

  std::optional<Text> find_string(std::string_view key) const;
  std::optional<Text> find_word(std::string_view key) const;
  std::optional<Located<bool>> find_boolean(std::string_view key) const;
  std::optional<Located<std::int64_t>> find_integer(std::string_view key,
                                                    std::int64_t least,
                                                    std::int64_t most) const;
  std::optional<Located<std::chrono::milliseconds>> find_duration(
      std::string_view key, std::chrono::milliseconds least) const;
  std::optional<Located<std::filesystem::path>> find_path(std::string_view key) const;
  /// A list of strings; those that are none are reported and left out.
  std::optional<Located<std::vector<Text>>> find_strings(std::string_view key) const;
  /// A program and its arguments; the first must not be empty.
  std::optional<Located<std::vector<std::string>>> find_command(std::string_view key) const;

  std::string string(std::string_view key) const;
  std::string word(std::string_view key) const;
  bool boolean(std::string_view key) const;
  unsigned count(std::string_view key, unsigned least, unsigned most = 1'000'000) const;
  std::chrono::milliseconds duration(std::string_view key, std::chrono::milliseconds least) const;
  std::uint64_t size(std::string_view key) const;

  /// Report an error at `place`; the message begins with the key's name.
  void error(std::string_view key, const Place& place, const Problem& problem) const;
  void error(std::string_view key,
             const Place& place,
             const std::string& message,
             std::string hint = {}) const;
  void warning(std::string_view key,
               const Place& place,
               const std::string& message,
               std::string hint = {}) const;

  /// `check` of a string: its value, or an error at its place.
  template <class T>
  std::optional<Located<T>> checked(std::string_view key,
                                    const std::optional<Text>& text,
                                    Checked<T> (*check)(std::string_view)) const {
    if (!text) {
      return std::nullopt;
    }
    const Checked<T> result = check(text->value);
    if (!result) {
      error(key, text->place, result.error());
      return std::nullopt;
    }
    return Located<T>{*result, text->place};
  }

  /// Turn a raw string into text that is safe in units and argument lists; reports others.
  std::optional<Text> as_text(std::string_view key,
                              const Raw& raw,
                              std::string_view expected = "a string") const;

 private:
  void report_unknown_keys() const;
  void report_unknown_key(const Entry& entry, const std::vector<std::string>& known) const;
  void report_later_key(const Entry& entry, const KeyInfo& info) const;
  void report_type(std::string_view key,
                   const Raw& raw,
                   std::string_view expected,
                   std::string hint = {}) const;
  template <class T>
  std::optional<Located<T>> expect(std::string_view key, std::string_view expected) const;
  TableReader(const Context& context, const Raw* table, std::string path, std::string title);
  std::string full_path(std::string_view key) const;
  std::string title_of(std::string_view key) const;
  const std::string& preset(std::string_view key) const;

  const Context* m_context;
  const Raw* m_table;  ///< null: absent
  bool m_is_broken = false;
  std::string m_path;   ///< in the table of keys
  std::string m_title;  ///< in messages
};

}  // namespace lavavisor::config
