// Units and command lines, read as systemd reads them.
// SPDX-License-Identifier: Apache-2.0
#include "compat/unit_file.hpp"

#include "base/text.hpp"
#include "compat/unit_command.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace lavavisor::compat {
namespace {

using Words = std::vector<std::string>;

TEST(ParseUnit, FollowsSystemdsSyntax) {
  const auto unit = parse_unit(
      "stray\n[Unit]\n  Description = a  b \r\n# comment\n; comment\n\n[Service]\n"
      "ExecStart=/bin/a \\\n# within\n   b \\\n\n"
      "User=x\\\\\nGroup=y\n=novalue\nnoequals\nNice=\xff\n");
  Words seen;
  for (const auto& each : unit.assignments) {
    seen.push_back(each.section + "|" + each.key + "|" + each.value + "|" +
                   std::to_string(each.line));
  }
  EXPECT_EQ(seen,
            (Words{"Unit|Description|a  b|3",
                   "Service|ExecStart|/bin/a  b|8",
                   "Service|User|x\\\\|12",
                   "Service|Group|y|13"}));
  EXPECT_EQ(unit.ignored, (Words{"stray", "=novalue", "noequals", "Nice=\xff"}));
}

TEST(ParseUnit, LetsAnEmptyValueDropThoseBefore) {
  const auto unit = parse_unit("[Service]\nExecStart=/bin/a\nExecStart=\nExecStart=/bin/b\n");
  EXPECT_EQ(values_of(unit, "Service", "ExecStart"), Words{"/bin/b"});
  EXPECT_TRUE(values_of(unit, "Unit", "ExecStart").empty());
}

TEST(SplitWords, UnderstandsQuotesAndEscapes) {
  struct Row {
    std::string value;
    Words words;
  };
  const std::vector<Row> rows{
      {"", {}},
      {"  a \t b ", {"a", "b"}},
      {"\"a b\" 'c d' e\"f g\"h", {"a b", "c d", "ef gh"}},
      {"'a \"b\"' \"it's\"", {"a \"b\"", "it's"}},
      {"\"\" ''", {"", ""}},
      {R"(\x41\102\u00e9\U0001F30B \s\t\\\"\')", {"AB\xc3\xa9\xf0\x9f\x8c\x8b", " \t\\\"'"}},
      {R"('a\x20b')", {"a b"}},
      {"a#b ;c", {"a#b", ";c"}},
  };
  for (const auto& row : rows) {
    const auto words = split_words(row.value);
    ASSERT_TRUE(words) << row.value;
    EXPECT_EQ(*words, row.words) << row.value;
  }
  for (const char* const bad : {"\"open",
                                "'open",
                                "a\\",
                                "\\q",
                                "\\x4",
                                "\\xZZ",
                                "\\u12",
                                "\\999",
                                "\\x00",
                                "\\U00110000",
                                "\\400"}) {
    EXPECT_FALSE(split_words(bad)) << bad;
  }
}

UnitCommand command_of(std::string_view value, const CommandContext& given = {}) {
  CommandContext context = given;
  context.identity.unit = "lava@one.service";
  const auto command = parse_command(value, context);
  EXPECT_TRUE(command) << value;
  return command.value_or(UnitCommand{});
}

TEST(ParseCommand, FillsInWhatTheUnitSays) {
  const CommandContext context{
      {}, {{"ONE", "1"}, {"TWO", "a b  'c d'"}, {"EMPTY", ""}, {"PASSWORD", "x"}}, false};
  struct Row {
    std::string value;
    Words words;
    std::string prefixes;
  };
  const std::vector<Row> rows{
      {"/bin/a b", {"/bin/a", "b"}, ""},
      {"-@/bin/a name b", {"/bin/a", "b"}, "-@"},
      {"+!!/bin/a", {"/bin/a"}, "+!!"},
      {":/bin/a $ONE ${ONE} $$", {"/bin/a", "$ONE", "${ONE}", "$$"}, ":"},
      {"/bin/a ${ONE}x $ONE $TWO ${TWO}", {"/bin/a", "1x", "1", "a", "b", "c d", "a b  'c d'"}, ""},
      {"/bin/a x$ONE $EMPTY ${EMPTY} $$ONE '$$'", {"/bin/a", "x$ONE", "", "$ONE", "$"}, ""},
      {"/bin/$ONE x", {"/bin/$ONE", "x"}, ""},
      {"/bin/a %n %N %p %i %% 5%",
       {"/bin/a", "lava@one.service", "lava@one", "lava", "one", "%", "5%"},
       ""},
      {"/bin/a %h/x %S", {"/bin/a", "/root/x", "/var/lib"}, ""},
      {"/bin/a \\; ';' \";\"", {"/bin/a", ";", ";", ";"}, ""},
      {"sh -c 'echo ${PASSWORD} $PASSWORD $$HOME'",
       {"sh", "-c", "echo ${PASSWORD} $PASSWORD $HOME"},
       ""},
  };
  for (const auto& row : rows) {
    const auto command = command_of(row.value, context);
    EXPECT_EQ(command.words, row.words) << row.value;
    EXPECT_EQ(command.prefixes, row.prefixes) << row.value;
    EXPECT_TRUE(command.unknown.empty()) << row.value;
  }
}

TEST(ParseCommand, TellsWhatItCouldNotFillIn) {
  const auto nowhere = command_of("/bin/a $X ${Y} %H");
  EXPECT_EQ(nowhere.words, (Words{"/bin/a", "", "%H"}));
  EXPECT_EQ(nowhere.unknown, (Words{"%H", "$X", "$Y"}));
  const auto unread = command_of("/bin/a $X ${Y}", {{}, {}, true});
  EXPECT_EQ(unread.words, (Words{"/bin/a", "$X", "${Y}"}));
  const auto used = command_of("/bin/a ${PASS}", {{}, {{"PASS", "p"}}, false});
  EXPECT_EQ(used.used, std::set<std::string>{"PASS"});
}

TEST(ParseCommand, FailsWhereSystemdWould) {
  for (const char* const bad : {"", "-", "/bin/a ; /bin/b", "/bin/a 'x", "/bin/a \\q"}) {
    EXPECT_FALSE(parse_command(bad, {})) << bad;
  }
}

TEST(EnvironmentFile, IsReadLineByLine) {
  const auto variables =
      parse_environment_file("# c\nA=1\n;B=2\nC = \"x y\"\nD='z'\nlong=a\\\nb\nnone\n=x\nA=3\n");
  EXPECT_EQ(
      variables,
      (std::map<std::string, std::string>{{"A", "3"}, {"C", "x y"}, {"D", "z"}, {"long", "a b"}}));
}

TEST(IsSecretName, KnowsTheUsualOnes) {
  for (const char* const name :
       {"PASSWORD", "wallet_password", "MNEMONIC", "API_KEY", "GH_TOKEN"}) {
    EXPECT_TRUE(is_secret_name(name)) << name;
  }
  for (const char* const name : {"GOGC", "HOME", "CHAIN_ID", "PATH"}) {
    EXPECT_FALSE(is_secret_name(name)) << name;
  }
}

}  // namespace
}  // namespace lavavisor::compat
