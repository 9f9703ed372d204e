// Events that are still to be delivered; they outlive the process.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "model/event.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace lavavisor::ports {

class Outbox {
 public:
  virtual ~Outbox() = default;

  struct Entry {
    std::int64_t id = 0;  ///< never used twice by this ledger
    model::Event event;
    unsigned tries = 0;        ///< that failed
    base::TimePoint retry_at;  ///< not to be tried before
  };

  /// Keep `events` until each is delivered, and with them the failure that is standing now, "" =
  /// none; all or nothing. Past 1000 the oldest go; those.
  virtual base::Result<std::vector<Entry>> put(const std::vector<model::Event>& events,
                                               const std::string& standing_failure) = 0;

  /// The failure that was standing at the last put().
  virtual base::Result<std::string> standing_failure() = 0;

  /// The oldest `limit` of those whose time to be tried has come, oldest first.
  virtual base::Result<std::vector<Entry>> due(base::TimePoint now, std::size_t limit) = 0;

  /// It arrived, or is given up.
  virtual base::Result<void> remove(std::int64_t id) = 0;

  /// It did not arrive; not due before `retry_at`.
  virtual base::Result<void> postpone(std::int64_t id, base::TimePoint retry_at) = 0;
};

}  // namespace lavavisor::ports
