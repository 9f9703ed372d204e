// The timeline: written once per change, bounded, read whole.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/store/timeline_rows.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <SQLiteCpp/VariadicBind.h>

namespace lavavisor::store {
namespace {

void drop_old_changes(SQLite::Database& database) {
  SQLite::Statement old{database,
                        "DELETE FROM timeline WHERE id <="
                        " (SELECT id FROM timeline ORDER BY id DESC LIMIT 1 OFFSET ?)"
                        " AND EXISTS (SELECT 1 FROM timeline AS later"
                        "  WHERE later.service = timeline.service AND later.id > timeline.id)"};
  SQLite::bind(old, k_changes_kept);
  old.exec();
}

}  // namespace

void write_running(SQLite::Database& database, const model::RunningSince& change) {
  SQLite::Transaction transaction{database, SQLite::TransactionBehavior::IMMEDIATE};
  SQLite::Statement row{database,
                        "INSERT INTO timeline (service, release, since) SELECT ?1, ?2, ?3"
                        " WHERE ?2 IS NOT (SELECT release FROM timeline WHERE service = ?1"
                        "  ORDER BY id DESC LIMIT 1)"};
  SQLite::bind(row,
               change.service,
               change.release,
               static_cast<std::int64_t>(change.since.time_since_epoch().count()));
  if (row.exec() > 0) {
    drop_old_changes(database);
  }
  transaction.commit();
}

std::vector<model::RunningSince> read_timeline(SQLite::Database& database) {
  SQLite::Statement rows{database, "SELECT service, release, since FROM timeline ORDER BY id"};
  std::vector<model::RunningSince> changes;
  while (rows.executeStep()) {
    changes.push_back(model::RunningSince{
        .service = rows.getColumn(0).getString(),
        .release = rows.getColumn(1).getString(),
        .since = model::TimePoint{std::chrono::microseconds{rows.getColumn(2).getInt64()}}});
  }
  return changes;
}

std::map<std::string, std::string> read_running(SQLite::Database& database) {
  // With one max(), SQLite takes the other columns from the row that has it
  // (https://sqlite.org/lang_select.html#bareagg).
  SQLite::Statement rows{database,
                         "SELECT service, release, max(id) FROM timeline GROUP BY service"};
  std::map<std::string, std::string> running;
  while (rows.executeStep()) {
    running[rows.getColumn(0).getString()] = rows.getColumn(1).getString();
  }
  return running;
}

}  // namespace lavavisor::store
