// `lavavisor verify`: installed binaries hashed anew, beside what was recorded.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/version.hpp"
#include "view/screen.hpp"

#include <string>
#include <vector>

namespace lavavisor::view {

enum class Verdict { ok, changed, missing, unreadable };

/// One recorded binary and what stands in its place.
struct Verification {
  model::Release release;
  Verdict verdict = Verdict::ok;
  std::string expected;  ///< the recorded digest
  std::string got;       ///< changed: the digest now; unreadable: why; else ""
};

/// A line for each, digests where they differ, and one line that sums it up.
std::string verification_text(const std::vector<Verification>& checks, const Screen& screen);

}  // namespace lavavisor::view
