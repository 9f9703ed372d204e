// Events that are still to be told, as rows. All of these throw what SQLite throws.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/outbox.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace SQLite {
class Database;
}

namespace lavavisor::store {

/// So many events wait at most.
inline constexpr std::int64_t k_events_kept = 1'000;

/// Add `events` and set the failure that is standing; the oldest ones beyond k_events_kept, which
/// are gone.
std::vector<ports::Outbox::Entry> put_events(SQLite::Database& database,
                                             const std::vector<model::Event>& events,
                                             const std::string& standing_failure);

/// "" = none.
std::string read_standing_failure(SQLite::Database& database);

/// The oldest `limit` whose time has come, oldest first.
std::vector<ports::Outbox::Entry> due_events(SQLite::Database& database,
                                             base::TimePoint now,
                                             std::size_t limit);

void remove_event(SQLite::Database& database, std::int64_t id);

/// One more try has failed.
void postpone_event(SQLite::Database& database, std::int64_t id, base::TimePoint retry_at);

}  // namespace lavavisor::store
