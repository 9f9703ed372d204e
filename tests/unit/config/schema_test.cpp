// The schema that editors read says the same as the table of keys that the program reads.
// SPDX-License-Identifier: Apache-2.0
#include "config/keys.hpp"
#include "support.hpp"

#include <rapidjson/document.h>
#include <rapidjson/pointer.h>

#include <map>

namespace lavavisor::config {
namespace {

using rapidjson::Value;

/// One key as the schema has it.
struct SchemaKey {
  std::vector<std::string> types;
  std::vector<std::string> words;
  std::optional<std::string> preset;
  bool required = false;
};

using SchemaKeys = std::map<std::string, SchemaKey>;

std::string plain(const Value& value) {
  if (value.IsString()) {
    return value.GetString();
  }
  if (value.IsBool()) {
    return value.GetBool() ? "true" : "false";
  }
  return value.IsArray() ? "[]" : std::to_string(value.GetInt64());
}

class Walker {
 public:
  explicit Walker(std::string_view text) { m_schema.Parse(text.data(), text.size()); }

  const rapidjson::Document& document() const { return m_schema; }

  SchemaKeys keys() {
    walk(m_schema, "", false);
    return m_keys;
  }

 private:
  const Value& resolved(const Value& node) const {
    return node.HasMember("$ref") ? *rapidjson::Pointer{node["$ref"].GetString()}.Get(m_schema)
                                  : node;
  }

  void walk(const Value& given, const std::string& path, bool required) {
    const Value& node = resolved(given);
    const std::string below = path.empty() ? "" : path + ".";
    if (node.HasMember("properties")) {
      EXPECT_TRUE(node.HasMember("additionalProperties") && node["additionalProperties"].IsFalse())
          << path;
      for (const auto& member : node["properties"].GetObject()) {
        const std::string name = member.name.GetString();
        EXPECT_TRUE(has_description(member.value)) << below << name;
        walk(member.value, below + name, requires_key(node, name));
      }
    } else if (node.HasMember("additionalProperties") && node["additionalProperties"].IsObject()) {
      walk(node["additionalProperties"], below + "*", false);
    } else if (is_list_of_tables(node)) {
      walk(node["items"], path + "[]", false);
    } else {
      m_keys[path] = leaf(node, required);
    }
  }

  bool has_description(const Value& given) const {
    return given.HasMember("description") || resolved(given).HasMember("description");
  }

  static bool is_list_of_tables(const Value& node) {
    return node.HasMember("items") && node["items"].HasMember("properties");
  }

  static bool requires_key(const Value& table, const std::string& name) {
    if (table.HasMember("required")) {
      for (const auto& each : table["required"].GetArray()) {
        if (each.GetString() == name) {
          return true;
        }
      }
    }
    return false;
  }

  SchemaKey leaf(const Value& node, bool required) const {
    SchemaKey key;
    key.required = required;
    collect(node, key);
    if (node.HasMember("default")) {
      key.preset = plain(node["default"]);
    }
    return key;
  }

  void collect(const Value& node, SchemaKey& key) const {
    if (node.HasMember("type")) {
      key.types.push_back(node["type"].GetString());
    }
    if (node.HasMember("enum")) {
      for (const auto& word : node["enum"].GetArray()) {
        key.words.push_back(word.GetString());
      }
    }
    if (node.HasMember("allOf")) {
      for (const auto& part : node["allOf"].GetArray()) {
        collect(resolved(part), key);
      }
    }
  }

  rapidjson::Document m_schema;
  SchemaKeys m_keys;
};

std::string json_type(const std::string& type) {
  static const std::map<std::string, std::string> types{{"integer", "integer"},
                                                        {"boolean", "boolean"},
                                                        {"list", "array"},
                                                        {"keys", ""},
                                                        {"flag", ""},
                                                        {"unit", ""}};
  const auto found = types.find(type);
  return found == types.end() ? "string" : found->second;
}

/// Defaults that depend on the host or the release, or are another key's value, are told in
/// descriptions only.
bool has_plain_default(const KeyInfo& key) {
  return key.need != Need::required && key.preset.find(" for root") == std::string::npos &&
         key.preset.find(" for releases") == std::string::npos &&
         key.preset.find("in user scope") == std::string::npos &&
         key.preset.find("chain.endpoints") == std::string::npos && key.preset != "binary.version";
}

TEST(Schema, IsEmbeddedAsTheFileIs) {
  std::ifstream file{std::filesystem::path{LAVAVISOR_SOURCE_DIR} / "schema/lavavisor.schema.json"};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  EXPECT_EQ(schema_text(), text);
}

TEST(Schema, HasEveryKeyThatTheProgramReads) {
  const SchemaKeys schema = Walker{schema_text()}.keys();
  for (const KeyInfo& key : known_keys()) {
    const auto found = schema.find(key.path);
    if (found == schema.end()) {
      ADD_FAILURE() << "the schema lacks " << key.path;
      continue;
    }
    EXPECT_EQ(found->second.required, key.need == Need::required) << key.path;
    EXPECT_EQ(found->second.words, key.words) << key.path;
    const std::string type = json_type(key.type);
    EXPECT_EQ(found->second.types, type.empty() ? std::vector<std::string>{} : std::vector{type})
        << key.path;
    if (found->second.preset) {
      EXPECT_EQ(*found->second.preset, key.preset) << key.path;
    } else {
      EXPECT_TRUE(!has_plain_default(key) || key.preset.empty()) << key.path << " has no default";
    }
  }
}

TEST(Schema, HasNoKeyThatTheProgramDoesNotRead) {
  for (const auto& [path, key] : Walker{schema_text()}.keys()) {
    EXPECT_NE(find_key(path), nullptr) << path;
  }
}

TEST(Keys, KnowWhichTablesHaveAKey) {
  EXPECT_EQ(tables_with("auto_download"), std::vector<std::string>{"[binary]"});
  EXPECT_EQ(tables_with("from"), std::vector<std::string>{"[[service]]"});
  EXPECT_TRUE(tables_with("nonsense").empty());
}

}  // namespace
}  // namespace lavavisor::config
