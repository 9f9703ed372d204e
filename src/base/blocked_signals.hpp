// Signals kept out for a moment: around a fork, or while threads begin that are to take none.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <signal.h>

namespace lavavisor::base {

/// Blocks every signal for this thread, and so for threads and processes that it begins, until it
/// goes out of scope.
class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &m_before);
  }
  ~BlockedSignals() { ::pthread_sigmask(SIG_SETMASK, &m_before, nullptr); }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

 private:
  sigset_t m_before{};
};

}  // namespace lavavisor::base
