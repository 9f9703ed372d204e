// The walk over a plan's steps: who is skipped, who goes together, when it ends early.
// SPDX-License-Identifier: Apache-2.0
#include "apply/apply.hpp"

#include "fakes/host.hpp"

#include <gtest/gtest.h>

namespace lavavisor::apply {
namespace {

using fakes::Host;
using model::Outcome;
using model::Plan;
using model::Release;
using std::chrono::seconds;
using Lines = std::vector<std::string>;

const Release k_old{"6.1.0"};
const Release k_new{"6.2.5"};

std::string unit_of(const std::string& release) {
  return "# Managed by lavavisor\n[X-Lavavisor]\nRelease=" + release + "\nDigest=" + release + "\n";
}

model::Step step(model::Action action, std::vector<std::size_t> needs = {}) {
  return {std::move(action), {model::Cause::missing, {}, {}}, std::move(needs)};
}

model::Step restart(const std::string& service,
                    const std::string& from,
                    const std::string& to,
                    std::vector<std::size_t> needs = {}) {
  return {model::RestartUnit{service, Release{to}, Release{from}},
          {model::Cause::chain_moved, from, to},
          std::move(needs)};
}

/// A machine with the services a and b of 6.1.0, and 6.2.5 beside it.
struct Bench : Host {
  explicit Bench(fakes::Conduct conduct = {}) : Host{fakes::desired_with({"a", "b"})} {
    machine.place("6.1.0", "6.1.0");
    machine.place("6.2.5", "6.2.5", conduct);
    for (const auto& service : desired.services) {
      machine.units[service.name] = {unit_of("6.1.0"), machine.now(), "", true, true, ""};
      (void)machine.start(service.name);
    }
  }

  model::Report run(std::vector<model::Step> steps) {
    machine.forget_effects();
    Plan plan;
    plan.steps = std::move(steps);
    return apply(plan, desired, ports.actuators(), ear, stop.get_token());
  }

  void write_new(const std::string& service) {
    machine.edit_unit(service, unit_of("6.2.5"));
    machine.reload_all();
  }
};

std::vector<Outcome> outcomes(const model::Report& report) {
  std::vector<Outcome> all;
  for (const auto& each : report.steps) {
    all.push_back(each.outcome);
  }
  return all;
}

constexpr auto k_done = Outcome::done;
constexpr auto k_failed = Outcome::failed;
constexpr auto k_skipped = Outcome::skipped;

TEST(Apply, SkipsWhatNeedsAFailedStepAndGoesOnWithTheRest) {
  Bench bench;
  bench.machine.fail_on("write unit a", "no space left on device");
  const auto report = bench.run({step(model::WriteUnit{"a", unit_of("6.2.5"), ""}),
                                 step(model::EnableUnit{"a"}, {0}),
                                 step(model::StopUnit{"a"}, {1}),
                                 step(model::WriteUnit{"b", unit_of("6.2.5"), ""}),
                                 step(model::EnableUnit{"b"}, {3})});
  EXPECT_EQ(outcomes(report), (std::vector{k_failed, k_skipped, k_skipped, k_done, k_done}));
  EXPECT_EQ(report.steps[0].error, "no space left on device");
  EXPECT_EQ(report.steps[1].error, "needs an earlier step that failed");
  EXPECT_EQ(bench.ear.started, 3) << "a skipped step was never begun";
  EXPECT_EQ(bench.ear.ended, 5);
}

TEST(Apply, ReloadsWhenAnythingThatItIsForWasWritten) {
  Bench bench;
  bench.machine.fail_on("write unit a", "no space left on device");
  const auto write_a = step(model::WriteUnit{"a", unit_of("6.2.5"), ""});
  const auto write_b = step(model::WriteUnit{"b", unit_of("6.2.5"), ""});
  EXPECT_EQ(outcomes(bench.run({write_a, write_b, step(model::ReloadManager{}, {0, 1})})),
            (std::vector{k_failed, k_done, k_done}));
  bench.machine.fail_on("write unit a", "no space left on device");
  EXPECT_EQ(outcomes(bench.run({write_a, step(model::ReloadManager{}, {0})})),
            (std::vector{k_failed, k_skipped}));
  EXPECT_EQ(outcomes(bench.run({step(model::ReloadManager{})})), (std::vector{k_done}));
}

TEST(Apply, RestartsTogetherWhatStandsTogether) {
  Bench bench;
  bench.write_new("a");
  bench.write_new("b");
  const auto began = bench.machine.now();
  const auto report = bench.run({restart("a", "6.1.0", "6.2.5"), restart("b", "6.1.0", "6.2.5")});
  EXPECT_EQ(outcomes(report), (std::vector{k_done, k_done}));
  EXPECT_LT(bench.machine.now() - began, seconds{11}) << "they settle at the same time";
  EXPECT_GE(report.steps[1].took, seconds{10});
}

TEST(Apply, DoesTheOthersOfABatchWhenOneIsSkipped) {
  Bench bench;
  bench.write_new("b");
  bench.machine.fail_on("reload", "refused");
  const auto report = bench.run({step(model::ReloadManager{}),
                                 restart("a", "6.1.0", "6.2.5", {0}),
                                 restart("b", "6.1.0", "6.2.5")});
  EXPECT_EQ(outcomes(report), (std::vector{k_failed, k_skipped, k_done}));
  EXPECT_EQ(bench.deeds(), (Lines{"restart b"}));
}

TEST(Apply, RemembersAnUpgradeBeforeItsUnitIsWritten) {
  Bench bench;
  bench.run({step(model::WriteUnit{"a", unit_of("6.2.5"), ""}),
             step(model::ReloadManager{}, {0}),
             restart("a", "6.1.0", "6.2.5", {1})});
  EXPECT_EQ(bench.machine.effects().at(0), "ledger: upgrade a 6.1.0 6.2.5");
  EXPECT_EQ(bench.machine.effects().at(1), "write unit a");
}

TEST(Apply, QuarantinesAnUpgradeThatFailsItsGate) {
  Bench bench{{.starts = false}};
  bench.write_new("a");
  const auto report = bench.run({restart("a", "6.1.0", "6.2.5")});
  ASSERT_EQ(report.gate_failures.size(), 1U);
  EXPECT_EQ(report.gate_failures[0].release, k_new);
  EXPECT_TRUE(report.gate_failures[0].recorded);
  EXPECT_TRUE(bench.machine.memory.quarantine.contains(k_new));
}

TEST(Apply, QuarantinesEachReleaseOfABatchThatFails) {
  Bench bench{{.starts = false}};
  bench.machine.place("6.3.0", "6.3.0", {.starts = false});
  bench.write_new("a");
  bench.machine.edit_unit("b", unit_of("6.3.0"));
  bench.machine.reload_all();
  bench.run({restart("a", "6.1.0", "6.2.5"), restart("b", "6.1.0", "6.3.0")});
  EXPECT_TRUE(bench.machine.memory.quarantine.contains(k_new));
  EXPECT_TRUE(bench.machine.memory.quarantine.contains(Release{"6.3.0"}));
}

TEST(Apply, CountsOneTryWhenAReleaseFailsTwiceInABatch) {
  Bench bench{{.starts = false}};
  bench.write_new("a");
  bench.write_new("b");
  const auto report = bench.run({restart("a", "6.1.0", "6.2.5"), restart("b", "6.1.0", "6.2.5")});
  EXPECT_EQ(report.gate_failures.size(), 2U);
  EXPECT_EQ(bench.machine.memory.quarantine.at(k_new).tries, 1U);
}

TEST(Apply, SaysWhenTheQuarantineCouldNotBeRecorded) {
  Bench bench{{.starts = false}};
  bench.write_new("a");
  bench.machine.ledger_down = "readonly database";
  const auto report = bench.run({restart("a", "6.1.0", "6.2.5")});
  ASSERT_EQ(report.gate_failures.size(), 1U);
  EXPECT_FALSE(report.gate_failures[0].recorded);
}

TEST(Apply, QuarantinesNothingForARestartThatIsNoUpgrade) {
  Bench bench;
  bench.machine.binaries.at(k_old).program.conduct.starts = false;
  const auto report = bench.run(
      {step(model::RestartUnit{"a", k_old, std::nullopt}),
       {model::RestartUnit{"b", k_old, k_new}, {model::Cause::rolled_back, "6.2.5", "6.1.0"}, {}}});
  EXPECT_EQ(outcomes(report), (std::vector{k_failed, k_failed}));
  EXPECT_TRUE(report.gate_failures.empty());
  EXPECT_TRUE(bench.machine.memory.quarantine.empty());
}

TEST(Apply, EndsTheStepAtWorkAndSkipsTheRestWhenItIsAskedToStop) {
  Bench bench;
  bench.machine.on_effect = [&](const std::string& line) {
    if (line == "write unit a") {
      bench.stop.request_stop();
    }
  };
  const auto report = bench.run({step(model::WriteUnit{"a", unit_of("6.2.5"), ""}),
                                 step(model::ReloadManager{}, {0}),
                                 restart("a", "6.1.0", "6.2.5", {1})});
  EXPECT_EQ(outcomes(report), (std::vector{k_done, k_skipped, k_skipped}));
  EXPECT_EQ(report.steps[2].error, "interrupted");
  EXPECT_TRUE(report.interrupted);
  EXPECT_TRUE(report.gate_failures.empty());
}

TEST(Apply, BlamesNoReleaseForAGateThatWasInterrupted) {
  Bench bench;
  bench.write_new("a");
  bench.machine.on_effect = [&](const std::string&) {
    bench.stop.request_stop();
  };
  const auto report = bench.run({restart("a", "6.1.0", "6.2.5")});
  EXPECT_TRUE(report.interrupted);
  EXPECT_TRUE(bench.machine.memory.quarantine.empty());
}

TEST(Apply, TellsHooksWhatTheyAreFor) {
  Bench bench;
  bench.desired.hooks.pre_upgrade = {"/bin/before"};
  const model::RunHook hook{model::HookPoint::pre_upgrade, "6.1.0", "6.2.5", {"a", "b"}};
  EXPECT_EQ(outcomes(bench.run({step(hook)})), (std::vector{k_done}));
  const std::map<std::string, std::string> expected = {
      {"LAVAVISOR_FROM", "6.1.0"}, {"LAVAVISOR_TO", "6.2.5"}, {"LAVAVISOR_SERVICES", "a b"}};
  EXPECT_EQ(bench.machine.hook_calls.at(0), expected);
}

TEST(Apply, StopsTheUpgradeBeforeAnythingChangedWhenItsHookFails) {
  Bench bench;
  bench.desired.hooks.pre_upgrade = {"/bin/before"};
  bench.machine.hook_error = "exit status 1";
  bench.machine.publish("6.2.5", "6.2.5");
  bench.machine.chain.target = "6.2.5";
  for (auto& service : bench.desired.services) {
    service.unit["Service"] = {};
  }
  const auto settled = bench.settle();
  EXPECT_TRUE(settled.failed);
  EXPECT_EQ(bench.machine.memory.quarantine.size(), 0U);
  for (const auto& line : bench.deeds()) {
    EXPECT_TRUE(line == "hook /bin/before" || !line.starts_with("restart")) << line;
  }
}

TEST(Apply, InstallsWhatItFetchedProbedAndRecorded) {
  Bench bench;
  bench.machine.publish("6.2.6", "6.2.6");
  bench.run({step(model::InstallBinary{Release{"6.2.6"}, std::nullopt})});
  EXPECT_EQ(
      bench.machine.effects(),
      (Lines{"fetch 6.2.6", "ledger: binary 6.2.6", "install 6.2.6", "ledger: binary 6.2.6"}));
  EXPECT_EQ(bench.machine.memory.binaries.at(Release{"6.2.6"}).source,
            model::BinarySource::downloaded);
  EXPECT_EQ(bench.ear.progress, 1);
}

TEST(Apply, LeavesNothingOfADownloadThatIsUnfit) {
  Bench bench;
  bench.machine.publish("6.2.6", "");
  const auto report = bench.run({step(model::InstallBinary{Release{"6.2.6"}, std::nullopt})});
  EXPECT_EQ(outcomes(report), (std::vector{k_failed}));
  EXPECT_EQ(report.steps[0].error, "release 6.2.6 is verified, but unfit: it printed no version");
  EXPECT_TRUE(bench.machine.staged.empty());
  EXPECT_FALSE(bench.machine.binaries.contains(Release{"6.2.6"}));
  EXPECT_FALSE(bench.machine.memory.binaries.contains(Release{"6.2.6"}));
}

TEST(Apply, FailsAnInstallationBelowMinThoughTheBinaryStays) {
  Bench bench;
  bench.machine.publish("6.2.6", "5.0.0");
  const auto report =
      bench.run({step(model::InstallBinary{Release{"6.2.6"}, model::Version{5, 5, 1}})});
  EXPECT_EQ(report.steps[0].error, "release 6.2.6 reports 5.0.0, below the chain's min 5.5.1");
  EXPECT_TRUE(bench.machine.binaries.contains(Release{"6.2.6"}));
}

}  // namespace
}  // namespace lavavisor::apply
