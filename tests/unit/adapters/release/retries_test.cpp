// Tries: which failures get another one, how many, and that a stop ends the wait.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/retries.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace lavavisor::release {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

const Failure k_transient{Failure::Kind::transient, "connection refused"};

Tuning quick() {
  return {.tries = 3, .backoff = milliseconds{1}, .backoff_cap = milliseconds{2}, .stall = {}};
}

TEST(Retries, EndAfterTheLastTryWithItsReason) {
  Retries retries{quick(), TimeLimit{milliseconds{10'000}}, {}};
  EXPECT_FALSE(retries.after(k_transient));
  EXPECT_FALSE(retries.after({Failure::Kind::start_over, "other file"}));
  const auto end = retries.after(k_transient);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->message, "gave up after 3 tries: connection refused");
}

TEST(Retries, PassEveryFinalFailureOnAsItIs) {
  for (const auto kind :
       {Failure::Kind::permanent, Failure::Kind::stopped, Failure::Kind::overdue}) {
    Retries retries{quick(), TimeLimit{milliseconds{10'000}}, {}};
    const Failure failure{kind, "so it is"};
    EXPECT_EQ(retries.after(failure), failure);
  }
}

TEST(Retries, EndWithTheTimeLimit) {
  auto tuning = quick();
  tuning.backoff = tuning.backoff_cap = milliseconds{60'000};
  Retries retries{tuning, TimeLimit{milliseconds{20}}, {}};
  const auto end = retries.after(k_transient);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->kind, Failure::Kind::overdue);
  EXPECT_EQ(end->message, "not complete within 20ms (binary.release.timeout): connection refused");
}

TEST(Retries, WaitNoLongerWhenAskedToStop) {
  auto tuning = quick();
  tuning.backoff = tuning.backoff_cap = milliseconds{60'000};
  std::stop_source stop;
  Retries retries{tuning, TimeLimit{milliseconds{60'000}}, stop.get_token()};
  const auto begun = steady_clock::now();
  const std::jthread other{[&] {
    stop.request_stop();
  }};
  const auto end = retries.after(k_transient);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->kind, Failure::Kind::stopped);
  EXPECT_LT(steady_clock::now() - begun, milliseconds{5'000});
}

}  // namespace
}  // namespace lavavisor::release
