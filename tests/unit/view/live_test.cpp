// The lines of the live display, event by event.
// SPDX-License-Identifier: Apache-2.0
#include "view/live.hpp"

#include "scene.hpp"
#include "view/columns.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lavavisor::view {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

model::Plan upgrade() {
  const model::Release after{"6.2.5"};
  model::Plan plan;
  plan.steps = {
      {model::InstallBinary{after, {}}, {}, {}},
      {model::LinkBinary{after}, {}, {0}},
      {model::WriteUnit{"provider-eth1", "a", "b"}, {}, {0}},
      {model::WriteUnit{"provider-near", "a", "b"}, {}, {0}},
      {model::ReloadManager{}, {}, {2, 3}},
      {model::RestartUnit{"provider-eth1", after, model::Release{"6.2.4"}}, {}, {4}},
      {model::RestartUnit{"provider-near", after, model::Release{"6.2.4"}}, {}, {4}},
  };
  return plan;
}

model::Desired two_services() {
  model::Desired desired;
  for (const char* name : {"provider-eth1", "provider-near"}) {
    desired.services.push_back(service(name, model::ServiceType::provider));
  }
  return desired;
}

class LiveUpgrade : public testing::Test {
 protected:
  LiveUpgrade() {
    screen.width = 72;
    live.planned(plan, 0ms);
  }

  void begin(std::size_t step, std::chrono::milliseconds now) {
    live.started(step, plan.steps[step], now);
  }
  void end(std::size_t step,
           std::chrono::milliseconds now,
           std::chrono::milliseconds took,
           model::Outcome outcome = model::Outcome::done) {
    live.ended(step, {plan.steps[step], outcome, "", took}, now);
  }
  void write_units() {
    for (std::size_t step = 0; step < 5; ++step) {
      begin(step, 0ms);
      end(step, 10ms, 10ms);
    }
    live.take_finished(screen);
  }
  Lines lines(std::chrono::milliseconds now, std::size_t height = 20) const {
    return live.lines(now, screen, height);
  }

  model::Plan plan = upgrade();
  Live live{two_services(), Live::Shows::everything, 0ms};
  Screen screen;
};

TEST(Live, SaysThatItLooksOnlyWhereThatTakesLong) {
  Live live{two_services(), Live::Shows::everything, 1000ms};
  Screen screen;
  screen.width = 79;
  EXPECT_EQ(live.lines(1100ms, screen, 10), Lines{});
  EXPECT_EQ(live.lines(4200ms, screen, 10), Lines{"looking at the chain and this host  3 s"});
}

TEST_F(LiveUpgrade, HasALineForEachThingInThePlansOrder) {
  EXPECT_EQ(lines(0ms),
            (Lines{"release 6.2.5  waiting",
                   "link           waiting",
                   "provider-eth1  waiting",
                   "provider-near  waiting"}));
}

TEST_F(LiveUpgrade, ShowsADownloadAsABarWithItsRecentRate) {
  constexpr std::uint64_t mib = 1U << 20U;
  screen.width = 100;
  begin(0, 0ms);
  EXPECT_EQ(lines(1500ms)[0], "release 6.2.5  installing            1 s");
  for (int second = 0; second <= 20; ++second) {  // slow first, then 10 MiB/s
    const auto slow = static_cast<std::uint64_t>(std::min(second, 10));
    const auto fast = static_cast<std::uint64_t>(std::max(second - 10, 0));
    live.download({"6.2.5"}, (slow + 10 * fast) * mib, 160 * mib, second * 1000ms);
  }
  EXPECT_EQ(lines(20s)[0],
            "release 6.2.5  [====================>         ]   68 %  110.0 of 160.0 MiB  10.0 "
            "MiB/s   5 s left");
  live.download({"6.2.5"}, 160 * mib, 160 * mib, 21s);
  EXPECT_EQ(lines(23s)[0], "release 6.2.5  verifying             23 s");
  end(0, 24s, 24s);
  EXPECT_EQ(live.take_finished(screen), Lines{"release 6.2.5  installed             24.0 s"});
}

TEST_F(LiveUpgrade, CountsSettlingFromWhenTheProcessIsUp) {
  write_units();
  begin(5, 1s);
  EXPECT_EQ(lines(4s)[0], "provider-eth1  restarting            3 s");
  live.gate("provider-eth1", model::Gate::starting, 5s);
  EXPECT_EQ(lines(6s)[0], "provider-eth1  coming up             5 s");
  live.gate("provider-eth1", model::Gate::settling, 7s);
  EXPECT_EQ(lines(10s)[0], "provider-eth1  settling 3/10 s       9 s");
  EXPECT_EQ(lines(10s)[1], "provider-near  waiting");
  live.gate("provider-eth1", model::Gate::checking, 17s);
  EXPECT_EQ(lines(18s)[0], "provider-eth1  checking its health   17 s");
  end(5, 19s, 18s);
  EXPECT_EQ(live.take_finished(screen), Lines{"provider-eth1  healthy on 6.2.5      18.0 s"});
  EXPECT_EQ(lines(19s), Lines{"provider-near  waiting"});
}

TEST_F(LiveUpgrade, TellsFailedFromSkipped) {
  begin(0, 0ms);
  end(0, 2s, 2s, model::Outcome::failed);
  for (std::size_t step = 1; step < plan.steps.size(); ++step) {
    end(step, 2s, 0ms, model::Outcome::skipped);
  }
  EXPECT_EQ(live.take_finished(screen),
            (Lines{"release 6.2.5  install failed        2.0 s",
                   "link           skipped",
                   "provider-eth1  skipped",
                   "provider-near  skipped"}));
  EXPECT_EQ(lines(2s), Lines{});
  EXPECT_EQ(lines(4s), Lines{"looking at the chain and this host  2 s"});
}

TEST_F(LiveUpgrade, KeepsToAFewLinesAndCountsTheRest) {
  write_units();
  begin(6, 1s);
  EXPECT_EQ(lines(1s, 2),
            (Lines{"provider-eth1  waiting", "provider-near  restarting            0 s"}));
  EXPECT_EQ(lines(1s, 1), Lines{"... 2 more"});
  EXPECT_EQ(lines(1s, 0), Lines{});
  live.planned(plan, 0ms);
  begin(4, 1s);
  EXPECT_EQ(
      lines(1s, 3),
      (Lines{"release 6.2.5  waiting", "systemd        reading units         0 s", "... 3 more"}));
}

TEST_F(LiveUpgrade, IsNeverWiderThanTheScreen) {
  begin(0, 0ms);
  live.download({"6.2.5"}, 1U << 20U, 1U << 28U, 0ms);
  live.download({"6.2.5"}, 1U << 21U, 1U << 28U, 2s);
  begin(5, 0ms);
  live.gate("provider-eth1", model::Gate::settling, 0ms);
  for (std::size_t width = 1; width < 150; ++width) {
    screen.width = width;
    for (const auto& line : lines(1h)) {
      EXPECT_LE(display_width(line), width) << line;
    }
  }
}

TEST(Live, OfALoopShowsDownloadsOnly) {
  Live live{{}, Live::Shows::downloads, 0ms};
  const auto plan = upgrade();
  Screen screen;
  screen.width = 79;
  EXPECT_EQ(live.lines(10s, screen, 10), Lines{});
  live.planned(plan, 0ms);
  live.started(0, plan.steps[0], 0ms);
  EXPECT_EQ(live.lines(1s, screen, 10), Lines{});
  live.download({"6.2.5"}, 1U << 20U, {}, 1s);
  EXPECT_EQ(live.lines(1s, screen, 10), Lines{"release 6.2.5  1.0 MiB"});
  live.ended(0, {plan.steps[0], model::Outcome::done, "", 2s}, 2s);
  EXPECT_EQ(live.lines(2s, screen, 10), Lines{});
  EXPECT_EQ(live.take_finished(screen), Lines{});
}

}  // namespace
}  // namespace lavavisor::view
