// Tells the systemd that started us how we are: sd_notify(3), with the watchdog kept in a thread.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/supervisor.hpp"

#include <atomic>
#include <chrono>
#include <thread>

namespace lavavisor::systemd {

/// Talks to $NOTIFY_SOCKET; where there is none, nothing happens. With $WATCHDOG_USEC the watchdog
/// is kept alive three times per period, but only until what is under way should be over.
class Notify final : public ports::Supervisor {
 public:
  Notify();

  void ready() override;
  void reloading() override;
  void status(const std::string& sentence) override;
  void stopping() override;
  void expect_within(std::chrono::milliseconds limit) override;

 private:
  std::atomic<std::chrono::steady_clock::rep> m_expected;  ///< when it should be over
  std::jthread m_watchdog;
};

}  // namespace lavavisor::systemd
