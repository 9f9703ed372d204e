// The thread delivers and sleeps; nobody waits for it but at its end, which it is told of.
// SPDX-License-Identifier: Apache-2.0
#include "cli/courier.hpp"

#include "adapters/notify/receiver.hpp"
#include "base/blocked_signals.hpp"
#include "base/idle_memory.hpp"
#include "base/log.hpp"
#include "cli/deliverer.hpp"

namespace lavavisor::cli {

Courier::Courier(const model::Desired& desired)
    : m_deliverer{std::make_unique<Deliverer>(desired)} {
  if (notify::has_receiver(desired.notify)) {
    const base::BlockedSignals none_for_the_thread;
    m_thread = std::jthread{[this](const std::stop_token& stop) {
      work(stop);
    }};
  }
}

Courier::~Courier() = default;

void Courier::nudge() {
  const std::lock_guard lock{m_mutex};
  m_nudged = true;
  m_wake.notify_one();
}

/// The same trouble is told once.
void Courier::work(const std::stop_token& stop) {
  std::string said;
  RoundLimits limits{.minds_retry_at = false};
  while (!stop.stop_requested()) {
    const auto round = m_deliverer->round(limits, stop);
    limits.minds_retry_at = true;
    if (!round.why.empty() && round.why != said && !stop.stop_requested()) {
      base::log_warn("alerts do not reach " + round.why + "; they are kept, and tried again");
    }
    if (!round.why.empty() || !round.next) {
      said = round.why;
    }
    base::release_idle_memory();
    std::unique_lock lock{m_mutex};
    const auto is_nudged = [this] {
      return m_nudged;
    };
    if (round.next) {
      m_wake.wait_until(lock, stop, *round.next, is_nudged);
    } else {
      m_wake.wait(lock, stop, is_nudged);
    }
    m_nudged = false;
  }
}

void deliver_due(const model::Desired& desired,
                 std::stop_token stop,
                 std::chrono::milliseconds limit) {
  if (!notify::has_receiver(desired.notify)) {
    return;
  }
  Deliverer deliverer{desired};
  const auto round = deliverer.round({.minds_retry_at = true, .within = limit}, stop);
  if (round.waiting > 0) {
    base::log_warn(std::to_string(round.waiting) +
                   (round.waiting == 1 ? " alert waits" : " alerts wait") + " for the next run" +
                   (round.why.empty() ? "" : ", for they do not reach " + round.why));
  }
}

}  // namespace lavavisor::cli
