// A set under a mutex: word that is left twice counts once.
// SPDX-License-Identifier: Apache-2.0
#include "reconcile/wake_box.hpp"

#include <utility>

namespace lavavisor::reconcile {

void WakeBox::notify(Wake wake) {
  const std::lock_guard lock{m_mutex};
  m_words.insert(wake);
  m_arrived.notify_one();
}

std::set<Wake> WakeBox::wait(std::chrono::milliseconds limit, std::stop_token stop) {
  std::unique_lock lock{m_mutex};
  m_arrived.wait_for(lock, std::move(stop), limit, [this] { return !m_words.empty(); });
  return std::exchange(m_words, {});
}

}  // namespace lavavisor::reconcile
