// How long the watchdog waits for each step.
// SPDX-License-Identifier: Apache-2.0
#include "cli/supervised.hpp"

#include "reconcile/loop.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

namespace lavavisor::cli {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

class Supervisor final : public ports::Supervisor {
 public:
  void ready() override {}
  void reloading() override {}
  void status(const std::string&) override {}
  void stopping() override {}
  void expect_within(milliseconds limit) override { limits.push_back(limit); }

  std::vector<milliseconds> limits;
};

class SupervisedSteps : public testing::Test {
 protected:
  SupervisedSteps() {
    desired.binary.release.timeout = 2h;
    desired.hooks.timeout = 3h;
    desired.services.resize(2);
    desired.services[0].health.timeout = 1min;
    desired.services[1].health.timeout = 4h;
  }

  model::Desired desired;
  Supervisor supervisor;
  Supervised listener{desired, supervisor};
};

TEST_F(SupervisedSteps, MayTakeAsLongAsTheirOwnLimitsAndSomeMore) {
  struct Row {
    model::Action action;
    milliseconds least;
    milliseconds most;
  };
  const std::vector<Row> rows = {
      {model::InstallBinary{{"6.2.5"}, {}}, 2h, 2h + 10min},
      {model::RunHook{}, 3h, 3h + 10min},
      {model::StartUnit{"b", {"6.2.5"}}, 4h + 10min, 4h + 20min},
      {model::RestartUnit{"a", {"6.2.5"}, {}}, 4h + 10min, 4h + 20min},
      {model::StopUnit{"a"}, 10min, 5h},
      {model::LinkBinary{{"6.2.5"}}, 1min, 5h},
  };
  for (const auto& row : rows) {
    listener.step_started(0, {row.action, {}, {}});
    EXPECT_GT(supervisor.limits.back(), row.least) << row.action.index();
    EXPECT_LE(supervisor.limits.back(), row.most) << row.action.index();
  }
}

TEST_F(SupervisedSteps, LeaveTimeToLookAgainAfterwards) {
  listener.planned({}, {});
  listener.step_ended(0, {});
  EXPECT_EQ(supervisor.limits,
            (std::vector<milliseconds>{reconcile::k_between_steps, reconcile::k_between_steps}));
}

TEST_F(SupervisedSteps, KeepNoWatchdogAliveByADownloadThatGoesOnForEver) {
  listener.download_progress({"6.2.5"}, {});
  EXPECT_TRUE(supervisor.limits.empty());
}

}  // namespace
}  // namespace lavavisor::cli
