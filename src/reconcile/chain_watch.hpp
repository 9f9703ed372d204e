// Asks the chain in a thread of its own, so that a hanging endpoint delays no repair.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "ports/chain_query.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace lavavisor::reconcile {

class ChainWatch final : public ports::ChainQuery {
 public:
  using Answers = std::vector<base::Result<model::EndpointAnswer>>;

  /// Ask `real` about `chain` every `interval` (+-10 %) from now on; `on_news` is called, in the
  /// thread, when an endpoint says something else than it said last (that it fell silent in between
  /// is no news), and when the first answers came too late for ask(). `real` is used by no other.
  ChainWatch(ports::ChainQuery& real,
             model::ChainSettings chain,
             std::chrono::milliseconds interval,
             std::function<void()> on_news);

  /// The newest answers, their newest blocks as old as they were then; `chain` must be the watched
  /// one. Waits only for the first answers and for those of ask_now(), and for these 2 s at most.
  Answers ask(const model::ChainSettings& chain, std::stop_token stop) override;

  /// Ask now, not only when the interval is over.
  void ask_now();

 private:
  using Clock = std::chrono::steady_clock;

  void watch(const std::stop_token& stop);
  bool take(Answers answers, unsigned round);
  bool has_new_word(const Answers& answers);
  Answers aged_answers() const;

  ports::ChainQuery& m_real;
  const model::ChainSettings m_chain;
  const std::chrono::milliseconds m_interval;
  const std::function<void()> m_on_news;
  std::mutex m_mutex;                   ///< over all that follows
  std::condition_variable_any m_moved;  ///< one of the rounds did
  unsigned m_wanted = 1;                ///< the round of questions that is asked for
  unsigned m_answered = 0;              ///< the newest one that has its answers
  unsigned m_given_up = 0;              ///< the newest one that ask() did not wait for to the end
  std::optional<Answers> m_answers;
  Clock::time_point m_answered_at;
  std::vector<std::optional<model::EndpointAnswer>> m_last_words;  ///< by endpoint
  std::jthread m_thread;  ///< last: it uses all of the above
};

}  // namespace lavavisor::reconcile
