// The parameters' protobuf is read strictly: its own encoder here, so that every way in which the
// bytes can be wrong is one row.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/chain/protobuf_params.hpp"

#include "base/base64.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace lavavisor::chain {
namespace {

std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7U) {
    bytes.push_back(static_cast<char>(value | 0x80U));
  }
  bytes.push_back(static_cast<char>(value));
  return bytes;
}

std::string tag(std::uint64_t number, unsigned type) {
  return varint(number << 3U | type);
}

std::string bytes_field(std::uint64_t number, const std::string& payload) {
  return tag(number, 2) + varint(payload.size()) + payload;
}

std::string wrapped(const std::string& version) {
  return bytes_field(1, bytes_field(1, version));
}

const std::string k_version = bytes_field(1, "6.2.5") + bytes_field(2, "5.5.1") +
                              bytes_field(3, "6.2.4") + bytes_field(4, "5.5.0");
const VersionStrings k_strings{.provider_target = "6.2.5",
                               .provider_min = "5.5.1",
                               .consumer_target = "6.2.4",
                               .consumer_min = "5.5.0"};

TEST(DecodeParams, ReadsWhatARealNodeSent) {
  const auto bytes = base::decode_base64("Ch4KHAoFNi4yLjUSBTUuNS4xGgU2LjIuNSIFNS41LjE=");
  ASSERT_TRUE(bytes);
  const VersionStrings expected{.provider_target = "6.2.5",
                                .provider_min = "5.5.1",
                                .consumer_target = "6.2.5",
                                .consumer_min = "5.5.1"};
  EXPECT_EQ(decode_params(*bytes), expected);
}

TEST(DecodeParams, SkipsUnknownFieldsOfEveryWireType) {
  const std::string unknown = tag(9, 0) + varint(~std::uint64_t{0}) + tag(10, 1) + "12345678" +
                              bytes_field(11, std::string("\xff\0", 2)) + tag(536'870'911, 5) +
                              "1234";
  const std::string version = unknown + k_version + unknown;
  EXPECT_EQ(decode_params(unknown + bytes_field(1, unknown + bytes_field(1, version) + unknown)),
            k_strings);
}

TEST(DecodeParams, TakesTheLastOfARepeatedStringAndMergesRepeatedMessages) {
  const std::string early = bytes_field(1, "1.0.0") + bytes_field(2, "5.5.1");
  const std::string late = bytes_field(1, "6.2.5") + bytes_field(3, "6.2.4");
  const std::string last = bytes_field(4, "5.5.0");
  EXPECT_EQ(
      decode_params(bytes_field(1, bytes_field(1, early) + bytes_field(1, late)) + wrapped(last)),
      k_strings);
}

TEST(DecodeParams, TakesANumberThatIsWrittenLongerThanNeeded) {
  const std::string overlong_tag("\x8a\x80\x00", 3);
  const std::string params = bytes_field(1, k_version);
  EXPECT_EQ(decode_params(overlong_tag + varint(params.size()) + params), k_strings);
}

TEST(DecodeParams, NamesTheStringsThatAreMissing) {
  const auto some = decode_params(wrapped(bytes_field(1, "6.2.5") + bytes_field(4, "")));
  ASSERT_FALSE(some);
  EXPECT_EQ(some.error().message,
            "the protocol parameters can't be read: it lacks provider_min, consumer_target, "
            "consumer_min");
  const auto none = decode_params("");
  ASSERT_FALSE(none);
  EXPECT_NE(none.error().message.find("lacks provider_target, provider_min"), std::string::npos);
}

TEST(DecodeParams, RefusesBytesThatAreNotTheseParameters) {
  struct Row {
    const char* name;
    std::string bytes;
    const char* reason;
  };
  const std::string endless(11, '\x80');
  const std::vector<Row> rows{
      {"params of another type", tag(1, 0) + varint(5), "field 1 is no message"},
      {"version of another type", bytes_field(1, tag(1, 5) + "1234"), "field 1 is no message"},
      {"string of another type", wrapped(k_version + tag(2, 0) + varint(1)), "is no text"},
      {"not UTF-8",
       wrapped(k_version + bytes_field(3, "\xff\xfe")),
       "consumer_target is not UTF-8"},
      {"length beyond the end", tag(1, 2) + varint(200) + "abc", "in the middle"},
      {"inner length beyond its message", bytes_field(1, tag(1, 2) + varint(9) + "abc"), "middle"},
      {"huge length", tag(1, 2) + varint(~std::uint64_t{0}), "in the middle"},
      {"tag cut off", "\x8a", "in the middle"},
      {"length missing", "\x0a", "in the middle"},
      {"fixed64 cut off", tag(9, 1) + "1234567", "in the middle"},
      {"fixed32 cut off", tag(9, 5) + "123", "in the middle"},
      {"eleven-byte number", tag(9, 0) + endless, "longer than 64 bits"},
      {"ten-byte number over 64 bits", tag(9, 0) + std::string(9, '\xff') + "\x02", "64 bits"},
      {"group", tag(9, 3) + tag(9, 4), "group"},
      {"end of a group", tag(9, 4), "group"},
      {"wire type 6", tag(9, 6), "wire type"},
      {"wire type 7", tag(9, 7), "wire type"},
      {"field number 0", tag(0, 0) + varint(1), "field number"},
      {"field number 2^29", tag(536'870'912, 0) + varint(1), "field number"},
      {"garbage behind", wrapped(k_version) + "\x0a", "in the middle"},
      {"plain text", "<html><body>hello</body></html>", "can't be read"},
  };
  for (const auto& row : rows) {
    const auto decoded = decode_params(row.bytes);
    ASSERT_FALSE(decoded) << row.name;
    EXPECT_NE(decoded.error().message.find(row.reason), std::string::npos)
        << row.name << ": " << decoded.error().message;
  }
}

TEST(DecodeParams, NeverTakesACutOffMessage) {
  const std::string whole = wrapped(k_version);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(decode_params(whole.substr(0, size))) << size;
  }
  EXPECT_TRUE(decode_params(whole));
}

}  // namespace
}  // namespace lavavisor::chain
