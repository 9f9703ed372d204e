// Base64 is read strictly, and written as it is read.
// SPDX-License-Identifier: Apache-2.0
#include "base/base64.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace lavavisor::base {
namespace {

TEST(Base64, ReadsAndWritesTheVectorsOfRfc4648) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"", ""},
      {"Zg==", "f"},
      {"Zm8=", "fo"},
      {"Zm9v", "foo"},
      {"Zm9vYg==", "foob"},
      {"Zm9vYmE=", "fooba"},
      {"Zm9vYmFy", "foobar"},
      {"AAAA", std::string(3, '\0')},
      {"//79", "\xff\xfe\xfd"},
  };
  for (const auto& [text, bytes] : rows) {
    EXPECT_EQ(decode_base64(text), bytes) << text;
    EXPECT_EQ(encode_base64(bytes), text);
  }
}

TEST(DecodeBase64, RefusesEverythingElse) {
  const std::vector<std::string> rows{
      "Z",
      "Zg",
      "Zg=",
      "Zg===",
      "=",
      "==",
      "====",
      "Z===",
      "Zm9v\n",
      "Zm 9",
      "Zm9-",
      "Zm9_",
      "Zg==Zg==",
      "Z=g=",
      "Zh==",
      "Zm9=",
      std::string("Zm9\0", 4),
      "Zm9vY",
      "\xc3\xbc\xc3\xbc",
  };
  for (const auto& text : rows) {
    EXPECT_FALSE(decode_base64(text)) << text;
  }
}

}  // namespace
}  // namespace lavavisor::base
