// Bounded tries with growing pauses between them, within one time limit.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/release/failure.hpp"
#include "adapters/release/tuning.hpp"

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>

namespace lavavisor::release {

/// When all tries together must have ended.
struct TimeLimit {
  explicit TimeLimit(std::chrono::milliseconds all)
      : total(all), deadline(std::chrono::steady_clock::now() + all) {}

  std::chrono::milliseconds left() const;

  std::chrono::milliseconds total;
  std::chrono::steady_clock::time_point deadline;
};

class Retries {
 public:
  Retries(const Tuning& tuning, const TimeLimit& limit, std::stop_token stop);

  /// Decide what follows a try that ended in `failure`: nothing, after a pause, when there is to be
  /// another one; else the failure to end with. Returns at once when the stop is requested.
  std::optional<Failure> after(const Failure& failure);

 private:
  bool pause();

  Tuning m_tuning;
  TimeLimit m_limit;
  std::stop_token m_stop;
  unsigned m_tried = 0;
};

/// What every message says when the stop was requested.
Failure stopped();

/// What every message says when `limit` is over; `last` = what went wrong before.
Failure overdue(const TimeLimit& limit, const std::string& last);

}  // namespace lavavisor::release
