// SQLite's ways of opening, failing and being damaged, in our words.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/store/database.hpp"

#include "adapters/store/migrations.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "base/time.hpp"

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>

#include <sqlite3.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <variant>

namespace lavavisor::store {
namespace {

using base::fail;
using base::Result;

/// Every table, so that a database that lacks one is recognized on opening: those that it has had
/// from the first schema on, and those of the newest.
constexpr auto k_first_tables =
    "SELECT 1 FROM last_known, targets, quarantine, upgrades, binaries, runs, actions LIMIT 0";
constexpr auto k_later_tables =
    "SELECT 1 FROM action_totals, run_totals, timeline, outbox, standing_failure LIMIT 0";

/// The primary result code (https://sqlite.org/rescode.html) of what was thrown; 0 = not SQLite's.
int code_of(const std::exception& thrown) {
  const auto* failure = dynamic_cast<const SQLite::Exception*>(&thrown);
  return failure == nullptr ? 0 : failure->getErrorCode() & 0xFF;
}

bool is_damage(const std::exception& thrown) {
  const int code = code_of(thrown);
  return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

int schema_of(SQLite::Database& database) {
  return database.execAndGet("PRAGMA user_version").getInt();
}

Result<void> refuse_newer(const Path& file, SQLite::Database& database) {
  const int found = schema_of(database);
  const auto known = static_cast<int>(migrations().size());
  if (found <= known) {
    return {};
  }
  return fail("cannot use " + file.string() + ": a newer lavavisor made it (schema " +
              std::to_string(found) + ", this one knows up to " + std::to_string(known) +
              "); upgrade lavavisor, or move the file away");
}

/// Others may be about to do the same: which migration is next is asked with the lock held.
void migrate(SQLite::Database& database) {
  const auto all = migrations();
  while (static_cast<std::size_t>(schema_of(database)) < all.size()) {
    SQLite::Transaction transaction{database, SQLite::TransactionBehavior::IMMEDIATE};
    const auto next = static_cast<std::size_t>(schema_of(database));
    if (next < all.size()) {
      database.exec(std::string{all[next].sql});
      database.exec("PRAGMA user_version = " + std::to_string(next + 1));
    }
    transaction.commit();
  }
}

std::optional<std::string> lack_of(const char* tables, SQLite::Database& database) {
  if (database.tryExec(tables) != SQLITE_OK) {
    return std::string{database.getErrorMsg()};
  }
  return std::nullopt;
}

/// Why a database that opened can't be brought to the newest schema; none = it can.
std::optional<std::string> damage_before_migration(SQLite::Database& database) {
  return schema_of(database) == 0 ? std::nullopt : lack_of(k_first_tables, database);
}

Path with_suffix(const Path& file, const std::string& suffix) {
  return file.string() + suffix;
}

/// The check reads the whole file, so a large one is not checked each time it is opened: after an
/// end that was not clean (which leaves a WAL), and each day before the first run is recorded.
bool is_to_be_checked(const Path& file, bool ended_cleanly, SQLite::Database& database) {
  constexpr std::uintmax_t k_checked_at_once = 1U << 20U;
  constexpr std::size_t k_day = 10;  // the digits of 2026-11-22
  std::error_code error;
  if (!ended_cleanly || std::filesystem::file_size(file, error) <= k_checked_at_once || error) {
    return true;
  }
  SQLite::Statement newest{database, "SELECT started FROM runs ORDER BY id DESC LIMIT 1"};
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  return !newest.executeStep() || newest.getColumn(0).getString().substr(0, k_day) !=
                                      base::format_time(now).substr(0, k_day);
}

/// Why a database that opened is of no use; none = it is sound.
std::optional<std::string> damage_in(const Path& file,
                                     bool ended_cleanly,
                                     SQLite::Database& database) {
  if (is_to_be_checked(file, ended_cleanly, database)) {
    const std::string verdict = database.execAndGet("PRAGMA quick_check(1)").getString();
    if (verdict != "ok") {
      return base::printable(verdict);
    }
  }
  const auto lack = lack_of(k_first_tables, database);
  return lack ? lack : lack_of(k_later_tables, database);
}

/// Prove now that it can be written, rather than when the first row is due.
void take_write_lock_once(SQLite::Database& database) {
  SQLite::Transaction{database, SQLite::TransactionBehavior::IMMEDIATE}.commit();
}

/// Whoever may write to the folder may have put something there that leads elsewhere.
Result<void> refuse_special(const Path& file) {
  struct stat found {};
  if (::lstat(file.c_str(), &found) != 0 || S_ISREG(found.st_mode)) {
    return {};
  }
  return fail("cannot open " + file.string() + ": it is " +
              (S_ISLNK(found.st_mode) ? "a symbolic link" : "not a regular file") +
              "; move it away");
}

struct Damaged {
  std::string why;
};
using Attempt = std::variant<Connection, Damaged, base::Error>;

/// `file` with the links on the way to it resolved, but not the file itself: with NOFOLLOW, SQLite
/// takes none anywhere.
std::string without_links(const Path& file) {
  std::error_code error;
  const auto folder = std::filesystem::weakly_canonical(file.parent_path(), error);
  return (error ? file : folder / file.filename()).string();
}

Attempt try_to_open(const Path& file, std::chrono::milliseconds patience) {
  try {
    constexpr int k_flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW;
    std::error_code ignored;
    const bool ended_cleanly = !std::filesystem::exists(with_suffix(file, "-wal"), ignored);
    Connection connection{
        new SQLite::Database{without_links(file), k_flags, static_cast<int>(patience.count())}};
    auto& database = *connection;
    if (::sqlite3_db_readonly(database.getHandle(), "main") == 1) {
      return base::Error{"cannot write " + file.string() + ": it is read-only"};
    }
    if (auto usable = refuse_newer(file, database); !usable) {
      return usable.error();
    }
    database.exec("PRAGMA journal_mode = WAL");
    database.exec("PRAGMA synchronous = NORMAL");
    database.exec("PRAGMA foreign_keys = ON");
    if (auto why = damage_before_migration(database)) {
      return Damaged{std::move(*why)};
    }
    migrate(database);
    if (auto why = damage_in(file, ended_cleanly, database)) {
      return Damaged{std::move(*why)};
    }
    take_write_lock_once(database);
    return connection;
  } catch (const std::exception& thrown) {
    if (is_damage(thrown)) {
      return Damaged{thrown.what()};
    }
    return explain(file, "open", thrown);
  }
}

/// Rename the damaged database and what belongs to it; the new name.
Result<Path> set_aside(const Path& file) {
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  const auto aside = with_suffix(file, ".corrupt-" + base::format_time(now));
  Path free = aside;
  for (int i = 2; std::filesystem::exists(std::filesystem::symlink_status(free)); ++i) {
    free = with_suffix(aside, "-" + std::to_string(i));
  }
  for (const std::string suffix : {"-wal", "-shm", ""}) {
    std::error_code error;
    std::filesystem::rename(with_suffix(file, suffix), with_suffix(free, suffix), error);
    if (error && error != std::errc::no_such_file_or_directory) {
      return fail("cannot move " + file.string() + " aside: " + base::errno_text(error.value()));
    }
  }
  return free;
}

/// As SQLite's URI names want a path (https://sqlite.org/uri.html).
std::string uri_of(const Path& file) {
  std::string path = base::replace_all(file.string(), "%", "%25");
  path = base::replace_all(std::move(path), "?", "%3f");
  path = base::replace_all(std::move(path), "#", "%23");
  return "file:" + path + "?immutable=1";
}

Connection migrated_copy(SQLite::Database& database) {
  Connection copy{new SQLite::Database{":memory:", SQLite::OPEN_READWRITE}};
  SQLite::Backup{*copy, database}.executeStep();
  migrate(*copy);
  return copy;
}

}  // namespace

void CloseDatabase::operator()(SQLite::Database* database) const {
  delete database;
}

Result<OpenedDatabase> open_to_write(const Path& file, std::chrono::milliseconds patience) {
  if (auto made = base::make_directories(file.parent_path()); !made) {
    return tl::make_unexpected(made.error());
  }
  if (auto usable = refuse_special(file); !usable) {
    return tl::make_unexpected(usable.error());
  }
  OpenedDatabase opened;
  opened.created = !std::filesystem::exists(file);
  for (bool again = false;; again = true) {
    auto attempt = try_to_open(file, patience);
    if (auto* connection = std::get_if<Connection>(&attempt)) {
      opened.connection = std::move(*connection);
      return opened;
    }
    if (auto* error = std::get_if<base::Error>(&attempt)) {
      return tl::make_unexpected(std::move(*error));
    }
    const auto& why = std::get<Damaged>(attempt).why;
    if (again) {
      return fail("cannot open " + file.string() + ": " + why);
    }
    const auto aside = set_aside(file);
    if (!aside) {
      return tl::make_unexpected(aside.error());
    }
    opened.created = true;
    opened.warnings.push_back(file.string() + " was damaged (" + why +
                              ") and is made anew; history and quarantine are lost, the old file "
                              "is kept as " +
                              aside->filename().string());
  }
}

Result<Connection> open_to_read(const Path& file, ReadMode mode) {
  if (auto usable = refuse_special(file); !usable) {
    return tl::make_unexpected(usable.error());
  }
  return guarded(file, "read", [&]() -> Result<Connection> {
    constexpr int k_patience = 5'000;
    Connection connection{
        mode == ReadMode::immutable
            ? new SQLite::Database{uri_of(file), SQLite::OPEN_READONLY | SQLite::OPEN_URI}
            : new SQLite::Database{file.string(), SQLite::OPEN_READONLY, k_patience}};
    if (auto usable = refuse_newer(file, *connection); !usable) {
      return tl::make_unexpected(usable.error());
    }
    if (static_cast<std::size_t>(schema_of(*connection)) < migrations().size()) {
      return migrated_copy(*connection);
    }
    return connection;
  });
}

base::Error explain(const Path& file, std::string_view verb, const std::exception& thrown) {
  const auto cause = [&]() -> std::string {
    switch (code_of(thrown)) {
      case SQLITE_BUSY:
      case SQLITE_LOCKED:
        return "another program holds it locked";
      case SQLITE_FULL:
        return "no space left on device";
      case SQLITE_READONLY:
        return "it is read-only";
      case SQLITE_NOTADB:
        return "it is not a database";
      case SQLITE_CORRUPT:
        return "it is damaged; an apply (of a large one: the first of a day) moves it aside and "
               "makes it anew";
      default:
        return base::printable(thrown.what());
    }
  }();
  return base::Error{"cannot " + std::string{verb} + " " + file.string() + ": " + cause};
}

}  // namespace lavavisor::store
