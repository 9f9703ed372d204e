// Pseudo-terminals, sessions and jobs.
// SPDX-License-Identifier: Apache-2.0
#include "unit/adapters/process/asked_at_terminal.hpp"

#include "adapters/process/keyring_password.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>

#include <algorithm>
#include <array>

namespace lavavisor::process {
namespace {

constexpr int k_generous_ms = 60'000;
constexpr std::string_view k_question = "Please enter the keyring password:";

std::pair<base::Fd, base::Fd> make_pipe() {
  int ends[2];
  EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  return {base::Fd{ends[0]}, base::Fd{ends[1]}};
}

void tell(int fd, const void* data, std::size_t size) {
  if (::write(fd, data, size) != static_cast<ssize_t>(size)) {
    ::_exit(98);
  }
}

/// Become the terminal's foreground job.
void take_foreground() {
  ::setpgid(0, 0);
  ::signal(SIGTTOU, SIG_IGN);
  ::tcsetpgrp(STDIN_FILENO, ::getpgrp());
  ::signal(SIGTTOU, SIG_DFL);
}

[[noreturn]] void be_asker(const std::function<void()>& before, int results) {
  take_foreground();
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  if (before) {
    before();
  }
  const auto secret = prompt_for_password(STDIN_FILENO, STDERR_FILENO);
  const std::string told =
      secret ? std::string{secret->view()} : "error: " + secret.error().message;
  tell(results, told.data(), told.size());
  ::_exit(secret ? 0 : 9);
}

struct Channels {
  int slave;
  int statuses;
  int results;
  int hold;
};

[[noreturn]] void be_leader(const Channels& to, const std::function<void()>& before, bool alone) {
  ::login_tty(to.slave);
  if (alone && ::unshare(CLONE_NEWPID) != 0) {
    ::_exit(97);
  }
  const pid_t asker = ::fork();
  if (asker == 0) {
    be_asker(before, to.results);
  }
  tell(to.statuses, &asker, sizeof asker);
  int status = 0;
  do {
    ::waitpid(asker, &status, WUNTRACED | WCONTINUED);
    tell(to.statuses, &status, sizeof status);
  } while (!WIFEXITED(status) && !WIFSIGNALED(status));
  char end = 0;
  ::_exit(::read(to.hold, &end, 1) == 0 ? 0 : 1);
}

}  // namespace

AskedAtTerminal::AskedAtTerminal(const std::function<void()>& before, bool alone) {
  int master = -1;
  int slave = -1;
  EXPECT_EQ(::openpty(&master, &slave, nullptr, nullptr, nullptr), 0);
  m_master = base::Fd{master};
  m_slave = base::Fd{slave};
  ::fcntl(master, F_SETFD, FD_CLOEXEC);
  m_original = attributes();
  auto [statuses, to_statuses] = make_pipe();
  auto [results, to_results] = make_pipe();
  auto [hold, to_hold] = make_pipe();
  m_leader = ::fork();
  if (m_leader == 0) {
    to_hold.reset();
    m_master.reset();
    be_leader({slave, to_statuses.get(), to_results.get(), hold.get()}, before, alone);
  }
  m_statuses = std::move(statuses);
  m_results = std::move(results);
  m_hold = std::move(to_hold);
  EXPECT_EQ(::read(m_statuses.get(), &m_asker, sizeof m_asker),
            static_cast<ssize_t>(sizeof m_asker));
}

AskedAtTerminal::~AskedAtTerminal() {
  ::kill(m_asker, SIGKILL);
  m_hold.reset();
  ::waitpid(m_leader, nullptr, 0);
}

bool AskedAtTerminal::read_some() {
  pollfd ready{m_master.get(), POLLIN, 0};
  std::array<char, 1024> piece{};
  const ssize_t size = ::poll(&ready, 1, k_generous_ms) == 1
                           ? ::read(m_master.get(), piece.data(), piece.size())
                           : 0;
  m_shown.append(piece.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  return size > 0;
}

bool AskedAtTerminal::questions(int count) {
  const auto seen = [this] {
    int found = 0;
    for (std::size_t at = 0; (at = m_shown.find(k_question, at)) != std::string::npos; ++at) {
      ++found;
    }
    return found;
  };
  while (seen() < count) {
    if (!read_some()) {
      return false;
    }
  }
  return true;
}

void AskedAtTerminal::type(std::string_view keys) const {
  EXPECT_EQ(::write(m_master.get(), keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
}

void AskedAtTerminal::send(int signal) const {
  EXPECT_EQ(::kill(m_asker, signal), 0);
}

int AskedAtTerminal::status() {
  int status = -1;
  pollfd ready{m_statuses.get(), POLLIN, 0};
  const bool came =
      ::poll(&ready, 1, k_generous_ms) == 1 && ::read(m_statuses.get(), &status, sizeof status) > 0;
  return came ? status : -1;
}

std::string AskedAtTerminal::result() const {
  std::array<char, 8192> buffer{};
  const ssize_t size = ::read(m_results.get(), buffer.data(), buffer.size());
  return {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
}

std::string AskedAtTerminal::shown() {
  constexpr std::string_view k_end = "<end>";  // stands behind all that was written before
  EXPECT_EQ(::write(m_slave.get(), k_end.data(), k_end.size()), static_cast<ssize_t>(k_end.size()));
  while (!m_shown.ends_with(k_end)) {
    if (!read_some()) {
      return m_shown;
    }
  }
  m_shown.resize(m_shown.size() - k_end.size());
  return m_shown;
}

termios AskedAtTerminal::attributes() const {
  termios attributes{};
  EXPECT_EQ(::tcgetattr(m_slave.get(), &attributes), 0);
  return attributes;
}

void AskedAtTerminal::set_attributes(const termios& attributes) const {
  EXPECT_EQ(::tcsetattr(m_slave.get(), TCSANOW, &attributes), 0);
}

bool is_same(const termios& a, const termios& b) {
  return a.c_iflag == b.c_iflag && a.c_oflag == b.c_oflag && a.c_cflag == b.c_cflag &&
         a.c_lflag == b.c_lflag && std::equal(std::begin(a.c_cc), std::end(a.c_cc), b.c_cc);
}

}  // namespace lavavisor::process
