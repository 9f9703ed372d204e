// Fuzzes files of checksums; the asset that is looked for stands before a line "---".
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/checksums.hpp"

#include "base/sha256.hpp"
#include "fuzz/sentence.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lavavisor;
  auto rest = fuzz::text_of(data, size);
  const auto asset = fuzz::next_part(rest);
  const auto digest = release::find_checksum(rest, asset, "sha256sum.txt");
  if (digest) {
    fuzz::require(base::is_sha256_hex(*digest), "a digest is one");
    fuzz::require(rest.find(asset) != std::string_view::npos, "the asset is listed");
  } else {
    fuzz::require_sentence(digest.error());
  }
  return 0;
}
