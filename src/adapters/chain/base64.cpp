// Strict base64: every text has one decoding, every decoding one text.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/chain/base64.hpp"

#include <cstdint>
#include <optional>

namespace lavavisor::chain {
namespace {

std::optional<std::uint32_t> sextet(char c) {
  constexpr std::string_view k_alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto at = k_alphabet.find(c);
  return at == std::string_view::npos ? std::nullopt
                                      : std::optional{static_cast<std::uint32_t>(at)};
}

}  // namespace

base::Result<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) {
    return base::fail("is no base64: its length is not a multiple of four");
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
      return base::fail("is no base64: it holds a character outside the alphabet");
    }
    bits = (bits << 6U | *value) & 0xffffU;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes.push_back(static_cast<char>(bits >> held & 0xffU));
    }
  }
  if ((bits & ((1U << held) - 1U)) != 0) {
    return base::fail("is no base64: unused bits are set");
  }
  return bytes;
}

}  // namespace lavavisor::chain
