// What lavavisor expects of systemd, held against a real one; run inside a throw-away box.
// SPDX-License-Identifier: Apache-2.0
#include "contract/systemd_machine.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iostream>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace lavavisor::systemd {
namespace {

namespace fs = std::filesystem;
using Kind = ports::Job::Kind;

std::string error_of(const base::Result<void>& result) {
  return result ? "" : result.error().message;
}

/// The same expectations in both scopes that have a manager.
class RealSystemd : public testing::TestWithParam<model::Scope> {
 protected:
  Machine machine{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Scope,
                         RealSystemd,
                         testing::Values(model::Scope::system, model::Scope::user),
                         [](const auto& scope) {
                           return scope.param == model::Scope::system ? "system" : "user";
                         });

TEST_P(RealSystemd, LeavesOutServicesThatItNeverHeardOf) {
  const auto states = machine.manager.states({"lavavisor-nobody-knows"});
  ASSERT_TRUE(states) << states.error().message;
  EXPECT_TRUE(states->empty());
}

TEST_P(RealSystemd, TellsTheProcessOfAStartedService) {
  const auto before = std::chrono::system_clock::now();
  machine.install("provider-a");
  ASSERT_EQ(error_of(machine.job(Kind::start, "provider-a")), "");
  const auto state = machine.state("provider-a");
  EXPECT_EQ(state.load_state, "loaded");
  EXPECT_EQ(state.active_state, "active");
  EXPECT_EQ(state.sub_state, "running");
  EXPECT_EQ(state.result, "success");
  EXPECT_FALSE(state.needs_reload);
  ASSERT_TRUE(state.process);
  EXPECT_GT(state.process->pid, 1);
  EXPECT_EQ(state.process->exe, machine.binary());
  EXPECT_FALSE(state.process->exe_replaced);
  EXPECT_EQ(state.process->unit_digest, "digest-of-provider-a");
  EXPECT_GE(state.process->started_at, before - std::chrono::seconds{1});
  EXPECT_LE(state.process->started_at, std::chrono::system_clock::now() + std::chrono::seconds{1});
}

TEST_P(RealSystemd, SeesThatTheBinaryOfARunningServiceWasReplaced) {
  machine.install("provider-a");
  ASSERT_EQ(error_of(machine.job(Kind::start, "provider-a")), "");
  const auto fresh = machine.binary().string() + ".new";
  fs::copy_file("/bin/sleep", fresh);
  fs::rename(fresh, machine.binary());
  const auto state = machine.state("provider-a");
  ASSERT_TRUE(state.process);
  EXPECT_EQ(state.process->exe, machine.binary());
  EXPECT_TRUE(state.process->exe_replaced);
}

TEST_P(RealSystemd, NeedsAReloadAfterAUnitWasEditedAndNotAfterTheReload) {
  machine.install("provider-a");
  ASSERT_EQ(error_of(machine.job(Kind::start, "provider-a")), "");
  std::ofstream{model::unit_file(machine.places.directory, "provider-a"), std::ios::app}
      << "# edited\n";
  fs::last_write_time(model::unit_file(machine.places.directory, "provider-a"),
                      fs::file_time_type::clock::now() + std::chrono::seconds{5});
  EXPECT_TRUE(machine.state("provider-a").needs_reload);
  ASSERT_EQ(error_of(machine.manager.reload()), "");
  EXPECT_FALSE(machine.state("provider-a").needs_reload);
}

TEST_P(RealSystemd, EnablesAndDisablesAndKeepsTheLink) {
  machine.install("provider-a");
  EXPECT_FALSE(machine.file("provider-a").enabled);
  ASSERT_EQ(error_of(machine.manager.enable("provider-a")), "");
  EXPECT_TRUE(machine.file("provider-a").enabled);
  EXPECT_EQ(machine.file("provider-a").foreign, "");
  ASSERT_EQ(error_of(machine.manager.enable("provider-a")), "");
  ASSERT_EQ(error_of(machine.manager.disable("provider-a")), "");
  const auto file = machine.file("provider-a");
  EXPECT_FALSE(file.enabled);
  EXPECT_TRUE(file.linked);
  ASSERT_EQ(error_of(machine.manager.reload()), "");
  EXPECT_EQ(machine.state("provider-a").load_state, "loaded");
}

TEST_P(RealSystemd, EnabledUnitIsWantedAfterAReload) {
  machine.install("provider-a");
  ASSERT_EQ(error_of(machine.manager.enable("provider-a")), "");
  ASSERT_EQ(error_of(machine.manager.reload()), "");
  const bool user = GetParam() == model::Scope::user;
  const std::string command =
      std::string{"systemctl "} + (user ? "--user " : "") + "is-enabled --quiet provider-a.service";
  EXPECT_EQ(std::system(command.c_str()), 0);
}

TEST_P(RealSystemd, RefusesToEnableAUnitWithoutInstallSection) {
  const std::string text =
      "# Managed by lavavisor\n[Service]\nExecStart=/bin/true\n[X-Lavavisor]\n";
  ASSERT_EQ(error_of(machine.files.write_unit(machine.places, "bare", text)), "");
  ASSERT_EQ(error_of(machine.manager.reload()), "");
  EXPECT_NE(error_of(machine.manager.enable("bare")).find("has no [Install] section"),
            std::string::npos);
}

TEST_P(RealSystemd, RunsJobsTogetherAndGivesEachItsOwnResult) {
  machine.install("slow-1", "ExecStartPre=/bin/sleep 2\n");
  machine.install("slow-2", "ExecStartPre=/bin/sleep 2\n");
  machine.install("broken", "ExecStartPre=/bin/false\n");
  const auto before = std::chrono::steady_clock::now();
  const auto ends = machine.manager.run({{Kind::start, "slow-1"},
                                         {Kind::start, "broken"},
                                         {Kind::start, "slow-2"},
                                         {Kind::start, "absent"},
                                         {Kind::stop, "absent"}});
  const auto took = std::chrono::steady_clock::now() - before;
  ASSERT_EQ(ends.size(), 5U);
  EXPECT_EQ(error_of(ends[0]), "");
  EXPECT_NE(error_of(ends[1]).find("cannot start broken.service: its process exited with an error"),
            std::string::npos)
      << error_of(ends[1]);
  EXPECT_EQ(error_of(ends[2]), "");
  EXPECT_NE(error_of(ends[3]).find("cannot start absent.service"), std::string::npos);
  EXPECT_EQ(error_of(ends[4]), "");
  EXPECT_LT(took, std::chrono::milliseconds{3900});
}

TEST_P(RealSystemd, RestartsIntoAnotherProcessAndStops) {
  machine.install("provider-a");
  ASSERT_EQ(error_of(machine.job(Kind::start, "provider-a")), "");
  const auto first = machine.state("provider-a").process;
  ASSERT_EQ(error_of(machine.job(Kind::restart, "provider-a")), "");
  const auto second = machine.state("provider-a").process;
  ASSERT_TRUE(first && second);
  EXPECT_NE(first->pid, second->pid);
  ASSERT_EQ(error_of(machine.job(Kind::stop, "provider-a")), "");
  EXPECT_EQ(machine.state("provider-a").active_state, "inactive");
  EXPECT_FALSE(machine.state("provider-a").process);
}

TEST_P(RealSystemd, StartsAServiceThatHitItsStartLimit) {
  const std::string text =
      "# Managed by lavavisor\n[Unit]\nStartLimitIntervalSec=1h\nStartLimitBurst=1\n"
      "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/ls /run/limit-lifted\n"
      "[X-Lavavisor]\n";
  ASSERT_EQ(error_of(machine.files.write_unit(machine.places, "limited", text)), "");
  ASSERT_EQ(error_of(machine.manager.reload()), "");
  EXPECT_NE(error_of(machine.job(Kind::start, "limited")), "");
  EXPECT_EQ(machine.state("limited").active_state, "failed");
  std::ofstream{"/run/limit-lifted"} << "x";
  EXPECT_EQ(error_of(machine.job(Kind::start, "limited")), "");
  fs::remove("/run/limit-lifted");
}

TEST_P(RealSystemd, CountsAutomaticRestartsAndWakesUpLongBeforeTheLimit) {
  machine.install("provider-a", "Restart=always\nRestartSec=100ms\n");
  ASSERT_EQ(error_of(machine.job(Kind::start, "provider-a")), "");
  const auto started = machine.state("provider-a");
  ASSERT_TRUE(started.process);
  EXPECT_EQ(started.restarts, 0U);
  machine.manager.wait_for_change(std::chrono::milliseconds{1}, {});
  (void)machine.state("provider-a");
  const auto before = std::chrono::steady_clock::now();
  ASSERT_EQ(kill(started.process->pid, SIGKILL), 0);
  machine.manager.wait_for_change(std::chrono::seconds{30}, {});
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds{5});
  const auto back = machine.await("provider-a", [](const model::ServiceState& state) {
    return state.restarts == 1 && state.active_state == "active";
  });
  EXPECT_EQ(back.restarts, 1U);
  ASSERT_TRUE(back.process);
  EXPECT_NE(back.process->pid, started.process->pid);
}

TEST_P(RealSystemd, StopRequestEndsTheWait) {
  machine.install("provider-a");
  (void)machine.state("provider-a");
  machine.manager.wait_for_change(std::chrono::milliseconds{1}, {});
  (void)machine.state("provider-a");
  std::stop_source stop;
  const auto before = std::chrono::steady_clock::now();
  std::jthread stopper{[&] {
    stop.request_stop();
  }};
  machine.manager.wait_for_change(std::chrono::seconds{30}, stop.get_token());
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds{5});
}

TEST_P(RealSystemd, RemovedUnitIsForgottenAfterAReload) {
  machine.install("provider-a");
  ASSERT_EQ(error_of(machine.manager.enable("provider-a")), "");
  ASSERT_EQ(error_of(machine.job(Kind::start, "provider-a")), "");
  ASSERT_EQ(error_of(machine.job(Kind::stop, "provider-a")), "");
  ASSERT_EQ(error_of(machine.files.remove_unit(machine.places, "provider-a")), "");
  ASSERT_EQ(error_of(machine.manager.reload()), "");
  const auto states = machine.manager.states({"provider-a"});
  ASSERT_TRUE(states) << states.error().message;
  EXPECT_TRUE(states->empty());
  EXPECT_FALSE(machine.file("provider-a").enabled);
  EXPECT_FALSE(machine.file("provider-a").linked);
}

TEST_P(RealSystemd, AnswersForFiftyUnitsInOneGo) {
  std::set<std::string> names;
  std::vector<ports::Job> starts;
  for (int number = 0; number < 50; ++number) {
    const std::string name = "many-" + std::to_string(number);
    names.insert(name);
    starts.push_back({Kind::start, name});
    ASSERT_EQ(error_of(machine.files.write_unit(machine.places, name, machine.unit_text(name, ""))),
              "");
  }
  ASSERT_EQ(error_of(machine.manager.reload()), "");
  for (const auto& end : machine.manager.run(starts)) {
    ASSERT_EQ(error_of(end), "");
  }
  std::vector<double> took;
  for (int round = 0; round < 20; ++round) {
    const auto before = std::chrono::steady_clock::now();
    const auto states = machine.manager.states(names);
    took.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - before)
            .count());
    ASSERT_TRUE(states) << states.error().message;
    EXPECT_EQ(states->size(), 50U);
  }
  std::sort(took.begin(), took.end());
  std::cout << "states() of 50 units: median " << took[10] << " ms, best " << took[0] << " ms\n";
}

TEST(RealSystemdBus, ComesBackAfterTheBusWasRestarted) {
  Machine machine{model::Scope::system};
  machine.install("provider-a");
  ASSERT_EQ(error_of(machine.job(Kind::start, "provider-a")), "");
  ASSERT_EQ(std::system("systemctl restart dbus.service"), 0);
  const auto state = machine.await(
      "provider-a", [](const model::ServiceState& seen) { return seen.active_state == "active"; });
  EXPECT_EQ(state.active_state, "active");
  EXPECT_EQ(error_of(machine.job(Kind::restart, "provider-a")), "");
}

}  // namespace
}  // namespace lavavisor::systemd
