// Fuzzes base64, whose texts and bytes must belong together one to one.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/chain/base64.hpp"

#include "fuzz/fuzz.hpp"

#include <string>

namespace {

std::string encode(std::string_view bytes) {
  constexpr std::string_view k_alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      bits = bits << 8U | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      text += k <= bytes.size() - i ? k_alphabet[bits >> (18U - 6U * k) & 0x3fU] : '=';
    }
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lavavisor;
  const auto input = fuzz::text_of(data, size);
  if (const auto bytes = chain::decode_base64(input)) {
    fuzz::require(encode(*bytes) == input, "what was decoded is encoded as it was");
  }
  const auto again = chain::decode_base64(encode(input));
  fuzz::require(again && *again == input, "what is encoded can be decoded");
  return 0;
}
