// What the second schema brought: a ledger of the first one comes along whole, what is counted
// outlives its rows, and the timeline and the outbox stay small.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/store/database.hpp"
#include "adapters/store/journal_rows.hpp"
#include "adapters/store/migrations.hpp"
#include "adapters/store/outbox_rows.hpp"
#include "adapters/store/store.hpp"
#include "adapters/store/timeline_rows.hpp"
#include "base/file.hpp"
#include "unit/adapters/store/ledger_samples.hpp"
#include "unit/base/scratch.hpp"

#include <SQLiteCpp/Database.h>
#include <gtest/gtest.h>

namespace lavavisor::store {
namespace {

using Counts = std::map<std::pair<std::string, std::string>, std::uint64_t>;
std::pair<std::string, std::string> ran(const char* service, const char* release) {
  return {service, release};
}
using Changes = std::vector<std::pair<std::string, std::string>>;

model::Event event(const std::string& detail) {
  return {.kind = model::Event::Kind::upgrade,
          .at = at(77),
          .service = "provider-eth1",
          .from = "6.2.4",
          .to = "6.2.5",
          .detail = detail};
}

class StoreGrowth : public testing::Test {
 protected:
  const Path& file() const { return m_file; }

  std::unique_ptr<Store> open() const {
    auto opened = Store::open(m_file);
    EXPECT_TRUE(opened) << opened.error().message;
    EXPECT_TRUE(opened->warnings.empty());
    return std::move(opened->store);
  }

  /// A ledger as the first release made it, with rows in every table.
  void make_first_schema() const {
    SQLite::Database database{m_file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
    database.exec("PRAGMA journal_mode = WAL");
    database.exec(std::string{migrations()[0].sql});
    database.exec(
        "INSERT INTO last_known VALUES (1, '6.2.5', '6.0.0', '6.2.5', '6.0.0', 7, 8);"
        "INSERT INTO targets VALUES ('6.2.5', 9);"
        "INSERT INTO quarantine VALUES ('6.3.0', 'exited', 1, 'aa', 2);"
        "INSERT INTO upgrades VALUES ('a', '6.2.4', '6.2.5', 3);"
        "INSERT INTO binaries VALUES ('6.2.5', 'bb', 1, 2, 3, 4, 5, 'built', '6.1.0', 6);"
        "INSERT INTO runs VALUES (1, 's', 'f', 'apply', 'c', 'g', 'changed'),"
        " (2, 's', 'f', 'run', 'c', 'g', 'changed'), (3, 's', 'f', 'run', 'c', '', 'failed'),"
        " (4, 's4', '', 'run', 'c', 'g', '');"
        "INSERT INTO actions VALUES (1, 0, 'k', 't', 'r', 'done', '', 1),"
        " (2, 0, 'k', 't', 'r', 'done', '', 1), (3, 0, 'k', 't', 'r', 'failed', 'e', 1),"
        " (4, 0, 'k', 't', 'r', 'started', '', 0);"
        "PRAGMA user_version = 1");
  }

  void expect_all_of_first_schema(ports::LedgerReader& ledger) const {
    const auto memory = ledger.memory();
    ASSERT_TRUE(memory) << memory.error().message;
    EXPECT_EQ(memory->last_known->height, 7);
    EXPECT_EQ(memory->target_since.size(), 1U);
    EXPECT_EQ(memory->quarantine.at({"6.3.0"}).tries, 2U);
    EXPECT_EQ(memory->upgrades.at("a").to.name, "6.2.5");
    EXPECT_EQ(memory->binaries.at({"6.2.5"}).sha256, "bb");
    EXPECT_EQ(memory->last_run->started, "s4");
    EXPECT_EQ(memory->last_run->result, "");
    EXPECT_FALSE(memory->last_run->config_dirty);
    EXPECT_TRUE(memory->running.empty());
    const auto runs = ledger.runs(0);
    ASSERT_EQ(runs->size(), 4U);
    EXPECT_EQ(runs->back().actions.at(0).status, "done");
    EXPECT_FALSE(runs->back().config_dirty);
    EXPECT_EQ(ledger.totals()->actions, (Counts{{{"k", "done"}, 2}, {{"k", "failed"}, 1}}));
    EXPECT_EQ(ledger.totals()->runs,
              (std::map<std::string, std::uint64_t>{{"changed", 2}, {"failed", 1}}));
    EXPECT_TRUE(ledger.timeline()->empty());
  }

  static Changes changes_in(ports::LedgerReader& ledger) {
    Changes changes;
    const auto timeline = ledger.timeline();
    for (const auto& change : *timeline) {
      changes.emplace_back(change.service, change.release);
    }
    return changes;
  }

 private:
  base::Scratch m_scratch;
  Path m_file = m_scratch.path() / "state.db";
};

TEST_F(StoreGrowth, ReadsALedgerOfTheFirstReleaseAndLeavesItAlone) {
  make_first_schema();
  const auto before = base::read_file(file()).value();
  StoreReader reader{file()};
  expect_all_of_first_schema(reader);
  EXPECT_EQ(base::read_file(file()).value(), before);
}

TEST_F(StoreGrowth, TakesALedgerOfTheFirstReleaseAlongWhole) {
  make_first_schema();
  {
    const auto store = open();
    expect_all_of_first_schema(*store);
    ASSERT_TRUE(store->action_ended(4, 0, action("done")));
    ASSERT_TRUE(store->end_run(4, "f", "changed"));
  }
  StoreReader reader{file()};
  EXPECT_EQ(reader.totals()->runs.at("changed"), 3U);
  EXPECT_EQ(reader.totals()->actions.at({"restart_service", "done"}), 1U);
}

TEST_F(StoreGrowth, MovesALedgerAsideThatLacksATableOfItsSchema) {
  for (const auto* lacking : {"quarantine", "outbox"}) {
    open();
    {
      SQLite::Database{file().string(), SQLite::OPEN_READWRITE}.exec("DROP TABLE " +
                                                                     std::string{lacking});
    }
    const auto opened = Store::open(file());
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_EQ(opened->warnings.size(), 1U) << lacking;
  }
}

TEST_F(StoreGrowth, KeepsWhetherTheConfigurationsTreeWasDirty) {
  const auto store = open();
  for (const auto dirty : {std::optional<bool>{}, std::optional{true}, std::optional{false}}) {
    auto record = run("2026-11-22T08:00:00Z");
    record.config_dirty = dirty;
    const auto id = store->begin_run(record).value();
    EXPECT_EQ(store->runs(1)->at(0).config_dirty, dirty);
    EXPECT_EQ(store->memory()->last_run->config_dirty, dirty);
    EXPECT_EQ(store->memory()->last_run->config_commit, "abc123");
    ASSERT_TRUE(store->end_run(id, "2026-11-22T08:00:01Z", "changed"));
    EXPECT_EQ(store->memory()->last_run->result, "changed");
    EXPECT_EQ(store->memory()->last_run->finished, "2026-11-22T08:00:01Z");
  }
}

TEST_F(StoreGrowth, CountsEachActionAndEachRunOnce) {
  const auto store = open();
  const auto id = store->begin_run(run("s")).value();
  ASSERT_TRUE(store->action_started(id, 0, action("started")));
  EXPECT_TRUE(store->totals()->actions.empty());
  for (int again = 0; again < 3; ++again) {
    ASSERT_TRUE(store->action_ended(id, 0, action("done")));
    ASSERT_TRUE(store->action_ended(id, 1, action("skipped")));
    ASSERT_TRUE(store->end_run(id, "f", "changed"));
  }
  EXPECT_EQ(store->totals()->actions,
            (Counts{{{"restart_service", "done"}, 1}, {{"restart_service", "skipped"}, 1}}));
  EXPECT_EQ(store->totals()->runs, (std::map<std::string, std::uint64_t>{{"changed", 1}}));
}

TEST_F(StoreGrowth, KeepsItsCountsWhenOldRowsGo) {
  const auto store = open();
  for (int i = 0; i < 3; ++i) {
    const auto id = store->begin_run(run("s")).value();
    ASSERT_TRUE(store->action_ended(id, 0, action("failed")));
    ASSERT_TRUE(store->end_run(id, "f", "failed"));
  }
  {
    SQLite::Database other{file().string(), SQLite::OPEN_READWRITE};
    other.exec("PRAGMA foreign_keys = ON; DELETE FROM runs");
  }
  EXPECT_EQ(store->totals()->actions.at({"restart_service", "failed"}), 3U);
  EXPECT_EQ(store->totals()->runs.at("failed"), 3U);
}

TEST_F(StoreGrowth, AddsAChangeToTheTimelineOnlyWhereItIsOne) {
  const auto store = open();
  const Changes seen = {ran("a", "1"),
                        ran("a", "1"),
                        ran("b", "1"),
                        ran("a", ""),
                        ran("a", ""),
                        ran("b", "1"),
                        ran("a", "1"),
                        ran("a", "2")};
  std::int64_t time = 0;
  for (const auto& [service, release] : seen) {
    ASSERT_TRUE(store->running({service, release, at(++time)}));
  }
  EXPECT_EQ(changes_in(*store),
            (Changes{ran("a", "1"), ran("b", "1"), ran("a", ""), ran("a", "1"), ran("a", "2")}));
  EXPECT_EQ(store->timeline()->at(2).since, at(4));
  StoreReader reader{file()};
  EXPECT_EQ(changes_in(reader), changes_in(*store));
  EXPECT_EQ(reader.memory()->running,
            (std::map<std::string, std::string>{ran("a", "2"), ran("b", "1")}));
}

TEST_F(StoreGrowth, BoundsTheTimelineAndKeepsTheNewestOfEachService) {
  const auto store = open();
  ASSERT_TRUE(store->running({"quiet", "1", at(1)}));
  {
    SQLite::Database other{file().string(), SQLite::OPEN_READWRITE};
    other.exec(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)"
        " INSERT INTO timeline (service, release, since) SELECT 'busy', i % 2, i FROM n");
  }
  ASSERT_TRUE(store->running({"busy", "9", at(9)}));
  const auto changes = changes_in(*store);
  ASSERT_EQ(changes.size(), static_cast<std::size_t>(k_changes_kept) + 1);
  EXPECT_EQ(changes.front().first, "quiet");
  EXPECT_EQ(changes.back().second, "9");
}

TEST_F(StoreGrowth, KeepsEventsInOrderUntilTheyAreRemoved) {
  {
    const auto store = open();
    ASSERT_TRUE(store->put({event("one"), event("two")}, ""));
    auto odd = event("three");
    odd.kind = model::Event::Kind::recovery;
    ASSERT_TRUE(store->put({odd}, "it is broken"));
  }
  const auto store = open();
  EXPECT_EQ(store->standing_failure().value(), "it is broken");
  auto waiting = store->due(at(0), 10).value();
  ASSERT_EQ(waiting.size(), 3U);
  EXPECT_EQ(waiting[0].event, event("one"));
  EXPECT_EQ(waiting[2].event.kind, model::Event::Kind::recovery);
  EXPECT_EQ(store->due(at(0), 1)->size(), 1U);

  ASSERT_TRUE(store->remove(waiting[0].id));
  ASSERT_TRUE(store->postpone(waiting[1].id, at(1'000)));
  EXPECT_EQ(store->due(at(999), 10)->at(0).event.detail, "three");
  waiting = store->due(at(1'000), 10).value();
  ASSERT_EQ(waiting.size(), 2U);
  EXPECT_EQ(waiting[0].tries, 1U);
  EXPECT_EQ(waiting[0].retry_at, at(1'000));

  const auto last = waiting[1].id;
  ASSERT_TRUE(store->remove(last));
  ASSERT_TRUE(store->put({event("four")}, ""));
  EXPECT_EQ(store->standing_failure().value(), "");
  EXPECT_GT(store->due(at(0), 10)->at(0).id, last);
}

TEST_F(StoreGrowth, DropsTheOldestEventsBeyondItsBoundAndTellsWhich) {
  const auto store = open();
  std::vector<model::Event> many;
  for (int i = 0; i < k_events_kept; ++i) {
    many.push_back(event(std::to_string(i)));
  }
  EXPECT_TRUE(store->put(many, "")->empty());
  const auto dropped = store->put({event("x"), event("y")}, "").value();
  ASSERT_EQ(dropped.size(), 2U);
  EXPECT_EQ(dropped[1].event.detail, "1");
  EXPECT_EQ(store->due(at(0), 2'000)->size(), static_cast<std::size_t>(k_events_kept));
}

}  // namespace
}  // namespace lavavisor::store
