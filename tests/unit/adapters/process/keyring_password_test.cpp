// Passwords out of pipes and files of every kind and mode, and into a child's standard input.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/keyring_password.hpp"

#include "base/file.hpp"
#include "unit/adapters/process/scripts.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <thread>

namespace lavavisor::process {
namespace {

struct Pipe {
  Pipe() {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    out = base::Fd{ends[0]};
    in = base::Fd{ends[1]};
  }
  /// Write all and close.
  void fill(std::string_view text) {
    EXPECT_EQ(::write(in.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
    in.reset();
  }
  std::string rest() const {
    std::array<char, 8192> buffer{};
    const ssize_t size = ::read(out.get(), buffer.data(), buffer.size());
    return {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
  }

  base::Fd out;
  base::Fd in;
};

/// The password or the error, so that one comparison tells all.
std::string told(const base::Result<Secret>& result) {
  return result ? std::string{result->view()} : "error: " + result.error().message;
}

/// How `what` ends in a process of its own: waitpid(2)'s status.
int status_of(const std::function<int()>& what) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::_exit(what());
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

TEST(KeyringPassword, IsOneLineOfAPipe) {
  const std::string longest(4096, 'x');
  const struct {
    std::string input;
    std::string result;
    std::string rest;
  } rows[] = {
      {"pass word\n", "pass word", ""},
      {"pass\nword\n", "pass", "word\n"},
      {"pass\r\nmore", "pass", "more"},
      {"pa\rss\r\r\n", "pa\rss\r", ""},
      {"no line end", "no line end", ""},
      {"pass\r", "pass", ""},
      {longest + "\nrest", longest, "rest"},
      {longest + "\r\nrest", longest, "rest"},
      {longest, longest, ""},
      {"", "error: standard input ended before a keyring password came", ""},
      {"\nrest", "error: the keyring password from standard input is empty", "rest"},
      {"\r\n", "error: the keyring password from standard input is empty", ""},
      {longest + "x\nrest",
       "error: the keyring password from standard input is longer than 4096 bytes",
       "rest"},
      {longest + longest,
       "error: the keyring password from standard input is longer than 4096 bytes",
       longest.substr(2)},
  };
  for (const auto& row : rows) {
    Pipe input;
    Pipe output;
    input.fill(row.input);
    EXPECT_EQ(told(prompt_for_password(input.out.get(), output.in.get())), row.result);
    EXPECT_EQ(input.rest(), row.rest);
    output.in.reset();
    EXPECT_EQ(output.rest(), "") << "no question is asked where nobody is";
  }
}

TEST(KeyringPassword, MayComeInPieces) {
  Pipe input;
  ::fcntl(input.out.get(), F_SETFL, O_NONBLOCK);  // as a shell may leave its standard input
  std::thread writer{[&] {
    for (const char c : std::string_view{"slowly\n"}) {
      EXPECT_EQ(::write(input.in.get(), &c, 1), 1);
      std::this_thread::yield();
    }
  }};
  EXPECT_EQ(told(prompt_for_password(input.out.get(), 2)), "slowly");
  writer.join();
}

TEST(KeyringPassword, IsNotAwaitedAgainstASignal) {
  const int ended = status_of([] {
    const Pipe input;
    const itimerval soon{{0, 0}, {0, 20'000}};
    ::setitimer(ITIMER_REAL, &soon, nullptr);
    return prompt_for_password(input.out.get(), 2) ? 1 : 2;
  });
  EXPECT_TRUE(WIFSIGNALED(ended) && WTERMSIG(ended) == SIGALRM) << ended;

  const int failed = status_of([] {
    const Pipe input;
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
    ::kill(::getpid(), SIGTERM);
    return told(prompt_for_password(input.out.get(), 2)) ==
                   "error: SIGTERM came while the keyring password was awaited"
               ? 0
               : 1;
  });
  EXPECT_EQ(failed, 0);
}

TEST(KeyringPassword, IsReadFromAFileThatNobodyElseMayRead) {
  const Scripts scripts;
  const struct {
    mode_t mode;
    std::string error;
  } rows[] = {
      {0600, ""},
      {0400, ""},
      {0700, ""},
      {0620, ""},
      {0640, "its group (mode 0640)"},
      {0440, "its group (mode 0440)"},
      {0644, "others (mode 0644)"},
      {0604, "others (mode 0604)"},
      {0666, "others (mode 0666)"},
      {0602, "others (mode 0602)"},
      {0601, "others (mode 0601)"},
  };
  for (const auto& row : rows) {
    const auto file = scripts.file("password", "first line\nsecond\n", row.mode);
    EXPECT_EQ(told(password_from_file(file)),
              row.error.empty()
                  ? "first line"
                  : "error: keyring password file " + file.string() + " may be read by " +
                        row.error + ": run 'chmod 600 " + file.string() +
                        "', or give a Kubernetes secret defaultMode: 0400");
  }
}

TEST(KeyringPassword, MayBeReadByTheGroupOfAnotherUsersFile) {
  const Scripts scripts;
  const auto file = scripts.file("password", "mounted\n", 0440);
  if (::chown(file.c_str(), 54321, ::getegid()) != 0) {
    GTEST_SKIP() << "giving a file to another user needs root";
  }
  EXPECT_EQ(told(password_from_file(file)), "mounted");
  ::chmod(file.c_str(), 0444);
  EXPECT_NE(told(password_from_file(file)).find("run 'chmod o= " + file.string()),
            std::string::npos);
}

TEST(KeyringPassword, IsReadThroughLinksAsKubernetesMountsThem) {
  const Scripts scripts;
  std::filesystem::create_directory(scripts.folder() / "..2026");
  scripts.file("..2026/password", "linked", 0400);
  std::filesystem::create_symlink("..2026", scripts.folder() / "..data");
  std::filesystem::create_symlink("..data/password", scripts.folder() / "password");
  EXPECT_EQ(told(password_from_file(scripts.folder() / "password")), "linked");
  ::chmod((scripts.folder() / "..2026/password").c_str(), 0444);
  EXPECT_FALSE(password_from_file(scripts.folder() / "password"));
}

TEST(KeyringPassword, ComesFromNoOtherKindOfFile) {
  const Scripts scripts;
  const auto folder = scripts.folder().string();
  const struct {
    std::string path;
    std::string error;
  } rows[] = {
      {folder + "/none", folder + "/none: no such file or directory"},
      {folder, folder + " is neither a regular file nor a pipe"},
      {"/dev/null", "/dev/null is neither a regular file nor a pipe"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(told(password_from_file(row.path)), "error: keyring password file " + row.error);
  }
  const auto empty = scripts.file("empty", "", 0600);
  EXPECT_EQ(told(password_from_file(empty)),
            "error: " + empty.string() + " ended before a keyring password came");
}

TEST(KeyringPassword, ComesFromPipesWithAName) {
  Pipe substitution;  // as <(pass show keyring) is
  substitution.fill("substituted\n");
  EXPECT_EQ(told(password_from_file("/dev/fd/" + std::to_string(substitution.out.get()))),
            "substituted");

  const Scripts scripts;
  const auto name = (scripts.folder() / "fifo").string();
  ASSERT_EQ(::mkfifo(name.c_str(), 0600), 0);
  std::thread writer{[&] {
    const base::Fd in{::open(name.c_str(), O_WRONLY | O_CLOEXEC)};  // waits for a reader
    EXPECT_EQ(::write(in.get(), "named\n", 6), 6);
  }};
  EXPECT_EQ(told(password_from_file(name)), "named");
  writer.join();
  ::chmod(name.c_str(), 0644);
  EXPECT_FALSE(password_from_file(name));
}

TEST(KeyringPassword, ComesFromStandardInputByADash) {
  Pipe input;
  input.fill("dashed\n");
  EXPECT_EQ(status_of([&] {
              ::dup2(input.out.get(), STDIN_FILENO);
              return told(password_from_file("-")) == "dashed" ? 0 : 1;
            }),
            0);
}

TEST(KeyringPassword, IsGivenOnAsALineAndThenTheEnd) {
  const std::string longest(4096, 'x');
  for (const std::string& password : {std::string{"p\xc3\xa4ss"}, longest}) {
    Pipe input;
    input.fill(password + "\n");
    const auto secret = prompt_for_password(input.out.get(), 2);
    ASSERT_TRUE(secret);
    for (int start = 0; start < 3; ++start) {
      const auto given = stdin_with(*secret);
      ASSERT_TRUE(given);
      std::string all;
      for (char c = 0; ::read(given->get(), &c, 1) == 1;) {
        all += c;
      }
      EXPECT_EQ(all, password + "\n");
    }
  }
}

TEST(CoreDumps, AreForbiddenToThisProcessOnly) {
  const int status = status_of([] {
    const rlimit given{1U << 20U, RLIM_INFINITY};
    ::setrlimit(RLIMIT_CORE, &given);
    rlimit set{};
    ::getrlimit(RLIMIT_CORE, &set);
    const auto before = forbid_core_dumps();
    rlimit now{};
    ::getrlimit(RLIMIT_CORE, &now);
    const bool is_so = before && before->rlim_cur == set.rlim_cur &&
                       before->rlim_max == set.rlim_max && now.rlim_cur == 0 &&
                       now.rlim_max == set.rlim_max && ::prctl(PR_GET_DUMPABLE) == 0;
    if (is_so) {
      ::raise(SIGQUIT);
    }
    return 1;
  });
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGQUIT);
  EXPECT_FALSE(WCOREDUMP(status));
}

}  // namespace
}  // namespace lavavisor::process
