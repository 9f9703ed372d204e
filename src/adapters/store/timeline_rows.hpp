// Who ran what from when on, as rows. All of these throw what SQLite throws.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/report.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace SQLite {
class Database;
}

namespace lavavisor::store {

/// So many changes are kept, the newest ones, and the newest of each service in any case.
inline constexpr std::int64_t k_changes_kept = 2'000;

/// Add a change, and drop the oldest ones; one that is the service's newest already adds nothing.
void write_running(SQLite::Database& database, const model::RunningSince& change);

/// All of them, oldest first.
std::vector<model::RunningSince> read_timeline(SQLite::Database& database);

/// The newest release of each service; "" = it was down.
std::map<std::string, std::string> read_running(SQLite::Database& database);

}  // namespace lavavisor::store
