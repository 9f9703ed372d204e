// Counting of passes, and what the history says of success.
// SPDX-License-Identifier: Apache-2.0
#include "view/overview.hpp"

#include <algorithm>

namespace lavavisor::view {

void PassCounts::add(const std::string& result, std::chrono::microseconds duration) {
  ++results[result];
  total += duration;
  const double seconds = std::chrono::duration<double>{duration}.count();
  const auto* const bound = std::lower_bound(k_pass_bounds.begin(), k_pass_bounds.end(), seconds);
  ++took.at(static_cast<std::size_t>(bound - k_pass_bounds.begin()));
}

std::optional<base::TimePoint> last_success_of(const std::vector<model::RunRecord>& runs) {
  const auto good = std::find_if(runs.begin(), runs.end(), [](const model::RunRecord& run) {
    return run.result == "converged" || run.result == "changed";
  });
  if (good == runs.end()) {
    return std::nullopt;
  }
  const auto at = base::parse_time(good->finished);
  return at ? std::optional{*at} : std::nullopt;
}

}  // namespace lavavisor::view
