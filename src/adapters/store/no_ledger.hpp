// The ledger of a host whose state.db can't be opened: it forgets all, and services go on.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/ledger.hpp"
#include "ports/outbox.hpp"

namespace lavavisor::store {

/// Remembers nothing. Writes succeed, but those of the quarantine, which callers must then keep
/// themselves, fail.
class NoLedger final : public ports::LedgerReader,
                       public ports::Ledger,
                       public ports::Journal,
                       public ports::Outbox {
 public:
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
};

}  // namespace lavavisor::store
