// The format is that of minisign's src/minisign.h: PubkeyStruct is algorithm, key id and point.
// SPDX-License-Identifier: Apache-2.0
#include "model/signing_key.hpp"

#include "base/base64.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace lavavisor::model {
namespace {

using base::fail;
using base::Result;

constexpr std::string_view k_comment = "untrusted comment:";
constexpr std::string_view k_algorithm = "Ed";
constexpr std::size_t k_size = k_algorithm.size() + sizeof(KeyId) + sizeof(SigningKey::point);

/// "Ed", the key derivation "Sc" or none, the checksum "B2": how all secret keys begin.
constexpr std::string_view k_secret_encrypted = "RWRTY0Iy";
constexpr std::string_view k_secret_plain = "RWQAAEIy";

using Point = decltype(SigningKey::point);

/// The x coordinate's sign, which is no part of what is compared.
constexpr std::uint8_t k_sign = 0x80;

constexpr Point point_of(std::uint8_t first, std::uint8_t between, std::uint8_t last) {
  Point point{};
  point.fill(between);
  point.front() = first;
  point.back() = last;
  return point;
}

/// Every encoding of the points whose order divides 8 (RFC 8032; libsodium refuses the same).
constexpr std::array<Point, 7> k_small_order{
    point_of(0x00, 0x00, 0x00),  // order 4
    point_of(0x01, 0x00, 0x00),  // order 1
    point_of(0xec, 0xff, 0x7f),  // order 2
    point_of(0xed, 0xff, 0x7f),  // 0, not reduced
    point_of(0xee, 0xff, 0x7f),  // 1, not reduced
    Point{0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
          0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
          0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},  // order 8
    Point{0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
          0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
          0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},  // order 8
};

bool is_of_small_order(Point point) {
  point.back() &= static_cast<std::uint8_t>(~k_sign);
  return std::find(k_small_order.begin(), k_small_order.end(), point) != k_small_order.end();
}

/// The line that counts, without its end.
Result<std::string_view> key_line(std::string_view text) {
  const auto cut_end = [](std::string_view line) {
    line.remove_suffix(line.ends_with('\n') ? 1 : 0);
    line.remove_suffix(line.ends_with('\r') ? 1 : 0);
    return line;
  };
  if (text.starts_with(k_comment)) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) {
      return fail("is only the comment of a public key: the line behind it is the key");
    }
    text.remove_prefix(end + 1);
  }
  return cut_end(text);
}

}  // namespace

std::string to_string(const KeyId& id) {
  constexpr std::string_view k_hex = "0123456789ABCDEF";
  std::string text;
  for (auto byte = id.bytes.rbegin(); byte != id.bytes.rend(); ++byte) {
    text += k_hex[*byte >> 4U];
    text += k_hex[*byte & 0x0FU];
  }
  return text;
}

bool looks_like_secret_key(std::string_view text) {
  return text.find(k_secret_encrypted) != std::string_view::npos ||
         text.find(k_secret_plain) != std::string_view::npos;
}

Result<SigningKey> parse_signing_key(std::string_view text) {
  const auto line = key_line(text);
  if (!line) {
    return tl::make_unexpected(line.error());
  }
  if (looks_like_secret_key(*line)) {
    return fail("is a secret key; only the public one, of minisign.pub, belongs here");
  }
  const auto bytes = base::decode_base64(*line);
  if (!bytes) {
    return tl::make_unexpected(bytes.error());
  }
  if (bytes->size() != k_size) {
    return fail("is no minisign public key: it holds " + std::to_string(bytes->size()) +
                " bytes, not " + std::to_string(k_size));
  }
  if (!bytes->starts_with(k_algorithm)) {
    return fail("is for the algorithm '" + base::printable(bytes->substr(0, 2)) +
                "', not for minisign's 'Ed'");
  }
  const std::string_view id_and_point = std::string_view{*bytes}.substr(k_algorithm.size());
  const auto point = id_and_point.substr(sizeof(KeyId));
  SigningKey key;
  std::copy_n(id_and_point.begin(), key.id.bytes.size(), key.id.bytes.begin());
  std::copy(point.begin(), point.end(), key.point.begin());
  if (is_of_small_order(key.point)) {
    return fail("is no key that anybody made: whoever likes can make signatures that it takes");
  }
  return key;
}

}  // namespace lavavisor::model
