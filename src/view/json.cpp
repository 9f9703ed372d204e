// RapidJSON's writer behind the few calls that the views need.
// SPDX-License-Identifier: Apache-2.0
#include "view/json.hpp"

#include "view/visible.hpp"

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

namespace lavavisor::view {

struct Json::Writer {
  rapidjson::StringBuffer buffer;
  rapidjson::PrettyWriter<rapidjson::StringBuffer> json{buffer};

  void key(std::string_view name) {
    json.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
  }
  void text(std::string_view value) {
    const std::string safe = visible(value);
    json.String(safe.data(), static_cast<rapidjson::SizeType>(safe.size()));
  }
};

Json::Json() : m_writer{std::make_unique<Writer>()} {
  m_writer->json.SetIndent(' ', 2);
  m_writer->json.StartObject();
}

Json::~Json() = default;

void Json::field(std::string_view key, std::string_view text) {
  m_writer->key(key);
  m_writer->text(text);
}

void Json::field(std::string_view key, const std::optional<std::string>& text) {
  text ? field(key, *text) : null_field(key);
}

void Json::null_field(std::string_view key) {
  m_writer->key(key);
  m_writer->json.Null();
}

void Json::number(std::string_view key, std::int64_t value) {
  m_writer->key(key);
  m_writer->json.Int64(value);
}

void Json::boolean(std::string_view key, bool value) {
  m_writer->key(key);
  m_writer->json.Bool(value);
}

void Json::open_object(std::string_view key) {
  m_writer->key(key);
  m_writer->json.StartObject();
}

void Json::open_element() {
  m_writer->json.StartObject();
}

void Json::close_object() {
  m_writer->json.EndObject();
}

void Json::open_array(std::string_view key) {
  m_writer->key(key);
  m_writer->json.StartArray();
}

void Json::close_array() {
  m_writer->json.EndArray();
}

std::string Json::finish() {
  m_writer->json.EndObject();
  return std::string{m_writer->buffer.GetString(), m_writer->buffer.GetSize()} + "\n";
}

}  // namespace lavavisor::view
