// The manager where no bus is, and no manager at all.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/systemd/manager.hpp"

#include "adapters/systemd/no_manager.hpp"
#include "adapters/systemd/words.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

namespace lavavisor::systemd {
namespace {

using std::chrono::milliseconds;

/// Points both bus addresses at a socket that is not there.
class WithoutBus : public testing::TestWithParam<model::Scope> {
 protected:
  WithoutBus() {
    setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1);
    setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1);
    places.systemd.scope = GetParam();
  }
  ~WithoutBus() override {
    unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
    unsetenv("DBUS_SESSION_BUS_ADDRESS");
  }
  ports::UnitPlaces places;
};

INSTANTIATE_TEST_SUITE_P(Scope,
                         WithoutBus,
                         testing::Values(model::Scope::system, model::Scope::user));

TEST_P(WithoutBus, SaysWhichBusCannotBeReachedAndWhatToDo) {
  Manager manager{places, {}};
  const auto states = manager.states({"p"});
  ASSERT_FALSE(states);
  const std::string bus = GetParam() == model::Scope::user ? "user" : "system";
  EXPECT_EQ(states.error().message.find("cannot reach systemd over the " + bus +
                                        " bus (unix:path=/nonexistent/bus): no such file or "
                                        "directory; is "),
            0U)
      << states.error().message;
  EXPECT_NE(states.error().message.find("scope = \"none\""), std::string::npos);
  EXPECT_EQ(manager.reload().error(), states.error());
  EXPECT_EQ(manager.enable("p").error(), states.error());
  const auto ends = manager.run({{ports::Job::Kind::start, "p"}, {ports::Job::Kind::stop, "q"}});
  ASSERT_EQ(ends.size(), 2U);
  EXPECT_EQ(ends[1].error(), states.error());
}

TEST(UserBus, IsLookedForWhereItBelongsWhenTheEnvironmentIsSilent) {
  const char* said = getenv("XDG_RUNTIME_DIR");
  const std::string before = said == nullptr ? "" : said;
  unsetenv("XDG_RUNTIME_DIR");
  unsetenv("DBUS_SESSION_BUS_ADDRESS");
  ports::UnitPlaces places;
  places.systemd.scope = model::Scope::user;
  const auto states = Manager{places, {}}.states({"p"});
  if (said != nullptr) {
    setenv("XDG_RUNTIME_DIR", before.c_str(), 1);
  }
  if (!states) {  // nobody is logged in here
    const auto place =
        "(/run/user/" + std::to_string(getuid()) + "/bus): no such file or directory";
    EXPECT_NE(states.error().message.find(place), std::string::npos) << states.error().message;
  }
}

TEST_P(WithoutBus, WaitsForTheLimitAndNotInALoop) {
  Manager manager{places, {}};
  const auto before = std::chrono::steady_clock::now();
  manager.wait_for_change(milliseconds{50}, {});
  EXPECT_GE(std::chrono::steady_clock::now() - before, milliseconds{50});
}

TEST_P(WithoutBus, WaitEndsWhenStopIsRequested) {
  Manager manager{places, {}};
  std::stop_source stop;
  stop.request_stop();
  const auto before = std::chrono::steady_clock::now();
  manager.wait_for_change(std::chrono::minutes{1}, stop.get_token());
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds{10});
}

TEST(NoManager, SucceedsWithoutDoingAnything) {
  NoManager none;
  ASSERT_TRUE(none.states({"p"}));
  EXPECT_TRUE(none.states({"p"})->empty());
  EXPECT_TRUE(none.reload());
  EXPECT_TRUE(none.enable("p"));
  EXPECT_TRUE(none.disable("p"));
  const auto ends = none.run({{ports::Job::Kind::start, "p"}, {ports::Job::Kind::stop, "q"}});
  ASSERT_EQ(ends.size(), 2U);
  EXPECT_TRUE(ends[0] && ends[1]);
}

TEST(JobFailure, SaysWhatEndedTheJobAndWhereToLook) {
  struct Row {
    ports::Job::Kind kind;
    const char* result;
    const char* unit_result;
    const char* words;
  };
  using Kind = ports::Job::Kind;
  const std::vector<Row> rows{
      {Kind::start,
       "failed",
       "exit-code",
       "cannot start p.service: its process exited with an error (exit-code); "},
      {Kind::restart,
       "failed",
       "new-word",
       "cannot restart p.service: the job ended as 'failed' (new-word); "},
      {Kind::start, "failed", "", "cannot start p.service: the job ended as 'failed'; "},
      {Kind::start,
       "dependency",
       "",
       "cannot start p.service: a unit that it needs did not start; "},
      {Kind::stop, "canceled", "", "cannot stop p.service: another job took its place; "},
      {Kind::stop, "brand-new", "", "cannot stop p.service: the job ended as 'brand-new'; "},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(
        job_failure(model::Scope::system, {row.kind, "p"}, row.result, row.unit_result).message,
        std::string{row.words} + "look at 'journalctl -u p.service'");
  }
  EXPECT_NE(
      job_failure(model::Scope::user, {Kind::start, "p"}, "failed", "").message.find("--user -u"),
      std::string::npos);
}

}  // namespace
}  // namespace lavavisor::systemd
