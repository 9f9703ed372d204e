// What a choice waits for: windows, delays, quarantine; and the role that it is made for.
// SPDX-License-Identifier: Apache-2.0
#include "selection_rows.hpp"

namespace lavavisor::plan {
namespace {

using testing_scene::expect_rows;
using testing_scene::Held;
using testing_scene::noon;
using testing_scene::Notice;
using testing_scene::Observed;
using testing_scene::quarantine;
using testing_scene::quarantined;
using testing_scene::Release;
using testing_scene::Row;
using testing_scene::Rule;
using testing_scene::select;
using testing_scene::versions;
using testing_scene::world;

auto windows_at_night() {
  return [](model::Desired& desired, Observed&) {
    desired.rollout.windows = {{"02:00-04:00", 0x7f, std::chrono::hours{2}, std::chrono::hours{4}}};
  };
}

auto delayed_by(std::chrono::hours delay, std::chrono::hours seen_ago) {
  return [=](model::Desired& desired, Observed& observed) {
    desired.binary.target_delay = delay;
    observed.memory.target_since[*model::parse_version("6.2.5")] = noon() - seen_ago;
  };
}

TEST(SelectRelease, HoldsAMoveThatHasToWait) {
  const std::map<std::string, std::string> both = {{"6.1.0", "6.1.0"}, {"6.2.5", "6.2.5"}};
  using std::chrono::hours;
  expect_rows({
      {.about = "outside the window",
       .installed = both,
       .current = "6.1.0",
       .change = windows_at_night(),
       .release = "6.1.0",
       .rule = Rule::held,
       .held = Held::Why::outside_window},
      {.about = "a non-compliant host does not wait for a window",
       .min = "6.2.0",
       .installed = both,
       .current = "6.1.0",
       .change = windows_at_night(),
       .release = "6.2.5",
       .rule = Rule::target_release},
      {.about = "nothing that runs does not wait",
       .installed = both,
       .change = windows_at_night(),
       .release = "6.2.5",
       .rule = Rule::target_release},
      {.about = "the target is too new",
       .installed = both,
       .current = "6.1.0",
       .change = delayed_by(hours{24}, hours{23}),
       .release = "6.1.0",
       .rule = Rule::held,
       .held = Held::Why::target_delay},
      {.about = "the target is old enough",
       .installed = both,
       .current = "6.1.0",
       .change = delayed_by(hours{24}, hours{24}),
       .release = "6.2.5",
       .rule = Rule::target_release},
      {.about = "a new min never waits",
       .min = "6.2.0",
       .installed = both,
       .current = "6.1.0",
       .change = delayed_by(hours{24}, hours{0}),
       .release = "6.2.5",
       .rule = Rule::target_release},
      {.about = "fleeing a quarantined release does not wait",
       .installed = both,
       .current = "6.2.5",
       .change =
           [](model::Desired& desired, Observed& observed) {
             windows_at_night()(desired, observed);
             quarantine(observed, "6.2.5");
           },
       .release = "6.1.0",
       .rule = Rule::best_installed,
       .held = Held::Why::quarantined},
      {.about = "halted after a failure elsewhere",
       .installed = both,
       .current = "6.1.0",
       .change =
           [](model::Desired& desired, Observed& observed) {
             desired.rollout.on_failure = model::OnFailure::halt;
             quarantine(observed, "6.2.5");
           },
       .release = "6.1.0",
       .rule = Rule::kept,
       .held = Held::Why::halted},
      {.about = "halted after its own failure",
       .installed = both,
       .current = "6.2.5",
       .change =
           [](model::Desired& desired, Observed& observed) {
             desired.rollout.on_failure = model::OnFailure::halt;
             quarantine(observed, "6.2.5");
           },
       .release = "6.2.5",
       .rule = Rule::kept,
       .held = Held::Why::halted},
  });
}

TEST(SelectRelease, SaysWhenAHeldMoveWillHappen) {
  const std::map<std::string, std::string> both = {{"6.1.0", "6.1.0"}, {"6.2.5", "6.2.5"}};
  Row row{.about = "window",
          .installed = both,
          .current = "6.1.0",
          .change = windows_at_night(),
          .release = "6.1.0"};
  EXPECT_EQ(base::format_time(*select(row).held.at(0).until), "2026-11-26T02:00:00Z");
  row.change = delayed_by(std::chrono::hours{24}, std::chrono::hours{23});
  EXPECT_EQ(base::format_time(*select(row).held.at(0).until), "2026-11-25T13:00:00Z");
  row.min = "6.2.0";
  row.change = quarantined("6.2.5");
  EXPECT_EQ(base::format_time(*select(row).held.at(0).until), "2026-11-25T12:30:00Z");
}

TEST(SelectRelease, TriesAQuarantinedReleaseAgainOnlyInNeedAndInTime) {
  const std::map<std::string, std::string> both = {{"6.1.0", "6.1.0"}, {"6.2.5", "6.2.5"}};
  const auto failed_ago = [](std::chrono::minutes ago, unsigned tries) {
    return [=](model::Desired&, Observed& observed) {
      quarantine(observed, "6.2.5", tries);
      observed.memory.quarantine[Release{"6.2.5"}].at = noon() - ago;
    };
  };
  using std::chrono::minutes;
  expect_rows({
      {.about = "compliant: never",
       .installed = both,
       .current = "6.1.0",
       .change = failed_ago(minutes{10'000}, 1),
       .release = "6.1.0",
       .rule = Rule::kept,
       .held = Held::Why::quarantined},
      {.about = "not compliant: after an hour",
       .min = "6.2.0",
       .installed = both,
       .current = "6.1.0",
       .change = failed_ago(minutes{60}, 1),
       .release = "6.2.5",
       .rule = Rule::target_release},
      {.about = "not compliant: not before",
       .min = "6.2.0",
       .installed = both,
       .current = "6.1.0",
       .change = failed_ago(minutes{59}, 1),
       .release = "6.1.0",
       .rule = Rule::kept,
       .held = Held::Why::quarantined,
       .notice = Notice::Kind::below_min},
      {.about = "and later after the second failure",
       .min = "6.2.0",
       .installed = both,
       .current = "6.1.0",
       .change = failed_ago(minutes{119}, 2),
       .release = "6.1.0",
       .rule = Rule::kept,
       .held = Held::Why::quarantined,
       .notice = Notice::Kind::below_min},
      {.about = "a pinned checksum that is another one clears it",
       .installed = both,
       .current = "6.1.0",
       .change =
           [](model::Desired& desired, Observed& observed) {
             quarantine(observed, "6.2.5");
             desired.binary.sha256[Release{"6.2.5"}] = std::string(64, 'a');
           },
       .release = "6.2.5",
       .rule = Rule::target_release},
      {.about = "the same checksum does not",
       .installed = both,
       .current = "6.1.0",
       .change =
           [](model::Desired& desired, Observed& observed) {
             quarantine(observed, "6.2.5");
             desired.binary.sha256[Release{"6.2.5"}] = base::sha256_hex("6.2.5");
           },
       .release = "6.1.0",
       .rule = Rule::kept,
       .held = Held::Why::quarantined},
      {.about = "what was moved to again after its failure is not quarantined",
       .min = "6.2.0",
       .installed = both,
       .current = "6.2.5",
       .change =
           [](model::Desired&, Observed& observed) {
             quarantine(observed, "6.2.5");
             observed.memory.upgrades["a"] = {Release{"6.1.0"}, Release{"6.2.5"}, noon()};
           },
       .release = "6.2.5",
       .rule = Rule::satisfied},
  });
}

TEST(SelectRelease, FollowsTheVersionsOfItsRole) {
  auto observed = world("6.2.5", "5.5.1");
  observed.chain.versions->consumer = versions("6.1.0", "6.0.0").consumer;
  Subject subject;
  subject.wanted = model::FollowTarget{};
  const auto desired = fakes::desired_with({});
  EXPECT_EQ(select_release(desired, observed, subject).selection.release, Release{"6.2.5"});
  subject.role = Role::consumer;
  EXPECT_EQ(select_release(desired, observed, subject).selection.release, Release{"6.1.0"});
}

}  // namespace
}  // namespace lavavisor::plan
