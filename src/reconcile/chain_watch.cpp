// The thread asks, stores and sleeps; whoever looks takes what is stored.
// SPDX-License-Identifier: Apache-2.0
#include "reconcile/chain_watch.hpp"

#include "reconcile/jitter.hpp"

#include <algorithm>
#include <utility>

namespace lavavisor::reconcile {
namespace {

/// The same word from the same endpoints, whatever block they are at.
bool say_the_same(const ChainWatch::Answers& a, const ChainWatch::Answers& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    if (!x || !y) {
      return bool{x} == bool{y};
    }
    return x->provider_target == y->provider_target && x->provider_min == y->provider_min &&
           x->consumer_target == y->consumer_target && x->consumer_min == y->consumer_min &&
           x->catching_up == y->catching_up && x->network == y->network;
  });
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
      m_thread{[this](const std::stop_token& stop) { watch(stop); }} {}

void ChainWatch::watch(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    auto answers = m_real.ask(m_chain, stop);
    if (stop.stop_requested()) {
      return;
    }
    bool news = false;
    {
      std::unique_lock lock{m_mutex};
      news = m_answers && !say_the_same(*m_answers, answers);
      m_answers = std::move(answers);
      m_answered.notify_all();
    }
    if (news) {
      m_on_news();
    }
    std::unique_lock lock{m_mutex};
    m_answered.wait_for(lock, stop, with_jitter(m_interval), [] { return false; });
  }
}

ChainWatch::Answers ChainWatch::ask(const model::ChainSettings& chain, std::stop_token stop) {
  std::unique_lock lock{m_mutex};
  m_answered.wait_for(lock, std::move(stop), chain.timeout + std::chrono::seconds{1}, [this] {
    return m_answers.has_value();
  });
  if (m_answers) {
    return *m_answers;
  }
  return Answers(chain.endpoints.size(), base::fail("has not answered yet"));
}

}  // namespace lavavisor::reconcile
