// Walks tests/golden/plan: configuration and observed world in, plan as text and JSON out.
// SPDX-License-Identifier: Apache-2.0
#include "config/load.hpp"
#include "observed_json.hpp"
#include "plan/make_plan.hpp"
#include "view/plan.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace lavavisor::plan {
namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& path) {
  std::ifstream file{path};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::set<fs::path> cases() {
  std::set<fs::path> folders;
  for (const auto& entry : fs::directory_iterator{LAVAVISOR_TESTS_DIR "/golden/plan"}) {
    if (entry.is_directory()) {
      folders.insert(entry.path());
    }
  }
  return folders;
}

struct Output {
  std::string text;
  std::string json;
};

Output plan_of(const fs::path& folder) {
  const auto loaded = config::load(folder / "config.toml", {true, "/root"});
  if (!loaded.desired) {
    std::string all = "config.toml does not load:\n";
    for (const auto& finding : loaded.findings) {
      all += finding.message + "\n";
    }
    return {all, all};
  }
  const auto& desired = *loaded.desired;
  const auto observed = testing_scene::decode_observed(content(folder / "observed.json"), desired);
  const auto plan = make_plan(desired, observed);
  return {view::plan_text(desired, observed, plan, view::Colour::no),
          view::plan_json(desired, observed, plan)};
}

TEST(GoldenPlans, AreWhatThePlannerMakes) {
  const bool accept = std::getenv("LAVAVISOR_ACCEPT") != nullptr;
  EXPECT_GE(cases().size(), 20U);
  for (const auto& folder : cases()) {
    SCOPED_TRACE(folder.filename().string());
    const auto output = plan_of(folder);
    if (accept) {
      std::ofstream{folder / "plan.txt"} << output.text;
      std::ofstream{folder / "plan.json"} << output.json;
    } else {
      EXPECT_EQ(output.text, content(folder / "plan.txt"));
      EXPECT_EQ(output.json, content(folder / "plan.json"));
    }
  }
  if (accept) {
    GTEST_SKIP() << "accepted; look at the difference, then run again without LAVAVISOR_ACCEPT";
  }
}

}  // namespace
}  // namespace lavavisor::plan
