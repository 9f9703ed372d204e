// One round of deliveries: from the oldest event on until nothing is left or the receiver fails.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/notify/webhook.hpp"
#include "adapters/store/store.hpp"
#include "model/desired.hpp"
#include "view/webhook.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <set>
#include <stop_token>
#include <string>

namespace lavavisor::cli {

/// What is left after a round.
struct Round {
  std::optional<base::TimePoint> next;  ///< when to try again; none: nothing waits
  std::size_t waiting = 0;              ///< events
  std::string why;                      ///< of the last failure; "" = none
};

struct RoundLimits {
  bool minds_retry_at = true;                   ///< false: the oldest is tried whatever was said
  std::chrono::milliseconds within{1'000'000};  ///< for all of it
};

/// For one thread. It opens the ledger for each round, and another process's rounds exclude ours.
class Deliverer {
 public:
  explicit Deliverer(const model::Desired& desired);

  Round round(const RoundLimits& limits, const std::stop_token& stop);

 private:
  using Entry = ports::Outbox::Entry;

  Round deliver(ports::Outbox& outbox, const RoundLimits& limits, const std::stop_token& stop);
  std::optional<notify::Undelivered> attempt(const Entry& entry,
                                             std::chrono::milliseconds timeout,
                                             const std::stop_token& stop);
  void arrived(ports::Outbox& outbox, const Entry& entry);
  Round failed(ports::Outbox& outbox, const Entry& entry, const notify::Undelivered& failure);
  void give_up_the_old(ports::Outbox& outbox);
  void warn_once(const std::string& warning);

  model::NotifySettings m_settings;
  model::Path m_directory;
  view::Sender m_sender;
  unsigned m_failures = 0;           ///< in a row, of this process
  std::string m_shown;               ///< the receiver that was tried last
  std::set<std::string> m_warnings;  ///< that were said
};

}  // namespace lavavisor::cli
