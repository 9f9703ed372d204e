// The operator's hooks: their environment, their output in the log, their failures.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/hooks.hpp"

#include "unit/adapters/process/scripts.hpp"

#include <gtest/gtest.h>

#include <stdlib.h>

namespace lavavisor::process {
namespace {

using namespace std::chrono_literals;

class HooksTest : public testing::Test {
 protected:
  /// Run `lines` as a hook; what it logged is in log().
  base::Result<void> hook(const std::string& lines, std::chrono::milliseconds timeout = 1min) {
    testing::internal::CaptureStderr();
    auto result = m_hooks.run(
        {m_scripts.script(lines, "hook").string(), "an argument"},
        {{"LAVAVISOR_FROM", "6.1.0"}, {"LAVAVISOR_TO", "6.2.5"}, {"LAVAVISOR_TEST", "ours"}},
        timeout,
        m_stop.get_token());
    m_log = testing::internal::GetCapturedStderr();
    return result;
  }
  std::string name() const { return (m_scripts.folder() / "hook").string(); }
  const std::string& log() const { return m_log; }
  std::stop_source& stop() { return m_stop; }

 private:
  Scripts m_scripts;
  Hooks m_hooks;
  std::stop_source m_stop;
  std::string m_log;
};

TEST_F(HooksTest, InheritOurEnvironmentAndMore) {
  ::setenv("LAVAVISOR_TEST", "overridden", 1);
  ::setenv("LAVAVISOR_OTHER", "kept", 1);
  const auto done =
      hook("echo \"$1 $LAVAVISOR_FROM $LAVAVISOR_TO $LAVAVISOR_TEST $LAVAVISOR_OTHER\"");
  ::unsetenv("LAVAVISOR_TEST");
  ::unsetenv("LAVAVISOR_OTHER");
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_NE(log().find(name() + ": an argument 6.1.0 6.2.5 ours kept\n"), std::string::npos)
      << log();
}

TEST_F(HooksTest, DoNotLearnTheSecretsOfAlerts) {
  ::setenv("LAVAVISOR_WEBHOOK", "https://example.com/secret", 1);
  ::setenv("LAVAVISOR_WEBHOOK_TOKEN", "secret", 1);
  const auto done = hook("env | grep -c LAVAVISOR_WEBHOOK; true");
  ::unsetenv("LAVAVISOR_WEBHOOK");
  ::unsetenv("LAVAVISOR_WEBHOOK_TOKEN");
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_NE(log().find(name() + ": 0\n"), std::string::npos) << log();
}

TEST_F(HooksTest, HaveTheirLinesInTheLog) {
  ASSERT_TRUE(hook("echo one; printf 'tw'; printf 'o\\n\\nbell\\007'; echo three >&2"));
  for (const auto* line : {": one\n", ": two\n", ": bell\\x07\n", ": three\n"}) {
    EXPECT_NE(log().find(name() + line), std::string::npos) << line << log();
  }
}

TEST_F(HooksTest, FailWithTheLastLineOfAllThatTheyWroteToStderr) {
  EXPECT_EQ(hook("echo why >&2; exit 7").error().message,
            "hook " + name() + " exited with status 7: why");
  EXPECT_EQ(hook("head -c 200000 /dev/zero | tr '\\0' 'x' >&2; printf '\\nwhy\\n' >&2; exit 1")
                .error()
                .message,
            "hook " + name() + " exited with status 1: why");
  EXPECT_EQ(hook("kill -KILL $$").error().message, "hook " + name() + " was killed by SIGKILL");
}

TEST_F(HooksTest, FailAtTheirTimeout) {
  EXPECT_EQ(hook("exec sleep 1000", 100ms).error().message,
            "hook " + name() + " did not end within 100ms");
}

TEST_F(HooksTest, EndWhenAStopIsRequested) {
  stop().request_stop();
  EXPECT_EQ(hook("exec sleep 1000").error().message, "hook " + name() + " was stopped");
}

TEST(Hooks, ThatCannotRunFail) {
  Hooks hooks;
  EXPECT_EQ(hooks.run({"/no/such/hook"}, {}, 1s, {}).error().message,
            "hook /no/such/hook could not be started (exec): no such file or directory");
  EXPECT_TRUE(hooks.run({}, {}, 1s, {}));
  EXPECT_TRUE(hooks.run({"true"}, {}, 1min, {}));
}

}  // namespace
}  // namespace lavavisor::process
