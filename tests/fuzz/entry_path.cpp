// Fuzzes the names of an archive's entries: whatever is taken stays below its folder.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/entry_path.hpp"

#include "base/text.hpp"
#include "fuzz/sentence.hpp"

#include <filesystem>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lavavisor;
  const auto path = release::parse_entry_path(fuzz::text_of(data, size));
  if (!path) {
    fuzz::require_sentence(path.error());
    return 0;
  }
  for (const auto& name : *path) {
    fuzz::require(!name.empty() && name != "." && name != "..", "a name names something");
    fuzz::require(name.find('/') == std::string::npos, "a name is one step");
    fuzz::require(name.find('\0') == std::string::npos, "a name has no NUL");
  }
  const auto joined = base::join(*path, "/");
  fuzz::require(release::parse_entry_path(joined) == path, "it stays what it is");
  fuzz::require(std::filesystem::path{joined}.is_relative(), "it is relative");
  return 0;
}
