// Source archives, taken apart with as little trust in them as in any text from outside.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/source.hpp"

#include <cstdint>

namespace lavavisor::release {

/// What an archive may unpack to; smaller in tests.
struct UnpackBounds {
  std::uint64_t bytes = 1ULL << 30U;  ///< of all files together
  std::uint64_t entries = 200'000;
};

/// Zip and tar.gz by libarchive. Refuses whatever is neither a regular file nor a folder, names
/// that lead elsewhere, a file that is there twice, encrypted entries, and more than the bounds.
class SourceUnpacker : public ports::SourceArchive {
 public:
  explicit SourceUnpacker(UnpackBounds bounds = {});

  base::Result<model::Path> unpack(const model::Path& archive,
                                   const model::Path& folder,
                                   std::stop_token stop) override;

  void remove(const model::Path& folder) override;

 private:
  UnpackBounds m_bounds;
};

}  // namespace lavavisor::release
