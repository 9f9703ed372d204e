// Reading a release back out of a binary's path.
// SPDX-License-Identifier: Apache-2.0
#include "model/layout.hpp"

namespace lavavisor::model {

std::optional<Release> release_of(const Path& directory, const Path& path) {
  const std::string folder = path.parent_path().filename().string();
  if (!folder.starts_with('v')) {
    return std::nullopt;
  }
  auto release = parse_release(folder);
  if (!release || path != binary_file(directory, *release)) {
    return std::nullopt;
  }
  return *release;
}

}  // namespace lavavisor::model
