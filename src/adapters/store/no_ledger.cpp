// Doing nothing, port by port.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/store/no_ledger.hpp"

namespace lavavisor::store {

using base::Result;

Result<model::Memory> NoLedger::memory() {
  return model::Memory{};
}
Result<std::vector<model::RunRecord>> NoLedger::runs(std::size_t /*limit*/) {
  return std::vector<model::RunRecord>{};
}
Result<model::Totals> NoLedger::totals() {
  return model::Totals{};
}
Result<std::vector<model::RunningSince>> NoLedger::timeline() {
  return std::vector<model::RunningSince>{};
}

Result<void> NoLedger::remember_chain(const model::LastKnown& /*known*/) {
  return {};
}
Result<void> NoLedger::record_binary(const model::BinaryRecord& /*binary*/) {
  return {};
}
Result<void> NoLedger::forget_binary(const model::Release& /*release*/) {
  return {};
}
Result<void> NoLedger::quarantine(const model::Release& release,
                                  const model::Quarantine& /*entry*/) {
  return base::fail("without a ledger, the quarantine of release " + release.name +
                    " ends with this process");
}
Result<void> NoLedger::clear_quarantine(const model::Release& release) {
  return base::fail("release " + release.name + " is not quarantined");
}
Result<void> NoLedger::remember_upgrade(const std::string& /*service*/,
                                        const model::Upgrade& /*upgrade*/) {
  return {};
}

Result<std::int64_t> NoLedger::begin_run(const model::RunRecord& /*run*/) {
  return 0;
}
Result<void> NoLedger::action_started(std::int64_t /*run*/,
                                      std::size_t /*index*/,
                                      const model::ActionRecord& /*action*/) {
  return {};
}
Result<void> NoLedger::action_ended(std::int64_t /*run*/,
                                    std::size_t /*index*/,
                                    const model::ActionRecord& /*action*/) {
  return {};
}
Result<void> NoLedger::end_run(std::int64_t /*run*/,
                               const std::string& /*finished*/,
                               const std::string& /*result*/) {
  return {};
}
Result<void> NoLedger::running(const model::RunningSince& /*change*/) {
  return {};
}

Result<std::vector<ports::Outbox::Entry>> NoLedger::put(const std::vector<model::Event>& /*events*/,
                                                        const std::string& /*standing_failure*/) {
  return std::vector<Entry>{};
}
Result<std::string> NoLedger::standing_failure() {
  return std::string{};
}
Result<std::vector<ports::Outbox::Entry>> NoLedger::due(base::TimePoint /*now*/,
                                                        std::size_t /*limit*/) {
  return std::vector<Entry>{};
}
Result<void> NoLedger::remove(std::int64_t /*id*/) {
  return {};
}
Result<void> NoLedger::postpone(std::int64_t /*id*/, base::TimePoint /*retry_at*/) {
  return {};
}

}  // namespace lavavisor::store
