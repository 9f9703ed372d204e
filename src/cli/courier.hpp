// Brings what waits in the outbox to the webhook, in order, until it arrived or is given up.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

namespace lavavisor::cli {

/// An alert that did not arrive for so long is given up.
inline constexpr std::chrono::hours k_alerts_are_kept{72};
/// A message that the receiver does not take is given up after so many tries.
inline constexpr unsigned k_most_refusals = 10;

/// How long to wait after the `failures`-th failed try in a row: 5 s, doubled for each, at most
/// 15 min; never less than `least`.
std::chrono::milliseconds wait_after(unsigned failures, std::chrono::milliseconds least);

class Deliverer;

/// For loops: delivers in a thread of its own, what waits at its beginning at once. Without a
/// receiver it does nothing. Its end ends a delivery at work.
class Courier {
 public:
  explicit Courier(const model::Desired& desired);
  ~Courier();
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  /// There is something new in the outbox. For any thread.
  void nudge();

 private:
  void work(const std::stop_token& stop);

  std::unique_ptr<Deliverer> m_deliverer;
  std::mutex m_mutex;
  std::condition_variable_any m_wake;
  bool m_nudged = false;
  std::jthread m_thread;  ///< last: it uses all of the above
};

/// For a command that ends: deliver what is due within `limit`; what is left is logged in one line
/// and waits for the next run.
void deliver_due(const model::Desired& desired,
                 std::stop_token stop,
                 std::chrono::milliseconds limit = std::chrono::seconds{10});

}  // namespace lavavisor::cli
