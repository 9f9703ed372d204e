// The parent's side: pipes, fork, one poll loop over the child's end, its outputs and the stop.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/spawn.hpp"

#include "adapters/process/child.hpp"
#include "adapters/process/ended.hpp"
#include "adapters/process/wake.hpp"
#include "base/blocked_signals.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace lavavisor::process {
namespace {

using base::Fd;
using Clock = std::chrono::steady_clock;

struct Pipe {
  Fd read;
  Fd write;
};

/// Above the standard descriptors, whichever of those we were started without.
Fd raised(int fd) {
  Fd low{fd};
  return fd > STDERR_FILENO || fd < 0 ? std::move(low)
                                      : Fd{::fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)};
}

Pipe make_pipe() {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return {};
  }
  return {raised(ends[0]), raised(ends[1])};
}

/// One output of the child.
struct Output {
  Stream stream;
  Fd fd;
  std::string kept;

  /// Take what is there; at the end of it the descriptor is closed.
  void take(const Command& command) {
    std::array<char, 16U << 10U> piece{};
    const ssize_t got = ::read(fd.get(), piece.data(), piece.size());
    if (got > 0) {
      const std::string_view bytes{piece.data(), static_cast<std::size_t>(got)};
      kept += bytes.substr(0, k_kept_output - kept.size());
      if (command.on_output) {
        command.on_output(stream, bytes);
      }
    } else if (got == 0 || (errno != EINTR && errno != EAGAIN)) {
      fd.reset();
    }
  }

  /// Take what the pipe holds now; others may keep it open for ever.
  void take_rest(const Command& command) {
    constexpr int k_pieces = 64;  // a pipe holds 64 KiB, unless somebody goes on writing
    pollfd ready{fd.get(), POLLIN, 0};
    for (int i = 0; i < k_pieces && fd && ::poll(&ready, 1, 0) == 1; ++i) {
      take(command);
    }
  }
};

/// A child that has been forked and is not yet reaped.
class Child {
 public:
  Child(pid_t pid, Fd out, Fd err)
      : m_pid(pid),
        m_ended(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))),
        m_out{Stream::out, std::move(out), {}},
        m_err{Stream::err, std::move(err), {}} {}

  bool can_be_watched() const { return static_cast<bool>(m_ended); }

  Finished watch(const Command& command, const std::stop_token& stop) {
    const Wake wake{stop};
    auto deadline = Clock::now() + command.limit;
    std::optional<decltype(Finished::end)> forced;
    bool spared = false;  // told to end, but not yet forced
    while (!has_ended(command, forced ? -1 : wake.fd(), deadline)) {
      if (!forced && stop.stop_requested()) {
        forced = Stopped{};
      } else if (!forced && Clock::now() >= deadline) {
        forced = TimedOut{};
      } else if (Clock::now() < deadline) {
        continue;
      }
      const bool spare = !spared && command.grace.count() > 0;
      ::kill(-m_pid, spare ? SIGTERM : SIGKILL);
      deadline = Clock::now() + (spare ? command.grace : k_after_kill);
      spared = true;
    }
    const auto end = reap();
    m_out.take_rest(command);
    m_err.take_rest(command);
    return {forced.value_or(end), std::move(m_out.kept), std::move(m_err.kept)};
  }

  /// Kill what is left of its group and learn how it ended. Its pid is not given to another
  /// process before that.
  decltype(Finished::end) reap() {
    ::kill(-m_pid, SIGKILL);
    int status = 0;
    while (::waitpid(m_pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFSIGNALED(status)) {
      return Killed{WTERMSIG(status)};
    }
    return Exited{WEXITSTATUS(status)};
  }

 private:
  static constexpr std::chrono::milliseconds k_after_kill{1'000};

  /// Wait for the first of: the end, output (which is taken), a byte from `wake`, `deadline`.
  bool has_ended(const Command& command, int wake, Clock::time_point deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    std::array<pollfd, 4> fds{{{m_ended.get(), POLLIN, 0},
                               {m_out.fd.get(), POLLIN, 0},
                               {m_err.fd.get(), POLLIN, 0},
                               {wake, POLLIN, 0}}};
    const auto wait = std::clamp<std::int64_t>(left.count(), 0, 60'000);
    if (::poll(fds.data(), fds.size(), static_cast<int>(wait)) <= 0) {
      return false;
    }
    if (fds[1].revents != 0) {
      m_out.take(command);
    }
    if (fds[2].revents != 0) {
      m_err.take(command);
    }
    return fds[0].revents != 0;
  }

  pid_t m_pid;
  Fd m_ended;
  Output m_out;
  Output m_err;
};

/// The child's report; none = it became the program, which closed the pipe.
std::optional<ChildFailure> read_report(const Fd& report) {
  ChildFailure failure;
  ssize_t got = 0;
  do {
    got = ::read(report.get(), &failure, sizeof failure);
  } while (got < 0 && errno == EINTR);
  return got == sizeof failure ? std::optional{failure} : std::nullopt;
}

std::string with_last_line(const std::string& words, const Finished& finished) {
  const auto line = last_line(finished.err);
  return line.empty() ? words : words + ": " + line;
}

}  // namespace

Finished run(const Command& command, std::stop_token stop) {
  const Fd null = raised(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  Pipe out = make_pipe();
  Pipe err = make_pipe();
  Pipe report = make_pipe();
  if (!null || !out.write || !err.write || !report.write) {
    return {NotStarted{"pipe", EMFILE}, "", ""};
  }
  const Preparation preparation{
      command, null.get(), out.write.get(), err.write.get(), report.write.get()};
  pid_t pid = -1;
  {
    const base::BlockedSignals blocked;  // no handler of ours may run in the child
    pid = ::fork();
    if (pid == 0) {
      preparation.become();
    }
  }
  if (pid < 0) {
    return {NotStarted{"fork", errno}, "", ""};
  }
  out.write.reset();
  err.write.reset();
  report.write.reset();
  Child child{pid, std::move(out.read), std::move(err.read)};
  if (!child.can_be_watched()) {
    const int code = errno;
    child.reap();
    return {NotStarted{"pidfd", code}, "", ""};
  }
  if (const auto failure = read_report(report.read)) {
    child.reap();
    return {NotStarted{step_name(failure->step), failure->code}, "", ""};
  }
  return child.watch(command, stop);
}

std::string last_line(std::string_view text) {
  text = base::trim(text);
  const auto start = text.find_last_of("\r\n");
  return base::printable(start == std::string_view::npos ? text : text.substr(start + 1));
}

std::string ending(const Finished& finished, std::chrono::milliseconds limit) {
  struct Words {
    const Finished& finished;
    std::chrono::milliseconds limit;

    std::string operator()(const Exited& end) const {
      return with_last_line("exited with status " + std::to_string(end.status), finished);
    }
    std::string operator()(const Killed& end) const {
      return with_last_line("was killed by " + signal_name(end.signal), finished);
    }
    std::string operator()(const TimedOut&) const {
      return with_last_line("did not end within " + base::format_duration(limit), finished);
    }
    std::string operator()(const Stopped&) const { return "was stopped"; }
    std::string operator()(const NotStarted& end) const {
      return "could not be started (" + end.what + "): " + base::errno_text(end.code);
    }
  };
  return std::visit(Words{finished, limit}, finished.end);
}

}  // namespace lavavisor::process
