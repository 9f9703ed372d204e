// Where threads that watch something leave word for the loop.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <stop_token>

namespace lavavisor::reconcile {

enum class Wake {
  config_changed,  ///< a file of the configuration may be another one
  reload_asked,    ///< SIGHUP
  unit_stopped,    ///< a managed unit failed or stopped
  chain_news,      ///< the chain's answers are not those of before
  binary_arrived,  ///< a binary was put in its place
};

class WakeBox {
 public:
  /// Leave word; from any thread.
  void notify(Wake wake);

  /// Wait until there is word, `limit` is over or `stop` is requested; all words since the last
  /// time.
  std::set<Wake> wait(std::chrono::milliseconds limit, std::stop_token stop);

 private:
  std::mutex m_mutex;
  std::condition_variable_any m_arrived;
  std::set<Wake> m_words;
};

}  // namespace lavavisor::reconcile
