// A stand-in for lavap under `lavavisor wrap`: reports what it sees to a file, and misbehaves as
// its trailer (examples/quickstart/lavap_trailer.hpp) or, before that, its command line says.
//
// `--key=value` on the command line, `key=value` in the trailer:
//   reported=6.1.0          what `lavap version` prints
//   report=FILE             where to report to; default $LAVAP_REPORT
//   exit_code_on_start=7    end with this code before anything is printed
//   orphans=group,session,daemon,zombie,brief   fork processes that outlive it: one in its group,
//   one
//                           in a session of its own, one forked twice; or that end: one never
//                           waited for, one forked twice
//   close=stderr            close that stream
//   flood=stderr            print without a newline: flood_bytes=N bytes, or for ever
//   cat=1                   copy stdin to stdout
//   password=1              read a line from stdin, then await its end
//   exit_when_done=1        end when flood, cat or password is done
//   exit_after_ms=500       end so long after the start
//   exit_code=0, die_by=9   how to end then: with this code, by this signal
//   ignore=INT,TERM         signals that do not end it
//   unwatched=HUP           signals that keep their default action
//   drain_ms=300            from SIGINT or SIGTERM to the end
//   stop_code=0             its exit code then
// SPDX-License-Identifier: Apache-2.0
#include "lavap_report.hpp"
#include "lavap_trailer.hpp"

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using Deadline = std::optional<Clock::time_point>;

constexpr std::array<std::pair<int, std::string_view>, 6> k_signals{{{SIGHUP, "HUP"},
                                                                     {SIGINT, "INT"},
                                                                     {SIGQUIT, "QUIT"},
                                                                     {SIGUSR1, "USR1"},
                                                                     {SIGUSR2, "USR2"},
                                                                     {SIGTERM, "TERM"}}};

/// The list `values`, "a,b,c", names `wanted`.
bool names(const std::string& values, std::string_view wanted) {
  return ("," + values + ",").find("," + std::string(wanted) + ",") != std::string::npos;
}

Deadline after_ms(std::optional<int> ms) {
  return ms ? Deadline(Clock::now() + std::chrono::milliseconds(*ms)) : std::nullopt;
}

class Child {
 public:
  Child(const lavap::Trailer& wanted, const lavap::Report& report)
      : m_wanted(wanted), m_report(report) {}

  [[noreturn]] void run() {
    m_signals = signal_descriptor();
    m_report.add("ready");
    leave_orphans();
    if (m_wanted.text("close", "") == "stderr") {
      close(STDERR_FILENO);
    }
    const std::string_view started = "Process Started\n";
    if (!m_wanted.number("silent")) {
      write_all(STDERR_FILENO, started);
    }
    std::thread(&Child::work, this).detach();
    serve();
  }

  [[noreturn]] void end(int code) const {
    const int death = m_wanted.number("die_by").value_or(0);
    m_report.add("end", {{"code", std::to_string(death != 0 ? 128 + death : code)}});
    if (death != 0) {
      kill(getpid(), death);
      pause();
    }
    _exit(code);
  }

 private:
  [[nodiscard]] int signal_descriptor() const {
    sigset_t watched;
    sigemptyset(&watched);
    for (const auto& [number, name] : k_signals) {
      if (!names(m_wanted.text("unwatched", ""), name)) {
        sigaddset(&watched, number);
      }
    }
    sigprocmask(SIG_BLOCK, &watched, nullptr);
    return signalfd(-1, &watched, SFD_CLOEXEC);
  }

  static bool write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = write(descriptor, text.data(), text.size());
      if (sent < 0) {
        return false;
      }
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// Report the next signal within the time; its number, or 0 when the time is over.
  int next_signal(Deadline deadline) const {
    while (true) {
      int wait_ms = -1;
      if (deadline) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - Clock::now());
        wait_ms = static_cast<int>(std::max<std::int64_t>(0, left.count()));
      }
      pollfd watched{m_signals, POLLIN, 0};
      const int ready = poll(&watched, 1, wait_ms);
      signalfd_siginfo info;
      if (ready > 0 && read(m_signals, &info, sizeof info) == sizeof info) {
        const int number = static_cast<int>(info.ssi_signo);
        m_report.add("signal",
                     {{"signal", lavap::json_string(std::string(name_of(number)))},
                      {"sender", std::to_string(info.ssi_pid)}});
        return number;
      }
      if (deadline && Clock::now() >= *deadline) {
        return 0;
      }
    }
  }

  static std::string_view name_of(int number) {
    for (const auto& [known, name] : k_signals) {
      if (known == number) {
        return name;
      }
    }
    return "?";
  }

  [[noreturn]] void serve() const {
    const Deadline over = after_ms(m_wanted.number("exit_after_ms"));
    while (true) {
      const int number = next_signal(over);
      if (number == 0) {
        end(m_wanted.number("exit_code").value_or(0));
      }
      const bool stops = number == SIGINT || number == SIGTERM;
      if (stops && !names(m_wanted.text("ignore", ""), name_of(number))) {
        drain();
      }
    }
  }

  /// Further signals are reported meanwhile.
  [[noreturn]] void drain() const {
    const Deadline drained = after_ms(m_wanted.number("drain_ms").value_or(0));
    while (next_signal(drained) != 0) {
    }
    end(m_wanted.number("stop_code").value_or(0));
  }

  // --- what it does beside, on a thread of its own
  // ------------------------------------------------

  void work() const {
    const std::string stream = m_wanted.text("flood", "");
    if (!stream.empty()) {
      flood(stream == "stdout" ? STDOUT_FILENO : STDERR_FILENO);
    } else if (m_wanted.number("cat")) {
      m_report.add("stdin_end", {{"bytes", std::to_string(copy_stdin(STDOUT_FILENO))}});
    } else if (m_wanted.number("password")) {
      read_password();
    } else {
      return;
    }
    if (m_wanted.number("exit_when_done")) {
      end(m_wanted.number("exit_code").value_or(0));
    }
  }

  void flood(int descriptor) const {
    const long long limit = std::atoll(m_wanted.text("flood_bytes", "0").c_str());
    std::string block;
    while (block.size() < std::size_t{61} * 1024) {
      block += "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-";
    }
    long long sent = 0;
    while (limit == 0 || sent < limit) {
      const auto left = static_cast<std::size_t>(limit - sent);
      const auto piece = std::string_view(block).substr(0, limit == 0 ? block.size() : left);
      if (!write_all(descriptor, piece)) {
        m_report.add("broken_pipe");
        return;
      }
      sent += static_cast<long long>(piece.size());
    }
    m_report.add("flooded", {{"bytes", std::to_string(sent)}});
  }

  /// Read stdin to its end, copying it to `to` (-1 = nowhere); how much it was.
  static std::size_t copy_stdin(int to) {
    std::vector<char> buffer(65536);
    std::size_t all = 0;
    ssize_t got = 0;
    while ((got = read(STDIN_FILENO, buffer.data(), buffer.size())) > 0) {
      const std::string_view piece(buffer.data(), static_cast<std::size_t>(got));
      all += piece.size();
      if (to >= 0 && !write_all(to, piece)) {
        break;
      }
    }
    return all;
  }

  void read_password() const {
    std::string line;
    char letter = 0;
    bool ended = false;
    while (read(STDIN_FILENO, &letter, 1) == 1) {
      if (letter == '\n') {
        ended = true;
        break;
      }
      line += letter;
    }
    m_report.add("password",
                 {{"fingerprint", lavap::json_string(lavap::fingerprint(line))},
                  {"newline", ended ? "true" : "false"}});
    m_report.add("stdin_end", {{"bytes", std::to_string(copy_stdin(-1))}});
  }

  // --- what it leaves behind
  // ----------------------------------------------------------------------

  void leave_orphans() const {
    const std::string kinds = m_wanted.text("orphans", "");
    if (names(kinds, "group") && fork() == 0) {
      linger("group");
    }
    if (names(kinds, "session") && fork() == 0) {
      setsid();
      linger("session");
    }
    for (const char* const kind : {"daemon", "brief"}) {
      if (names(kinds, kind)) {
        fork_twice(kind);
      }
    }
    if (names(kinds, "zombie") && fork() == 0) {
      m_report.add("orphan", {{"kind", "\"zombie\""}});
      _exit(0);
    }
  }

  void fork_twice(const std::string& kind) const {
    const pid_t between = fork();
    if (between == 0) {
      setsid();
      if (fork() == 0) {
        if (kind == "brief") {
          usleep(50'000);  // it shall end after its parent
          m_report.add("orphan", {{"kind", lavap::json_string(kind)}});
          _exit(0);
        }
        linger(kind);
      }
      _exit(0);
    }
    waitpid(between, nullptr, 0);
  }

  /// Hold stdin, stdout and stderr open, and be ended by nothing but SIGKILL.
  [[noreturn]] void linger(const std::string& kind) const {
    m_report.add("orphan", {{"kind", lavap::json_string(kind)}});
    while (true) {
      pause();
    }
  }

  const lavap::Trailer& m_wanted;
  const lavap::Report& m_report;
  int m_signals = -1;
};

lavap::Trailer wanted_by(int argc, char** argv) {
  lavap::Trailer wanted;
  for (int at = 1; at < argc; ++at) {
    if (const std::string_view word(argv[at]); word.starts_with("--")) {
      wanted.set(std::string(word.substr(2)));
    }
  }
  return wanted;
}

}  // namespace

int main(int argc, char** argv) {
  const std::int64_t begun = lavap::monotonic_ns();
  const lavap::Trailer wanted = wanted_by(argc, argv);
  if (argc > 1 && std::string_view(argv[1]) == "version") {
    std::printf("%s\n", wanted.text("reported", "0.0.0").c_str());
    return 0;
  }
  const char* file = std::getenv("LAVAP_REPORT");
  const lavap::Report report(wanted.text("report", file != nullptr ? file : ""));
  const std::string version = lavap::json_string(wanted.text("version", ""));
  report.add("start", {{"version", version}, {"", lavap::facts_of_self(argc, argv)}}, begun);
  const Child child(wanted, report);
  if (const auto code = wanted.number("exit_code_on_start")) {
    child.end(*code);
  }
  Child(wanted, report).run();
}
