// The ledger's file missing, damaged, locked, read-only, full, too new; and reading without a
// trace. SPDX-License-Identifier: Apache-2.0
#include "adapters/store/journal_rows.hpp"
#include "adapters/store/store.hpp"
#include "base/file.hpp"
#include "unit/adapters/store/ledger_samples.hpp"
#include "unit/base/scratch.hpp"

#include <SQLiteCpp/Database.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

namespace lavavisor::store {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class StoreTrouble : public testing::Test {
 protected:
  const Path& folder() const { return m_scratch.path(); }
  const Path& file() const { return m_file; }

  /// A ledger with something in it, closed.
  void fill() const {
    const auto store = std::move(Store::open(m_file).value().store);
    const auto id = store->begin_run(run("2026-11-22T08:00:00Z")).value();
    ASSERT_TRUE(store->action_ended(id, 0, action("done")));
    ASSERT_TRUE(store->end_run(id, "2026-11-22T08:00:01Z", "changed"));
    ASSERT_TRUE(store->quarantine({"6.3.0"}, {.reason = "x", .at = at(1), .sha256 = ""}));
  }

  std::set<std::string> names() const {
    std::set<std::string> found;
    for (const auto& entry : fs::directory_iterator{folder()}) {
      found.insert(entry.path().filename().string());
    }
    return found;
  }

  /// The file that was moved aside; "" = none.
  std::string aside() const {
    for (const auto& name : names()) {
      if (name.rfind("state.db.corrupt-", 0) == 0 && name.back() == 'Z') {
        return name;
      }
    }
    return "";
  }

 private:
  base::Scratch m_scratch;
  Path m_file = m_scratch.path() / "state.db";
};

TEST_F(StoreTrouble, MovesADamagedFileAsideAndGoesOn) {
  fill();
  const auto whole = base::read_file(file()).value();
  std::string broken_page = whole;
  for (std::size_t page = 4'096; page < broken_page.size(); page += 4'096) {
    broken_page.replace(page, 64, 64, '\xEE');
  }
  struct Row {
    const char* what;
    std::string content;
  };
  const Row rows[] = {
      {"garbage", std::string(10'000, 'x')},
      {"short garbage", "not a database"},
      {"torn off", whole.substr(0, whole.size() / 2)},
      {"torn off in a page", whole.substr(0, 5'000)},
      {"the header only", whole.substr(0, 100)},
      {"overwritten pages", broken_page},
  };
  for (const auto& row : rows) {
    ASSERT_TRUE(base::write_file_atomically(file(), row.content));
    const auto opened = Store::open(file());
    ASSERT_TRUE(opened) << row.what << ": " << opened.error().message;
    EXPECT_TRUE(opened->created) << row.what;
    ASSERT_EQ(opened->warnings.size(), 1U) << row.what;
    EXPECT_EQ(opened->warnings[0].rfind(file().string() + " was damaged (", 0), 0U);
    EXPECT_TRUE(opened->store->memory()->quarantine.empty()) << row.what;
    EXPECT_TRUE(opened->store->begin_run(run("2026-11-22T08:00:00Z"))) << row.what;
    ASSERT_NE(aside(), "") << row.what;
    EXPECT_NE(opened->warnings[0].find(aside()), std::string::npos) << opened->warnings[0];
    EXPECT_EQ(base::read_file(folder() / aside()).value(), row.content) << row.what;
    fs::remove(folder() / aside());
    fs::remove(folder() / (aside() + "-2"));
  }
}

TEST_F(StoreTrouble, MakesNothingWhereALinkInItsPlaceLeads) {
  const auto elsewhere = folder() / "elsewhere";
  fs::create_symlink(elsewhere, file());
  const auto opened = Store::open(file());
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("it is a symbolic link"), std::string::npos);
  EXPECT_FALSE(fs::exists(elsewhere));
}

TEST_F(StoreTrouble, WaitsForNoFifoInItsPlace) {
  ASSERT_EQ(::mkfifo(file().c_str(), 0600), 0);
  const auto opened = Store::open(file());
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("not a regular file"), std::string::npos);
  EXPECT_FALSE(StoreReader{file()}.memory());
}

TEST_F(StoreTrouble, IsFoundThroughALinkToItsFolder) {
  const auto link = folder() / "by-another-name";
  fs::create_directory_symlink(folder(), link);
  EXPECT_TRUE(Store::open(link / "state.db"));
  EXPECT_TRUE(fs::is_regular_file(file()));
}

TEST_F(StoreTrouble, KeepsEveryFileThatWasMovedAside) {
  for (const auto* content : {"one of them", "the other one"}) {
    ASSERT_TRUE(base::write_file_atomically(file(), content));
    ASSERT_TRUE(Store::open(file()));
  }
  const auto all = names();
  EXPECT_EQ(std::count_if(all.begin(),
                          all.end(),
                          [](const auto& name) { return name.find(".corrupt-") != name.npos; }),
            2);
}

TEST_F(StoreTrouble, FillsAnEmptyFile) {
  ASSERT_TRUE(base::write_file_atomically(file(), ""));
  EXPECT_TRUE(StoreReader{file()}.memory());
  const auto opened = Store::open(file());
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_TRUE(opened->warnings.empty());
  EXPECT_TRUE(opened->store->begin_run(run("2026-11-22T08:00:00Z")));
}

TEST_F(StoreTrouble, MovesAnotherProgramsDatabaseAside) {
  {
    SQLite::Database{file().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE}.exec(
        "CREATE TABLE theirs (x); PRAGMA user_version = 1");
  }
  const auto opened = Store::open(file());
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(opened->warnings.size(), 1U);
  EXPECT_NE(aside(), "");
}

/// The page that holds the root of an index is zeroed, which nothing but a check of all notices.
void damage(const Path& file) {
  int page = 0;
  {
    SQLite::Database database{file.string(), SQLite::OPEN_READWRITE};
    page = database.execAndGet("SELECT rootpage FROM sqlite_master WHERE name = 'chaff_by_x'");
  }
  std::fstream bytes{file, std::ios::in | std::ios::out | std::ios::binary};
  bytes.seekp((page - 1) * 4096L);
  bytes << std::string(4096, '\0');
}

TEST_F(StoreTrouble, ALargeFileIsCheckedAfterAnUncleanEndAndBeforeTheFirstRunOfADay) {
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  struct Row {
    const char* what;
    base::TimePoint newest_run;
    bool has_wal;
    bool is_checked;
  };
  const Row rows[] = {
      {"a run of today, a clean end", now, false, false},
      {"a WAL is left", now, true, true},
      {"the newest run is of yesterday", now - 24h, false, true},
  };
  for (const auto& row : rows) {
    fill();
    { (void)Store::open(file()).value().store->begin_run(run(base::format_time(row.newest_run))); }
    {
      SQLite::Database database{file().string(), SQLite::OPEN_READWRITE};
      database.exec(
          "CREATE TABLE chaff (x); INSERT INTO chaff VALUES (zeroblob(2000000));"
          "CREATE INDEX chaff_by_x ON chaff (length(x))");
    }
    damage(file());
    if (row.has_wal) {
      ASSERT_TRUE(base::write_file_atomically(file().string() + "-wal", ""));
    }
    ASSERT_TRUE(Store::open(file())) << row.what;
    EXPECT_EQ(aside() != "", row.is_checked) << row.what;
    for (const auto& name : names()) {
      fs::remove(folder() / name);
    }
  }
}

TEST_F(StoreTrouble, RefusesWhatANewerLavavisorMade) {
  fill();
  { SQLite::Database{file().string(), SQLite::OPEN_READWRITE}.exec("PRAGMA user_version = 9999"); }
  const auto before = base::read_file(file()).value();
  const auto why = "cannot use " + file().string() +
                   ": a newer lavavisor made it (schema 9999, this one knows up to 2); upgrade "
                   "lavavisor, or move the file away";
  EXPECT_EQ(Store::open(file()).error().message, why);
  EXPECT_EQ(StoreReader{file()}.memory().error().message, why);
  EXPECT_EQ(base::read_file(file()).value(), before);
}

TEST_F(StoreTrouble, FailsWhileAnotherProgramHoldsItLocked) {
  fill();
  SQLite::Database other{file().string(), SQLite::OPEN_READWRITE};
  other.exec("BEGIN IMMEDIATE");
  EXPECT_EQ(Store::open(file(), 20ms).error().message,
            "cannot open " + file().string() + ": another program holds it locked");
  other.exec("ROLLBACK");
  EXPECT_TRUE(Store::open(file(), 20ms));
  EXPECT_EQ(aside(), "");
}

TEST_F(StoreTrouble, FailsWhereItsFolderCannotBe) {
  ASSERT_TRUE(base::write_file_atomically(folder() / "file", "x"));
  EXPECT_FALSE(Store::open(folder() / "file" / "state.db"));
  fs::create_directory(file());
  EXPECT_FALSE(Store::open(file()));
  EXPECT_TRUE(fs::is_directory(file()));
}

TEST_F(StoreTrouble, ReadsAndRefusesToWriteOnAReadOnlyFileSystem) {
  const base::SmallDisk disk{folder(), 0, "size=512k"};
  if (!disk.mounted()) {
    GTEST_SKIP() << "needs root and mount(2)";
  }
  fill();
  ASSERT_TRUE(disk.make_read_only());
  EXPECT_EQ(Store::open(file()).error().message,
            "cannot write " + file().string() + ": it is read-only");
  EXPECT_EQ(StoreReader{file()}.memory()->quarantine.size(), 1U);
  EXPECT_EQ(StoreReader{file()}.runs(0)->size(), 1U);
}

TEST_F(StoreTrouble, ReadsALogThatWasLeftBehindOnAReadOnlyFileSystem) {
  const base::SmallDisk disk{folder(), 0, "size=512k"};
  if (!disk.mounted()) {
    GTEST_SKIP() << "needs root and mount(2)";
  }
  fill();
  // A power cut: the log holds rows that the database file does not have yet.
  std::map<std::string, std::string> left;
  {
    const auto store = std::move(Store::open(file()).value().store);
    ASSERT_TRUE(store->begin_run(run("2026-11-22T09:00:00Z")));
    for (const auto* name : {"state.db", "state.db-wal"}) {
      left[name] = base::read_file(folder() / name).value();
    }
  }
  for (const auto& [name, content] : left) {
    ASSERT_TRUE(base::write_file_atomically(folder() / name, content));
  }
  EXPECT_EQ(StoreReader{file()}.runs(0)->size(), 2U);
  fs::remove(folder() / "state.db-shm");
  ASSERT_TRUE(disk.make_read_only());
  EXPECT_EQ(StoreReader{file()}.runs(0)->size(), 1U);
}

TEST_F(StoreTrouble, NamesAFullDisk) {
  const base::SmallDisk disk{folder(), 0, "size=512k"};
  if (!disk.mounted()) {
    GTEST_SKIP() << "needs root and mount(2)";
  }
  const auto opened = Store::open(file());
  ASSERT_TRUE(opened) << opened.error().message;
  const auto written = opened->store->begin_run(run(std::string(1'000'000, 'x')));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().message,
            "cannot write " + file().string() + ": no space left on device");
  EXPECT_TRUE(opened->store->begin_run(run("2026-11-22T08:00:00Z")));
}

TEST_F(StoreTrouble, ReadingCreatesNothing) {
  StoreReader missing{folder() / "no" / "state.db"};
  EXPECT_TRUE(missing.memory()->quarantine.empty());
  EXPECT_TRUE(missing.runs(0)->empty());
  EXPECT_TRUE(names().empty());

  fill();
  const auto before = base::stamp_file(file()).value();
  EXPECT_EQ(StoreReader{file()}.memory()->quarantine.size(), 1U);
  EXPECT_EQ(StoreReader{file()}.runs(0)->size(), 1U);
  EXPECT_EQ(names(), std::set<std::string>{"state.db"});
  EXPECT_EQ(base::stamp_file(file()).value(), before);
}

TEST_F(StoreTrouble, ReadsWhatARunningWriterHasJustWritten) {
  fill();
  const auto store = std::move(Store::open(file()).value().store);
  StoreReader reader{file()};
  EXPECT_EQ(reader.runs(0)->size(), 1U);
  const auto id = store->begin_run(run("2026-11-22T09:00:00Z")).value();
  EXPECT_EQ(reader.runs(0)->size(), 2U);
  ASSERT_TRUE(store->end_run(id, "2026-11-22T09:00:01Z", "failed"));
  EXPECT_EQ(reader.runs(1).value()[0].result, "failed");
}

TEST_F(StoreTrouble, SaysThatADamagedFileCannotBeRead) {
  ASSERT_TRUE(base::write_file_atomically(file(), std::string(10'000, 'x')));
  EXPECT_EQ(StoreReader{file()}.memory().error().message,
            "cannot read " + file().string() + ": it is not a database");
  EXPECT_EQ(aside(), "");
}

TEST_F(StoreTrouble, DoesNotGrowForEver) {
  const auto store = std::move(Store::open(file()).value().store);
  {
    SQLite::Database other{file().string(), SQLite::OPEN_READWRITE};
    other.exec(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)"
        " INSERT INTO runs SELECT i, 's', 'f', 't', 'c', 'g',"
        " iif(i % 4 = 0, 'failed', 'converged'), NULL FROM n");
    other.exec(
        "INSERT INTO actions SELECT id, 0, 'k', 't', 'r', 'failed', 'e', 1 FROM runs"
        " WHERE result = 'failed'");
  }
  ASSERT_TRUE(store->begin_run(run("2026-11-22T08:00:00Z")));
  SQLite::Database other{file().string()};
  EXPECT_EQ(other.execAndGet("SELECT count(*) FROM runs WHERE result = 'converged'").getInt64(),
            k_idle_runs_kept);
  EXPECT_EQ(other.execAndGet("SELECT min(id) FROM runs").getInt64(), 12'001 - k_runs_kept + 3);
  EXPECT_EQ(other.execAndGet("SELECT count(*) FROM actions").getInt64(),
            other.execAndGet("SELECT count(*) FROM runs WHERE result = 'failed'").getInt64());
}

}  // namespace
}  // namespace lavavisor::store
