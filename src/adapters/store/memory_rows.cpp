// One function per table of the ledger's memory.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/store/memory_rows.hpp"

#include "adapters/store/journal_rows.hpp"
#include "adapters/store/timeline_rows.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <SQLiteCpp/VariadicBind.h>

#include <array>

namespace lavavisor::store {
namespace {

using base::Result;
using base::TimePoint;

TimePoint time_at(const SQLite::Column& column) {
  return TimePoint{std::chrono::microseconds{column.getInt64()}};
}
std::int64_t number_of(TimePoint at) {
  return at.time_since_epoch().count();
}

/// stat(2) counts without a sign, SQLite with one; the bits stay.
std::int64_t as_signed(std::uint64_t bits) {
  return static_cast<std::int64_t>(bits);
}
std::uint64_t as_unsigned(const SQLite::Column& column) {
  return static_cast<std::uint64_t>(column.getInt64());
}

struct SourceName {
  model::BinarySource source;
  const char* name;
};
constexpr std::array<SourceName, 3> k_sources{{
    {model::BinarySource::downloaded, "downloaded"},
    {model::BinarySource::placed, "placed"},
    {model::BinarySource::built, "built"},
}};

std::string name_of(model::BinarySource source) {
  for (const auto& row : k_sources) {
    if (row.source == source) {
      return row.name;
    }
  }
  return "placed";
}

model::BinarySource source_of(const std::string& name) {
  for (const auto& row : k_sources) {
    if (row.name == name) {
      return row.source;
    }
  }
  return model::BinarySource::placed;
}

Result<void> read_last_known(SQLite::Database& database, model::Memory& memory) {
  SQLite::Statement row{database,
                        "SELECT provider_target, provider_min, consumer_target, consumer_min,"
                        " height, seen_at FROM last_known"};
  if (!row.executeStep()) {
    return {};
  }
  std::array<model::Version, 4> versions;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    const auto version = model::parse_version(row.getColumn(static_cast<int>(i)).getString());
    if (!version) {
      return tl::make_unexpected(version.error());
    }
    versions[i] = *version;
  }
  memory.last_known =
      model::LastKnown{.versions = {.provider = {.target = versions[0], .min = versions[1]},
                                    .consumer = {.target = versions[2], .min = versions[3]}},
                       .height = row.getColumn(4).getInt64(),
                       .seen_at = time_at(row.getColumn(5))};
  return {};
}

Result<void> read_targets(SQLite::Database& database, model::Memory& memory) {
  SQLite::Statement rows{database, "SELECT version, first_seen FROM targets"};
  while (rows.executeStep()) {
    const auto version = model::parse_version(rows.getColumn(0).getString());
    if (!version) {
      return tl::make_unexpected(version.error());
    }
    memory.target_since[*version] = time_at(rows.getColumn(1));
  }
  return {};
}

void read_quarantine(SQLite::Database& database, model::Memory& memory) {
  SQLite::Statement rows{database, "SELECT release, reason, at, sha256, tries FROM quarantine"};
  while (rows.executeStep()) {
    memory.quarantine[model::Release{rows.getColumn(0).getString()}] =
        model::Quarantine{.reason = rows.getColumn(1).getString(),
                          .at = time_at(rows.getColumn(2)),
                          .sha256 = rows.getColumn(3).getString(),
                          .tries = rows.getColumn(4).getUInt()};
  }
}

void read_upgrades(SQLite::Database& database, model::Memory& memory) {
  SQLite::Statement rows{database, "SELECT service, from_release, to_release, at FROM upgrades"};
  while (rows.executeStep()) {
    memory.upgrades[rows.getColumn(0).getString()] =
        model::Upgrade{.from = model::Release{rows.getColumn(1).getString()},
                       .to = model::Release{rows.getColumn(2).getString()},
                       .at = time_at(rows.getColumn(3))};
  }
}

Result<void> read_binaries(SQLite::Database& database, model::Memory& memory) {
  SQLite::Statement rows{database,
                         "SELECT release, sha256, device, inode, size, modified, changed, source,"
                         " reported, verified_at FROM binaries"};
  while (rows.executeStep()) {
    const model::Release release{rows.getColumn(0).getString()};
    const auto reported = model::parse_version(rows.getColumn(8).getString());
    if (!reported) {
      return tl::make_unexpected(reported.error());
    }
    memory.binaries[release] =
        model::BinaryRecord{.release = release,
                            .sha256 = rows.getColumn(1).getString(),
                            .stamp = {.device = as_unsigned(rows.getColumn(2)),
                                      .inode = as_unsigned(rows.getColumn(3)),
                                      .size = as_unsigned(rows.getColumn(4)),
                                      .modified = rows.getColumn(5).getInt64(),
                                      .changed = rows.getColumn(6).getInt64()},
                            .source = source_of(rows.getColumn(7).getString()),
                            .reported = *reported,
                            .verified_at = time_at(rows.getColumn(9))};
  }
  return {};
}

void read_last_run(SQLite::Database& database, model::Memory& memory) {
  SQLite::Statement row{database,
                        "SELECT \"trigger\", started, finished, result, config_commit,"
                        " config_dirty FROM runs ORDER BY id DESC LIMIT 1"};
  if (row.executeStep()) {
    memory.last_run = model::LastRun{.trigger = row.getColumn(0).getString(),
                                     .started = row.getColumn(1).getString(),
                                     .finished = row.getColumn(2).getString(),
                                     .result = row.getColumn(3).getString(),
                                     .config_commit = row.getColumn(4).getString(),
                                     .config_dirty = yes_or_no(row.getColumn(5))};
  }
}

}  // namespace

Result<model::Memory> read_memory(SQLite::Database& database) {
  const SQLite::Transaction one_instant{database};
  model::Memory memory;
  for (auto* read : {read_last_known, read_targets, read_binaries}) {
    if (auto done = read(database, memory); !done) {
      return tl::make_unexpected(done.error());
    }
  }
  read_quarantine(database, memory);
  read_upgrades(database, memory);
  read_last_run(database, memory);
  memory.running = read_running(database);
  return memory;
}

void write_last_known(SQLite::Database& database, const model::LastKnown& known) {
  const auto& [provider, consumer] = known.versions;
  const std::array targets{model::to_string(provider.target), model::to_string(consumer.target)};
  SQLite::Transaction transaction{database, SQLite::TransactionBehavior::IMMEDIATE};
  SQLite::Statement last{database, "REPLACE INTO last_known VALUES (1, ?, ?, ?, ?, ?, ?)"};
  SQLite::bind(last,
               targets[0],
               model::to_string(provider.min),
               targets[1],
               model::to_string(consumer.min),
               known.height,
               number_of(known.seen_at));
  last.exec();
  SQLite::Statement gone{database, "DELETE FROM targets WHERE version NOT IN (?, ?)"};
  SQLite::bind(gone, targets[0], targets[1]);
  gone.exec();
  for (const auto& target : targets) {
    SQLite::Statement seen{database, "INSERT OR IGNORE INTO targets VALUES (?, ?)"};
    SQLite::bind(seen, target, number_of(known.seen_at));
    seen.exec();
  }
  transaction.commit();
}

void write_binary(SQLite::Database& database, const model::BinaryRecord& binary) {
  SQLite::Statement row{database, "REPLACE INTO binaries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
  SQLite::bind(row,
               binary.release.name,
               binary.sha256,
               as_signed(binary.stamp.device),
               as_signed(binary.stamp.inode),
               as_signed(binary.stamp.size),
               binary.stamp.modified,
               binary.stamp.changed,
               name_of(binary.source),
               model::to_string(binary.reported),
               number_of(binary.verified_at));
  row.exec();
}

void delete_binary(SQLite::Database& database, const model::Release& release) {
  SQLite::Statement row{database, "DELETE FROM binaries WHERE release = ?"};
  SQLite::bind(row, release.name);
  row.exec();
}

void write_quarantine(SQLite::Database& database,
                      const model::Release& release,
                      const model::Quarantine& entry) {
  SQLite::Statement row{database,
                        "INSERT INTO quarantine VALUES (?1, ?2, ?3, coalesce(nullif(?4, ''),"
                        " (SELECT sha256 FROM binaries WHERE release = ?1), ''), ?5)"
                        " ON CONFLICT (release) DO"
                        " UPDATE SET reason = excluded.reason, at = excluded.at,"
                        " sha256 = excluded.sha256, tries = tries + 1"};
  SQLite::bind(row, release.name, entry.reason, number_of(entry.at), entry.sha256, entry.tries);
  row.exec();
}

bool delete_quarantine(SQLite::Database& database, const model::Release& release) {
  SQLite::Statement row{database, "DELETE FROM quarantine WHERE release = ?"};
  SQLite::bind(row, release.name);
  return row.exec() > 0;
}

void write_upgrade(SQLite::Database& database,
                   const std::string& service,
                   const model::Upgrade& upgrade) {
  SQLite::Statement row{database, "REPLACE INTO upgrades VALUES (?, ?, ?, ?)"};
  SQLite::bind(row, service, upgrade.from.name, upgrade.to.name, number_of(upgrade.at));
  row.exec();
}

}  // namespace lavavisor::store
