// Taking a file over from a folder that somebody not trusted may write to.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace lavavisor::process {

struct TakenOver {
  std::string sha256;
  std::uint64_t size = 0;
};

/// Copy the file `from`, of at most `limit` bytes, to a new file `to` of our own, mode 0755,
/// synced; what stood there is replaced. Fails unless `from` is a regular file under that one name
/// only; on failure nothing is at `to`.
base::Result<TakenOver> take_over(const std::filesystem::path& from,
                                  const std::filesystem::path& to,
                                  std::uint64_t limit);

}  // namespace lavavisor::process
