// A thread that reads a signalfd(2).
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/signals.hpp"

#include "adapters/process/wake.hpp"

#include <poll.h>
#include <sys/signalfd.h>

#include <array>
#include <utility>

namespace lavavisor::process {
namespace {

/// Under nohup(1) SIGHUP is ignored, and stays so.
bool ignores_hangup() {
  struct sigaction action {};
  return ::sigaction(SIGHUP, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

sigset_t served_signals(bool hangup) {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGINT);
  ::sigaddset(&set, SIGTERM);
  if (hangup) {
    ::sigaddset(&set, SIGHUP);
  }
  return set;
}

}  // namespace

Signals::Signals(std::function<void()> on_hangup) : m_on_hangup(std::move(on_hangup)) {
  const auto set = served_signals(m_on_hangup || !ignores_hangup());
  ::pthread_sigmask(SIG_BLOCK, &set, &m_mask_before);
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, &m_pipe_before);
  m_signals = base::Fd{::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)};
  m_thread = std::jthread{[this](const std::stop_token& end) {
    serve(end);
  }};
}

Signals::~Signals() {
  m_thread = {};  // ends it and waits
  // What came since then must not kill us once it is let through.
  signalfd_siginfo late{};
  while (::read(m_signals.get(), &late, sizeof late) > 0) {
  }
  ::sigaction(SIGPIPE, &m_pipe_before, nullptr);
  ::pthread_sigmask(SIG_SETMASK, &m_mask_before, nullptr);
}

void Signals::serve(const std::stop_token& end) {
  const Wake wake{end};
  std::array<pollfd, 2> fds{{{m_signals.get(), POLLIN, 0}, {wake.fd(), POLLIN, 0}}};
  while (!end.stop_requested()) {
    ::poll(fds.data(), fds.size(), -1);
    signalfd_siginfo info{};
    if (::read(m_signals.get(), &info, sizeof info) != sizeof info) {
      continue;
    }
    if (info.ssi_signo == SIGHUP && m_on_hangup) {
      m_on_hangup();
      continue;
    }
    int none = 0;
    m_received.compare_exchange_strong(none, static_cast<int>(info.ssi_signo));
    m_stop.request_stop();
  }
}

}  // namespace lavavisor::process
