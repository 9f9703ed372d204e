// One poll(2) over a signalfd, the words of other threads and the time.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/init.hpp"

#include "adapters/process/lavap_process.hpp"
#include "base/log.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>

namespace lavavisor::process {
namespace {

bool is_ignored(int signal) {
  struct sigaction action {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

/// The standard descriptors that are terminals.
std::vector<pollfd> terminals() {
  std::vector<pollfd> found;
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::isatty(fd) == 1) {
      found.push_back({fd, 0, 0});
    }
  }
  return found;
}

class Init {
 public:
  Init(ChildService& child, const InitSignals& signals, const std::function<void()>& on_stop)
      : m_child{child}, m_signals{signals}, m_on_stop{on_stop} {}

  int look_after() {
    for (;;) {
      const auto wait = m_child.take_time();
      if (const auto code = m_child.exit_code()) {
        return *code;
      }
      std::array<pollfd, 2> fds{{{m_signals.fd(), POLLIN, 0}, {m_child.words(), POLLIN, 0}}};
      ::poll(fds.data(), fds.size(), static_cast<int>(wait.count()));
      take_signals();
      if (fds[1].revents != 0) {
        m_child.take_word();
      }
    }
  }

 private:
  void take_signals() {
    signalfd_siginfo info{};
    while (::read(m_signals.fd(), &info, sizeof info) == sizeof info) {
      take(static_cast<int>(info.ssi_signo));
    }
  }

  void take(int signal) {
    if (signal == SIGCHLD) {
      m_child.take_ends(reap(m_child.leader()));
    } else if (signal == SIGTERM || signal == SIGINT || signal == SIGQUIT) {
      stop(signal_name(signal) + " received");
    } else if (signal == SIGHUP && terminal_is_gone()) {
      stop("the terminal is gone");
    } else {
      m_child.forward(signal);
    }
  }

  void stop(const std::string& why) {
    base::log_info(why + "; lavavisor ends with its child");
    m_child.stop();
    m_on_stop();
  }

  bool terminal_is_gone() {
    ::poll(m_terminals.data(), m_terminals.size(), 0);
    return std::any_of(m_terminals.begin(), m_terminals.end(), [](const pollfd& terminal) {
      return (terminal.revents & (POLLHUP | POLLERR)) != 0;
    });
  }

  ChildService& m_child;
  const InitSignals& m_signals;
  const std::function<void()>& m_on_stop;
  std::vector<pollfd> m_terminals = terminals();
};

}  // namespace

InitSignals::InitSignals() {
  sigset_t taken;
  ::sigemptyset(&taken);
  for (const int signal : {SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2}) {
    if (is_ignored(signal)) {
      m_ignored.push_back(signal);
    } else {
      ::sigaddset(&taken, signal);
    }
  }
  ::sigaddset(&taken, SIGCHLD);
  ::signal(SIGCHLD, SIG_DFL);  // ignored, it would reap by itself
  ::pthread_sigmask(SIG_BLOCK, &taken, nullptr);
  m_signals = base::Fd{::signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK)};
}

int look_after(ChildService& child,
               const InitSignals& signals,
               const std::function<void()>& on_stop) {
  adopt_orphans();
  return Init{child, signals, on_stop}.look_after();
}

}  // namespace lavavisor::process
