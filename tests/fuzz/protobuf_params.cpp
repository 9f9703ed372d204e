// Fuzzes the protobuf answer with the chain's parameters.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/chain/protobuf_params.hpp"

#include "base/text.hpp"
#include "fuzz/sentence.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lavavisor;
  const auto versions = chain::decode_params(fuzz::text_of(data, size));
  if (!versions) {
    fuzz::require_sentence(versions.error());
    return 0;
  }
  for (const auto* text : {&versions->provider_target,
                           &versions->provider_min,
                           &versions->consumer_target,
                           &versions->consumer_min}) {
    fuzz::require(!text->empty() && base::is_utf8(*text), "a version is text, and there is one");
  }
  return 0;
}
