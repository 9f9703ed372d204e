// The main thread of wrap: what an init does for its one service (signals, orphans, time).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/process/child_service.hpp"
#include "base/fd.hpp"

#include <functional>
#include <vector>

namespace lavavisor::process {

/// Takes SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2 and SIGCHLD from all threads that begin
/// after it: make it first. As PID 1 it is what gives these an effect at all (pid_namespaces(7)).
class InitSignals {
 public:
  InitSignals();
  InitSignals(const InitSignals&) = delete;
  InitSignals& operator=(const InitSignals&) = delete;

  int fd() const { return m_signals.get(); }

  /// Those that we were started with as ignored (nohup(1)); they stay so for the child.
  const std::vector<int>& ignored() const { return m_ignored; }

 private:
  std::vector<int> m_ignored;
  base::Fd m_signals;
};

/// Look after `child` until all is over; what to exit with. SIGINT, SIGTERM and SIGQUIT end the
/// child, as does a terminal that went away; `on_stop` is called when that begins. SIGHUP, SIGUSR1
/// and SIGUSR2 are passed on. Adopted orphans are reaped.
int look_after(ChildService& child,
               const InitSignals& signals,
               const std::function<void()>& on_stop);

}  // namespace lavavisor::process
