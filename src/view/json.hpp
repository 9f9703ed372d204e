// Writing of one JSON document (RFC 8259), always valid UTF-8 and free of control characters.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace lavavisor::view {

/// Builds a document from its root object downwards. Texts go through base::printable, uncut.
class Json {
 public:
  /// Open the root object.
  Json();
  ~Json();
  Json(const Json&) = delete;
  Json& operator=(const Json&) = delete;

  // --- members of the object that is open
  void field(std::string_view key, std::string_view text);
  void field(std::string_view key, const char* text) { field(key, std::string_view{text}); }
  void field(std::string_view key, const std::string& text) { field(key, std::string_view{text}); }
  /// null where there is no text.
  void field(std::string_view key, const std::optional<std::string>& text);
  template <std::same_as<bool> Bool>
  void field(std::string_view key, Bool value) {
    boolean(key, value);
  }
  template <std::integral Number>
  requires(!std::same_as<Number, bool>) void field(std::string_view key, Number value) {
    number(key, static_cast<std::int64_t>(value));
  }
  void null_field(std::string_view key);

  /// A member `key` whose value is the object that `body` fills.
  template <class Body>
  void object(std::string_view key, Body body) {
    open_object(key);
    body();
    close_object();
  }

  /// A member `key` whose value is an array with an object for each of `items`, filled by
  /// `body(item)`.
  template <class Items, class Body>
  void objects(std::string_view key, const Items& items, Body body) {
    open_array(key);
    for (const auto& item : items) {
      open_element();
      body(item);
      close_object();
    }
    close_array();
  }

  /// Close the root object; the document, indented by two blanks, with a line end behind it.
  std::string finish();

 private:
  struct Writer;

  void number(std::string_view key, std::int64_t value);
  void boolean(std::string_view key, bool value);
  void open_object(std::string_view key);
  void open_element();
  void close_object();
  void open_array(std::string_view key);
  void close_array();

  std::unique_ptr<Writer> m_writer;
};

}  // namespace lavavisor::view
