// What runs put into the outbox, and what they do not tell again.
// SPDX-License-Identifier: Apache-2.0
#include "cli/announcer.hpp"

#include "adapters/store/store.hpp"
#include "unit/base/scratch.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace lavavisor::cli {
namespace {

using Kind = model::Event::Kind;
using model::Outcome;
using model::Release;

class HandClock final : public ports::Clock {
 public:
  base::TimePoint now() override { return base::TimePoint{std::chrono::seconds{1'795'334'400}}; }
  std::chrono::milliseconds steady() override { return {}; }
};

class Announcements : public testing::Test {
 protected:
  Announcements() {
    ::unsetenv("LAVAVISOR_WEBHOOK");
    settings.webhook = "https://hook.example/secret";
    store = std::move(store::Store::open(m_scratch.path() / "state.db").value().store);
  }

  std::unique_ptr<Announcer> announcer() {
    return std::make_unique<Announcer>(settings, *store, *store, clock, [this] { ++news; });
  }

  /// One run of one pass, whose steps end as they say.
  void run(const model::Plan& plan,
           const std::vector<model::StepReport>& steps,
           bool interrupted = false) {
    const auto listener = announcer();
    pass(*listener, plan, steps);
    close(*listener, plan, interrupted);
  }

  void pass(Announcer& listener,
            const model::Plan& plan,
            const std::vector<model::StepReport>& steps) {
    model::Observed observed;
    observed.memory = store->memory().value();
    listener.planned(observed, plan);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      listener.step_ended(i, steps[i]);
    }
  }

  static void close(Announcer& listener, const model::Plan& plan, bool interrupted = false) {
    reconcile::Pass last;
    last.plan = plan;
    last.report.interrupted = interrupted;
    listener.close(last);
  }

  std::vector<Kind> kinds() const {
    std::vector<Kind> kinds;
    const auto waiting = store->due(base::TimePoint::max(), 100);
    for (const auto& entry : *waiting) {
      kinds.push_back(entry.event.kind);
    }
    return kinds;
  }

  model::NotifySettings settings;
  HandClock clock;
  std::unique_ptr<store::Store> store;
  int news = 0;

 private:
  base::Scratch m_scratch;
};

model::StepReport step(model::Action action, model::Cause cause, Outcome outcome) {
  return {{std::move(action), {cause, "6.2.4", "6.2.5"}, {}}, outcome, "it did not answer", {}};
}
model::StepReport upgrade(const std::string& service, Outcome outcome) {
  return step(
      model::RestartUnit{service, {"6.2.5"}, Release{"6.2.4"}}, model::Cause::chain_moved, outcome);
}
model::StepReport stop_failed() {
  return step(model::StopUnit{"old"}, model::Cause::unwanted, Outcome::failed);
}

TEST_F(Announcements, AreNoneWithoutAReceiver) {
  settings.webhook.clear();
  run({}, {upgrade("a", Outcome::done), stop_failed()});
  EXPECT_TRUE(kinds().empty());
  EXPECT_EQ(store->standing_failure().value(), "");
  ::setenv("LAVAVISOR_WEBHOOK", "https://hook.example/secret", 1);
  run({}, {upgrade("a", Outcome::done)});
  ::unsetenv("LAVAVISOR_WEBHOOK");
  EXPECT_EQ(kinds(), std::vector{Kind::upgrade});
}

TEST_F(Announcements, TellAnUpgradeAtOnce) {
  const auto listener = announcer();
  pass(*listener, {}, {upgrade("a", Outcome::done), upgrade("b", Outcome::done)});
  EXPECT_EQ(kinds(), (std::vector{Kind::upgrade, Kind::upgrade}));
  EXPECT_EQ(news, 2);
  const auto first = store->due(base::TimePoint::max(), 1).value().at(0).event;
  EXPECT_EQ(first.service, "a");
  EXPECT_EQ(first.from, "6.2.4");
  EXPECT_EQ(first.to, "6.2.5");
  EXPECT_EQ(first.at, clock.now());
}

TEST_F(Announcements, TellAFailedUpgradeAsItsQuarantineOnceAndItsRollback) {
  const auto listener = announcer();
  model::Observed observed;
  listener->planned(observed, {});
  ASSERT_TRUE(store->quarantine({"6.2.5"}, {"a: it exited", clock.now(), "", 1}));
  listener->step_ended(0, upgrade("a", Outcome::failed));
  listener->step_ended(1, upgrade("b", Outcome::failed));
  const model::RestartUnit back{"a", {"6.2.4"}, Release{"6.2.5"}};
  pass(*listener, {}, {step(back, model::Cause::rolled_back, Outcome::done)});
  close(*listener, {});
  EXPECT_EQ(kinds(), (std::vector{Kind::quarantine, Kind::rollback}));
  const auto first = store->due(base::TimePoint::max(), 1).value().at(0).event;
  EXPECT_EQ(first.detail, "release 6.2.5 is quarantined: a: it exited");
  EXPECT_EQ(first.service, "a");
  EXPECT_EQ(first.to, "6.2.5");
}

TEST_F(Announcements, TellAFailedUpgradeThatIsNotToBlameOnItsReleaseAsAFailure) {
  run({}, {upgrade("a", Outcome::failed)});
  EXPECT_EQ(kinds(), std::vector{Kind::failure});
}

TEST_F(Announcements, TellWhatThePlanCondemns) {
  model::Plan plan;
  plan.condemned = {{{"6.2.5"}, "a keeps crashing"}};
  run(plan, {});
  EXPECT_EQ(kinds(), std::vector{Kind::quarantine});
}

TEST_F(Announcements, TellAFailureOnceAndItsEndOnce) {
  for (int again = 0; again < 3; ++again) {
    run({}, {stop_failed()});
  }
  EXPECT_EQ(kinds(), std::vector{Kind::failure});
  for (int again = 0; again < 3; ++again) {
    run({}, {});
  }
  EXPECT_EQ(kinds(), (std::vector{Kind::failure, Kind::recovery}));
  EXPECT_EQ(news, 2);
}

TEST_F(Announcements, KeepAFailureStandingWhileOthersAreTold) {
  run({}, {stop_failed()});
  run({}, {upgrade("a", Outcome::done), stop_failed()});
  EXPECT_EQ(kinds(), (std::vector{Kind::failure, Kind::upgrade}));
}

TEST_F(Announcements, SayNothingOfFailuresAfterAnInterruption) {
  run({}, {stop_failed()}, true);
  EXPECT_TRUE(kinds().empty());
  run({}, {stop_failed()});
  run({}, {}, true);
  EXPECT_EQ(kinds(), std::vector{Kind::failure});
}

TEST_F(Announcements, JudgeARunByItsLastPass) {
  const auto listener = announcer();
  pass(*listener, {}, {stop_failed()});
  pass(*listener, {}, {});
  close(*listener, {});
  EXPECT_TRUE(kinds().empty());
}

}  // namespace
}  // namespace lavavisor::cli
