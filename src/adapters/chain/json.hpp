// Looking up single values in a JSON text from outside, whatever its shape; RapidJSON stays behind.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace lavavisor::chain {

/// A parsed text. Lookups take the names of nested members; what is missing, null or of another
/// type is an Error that names the path ("sync_info.catching_up is missing").
class Json {
 public:
  using Path = std::initializer_list<std::string_view>;
  enum class Kind { missing, null, boolean, number, text, array, object };

  /// Parse exactly one JSON value of any depth without recursion; its text must be UTF-8. The
  /// failure says at which byte.
  static base::Result<Json> parse(std::string_view text);

  Json(Json&&) noexcept;
  Json& operator=(Json&&) noexcept;
  ~Json();

  Kind kind(Path path) const;
  base::Result<std::string> text(Path path) const;
  base::Result<bool> boolean(Path path) const;

  /// An integer, as a number or as decimal text (protobuf's JSON writes int64 as text).
  base::Result<std::int64_t> integer(Path path) const;

 private:
  struct Document;
  explicit Json(std::unique_ptr<Document> document);

  std::unique_ptr<Document> m_document;
};

}  // namespace lavavisor::chain
