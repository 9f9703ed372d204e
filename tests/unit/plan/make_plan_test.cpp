// What the plan holds together: order, needs, batches, and the things that stop all of it.
// SPDX-License-Identifier: Apache-2.0
#include "plan/make_plan.hpp"

#include "plan/unneeded.hpp"
#include "scene.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace lavavisor::plan {
namespace {

using fakes::desired_with;
using fakes::words;
using model::Cause;
using model::Held;
using model::Notice;
using testing_scene::has;
using testing_scene::holds;
using testing_scene::install;
using testing_scene::noon;
using testing_scene::Observed;
using testing_scene::quarantine;
using testing_scene::Release;
using testing_scene::run;
using testing_scene::spoil;
using testing_scene::versions;
using testing_scene::world;
using Lines = std::vector<std::string>;

/// Services that run 6.1.0 on a host whose chain asks for `target`.
struct Scene {
  explicit Scene(const Lines& services, const std::string& target = "6.1.0")
      : desired{desired_with(services)}, observed{world(target, "5.5.1")} {
    install(observed, "6.1.0", "6.1.0");
    observed.link.release = Release{"6.1.0"};
    for (const auto& service : services) {
      run(observed, desired, service, "6.1.0");
    }
  }

  model::Plan plan() const { return make_plan(desired, observed); }
  Lines steps() const { return words(plan()); }
  model::UnitState& unit(const std::string& name) { return observed.units.at(name); }

  model::Desired desired;
  Observed observed;
};

/// The titles of the steps that step `index` needs.
Lines needs_of(const model::Plan& plan, const std::string& title) {
  const auto all = words(plan);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].starts_with(title)) {
      Lines needs;
      for (const auto need : plan.steps[i].needs) {
        needs.push_back(all[need].substr(0, all[need].find(" (")));
      }
      return needs;
    }
  }
  return {"no step '" + title + "'"};
}

TEST(MakePlan, IsEmptyForAConvergedHost) {
  const Scene scene{{"a", "b"}};
  EXPECT_EQ(scene.steps(), Lines{});
  EXPECT_TRUE(scene.plan().held.empty());
  EXPECT_TRUE(scene.plan().notices.empty());
}

TEST(MakePlan, NeedsOnlyPointBackwards) {
  Scene scene{{"a", "b", "c"}, "6.2.5"};
  scene.desired.hooks.pre_upgrade = {"/bin/before"};
  scene.desired.hooks.post_upgrade = {"/bin/after"};
  scene.observed.units["gone"] = scene.unit("a");
  const auto plan = scene.plan();
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    for (const auto need : plan.steps[i].needs) {
      EXPECT_LT(need, i);
    }
  }
}

TEST(MakePlan, UpgradesInBatchesOfMaxParallel) {
  Scene scene{{"a", "b", "c"}, "6.2.5"};
  scene.desired.rollout.max_parallel = 2;
  scene.desired.hooks.pre_upgrade = {"/bin/before"};
  scene.desired.hooks.post_upgrade = {"/bin/after"};
  const auto plan = scene.plan();
  EXPECT_EQ(words(plan),
            (Lines{"install 6.2.5 (chain_moved)",
                   "hook pre_upgrade (chain_moved)",
                   "link 6.2.5 (chain_moved)",
                   "write unit a (chain_moved)",
                   "write unit b (chain_moved)",
                   "reload (chain_moved)",
                   "restart a 6.1.0 -> 6.2.5 (chain_moved)",
                   "restart b 6.1.0 -> 6.2.5 (chain_moved)",
                   "write unit c (chain_moved)",
                   "reload (chain_moved)",
                   "restart c 6.1.0 -> 6.2.5 (chain_moved)",
                   "hook post_upgrade (chain_moved)"}));
  EXPECT_EQ(needs_of(plan, "link"), (Lines{"install 6.2.5", "hook pre_upgrade"}));
  EXPECT_EQ(needs_of(plan, "write unit a"), (Lines{"install 6.2.5", "hook pre_upgrade"}));
  EXPECT_EQ(needs_of(plan, "restart a"),
            (Lines{"install 6.2.5", "hook pre_upgrade", "write unit a", "reload"}));
  EXPECT_EQ(needs_of(plan, "write unit c"),
            (Lines{"install 6.2.5",
                   "restart a 6.1.0 -> 6.2.5",
                   "restart b 6.1.0 -> 6.2.5",
                   "hook pre_upgrade"}));
  EXPECT_EQ(
      needs_of(plan, "hook post_upgrade"),
      (Lines{"restart a 6.1.0 -> 6.2.5", "restart b 6.1.0 -> 6.2.5", "restart c 6.1.0 -> 6.2.5"}));
}

TEST(MakePlan, TakesNoHookForARollback) {
  Scene scene{{"a"}, "6.2.5"};
  scene.desired.hooks.pre_upgrade = {"/bin/before"};
  install(scene.observed, "6.2.5", "6.2.5");
  run(scene.observed, scene.desired, "a", "6.2.5");
  quarantine(scene.observed, "6.2.5");
  EXPECT_EQ(scene.steps(),
            (Lines{"write unit a (rolled_back)",
                   "reload (rolled_back)",
                   "restart a 6.2.5 -> 6.1.0 (rolled_back)"}));
}

TEST(MakePlan, RemovesWhatLeftTheFileBeforeAnythingStarts) {
  Scene scene{{"a"}};
  scene.observed.units["gone"] = scene.unit("a");
  scene.observed.units["down"] = scene.unit("a");
  scene.observed.units["down"].service->active_state = "failed";
  scene.observed.units["down"].file.enabled = false;
  scene.observed.units["theirs"].file.foreign = "a unit of the distribution";
  scene.unit("a").service->active_state = "inactive";
  scene.unit("a").service->process.reset();
  const auto plan = scene.plan();
  EXPECT_EQ(words(plan),
            (Lines{"remove unit down (unwanted)",
                   "stop gone (unwanted)",
                   "disable gone (unwanted)",
                   "remove unit gone (unwanted)",
                   "reload (unwanted)",
                   "start a 6.1.0 (down)"}));
  EXPECT_EQ(needs_of(plan, "remove unit gone"), (Lines{"stop gone", "disable gone"}));
  EXPECT_EQ(needs_of(plan, "start a"), Lines{});
}

TEST(MakePlan, StopsAndDisablesWhatIsSwitchedOffAndKeepsItsUnit) {
  Scene scene{{"a"}};
  scene.desired.services[0].enabled = false;
  EXPECT_EQ(scene.steps(), (Lines{"stop a (disabled)", "disable a (disabled)"}));
  scene.unit("a").service->active_state = "inactive";
  scene.unit("a").service->process.reset();
  scene.unit("a").file.enabled = false;
  EXPECT_EQ(scene.steps(), Lines{});
}

TEST(MakePlan, StopsWhatIsSwitchedOffThoughItsBinaryCannotBeHad) {
  Scene scene{{"a"}};
  scene.desired.services[0].enabled = false;
  scene.desired.binary.auto_download = false;
  scene.observed.binaries.clear();
  *scene.unit("a").file.text += "# by hand\n";
  const auto plan = scene.plan();
  EXPECT_EQ(words(plan), (Lines{"stop a (disabled)", "disable a (disabled)"}));
  EXPECT_TRUE(holds(plan, Held::Why::download_off));
}

struct Drift {
  const char* about;
  std::function<void(Scene&)> change;
  Lines steps;
};

TEST(MakePlan, UndoesEachKindOfDrift) {
  const std::vector<Drift> rows = {
      {"an edited unit",
       [](Scene& scene) { *scene.unit("a").file.text += "# by hand\n"; },
       {"write unit a (drifted)", "reload (drifted)", "restart a 6.1.0 (drifted)"}},
      {"a changed flag",
       [](Scene& scene) {
         scene.desired.services[0].flags = {{"x", "1"}};
       },
       {"write unit a (asked)", "reload (asked)", "restart a 6.1.0 (asked)"}},
      {"a missing link in unit_dir costs no restart",
       [](Scene& scene) { scene.unit("a").file.linked = false; },
       {"write unit a (drifted)", "reload (drifted)"}},
      {"a disabled unit",
       [](Scene& scene) { scene.unit("a").file.enabled = false; },
       {"enable a (drifted)"}},
      {"a unit removed under its process is enabled after it is written",
       [](Scene& scene) { scene.unit("a").file = {}; },
       {"write config a (missing)",
        "write unit a (missing)",
        "reload (missing)",
        "enable a (missing)",
        "restart a 6.1.0 (missing)"}},
      {"an edited YAML copy",
       [](Scene& scene) { scene.unit("a").file.config_sha256 = "0"; },
       {"write config a (drifted)", "restart a 6.1.0 (drifted)"}},
      {"a manager that has not read the unit",
       [](Scene& scene) { scene.unit("a").service->needs_reload = true; },
       {"reload (stale_manager)"}},
      {"a process older than its unit",
       [](Scene& scene) {
         scene.unit("a").service->process->started_at = noon() - std::chrono::hours{2};
       },
       {"restart a 6.1.0 (stale_process)"}},
      {"a unit from the future is no reason to restart for ever",
       [](Scene& scene) { scene.unit("a").file.modified = noon() + std::chrono::hours{1}; },
       {}},
      {"a process by another text",
       [](Scene& scene) { scene.unit("a").service->process->unit_digest = "0000000000000000"; },
       {"restart a 6.1.0 (stale_process)"}},
      {"a process whose environment can't be read is left alone",
       [](Scene& scene) { scene.unit("a").service->process->unit_digest = ""; },
       {}},
      {"a process whose binary was replaced",
       [](Scene& scene) { scene.unit("a").service->process->exe_replaced = true; },
       {"restart a 6.1.0 (stale_process)"}},
      {"a stopped service",
       [](Scene& scene) {
         scene.unit("a").service->active_state = "inactive";
         scene.unit("a").service->process.reset();
       },
       {"start a 6.1.0 (down)"}},
      {"a service between two automatic restarts is left to systemd",
       [](Scene& scene) {
         scene.unit("a").service->active_state = "activating";
         scene.unit("a").service->process.reset();
       },
       {}},
      {"a missing link of the binary",
       [](Scene& scene) { scene.observed.link.release.reset(); },
       {"link 6.1.0 (missing)"}},
      {"a link to another release",
       [](Scene& scene) { scene.observed.link.release = Release{"6.0.0"}; },
       {"link 6.1.0 (drifted)"}},
      {"a binary that changed",
       [](Scene& scene) { spoil(scene.observed, "6.1.0"); },
       {"install 6.1.0 (drifted)"}},
  };
  for (const auto& row : rows) {
    Scene scene{{"a"}};
    row.change(scene);
    if (std::string{row.about} == "a binary that changed") {
      scene.observed.memory.binaries.emplace(
          Release{"6.1.0"}, model::BinaryRecord{Release{"6.1.0"}, "", {}, {}, {6, 1, 0}, noon()});
    }
    EXPECT_EQ(scene.steps(), row.steps) << row.about;
  }
}

TEST(MakePlan, TreatsADownServiceThatMovesAsAnUpgrade) {
  Scene scene{{"a"}, "6.2.5"};
  install(scene.observed, "6.2.5", "6.2.5");
  scene.unit("a").service->active_state = "failed";
  scene.unit("a").service->process.reset();
  EXPECT_EQ(scene.steps().back(), "restart a 6.1.0 -> 6.2.5 (chain_moved)");
}

TEST(MakePlan, StartsADownServiceWithItsOwnReleaseOutsideTheWindow) {
  Scene scene{{"a"}, "6.2.5"};
  scene.desired.rollout.windows = {
      {"02:00-04:00", 0x7f, std::chrono::hours{2}, std::chrono::hours{4}}};
  scene.unit("a").service->active_state = "failed";
  scene.unit("a").service->process.reset();
  EXPECT_EQ(scene.steps(), (Lines{"start a 6.1.0 (down)"}));
  EXPECT_TRUE(holds(scene.plan(), Held::Why::outside_window));
}

TEST(MakePlan, StartsANewServiceWithWhatItsSiblingsRun) {
  Scene scene{{"a"}, "6.2.5"};
  scene.desired.binary.target_delay = std::chrono::hours{24};
  scene.desired.services.push_back(fakes::provider("b"));
  EXPECT_EQ(scene.steps().back(), "start b 6.1.0 (missing)");
}

TEST(MakePlan, LetsTheLinkFollowTheFirstServiceWithoutAVersionOfItsOwn) {
  Scene scene{{"canary", "a"}};
  install(scene.observed, "6.2.4", "6.2.4");
  scene.desired.services[0].version = Release{"6.2.4"};
  run(scene.observed, scene.desired, "canary", "6.2.4");
  EXPECT_EQ(scene.steps(), Lines{});
  scene.observed.link.release = Release{"6.2.4"};
  EXPECT_EQ(scene.steps(), (Lines{"link 6.1.0 (drifted)"}));
}

TEST(MakePlan, InstallsAndLinksOnAHostWithoutServices) {
  Scene scene{{}};
  scene.observed = world("6.2.5", "5.5.1");
  EXPECT_EQ(scene.steps(), (Lines{"install 6.2.5 (missing)", "link 6.2.5 (missing)"}));
  scene.desired.binary.link.clear();
  EXPECT_EQ(scene.steps(), (Lines{"install 6.2.5 (missing)"}));
}

TEST(MakePlan, SaysWhyTheLinkMoves) {
  Scene alone{{}, "6.2.5"};
  EXPECT_EQ(alone.steps().back(), "link 6.2.5 (chain_moved)");
  alone.desired.binary.version = Release{"6.2.4"};
  EXPECT_EQ(alone.steps().back(), "link 6.2.4 (pinned)");
  Scene back{{"a"}, "6.2.5"};
  install(back.observed, "6.2.5", "6.2.5");
  back.observed.link.release = Release{"6.2.5"};
  run(back.observed, back.desired, "a", "6.2.5");
  quarantine(back.observed, "6.2.5");
  EXPECT_EQ(back.steps().front(), "link 6.1.0 (rolled_back)");
}

TEST(MakePlan, TouchesNothingForeign) {
  Scene scene{{"a", "b"}, "6.2.5"};
  scene.unit("a").file.foreign = "a file that lavavisor did not write";
  scene.observed.link.foreign = "a regular file";
  const auto plan = scene.plan();
  EXPECT_TRUE(has(plan, Notice::Kind::foreign_unit));
  EXPECT_TRUE(has(plan, Notice::Kind::foreign_link));
  for (const auto& line : words(plan)) {
    EXPECT_EQ(line.find(" a "), std::string::npos) << line;
    EXPECT_FALSE(line.starts_with("link")) << line;
  }
}

TEST(MakePlan, LeavesAServiceWithoutItsUserAlone) {
  Scene scene{{"a", "b"}, "6.2.5"};
  scene.desired.services[0].user = "ghost";
  scene.observed.missing_users = {"ghost"};
  const auto plan = scene.plan();
  EXPECT_TRUE(has(plan, Notice::Kind::missing_user));
  EXPECT_EQ(words(plan).back(), "restart b 6.1.0 -> 6.2.5 (chain_moved)");
}

TEST(MakePlan, DoesNothingWhileTheManagerCannotBeAsked) {
  Scene scene{{"a"}, "6.2.5"};
  scene.observed.manager = tl::make_unexpected(base::Error{"no bus"});
  EXPECT_EQ(scene.steps(), Lines{});
  EXPECT_TRUE(has(scene.plan(), Notice::Kind::manager_unreachable));
}

TEST(MakePlan, OnlyWritesFilesInScopeNone) {
  Scene scene{{"a"}, "6.2.5"};
  scene.desired.systemd.scope = model::Scope::none;
  scene.unit("a").service.reset();
  scene.unit("a").file.enabled = false;
  EXPECT_EQ(scene.steps(),
            (Lines{"install 6.2.5 (chain_moved)",
                   "link 6.2.5 (chain_moved)",
                   "write unit a (chain_moved)"}));
}

TEST(MakePlan, PrunesBeyondKeepButNothingInUse) {
  Scene scene{{"a"}};
  for (const std::string release : {"5.6.0", "5.6.1", "5.6.2", "6.0.0", "6.0.1"}) {
    install(scene.observed, release, release);
  }
  install(scene.observed, "5.5.1", "5.5.1", model::BinarySource::placed);
  scene.observed.memory.upgrades["a"] = {Release{"5.6.0"}, Release{"6.1.0"}, noon()};
  scene.desired.binary.keep = 2;
  EXPECT_EQ(scene.steps(),
            (Lines{"remove binary 5.6.1 (superseded)", "remove binary 5.6.2 (superseded)"}));
  scene.desired.binary.keep = 0;
  EXPECT_EQ(make_prune_plan(scene.desired, scene.observed).steps.size(), 5U)
      << "asked for by hand, those placed by hand go too";
}

TEST(MakePlan, TellsALyingEndpoint) {
  Scene scene{{"a"}};
  scene.observed.chain.endpoints = {{"http://a", versions("6.1.0", "5.5.1"), 1},
                                    {"http://b", versions("7.0.0", "5.5.1"), 1}};
  const auto plan = scene.plan();
  ASSERT_EQ(plan.notices.size(), 1U);
  EXPECT_EQ(plan.notices[0].kind, Notice::Kind::endpoint_outvoted);
  EXPECT_EQ(plan.notices[0].subject, "http://b");
}

TEST(MakePlan, CondemnsAReleaseThatCrashLoopsSoonAfterItsUpgrade) {
  struct Row {
    unsigned restarts;
    std::chrono::minutes since;
    bool condemned;
  };
  for (const auto& row : std::vector<Row>{{3, std::chrono::minutes{9}, true},
                                          {3, std::chrono::minutes{11}, false},
                                          {2, std::chrono::minutes{1}, false}}) {
    Scene scene{{"a"}, "6.2.5"};
    install(scene.observed, "6.2.5", "6.2.5");
    scene.observed.link.release = Release{"6.2.5"};
    run(scene.observed, scene.desired, "a", "6.2.5").service->restarts = row.restarts;
    scene.observed.memory.upgrades["a"] = {Release{"6.1.0"}, Release{"6.2.5"}, noon() - row.since};
    const auto plan = scene.plan();
    EXPECT_EQ(plan.condemned.size(), row.condemned ? 1U : 0U) << row.restarts;
    EXPECT_EQ(plan.steps.empty(), !row.condemned);
  }
}

}  // namespace
}  // namespace lavavisor::plan
