// The question for the password at a real pseudo-terminal: silence, and the terminal as it was
// after every end.
// SPDX-License-Identifier: Apache-2.0
#include "unit/adapters/process/asked_at_terminal.hpp"

#include <gtest/gtest.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace lavavisor::process {
namespace {

const std::string k_question = "Please enter the keyring password:";

constexpr int k_exited = 0;
constexpr int k_refused = 9 << 8;  ///< exit status 9, as waitpid(2) has it

TEST(KeyringPrompt, AsksAndShowsNothingOfTheAnswer) {
  AskedAtTerminal terminal;
  ASSERT_TRUE(terminal.questions(1));
  EXPECT_FALSE(is_same(terminal.original(), terminal.attributes()));
  terminal.type("tr0ub4dor\x7f\x7f&3 p\xc3\xa4ss\n");
  EXPECT_EQ(terminal.status(), k_exited);
  EXPECT_EQ(terminal.result(), "tr0ub4d&3 p\xc3\xa4ss");
  EXPECT_EQ(terminal.shown(), k_question + "\r\n");
  EXPECT_TRUE(is_same(terminal.original(), terminal.attributes()));
}

TEST(KeyringPrompt, EndsBySignalsWithTheTerminalAsItWas) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGPIPE, SIGUSR1, SIGUSR2}) {
    AskedAtTerminal terminal;
    ASSERT_TRUE(terminal.questions(1));
    terminal.type("half an ans");
    terminal.send(signal);
    const int status = terminal.status();
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == signal) << signal << ": " << status;
    EXPECT_TRUE(is_same(terminal.original(), terminal.attributes())) << signal;
    EXPECT_EQ(terminal.shown(), k_question + "\r\n") << signal;
  }
}

TEST(KeyringPrompt, EndsByKeysWithTheTerminalAsItWas) {
  const std::pair<std::string_view, int> rows[] = {{"\x03", SIGINT}, {"\x1c", SIGQUIT}};
  for (const auto& [keys, signal] : rows) {
    AskedAtTerminal terminal;
    ASSERT_TRUE(terminal.questions(1));
    terminal.type(keys);
    const int status = terminal.status();
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == signal) << status;
    EXPECT_TRUE(is_same(terminal.original(), terminal.attributes()));
  }
}

TEST(KeyringPrompt, GivesTheTerminalBackWhileItIsStoppedAndAsksAgain) {
  AskedAtTerminal terminal;
  for (int stops = 1; stops <= 3; ++stops) {
    ASSERT_TRUE(terminal.questions(stops));
    EXPECT_FALSE(is_same(terminal.original(), terminal.attributes()));
    terminal.type("forgotten\x1a");  // ^Z
    const int status = terminal.status();
    EXPECT_TRUE(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTSTP) << status;
    EXPECT_TRUE(is_same(terminal.original(), terminal.attributes()));
    terminal.send(SIGCONT);
    EXPECT_TRUE(WIFCONTINUED(terminal.status()));
  }
  ASSERT_TRUE(terminal.questions(4));
  EXPECT_FALSE(is_same(terminal.original(), terminal.attributes()));
  terminal.type("password\n");
  EXPECT_EQ(terminal.status(), k_exited);
  EXPECT_EQ(terminal.result(), "password");
  EXPECT_TRUE(is_same(terminal.original(), terminal.attributes()));
}

TEST(KeyringPrompt, SilencesATerminalThatTheShellMadeLoudMeanwhile) {
  AskedAtTerminal terminal;
  ASSERT_TRUE(terminal.questions(1));
  terminal.send(SIGSTOP);
  EXPECT_TRUE(WIFSTOPPED(terminal.status()));
  terminal.set_attributes(terminal.original());
  terminal.send(SIGCONT);
  EXPECT_TRUE(WIFCONTINUED(terminal.status()));
  ASSERT_TRUE(terminal.questions(2));
  terminal.type("password\n");
  EXPECT_EQ(terminal.status(), k_exited);
  EXPECT_EQ(terminal.result(), "password");
  EXPECT_EQ(terminal.shown().find("password\r"), std::string::npos);
  EXPECT_TRUE(is_same(terminal.original(), terminal.attributes()));
}

TEST(KeyringPrompt, FailsWhenASignalDoesNotEndTheProcess) {
  const auto handle = [] {
    ::signal(SIGTERM, [](int) {});
  };
  const auto block = [] {
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
  };
  for (const std::function<void()>& before : {std::function<void()>{handle}, {block}}) {
    AskedAtTerminal terminal{before};
    ASSERT_TRUE(terminal.questions(1));
    terminal.send(SIGTERM);
    EXPECT_EQ(terminal.status(), k_refused);
    EXPECT_EQ(terminal.result(), "error: SIGTERM came while the keyring password was awaited");
    EXPECT_TRUE(is_same(terminal.original(), terminal.attributes()));
  }
}

TEST(KeyringPrompt, FailsByASignalAsProcessOne) {
  if (::geteuid() != 0) {
    GTEST_SKIP() << "a PID namespace needs root";
  }
  AskedAtTerminal terminal{{}, true};
  ASSERT_TRUE(terminal.questions(1));
  terminal.send(SIGTERM);
  EXPECT_EQ(terminal.status(), k_refused);
}

TEST(KeyringPrompt, HearsNoSignalThatIsIgnored) {
  AskedAtTerminal terminal{[] {
    ::signal(SIGHUP, SIG_IGN);
  }};
  ASSERT_TRUE(terminal.questions(1));
  terminal.send(SIGHUP);
  terminal.type("password\n");
  EXPECT_EQ(terminal.status(), k_exited);
  EXPECT_EQ(terminal.result(), "password");
  EXPECT_EQ(terminal.shown(), k_question + "\r\n");
}

TEST(KeyringPrompt, FailsAtTheEndOfInput) {
  AskedAtTerminal terminal;
  ASSERT_TRUE(terminal.questions(1));
  terminal.type("\x04");  // ^D
  EXPECT_EQ(terminal.status(), k_refused);
  EXPECT_EQ(terminal.result(), "error: the terminal ended before a keyring password came");
  EXPECT_TRUE(is_same(terminal.original(), terminal.attributes()));
}

TEST(KeyringPrompt, TakesALineFromATerminalThatWasRaw) {
  AskedAtTerminal terminal{[] {
    termios raw{};
    ::tcgetattr(STDIN_FILENO, &raw);
    ::cfmakeraw(&raw);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
  }};
  ASSERT_TRUE(terminal.questions(1));
  terminal.type("password\r");
  EXPECT_EQ(terminal.status(), k_exited);
  EXPECT_EQ(terminal.result(), "password");
  EXPECT_EQ(terminal.attributes().c_lflag & static_cast<tcflag_t>(ICANON), 0U);
}

}  // namespace
}  // namespace lavavisor::process
