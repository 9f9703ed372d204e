// Fuzzes versions, releases and the ordering of releases; two of them, a line "---" between.
// SPDX-License-Identifier: Apache-2.0
#include "fuzz/sentence.hpp"
#include "model/version.hpp"

#include <filesystem>
#include <string>

namespace {

using namespace lavavisor;

void check_release(const model::Release& release) {
  fuzz::require(!release.name.empty() && release.name.size() <= 64, "a release has a short name");
  fuzz::require(release.name.find('/') == std::string::npos && release.name != "..",
                "a release is a safe file name");
  const auto again = model::parse_release(release.name);
  fuzz::require(again && *again == release, "a release's name is a release");
}

void check_order(const model::Release& a, const model::Release& b) {
  fuzz::require((a == b) == (a <=> b == std::strong_ordering::equal), "equal is equal");
  fuzz::require((a < b) == (b > a), "the order is the same from both sides");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto rest = fuzz::text_of(data, size);
  const auto first = fuzz::next_part(rest);
  const auto version = model::parse_version(first);
  if (version) {
    fuzz::require(version->minor <= 10'000 && version->patch <= 10'000,
                  "within the chain's bounds");
    const auto again = model::parse_version(to_string(*version));
    fuzz::require(again && *again == *version, "a version's text is that version");
    check_release(model::release_named(*version));
  } else {
    fuzz::require_sentence(version.error());
  }
  const auto a = model::parse_release(first);
  const auto b = model::parse_release(rest);
  if (a) {
    check_release(*a);
  }
  if (a && b) {
    check_order(*a, *b);
  }
  return 0;
}
