// The thread asks, stores and sleeps; whoever looks takes what is stored.
// SPDX-License-Identifier: Apache-2.0
#include "reconcile/chain_watch.hpp"

#include "reconcile/jitter.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace lavavisor::reconcile {
namespace {

constexpr std::chrono::milliseconds k_patience{2'000};

/// The same word, whatever block it was read at.
bool is_same_word(const model::EndpointAnswer& a, const model::EndpointAnswer& b) {
  return a.provider_target == b.provider_target && a.provider_min == b.provider_min &&
         a.consumer_target == b.consumer_target && a.consumer_min == b.consumer_min &&
         a.catching_up == b.catching_up && a.network == b.network;
}

}  // namespace

ChainWatch::ChainWatch(ports::ChainQuery& real,
                       model::ChainSettings chain,
                       std::chrono::milliseconds interval,
                       std::function<void()> on_news)
    : m_real{real},
      m_chain{std::move(chain)},
      m_interval{interval},
      m_on_news{std::move(on_news)},
      m_last_words(m_chain.endpoints.size()),
      m_thread{[this](const std::stop_token& stop) {
        watch(stop);
      }} {}

void ChainWatch::watch(const std::stop_token& stop) {
  std::unique_lock lock{m_mutex};
  while (!stop.stop_requested()) {
    const unsigned round = m_wanted;
    lock.unlock();
    auto answers = m_real.ask(m_chain, stop);
    if (stop.stop_requested()) {
      return;
    }
    if (take(std::move(answers), round)) {
      m_on_news();
    }
    lock.lock();
    m_moved.wait_for(lock, stop, with_jitter(m_interval), [&] { return m_wanted != round; });
  }
}

/// Store `answers`; true when they are news.
bool ChainWatch::take(Answers answers, unsigned round) {
  const std::lock_guard lock{m_mutex};
  const bool was_waited_for = !m_answers && m_given_up == 0;
  const bool news = has_new_word(answers);
  m_answers = std::move(answers);
  m_answered_at = Clock::now();
  m_answered = round;
  m_moved.notify_all();
  return news && !was_waited_for;
}

bool ChainWatch::has_new_word(const Answers& answers) {
  bool found = false;
  for (std::size_t i = 0; i < std::min(answers.size(), m_last_words.size()); ++i) {
    if (answers[i] && (!m_last_words[i] || !is_same_word(*m_last_words[i], *answers[i]))) {
      m_last_words[i] = *answers[i];
      found = true;
    }
  }
  return found;
}

/// Who takes an answer judges its block by the time of the taking; how long the answer has lain
/// here since says nothing about the endpoint. What should have been renewed long ago does age.
ChainWatch::Answers ChainWatch::aged_answers() const {
  const auto renewed_within = 2 * (m_interval + m_chain.timeout);
  const auto lain = std::min<Clock::duration>(Clock::now() - m_answered_at, renewed_within);
  Answers answers = *m_answers;
  for (auto& answer : answers) {
    if (answer) {
      answer->block_time += std::chrono::duration_cast<std::chrono::microseconds>(lain);
    }
  }
  return answers;
}

ChainWatch::Answers ChainWatch::ask(const model::ChainSettings& chain, std::stop_token stop) {
  std::unique_lock lock{m_mutex};
  const bool in_time = m_moved.wait_for(lock, std::move(stop), k_patience, [this] {
    return m_answered == m_wanted || m_given_up == m_wanted;
  });
  if (!in_time) {
    m_given_up = m_wanted;
  }
  if (m_answers) {
    return aged_answers();
  }
  return Answers(chain.endpoints.size(), base::fail("has not answered yet"));
}

void ChainWatch::ask_now() {
  const std::lock_guard lock{m_mutex};
  ++m_wanted;
  m_moved.notify_all();
}

}  // namespace lavavisor::reconcile
