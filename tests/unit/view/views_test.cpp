// The texts of each view as an operator sees them.
// SPDX-License-Identifier: Apache-2.0
#include "scene.hpp"
#include "view/explain.hpp"
#include "view/history.hpp"
#include "view/parts.hpp"
#include "view/plan.hpp"
#include "view/quarantine.hpp"
#include "view/report.hpp"
#include "view/status.hpp"
#include "view/verification.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace lavavisor::view {
namespace {

using View = std::function<std::string(const Scene&, Colour)>;

std::string show_plan(const Scene& s, Colour c) {
  return plan_text(s.desired, s.observed, s.plan, c);
}
std::string show_status(const Scene& s, Colour c) {
  return status_text(s.desired, s.observed, s.plan, c);
}
std::string show_explain(const Scene& s, Colour c) {
  return explain_text(s.desired, s.observed, s.plan, c);
}
std::string show_report(const Scene& s, Colour c) {
  return report_text(s.desired, s.observed, s.plan, failed_report(s.plan), "failed", c);
}

TEST(PlanText, SaysThatThereIsNothingToDo) {
  EXPECT_EQ(show_plan(converged_scene(), Colour::no),
            "Chain lava-testnet-2: target 6.2.5, min 6.2.0 at height 123456 (1 of 1 agrees)\n"
            "\n"
            "Converged: nothing to do.\n");
}

TEST(PlanText, ShowsStepsReasonsDiffsAndWhatIsHeldBack) {
  EXPECT_EQ(
      show_plan(upgrade_scene(), Colour::no),
      "Chain lava-testnet-2: target 6.2.5, min 6.2.0 at height 123456 (1 of 1 agrees)\n"
      "\n"
      "provider-eth1.service\n"
      "  @@ -1,3 +1,3 @@\n"
      "   [Service]\n"
      "  -ExecStart=/v6.2.4/lavap\n"
      "  +ExecStart=/v6.2.5/lavap\n"
      "   User=lava\n"
      "\n"
      "Steps\n"
      "  + install release 6.2.5                                 "
      "the chain asks for 6.2.5 in place of 6.2.4\n"
      "  ~ link release 6.2.5                                    "
      "the chain asks for 6.2.5 in place of 6.2.4\n"
      "  ~ write unit of provider-eth1                           "
      "the chain asks for 6.2.5 in place of 6.2.4\n"
      "  - remove unit of old-one                                "
      "it is no longer in the configuration\n"
      "  > reload systemd                                        "
      "systemd has not read the unit files as they are now\n"
      "  ~ restart provider-eth1 with release 6.2.5 after 6.2.4  "
      "the chain asks for 6.2.5 in place of 6.2.4\n"
      "\n"
      "Held back\n"
      "  consumer-eth1  release 6.2.5 waits for a rollout window (Mon-Fri 02:00-04:00); the next "
      "one opens at 2026-11-23T02:00:00Z\n"
      "\n"
      "Notices\n"
      "  warning  the chain's target 6.2.5 is a new major version; binary.max_version can hold it "
      "back\n"
      "  problem  the user lava of provider-eth1 does not exist on this host; create it or set "
      "'user'\n"
      "\n"
      "Plan: 1 release to install, 1 link to set, 1 unit to write, 1 unit to remove, 1 service to "
      "restart. 1 held back. 1 problem to solve by hand.\n");
}

TEST(PlanText, NamesLastKnownVersionsAsSuch) {
  const std::string text = show_plan(last_known_scene(), Colour::no);
  EXPECT_EQ(text.substr(0, text.find("\n\n")),
            "Chain lava-testnet-2: not trusted: tcp://127.0.0.1:26657: connection refused\n"
            "  last known: provider target 6.2.5, min 6.2.0; consumer target 6.2.4, min 6.1.0 at "
            "height 99, seen 2026-11-22T07:00:00Z");
  EXPECT_NE(show_plan(untrusted_scene(), Colour::no).find("no versions are known from before"),
            std::string::npos);
}

TEST(Summary, TellsConvergedFromHeldBackAndFromProblems) {
  model::Plan plan;
  EXPECT_EQ(summary_of(plan), "Converged: nothing to do.");
  EXPECT_TRUE(is_converged(plan));
  plan.held.resize(2);
  EXPECT_EQ(summary_of(plan), "Nothing to do now. 2 held back.");
  EXPECT_TRUE(is_converged(plan));
  plan.notices.push_back({model::Notice::Kind::foreign_unit, "p", "a file"});
  EXPECT_EQ(summary_of(plan), "Nothing to do now. 2 held back. 1 problem to solve by hand.");
  EXPECT_FALSE(is_converged(plan));
  plan = {};
  plan.steps.push_back({model::ReloadManager{}, {}, {}});
  EXPECT_EQ(summary_of(plan), "Plan: systemd to reload.");
}

TEST(ReportText, ShowsEachFateWithErrorsBelow) {
  const std::string text = show_report(upgrade_scene(), Colour::no);
  EXPECT_EQ(text.substr(0, text.find("Held back")),
            "Chain lava-testnet-2: target 6.2.5, min 6.2.0 at height 123456 (1 of 1 agrees)\n"
            "\n"
            "  done    12 ms  install release 6.2.5                                 "
            "the chain asks for 6.2.5 in place of 6.2.4\n"
            "  done    12 ms  link release 6.2.5                                    "
            "the chain asks for 6.2.5 in place of 6.2.4\n"
            "  done    12 ms  write unit of provider-eth1                           "
            "the chain asks for 6.2.5 in place of 6.2.4\n"
            "  done    12 ms  remove unit of old-one                                "
            "it is no longer in the configuration\n"
            "  done    12 ms  reload systemd                                        "
            "systemd has not read the unit files as they are now\n"
            "  failed  12 ms  restart provider-eth1 with release 6.2.5 after 6.2.4  "
            "the chain asks for 6.2.5 in place of 6.2.4\n"
            "      provider-eth1.service ended with exit-code 1\\x0a\\x1b[2Jgone\n"
            "\n"
            "provider-eth1 did not become healthy with release 6.2.5: it did not stay up for 10s\n"
            "\n");
  EXPECT_TRUE(text.ends_with(
      "\nFailed: 5 done, 1 failed in 72 ms. 1 held back. 1 problem to solve by hand.\n"))
      << text;
}

TEST(ReportText, SumsUpEveryResult) {
  const model::Plan none;
  model::Plan plan;
  plan.steps = {{model::EnableUnit{"p"}, {}, {}}};
  model::Report done;
  done.steps = {{plan.steps[0], model::Outcome::done, "", std::chrono::milliseconds{12345}}};
  EXPECT_EQ(summary_of(none, {}, "converged"), "Converged: nothing to do.");
  EXPECT_EQ(summary_of(plan, {}, "planned"), "Plan: 1 service to enable.");
  EXPECT_EQ(summary_of(plan, done, "changed"), "Changed: 1 done in 12.3 s.");
  EXPECT_EQ(summary_of(plan, done, "rolled_back"), "Rolled back: 1 done in 12.3 s.");
  EXPECT_EQ(summary_of(none, {}, "failed"), "Failed: nothing was done.");
}

TEST(ReportText, SaysWhenItWasInterrupted) {
  const Scene scene = converged_scene();
  model::Report report;
  report.interrupted = true;
  EXPECT_NE(report_text(scene.desired, scene.observed, scene.plan, report, "failed", Colour::no)
                .find("Interrupted before the end; the next apply goes on.\n"),
            std::string::npos);
}

TEST(StatusText, ShowsDesiredBesideObserved) {
  EXPECT_EQ(
      show_status(upgrade_scene(), Colour::no),
      "Chain lava-testnet-2: target 6.2.5, min 6.2.0 at height 123456 (1 of 1 agrees)\n"
      "Compliant: no\n"
      "Converged: no (Plan: 1 release to install, 1 link to set, 1 unit to write, 1 unit to "
      "remove, 1 service to restart. 1 held back. 1 problem to solve by hand.)\n"
      "\n"
      "SERVICE        WANT   RUNNING  STATE                                 HEALTHY  DRIFT\n"
      "provider-eth1  6.2.5  6.2.4    active/running                        yes      write unit, "
      "restart: the chain asks for 6.2.5 in place of 6.2.4\n"
      "consumer-eth1  6.2.4  6.2.4    activating/auto-restart (3 restarts)  no\n"
      "old-one        -      -        unknown/unknown                       no       remove unit: "
      "it is no longer in the configuration\n"
      "\n"
      "INSTALLED  REPORTS  SIZE       SOURCE      VERIFIED              IN USE\n"
      "6.0.0      -        12 B       -           -                     no      can't be used: "
      "its 'lavap version' printed \\x1b[31m nothing\n"
      "6.2.4      6.1.9    150.0 MiB  downloaded  2026-11-22T07:00:00Z  yes\n"
      "\n"
      "QUARANTINED  SINCE                 TRIES  REASON\n"
      "6.2.3        2026-11-22T06:00:00Z  2      provider-eth1 did not settle\n"
      "\n"
      "Held back\n"
      "  consumer-eth1  release 6.2.5 waits for a rollout window (Mon-Fri 02:00-04:00); the next "
      "one opens at 2026-11-23T02:00:00Z\n"
      "\n"
      "Notices\n"
      "  warning  the chain's target 6.2.5 is a new major version; binary.max_version can hold it "
      "back\n"
      "  problem  the user lava of provider-eth1 does not exist on this host; create it or set "
      "'user'\n");
}

TEST(StatusText, StaysAlignedWithLongNames) {
  Scene scene = converged_scene();
  scene.desired.services[0].name = std::string(80, 'n');
  const std::string text = show_status(scene, Colour::no);
  const auto header = text.find("SERVICE");
  const auto column = text.find("WANT") - header;
  EXPECT_EQ(column, 82U);
  const auto second = text.find("consumer-eth1");
  EXPECT_EQ(text.substr(second + column, 5), "6.2.5");
}

TEST(ExplainText, NamesRuleEndpointsAndWhatComesNext) {
  EXPECT_EQ(
      show_explain(upgrade_scene(), Colour::no),
      "Chain lava-testnet-2: target 6.2.5, min 6.2.0 at height 123456 (1 of 1 agrees)\n"
      "  tcp://127.0.0.1:26657  believed  target 6.2.5, min 6.2.0 at height 123456\n"
      "\n"
      "provider-eth1: release 6.2.5\n"
      "  it is the release for the chain's target 6.2.5\n"
      "  target 6.2.5, min 6.2.0; what it reports is not known yet: compliant\n"
      "\n"
      "consumer-eth1: release 6.2.4\n"
      "  it would move towards the chain's target 6.2.5, but is held back\n"
      "  target 6.2.5, min 6.2.0; it reports 6.2.5: compliant\n"
      "\n"
      "the link /usr/local/bin/lavap: release 6.2.5\n"
      "  it is the release for the chain's target 6.2.5\n"
      "  target 6.2.5, min 6.2.0; what it reports is not known yet: compliant\n"
      "\n"
      "Next\n"
      "  now                   install release 6.2.5                                 the chain "
      "asks "
      "for 6.2.5 in place of 6.2.4\n"
      "  now                   link release 6.2.5                                    the chain "
      "asks "
      "for 6.2.5 in place of 6.2.4\n"
      "  now                   write unit of provider-eth1                           the chain "
      "asks "
      "for 6.2.5 in place of 6.2.4\n"
      "  now                   remove unit of old-one                                it is no "
      "longer "
      "in the configuration\n"
      "  now                   reload systemd                                        systemd has "
      "not "
      "read the unit files as they are now\n"
      "  now                   restart provider-eth1 with release 6.2.5 after 6.2.4  the chain "
      "asks "
      "for 6.2.5 in place of 6.2.4\n"
      "  2026-11-23T02:00:00Z  move consumer-eth1 to release 6.2.5                   release 6.2.5 "
      "waits for a rollout window (Mon-Fri 02:00-04:00); the next one opens at "
      "2026-11-23T02:00:00Z\n"
      "\n"
      "Notices\n"
      "  warning  the chain's target 6.2.5 is a new major version; binary.max_version can hold it "
      "back\n"
      "  problem  the user lava of provider-eth1 does not exist on this host; create it or set "
      "'user'\n");
}

TEST(ExplainText, TellsAnOutvotedEndpointFromABelievedOne) {
  Scene scene = converged_scene();
  const model::ChainVersions other{{{9, 0, 0}, {6, 2, 0}}, {{9, 0, 0}, {6, 2, 0}}};
  scene.observed.chain.endpoints.push_back({"https://liar.example", other, 7});
  scene.observed.chain.endpoints.push_back({"https://gone.example", base::fail("timed out"), 0});
  const std::string text = show_explain(scene, Colour::no);
  EXPECT_NE(text.find("  https://liar.example   not believed  target 9.0.0, min 6.2.0 at height 7\n"
                      "  https://gone.example   not believed  timed out\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("Next\n  nothing: everything is as the configuration asks\n"),
            std::string::npos);
}

TEST(QuarantineText, SaysWhenThereIsNone) {
  EXPECT_EQ(quarantine_text({}, Colour::no), "No release is quarantined.\n");
}

TEST(VerificationText, ShowsDigestsWhereTheyDiffer) {
  EXPECT_EQ(verification_text({{{"6.2.5"}, Verdict::ok, "aa", "aa"},
                               {{"6.2.4"}, Verdict::changed, "aa", "bb"},
                               {{"6.2.3"}, Verdict::missing, "aa", ""},
                               {{"6.2.2"}, Verdict::unreadable, "aa", "permission denied"}},
                              Colour::no),
            "6.2.5  ok          aa\n"
            "6.2.4  changed     expected aa, got bb\n"
            "6.2.3  missing     expected aa\n"
            "6.2.2  unreadable  permission denied\n"
            "3 of 4 binaries not as recorded.\n");
  EXPECT_EQ(verification_text({{{"6.2.5"}, Verdict::ok, "aa", "aa"}}, Colour::no),
            "6.2.5  ok  aa\n1 binary verified.\n");
}

TEST(Views, HaveEscapeSequencesOnlyWithColour) {
  const std::vector<View> views = {show_plan, show_status, show_explain, show_report};
  const std::vector<Scene> scenes = {
      converged_scene(), upgrade_scene(), untrusted_scene(), last_known_scene()};
  for (std::size_t v = 0; v < views.size(); ++v) {
    for (const Scene& scene : scenes) {
      if (v == 3 && scene.plan.steps.empty()) {
        continue;
      }
      EXPECT_EQ(views[v](scene, Colour::no).find('\x1b'), std::string::npos);
      EXPECT_NE(views[v](scene, Colour::yes).find('\x1b'), std::string::npos);
    }
  }
  EXPECT_EQ(history_text(runs(), Colour::no).find('\x1b'), std::string::npos);
  EXPECT_NE(history_text(runs(), Colour::yes).find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace lavavisor::view
