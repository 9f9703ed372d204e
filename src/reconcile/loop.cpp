// One turn after the other; a turn is never begun while another one is at work.
// SPDX-License-Identifier: Apache-2.0
#include "reconcile/loop.hpp"

#include "base/log.hpp"
#include "reconcile/jitter.hpp"

#include <algorithm>
#include <string>

namespace lavavisor::reconcile {
namespace {

using std::chrono::milliseconds;

/// A unit that crashes again and again wakes us each time; so often is enough.
constexpr milliseconds k_least_pause{1'000};
/// A turn tells how long each of its steps may take; this is for what lies between them.
constexpr milliseconds k_between_steps{60'000};

void reload(Turns& turns, ports::Supervisor& supervisor, std::string& broken) {
  supervisor.reloading();
  const auto changed = turns.reload();
  supervisor.ready();
  if (!changed) {
    broken = changed.error().message;
    base::log_error("the configuration in force stays: " + broken);
    return;
  }
  broken.clear();
  if (*changed) {
    base::log_info("the configuration was read anew");
  }
}

bool asks_for_reload(const std::set<Wake>& words) {
  return words.contains(Wake::config_changed) || words.contains(Wake::reload_asked);
}

}  // namespace

void loop(Turns& turns,
          WakeBox& wakes,
          ports::Supervisor& supervisor,
          ports::Clock& clock,
          std::stop_token stop) {
  unsigned failures = 0;
  std::string broken;  // why the newest configuration is not in force
  supervisor.ready();
  while (!stop.stop_requested()) {
    const auto pause = backoff(turns.interval(), failures);
    const auto began = clock.steady();
    supervisor.expect_within(k_between_steps);
    const auto result = turns.turn(pause, stop);
    failures = result.failed ? failures + 1 : 0;
    supervisor.status(broken.empty() ? result.status
                                     : result.status + " The new configuration is broken: " + broken);

    const auto wait = with_jitter(backoff(turns.interval(), failures));
    supervisor.expect_within(wait + k_between_steps);
    auto words = wakes.wait(wait, stop);
    const auto since = clock.steady() - began;
    if (words.contains(Wake::unit_stopped) && since < k_least_pause) {
      const auto more = wakes.wait(k_least_pause - since, stop);
      words.insert(more.begin(), more.end());
    }
    if (words.contains(Wake::chain_news) || asks_for_reload(words)) {
      failures = 0;
    }
    if (asks_for_reload(words) && !stop.stop_requested()) {
      reload(turns, supervisor, broken);
    }
  }
  supervisor.stopping();
}

}  // namespace lavavisor::reconcile
