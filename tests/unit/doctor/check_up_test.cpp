// The whole of a check-up: a healthy host, its order, a remedy for all that is wrong.
// SPDX-License-Identifier: Apache-2.0
#include "rows.hpp"

#include <set>

namespace lavavisor::doctor {
namespace {

TEST(CheckUp, FindsNothingOnAHealthyHost) {
  const auto scene = healthy();
  const auto checks = check_up(scene.desired, scene.facts);
  EXPECT_EQ(told(checks), "");
  EXPECT_GT(checks.size(), 20U);
}

TEST(CheckUp, KeepsTheChecksOfASectionTogether) {
  const auto scene = healthy();
  std::set<std::string> seen;
  std::string last;
  for (const auto& check : check_up(scene.desired, scene.facts)) {
    const auto section = check.id.substr(0, check.id.find('.'));
    EXPECT_TRUE(section == last || seen.insert(section).second) << check.id;
    last = section;
  }
}

TEST(CheckUp, GivesAProblemAndAWarningARemedyAlways) {
  Scene scene = healthy();
  distrust(scene, "down");
  scene.facts.volume->free = 0;
  scene.facts.units->at("provider-eth1").service->load_state = "masked";
  scene.facts.users["lava"].exists = false;
  for (const auto& check : check_up(scene.desired, scene.facts)) {
    EXPECT_FALSE(check.subject.empty()) << check.id;
    EXPECT_FALSE(check.finding.empty()) << check.id;
    if (check.verdict == Verdict::problem || check.verdict == Verdict::warning) {
      EXPECT_FALSE(check.remedy.empty()) << check.id;
    }
  }
}

TEST(CheckUp, QuotesWhatAShellWouldTakeApart) {
  Scene scene = healthy();
  scene.facts.trusted[1].path = "/srv/la va's";
  scene.facts.trusted[1].mode = 0777;
  const auto checks = check_up(scene.desired, scene.facts);
  EXPECT_TRUE(std::any_of(checks.begin(), checks.end(), [](const Check& check) {
    return check.command == "chmod o-w '/srv/la va'\\''s'";
  })) << told(checks);
}

}  // namespace
}  // namespace lavavisor::doctor
