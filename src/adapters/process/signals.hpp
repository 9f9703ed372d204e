// SIGINT and SIGTERM as a request to stop after the current step, SIGHUP as a call.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/fd.hpp"

#include <signal.h>

#include <atomic>
#include <functional>
#include <stop_token>
#include <thread>

namespace lavavisor::process {

/// From construction to destruction SIGINT and SIGTERM, however often they come, request a stop and
/// do nothing else; SIGPIPE is ignored. Make it before any other thread (threads inherit the
/// signal mask) and one at a time.
class Signals {
 public:
  /// `on_hangup` is called for each SIGHUP in a thread of its own; without one, SIGHUP (the
  /// terminal is gone) requests a stop, too.
  explicit Signals(std::function<void()> on_hangup = {});
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  std::stop_token token() const { return m_stop.get_token(); }

  /// The signal that requested the stop; 0 = none yet.
  int received() const { return m_received; }

 private:
  void serve(const std::stop_token& end);

  std::function<void()> m_on_hangup;
  std::stop_source m_stop;
  std::atomic<int> m_received{0};
  sigset_t m_mask_before{};
  struct sigaction m_pipe_before {};
  base::Fd m_signals;
  std::jthread m_thread;
};

}  // namespace lavavisor::process
