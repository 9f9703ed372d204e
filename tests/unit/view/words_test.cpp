// Every enumerator has words of its own, and they say what the data says.
// SPDX-License-Identifier: Apache-2.0
#include "view/words.hpp"

#include "scene.hpp"

#include <gtest/gtest.h>

#include <set>
#include <utility>
#include <vector>

namespace lavavisor::view {
namespace {

/// All values of an enumeration that counts from 0 to `last`.
template <class Enum>
std::vector<Enum> all_up_to(Enum last) {
  std::vector<Enum> values;
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    values.push_back(static_cast<Enum>(i));
  }
  return values;
}

template <class Enum, class Words>
void expect_distinct_words(Enum last, Words words) {
  std::set<std::string> seen;
  for (const Enum value : all_up_to(last)) {
    const std::string text = words(value);
    EXPECT_FALSE(text.empty()) << static_cast<int>(value);
    EXPECT_TRUE(seen.insert(text).second) << text;
  }
}

const std::vector<model::Action>& one_of_each() {
  static const std::vector<model::Action> actions = {
      model::InstallBinary{{"6.2.5"}, {}},
      model::RemoveBinary{{"6.2.5"}},
      model::LinkBinary{{"6.2.5"}},
      model::WriteConfig{"p"},
      model::WriteUnit{"p", "", ""},
      model::RemoveUnit{"p"},
      model::ReloadManager{},
      model::EnableUnit{"p"},
      model::DisableUnit{"p"},
      model::StopUnit{"p"},
      model::StartUnit{"p", {"6.2.5"}},
      model::RestartUnit{"p", {"6.2.5"}, model::Release{"6.2.4"}},
      model::RunHook{model::HookPoint::pre_upgrade, "", "", {}},
  };
  return actions;
}

TEST(Words, ThereIsOneActionOfEachKindInThisTest) {
  ASSERT_EQ(one_of_each().size(), std::variant_size_v<model::Action>);
  for (std::size_t i = 0; i < one_of_each().size(); ++i) {
    EXPECT_EQ(one_of_each()[i].index(), i);
  }
}

TEST(Words, ActionsHaveTheContractsKindsAndTheirTargets) {
  const std::vector<std::vector<std::string>> rows = {
      {"install_binary", "6.2.5", "", "install release 6.2.5", "install"},
      {"remove_binary", "6.2.5", "", "remove release 6.2.5", "remove"},
      {"link_binary", "6.2.5", "", "link release 6.2.5", "link"},
      {"write_config", "p", "p", "write lavap config of p", "write lavap config"},
      {"write_unit", "p", "p", "write unit of p", "write unit"},
      {"remove_unit", "p", "p", "remove unit of p", "remove unit"},
      {"reload_systemd", "systemd", "", "reload systemd", "reload systemd"},
      {"enable_service", "p", "p", "enable p", "enable"},
      {"disable_service", "p", "p", "disable p", "disable"},
      {"stop_service", "p", "p", "stop p", "stop"},
      {"start_service", "p", "p", "start p with release 6.2.5", "start"},
      {"restart_service", "p", "p", "restart p with release 6.2.5 after 6.2.4", "restart"},
      {"run_hook", "pre_upgrade", "", "run hook pre_upgrade", "run hook pre_upgrade"},
  };
  ASSERT_EQ(rows.size(), one_of_each().size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const model::Action& action = one_of_each()[i];
    const std::vector<std::string> words = {kind_of(action),
                                            target_of(action),
                                            service_of(action),
                                            title_of(action),
                                            short_title_of(action)};
    EXPECT_EQ(words, rows[i]);
  }
}

TEST(Words, EveryCauseHasWordsForEveryAction) {
  for (const model::Cause cause : all_up_to(model::Cause::superseded)) {
    for (const model::Action& action : one_of_each()) {
      const std::string words = describe(model::Step{action, {cause, "6.2.4", "6.2.5"}, {}});
      EXPECT_FALSE(words.empty()) << static_cast<int>(cause) << " " << kind_of(action);
    }
  }
  expect_distinct_words(model::Cause::superseded, [](model::Cause cause) {
    return describe(model::Reason{cause, "", ""});
  });
}

TEST(Words, ReasonsAreSaidOfTheirAction) {
  const model::Reason moved{model::Cause::chain_moved, "6.2.4", "6.2.5"};
  const std::vector<std::pair<model::Step, std::string>> rows = {
      {{model::RestartUnit{"p", {"6.2.5"}, {}}, moved, {}},
       "the chain asks for 6.2.5 in place of 6.2.4"},
      {{model::InstallBinary{{"6.2.5"}, {}}, {model::Cause::missing, "", ""}, {}},
       "it is not installed"},
      {{model::InstallBinary{{"6.2.5"}, {}}, {model::Cause::missing, "", "6.2.5"}, {}},
       "it is not installed: 6.2.5"},
      {{model::WriteUnit{"p", "", ""}, {model::Cause::adopted, "", ""}, {}},
       "the unit found there is taken over as `adopt` says, and kept as .imported"},
      {{model::WriteUnit{"p", "", ""}, {model::Cause::drifted, "", ""}, {}},
       "the unit file was changed by hand"},
      {{model::WriteConfig{"p"}, {model::Cause::asked, "", ""}, {}},
       "its lavap config has changed"},
      {{model::RestartUnit{"p", {"6.2.4"}, {}}, {model::Cause::rolled_back, "6.2.5", "6.2.4"}, {}},
       "6.2.5 is quarantined; back to 6.2.4"},
      {{model::RestartUnit{"p", {"6.2.4"}, {}}, {model::Cause::pinned, "", "6.2.4"}, {}},
       "the configuration pins 6.2.4"},
  };
  for (const auto& [step, words] : rows) {
    EXPECT_EQ(describe(step), words);
  }
}

TEST(Words, EveryRuleHeldEntryNoticeOutcomeAndSourceHasWords) {
  using model::Held;
  using model::Notice;
  using model::Rule;
  expect_distinct_words(Rule::held, [](Rule rule) { return name_of(rule); });
  expect_distinct_words(Rule::held, [](Rule rule) {
    return describe(model::Selection{"p", model::Release{"6.2.5"}, rule, k_625, {}, true});
  });
  expect_distinct_words(Held::Why::no_downgrade, [](Held::Why why) { return name_of(why); });
  expect_distinct_words(Held::Why::no_downgrade, [](Held::Why why) {
    return describe(Held{"p", why, "6.2.5", "", {}});
  });
  expect_distinct_words(Held::Why::no_downgrade, [](Held::Why why) {
    return name_of(why) + end_of(Held{"p", why, "6.2.5", "", {}});
  });
  const auto last = Notice::Kind::manager_unreachable;
  expect_distinct_words(last, [](Notice::Kind kind) { return name_of(kind); });
  expect_distinct_words(last, [](Notice::Kind kind) { return describe(Notice{kind, "a", "b"}); });
  expect_distinct_words(model::Outcome::skipped, [](model::Outcome o) { return name_of(o); });
  expect_distinct_words(model::BinarySource::built,
                        [](model::BinarySource s) { return name_of(s); });
  EXPECT_EQ(title_of(model::RunHook{model::HookPoint::post_upgrade, "", "", {}}),
            "run hook post_upgrade");
}

TEST(Words, RulesWithoutKnownVersionsStillMakeSentences) {
  for (const model::Rule rule : all_up_to(model::Rule::held)) {
    EXPECT_FALSE(describe(model::Selection{"", {}, rule, {}, {}, true}).empty());
  }
}

TEST(Words, HeldEntriesNameWhatEndsThem) {
  const model::Held window{"p", model::Held::Why::outside_window, "6.2.5", "", at(3600)};
  EXPECT_EQ(describe(window),
            "release 6.2.5 waits for a rollout window; the next one opens at 2026-11-22T09:00:00Z");
  EXPECT_EQ(end_of(window), "2026-11-22T09:00:00Z");
  const model::Held off{"p", model::Held::Why::download_off, "6.2.5", "/d/lavap", {}};
  EXPECT_EQ(describe(off),
            "release 6.2.5 is not installed and binary.auto_download is false; it is waited for at "
            "/d/lavap; or set auto_download = true");
}

TEST(Words, TextFromOutsideCannotSteerTheTerminal) {
  const std::string evil = "\x1b[2J\r\n\xff";
  const std::vector<std::string> texts = {
      describe(model::Held{"p", model::Held::Why::fetch_failed, evil, evil, {}}),
      describe(model::Notice{model::Notice::Kind::endpoint_outvoted, evil, evil}),
      describe(model::Reason{model::Cause::chain_moved, evil, evil}),
      subject_name(evil),
  };
  for (const std::string& text : texts) {
    EXPECT_EQ(text.find_first_of("\x1b\r\n\xff"), std::string::npos) << text;
    EXPECT_NE(text.find("\\x1b"), std::string::npos) << text;
  }
}

TEST(Words, ARecordKeepsKindTargetReasonAndFate) {
  const model::Step step{model::StopUnit{"p"}, {model::Cause::unwanted, "", ""}, {}};
  const auto record =
      record_of({step, model::Outcome::failed, "timed out", std::chrono::milliseconds{60000}});
  EXPECT_EQ(record.kind, "stop_service");
  EXPECT_EQ(record.target, "p");
  EXPECT_EQ(record.reason, "it is no longer in the configuration");
  EXPECT_EQ(record.status, "failed");
  EXPECT_EQ(record.error, "timed out");
  EXPECT_EQ(record.ms, 60000);
}

}  // namespace
}  // namespace lavavisor::view
