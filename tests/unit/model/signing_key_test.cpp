// Public keys of minisign: what is taken, what is refused, how they are shown.
// SPDX-License-Identifier: Apache-2.0
#include "model/signing_key.hpp"

#include "base/base64.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace lavavisor::model {
namespace {

/// Of `minisign -G`, which wrote "minisign public key 21F437520A8DF1E5" above it.
const std::string k_line = "RWTl8Y0KUjf0IW4uMy1Zya9MPc6DW+DKg5XJIpKDXg/0K1P6i69ZVqkN";
const std::string k_comment = "untrusted comment: minisign public key 21F437520A8DF1E5";

std::string with_point(const std::string& point) {
  return base::encode_base64("Ed" + std::string(8, '\x01') + point);
}

TEST(SigningKey, IsTakenAsALineOrAsAFile) {
  for (const auto& text : {k_line,
                           k_line + "\n",
                           k_line + "\r\n",
                           k_comment + "\n" + k_line + "\n",
                           k_comment + "\r\n" + k_line + "\r\n",
                           k_comment + "\n" + k_line,
                           "untrusted comment:\n" + k_line}) {
    const auto key = parse_signing_key(text);
    ASSERT_TRUE(key) << text << ": " << key.error().message;
    EXPECT_EQ(to_string(key->id), "21F437520A8DF1E5");
    EXPECT_EQ(key->point.front(), 0x6e);
    EXPECT_EQ(key->point.back(), 0x0d);
  }
}

TEST(SigningKey, IsShownWithAllItsDigits) {
  EXPECT_EQ(to_string(KeyId{{0xef, 0xcd, 0xab, 0x89, 0x67, 0x45, 0x23, 0x01}}), "0123456789ABCDEF");
  EXPECT_EQ(to_string(KeyId{}), "0000000000000000");
}

TEST(SigningKey, IsRefusedWithTheCause) {
  struct Row {
    std::string text;
    std::string error;
  };
  const std::vector<Row> rows{
      {"", "is no minisign public key: it holds 0 bytes, not 42"},
      {"RWQ?", "is no base64: it holds a character outside the alphabet"},
      {"RWQ", "is no base64: its length is not a multiple of four"},
      {k_line.substr(0, 52), "is no minisign public key: it holds 39 bytes, not 42"},
      {k_line + "AAAA", "is no minisign public key: it holds 45 bytes, not 42"},
      {" " + k_line + "   ", "is no base64: it holds a character outside the alphabet"},
      {k_line + "\n\n\n\n", "is no base64: its length is not a multiple of four"},
      {"RU" + k_line.substr(2), "is for the algorithm 'ED', not for minisign's 'Ed'"},
      {std::string("\0\0\0\0", 4), "is no base64: it holds a character outside the alphabet"},
      {k_comment, "is only the comment of a public key: the line behind it is the key"},
      {k_comment + "\n", "is no minisign public key: it holds 0 bytes, not 42"},
      {"trusted comment: xxx\n" + k_line, "is no base64: its length is not a multiple of four"},
  };
  for (const auto& row : rows) {
    const auto key = parse_signing_key(row.text);
    ASSERT_FALSE(key) << row.text;
    EXPECT_EQ(key.error().message, row.error) << row.text;
  }
}

TEST(SigningKey, IsNoSecretOneWhichNoMessageQuotes) {
  const std::string rest(200, 'A');
  for (const std::string secret : {"RWRTY0Iy", "RWQAAEIy"}) {
    for (const auto& text : {secret + rest, k_comment + "\n" + secret + rest + "\n"}) {
      const auto key = parse_signing_key(text);
      ASSERT_FALSE(key);
      EXPECT_EQ(key.error().message,
                "is a secret key; only the public one, of minisign.pub, belongs here");
      EXPECT_TRUE(looks_like_secret_key("public_key = \"" + text + "\""));
    }
  }
  EXPECT_FALSE(looks_like_secret_key(k_line));
}

TEST(SigningKey, IsNoPointToWhichAnybodyCanSign) {
  const std::string ones(30, '\xff');
  const std::string noughts(31, '\0');
  const std::vector<std::string> points{
      std::string(1, '\0') + noughts,
      "\x01" + noughts,
      "\x01" + noughts.substr(1) + "\x80",
      "\xec" + ones + "\x7f",
      "\xed" + ones + "\x7f",
      "\xee" + ones + "\xff",
      *base::decode_base64("JuiVj8KyJ7BFw/SJ8u+Y8NXfrAXTxjM5sTgCiG1T/AU="),
      *base::decode_base64("xxdqcD1N2E+6PAt2DRBnDyogU/osOczGTsf9d5KsA/o="),
  };
  for (const auto& point : points) {
    ASSERT_EQ(point.size(), 32U);
    const auto key = parse_signing_key(with_point(point));
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().message,
              "is no key that anybody made: whoever likes can make signatures that it takes");
  }
  EXPECT_TRUE(parse_signing_key(with_point("\x02" + noughts)));
}

}  // namespace
}  // namespace lavavisor::model
