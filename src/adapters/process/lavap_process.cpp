// Between vfork(2) and execve(2) the child uses our memory: async-signal-safe calls only.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/lavap_process.hpp"

#include "adapters/process/inherited.hpp"
#include "base/blocked_signals.hpp"
#include "base/file.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

namespace lavavisor::process {
namespace {

/// What the child finds ready made.
struct Prepared {
  const LavapStart& start;
  const std::vector<int>& ignored;
  std::vector<char*> argv;
  std::vector<std::string> variables;
  std::vector<char*> environment;  ///< of `variables`
  pid_t parent = 0;
  sigset_t nothing{};
};

Prepared prepare(const LavapStart& start, const std::vector<int>& ignored) {
  Prepared prepared{start, ignored, {}, inherited_environment({}), {}, ::getpid(), {}};
  for (const auto& word : start.argv) {
    prepared.argv.push_back(const_cast<char*>(word.c_str()));  // execve(2) changes nothing
  }
  prepared.argv.push_back(nullptr);
  for (auto& variable : prepared.variables) {
    prepared.environment.push_back(variable.data());
  }
  prepared.environment.push_back(nullptr);
  ::sigemptyset(&prepared.nothing);
  return prepared;
}

/// What the kernel takes (rt_sigaction(2)), of which the C library keeps two signals to itself.
struct KernelAction {
  void* handler = nullptr;  // SIG_DFL
  unsigned long flags = 0;
  void* restorer = nullptr;
  unsigned long mask = 0;
};

void reset_signals(const Prepared& prepared) {
  const KernelAction by_default;
  for (const int reserved : {32, 33}) {  // whoever started us may have had them ignored
    ::syscall(SYS_rt_sigaction, reserved, &by_default, nullptr, sizeof by_default.mask);
  }
  for (int signal = 1; signal < NSIG; ++signal) {
    struct sigaction action {};
    action.sa_handler = SIG_DFL;
    for (const int kept : prepared.ignored) {
      if (kept == signal) {
        action.sa_handler = SIG_IGN;
      }
    }
    ::sigaction(signal, &action, nullptr);  // fails for SIGKILL and the like, which need nothing
  }
  ::sigprocmask(SIG_SETMASK, &prepared.nothing, nullptr);
}

/// Become the program; comes back only when that failed, with errno.
void become(const Prepared& prepared) {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) {
    return;
  }
  if (::getppid() != prepared.parent) {
    ::_exit(127);  // we died before that was asked for
  }
  if (::setsid() < 0 || ::setrlimit(RLIMIT_CORE, &prepared.start.core) != 0) {
    return;
  }
  if (prepared.start.input && ::dup2(prepared.start.input.get(), STDIN_FILENO) < 0) {
    return;
  }
  ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
  reset_signals(prepared);
  ::execve(prepared.argv.front(), prepared.argv.data(), prepared.environment.data());
}

std::vector<pid_t> own_children() {
  const auto self = std::to_string(::getpid());
  std::ifstream list{"/proc/self/task/" + self + "/children"};
  std::vector<pid_t> children;
  for (pid_t pid = 0; list >> pid;) {
    children.push_back(pid);
  }
  return children;
}

}  // namespace

base::Result<pid_t> start_lavap(const LavapStart& start, const std::vector<int>& ignored) {
  const auto prepared = prepare(start, ignored);
  const base::BlockedSignals blocked;
  volatile int failure = 0;
  const pid_t pid = ::vfork();  // NOLINT: posix_spawn(3) knows no PDEATHSIG; the child is careful
  if (pid == 0) {
    become(prepared);
    failure = errno;
    ::_exit(127);
  }
  const int code = pid < 0 ? errno : failure;
  if (pid > 0 && code != 0) {
    ::waitpid(pid, nullptr, 0);
  }
  if (code != 0) {
    return base::fail("cannot start " + start.argv.front() + ": " + base::errno_text(code));
  }
  return pid;
}

void adopt_orphans() {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
}

std::vector<Ended> reap(pid_t leader) {
  std::vector<Ended> all;
  for (;;) {
    siginfo_t info{};
    constexpr int k_ended = WEXITED | WNOHANG | __WNOTHREAD;
    if (::waitid(P_ALL, 0, &info, k_ended | WNOWAIT) != 0 || info.si_pid == 0) {
      return all;
    }
    if (info.si_pid == leader) {
      ::kill(-leader, SIGKILL);
    }
    ::waitid(P_PID, static_cast<id_t>(info.si_pid), &info, k_ended);
    const bool exited = info.si_code == CLD_EXITED;
    all.push_back({info.si_pid, exited ? info.si_status : 0, exited ? 0 : info.si_status});
  }
}

bool kill_adopted() {
  const auto adopted = own_children();
  for (const pid_t pid : adopted) {
    ::kill(pid, SIGKILL);
  }
  return !adopted.empty();
}

}  // namespace lavavisor::process
