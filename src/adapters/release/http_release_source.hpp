// Releases over HTTPS, each believed only as far as its checksum goes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/release/tuning.hpp"
#include "ports/release_source.hpp"

#include <stop_token>

namespace lavavisor::release {

/// Downloads by libcurl. An interrupted download stays at `request.staged` with a note beside it
/// ("<staged>.resume") and is gone on with by the next fetch of the same URL and checksum. The
/// verified file has mode 0755, so that the unprivileged probe can execute it; before that, 0600.
class HttpReleaseSource : public ports::ReleaseSource {
 public:
  explicit HttpReleaseSource(Tuning tuning = {});

  base::Result<ports::Fetched> fetch(const ports::FetchRequest& request,
                                     const ports::OnProgress& on_progress,
                                     std::stop_token stop) override;

 private:
  Tuning m_tuning;
};

}  // namespace lavavisor::release
