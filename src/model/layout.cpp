// Reading a release back out of a binary's path.
// SPDX-License-Identifier: Apache-2.0
#include "model/layout.hpp"

namespace lavavisor::model {

std::optional<Release> release_of(const Path& directory, const Path& path) {
  std::string_view text = path.native();
  const std::string front = below(directory, "upgrades/v");
  constexpr std::string_view k_end = "/lavap";
  if (!text.starts_with(front) || !text.ends_with(k_end) ||
      text.size() <= front.size() + k_end.size()) {
    return std::nullopt;
  }
  text.remove_prefix(front.size());
  text.remove_suffix(k_end.size());
  const auto release = parse_release(text);
  return release && release->name == text ? std::optional{*release} : std::nullopt;
}

}  // namespace lavavisor::model
