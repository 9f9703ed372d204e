// When a service that was just started counts as healthy, and when as failed.
// SPDX-License-Identifier: Apache-2.0
#include "apply/health_gate.hpp"

#include "fakes/host.hpp"

#include <gtest/gtest.h>

namespace lavavisor::apply {
namespace {

using base::Result;
using fakes::Conduct;
using fakes::Host;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct Gate : Host {
  explicit Gate(Conduct conduct = {}) : Host{fakes::desired_with({"a"})} {
    machine.place("6.1.0", "6.1.0", conduct);
    machine.units["a"] = {"# Managed by lavavisor\n[X-Lavavisor]\nRelease=6.1.0\n",
                          machine.now(),
                          "",
                          true,
                          true,
                          ""};
    (void)machine.start("a");
  }

  model::Health& health() { return desired.services[0].health; }

  Result<void> await() {
    const auto began = machine.now();
    auto ends = await_healthy(
        {&desired.services[0]},
        ports.actuators(),
        [this](const std::string&, model::Gate gate) { gates.push_back(gate); },
        stop.get_token());
    took = std::chrono::duration_cast<milliseconds>(machine.now() - began);
    was_stopped = ends.at("a").was_stopped;
    return ends.at("a").healthy;
  }

  std::vector<model::Gate> gates;  ///< as they were told
  milliseconds took{0};
  bool was_stopped = false;
};

TEST(AwaitHealthy, TellsAServiceThatWasStoppedFromOneThatFailed) {
  Gate stopped;
  stopped.machine.stop("a");
  EXPECT_EQ(stopped.await().error().message, "it was stopped before it was known to be healthy");
  EXPECT_TRUE(stopped.was_stopped);
  EXPECT_EQ(stopped.took, seconds{0});
  Gate failed{{.starts = false}};
  EXPECT_FALSE(failed.await());
  EXPECT_FALSE(failed.was_stopped);
}

TEST(AwaitHealthy, TakesAsLongAsTheServiceMustSettle) {
  Gate gate;
  EXPECT_TRUE(gate.await());
  EXPECT_EQ(gate.took, seconds{10});
  gate.health().settle = milliseconds{0};
  EXPECT_TRUE(gate.await());
  EXPECT_EQ(gate.took, milliseconds{0});
}

TEST(AwaitHealthy, BeginsAnewWhenTheProcessCrashesWithinSettle) {
  Gate gate{{.lives = seconds{3}, .crashes = 1}};
  EXPECT_TRUE(gate.await());
  EXPECT_EQ(gate.took, seconds{3 + 5 + 10});
}

TEST(AwaitHealthy, TellsEachPartOfTheWayOnceAndAnotherProcessAnew) {
  Gate gate{{.lives = seconds{3}, .crashes = 1, .unhealthy_checks = 2}};
  gate.health().http = "http://127.0.0.1:7776/metrics";
  EXPECT_TRUE(gate.await());
  EXPECT_EQ(gate.gates,
            (std::vector{model::Gate::settling,
                         model::Gate::starting,
                         model::Gate::settling,
                         model::Gate::checking}));
}

TEST(AwaitHealthy, GivesUpAfterThreeRestarts) {
  Gate gate{{.lives = seconds{1}}};
  const auto end = gate.await();
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().message, "it was restarted 3 times in a row; see journalctl -u a.service");
  EXPECT_EQ(gate.took, seconds{18});
}

TEST(AwaitHealthy, SeesAtOnceThatSystemdGaveItUp) {
  Gate gate{{.starts = false}};
  const auto end = gate.await();
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().message, "it failed (exit-code); see journalctl -u a.service");
  EXPECT_EQ(gate.took, seconds{0});
}

TEST(AwaitHealthy, TimesOutOnAServiceThatNeverSettles) {
  Gate gate{{.lives = seconds{9}}};
  gate.health().timeout = seconds{20};
  const auto end = gate.await();
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().message, "it was not healthy within 20s: active (running)");
  EXPECT_EQ(gate.took, seconds{20});
}

TEST(AwaitHealthy, TriesItsChecksAgainUntilTheyAnswer) {
  Gate gate{{.unhealthy_checks = 4}};
  gate.health().http = "http://127.0.0.1:7776/metrics";
  EXPECT_TRUE(gate.await());
  EXPECT_EQ(gate.took, seconds{12}) << "every half second after it settled";
}

TEST(AwaitHealthy, TimesOutOnAServiceThatNeverAnswers) {
  Gate gate{{.unhealthy_checks = 1000}};
  gate.health().http = "http://127.0.0.1:7776/metrics";
  const auto end = gate.await();
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().message,
            "it was not healthy within 1m: http://127.0.0.1:7776/metrics answered 503");
  EXPECT_EQ(gate.took, seconds{60});
}

TEST(AwaitHealthy, FailsForAUnitThatSystemdDoesNotKnow) {
  Gate gate;
  gate.machine.manager.clear();
  gate.machine.units.clear();
  const auto end = gate.await();
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().message, "the service manager does not know a.service");
}

TEST(AwaitHealthy, BearsAManagerThatIsAwayForAMoment) {
  Gate gate;
  gate.machine.manager_down = "the bus is gone";
  gate.health().timeout = seconds{30};
  const auto end = gate.await();
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().message, "it was not healthy within 30s: the bus is gone");
}

TEST(AwaitHealthy, EndsWhenItIsAskedToStop) {
  Gate gate;
  gate.stop.request_stop();
  const auto end = gate.await();
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().message, "interrupted before it was known to be healthy");
}

TEST(AwaitHealthy, WatchesEachOfABatchByItself) {
  Host host{fakes::desired_with({"a", "b"})};
  host.machine.place("6.1.0", "6.1.0");
  host.machine.place("6.2.5", "6.2.5", {.lives = seconds{1}});
  const std::map<std::string, std::string> runs = {{"a", "6.1.0"}, {"b", "6.2.5"}};
  for (const auto& [name, release] : runs) {
    host.machine.units[name] = {"# Managed by lavavisor\n[X-Lavavisor]\nRelease=" + release + "\n",
                                host.machine.now(),
                                "",
                                true,
                                true,
                                ""};
    (void)host.machine.start(name);
  }
  const auto ends = await_healthy({&host.desired.services[0], &host.desired.services[1]},
                                  host.ports.actuators(),
                                  [](const std::string&, model::Gate) {},
                                  {});
  EXPECT_TRUE(ends.at("a").healthy);
  EXPECT_FALSE(ends.at("b").healthy);
}

}  // namespace
}  // namespace lavavisor::apply
