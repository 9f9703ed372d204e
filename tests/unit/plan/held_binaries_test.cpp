// What others run stays, and what is replaced is named.
// SPDX-License-Identifier: Apache-2.0
#include "plan/make_plan.hpp"
#include "plan/unneeded.hpp"
#include "unit/plan/scene.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace lavavisor::plan {
namespace {

using model::Release;
using testing_scene::install;
using testing_scene::spoil;
using testing_scene::world;

model::Desired nothing_kept() {
  model::Desired desired;
  desired.directory = "/var/lib/lavavisor";
  desired.binary.keep = 0;
  desired.binary.auto_download = true;
  return desired;
}

TEST(HeldBinaries, ArePrunedByNobody) {
  auto observed = world("6.2.5", "6.0.0");
  for (const std::string release : {"6.2.3", "6.2.4", "6.2.5"}) {
    install(observed, release, release);
  }
  const auto removed = [&] {
    std::vector<std::string> names;
    for (const auto& step : make_prune_plan(nothing_kept(), observed).steps) {
      names.push_back(std::get<model::RemoveBinary>(step.action).release.name);
    }
    return names;
  };
  EXPECT_EQ(removed(), (std::vector<std::string>{"6.2.3", "6.2.4"}));
  observed.binaries.at(Release{"6.2.3"}).held = true;
  EXPECT_EQ(removed(), (std::vector<std::string>{"6.2.4"}));
}

TEST(HeldBinaries, NameTheUnfitFileThatAnInstallReplaces) {
  const base::FileStamp stamp{1, 2, 3, 4, 5};
  for (const bool damaged : {false, true}) {
    auto observed = world("6.2.5", "6.0.0");
    if (damaged) {
      spoil(observed, "6.2.5");
      observed.binaries.at(Release{"6.2.5"}).stamp = stamp;
    }
    const auto plan = make_plan(nothing_kept(), observed);
    const auto found = std::find_if(plan.steps.begin(), plan.steps.end(), [](const auto& step) {
      return std::holds_alternative<model::InstallBinary>(step.action);
    });
    ASSERT_NE(found, plan.steps.end());
    EXPECT_EQ(std::get<model::InstallBinary>(found->action).replaces,
              damaged ? std::optional{stamp} : std::nullopt);
  }
}

}  // namespace
}  // namespace lavavisor::plan
