// Runs and their actions.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/store/journal_rows.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <SQLiteCpp/VariadicBind.h>

namespace lavavisor::store {
namespace {

/// Actions go with their runs.
void drop_old_runs(SQLite::Database& database) {
  SQLite::Statement old{database,
                        "DELETE FROM runs WHERE id <="
                        " (SELECT id FROM runs ORDER BY id DESC LIMIT 1 OFFSET ?)"};
  SQLite::bind(old, k_runs_kept);
  old.exec();
  SQLite::Statement idle{database,
                         "DELETE FROM runs WHERE result = 'converged' AND id <="
                         " (SELECT id FROM runs WHERE result = 'converged'"
                         "  ORDER BY id DESC LIMIT 1 OFFSET ?)"
                         " AND NOT EXISTS (SELECT 1 FROM actions WHERE run = runs.id)"};
  SQLite::bind(idle, k_idle_runs_kept);
  idle.exec();
}

std::vector<model::ActionRecord> read_actions(SQLite::Statement& rows, std::int64_t run) {
  std::vector<model::ActionRecord> actions;
  rows.reset();
  SQLite::bind(rows, run);
  while (rows.executeStep()) {
    actions.push_back(model::ActionRecord{.kind = rows.getColumn(0).getString(),
                                          .target = rows.getColumn(1).getString(),
                                          .reason = rows.getColumn(2).getString(),
                                          .status = rows.getColumn(3).getString(),
                                          .error = rows.getColumn(4).getString(),
                                          .ms = rows.getColumn(5).getInt64()});
  }
  return actions;
}

}  // namespace

std::int64_t insert_run(SQLite::Database& database, const model::RunRecord& run) {
  SQLite::Transaction transaction{database, SQLite::TransactionBehavior::IMMEDIATE};
  SQLite::Statement row{database,
                        "INSERT INTO runs"
                        " (started, \"trigger\", config_sha256, config_commit, config_dirty)"
                        " VALUES (?, ?, ?, ?, ?)"};
  SQLite::bind(row, run.started, run.trigger, run.config_sha256, run.config_commit);
  if (run.config_dirty) {
    row.bind(5, *run.config_dirty ? 1 : 0);
  }
  row.exec();
  const std::int64_t id = database.getLastInsertRowid();
  drop_old_runs(database);
  transaction.commit();
  return id;
}

void write_action(SQLite::Database& database,
                  std::int64_t run,
                  std::size_t number,
                  const model::ActionRecord& action) {
  SQLite::Statement row{database,
                        "INSERT INTO actions VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                        " ON CONFLICT (run, number) DO UPDATE SET kind = excluded.kind,"
                        " target = excluded.target, reason = excluded.reason,"
                        " status = excluded.status, error = excluded.error, ms = excluded.ms"};
  SQLite::bind(row,
               run,
               static_cast<std::int64_t>(number),
               action.kind,
               action.target,
               action.reason,
               action.status,
               action.error,
               action.ms);
  row.exec();
}

bool finish_run(SQLite::Database& database,
                std::int64_t run,
                const std::string& finished,
                const std::string& result) {
  SQLite::Statement row{database, "UPDATE runs SET finished = ?, result = ? WHERE id = ?"};
  SQLite::bind(row, finished, result, run);
  return row.exec() > 0;
}

std::vector<model::RunRecord> read_runs(SQLite::Database& database, std::size_t limit) {
  const SQLite::Transaction one_instant{database};
  SQLite::Statement rows{database,
                         "SELECT id, started, finished, \"trigger\", config_sha256, config_commit,"
                         " config_dirty, result FROM runs ORDER BY id DESC LIMIT ?"};
  SQLite::bind(rows, limit == 0 ? std::int64_t{-1} : static_cast<std::int64_t>(limit));
  SQLite::Statement actions{database,
                            "SELECT kind, target, reason, status, error, ms FROM actions"
                            " WHERE run = ? ORDER BY number"};
  std::vector<model::RunRecord> runs;
  while (rows.executeStep()) {
    const std::int64_t id = rows.getColumn(0).getInt64();
    runs.push_back(model::RunRecord{.id = id,
                                    .started = rows.getColumn(1).getString(),
                                    .finished = rows.getColumn(2).getString(),
                                    .trigger = rows.getColumn(3).getString(),
                                    .config_sha256 = rows.getColumn(4).getString(),
                                    .config_commit = rows.getColumn(5).getString(),
                                    .config_dirty = yes_or_no(rows.getColumn(6)),
                                    .result = rows.getColumn(7).getString(),
                                    .actions = read_actions(actions, id)});
  }
  return runs;
}

std::optional<bool> yes_or_no(const SQLite::Column& column) {
  return column.isNull() ? std::nullopt : std::optional{column.getInt() != 0};
}

model::Totals read_totals(SQLite::Database& database) {
  const SQLite::Transaction one_instant{database};
  model::Totals totals;
  SQLite::Statement actions{database, "SELECT kind, status, count FROM action_totals"};
  while (actions.executeStep()) {
    totals.actions[{actions.getColumn(0).getString(), actions.getColumn(1).getString()}] =
        static_cast<std::uint64_t>(actions.getColumn(2).getInt64());
  }
  SQLite::Statement runs{database, "SELECT result, count FROM run_totals"};
  while (runs.executeStep()) {
    totals.runs[runs.getColumn(0).getString()] =
        static_cast<std::uint64_t>(runs.getColumn(1).getInt64());
  }
  return totals;
}

}  // namespace lavavisor::store
