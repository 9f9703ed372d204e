// Every RapidJSON accessor is behind a check of the type: its assertions are never reached.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/chain/json.hpp"

#include "base/text.hpp"

#include <rapidjson/document.h>

#include <charconv>
#include <vector>

namespace lavavisor::chain {

using base::fail;
using base::Result;

struct Json::Document {
  rapidjson::Document root;

  const rapidjson::Value* find(Path path) const {
    const rapidjson::Value* value = &root;
    for (const auto name : path) {
      if (!value->IsObject()) {
        return nullptr;
      }
      const rapidjson::Value key{
          rapidjson::StringRef(name.data(), static_cast<rapidjson::SizeType>(name.size()))};
      const auto member = value->FindMember(key);
      if (member == value->MemberEnd()) {
        return nullptr;
      }
      value = &member->value;
    }
    return value;
  }
};

namespace {

std::string dotted(Json::Path path) {
  return base::join(std::vector<std::string>(path.begin(), path.end()), ".");
}

tl::unexpected<base::Error> missing(Json::Path path) {
  return fail(dotted(path) + " is missing");
}

tl::unexpected<base::Error> wrong(Json::Path path, const char* expected) {
  return fail(dotted(path) + " is no " + expected);
}

}  // namespace

Json::Json(std::unique_ptr<Document> document) : m_document(std::move(document)) {}
Json::Json(Json&&) noexcept = default;
Json& Json::operator=(Json&&) noexcept = default;
Json::~Json() = default;

Result<Json> Json::parse(std::string_view text) {
  constexpr unsigned k_flags =
      rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;
  if (const auto nul = text.find('\0'); nul != std::string_view::npos) {
    return fail("is no JSON at byte " +
                std::to_string(nul));  // RapidJSON would stop there, content
  }
  auto document = std::make_unique<Document>();
  document->root.Parse<k_flags>(text.data(), text.size());
  if (document->root.HasParseError()) {
    return fail("is no JSON at byte " + std::to_string(document->root.GetErrorOffset()));
  }
  return Json{std::move(document)};
}

Json::Kind Json::kind(Path path) const {
  const auto* value = m_document->find(path);
  if (value == nullptr) {
    return Kind::missing;
  }
  switch (value->GetType()) {
    case rapidjson::kNullType:
      return Kind::null;
    case rapidjson::kFalseType:
    case rapidjson::kTrueType:
      return Kind::boolean;
    case rapidjson::kObjectType:
      return Kind::object;
    case rapidjson::kArrayType:
      return Kind::array;
    case rapidjson::kStringType:
      return Kind::text;
    case rapidjson::kNumberType:
      return Kind::number;
  }
  return Kind::missing;
}

Result<std::string> Json::text(Path path) const {
  const auto* value = m_document->find(path);
  if (value == nullptr) {
    return missing(path);
  }
  if (!value->IsString()) {
    return wrong(path, "text");
  }
  return std::string{value->GetString(), value->GetStringLength()};
}

Result<bool> Json::boolean(Path path) const {
  const auto* value = m_document->find(path);
  if (value == nullptr) {
    return missing(path);
  }
  if (!value->IsBool()) {
    return wrong(path, "true or false");
  }
  return value->GetBool();
}

Result<std::int64_t> Json::integer(Path path) const {
  const auto* value = m_document->find(path);
  if (value == nullptr) {
    return missing(path);
  }
  if (value->IsInt64()) {
    return value->GetInt64();
  }
  if (!value->IsString()) {
    return wrong(path, "integer");
  }
  const std::string_view digits{value->GetString(), value->GetStringLength()};
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size()) {
    return wrong(path, "integer");
  }
  return number;
}

}  // namespace lavavisor::chain
