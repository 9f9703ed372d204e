// Which changes of what runs come into the history.
// SPDX-License-Identifier: Apache-2.0
#include "cli/timekeeper.hpp"

#include "adapters/store/store.hpp"
#include "unit/base/scratch.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace lavavisor::cli {
namespace {

using model::Release;

base::TimePoint at(int seconds) {
  return base::TimePoint{std::chrono::seconds{1'795'334'400 + seconds}};
}

class HandClock final : public ports::Clock {
 public:
  base::TimePoint now() override { return time; }
  std::chrono::milliseconds steady() override { return {}; }
  base::TimePoint time = at(0);
};

class Timeline : public testing::Test {
 protected:
  Timeline() { desired.directory = "/var/lib/lavavisor"; }

  /// A pass that finds service a running `release`; "" = down.
  void pass(const std::string& release, int seconds) {
    model::ServiceState state;
    state.active_state = release.empty() ? "inactive" : "active";
    if (!release.empty()) {
      const auto exe = desired.directory / "upgrades" / ("v" + release) / "lavap";
      state.process = model::Process{7, at(seconds), exe, false, {}};
    }
    model::UnitState unit;
    unit.service = state;
    look({{"a", unit}}, seconds);
  }

  void look(const std::map<std::string, model::UnitState>& units, int seconds) {
    model::Observed observed;
    observed.at = at(seconds);
    observed.units = units;
    observed.memory = store->memory().value();
    keeper.planned(observed, {});
  }

  void ended(model::Action action, model::Outcome outcome, int seconds) {
    clock.time = at(seconds);
    keeper.step_ended(0, {{std::move(action), {}, {}}, outcome, {}, {}});
  }

  std::vector<std::string> history() {
    std::vector<std::string> rows;
    const auto timeline = store->timeline().value();
    for (const auto& row : timeline) {
      rows.push_back(row.service + " " + (row.release.empty() ? "down" : row.release) + " " +
                     std::to_string((row.since - at(0)) / std::chrono::seconds{1}));
    }
    return rows;
  }

  model::Desired desired;
  HandClock clock;
  base::Scratch scratch;
  std::unique_ptr<store::Store> store =
      std::move(store::Store::open(scratch.path() / "state.db").value().store);
  Timekeeper keeper{desired, *store, clock};
};

TEST_F(Timeline, HasWhatPassesFindAndWhatTheyDo) {
  pass("", 1);
  pass("6.1.0", 2);
  pass("6.1.0", 3);
  ended(model::RestartUnit{"a", Release{"6.2.5"}, {}}, model::Outcome::done, 4);
  pass("6.2.5", 5);
  pass("", 6);
  ended(model::StartUnit{"a", Release{"6.2.5"}}, model::Outcome::done, 7);
  ended(model::StopUnit{"a"}, model::Outcome::done, 8);
  EXPECT_EQ(
      history(),
      (std::vector<std::string>{"a 6.1.0 2", "a 6.2.5 4", "a down 6", "a 6.2.5 7", "a down 8"}));
}

TEST_F(Timeline, LeavesOutWhatFailedAndWhatIsNotKnown) {
  pass("6.1.0", 1);
  ended(model::RestartUnit{"a", Release{"6.2.5"}, {}}, model::Outcome::failed, 2);
  look({{"a", {}}}, 3);  // the manager does not say
  model::UnitState foreign;
  foreign.service = model::ServiceState{};
  foreign.service->process = model::Process{7, at(0), "/usr/bin/sleep", false, {}};
  look({{"a", foreign}}, 4);
  EXPECT_EQ(history(), (std::vector<std::string>{"a 6.1.0 1"}));
}

}  // namespace
}  // namespace lavavisor::cli
