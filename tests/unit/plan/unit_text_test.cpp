// Unit texts: escaping as systemd.service(5) asks, ownership, digest, and what operators lay over.
// SPDX-License-Identifier: Apache-2.0
#include "plan/unit_text.hpp"

#include "base/text.hpp"
#include "fakes/host.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>

namespace lavavisor::plan {
namespace {

using model::Desired;
using model::Release;
using model::Service;

const Release k_release{"6.2.5"};

TEST(EscapeWord, KeepsEachCharactersPlainMeaning) {
  struct Row {
    std::string word;
    std::string argument;
    std::string program;
  };
  const std::vector<Row> rows = {
      {"plain-word_1./:=,@+", "plain-word_1./:=,@+", "plain-word_1./:=,@+"},
      {"", "\"\"", "\"\""},
      {"two words", "\"two words\"", "\"two words\""},
      {"a\"b", "\"a\\\"b\"", "\"a\\\"b\""},
      {"it's", "\"it's\"", "\"it's\""},
      {"50%", "\"50%%\"", "\"50%%\""},
      {"%n", "\"%%n\"", "\"%%n\""},
      {"$HOME", "\"$$HOME\"", "\"$HOME\""},
      {"${HOME}", "\"$${HOME}\"", "\"${HOME}\""},
      {"back\\slash", "\"back\\\\slash\"", "\"back\\\\slash\""},
      {"ends in \\", "\"ends in \\\\\"", "\"ends in \\\\\""},
      {"a\tb", "\"a\\x09b\"", "\"a\\x09b\""},
      {"\x7f", "\"\\x7f\"", "\"\\x7f\""},
      {"grüße", "\"grüße\"", "\"grüße\""},
      {";", "\";\"", "\";\""},
      {"#no-comment", "\"#no-comment\"", "\"#no-comment\""},
      {"-dash", "-dash", "-dash"},
      {"a|b&c<d>e", "\"a|b&c<d>e\"", "\"a|b&c<d>e\""},
      {"*?[]{}~!", "\"*?[]{}~!\"", "\"*?[]{}~!\""},
      {"@LAVAVISOR_UNIT@", "\"\\x40LAVAVISOR_UNIT\\x40\"", "\"\\x40LAVAVISOR_UNIT\\x40\""},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(escape_word(row.word, Word::argument), row.argument) << row.word;
    EXPECT_EQ(escape_word(row.word, Word::program), row.program) << row.word;
  }
}

Service custom(std::vector<std::string> command) {
  Service service;
  service.name = "custom-1";
  service.type = model::ServiceType::custom;
  service.command = std::move(command);
  service.user = "lava";
  return service;
}

TEST(CommandLine, PutsTheChosenBinaryForLavap) {
  const auto desired = fakes::desired_with({});
  const std::string lavap = "/var/lib/lavavisor/upgrades/v6.2.5/lavap";
  using Words = std::vector<std::string>;
  EXPECT_EQ(command_line(desired, custom({"lavap", "badge"}), k_release), (Words{lavap, "badge"}));
  EXPECT_EQ(command_line(desired, custom({"/opt/lavap", "badge"}), k_release),
            (Words{lavap, "badge"}));
  EXPECT_EQ(command_line(desired, custom({"/opt/notlavap", "x"}), k_release),
            (Words{"/opt/notlavap", "x"}));
  Service cache;
  cache.type = model::ServiceType::cache;
  cache.address = "127.0.0.1:7778";
  cache.log_level = "debug";
  cache.flags = {{"expiration", "1h"}, {"switch", std::nullopt}};
  EXPECT_EQ(command_line(desired, cache, k_release),
            (Words{lavap,
                   "cache",
                   "127.0.0.1:7778",
                   "--log_level",
                   "debug",
                   "--expiration",
                   "1h",
                   "--switch"}));
}

TEST(Digest, ChangesWithWhatTheServiceRunsBy) {
  auto desired = fakes::desired_with({"a"});
  auto& service = desired.services[0];
  const auto text = unit_text(desired, service, k_release);
  EXPECT_EQ(digest_in(text).size(), 16U);
  EXPECT_EQ(text, unit_text(desired, service, k_release));
  EXPECT_NE(digest_in(text), digest_in(unit_text(desired, service, Release{"6.2.4"})));
  service.config_text += "#\n";
  EXPECT_NE(digest_in(text), digest_in(unit_text(desired, service, k_release)));
  EXPECT_NE(text.find("Environment=LAVAVISOR_UNIT=" + digest_in(text) + "\n"), std::string::npos);
}

TEST(IsUntouched, TellsAnEditedUnit) {
  const auto desired = fakes::desired_with({"a"});
  const auto text = unit_text(desired, desired.services[0], k_release);
  EXPECT_TRUE(is_untouched(text));
  EXPECT_FALSE(is_untouched(text + "# by hand\n"));
  EXPECT_FALSE(is_untouched(base::replace_all(text, "RestartSec=5s", "RestartSec=6s")));
  EXPECT_FALSE(is_untouched(base::replace_all(text, digest_in(text), "0000000000000000")));
  EXPECT_FALSE(is_untouched(""));
  EXPECT_FALSE(is_untouched("[Service]\nExecStart=/bin/true\n"));
}

// --- whole texts
// -----------------------------------------------------------------------------------

Desired user_scope(Desired desired) {
  desired.systemd.scope = model::Scope::user;
  desired.services[0].user.clear();
  return desired;
}

struct Case {
  std::string name;
  Desired desired;
};

Desired with(const std::function<void(Service&)>& change) {
  auto desired = fakes::desired_with({"provider-eth1"});
  change(desired.services[0]);
  return desired;
}

Desired log_file_below(const std::string& directory) {
  auto desired = fakes::desired_with({"provider-eth1"});
  desired.directory = directory;
  desired.services[0].log = model::LogTo::file;
  return desired;
}

std::vector<Case> cases() {
  return {
      {"provider", fakes::desired_with({"provider-eth1"})},
      {"consumer", with([](Service& s) { s.type = model::ServiceType::consumer; })},
      {"cache", with([](Service& s) {
         s.type = model::ServiceType::cache;
         s.config_path.clear();
         s.config_text.clear();
         s.address = "127.0.0.1:7778";
       })},
      {"custom", with([](Service& s) {
         s.type = model::ServiceType::custom;
         s.config_path.clear();
         s.config_text.clear();
         s.command = {"lavap", "badge", "100%", "$HOME", "a \"b\"", "", ";", "C:\\tmp"};
       })},
      {"hostile-values", with([](Service& s) {
         s.flags = {{"moniker", "50% of $HOME \\ \"x\"\t;"}, {"empty", ""}, {"switch", {}}};
         s.env = {{"QUOTED", "a \"b\" $c %d \\e"}, {"PLAIN", "1"}};
       })},
      {"overriding-keys", with([](Service& s) {
         s.env = {{"GOGC", "200"}};
         s.unit["Service"] = {{"RestartSec", {"7s"}},
                              {"CPUQuota", {"200%"}},
                              {"Environment", {"A=1", "B=2"}},
                              {"ExecStartPre", {"/bin/one", "/bin/two"}}};
         s.unit["Unit"] = {{"After", {"cosmovisor.service"}}, {"Description", {"Mine"}}};
         s.unit["Install"] = {{"WantedBy", {"lava.target"}}};
         s.unit["Slice"] = {{"MemoryMax", {"4G"}}};
       })},
      {"user-scope", user_scope(fakes::desired_with({"provider-eth1"}))},
      {"log-file", log_file_below("/srv/100% lava")},
  };
}

std::string content(const std::string& path) {
  std::ifstream file{path};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(UnitText, IsWhatTheGoldenFilesSay) {
  const bool accept = std::getenv("LAVAVISOR_ACCEPT") != nullptr;
  for (const auto& each : cases()) {
    const auto path = std::string{LAVAVISOR_TESTS_DIR} + "/golden/unit/" + each.name + ".service";
    const auto text = unit_text(each.desired, each.desired.services[0], k_release);
    EXPECT_TRUE(is_untouched(text)) << each.name;
    if (accept) {
      std::ofstream{path} << text;
    } else {
      EXPECT_EQ(text, content(path)) << path;
    }
  }
  if (accept) {
    GTEST_SKIP() << "accepted; look at the difference, then run again without LAVAVISOR_ACCEPT";
  }
}

}  // namespace
}  // namespace lavavisor::plan
