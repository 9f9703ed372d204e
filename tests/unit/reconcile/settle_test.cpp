// From nothing to converged, through upgrades that go well and badly.
// SPDX-License-Identifier: Apache-2.0
#include "fakes/host.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace lavavisor::reconcile {
namespace {

using fakes::Conduct;
using fakes::Host;
using model::Release;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using Lines = std::vector<std::string>;

const Release k_old{"6.1.0"};
const Release k_new{"6.2.5"};

std::string release_of(const Host& host, const std::string& service) {
  const auto unit = host.machine.manager.find(service);
  return unit == host.machine.manager.end() || !unit->second.process
             ? "down"
             : unit->second.process->release.name;
}

Lines releases_of(const Host& host) {
  Lines all;
  for (const auto& service : host.desired.services) {
    all.push_back(release_of(host, service.name));
  }
  return all;
}

bool contains(const Lines& lines, const std::string& line) {
  return std::find(lines.begin(), lines.end(), line) != lines.end();
}

/// Three providers that run 6.1.0, and a chain that now asks for 6.2.5.
struct Fleet : Host {
  explicit Fleet(Conduct conduct = {}, unsigned max_parallel = 1, std::string version = "6.2.5")
      : Host{fakes::desired_with({"a", "b", "c"})} {
    desired.rollout.max_parallel = max_parallel;
    machine.publish("6.1.0", "6.1.0");
    machine.publish("6.2.5", version, conduct);
    const auto settled = settle();
    EXPECT_STREQ(result_word(settled), "changed");
    machine.chain.target = "6.2.5";
    machine.advance(minutes{5});
  }
};

TEST(Settle, BringsAFreshHostToConvergedInTheOrderOfTheContract) {
  Host host{fakes::desired_with({"a", "b"})};
  host.machine.publish("6.1.0", "6.1.0");
  const auto settled = host.settle();
  EXPECT_FALSE(settled.failed);
  EXPECT_STREQ(result_word(settled), "changed");
  EXPECT_EQ(host.deeds(),
            (Lines{"fetch 6.1.0",
                   "install 6.1.0",
                   "link 6.1.0",
                   "write config a",
                   "write unit a",
                   "link unit a",
                   "write config b",
                   "write unit b",
                   "link unit b",
                   "reload",
                   "enable a",
                   "enable b",
                   "start a",
                   "start b"}));
  EXPECT_EQ(releases_of(host), (Lines{"6.1.0", "6.1.0"}));
  EXPECT_TRUE(host.is_converged());
  EXPECT_EQ(host.ear.started, host.ear.ended);
}

TEST(Settle, FindsNothingToDoTheSecondTime) {
  Host host{fakes::desired_with({"a", "b"})};
  host.machine.publish("6.1.0", "6.1.0");
  host.settle();
  for (int time = 0; time < 3; ++time) {
    host.machine.advance(seconds{20});
    const auto settled = host.settle();
    EXPECT_STREQ(result_word(settled), "converged");
    EXPECT_EQ(host.deeds(), Lines{});
  }
  EXPECT_EQ(host.machine.hashes.size(), 0U);  // a downloaded binary is vouched for by its stamp
}

TEST(Settle, UpgradesServiceByServiceAndWritesAUnitOnlyBeforeItsOwnRestart) {
  Fleet fleet;
  const auto settled = fleet.settle();
  EXPECT_STREQ(result_word(settled), "changed");
  EXPECT_EQ(fleet.deeds(),
            (Lines{"fetch 6.2.5",
                   "install 6.2.5",
                   "link 6.2.5",
                   "write unit a",
                   "reload",
                   "restart a",
                   "write unit b",
                   "reload",
                   "restart b",
                   "write unit c",
                   "reload",
                   "restart c"}));
  EXPECT_EQ(releases_of(fleet), (Lines{"6.2.5", "6.2.5", "6.2.5"}));
  EXPECT_TRUE(fleet.is_converged());
}

TEST(Settle, UpgradesMaxParallelServicesAtOnce) {
  Fleet fleet{{}, 2};
  fleet.settle();
  EXPECT_EQ(fleet.deeds(),
            (Lines{"fetch 6.2.5",
                   "install 6.2.5",
                   "link 6.2.5",
                   "write unit a",
                   "write unit b",
                   "reload",
                   "restart a",
                   "restart b",
                   "write unit c",
                   "reload",
                   "restart c"}));
  EXPECT_TRUE(fleet.is_converged());
}

TEST(Settle, BringsAllBackInTheSameSettleWhenAReleaseFailsItsGate) {
  const std::vector<Conduct> bad = {{.lives = seconds{1}}, {.starts = false}};
  for (const auto& conduct : bad) {
    Fleet fleet{conduct};
    const auto settled = fleet.settle();
    EXPECT_TRUE(settled.failed);
    EXPECT_TRUE(settled.rolled_back);
    EXPECT_STREQ(result_word(settled), "rolled_back");
    EXPECT_EQ(releases_of(fleet), (Lines{"6.1.0", "6.1.0", "6.1.0"}));
    EXPECT_EQ(fleet.machine.link.release, k_old);
    EXPECT_TRUE(fleet.machine.memory.quarantine.contains(k_new));
    EXPECT_FALSE(contains(fleet.deeds(), "write unit b"));
    EXPECT_TRUE(fleet.is_converged());
    fleet.machine.advance(std::chrono::hours{48});
    EXPECT_TRUE(fleet.plan().steps.empty()) << "a compliant host never tries it again";
  }
}

TEST(Settle, QuarantinesEveryReleaseThatFailsInOneBatch) {
  Host host{fakes::desired_with({"a", "b"})};
  host.desired.rollout.max_parallel = 2;
  host.machine.publish("6.1.0", "6.1.0");
  host.machine.publish("6.2.5", "6.2.5", {.starts = false});
  host.machine.publish("6.3.0", "6.3.0", {.starts = false});
  host.settle();
  host.machine.chain.target = "6.2.5";
  host.desired.services[1].version = Release{"6.3.0"};
  host.settle();
  EXPECT_EQ(host.machine.memory.quarantine.size(), 2U);
  EXPECT_EQ(releases_of(host), (Lines{"6.1.0", "6.1.0"}));
  EXPECT_TRUE(host.is_converged());
}

TEST(Settle, LeavesTheRestUntouchedAfterAFailureWhenItIsToHalt) {
  Fleet fleet{{.lives = seconds{1}}};
  fleet.desired.rollout.on_failure = model::OnFailure::halt;
  const auto settled = fleet.settle();
  EXPECT_TRUE(settled.failed);
  EXPECT_FALSE(settled.rolled_back);
  fleet.machine.advance(seconds{30});
  EXPECT_EQ(release_of(fleet, "b"), "6.1.0");
  EXPECT_EQ(release_of(fleet, "c"), "6.1.0");
  fleet.machine.advance(std::chrono::hours{30});
  fleet.settle();
  EXPECT_EQ(fleet.deeds(), Lines{}) << "it stays so until cleared";

  fleet.machine.memory.quarantine.clear();
  fleet.machine.binaries.at(k_new).program.conduct = {};
  fleet.settle();
  EXPECT_EQ(releases_of(fleet), (Lines{"6.2.5", "6.2.5", "6.2.5"}));
}

TEST(Settle, HaltsAtAFailedPinToo) {
  Fleet fleet{{.lives = seconds{1}}};
  fleet.desired.rollout.on_failure = model::OnFailure::halt;
  fleet.desired.binary.version = k_new;
  const auto settled = fleet.settle();
  EXPECT_FALSE(settled.rolled_back);
  EXPECT_EQ(fleet.machine.units.at("a").text->find("/v6.1.0/"), std::string::npos);
}

TEST(Settle, TakesACrashLoopWithinTenMinutesForAFailedUpgrade) {
  Fleet fleet{{.lives = minutes{1}}};
  EXPECT_STREQ(result_word(fleet.settle()), "changed");
  fleet.machine.advance(minutes{4});
  const auto settled = fleet.settle();
  EXPECT_STREQ(result_word(settled), "rolled_back");
  EXPECT_EQ(releases_of(fleet), (Lines{"6.1.0", "6.1.0", "6.1.0"}));
  EXPECT_TRUE(fleet.machine.memory.quarantine.contains(k_new));
  EXPECT_TRUE(fleet.is_converged());
}

TEST(Settle, TakesNoCrashLoopAfterTenMinutesForAFailedUpgrade) {
  Fleet fleet{{.lives = minutes{4}}};
  fleet.settle();
  fleet.machine.advance(minutes{25});
  EXPECT_STREQ(result_word(fleet.settle()), "converged");
  EXPECT_TRUE(fleet.machine.memory.quarantine.empty());
}

TEST(Settle, FallsBackToTheBestInstalledWhenTheTargetCannotBeFetched) {
  Host host{fakes::desired_with({"a"})};
  host.machine.chain.target = "6.2.5";
  host.machine.publish("6.2.5", "6.2.5");
  host.machine.published.at(k_new).fetch_error = "404";
  host.machine.place("6.1.0", "6.1.0");
  host.machine.place("5.9.0", "5.9.0");
  const auto settled = host.settle();
  EXPECT_TRUE(settled.failed);
  EXPECT_EQ(release_of(host, "a"), "6.1.0");

  host.machine.published.at(k_new).fetch_error = "";
  EXPECT_STREQ(result_word(host.settle()), "changed");
  EXPECT_EQ(release_of(host, "a"), "6.2.5");
  EXPECT_TRUE(host.is_converged());
}

TEST(Settle, KeepsWhatRunsWhenTheTargetsReleaseReportsLessThanMin) {
  Fleet fleet{{}, 1, "5.0.0"};
  const auto settled = fleet.settle();
  EXPECT_TRUE(settled.failed);
  EXPECT_EQ(releases_of(fleet), (Lines{"6.1.0", "6.1.0", "6.1.0"}));
  EXPECT_TRUE(fleet.is_converged());
  fleet.settle();
  EXPECT_EQ(fleet.deeds(), Lines{}) << "it is not fetched again";
}

TEST(Settle, NeitherRefetchesNorPrunesATargetThatReportsLessThanMin) {
  Fleet fleet{{}, 1, "5.0.0"};
  fleet.desired.binary.keep = 0;
  fleet.settle();
  for (int time = 0; time < 3; ++time) {
    fleet.settle();
    EXPECT_EQ(fleet.deeds(), Lines{});
  }
}

TEST(Settle, UsesAReleaseThatReportsLessThanTheTargetOnceAndIsConverged) {
  Fleet fleet{{}, 1, "6.0.0"};
  EXPECT_STREQ(result_word(fleet.settle()), "changed");
  EXPECT_EQ(releases_of(fleet), (Lines{"6.2.5", "6.2.5", "6.2.5"}));
  fleet.settle();
  EXPECT_EQ(fleet.deeds(), Lines{});
}

TEST(Settle, StartsAndRepairsWhileTheChainIsDown) {
  Host host{fakes::desired_with({"a", "b"})};
  host.machine.publish("6.1.0", "6.1.0");
  host.settle();
  host.machine.chain.down = "connection refused";
  host.machine.stop("a");
  host.machine.link.release.reset();
  host.settle();
  EXPECT_EQ(host.deeds(), (Lines{"link 6.1.0", "start a"}));
  host.machine.memory = {};  // not even a last known version
  host.machine.stop("b");
  host.settle();
  EXPECT_EQ(host.deeds(), (Lines{"start b"}));
}

TEST(Settle, GoesOnWithoutALedger) {
  Fleet fleet{{.lives = seconds{1}}};
  fleet.machine.ledger_down = "attempt to write a readonly database";
  fleet.machine.memory = {};
  const auto settled = fleet.settle();
  EXPECT_TRUE(settled.rolled_back) << "what this process learnt is enough to go back";
  EXPECT_EQ(releases_of(fleet), (Lines{"6.1.0", "6.1.0", "6.1.0"}));
}

TEST(Settle, TriesAQuarantinedReleaseAgainHoursLaterWhenTheHostIsNotCompliant) {
  Fleet fleet{{.lives = seconds{1}}};
  fleet.settle();
  fleet.machine.chain.min = "6.2.0";
  fleet.settle();
  EXPECT_EQ(fleet.deeds(), Lines{}) << "hours, not seconds";
  fleet.machine.advance(minutes{61});
  fleet.settle();
  EXPECT_EQ(fleet.machine.memory.quarantine.at(k_new).tries, 2U);
  EXPECT_EQ(releases_of(fleet), (Lines{"6.1.0", "6.1.0", "6.1.0"}));

  fleet.machine.binaries.at(k_new).program.conduct = {};
  fleet.machine.advance(minutes{61});
  fleet.settle();
  EXPECT_EQ(fleet.deeds(), Lines{}) << "doubled with each try";
  fleet.machine.advance(minutes{61});
  fleet.settle();
  EXPECT_EQ(releases_of(fleet), (Lines{"6.2.5", "6.2.5", "6.2.5"}));
  for (int time = 0; time < 3; ++time) {
    fleet.machine.advance(minutes{61});
    fleet.settle();
    EXPECT_EQ(fleet.deeds(), Lines{}) << "what passed its gate stays";
  }
}

TEST(Settle, GoesOnToANewTargetAsAnUpgradeEvenFromAQuarantinedRelease) {
  Fleet fleet{{.lives = seconds{1}}};
  fleet.desired.rollout.on_failure = model::OnFailure::halt;
  fleet.settle();
  fleet.machine.chain.target = "6.2.6";
  fleet.machine.publish("6.2.6", "6.2.6", {.starts = false});
  fleet.desired.rollout.on_failure = model::OnFailure::rollback;
  fleet.settle();
  EXPECT_TRUE(fleet.machine.memory.quarantine.contains(Release{"6.2.6"}));
  EXPECT_EQ(releases_of(fleet), (Lines{"6.1.0", "6.1.0", "6.1.0"}));
  EXPECT_TRUE(fleet.is_converged());
}

TEST(Settle, StaysAtTheVersionBeforeThoughABetterOneIsInstalled) {
  Fleet fleet{{.lives = seconds{1}}};
  fleet.desired.services.resize(1);
  fleet.settle();
  fleet.machine.memory.quarantine.clear();
  fleet.machine.place("6.2.4", "6.2.4");
  fleet.settle();
  EXPECT_EQ(release_of(fleet, "a"), "6.1.0");
  EXPECT_TRUE(fleet.is_converged());
}

TEST(Settle, PutsADownServiceThroughTheUpgradesGateToo) {
  Fleet fleet{{.lives = seconds{1}}};
  fleet.machine.stop("a");
  fleet.settle();
  EXPECT_TRUE(fleet.machine.memory.quarantine.contains(k_new));
  EXPECT_EQ(releases_of(fleet), (Lines{"6.1.0", "6.1.0", "6.1.0"}));
  EXPECT_TRUE(fleet.is_converged());
}

TEST(Settle, BlamesNoReleaseWhenTheManagerGoesAway) {
  Fleet fleet;
  fleet.machine.on_effect = [&](const std::string& line) {
    if (line == "restart a") {
      fleet.machine.manager_down = "the bus connection was lost";
    }
  };
  fleet.machine.fail_on("restart a", "the bus connection was lost");
  fleet.settle();
  EXPECT_TRUE(fleet.machine.memory.quarantine.empty());
  fleet.machine.on_effect = nullptr;
  fleet.machine.manager_down.reset();
  fleet.settle();
  EXPECT_EQ(releases_of(fleet), (Lines{"6.2.5", "6.2.5", "6.2.5"}));
}

TEST(Settle, PrunesInTheUpgradeThatMakesAVersionSuperfluousAndNotLater) {
  Host host{fakes::desired_with({"a", "b"})};
  host.desired.binary.keep = 0;
  for (const std::string version : {"6.1.0", "6.1.1", "6.1.2", "6.1.3"}) {
    host.machine.publish(version, version);
    host.machine.chain.target = version;
    host.machine.advance(minutes{1});
    host.settle();
    EXPECT_TRUE(host.is_converged()) << version;
  }
  EXPECT_EQ(host.machine.binaries.size(), 2U) << "what runs, and the one before";
}

TEST(Settle, PrunesAFailedReleaseInTheRollback) {
  Fleet fleet{{.lives = seconds{1}}};
  fleet.desired.binary.keep = 0;
  fleet.settle();
  EXPECT_TRUE(fleet.is_converged());
}

TEST(Settle, StopsBetweenStepsWhenItIsAskedTo) {
  Fleet fleet;
  fleet.machine.on_effect = [&](const std::string& line) {
    if (line == "restart a") {
      fleet.stop.request_stop();
    }
  };
  const auto settled = fleet.settle();
  EXPECT_TRUE(settled.last.report.interrupted);
  EXPECT_EQ(releases_of(fleet), (Lines{"6.2.5", "6.1.0", "6.1.0"}));
  EXPECT_TRUE(fleet.machine.memory.quarantine.empty());
  fleet.machine.on_effect = nullptr;
  fleet.stop = {};
  fleet.settle();
  EXPECT_EQ(releases_of(fleet), (Lines{"6.2.5", "6.2.5", "6.2.5"}));
}

}  // namespace
}  // namespace lavavisor::reconcile
