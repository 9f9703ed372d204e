// Word that threads leave for the loop.
// SPDX-License-Identifier: Apache-2.0
#include "reconcile/wake_box.hpp"

#include "support/awaited.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>
#include <vector>

namespace lavavisor::reconcile {
namespace {

using std::chrono::milliseconds;
using Words = std::set<Wake>;

constexpr milliseconds k_ever = test::k_generous;

TEST(WakeBox, HandsOverWordThatWasLeftBeforeAnyoneWaited) {
  WakeBox box;
  box.notify(Wake::chain_news);
  EXPECT_EQ(box.wait(k_ever, {}), Words{Wake::chain_news});
}

TEST(WakeBox, HandsOverAllWordsTogetherAndEachOnce) {
  WakeBox box;
  box.notify(Wake::unit_stopped);
  box.notify(Wake::config_changed);
  box.notify(Wake::unit_stopped);
  EXPECT_EQ(box.wait(k_ever, {}), (Words{Wake::unit_stopped, Wake::config_changed}));
  EXPECT_EQ(box.wait(milliseconds{0}, {}), Words{});
}

TEST(WakeBox, IsEmptyHandedWhenTheLimitIsOver) {
  WakeBox box;
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(box.wait(milliseconds{20}, {}), Words{});
  EXPECT_GE(std::chrono::steady_clock::now() - before, milliseconds{20});
}

TEST(WakeBox, WakesWhoWaits) {
  WakeBox box;
  Words words;
  std::jthread waiter{[&] {
    words = box.wait(k_ever, {});
  }};
  box.notify(Wake::reload_asked);
  waiter.join();
  EXPECT_EQ(words, Words{Wake::reload_asked});
}

TEST(WakeBox, StopsWaitingWhenAskedTo) {
  WakeBox box;
  std::stop_source stop;
  const auto before = std::chrono::steady_clock::now();
  std::jthread waiter{[&] {
    EXPECT_EQ(box.wait(k_ever, stop.get_token()), Words{});
  }};
  stop.request_stop();
  waiter.join();
  EXPECT_LT(std::chrono::steady_clock::now() - before, k_ever);
}

TEST(WakeBox, LosesNoWordOfManyThreads) {
  constexpr int k_rounds = 200;
  WakeBox box;
  test::Count taken;
  std::vector<std::jthread> tellers;
  for (const auto wake : {Wake::config_changed, Wake::reload_asked, Wake::unit_stopped}) {
    tellers.emplace_back([&box, &taken, wake] {
      for (int round = 1; round <= k_rounds; ++round) {
        box.notify(wake);
        taken.reaches(round * 3);
      }
    });
  }
  for (int words = 0; words < 3 * k_rounds;) {
    const auto some = box.wait(k_ever, {});
    ASSERT_FALSE(some.empty()) << "after " << words;
    for (std::size_t i = 0; i < some.size(); ++i) {
      ++words;
      taken.up();
    }
  }
}

}  // namespace
}  // namespace lavavisor::reconcile
