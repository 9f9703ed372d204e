// One look at a whole host; what can't be learnt is an error in its place, never the end.
// SPDX-License-Identifier: Apache-2.0
#include "observe/observe.hpp"

#include "fakes/host.hpp"

#include <gtest/gtest.h>

namespace lavavisor::observe {
namespace {

using fakes::Host;
using model::Release;

Host& running(Host& host) {
  host.machine.publish("6.1.0", "6.1.0");
  host.settle();
  return host;
}

model::Observed look(Host& host, const model::Learnt& learnt = {}) {
  return observe(host.desired, host.ports.sensors(), learnt, {});
}

TEST(Observe, SeesChainBinariesLinkUnitsAndProcesses) {
  Host host{fakes::desired_with({"a"})};
  const auto observed = look(running(host));
  EXPECT_EQ(observed.at, host.machine.now());
  EXPECT_EQ(observed.chain.versions->provider.target, (model::Version{6, 1, 0}));
  EXPECT_TRUE(observed.binaries.at(Release{"6.1.0"}).record);
  EXPECT_EQ(observed.link.release, Release{"6.1.0"});
  const auto& unit = observed.units.at("a");
  EXPECT_TRUE(unit.file.linked && unit.file.enabled && unit.file.config_sha256);
  EXPECT_EQ(unit.service->active_state, "active");
  EXPECT_FALSE(unit.service->process->exe_replaced);
  EXPECT_TRUE(observed.manager);
}

TEST(Observe, SeesUnitsOfOursThatTheFileLacks) {
  Host host{fakes::desired_with({"a", "b"})};
  running(host).desired.services.pop_back();
  EXPECT_TRUE(look(host).units.contains("b"));
}

TEST(Observe, GoesOnWhereOnePartCannotBeLearnt) {
  Host host{fakes::desired_with({"a"})};
  running(host);
  host.machine.chain.down = "connection refused";
  host.machine.manager_down = "no bus";
  host.machine.ledger_down = "database disk image is malformed";
  host.machine.missing_users = {"lava", "other"};
  const auto observed = look(host);
  EXPECT_FALSE(observed.chain.versions);
  EXPECT_EQ(observed.manager.error().message, "no bus");
  EXPECT_TRUE(observed.memory.binaries.empty());
  EXPECT_TRUE(observed.units.at("a").file.text);
  EXPECT_EQ(observed.missing_users, std::set<std::string>{"lava"});
  EXPECT_TRUE(observed.binaries.at(Release{"6.1.0"}).record) << "hashed and probed anew";
}

TEST(Observe, LaysWhatWasLearntOverWhatTheLedgerRemembers) {
  Host host{fakes::desired_with({"a"})};
  host.machine.memory.quarantine[Release{"6.2.4"}] = {"from the ledger", {}, "", 2};
  model::Learnt learnt;
  learnt.failures[Release{"6.2.5"}] = {"404", base::TimePoint::max()};
  learnt.quarantine[Release{"6.2.4"}] = {"from memory", {}, "", 1};
  learnt.quarantine[Release{"6.2.3"}] = {"from memory", {}, "", 1};
  const auto memory = look(host, learnt).memory;
  EXPECT_EQ(memory.failures.at(Release{"6.2.5"}).error, "404");
  EXPECT_EQ(memory.quarantine.at(Release{"6.2.4"}).reason, "from the ledger");
  EXPECT_TRUE(memory.quarantine.contains(Release{"6.2.3"}));
}

TEST(Observe, HoldsAReplacedBinaryAgainstWhatRuns) {
  Host host{fakes::desired_with({"a"})};
  running(host);
  auto& file = host.machine.binaries.at(Release{"6.1.0"});
  file.stamp.inode = host.machine.next_inode();
  EXPECT_FALSE(look(host).units.at("a").service->process->exe_replaced) << "the same content";
  host.machine.memory.binaries.clear();
  file.program.edition = 2;
  EXPECT_TRUE(look(host).units.at("a").service->process->exe_replaced) << "another content";
  host.machine.binaries.clear();
  EXPECT_FALSE(look(host).units.at("a").service->process->exe_replaced) << "nothing better to run";
}

TEST(Observe, AsksForNoLinkWhereNoneIsWanted) {
  Host host{fakes::desired_with({"a"})};
  running(host).desired.binary.link.clear();
  EXPECT_FALSE(look(host).link.release);
}

}  // namespace
}  // namespace lavavisor::observe
