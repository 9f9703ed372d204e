// The version table, row by row.
// SPDX-License-Identifier: Apache-2.0
#include "selection_rows.hpp"

namespace lavavisor::plan {
namespace {

using testing_scene::download_off;
using testing_scene::expect_rows;
using testing_scene::forget_chain;
using testing_scene::Held;
using testing_scene::install;
using testing_scene::noon;
using testing_scene::Notice;
using testing_scene::Observed;
using testing_scene::pin;
using testing_scene::quarantine;
using testing_scene::quarantined;
using testing_scene::Release;
using testing_scene::Rule;
using testing_scene::versions;

TEST(SelectRelease, KeepsToAPin) {
  expect_rows({
      {.about = "a pin that can be had",
       .change = pin("6.2.4"),
       .release = "6.2.4",
       .rule = Rule::pinned},
      {.about = "a pin beats a newer release that runs",
       .installed = {{"6.2.5", "6.2.5"}},
       .current = "6.2.5",
       .change = pin("6.2.4"),
       .release = "6.2.4",
       .rule = Rule::pinned},
      {.about = "a pin below min is kept to with a warning",
       .installed = {{"5.0.0", "4.2.8"}},
       .current = "5.0.0",
       .change = pin("5.0.0"),
       .release = "5.0.0",
       .rule = Rule::pinned,
       .notice = Notice::Kind::pin_below_min},
      {.about = "a pin stands above max_version",
       .change =
           [](model::Desired& desired, Observed&) {
             desired.binary.version = Release{"6.2.5"};
             desired.binary.max_version = Release{"6.0.0"};
           },
       .release = "6.2.5",
       .rule = Rule::pinned},
      {.about = "a service's own pin beats the host's",
       .change =
           [](model::Desired& desired, Observed&) {
             desired.binary.version = Release{"6.2.4"};
             desired.services[0].version = Release{"6.2.3"};
           },
       .release = "6.2.3",
       .rule = Rule::pinned},
      {.about = "a pin that can't be had leaves what runs",
       .installed = {{"6.1.0", "6.1.0"}},
       .current = "6.1.0",
       .change =
           [](model::Desired& desired, Observed&) {
             desired.binary.version = Release{"6.2.4"};
             desired.binary.auto_download = false;
           },
       .release = "6.1.0",
       .rule = Rule::held,
       .held = Held::Why::download_off},
      {.about = "a pin that can't be had on an empty host is a failure",
       .change =
           [](model::Desired& desired, Observed&) {
             desired.binary.version = Release{"6.2.4"};
             desired.binary.auto_download = false;
           },
       .release = "",
       .held = Held::Why::download_off,
       .notice = Notice::Kind::no_version},
      {.about = "a quarantined pin goes back to the version before",
       .installed = {{"6.1.0", "6.1.0"}, {"6.2.4", "6.2.4"}},
       .current = "6.2.4",
       .change =
           [](model::Desired& desired, Observed& observed) {
             desired.binary.version = Release{"6.2.4"};
             quarantine(observed, "6.2.4");
             observed.memory.upgrades["a"] = {
                 Release{"6.1.0"}, Release{"6.2.4"}, noon() - std::chrono::hours{1}};
           },
       .release = "6.1.0",
       .rule = Rule::version_before,
       .held = Held::Why::quarantined},
  });
}

TEST(SelectRelease, LeavesWhatIsSatisfied) {
  expect_rows({
      {.about = "exactly the target",
       .installed = {{"6.2.5", "6.2.5"}},
       .current = "6.2.5",
       .release = "6.2.5",
       .rule = Rule::satisfied},
      {.about = "the target by a release of another name",
       .target = "6.1.0",
       .installed = {{"6.2.4", "6.1.0"}, {"6.1.0", "6.1.0"}},
       .current = "6.2.4",
       .release = "6.2.4",
       .rule = Rule::satisfied},
      {.about = "above the target it stays",
       .target = "6.1.0",
       .installed = {{"6.2.5", "6.2.5"}},
       .current = "6.2.5",
       .release = "6.2.5",
       .rule = Rule::above_target,
       .held = Held::Why::no_downgrade},
      {.about = "above the target, but the very release that serves it",
       .target = "6.1.0",
       .installed = {{"6.2.5", "6.2.5"}, {"6.1.0", "6.1.0"}},
       .current = "6.2.5",
       .change =
           [](model::Desired& desired, Observed&) {
             desired.binary.releases[*model::parse_version("6.1.0")] = Release{"6.2.5"};
             desired.binary.allow_downgrade = true;
           },
       .release = "6.2.5",
       .rule = Rule::above_target},
      {.about = "above the target it goes down when that is allowed",
       .target = "6.1.0",
       .installed = {{"6.2.5", "6.2.5"}},
       .current = "6.2.5",
       .change = [](model::Desired& desired, Observed&) { desired.binary.allow_downgrade = true; },
       .release = "6.1.0",
       .rule = Rule::target_release},
      {.about = "and stays when the lower one can't be had, whatever else is installed",
       .target = "6.1.0",
       .installed = {{"6.2.5", "6.2.5"}, {"6.0.0", "6.0.0"}},
       .current = "6.2.5",
       .change =
           [](model::Desired& desired, Observed&) {
             desired.binary.allow_downgrade = true;
             desired.binary.auto_download = false;
           },
       .release = "6.2.5",
       .rule = Rule::above_target,
       .held = Held::Why::download_off},
      {.about = "and stays when the lower one reports less than min",
       .target = "6.1.0",
       .installed = {{"6.2.5", "6.2.5"}, {"6.1.0", "5.0.0"}},
       .current = "6.2.5",
       .change = [](model::Desired& desired, Observed&) { desired.binary.allow_downgrade = true; },
       .release = "6.2.5",
       .rule = Rule::above_target},
      {.about = "who follows min is satisfied by min",
       .installed = {{"5.5.1", "5.5.1"}},
       .current = "5.5.1",
       .change = [](model::Desired& desired,
                    Observed&) { desired.binary.version = model::FollowMin{}; },
       .release = "5.5.1",
       .rule = Rule::satisfied},
      {.about = "who follows min says nothing of a downgrade",
       .installed = {{"6.0.0", "6.0.0"}},
       .current = "6.0.0",
       .change = [](model::Desired& desired,
                    Observed&) { desired.binary.version = model::FollowMin{}; },
       .release = "6.0.0",
       .rule = Rule::above_target},
      {.about = "a satisfied one that is quarantined does not stay",
       .installed = {{"6.2.5", "6.2.5"}, {"6.1.0", "6.1.0"}},
       .current = "6.2.5",
       .change = quarantined("6.2.5"),
       .release = "6.1.0",
       .rule = Rule::best_installed,
       .held = Held::Why::quarantined},
  });
}

TEST(SelectRelease, TakesTheReleaseForTheTarget) {
  expect_rows({
      {.about = "by its name", .release = "6.2.5", .rule = Rule::target_release},
      {.about = "by [binary.releases]",
       .target = "4.2.8",
       .min = "4.2.1",
       .change =
           [](model::Desired& desired, Observed&) {
             desired.binary.releases[*model::parse_version("4.2.8")] = Release{"5.0.0"};
           },
       .release = "5.0.0",
       .rule = Rule::target_release},
      {.about = "the installed one with downloads off",
       .installed = {{"6.2.5", "6.2.5"}},
       .change = download_off(),
       .release = "6.2.5",
       .rule = Rule::target_release},
      {.about = "one that reports M <= R < T, with a warning",
       .installed = {{"6.2.5", "6.1.0"}},
       .release = "6.2.5",
       .rule = Rule::target_short,
       .notice = Notice::Kind::no_release_reports},
      {.about = "which is converged once it runs",
       .installed = {{"6.2.5", "6.1.0"}},
       .current = "6.2.5",
       .release = "6.2.5",
       .rule = Rule::target_short,
       .notice = Notice::Kind::no_release_reports},
      {.about = "the min's release for who follows min",
       .installed = {{"5.0.0", "5.0.0"}},
       .current = "5.0.0",
       .change = [](model::Desired& desired,
                    Observed&) { desired.binary.version = model::FollowMin{}; },
       .release = "5.5.1",
       .rule = Rule::target_release},
      {.about = "a major jump, with a warning",
       .target = "7.0.0",
       .installed = {{"6.2.5", "6.2.5"}},
       .current = "6.2.5",
       .release = "7.0.0",
       .rule = Rule::target_release,
       .notice = Notice::Kind::major_jump},
  });
}

TEST(SelectRelease, FallsBackWhereThatOneCannotBeHad) {
  const std::map<std::string, std::string> several = {
      {"5.0.0", "5.0.0"}, {"5.6.0", "5.6.0"}, {"6.1.0", "6.1.0"}, {"6.2.4", "6.1.0"}};
  expect_rows({
      {.about = "to the highest installed in [M, T), by name among equals",
       .installed = several,
       .change = download_off(),
       .release = "6.2.4",
       .rule = Rule::best_installed,
       .held = Held::Why::download_off},
      {.about = "or what runs among equals",
       .installed = several,
       .current = "6.1.0",
       .change = download_off(),
       .release = "6.1.0",
       .rule = Rule::kept,
       .held = Held::Why::download_off},
      {.about = "or moves up to it",
       .installed = several,
       .current = "5.6.0",
       .change = download_off(),
       .release = "6.2.4",
       .rule = Rule::best_installed,
       .held = Held::Why::download_off},
      {.about = "the same when the fetch failed",
       .installed = several,
       .change =
           [](model::Desired&, Observed& observed) {
             observed.memory.failures[Release{"6.2.5"}] = {"404", base::TimePoint::max()};
           },
       .release = "6.2.4",
       .rule = Rule::best_installed,
       .held = Held::Why::fetch_failed},
      {.about = "but it is tried again when its time has come",
       .installed = several,
       .change =
           [](model::Desired&, Observed& observed) {
             observed.memory.failures[Release{"6.2.5"}] = {"404", noon()};
           },
       .release = "6.2.5",
       .rule = Rule::target_release},
      {.about = "the same when it is quarantined",
       .installed = several,
       .change = quarantined("6.2.5"),
       .release = "6.2.4",
       .rule = Rule::best_installed,
       .held = Held::Why::quarantined},
      {.about = "the same when it reports less than min",
       .installed = {{"6.2.5", "5.0.0"}, {"6.1.0", "6.1.0"}},
       .release = "6.1.0",
       .rule = Rule::best_installed,
       .notice = Notice::Kind::no_release_reports},
      {.about = "the same above max_version",
       .installed = several,
       .change = [](model::Desired& desired,
                    Observed&) { desired.binary.max_version = Release{"6.2.4"}; },
       .release = "6.2.4",
       .rule = Rule::best_installed,
       .held = Held::Why::capped},
      {.about = "to one that is pinned by its digest",
       .installed = {{"5.6.0", "5.6.0"}},
       .change =
           [](model::Desired& desired, Observed& observed) {
             desired.binary.sha256[Release{"6.2.3"}] = std::string(64, 'a');
             quarantine(observed, "6.2.5");
           },
       .release = "6.2.3",
       .rule = Rule::best_installed,
       .held = Held::Why::quarantined},
      {.about = "to one whose source is pinned, where it is built",
       .installed = {{"5.6.0", "5.6.0"}},
       .change =
           [](model::Desired& desired, Observed& observed) {
             desired.binary.method = model::Method::build;
             desired.binary.build.sha256[Release{"6.2.3"}] = std::string(64, 'a');
             quarantine(observed, "6.2.5");
           },
       .release = "6.2.3",
       .rule = Rule::best_installed,
       .held = Held::Why::quarantined},
      {.about = "not to one whose source is pinned, where it is downloaded",
       .installed = {{"5.6.0", "5.6.0"}},
       .change =
           [](model::Desired& desired, Observed& observed) {
             desired.binary.build.sha256[Release{"6.2.3"}] = std::string(64, 'a');
             quarantine(observed, "6.2.5");
           },
       .release = "5.6.0",
       .rule = Rule::best_installed,
       .held = Held::Why::quarantined},
      {.about = "nowhere, when what runs is above max_version and the only one there is",
       .installed = {{"6.2.5", "6.2.5"}},
       .current = "6.2.5",
       .change = [](model::Desired& desired,
                    Observed&) { desired.binary.max_version = Release{"6.0.0"}; },
       .release = "6.2.5",
       .rule = Rule::kept,
       .held = Held::Why::capped},
      {.about = "not to one that is quarantined itself",
       .installed = {{"5.6.0", "5.6.0"}, {"6.1.0", "6.1.0"}},
       .change =
           [](model::Desired&, Observed& observed) {
             quarantine(observed, "6.2.5");
             quarantine(observed, "6.1.0");
           },
       .release = "5.6.0",
       .rule = Rule::best_installed,
       .held = Held::Why::quarantined},
      {.about = "to what runs, when its binary is gone from disk and it is compliant",
       .current = "6.1.0",
       .change =
           [](model::Desired& desired, Observed& observed) {
             install(observed, "6.1.0", "6.1.0");
             observed.memory.binaries.emplace(Release{"6.1.0"},
                                              *observed.binaries.at(Release{"6.1.0"}).record);
             observed.binaries.clear();
             desired.binary.auto_download = false;
           },
       .release = "6.1.0",
       .rule = Rule::kept,
       .held = Held::Why::download_off},
      {.about = "to a newer one that is installed, when nothing else is",
       .installed = {{"6.3.0", "6.3.0"}},
       .change = download_off(),
       .release = "6.3.0",
       .rule = Rule::newer_installed,
       .held = Held::Why::download_off},
      {.about = "to what runs though it is below min, as a problem",
       .installed = {{"5.0.0", "5.0.0"}},
       .current = "5.0.0",
       .change = download_off(),
       .release = "5.0.0",
       .rule = Rule::kept,
       .held = Held::Why::download_off,
       .notice = Notice::Kind::below_min},
      {.about = "to nothing on an empty host",
       .change = download_off(),
       .release = "",
       .held = Held::Why::download_off,
       .notice = Notice::Kind::no_version},
  });
}

TEST(SelectRelease, MakesDoWithoutAChain) {
  const auto no_chain = [](model::Desired&, Observed& observed) {
    forget_chain(observed);
  };
  expect_rows({
      {.about = "what runs stays",
       .installed = {{"6.1.0", "6.1.0"}, {"6.2.5", "6.2.5"}},
       .current = "6.1.0",
       .change = no_chain,
       .release = "6.1.0",
       .rule = Rule::no_chain},
      {.about = "else the highest installed",
       .installed = {{"6.9.0", "6.1.0"}, {"6.10.0", "6.2.5"}},
       .change = no_chain,
       .release = "6.10.0",
       .rule = Rule::no_chain},
      {.about = "nothing is fetched",
       .change = no_chain,
       .release = "",
       .notice = Notice::Kind::no_version},
      {.about = "the last known versions count",
       .target = "6.0.0",
       .installed = {{"6.1.0", "6.1.0"}},
       .current = "6.1.0",
       .change =
           [](model::Desired&, Observed& observed) {
             forget_chain(observed);
             observed.memory.last_known = {versions("6.2.5", "5.5.1"), 90, noon()};
           },
       .release = "6.2.5",
       .rule = Rule::target_release},
      {.about = "a pin needs no chain",
       .change =
           [](model::Desired& desired, Observed& observed) {
             forget_chain(observed);
             desired.binary.version = Release{"6.2.4"};
           },
       .release = "6.2.4",
       .rule = Rule::pinned},
  });
}

}  // namespace
}  // namespace lavavisor::plan
