// JSON from outside may have any shape and depth; a lookup then fails, and nothing else happens.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/chain/json.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace lavavisor::chain {
namespace {

TEST(Json, LooksUpNestedMembers) {
  const auto json = Json::parse(R"({"a":{"b":{"c":"x\u0000y","d":true,"n":null,"l":[1]}}})");
  ASSERT_TRUE(json);
  EXPECT_EQ(json->text({"a", "b", "c"}), std::string("x\0y", 3));
  EXPECT_EQ(json->boolean({"a", "b", "d"}), true);
  EXPECT_EQ(json->kind({"a", "b"}), Json::Kind::object);
  EXPECT_EQ(json->kind({"a", "b", "n"}), Json::Kind::null);
  EXPECT_EQ(json->kind({"a", "b", "l"}), Json::Kind::array);
  EXPECT_EQ(json->kind({"a", "b", "l", "z"}), Json::Kind::missing);
  EXPECT_EQ(json->kind({"a", "b", "c", "z"}), Json::Kind::missing);
  EXPECT_EQ(json->text({"a", "z"}).error().message, "a.z is missing");
  EXPECT_EQ(json->text({"a", "b", "d"}).error().message, "a.b.d is no text");
  EXPECT_EQ(json->boolean({"a", "b", "c"}).error().message, "a.b.c is no true or false");
}

TEST(Json, TakesIntegersAsNumbersAndAsText) {
  const std::vector<std::pair<std::string, std::int64_t>> good{
      {"0", 0},
      {"149", 149},
      {"-1", -1},
      {"\"0\"", 0},
      {"\"149\"", 149},
      {"\"9223372036854775807\"", INT64_MAX}};
  for (const auto& [text, number] : good) {
    EXPECT_EQ(Json::parse("{\"h\":" + text + "}")->integer({"h"}), number) << text;
  }
  for (const char* const text : {"1.5",
                                 "1e3",
                                 "\"\"",
                                 "\"1.5\"",
                                 "\" 1\"",
                                 "\"+1\"",
                                 "\"0x1\"",
                                 "\"9223372036854775808\"",
                                 "9223372036854775808",
                                 "null",
                                 "true",
                                 "[]",
                                 "{}",
                                 "\"1\\u0000\""}) {
    EXPECT_FALSE(Json::parse("{\"h\":" + std::string{text} + "}")->integer({"h"})) << text;
  }
}

TEST(Json, RefusesWhatIsNotOneJsonText) {
  const std::vector<std::string> rows{"",
                                      " ",
                                      "{",
                                      "{}{}",
                                      "{} x",
                                      "{'a':1}",
                                      "{\"a\":}",
                                      "nul",
                                      "\"\xff\"",
                                      "<html>",
                                      "[1,]",
                                      "NaN",
                                      std::string("{}\0{}", 5)};
  for (const auto& text : rows) {
    EXPECT_FALSE(Json::parse(text)) << text;
  }
}

TEST(Json, BearsAMegabyteOfNesting) {
  for (const char* const open : {"[", "{\"a\":"}) {
    std::string text;
    while (text.size() < 1'000'000) {
      text += open;
    }
    EXPECT_FALSE(Json::parse(text));
  }
  const std::string closed = std::string(500'000, '[') + std::string(500'000, ']');
  const auto json = Json::parse(closed);
  ASSERT_TRUE(json);
  EXPECT_EQ(json->kind({}), Json::Kind::array);
}

}  // namespace
}  // namespace lavavisor::chain
