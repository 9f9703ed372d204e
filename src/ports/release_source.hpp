// Where releases are had from.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "model/layout.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace lavavisor::ports {

/// What of a release is fetched: decides how messages call it, which pin they name, and whether it
/// ends up executable.
enum class Asset { binary, source };

struct FetchRequest {
  model::Release release;
  model::ReleaseSettings settings;
  model::Verify verify = model::Verify::checksum;
  std::string
      sha256;  ///< the operator's pin, 64 hex digits; it beats the checksums file; "" = none
  model::Path staged;  ///< where the bytes go; what an interrupted fetch left there is resumed
  Asset asset = Asset::binary;
};

struct FetchProgress {
  std::uint64_t received = 0;          ///< bytes so far, a resumed part included
  std::optional<std::uint64_t> total;  ///< bytes in all, when the server says so
};

struct Fetched {
  std::string sha256;
  std::uint64_t size = 0;
  std::string vouched_by;  ///< "binary.sha256" (for a source "binary.build.sha256"), the checksums
                           ///< URL, with who signed it where verify = "signature" (printable), or
                           ///< "nothing" (verify = "none")
};

using OnProgress = std::function<void(const FetchProgress&)>;

class ReleaseSource {
 public:
  virtual ~ReleaseSource() = default;

  /// Download the release, or its source archive, to `request.staged` and verify it. On success the
  /// file is whole, synced and verified; only then a binary is executable. On failure nothing that
  /// failed verification is left; an interrupted download stays to be resumed.
  virtual base::Result<Fetched> fetch(const FetchRequest& request,
                                      const OnProgress& on_progress,
                                      std::stop_token stop) = 0;
};

}  // namespace lavavisor::ports
