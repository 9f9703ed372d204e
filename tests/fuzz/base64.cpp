// Fuzzes base64, whose texts and bytes must belong together one to one.
// SPDX-License-Identifier: Apache-2.0
#include "base/base64.hpp"

#include "fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lavavisor;
  const auto input = fuzz::text_of(data, size);
  if (const auto bytes = base::decode_base64(input)) {
    fuzz::require(base::encode_base64(*bytes) == input, "what was decoded is encoded as it was");
  }
  const auto again = base::decode_base64(base::encode_base64(input));
  fuzz::require(again && *again == input, "what is encoded can be decoded");
  return 0;
}
