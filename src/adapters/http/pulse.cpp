// What the loop said last, and for how long that holds.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/pulse.hpp"

#include "base/quantity.hpp"

#include <algorithm>

namespace lavavisor::http {
namespace {

constexpr int k_unavailable = 503;

Answer ok() {
  return {.body = "ok\n"};
}

Answer unavailable(const std::string& why) {
  return {.status = k_unavailable, .body = why + "\n"};
}

Answer alive(const Pulse::State& state) {
  if (state.overdue.count() == 0) {
    return ok();
  }
  return unavailable("overdue for " + base::format_duration(state.overdue) + ": " + state.sentence);
}

}  // namespace

Pulse::Pulse(ports::Clock& clock, ports::Supervisor& inner) : m_clock{clock}, m_inner{inner} {}

void Pulse::ready() {
  m_inner.ready();
}

void Pulse::reloading() {
  m_inner.reloading();
}

void Pulse::status(const std::string& sentence) {
  m_inner.status(sentence);
  const std::lock_guard lock{m_mutex};
  m_sentence = sentence;
}

void Pulse::stopping() {
  m_inner.stopping();
  const std::lock_guard lock{m_mutex};
  m_stopping = true;
  m_sentence = "Ending.";
}

void Pulse::expect_within(std::chrono::milliseconds limit) {
  m_inner.expect_within(limit);
  const auto expected = m_clock.steady() + limit;
  const std::lock_guard lock{m_mutex};
  m_expected = expected;
}

Pulse::State Pulse::state() const {
  const auto now = m_clock.steady();
  const std::lock_guard lock{m_mutex};
  State state{.stopping = m_stopping, .sentence = m_sentence};
  if (m_expected && !m_stopping) {
    state.overdue = std::max(now - *m_expected, std::chrono::milliseconds{0});
  }
  return state;
}

std::optional<Answer> health_answer(const Pulse& pulse, bool ready, std::string_view path) {
  const auto state = pulse.state();
  if (path == "/healthz") {
    return alive(state);
  }
  if (path == "/readyz") {
    return ready && !state.stopping ? ok() : unavailable(state.sentence);
  }
  return std::nullopt;
}

}  // namespace lavavisor::http
