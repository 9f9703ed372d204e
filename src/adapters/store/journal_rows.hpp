// The journal of runs as rows. All of these throw what SQLite throws.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/report.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace SQLite {
class Column;
class Database;
}  // namespace SQLite

namespace lavavisor::store {

/// So many runs are kept, the newest ones; of those that found nothing to do, fewer.
inline constexpr std::int64_t k_runs_kept = 10'000;
inline constexpr std::int64_t k_idle_runs_kept = 1'000;

/// Add a run that has begun, and drop the oldest ones; its id.
std::int64_t insert_run(SQLite::Database& database, const model::RunRecord& run);

/// Add an action, or change the one of that number.
void write_action(SQLite::Database& database,
                  std::int64_t run,
                  std::size_t number,
                  const model::ActionRecord& action);

/// False when there is no such run.
bool finish_run(SQLite::Database& database,
                std::int64_t run,
                const std::string& finished,
                const std::string& result);

/// The newest `limit` runs (0 = all), newest first.
std::vector<model::RunRecord> read_runs(SQLite::Database& database, std::size_t limit);

/// NULL is not known.
std::optional<bool> yes_or_no(const SQLite::Column& column);

/// What triggers have counted, of rows that are gone too.
model::Totals read_totals(SQLite::Database& database);

}  // namespace lavavisor::store
