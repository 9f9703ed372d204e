// The ledger's memory as rows. All of these throw what SQLite throws.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/observed.hpp"

#include <string>

namespace SQLite {
class Database;
}

namespace lavavisor::store {

/// All of it, as of one instant. Fails when a row holds what is no version.
base::Result<model::Memory> read_memory(SQLite::Database& database);

/// Keep the versions; targets that are new get their time, those no longer asked for are forgotten.
void write_last_known(SQLite::Database& database, const model::LastKnown& known);

void write_binary(SQLite::Database& database, const model::BinaryRecord& binary);
void delete_binary(SQLite::Database& database, const model::Release& release);

/// Add, or count `tries` up and renew the rest.
void write_quarantine(SQLite::Database& database,
                      const model::Release& release,
                      const model::Quarantine& entry);

/// False when the release was not in it.
bool delete_quarantine(SQLite::Database& database, const model::Release& release);

void write_upgrade(SQLite::Database& database,
                   const std::string& service,
                   const model::Upgrade& upgrade);

}  // namespace lavavisor::store
