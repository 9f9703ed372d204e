// The ledger: what is written is read again, by this process and by the next one.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/store/store.hpp"

#include "adapters/store/no_ledger.hpp"
#include "unit/adapters/store/ledger_samples.hpp"
#include "unit/base/scratch.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace lavavisor::store {
namespace {

using model::Release;
using model::Version;

class StoreTest : public testing::Test {
 protected:
  const Path& file() const { return m_file; }

  std::unique_ptr<Store> open() const {
    auto opened = Store::open(m_file);
    EXPECT_TRUE(opened) << opened.error().message;
    EXPECT_TRUE(opened->warnings.empty());
    return std::move(opened->store);
  }

  /// What the next process will remember, whether it writes or only reads.
  model::Memory remembered() const {
    auto read = StoreReader{m_file}.memory();
    EXPECT_TRUE(read) << read.error().message;
    return std::move(*read);
  }
  std::vector<model::RunRecord> history(std::size_t limit = 0) const {
    auto read = StoreReader{m_file}.runs(limit);
    EXPECT_TRUE(read) << read.error().message;
    return std::move(*read);
  }

 private:
  base::Scratch m_scratch;
  Path m_file = m_scratch.path() / "lava" / "state.db";
};

TEST_F(StoreTest, IsMadeWithItsFolder) {
  auto opened = Store::open(file());
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_TRUE(opened->created);
  EXPECT_TRUE(opened->warnings.empty());
  opened = Store::open(file());
  ASSERT_TRUE(opened);
  EXPECT_FALSE(opened->created);
}

TEST_F(StoreTest, StartsEmpty) {
  const auto store = open();
  const auto memory = store->memory();
  ASSERT_TRUE(memory) << memory.error().message;
  EXPECT_FALSE(memory->last_known);
  EXPECT_TRUE(memory->target_since.empty() && memory->quarantine.empty());
  EXPECT_TRUE(memory->upgrades.empty() && memory->binaries.empty());
  EXPECT_TRUE(store->runs(0)->empty());
}

TEST_F(StoreTest, RemembersTheChain) {
  ASSERT_TRUE(open()->remember_chain(known({6, 2, 5}, {6, 3, 0}, 1'000)));
  const auto memory = remembered();
  ASSERT_TRUE(memory.last_known);
  EXPECT_EQ(memory.last_known->versions, known({6, 2, 5}, {6, 3, 0}, 0).versions);
  EXPECT_EQ(memory.last_known->height, 4'711);
  EXPECT_EQ(memory.last_known->seen_at, at(1'000));
}

TEST_F(StoreTest, KeepsATargetsFirstTimeWhileItStaysAndForgetsItAfterwards) {
  const auto store = open();
  using Since = std::map<Version, base::TimePoint>;
  const Version a{1, 0, 0};
  const Version b{2, 0, 0};
  struct Row {
    model::LastKnown known;
    Since since;
  };
  const Row rows[] = {
      {known(a, a, 10), {{a, at(10)}}},
      {known(a, a, 20), {{a, at(10)}}},
      {known(a, b, 30), {{a, at(10)}, {b, at(30)}}},
      {known(b, b, 40), {{b, at(30)}}},
      {known(a, b, 50), {{a, at(50)}, {b, at(30)}}},
  };
  for (const auto& row : rows) {
    ASSERT_TRUE(store->remember_chain(row.known));
    EXPECT_EQ(store->memory()->target_since, row.since);
  }
  EXPECT_EQ(remembered().target_since, rows[4].since);
}

TEST_F(StoreTest, RemembersBinariesToTheLastBit) {
  auto one = binary("6.2.5");
  {
    const auto store = open();
    for (const auto source : {model::BinarySource::built, model::BinarySource::placed}) {
      one.source = source;
      ASSERT_TRUE(store->record_binary(one));
      EXPECT_EQ(store->memory()->binaries.at(one.release), one);
    }
    ASSERT_TRUE(store->record_binary(binary("3.1.7-near-hf")));
  }
  EXPECT_EQ(remembered().binaries.at({"3.1.7-near-hf"}), binary("3.1.7-near-hf"));
  EXPECT_EQ(remembered().binaries.size(), 2U);
  const auto store = open();
  EXPECT_TRUE(store->forget_binary(one.release));
  EXPECT_TRUE(store->forget_binary({"9.9.9"}));
  EXPECT_EQ(store->memory()->binaries.size(), 1U);
}

TEST_F(StoreTest, CountsTheTriesOfAQuarantinedRelease) {
  const Release release{"6.3.0"};
  const auto store = open();
  ASSERT_TRUE(store->quarantine(release, {.reason = "exited", .at = at(1), .sha256 = "aa"}));
  ASSERT_TRUE(store->quarantine(release, {.reason = "again", .at = at(2), .sha256 = "bb"}));
  ASSERT_TRUE(store->quarantine({"6.4.0"}, {.reason = "other", .at = at(3), .sha256 = ""}));
  const auto memory = store->memory();
  const auto& entry = memory->quarantine.at(release);
  EXPECT_EQ(entry.reason, "again");
  EXPECT_EQ(entry.at, at(2));
  EXPECT_EQ(entry.sha256, "bb");
  EXPECT_EQ(entry.tries, 2U);
  EXPECT_EQ(memory->quarantine.at({"6.4.0"}).tries, 1U);
}

TEST_F(StoreTest, QuarantinesTheRecordedBinaryWhereNoDigestIsGiven) {
  const auto store = open();
  const auto known = binary("6.3.0");
  ASSERT_TRUE(store->record_binary(known));
  ASSERT_TRUE(store->quarantine({"6.3.0"}, {.reason = "exited", .at = at(1), .sha256 = ""}));
  ASSERT_TRUE(store->quarantine({"6.4.0"}, {.reason = "exited", .at = at(1), .sha256 = ""}));
  EXPECT_EQ(remembered().quarantine.at({"6.3.0"}).sha256, known.sha256);
  EXPECT_EQ(remembered().quarantine.at({"6.4.0"}).sha256, "");
}

TEST_F(StoreTest, ClearsOnlyWhatIsQuarantined) {
  const auto store = open();
  ASSERT_TRUE(store->quarantine({"6.3.0"}, {.reason = "exited", .at = at(1), .sha256 = "aa"}));
  EXPECT_TRUE(store->clear_quarantine({"6.3.0"}));
  EXPECT_TRUE(remembered().quarantine.empty());
  EXPECT_EQ(store->clear_quarantine({"6.3.0"}).error().message, "release 6.3.0 is not quarantined");
}

TEST_F(StoreTest, RemembersTheLastUpgradeOfEachService) {
  const auto store = open();
  ASSERT_TRUE(store->remember_upgrade("a", {.from = {"1.0.0"}, .to = {"2.0.0"}, .at = at(1)}));
  ASSERT_TRUE(store->remember_upgrade("a", {.from = {"2.0.0"}, .to = {"3.0.0"}, .at = at(2)}));
  ASSERT_TRUE(store->remember_upgrade("b", {.from = {"1.0.0"}, .to = {"2.0.0"}, .at = at(3)}));
  const auto upgrades = remembered().upgrades;
  ASSERT_EQ(upgrades.size(), 2U);
  EXPECT_EQ(upgrades.at("a").from.name, "2.0.0");
  EXPECT_EQ(upgrades.at("a").to.name, "3.0.0");
  EXPECT_EQ(upgrades.at("a").at, at(2));
}

TEST_F(StoreTest, KeepsARunWithItsActionsInOrder) {
  const auto store = open();
  const auto id = store->begin_run(run("2026-11-22T08:00:00Z")).value();
  ASSERT_TRUE(store->action_started(id, 1, action("started")));
  ASSERT_TRUE(store->action_ended(id, 1, action("failed")));
  ASSERT_TRUE(store->action_started(id, 0, action("started")));
  ASSERT_TRUE(store->action_ended(id, 0, action("done")));
  ASSERT_TRUE(store->action_ended(id, 2, action("skipped")));
  ASSERT_TRUE(store->end_run(id, "2026-11-22T08:00:09Z", "failed"));

  const auto runs = history();
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].id, id);
  EXPECT_EQ(runs[0].started, "2026-11-22T08:00:00Z");
  EXPECT_EQ(runs[0].finished, "2026-11-22T08:00:09Z");
  EXPECT_EQ(runs[0].trigger, "apply");
  EXPECT_EQ(runs[0].config_sha256, std::string(64, 'c'));
  EXPECT_EQ(runs[0].config_commit, "abc123");
  EXPECT_EQ(runs[0].result, "failed");
  const char* const statuses[] = {"done", "failed", "skipped"};
  ASSERT_EQ(runs[0].actions.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& found = runs[0].actions[i];
    EXPECT_EQ(found.status, statuses[i]);
    EXPECT_EQ(found.kind, "restart_service");
    EXPECT_EQ(found.target, "provider-eth1");
    EXPECT_EQ(found.reason, "the chain asks for 6.3.0");
    EXPECT_EQ(found.ms, 1'234);
  }
  EXPECT_EQ(runs[0].actions[1].error, "it did not come up");
}

TEST_F(StoreTest, ShowsAnInterruptedRun) {
  {
    const auto store = open();
    const auto id = store->begin_run(run("2026-11-22T08:00:00Z")).value();
    ASSERT_TRUE(store->action_ended(id, 0, action("done")));
    ASSERT_TRUE(store->action_started(id, 1, action("done")));
  }
  const auto next = open();
  const auto id = next->begin_run(run("2026-11-22T09:00:00Z")).value();
  ASSERT_TRUE(next->end_run(id, "2026-11-22T09:00:01Z", "failed"));

  const auto runs = history();
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[1].finished, "");
  EXPECT_EQ(runs[1].result, "");
  ASSERT_EQ(runs[1].actions.size(), 2U);
  EXPECT_EQ(runs[1].actions[1].status, "started");
}

TEST_F(StoreTest, ListsRunsNewestFirstThoseThatFoundNothingToDoToo) {
  const auto store = open();
  const char* const results[] = {"converged", "changed", "converged", "failed", "rolled_back"};
  for (const auto* result : results) {
    const auto id = store->begin_run(run("2026-11-22T08:00:00Z")).value();
    ASSERT_TRUE(store->end_run(id, "2026-11-22T08:00:01Z", result));
  }
  std::vector<std::string> seen;
  for (const auto& found : history()) {
    seen.push_back(found.result);
  }
  EXPECT_EQ(
      seen,
      (std::vector<std::string>{"rolled_back", "failed", "converged", "changed", "converged"}));
  ASSERT_EQ(history(1).size(), 1U);
  EXPECT_EQ(history(1)[0].result, "rolled_back");
}

TEST_F(StoreTest, FailsForARunThatDoesNotExist) {
  const auto store = open();
  EXPECT_EQ(store->end_run(7, "2026-11-22T08:00:01Z", "failed").error().message,
            "cannot write " + file().string() + ": it has no run 7");
  EXPECT_FALSE(store->action_started(7, 0, action("started")));
}

TEST_F(StoreTest, TakesTextOfAnyKind) {
  const std::string odd{"a'b\"c\n;--\0\xFF", 12};
  const auto store = open();
  auto record = action("failed");
  record.error = odd;
  const auto id = store->begin_run(run(odd)).value();
  ASSERT_TRUE(store->action_ended(id, 0, record));
  EXPECT_EQ(history()[0].started, odd);
  EXPECT_EQ(history()[0].actions[0].error, odd);
}

TEST(NoLedger, ForgetsAllAndSaysSo) {
  NoLedger none;
  EXPECT_TRUE(none.remember_chain(known({1, 0, 0}, {1, 0, 0}, 1)));
  EXPECT_TRUE(none.record_binary(binary("1.0.0")));
  EXPECT_TRUE(none.forget_binary({"1.0.0"}));
  EXPECT_FALSE(none.quarantine({"1.0.0"}, {.reason = "x", .at = at(1), .sha256 = ""}));
  EXPECT_TRUE(none.remember_upgrade("a", {.from = {"1.0.0"}, .to = {"2.0.0"}, .at = at(1)}));
  const auto id = none.begin_run(run("2026-11-22T08:00:00Z")).value();
  EXPECT_TRUE(none.action_started(id, 0, action("started")));
  EXPECT_TRUE(none.action_ended(id, 0, action("done")));
  EXPECT_TRUE(none.end_run(id, "2026-11-22T08:00:01Z", "changed"));
  EXPECT_TRUE(none.memory()->quarantine.empty());
  EXPECT_TRUE(none.runs(0)->empty());
  EXPECT_FALSE(none.clear_quarantine({"1.0.0"}));
}

}  // namespace
}  // namespace lavavisor::store
