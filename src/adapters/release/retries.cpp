// The pauses: doubled each time, capped, with jitter so that a fleet does not come back in step.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/retries.hpp"

#include "base/log.hpp"
#include "base/quantity.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <random>
#include <utility>

namespace lavavisor::release {

using std::chrono::milliseconds;

namespace {

/// Between half of `pause` and all of it.
milliseconds jittered(milliseconds pause) {
  static thread_local std::minstd_rand random{std::random_device{}()};
  const auto most = pause.count();
  return milliseconds{std::uniform_int_distribution<milliseconds::rep>{most / 2, most}(random)};
}

}  // namespace

milliseconds TimeLimit::left() const {
  const auto left = deadline - std::chrono::steady_clock::now();
  return std::max(std::chrono::ceil<milliseconds>(left), milliseconds{0});
}

Failure stopped() {
  return {Failure::Kind::stopped, "download interrupted"};
}

Failure overdue(const TimeLimit& limit, const std::string& last) {
  return {Failure::Kind::overdue,
          "not complete within " + base::format_duration(limit.total) +
              " (binary.release.timeout)" + (last.empty() ? "" : ": " + last)};
}

Retries::Retries(const Tuning& tuning, const TimeLimit& limit, std::stop_token stop)
    : m_tuning(tuning), m_limit(limit), m_stop(std::move(stop)) {}

std::optional<Failure> Retries::after(const Failure& failure) {
  const bool again =
      failure.kind == Failure::Kind::transient || failure.kind == Failure::Kind::start_over;
  if (!again) {
    return failure;
  }
  ++m_tried;
  if (m_tried >= m_tuning.tries) {
    return Failure{Failure::Kind::permanent,
                   "gave up after " + std::to_string(m_tried) + " tries: " + failure.message};
  }
  base::log_debug("try " + std::to_string(m_tried) + " of a download failed: " + failure.message);
  if (failure.kind == Failure::Kind::transient && !pause()) {
    return stopped();
  }
  return m_limit.left() == milliseconds{0} ? std::optional{overdue(m_limit, failure.message)}
                                           : std::nullopt;
}

/// Wait for the next try or the time limit; false when the stop was requested.
bool Retries::pause() {
  auto wait = m_tuning.backoff;
  for (unsigned i = 1; i < m_tried && wait < m_tuning.backoff_cap; ++i) {
    wait *= 2;
  }
  wait = std::min(jittered(std::min(wait, m_tuning.backoff_cap)), m_limit.left());
  std::mutex mutex;
  std::condition_variable_any woken;
  std::unique_lock lock{mutex};
  woken.wait_for(lock, m_stop, wait, [] { return false; });
  return !m_stop.stop_requested();
}

}  // namespace lavavisor::release
