// What binaries answer when they are asked for their version, and what they can't do to us.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/prober.hpp"

#include "adapters/process/identity.hpp"
#include "unit/adapters/process/scripts.hpp"

#include <gtest/gtest.h>

#include <stdlib.h>

namespace lavavisor::process {
namespace {

using namespace std::chrono_literals;

/// The cause alone, behind "cannot ask ... as nobody: ".
std::string cause(const base::Error& error) {
  const auto at = error.message.find(": ");
  return at == std::string::npos ? error.message : error.message.substr(at + 2);
}

class ProberTest : public testing::Test {
 protected:
  base::Result<model::Version> answer_of(const std::string& lines,
                                         std::chrono::milliseconds limit = 10s) const {
    Prober prober{{}, limit};
    return prober.probe(scripts().script(lines), "");
  }
  const Scripts& scripts() const { return m_scripts; }

 private:
  Scripts m_scripts;
};

TEST_F(ProberTest, TakesAVersionOnOneLine) {
  for (const auto* lines : {"echo 6.2.5", "echo v6.2.5", "printf '  6.2.5\\r\\n\\n'"}) {
    const auto version = answer_of(lines);
    ASSERT_TRUE(version) << lines << ": " << version.error().message;
    EXPECT_EQ(*version, (model::Version{6, 2, 5})) << lines;
  }
  EXPECT_TRUE(answer_of("echo noise >&2; echo 1.0.0"));
}

TEST_F(ProberTest, RefusesAllOtherAnswers) {
  struct Row {
    const char* lines;
    const char* cause;
  };
  const Row rows[] = {
      {"exit 0", "it printed nothing"},
      {"echo 6.2.5 >&2", "it printed nothing"},
      {"echo hello", "it printed \"hello\", which is no version"},
      {"echo 6.2", "it printed \"6.2\", which is no version"},
      {"printf '6.2.5\\n6.2.6\\n'", "it printed \"6.2.5\\x0a6.2.6\", which is no version"},
      {"printf '6.2.5\\0'", "it printed \"6.2.5\\x00\", which is no version"},
      {"printf '\\033[2J6.2.5'", "it printed \"\\x1b[2J6.2.5\", which is no version"},
      {"echo 6.2.5; exit 1", "it exited with status 1"},
      {"echo 'unknown command version' >&2; exit 2",
       "it exited with status 2: unknown command version"},
      {"kill -SEGV $$", "it was killed by SIGSEGV"},
  };
  for (const auto& row : rows) {
    const auto answer = answer_of(row.lines);
    ASSERT_FALSE(answer) << row.lines;
    EXPECT_EQ(cause(answer.error()), row.cause) << row.lines;
  }
  EXPECT_FALSE(answer_of("while :; do echo 6.2.5; done", 300ms));
}

TEST_F(ProberTest, DoesNotWaitForOneThatHangs) {
  EXPECT_EQ(cause(answer_of("trap '' TERM; sleep 1000", 100ms).error()),
            "it did not answer within 100ms");
}

TEST_F(ProberTest, EndsWhenAStopIsRequested) {
  std::stop_source stop;
  stop.request_stop();
  Prober prober{stop.get_token()};
  EXPECT_EQ(cause(prober.probe(scripts().script("sleep 1000"), "").error()), "it was stopped");
}

TEST_F(ProberTest, SaysWhyABinaryDoesNotRun) {
  const std::string foreign_elf = std::string{"\x7F"} + "ELF\x02\x01\x01" + std::string(9, '\0') +
                                  std::string("\x02\0\xF3\0", 4) + std::string(200, '\0');
  struct Row {
    std::filesystem::path binary;
    const char* cause;
  };
  const Row rows[] = {
      {scripts().folder() / "missing", "there is no such file"},
      {scripts().file("plain", "x", 0644),
       "permission denied (it is not executable, or a folder above it is closed)"},
      {scripts().file("text", "echo 6.2.5\n"), "it is not a program for this machine"},
      {scripts().file("riscv", foreign_elf), "it is not a program for this machine"},
      {scripts().file("empty", ""), "it is not a program for this machine"},
      {scripts().file("interpreter", "#!/no/such/sh\n"),
       "the interpreter or loader that it names is missing"},
  };
  Prober prober;
  for (const auto& row : rows) {
    const auto answer = prober.probe(row.binary, "");
    ASSERT_FALSE(answer) << row.binary;
    EXPECT_EQ(cause(answer.error()), row.cause) << row.binary;
    EXPECT_EQ(answer.error().message.rfind("cannot ask " + row.binary.string(), 0), 0U);
  }
}

TEST_F(ProberTest, RunsItWithNothingOfOurs) {
  const auto folder = scripts().open_folder("homes");
  ::setenv("TMPDIR", folder.c_str(), 1);
  const auto report = scripts().open_folder("out") / "report";
  const auto answer = answer_of(
      "exec 3> " + report.string() +
      "\necho \"args $*\" >&3; echo \"id $(id -u) $(id -G)\" >&3; echo \"pwd $(pwd)\" >&3\n"
      "env | sort >&3; touch \"$HOME/rubbish\" && echo 'home writable' >&3; echo 6.2.5");
  ::unsetenv("TMPDIR");
  ASSERT_TRUE(answer) << answer.error().message;
  const auto text = base::read_file(report).value();

  const auto home_at = text.find("args version --home ") + 20;
  const auto home = text.substr(home_at, text.find('\n') - home_at);
  EXPECT_EQ(home.rfind(folder.string() + "/lavavisor-probe-", 0), 0U) << text;
  EXPECT_NE(text.find("\npwd " + home + "\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\nhome writable\n"), std::string::npos) << text;
  // PWD, OLDPWD, SHLVL and _ are the shell's own.
  EXPECT_NE(text.find("\nHOME=" + home + "\nLANG=C.UTF-8\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("TMPDIR"), std::string::npos) << text;
  EXPECT_TRUE(std::filesystem::is_empty(folder)) << "the scratch home stayed behind";
  if (may_switch_user()) {
    EXPECT_NE(text.find("\nid 65534 65534\n"), std::string::npos) << text;
  }
}

TEST_F(ProberTest, BecomesTheServicesUserAndNeverRoot) {
  if (!may_switch_user()) {
    GTEST_SKIP() << "needs root";
  }
  struct Row {
    const char* user;
    const char* printed;
  };
  const Row rows[] = {
      {"", "65534"}, {"root", "65534"}, {"0", "65534"}, {"daemon", "1"}, {"no-such-user", "65534"}};
  const auto binary = scripts().script("echo $(id -u).0.0");
  Prober prober;
  for (const auto& row : rows) {
    const auto answer = prober.probe(binary, row.user);
    ASSERT_TRUE(answer) << row.user << ": " << answer.error().message;
    EXPECT_EQ(model::to_string(*answer), std::string{row.printed} + ".0.0") << row.user;
  }
}

}  // namespace
}  // namespace lavavisor::process
