// The ports of the ledger over one connection; every SQLite exception ends here.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/store/store.hpp"

#include "adapters/store/journal_rows.hpp"
#include "adapters/store/memory_rows.hpp"
#include "adapters/store/outbox_rows.hpp"
#include "adapters/store/timeline_rows.hpp"
#include "base/file.hpp"

#include <SQLiteCpp/Database.h>

namespace lavavisor::store {
namespace {

using base::fail;
using base::Result;

/// Makes what is committed during its life survive a power cut, not only a crash of ours: for the
/// few rows whose loss would repeat a failed upgrade.
class Synced {
 public:
  explicit Synced(SQLite::Database& database) : m_database(database) {
    m_database.exec("PRAGMA synchronous = FULL");
  }
  ~Synced() { m_database.tryExec("PRAGMA synchronous = NORMAL"); }
  Synced(const Synced&) = delete;
  Synced& operator=(const Synced&) = delete;

 private:
  SQLite::Database& m_database;
};

/// Do `work`, which returns nothing, as a guarded write.
template <class Work>
Result<void> write(const Path& file, const Work& work) {
  return guarded(file, "write", [&]() -> Result<void> {
    work();
    return {};
  });
}

Result<model::Memory> memory_in(const Path& file, SQLite::Database& database) {
  return guarded(file, "read", [&]() -> Result<model::Memory> {
    auto memory = read_memory(database);
    if (!memory) {
      return fail("cannot read " + file.string(), memory.error());
    }
    return memory;
  });
}

Result<std::vector<model::RunRecord>> runs_in(const Path& file,
                                              SQLite::Database& database,
                                              std::size_t limit) {
  return guarded(file, "read", [&]() -> Result<std::vector<model::RunRecord>> {
    return read_runs(database, limit);
  });
}

}  // namespace

Store::Store(Path file, Connection connection)
    : m_file(std::move(file)), m_connection(std::move(connection)) {}

Result<Store::Opened> Store::open(const Path& file, std::chrono::milliseconds patience) {
  auto opened = open_to_write(file, patience);
  if (!opened) {
    return tl::make_unexpected(opened.error());
  }
  return Opened{
      .store = std::unique_ptr<Store>{new Store{file, std::move(opened->connection)}},
      .warnings = std::move(opened->warnings),
      .created = opened->created,
  };
}

Result<model::Memory> Store::memory() {
  return memory_in(m_file, *m_connection);
}

Result<std::vector<model::RunRecord>> Store::runs(std::size_t limit) {
  return runs_in(m_file, *m_connection, limit);
}

Result<model::Totals> Store::totals() {
  return guarded(
      m_file, "read", [&]() -> Result<model::Totals> { return read_totals(*m_connection); });
}

Result<std::vector<model::RunningSince>> Store::timeline() {
  return guarded(m_file, "read", [&]() -> Result<std::vector<model::RunningSince>> {
    return read_timeline(*m_connection);
  });
}

Result<void> Store::remember_chain(const model::LastKnown& known) {
  return write(m_file, [&] { write_last_known(*m_connection, known); });
}

Result<void> Store::record_binary(const model::BinaryRecord& binary) {
  return write(m_file, [&] { write_binary(*m_connection, binary); });
}

Result<void> Store::forget_binary(const model::Release& release) {
  return write(m_file, [&] { delete_binary(*m_connection, release); });
}

Result<void> Store::quarantine(const model::Release& release, const model::Quarantine& entry) {
  return write(m_file, [&] {
    const Synced synced{*m_connection};
    write_quarantine(*m_connection, release, entry);
  });
}

Result<void> Store::clear_quarantine(const model::Release& release) {
  return guarded(m_file, "write", [&]() -> Result<void> {
    const Synced synced{*m_connection};
    if (!delete_quarantine(*m_connection, release)) {
      return fail("release " + release.name + " is not quarantined");
    }
    return {};
  });
}

Result<void> Store::remember_upgrade(const std::string& service, const model::Upgrade& upgrade) {
  return write(m_file, [&] {
    const Synced synced{*m_connection};
    write_upgrade(*m_connection, service, upgrade);
  });
}

Result<std::int64_t> Store::begin_run(const model::RunRecord& run) {
  return guarded(
      m_file, "write", [&]() -> Result<std::int64_t> { return insert_run(*m_connection, run); });
}

Result<void> Store::action_started(std::int64_t run,
                                   std::size_t index,
                                   const model::ActionRecord& action) {
  return write(m_file, [&] {
    auto started = action;
    started.status = "started";
    write_action(*m_connection, run, index, started);
  });
}

Result<void> Store::action_ended(std::int64_t run,
                                 std::size_t index,
                                 const model::ActionRecord& action) {
  return write(m_file, [&] { write_action(*m_connection, run, index, action); });
}

Result<void> Store::end_run(std::int64_t run,
                            const std::string& finished,
                            const std::string& result) {
  return guarded(m_file, "write", [&]() -> Result<void> {
    if (!finish_run(*m_connection, run, finished, result)) {
      return fail("cannot write " + m_file.string() + ": it has no run " + std::to_string(run));
    }
    return {};
  });
}

Result<void> Store::running(const model::RunningSince& change) {
  return write(m_file, [&] { write_running(*m_connection, change); });
}

Result<std::vector<ports::Outbox::Entry>> Store::put(const std::vector<model::Event>& events,
                                                     const std::string& standing_failure) {
  return guarded(m_file, "write", [&]() -> Result<std::vector<Entry>> {
    const Synced synced{*m_connection};
    return put_events(*m_connection, events, standing_failure);
  });
}

Result<std::string> Store::standing_failure() {
  return guarded(m_file, "read", [&]() -> Result<std::string> {
    return read_standing_failure(*m_connection);
  });
}

Result<std::vector<ports::Outbox::Entry>> Store::due(base::TimePoint now, std::size_t limit) {
  return guarded(m_file, "read", [&]() -> Result<std::vector<Entry>> {
    return due_events(*m_connection, now, limit);
  });
}

Result<void> Store::remove(std::int64_t id) {
  return write(m_file, [&] { remove_event(*m_connection, id); });
}

Result<void> Store::postpone(std::int64_t id, base::TimePoint retry_at) {
  return write(m_file, [&] { postpone_event(*m_connection, id, retry_at); });
}

}  // namespace lavavisor::store
