// Randomness here only spreads load; it need not be unguessable.
// SPDX-License-Identifier: Apache-2.0
#include "reconcile/jitter.hpp"

#include <algorithm>
#include <random>

namespace lavavisor::reconcile {

std::chrono::milliseconds with_jitter(std::chrono::milliseconds interval) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const auto tenth = interval.count() / 10;
  std::uniform_int_distribution<std::chrono::milliseconds::rep> spread{-tenth, tenth};
  return interval + std::chrono::milliseconds{spread(random)};
}

std::chrono::milliseconds backoff(std::chrono::milliseconds interval, unsigned failures) {
  constexpr std::chrono::milliseconds k_longest = std::chrono::minutes{5};
  constexpr unsigned k_most_doublings = 16;
  const std::chrono::milliseconds doubled{interval.count() *
                                          (1LL << std::min(failures, k_most_doublings))};
  return std::max(interval, std::min(doubled, k_longest));
}

}  // namespace lavavisor::reconcile
