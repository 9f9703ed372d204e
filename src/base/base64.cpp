// Strict base64: every text has one decoding, every decoding one text.
// SPDX-License-Identifier: Apache-2.0
#include "base/base64.hpp"

#include <cstdint>
#include <optional>

namespace lavavisor::base {
namespace {

constexpr std::string_view k_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::optional<std::uint32_t> sextet(char c) {
  const auto at = k_alphabet.find(c);
  return at == std::string_view::npos ? std::nullopt
                                      : std::optional{static_cast<std::uint32_t>(at)};
}

}  // namespace

Result<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) {
    return fail("is no base64: its length is not a multiple of four");
  }
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  text.remove_suffix(padding);
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : text) {
    const auto value = sextet(c);
    if (!value) {
      return fail("is no base64: it holds a character outside the alphabet");
    }
    bits = (bits << 6U | *value) & 0xffffU;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes.push_back(static_cast<char>(bits >> held & 0xffU));
    }
  }
  if ((bits & ((1U << held) - 1U)) != 0) {
    return fail("is no base64: unused bits are set");
  }
  return bytes;
}

std::string encode_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : bytes) {
    bits = (bits << 8U | static_cast<unsigned char>(c)) & 0xffffU;
    held += 8;
    for (; held >= 6; held -= 6) {
      text += k_alphabet[bits >> (held - 6) & 0x3fU];
    }
  }
  if (held > 0) {
    text += k_alphabet[bits << (6 - held) & 0x3fU];
  }
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

}  // namespace lavavisor::base
