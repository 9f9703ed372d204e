// Which events steps and passes mean, and when a failure is news.
// SPDX-License-Identifier: Apache-2.0
#include "view/events.hpp"

#include "scene.hpp"

#include <gtest/gtest.h>

namespace lavavisor::view {
namespace {

using Kind = model::Event::Kind;
using model::Outcome;
using model::Release;

const model::Reason k_moved{model::Cause::chain_moved, "6.2.4", "6.2.5"};
const model::Reason k_back{model::Cause::rolled_back, "6.2.5", "6.2.4"};
const model::RestartUnit k_restart{"provider-eth1", {"6.2.5"}, Release{"6.2.4"}};

model::StepReport report(model::Action action, model::Reason reason, Outcome outcome) {
  return {{std::move(action), std::move(reason), {}}, outcome, "it did not answer", {}};
}

TEST(MoveOf, IsAnUpgradeOrARollbackThatIsDone) {
  struct Row {
    const char* what;
    model::StepReport report;
    std::optional<Kind> kind;
  };
  const Row rows[] = {
      {"upgrade", report(k_restart, k_moved, Outcome::done), Kind::upgrade},
      {"rollback", report(k_restart, k_back, Outcome::done), Kind::rollback},
      {"failed", report(k_restart, k_moved, Outcome::failed), std::nullopt},
      {"skipped", report(k_restart, k_moved, Outcome::skipped), std::nullopt},
      {"same release",
       report(model::RestartUnit{"a", {"6.2.5"}, {}}, k_moved, Outcome::done),
       std::nullopt},
      {"started with another",
       report(model::StartUnit{"moving", {"6.2.5"}}, {model::Cause::down, "", ""}, Outcome::done),
       Kind::upgrade},
      {"started after it went back",
       report(model::StartUnit{"back", {"6.2.5"}}, {model::Cause::down, "", ""}, Outcome::done),
       Kind::rollback},
      {"started",
       report(model::StartUnit{"a", {"6.2.5"}}, {model::Cause::down, "", ""}, Outcome::done),
       std::nullopt},
      {"another step", report(model::LinkBinary{{"6.2.5"}}, k_moved, Outcome::done), std::nullopt},
  };
  model::Plan plan;
  const model::Reason fled{model::Cause::rolled_back, "6.2.4", "6.2.5"};
  plan.steps = {{model::WriteUnit{"moving", "x", ""}, k_moved, {}},
                {model::WriteUnit{"back", "x", ""}, fled, {}},
                {model::WriteUnit{"a", "x", ""}, {model::Cause::asked, "", ""}, {}}};
  for (const auto& row : rows) {
    const auto event = move_of(row.report, moves_of(plan), at(5));
    ASSERT_EQ(event.has_value(), row.kind.has_value()) << row.what;
    if (event) {
      EXPECT_EQ(event->kind, *row.kind) << row.what;
      EXPECT_EQ(event->from, "6.2.4") << row.what;
      EXPECT_EQ(event->to, "6.2.5") << row.what;
      EXPECT_EQ(event->at, at(5)) << row.what;
    }
  }
}

TEST(FailedUpgrade, IsNoRollbackAndNoRestartOfTheSameRelease) {
  EXPECT_NE(failed_upgrade(report(k_restart, k_moved, Outcome::failed)), nullptr);
  EXPECT_EQ(failed_upgrade(report(k_restart, k_back, Outcome::failed)), nullptr);
  EXPECT_EQ(failed_upgrade(report(k_restart, k_moved, Outcome::done)), nullptr);
  const model::RestartUnit same{"a", {"6.2.5"}, {}};
  EXPECT_EQ(failed_upgrade(report(same, k_moved, Outcome::failed)), nullptr);
}

TEST(FailureText, HoldsFailedStepsAndProblemsOnceAndInOrder) {
  model::Plan plan;
  plan.notices = {{model::Notice::Kind::missing_user, "b", "lava"},
                  {model::Notice::Kind::chain_untrusted, "", "it is 312s old"}};
  const auto failed =
      report(model::StopUnit{"a"}, {model::Cause::unwanted, "", ""}, Outcome::failed);
  EXPECT_EQ(failure_text({}, {}), "");
  EXPECT_EQ(failure_text(plan, {failed, failed}),
            "stop a failed: it did not answer; the user lava of b does not exist on this host; "
            "create it or set 'user'");
}

TEST(FailureText, IsTheSameWhileADownloadThatFailedIsHeldBack) {
  const auto failed = report(model::InstallBinary{{"6.2.5"}, {}}, k_moved, Outcome::failed);
  model::Plan later;
  later.held = {{"a", model::Held::Why::fetch_failed, "6.2.5", failed.error, at(9)},
                {"b", model::Held::Why::outside_window, "6.2.5", "", {}}};
  EXPECT_EQ(failure_text(later, {}), failure_text({}, {failed}));
}

TEST(ChangeOfFailure, IsToldOnceAndSoIsItsEnd) {
  struct Row {
    const char* standing;
    const char* now;
    std::optional<Kind> kind;
  };
  const Row rows[] = {
      {"", "", std::nullopt},
      {"", "a failed", Kind::failure},
      {"a failed", "a failed", std::nullopt},
      {"a failed", "b failed", Kind::failure},
      {"a failed", "", Kind::recovery},
      {"no byte for 30s after 1.5 MiB", "no byte for 1m2s after 12 MiB", std::nullopt},
      {"127.0.0.1:9: pid 12", "127.0.0.1:9: pid 345", std::nullopt},
      {"install 6.2.4 failed", "install 6.2.5 failed", Kind::failure},
      {"restart provider-1 failed", "restart provider-2 failed", Kind::failure},
  };
  for (const auto& row : rows) {
    const auto event = change_of_failure(row.standing, row.now, at(0));
    ASSERT_EQ(event.has_value(), row.kind.has_value()) << row.standing << " | " << row.now;
    if (event) {
      EXPECT_EQ(event->kind, *row.kind) << row.standing << " | " << row.now;
    }
  }
  EXPECT_EQ(change_of_failure("", "a failed", at(0))->detail, "a failed");
  EXPECT_EQ(change_of_failure("a failed", "", at(0))->detail, "this is over: a failed");
}

}  // namespace
}  // namespace lavavisor::view
