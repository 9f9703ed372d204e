// libsystemd writes the datagrams; what is decided here is only when.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/systemd/notify.hpp"

#include "base/text.hpp"

#include <systemd/sd-daemon.h>

#include <condition_variable>
#include <cstdint>
#include <limits>
#include <mutex>
#include <stop_token>
#include <string>

namespace lavavisor::systemd {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t k_longest_status = 800;

void send(const std::string& state) {
  (void)::sd_notify(0, state.c_str());
}

/// Wait for `period`, or less when `stop` is requested.
void pause(const std::stop_token& stop, std::chrono::microseconds period) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock{mutex};
  never.wait_for(lock, stop, period, [] { return false; });
}

}  // namespace

Notify::Notify() : m_expected{Steady::time_point::max().time_since_epoch().count()} {
  std::uint64_t period = 0;  // microseconds
  if (::sd_watchdog_enabled(0, &period) <= 0) {
    return;
  }
  m_watchdog = std::jthread{[this, period](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (Steady::now().time_since_epoch().count() < m_expected.load()) {
        send("WATCHDOG=1");
      }
      pause(stop, std::chrono::microseconds{period / 3});
    }
  }};
}

void Notify::ready() {
  send("READY=1");
}

void Notify::reloading() {
  send("RELOADING=1");
}

void Notify::status(const std::string& sentence) {
  send("STATUS=" + base::printable(sentence, k_longest_status));
}

void Notify::stopping() {
  send("STOPPING=1\nSTATUS=Ending.");
}

void Notify::expect_within(std::chrono::milliseconds limit) {
  m_expected.store((Steady::now() + limit).time_since_epoch().count());
}

}  // namespace lavavisor::systemd
