// The outbox: a queue in one table, and one row beside it.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/store/outbox_rows.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <SQLiteCpp/VariadicBind.h>

#include <array>

namespace lavavisor::store {
namespace {

using Entry = ports::Outbox::Entry;
using Kind = model::Event::Kind;

struct KindName {
  Kind kind;
  const char* name;
};
constexpr std::array<KindName, 5> k_kinds{{
    {Kind::upgrade, "upgrade"},
    {Kind::rollback, "rollback"},
    {Kind::quarantine, "quarantine"},
    {Kind::failure, "failure"},
    {Kind::recovery, "recovery"},
}};

std::string name_of(Kind kind) {
  for (const auto& row : k_kinds) {
    if (row.kind == kind) {
      return row.name;
    }
  }
  return "failure";
}

Kind kind_of(const std::string& name) {
  for (const auto& row : k_kinds) {
    if (row.name == name) {
      return row.kind;
    }
  }
  return Kind::failure;
}

std::int64_t number_of(base::TimePoint at) {
  return at.time_since_epoch().count();
}
base::TimePoint time_at(const SQLite::Column& column) {
  return base::TimePoint{std::chrono::microseconds{column.getInt64()}};
}

/// The rows of a query for id, kind, at, service, from_release, to_release, detail, tries,
/// retry_at.
std::vector<Entry> entries_of(SQLite::Statement& rows) {
  std::vector<Entry> entries;
  while (rows.executeStep()) {
    entries.push_back(Entry{.id = rows.getColumn(0).getInt64(),
                            .event = {.kind = kind_of(rows.getColumn(1).getString()),
                                      .at = time_at(rows.getColumn(2)),
                                      .service = rows.getColumn(3).getString(),
                                      .from = rows.getColumn(4).getString(),
                                      .to = rows.getColumn(5).getString(),
                                      .detail = rows.getColumn(6).getString()},
                            .tries = rows.getColumn(7).getUInt(),
                            .retry_at = time_at(rows.getColumn(8))});
  }
  return entries;
}

void insert_event(SQLite::Database& database, const model::Event& event) {
  SQLite::Statement row{database,
                        "INSERT INTO outbox (kind, at, service, from_release, to_release, detail)"
                        " VALUES (?, ?, ?, ?, ?, ?)"};
  SQLite::bind(row,
               name_of(event.kind),
               number_of(event.at),
               event.service,
               event.from,
               event.to,
               event.detail);
  row.exec();
}

std::vector<Entry> drop_oldest(SQLite::Database& database) {
  SQLite::Statement oldest{
      database,
      "SELECT * FROM outbox WHERE id <="
      " (SELECT id FROM outbox ORDER BY id DESC LIMIT 1 OFFSET ?) ORDER BY id"};
  SQLite::bind(oldest, k_events_kept);
  auto dropped = entries_of(oldest);
  for (const auto& entry : dropped) {
    remove_event(database, entry.id);
  }
  return dropped;
}

}  // namespace

std::vector<Entry> put_events(SQLite::Database& database,
                              const std::vector<model::Event>& events,
                              const std::string& standing_failure) {
  SQLite::Transaction transaction{database, SQLite::TransactionBehavior::IMMEDIATE};
  for (const auto& event : events) {
    insert_event(database, event);
  }
  SQLite::Statement standing{database, "REPLACE INTO standing_failure VALUES (1, ?)"};
  SQLite::bind(standing, standing_failure);
  standing.exec();
  auto dropped = drop_oldest(database);
  transaction.commit();
  return dropped;
}

std::string read_standing_failure(SQLite::Database& database) {
  SQLite::Statement row{database, "SELECT text FROM standing_failure"};
  return row.executeStep() ? row.getColumn(0).getString() : std::string{};
}

std::vector<Entry> due_events(SQLite::Database& database, base::TimePoint now, std::size_t limit) {
  SQLite::Statement rows{database, "SELECT * FROM outbox WHERE retry_at <= ? ORDER BY id LIMIT ?"};
  SQLite::bind(rows, number_of(now), static_cast<std::int64_t>(limit));
  return entries_of(rows);
}

void remove_event(SQLite::Database& database, std::int64_t id) {
  SQLite::Statement row{database, "DELETE FROM outbox WHERE id = ?"};
  SQLite::bind(row, id);
  row.exec();
}

void postpone_event(SQLite::Database& database, std::int64_t id, base::TimePoint retry_at) {
  SQLite::Statement row{database, "UPDATE outbox SET tries = tries + 1, retry_at = ? WHERE id = ?"};
  SQLite::bind(row, number_of(retry_at), id);
  row.exec();
}

}  // namespace lavavisor::store
