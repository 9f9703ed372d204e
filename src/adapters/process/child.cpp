// Between fork(2) and execve(2) only async-signal-safe calls are allowed (signal-safety(7)).
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/child.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

namespace lavavisor::process {
namespace {

constexpr std::array k_steps{
    "redirection", "setsid", "setgroups", "setgid", "setuid", "confinement", "chdir", "exec"};

/// The file to execute: as it is with a "/", else the first executable one in PATH.
std::string find_program(const std::string& word) {
  if (word.find('/') != std::string::npos) {
    return word;
  }
  const char* path = std::getenv("PATH");
  std::string_view rest = path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path;
  while (!rest.empty()) {
    const auto end = rest.find(':');
    const auto file = std::string{rest.substr(0, end)} + "/" + word;
    if (::access(file.c_str(), X_OK) == 0) {
      return file;
    }
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return "/nonexistent/" + word;
}

std::vector<char*> pointers_to(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (const auto& word : words) {
    pointers.push_back(const_cast<char*>(word.c_str()));  // execve(2) changes nothing
  }
  pointers.push_back(nullptr);
  return pointers;
}

bool redirect(int null, int out, int err) {
  return ::dup2(null, STDIN_FILENO) >= 0 && ::dup2(out, STDOUT_FILENO) >= 0 &&
         ::dup2(err, STDERR_FILENO) >= 0 &&
         ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC) == 0;
}

void default_signals() {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) {
    ::sigaction(signal, &action, nullptr);  // fails for SIGKILL and the like, which need nothing
  }
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

bool confine() {
  const rlimit no_core{0, 0};
  return ::setrlimit(RLIMIT_CORE, &no_core) == 0 && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0;
}

// The C library's own functions take locks to tell other threads; the child has none.
bool set_groups(const Identity& who) {
  return ::syscall(SYS_setgroups, who.groups.size(), who.groups.data()) == 0;
}
bool set_gid(const Identity& who) {
  return ::syscall(SYS_setresgid, who.gid, who.gid, who.gid) == 0;
}
bool set_uid(const Identity& who) {
  return ::syscall(SYS_setresuid, who.uid, who.uid, who.uid) == 0;
}

}  // namespace

Preparation::Preparation(const Command& command, int null, int out, int err, int report)
    : m_command(command),
      m_program(find_program(command.argv.front())),
      m_argv(pointers_to(command.argv)),
      m_environment(pointers_to(command.environment)),
      m_null(null),
      m_out(out),
      m_err(err),
      m_report(report) {}

void Preparation::become() const {
  int step = 0;
  const auto require = [&](bool done) {
    if (!done) {
      const ChildFailure failure{step, errno};
      [[maybe_unused]] const auto told = ::write(m_report, &failure, sizeof failure);
      ::_exit(127);
    }
    ++step;
  };
  const auto& who = m_command.identity;
  default_signals();
  require(redirect(m_null, m_out, m_err));
  require(::setsid() >= 0);
  require(!who || set_groups(*who));
  require(!who || set_gid(*who));
  require(!who || set_uid(*who));
  require(!m_command.confined || confine());
  require(m_command.directory.empty() || ::chdir(m_command.directory.c_str()) == 0);
  require(::execve(m_program.c_str(), m_argv.data(), m_environment.data()) == 0);
  ::_exit(127);
}

const char* step_name(int step) {
  return k_steps.at(static_cast<std::size_t>(step));
}

}  // namespace lavavisor::process
