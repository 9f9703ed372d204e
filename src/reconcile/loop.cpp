// One turn after the other; a turn is never begun while another one is at work.
// SPDX-License-Identifier: Apache-2.0
#include "reconcile/loop.hpp"

#include "base/log.hpp"
#include "reconcile/jitter.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace lavavisor::reconcile {
namespace {

using std::chrono::milliseconds;

/// Between the end of a turn and one for the sake of units that stopped: many stop together.
constexpr milliseconds k_least_pause{1'000};
/// Turns that fail come no more slowly than this: other services' drift is found by them, too.
constexpr milliseconds k_slowest{60'000};
/// A broken configuration is read again, doubling from this: what it lacks may be a file that no
/// one watches.
constexpr milliseconds k_read_again{1'000};

enum class Asked { no, yes };

class Loop {
 public:
  Loop(Turns& turns,
       WakeBox& wakes,
       ports::Supervisor& supervisor,
       ports::Clock& clock,
       std::stop_token stop)
      : m_turns{turns},
        m_wakes{wakes},
        m_supervisor{supervisor},
        m_clock{clock},
        m_stop{std::move(stop)} {}

  void run() {
    m_supervisor.ready();
    while (!m_stop.stop_requested()) {
      turn();
      rest();
    }
    m_supervisor.stopping();
  }

 private:
  void turn() {
    m_supervisor.expect_within(k_between_steps);
    const auto result = m_turns.turn(m_stop);
    m_failures = result.failed ? m_failures + 1 : 0;
    m_ended = m_clock.steady();
    const auto slowest = std::max(m_turns.interval(), k_slowest);
    m_due = m_ended + with_jitter(std::min(backoff(m_turns.interval(), m_failures), slowest));
    m_sentence = result.status;
    tell();
  }

  /// Until the next turn is due.
  void rest() {
    do {
      const auto until = m_broken.empty() ? m_due : std::min(m_due, m_read_again_at);
      const auto wait = std::max(milliseconds{0}, until - m_clock.steady());
      m_supervisor.expect_within(wait + k_between_steps);
      const auto words = m_wakes.wait(wait, m_stop);
      if (!m_stop.stop_requested()) {
        heed(words);
      }
    } while (!m_stop.stop_requested() && m_clock.steady() < m_due);
  }

  void heed(const std::set<Wake>& words) {
    if (words.contains(Wake::reload_asked)) {
      read_configuration(Asked::yes);
      m_turns.start_afresh();
      be_due();
    } else if (words.contains(Wake::config_changed) ||
               (!m_broken.empty() && m_clock.steady() >= m_read_again_at)) {
      read_configuration(Asked::no);
    }
    if (words.contains(Wake::chain_news) || words.contains(Wake::binary_arrived)) {
      m_due = m_clock.steady();
    }
    if (words.contains(Wake::unit_stopped)) {
      m_due = std::min(m_due, m_ended + k_least_pause);
    }
  }

  /// The next turn is at once, and its failure is the first one.
  void be_due() {
    m_failures = 0;
    m_due = m_clock.steady();
  }

  /// That a file changed is a guess, and lavavisor's own files may lie beside it: only another
  /// configuration, or being asked, leads to a turn.
  void read_configuration(Asked asked) {
    if (asked == Asked::yes) {
      m_supervisor.reloading();
    }
    const auto another = m_turns.read_again();
    const bool changed = another && *another;
    if (changed) {
      if (asked == Asked::no) {
        m_supervisor.reloading();
      }
      m_turns.take_up();
      base::log_info("the configuration was read anew");
      be_due();
    }
    if (changed || asked == Asked::yes) {
      m_supervisor.ready();
    }
    judge(another, asked);
  }

  void judge(const base::Result<bool>& another, Asked asked) {
    const std::string broken = another ? std::string{} : another.error().message;
    const bool is_news = broken != m_broken;
    m_broken_for = is_news ? 0 : m_broken_for + 1;
    m_read_again_at = m_clock.steady() + backoff(k_read_again, m_broken_for);
    m_broken = broken;
    if (!broken.empty() && (is_news || asked == Asked::yes)) {
      base::log_error("the configuration in force stays: " + broken);
    } else if (is_news && !*another) {
      base::log_info("the configuration is the one in force again");
    }
    if (is_news) {
      tell();
    }
  }

  void tell() {
    m_supervisor.status(m_broken.empty()
                            ? m_sentence
                            : m_sentence + " The new configuration is broken: " + m_broken + ".");
  }

  Turns& m_turns;
  WakeBox& m_wakes;
  ports::Supervisor& m_supervisor;
  ports::Clock& m_clock;
  const std::stop_token m_stop;

  unsigned m_failures = 0;    ///< turns that failed in a row
  milliseconds m_ended{0};    ///< when the last turn did
  milliseconds m_due{0};      ///< when the next one is
  std::string m_sentence;     ///< what the last turn said
  std::string m_broken;       ///< why the newest configuration is not in force; "" = it is
  unsigned m_broken_for = 0;  ///< how often it was read again since, and still was
  milliseconds m_read_again_at{0};
};

}  // namespace

void loop(Turns& turns,
          WakeBox& wakes,
          ports::Supervisor& supervisor,
          ports::Clock& clock,
          std::stop_token stop) {
  Loop{turns, wakes, supervisor, clock, std::move(stop)}.run();
}

}  // namespace lavavisor::reconcile
