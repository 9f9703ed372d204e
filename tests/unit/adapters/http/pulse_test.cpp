// /healthz and /readyz, by a clock that is driven by hand.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/pulse.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace lavavisor::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class HandClock final : public ports::Clock {
 public:
  base::TimePoint now() override { return {}; }
  milliseconds steady() override { return m_now; }
  void go_on(milliseconds by) { m_now += by; }

 private:
  milliseconds m_now{5'000};
};

class Heard final : public ports::Supervisor {
 public:
  void ready() override { words.emplace_back("ready"); }
  void reloading() override { words.emplace_back("reloading"); }
  void status(const std::string& sentence) override { words.push_back(sentence); }
  void stopping() override { words.emplace_back("stopping"); }
  void expect_within(milliseconds limit) override {
    words.push_back("within " + std::to_string(limit.count()));
  }

  std::vector<std::string> words;
};

class Health : public testing::Test {
 protected:
  Answer ask(std::string_view path, bool is_ready = true) const {
    return health_answer(pulse, is_ready, path).value_or(not_found());
  }

  HandClock clock;
  Heard inner;
  Pulse pulse{clock, inner};
};

TEST_F(Health, IsAliveBeforeAnythingWasPromised) {
  clock.go_on(std::chrono::hours{1});
  EXPECT_EQ(ask("/healthz").status, 200);
  EXPECT_EQ(ask("/healthz").body, "ok\n");
}

TEST_F(Health, IsAliveUntilThePromisedTimeIsOver) {
  pulse.status("Downloading 6.2.5.");
  pulse.expect_within(seconds{30});
  clock.go_on(seconds{30});
  EXPECT_EQ(ask("/healthz").status, 200);
  clock.go_on(milliseconds{1});
  EXPECT_EQ(ask("/healthz").status, 503);
  clock.go_on(milliseconds{1'999});
  EXPECT_EQ(ask("/healthz").body, "overdue for 2s: Downloading 6.2.5.\n");
  pulse.expect_within(seconds{1});
  EXPECT_EQ(ask("/healthz").status, 200);
}

TEST_F(Health, IsReadyAsItIsTold) {
  pulse.status("lavap 6.2.4 runs.");
  EXPECT_EQ(ask("/readyz", true).status, 200);
  const auto answer = ask("/readyz", false);
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.body, "lavap 6.2.4 runs.\n");
}

TEST_F(Health, AnOverdueLoopTakesNoTrafficAwayFromAHealthyChild) {
  pulse.expect_within(seconds{1});
  clock.go_on(seconds{2});
  EXPECT_EQ(ask("/healthz").status, 503);
  EXPECT_EQ(ask("/readyz", true).status, 200);
}

TEST_F(Health, WhileItEndsItIsAliveAndNotReady) {
  pulse.expect_within(seconds{1});
  pulse.stopping();
  clock.go_on(seconds{60});
  EXPECT_EQ(ask("/healthz").status, 200);
  EXPECT_EQ(ask("/readyz", true).status, 503);
  EXPECT_EQ(ask("/readyz", true).body, "Ending.\n");
}

TEST_F(Health, KnowsNoOtherPath) {
  for (const auto* path : {"/", "", "/healthz/", "/healthzz", "/metrics", "healthz"}) {
    EXPECT_FALSE(health_answer(pulse, true, path)) << path;
  }
}

TEST_F(Health, PassesOnWhatTheLoopSays) {
  pulse.ready();
  pulse.reloading();
  pulse.status("All is well.");
  pulse.expect_within(seconds{1});
  pulse.stopping();
  EXPECT_EQ(
      inner.words,
      (std::vector<std::string>{"ready", "reloading", "All is well.", "within 1000", "stopping"}));
}

TEST_F(Health, IsToldAndAskedByTwoThreadsAtOnce) {
  std::jthread loop{[&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      pulse.status("All is well.");
      pulse.expect_within(seconds{1});
    }
  }};
  for (int asked = 0; asked < 2'000; ++asked) {
    EXPECT_EQ(ask("/healthz").status, 200);
  }
}

}  // namespace
}  // namespace lavavisor::http
