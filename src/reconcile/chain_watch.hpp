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
  /// thread, when the versions in the answers are not those of before. `real` is used by no other.
  ChainWatch(ports::ChainQuery& real,
             model::ChainSettings chain,
             std::chrono::milliseconds interval,
             std::function<void()> on_news);

  /// The newest answers; waits only for the first ones, at most as long as one request may take.
  Answers ask(const model::ChainSettings& chain, std::stop_token stop) override;

 private:
  void watch(const std::stop_token& stop);

  ports::ChainQuery& m_real;
  const model::ChainSettings m_chain;
  const std::chrono::milliseconds m_interval;
  const std::function<void()> m_on_news;
  std::mutex m_mutex;
  std::condition_variable_any m_answered;
  std::optional<Answers> m_answers;
  std::jthread m_thread;  ///< last: it uses all of the above
};

}  // namespace lavavisor::reconcile
