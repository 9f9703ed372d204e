// When a change may happen: weekly windows, the delay of a new target, the backoff of a retry.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "model/desired.hpp"

#include <chrono>
#include <optional>
#include <vector>

namespace lavavisor::plan {

/// Nothing when `now` lies in one of `windows` or there are none; else when the next one opens.
std::optional<base::TimePoint> next_opening(const std::vector<model::Window>& windows,
                                            base::TimePoint now);

/// When a release that failed `tries` times is tried again on a host that can't do without it:
/// 1 h after the last try, doubled with each, 24 h at most.
base::TimePoint retry_time(base::TimePoint last, unsigned tries);

}  // namespace lavavisor::plan
