// The ledger in SQLite: <directory>/state.db.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/store/database.hpp"
#include "ports/ledger.hpp"
#include "ports/outbox.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace lavavisor::store {

/// The ledger of a command that changes things. For one thread.
class Store final : public ports::LedgerReader,
                    public ports::Ledger,
                    public ports::Journal,
                    public ports::Outbox {
 public:
  struct Opened;

  /// Open `file` (model::state_file) as open_to_write does. One that can't be opened must keep no
  /// service from running: go on with a NoLedger and a warning.
  static base::Result<Opened> open(const Path& file,
                                   std::chrono::milliseconds patience = std::chrono::seconds{5});

  base::Result<model::Memory> memory() override;
  base::Result<std::vector<model::RunRecord>> runs(std::size_t limit) override;
  base::Result<model::Totals> totals() override;
  base::Result<std::vector<model::RunningSince>> timeline() override;

  base::Result<void> remember_chain(const model::LastKnown& known) override;
  base::Result<void> record_binary(const model::BinaryRecord& binary) override;
  base::Result<void> forget_binary(const model::Release& release) override;
  base::Result<void> quarantine(const model::Release& release,
                                const model::Quarantine& entry) override;
  base::Result<void> clear_quarantine(const model::Release& release) override;
  base::Result<void> remember_upgrade(const std::string& service,
                                      const model::Upgrade& upgrade) override;

  base::Result<std::int64_t> begin_run(const model::RunRecord& run) override;
  base::Result<void> action_started(std::int64_t run,
                                    std::size_t index,
                                    const model::ActionRecord& action) override;
  base::Result<void> action_ended(std::int64_t run,
                                  std::size_t index,
                                  const model::ActionRecord& action) override;
  base::Result<void> end_run(std::int64_t run,
                             const std::string& finished,
                             const std::string& result) override;
  base::Result<void> running(const model::RunningSince& change) override;

  base::Result<std::vector<Entry>> put(const std::vector<model::Event>& events,
                                       const std::string& standing_failure) override;
  base::Result<std::string> standing_failure() override;
  base::Result<std::vector<Entry>> due(base::TimePoint now, std::size_t limit) override;
  base::Result<void> remove(std::int64_t id) override;
  base::Result<void> postpone(std::int64_t id, base::TimePoint retry_at) override;

 private:
  Store(Path file, Connection connection);

  Path m_file;
  Connection m_connection;
};

struct Store::Opened {
  std::unique_ptr<Store> store;
  std::vector<std::string> warnings;  ///< for the log
  bool created = false;               ///< there was none, or it was moved aside
};

/// The ledger as commands read it that change nothing: it creates and changes no file, a file that
/// does not exist is an empty ledger, and each call sees what is there at that time.
class StoreReader final : public ports::LedgerReader {
 public:
  explicit StoreReader(Path file);

  base::Result<model::Memory> memory() override;
  base::Result<std::vector<model::RunRecord>> runs(std::size_t limit) override;
  base::Result<model::Totals> totals() override;
  base::Result<std::vector<model::RunningSince>> timeline() override;

 private:
  Path m_file;
};

}  // namespace lavavisor::store
