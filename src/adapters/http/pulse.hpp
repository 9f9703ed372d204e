// Whether the loop is alive, for those who ask over HTTP what systemd is told by sd_notify(3).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/http/server.hpp"
#include "ports/clock.hpp"
#include "ports/supervisor.hpp"

#include <mutex>
#include <optional>
#include <string_view>

namespace lavavisor::http {

/// Keeps what the loop says, from any thread, and passes it on to `inner`.
class Pulse final : public ports::Supervisor {
 public:
  Pulse(ports::Clock& clock, ports::Supervisor& inner);

  void ready() override;
  void reloading() override;
  void status(const std::string& sentence) override;
  void stopping() override;
  void expect_within(std::chrono::milliseconds limit) override;

  struct State {
    std::chrono::milliseconds overdue{0};  ///< since the promised time was over; 0 = alive
    bool stopping = false;                 ///< from then on nothing is promised, nor overdue
    std::string sentence;                  ///< the newest
  };
  State state() const;

 private:
  ports::Clock& m_clock;
  ports::Supervisor& m_inner;
  mutable std::mutex m_mutex;
  std::optional<std::chrono::milliseconds> m_expected;  ///< on m_clock.steady()
  bool m_stopping = false;
  std::string m_sentence = "Starting.";
};

/// The answer for /healthz (200 while the loop is alive, else 503) and /readyz (200 while `ready`
/// holds and the end has not begun, else 503); a 503 says the newest sentence. None for any other
/// path.
std::optional<Answer> health_answer(const Pulse& pulse, bool ready, std::string_view path);

}  // namespace lavavisor::http
