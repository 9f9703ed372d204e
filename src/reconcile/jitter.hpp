// Spreads periodic work of many hosts over time.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace lavavisor::reconcile {

/// `interval` +-10 %, evenly distributed, never the same twice in a row but by chance.
std::chrono::milliseconds with_jitter(std::chrono::milliseconds interval);

/// How long to wait after the `failures`-th failed turn in a row: `interval` doubled for each, at
/// most 5 min, and never less than `interval`.
std::chrono::milliseconds backoff(std::chrono::milliseconds interval, unsigned failures);

}  // namespace lavavisor::reconcile
