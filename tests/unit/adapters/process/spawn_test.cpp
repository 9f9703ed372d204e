// Programs that are run to their end, whatever they do.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/spawn.hpp"

#include "unit/adapters/process/scripts.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <functional>

namespace lavavisor::process {
namespace {

using namespace std::chrono_literals;

Command shell(const std::string& lines) {
  Command command;
  command.argv = {"/bin/sh", "-c", lines};
  command.environment = {"PATH=/usr/bin:/bin"};
  return command;
}

/// Await that no process has this pid any more; it was killed already.
bool is_gone(pid_t pid) {
  for (int i = 0; i < 2'000; ++i) {
    const auto state = base::read_file("/proc/" + std::to_string(pid) + "/stat");
    if (!state || state->find(") Z") != std::string::npos) {
      return true;
    }
    ::usleep(1'000);
  }
  return false;
}

TEST(Run, TellsHowAProgramEnded) {
  struct Row {
    const char* lines;
    const char* words;
  };
  const Row rows[] = {
      {"exit 0", "exited with status 0"},
      {"echo a >&2; echo 'no such key' >&2; exit 3", "exited with status 3: no such key"},
      {"kill -SEGV $$", "was killed by SIGSEGV"},
      {"echo bye >&2; kill -KILL $$", "was killed by SIGKILL: bye"},
      {"printf 'x\\033[31m' >&2; exit 1", "exited with status 1: x\\x1b[31m"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(ending(run(shell(row.lines), {}), 10s), row.words) << row.lines;
  }
}

TEST(Run, SaysWhyAProgramWasNotStarted) {
  const Scripts scripts;
  struct Row {
    std::string program;
    int code;
  };
  const Row rows[] = {
      {scripts.folder() / "missing", ENOENT},
      {"surely-no-program-of-this-host", ENOENT},
      {scripts.file("plain", "6.2.5\n", 0644), EACCES},
      {scripts.folder(), EACCES},
      {scripts.file("empty", ""), ENOEXEC},
      {scripts.file("no-script", "echo 6.2.5\n"), ENOEXEC},
      {scripts.file("no-interpreter", "#!/no/such/sh\n"), ENOENT},
  };
  for (const auto& row : rows) {
    Command command;
    command.argv = {row.program};
    const auto finished = run(command, {});
    const auto* failure = std::get_if<NotStarted>(&finished.end);
    ASSERT_NE(failure, nullptr) << row.program;
    EXPECT_EQ(failure->what, "exec");
    EXPECT_EQ(failure->code, row.code) << row.program;
  }
  auto command = shell("exit 0");
  command.directory = scripts.folder() / "missing";
  EXPECT_EQ(ending(run(command, {}), 1s),
            "could not be started (chdir): no such file or directory");
}

TEST(Run, LooksForAWordInPath) {
  Command command;
  command.argv = {"true"};
  EXPECT_EQ(ending(run(command, {}), 1s), "exited with status 0");
}

TEST(Run, KeepsTheBeginningOfOutputAndDrainsTheRest) {
  const auto finished = run(shell("head -c 3000000 /dev/zero | tr '\\0' a;"
                                  " head -c 3000000 /dev/zero | tr '\\0' b >&2; exit 4"),
                            {});
  ASSERT_TRUE(std::holds_alternative<Exited>(finished.end));
  EXPECT_EQ(std::get<Exited>(finished.end).status, 4);
  EXPECT_EQ(finished.out, std::string(k_kept_output, 'a'));
  EXPECT_EQ(finished.err, std::string(k_kept_output, 'b'));
}

TEST(Run, HandsOnEveryPiece) {
  std::size_t out = 0;
  std::size_t err = 0;
  auto command = shell("head -c 300000 /dev/zero; head -c 200000 /dev/zero >&2");
  command.on_output = [&](Stream stream, std::string_view bytes) {
    (stream == Stream::out ? out : err) += bytes.size();
  };
  EXPECT_EQ(ending(run(command, {}), 10s).substr(0, 20), "exited with status 0");
  EXPECT_EQ(out, 300'000U);
  EXPECT_EQ(err, 200'000U);
}

TEST(Run, InheritsNothingButWhatItSays) {
  ::setenv("LAVAVISOR_SECRET", "x", 1);
  const int left_open = ::fcntl(STDIN_FILENO, F_DUPFD, 77);  // without O_CLOEXEC
  sigset_t blocked;
  sigset_t before;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &blocked, &before);
  const auto ignored_before = ::signal(SIGPIPE, SIG_IGN);

  // Built-in commands only, for every other program would show its own descriptors.
  auto command = shell(
      "for f in /proc/$$/fd/*; do echo \"fd ${f##*/}\"; done\n"
      "while read line; do echo \"status $line\"; done < /proc/$$/status\n"
      "env; pwd");
  command.environment = {"A=1"};
  const auto finished = run(command, {});
  ::signal(SIGPIPE, ignored_before);
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  ::close(left_open);
  ::unsetenv("LAVAVISOR_SECRET");

  const auto has = [&](const std::string& line) {
    return ("\n" + finished.out).find("\n" + line + "\n") != std::string::npos;
  };
  EXPECT_TRUE(has("fd 0") && has("fd 1") && has("fd 2")) << finished.out;
  EXPECT_EQ(finished.out.find("fd " + std::to_string(left_open) + "\n"), std::string::npos);
  EXPECT_TRUE(has("status SigBlk:\t0000000000000000")) << finished.out;
  // 32 and 33 are glibc's own and can't be set back by a program (signal(7)).
  constexpr unsigned long k_of_glibc = 3UL << 31U;
  const std::string key = "status SigIgn:\t";
  const auto ignored = finished.out.find(key);
  ASSERT_NE(ignored, std::string::npos) << finished.out;
  EXPECT_EQ(std::stoul(finished.out.substr(ignored + key.size(), 16), nullptr, 16) & ~k_of_glibc,
            0U)
      << finished.out;
  EXPECT_TRUE(has("A=1"));
  EXPECT_TRUE(has("/"));
  EXPECT_EQ(finished.out.find("LAVAVISOR_SECRET"), std::string::npos);
}

TEST(Run, GivesNoInput) {
  EXPECT_EQ(run(shell("wc -c"), {}).out, "0\n");
}

TEST(Run, KillsTheWholeGroupAtItsLimit) {
  auto command = shell("sleep 1000 & echo $!; trap '' TERM INT; while :; do wait; done");
  command.limit = 100ms;
  const auto finished = run(command, {});
  EXPECT_EQ(ending(finished, command.limit), "did not end within 100ms");
  EXPECT_TRUE(is_gone(std::stoi(finished.out)));
}

TEST(Run, KillsWhatAProgramLeavesBehind) {
  const auto finished = run(shell("sleep 1000 & echo $!"), {});
  EXPECT_EQ(ending(finished, 10s), "exited with status 0");
  EXPECT_TRUE(is_gone(std::stoi(finished.out)));
}

TEST(Run, DoesNotWaitForWhatEscapedItsGroupAndKeepsThePipe) {
  const auto finished = run(shell("setsid sleep 1000 & echo $!"), {});
  EXPECT_EQ(ending(finished, 10s), "exited with status 0");
  ::kill(std::stoi(finished.out), SIGKILL);
}

TEST(Run, EndsWhenAStopIsRequested) {
  std::stop_source stop;
  auto command = shell("echo ready; sleep 1000");
  command.limit = 1h;
  command.on_output = [&](Stream, std::string_view) {
    stop.request_stop();
  };
  EXPECT_EQ(ending(run(command, stop.get_token()), 1h), "was stopped");
  EXPECT_EQ(ending(run(shell("sleep 1000"), stop.get_token()), 1h), "was stopped");
}

TEST(Run, AsksBeforeItKills) {
  std::stop_source stop;
  auto command =
      shell("trap 'echo cleaned up; exit 0' TERM; echo ready; while :; do sleep 0.01; done");
  command.grace = 1min;
  command.on_output = [&](Stream, std::string_view) {
    stop.request_stop();
  };
  const auto finished = run(command, stop.get_token());
  EXPECT_EQ(finished.out, "ready\ncleaned up\n");
  EXPECT_EQ(ending(finished, 1s), "was stopped");

  command = shell("trap '' TERM; echo ready; while :; do sleep 0.01; done");
  command.limit = 100ms;
  command.grace = 100ms;
  EXPECT_EQ(ending(run(command, {}), 100ms), "did not end within 100ms");
}

TEST(Run, BecomesAnotherUser) {
  if (!may_switch_user()) {
    GTEST_SKIP() << "needs root";
  }
  auto command = shell("id -u; id -g; id -G; cat /proc/self/status | grep ^Cap[EP]");
  command.identity = find_user("nobody").value();
  EXPECT_EQ(run(command, {}).out,
            "65534\n65534\n65534\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n");
}

TEST(Run, ConfinesWhomItDoesNotTrust) {
  auto command = shell("ulimit -c; while read l; do echo $l; done < /proc/$$/status");
  command.confined = true;
  const auto out = run(command, {}).out;
  EXPECT_EQ(out.substr(0, 2), "0\n");
  EXPECT_NE(out.find("NoNewPrivs: 1\n"), std::string::npos) << out;
}

TEST(Run, LeavesNoDescriptorOpen) {
  const auto count = [] {
    return std::distance(std::filesystem::directory_iterator{"/proc/self/fd"},
                         std::filesystem::directory_iterator{});
  };
  const auto before = count();
  for (int i = 0; i < 20; ++i) {
    run(shell("exit 0"), {});
    Command missing;
    missing.argv = {"/no/such/program"};
    run(missing, {});
  }
  EXPECT_EQ(count(), before);
}

TEST(Run, SaysThatNoDescriptorIsLeft) {
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit few{4, before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &few);
  const auto finished = run(shell("exit 0"), {});
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(ending(finished, 1s), "could not be started (pipe): too many open files");
}

TEST(LastLine, SkipsBlankOnes) {
  EXPECT_EQ(last_line("one\ntwo\n\n  \n"), "two");
  EXPECT_EQ(last_line("one"), "one");
  EXPECT_EQ(last_line(" \n"), "");
}

TEST(FindUser, NamesOneThatDoesNotExist) {
  EXPECT_EQ(find_user("no-such-user").error().message,
            "user no-such-user does not exist on this host");
  EXPECT_EQ(find_user("").error().message, "user  does not exist on this host");
  EXPECT_EQ(find_user("root")->uid, 0U);
  EXPECT_EQ(find_user("0")->name, "root");
  EXPECT_FALSE(find_user("4000000000"));
}

}  // namespace
}  // namespace lavavisor::process
