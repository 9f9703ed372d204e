// A release is obtained by one lavavisor; the others take what it brought.
// SPDX-License-Identifier: Apache-2.0
#include "apply/apply.hpp"
#include "contract/claim_contract.hpp"
#include "fakes/host.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace lavavisor {
namespace {

struct FakeWorld {
  ports::BinaryStore& store() { return ports.binaries; }
  ports::BinaryInventory& inventory() { return ports.binaries; }
  model::Path directory() const { return "/var/lib/lavavisor"; }
  void place(const model::Release& release, const std::string& content) {
    machine.place(release.name, content);
  }
  void remove(const model::Release& release) { machine.binaries.erase(release); }

  fakes::Machine machine;
  fakes::Ports ports{machine};
};

}  // namespace

namespace contract {
INSTANTIATE_TYPED_TEST_SUITE_P(Fake, ClaimContract, FakeWorld);
}  // namespace contract

namespace apply {
namespace {

using fakes::Host;
using model::Outcome;
using model::Release;

const Release k_new{"6.2.5"};

struct Contended : Host {
  Contended() : Host{fakes::desired_with({"a"})} { machine.publish("6.2.5", "6.2.5"); }

  model::StepReport install(std::optional<base::FileStamp> replaces = {},
                            std::optional<model::Version> min = {}) {
    model::Plan plan;
    plan.steps.push_back({model::InstallBinary{k_new, min, replaces}, {}, {}});
    return apply(plan, desired, ports.actuators(), ear, stop.get_token()).steps.front();
  }

  void others_bring(const std::string& reports) {
    machine.on_claim = [this, reports] {
      machine.place("6.2.5", reports);
    };
  }

  bool has_fetched() {
    const auto& effects = machine.effects();
    return std::find(effects.begin(), effects.end(), "fetch 6.2.5") != effects.end();
  }
};

TEST(Claim, IsHeldFromTheFetchToTheInstall) {
  Contended host;
  std::size_t claims = 0;
  host.machine.on_effect = [&](const std::string&) {
    claims += host.machine.claims.size();
  };
  EXPECT_EQ(host.install().outcome, Outcome::done);
  EXPECT_EQ(claims, host.machine.effects().size());
  EXPECT_TRUE(host.machine.claims.empty());
}

TEST(Claim, IsGivenBackWhenTheStepFails) {
  Contended host;
  host.machine.fail_on("fetch 6.2.5", "no route to host");
  EXPECT_EQ(host.install().outcome, Outcome::failed);
  EXPECT_TRUE(host.machine.claims.empty());
}

TEST(Claim, FailsTheStepWhenItIsNotHad) {
  Contended host;
  host.machine.claims.insert(k_new);
  const auto report = host.install();
  EXPECT_EQ(report.outcome, Outcome::failed);
  EXPECT_EQ(report.error, "release 6.2.5: interrupted while another lavavisor obtains it");
  EXPECT_FALSE(host.has_fetched());
}

TEST(Claim, SparesTheDownloadOfWhatCameMeanwhile) {
  Contended host;
  host.others_bring("6.2.5");
  EXPECT_EQ(host.install().outcome, Outcome::done);
  EXPECT_TRUE(host.machine.effects().empty());
}

TEST(Claim, ReplacesTheDamagedFileThatThePlanSawAndNoOther) {
  Contended host;
  host.machine.place("6.2.5", "");
  const auto damaged = host.machine.binaries.at(k_new).stamp;
  {
    Contended other;
    other.machine.binaries = host.machine.binaries;
    EXPECT_EQ(other.install(damaged).outcome, Outcome::done);
    EXPECT_TRUE(other.has_fetched());
  }
  host.machine.next_inode();
  host.others_bring("6.2.5");
  EXPECT_EQ(host.install(damaged).outcome, Outcome::done);
  EXPECT_FALSE(host.has_fetched());
}

TEST(Claim, LetsNothingBeStartedThatCameAndIsUnfit) {
  Contended host;
  host.others_bring("");
  EXPECT_EQ(host.install().error,
            "release 6.2.5 was brought by another, but is unfit: it printed no version");
  host.others_bring("5.0.0");
  EXPECT_EQ(host.install({}, model::Version{5, 5, 1}).error,
            "release 6.2.5 reports 5.0.0, below the chain's min 5.5.1");
  EXPECT_FALSE(host.has_fetched());
}

TEST(Claim, EndsConvergedWithAnothersBinary) {
  Contended host;
  host.machine.chain.target = "6.2.5";
  bool brought = false;
  host.machine.on_claim = [&] {
    brought = true;
    host.machine.place("6.2.5", "6.2.5");
  };
  EXPECT_FALSE(host.settle().failed);
  EXPECT_TRUE(brought);
  EXPECT_FALSE(host.has_fetched());
  EXPECT_TRUE(host.is_converged());
  EXPECT_EQ(host.machine.manager.at("a").process->release, k_new);
}

TEST(Claim, ReplacesADamagedBinaryInAWholePass) {
  Contended host;
  host.machine.chain.target = "6.2.5";
  host.machine.place("6.2.5", "");
  EXPECT_FALSE(host.settle().failed);
  EXPECT_TRUE(host.has_fetched());
  EXPECT_TRUE(host.is_converged());
}

}  // namespace
}  // namespace apply
}  // namespace lavavisor
