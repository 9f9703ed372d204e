// termios(3) and signalfd(2), undone in destructors.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/terminal.hpp"

#include <errno.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>

namespace lavavisor::process {
namespace {

/// All that end or stop a process by default and that anyone sends on purpose.
constexpr std::array k_held{
    SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGPIPE, SIGALRM, SIGUSR1, SIGUSR2};

bool is_ignored(int signal) {
  struct sigaction action {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

sigset_t held_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : k_held) {
    if (!is_ignored(signal)) {
      ::sigaddset(&set, signal);
    }
  }
  return set;
}

/// Set the attributes at once and drop what was typed. TCSAFLUSH would also wait for output that
/// may be stuck, and no signal would end that.
bool set_and_flush(int fd, const termios& attributes) {
  int done = 0;
  do {
    done = ::tcsetattr(fd, TCSANOW, &attributes);
  } while (done != 0 && errno == EINTR);
  return done == 0 && ::tcflush(fd, TCIFLUSH) == 0;
}

bool shows_input(int fd) {
  termios now{};
  return ::tcgetattr(fd, &now) != 0 || (now.c_lflag & static_cast<tcflag_t>(ECHO | ECHONL)) != 0;
}

}  // namespace

SilentTerminal::SilentTerminal(int fd) : m_fd(fd) {
  termios silent{};
  if (::tcgetattr(fd, &silent) != 0) {
    return;
  }
  m_before = silent;
  silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL);
  // Whatever the terminal was set to, it reads lines now, and its keys interrupt.
  silent.c_lflag |= static_cast<tcflag_t>(ICANON | ISIG);
  silent.c_iflag |= static_cast<tcflag_t>(ICRNL);
  // tcsetattr(3) succeeds already when it obeyed in part, so look.
  m_is_silent = set_and_flush(fd, silent) && !shows_input(fd);
}

SilentTerminal::~SilentTerminal() {
  if (!m_before) {
    return;
  }
  // Out of the background, too, where SIGTTOU would stop us.
  sigset_t output;
  sigset_t mask_before;
  ::sigemptyset(&output);
  ::sigaddset(&output, SIGTTOU);
  ::pthread_sigmask(SIG_BLOCK, &output, &mask_before);
  set_and_flush(m_fd, *m_before);
  ::pthread_sigmask(SIG_SETMASK, &mask_before, nullptr);
}

HeldSignals::HeldSignals() {
  const sigset_t set = held_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, &m_before);
  m_signals = base::Fd{::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)};
}

HeldSignals::~HeldSignals() {
  ::pthread_sigmask(SIG_SETMASK, &m_before, nullptr);
}

std::optional<int> HeldSignals::wait_for(int fd, short events) const {
  std::array<pollfd, 2> fds{{{m_signals.get(), POLLIN, 0}, {fd, events, 0}}};
  while (true) {
    ::poll(fds.data(), fds.size(), -1);
    signalfd_siginfo info{};
    if (::read(m_signals.get(), &info, sizeof info) == sizeof info) {
      return static_cast<int>(info.ssi_signo);
    }
    if (fds[1].revents != 0) {
      return std::nullopt;
    }
  }
}

}  // namespace lavavisor::process
