// How long a child that ended by itself has to wait before it comes back.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>

namespace lavavisor::process {

class CrashPacing {
 public:
  /// 1 s, doubled with each crash up to 1 min; a run that `lasted` a minute makes it the first one
  /// again.
  std::chrono::milliseconds pause_after(std::chrono::milliseconds lasted) {
    constexpr unsigned k_doublings = 6;  // 64 s, already beyond the longest
    m_crashes = lasted >= k_longest ? 0 : m_crashes;
    return std::min(k_first * (1U << std::min(m_crashes++, k_doublings)), k_longest);
  }

 private:
  static constexpr std::chrono::milliseconds k_first{1'000};
  static constexpr std::chrono::milliseconds k_longest{60'000};

  unsigned m_crashes = 0;  ///< in a row
};

}  // namespace lavavisor::process
