// Files that are made to hurt: a megabyte of nesting, YAML bombs. Each must be answered quickly.
// SPDX-License-Identifier: Apache-2.0
#include "config/toml_text.hpp"
#include "support.hpp"

#include <ctime>

namespace lavavisor::config {
namespace {

constexpr std::size_t k_megabyte = 1'000'000;

std::string repeated(std::string_view piece, std::size_t size = k_megabyte) {
  std::string text;
  while (text.size() + piece.size() <= size) {
    text += piece;
  }
  return text;
}

/// Load and return the findings; fails the test when it took long.
Loaded load_quickly(const std::filesystem::path& file) {
  const auto start = std::clock();  // of our own CPU: others may be busy
  Loaded loaded = load(file, root());
  EXPECT_LT((std::clock() - start) / CLOCKS_PER_SEC, 20);
  return loaded;
}

TEST(Hostile, MegabyteOfNestingInTomlIsRefused) {
  const TemporaryFolder folder;
  const std::vector<std::string> bombs{
      repeated("["),
      "a = " + repeated("["),
      "a = " + repeated("{a="),
      "a = " + repeated("[\n"),
      "a = " + repeated("[\"\",["),
      "a = " + repeated("{ \"x\" = ["),
      "a = " + repeated("{a.a.a.a.a.a="),
      repeated("a.") + "a = 1",
      repeated("\"a\".") + "a = 1",
      repeated("'a' . ") + "a = 1",
      "[" + repeated("a.") + "a]\n",
      "[[" + repeated("a.") + "a]]\n",
  };
  for (const std::string& bomb : bombs) {
    const Loaded loaded = load_quickly(folder.write("config.toml", bomb));
    EXPECT_FALSE(loaded.desired);
    ASSERT_EQ(loaded.findings.size(), 1U) << bomb.substr(0, 20);
    EXPECT_EQ(loaded.findings[0].message, "nested too deeply") << bomb.substr(0, 20);
    EXPECT_LT(loaded.findings[0].source_line.size(), 200U);
  }
}

TEST(Hostile, MegabyteOfSomethingElseInTomlIsAnsweredToo) {
  const TemporaryFolder folder;
  std::string tables;
  for (int number = 0; tables.size() < k_megabyte; ++number) {
    tables += "[a.k" + std::to_string(number) + "]\n";
  }
  for (const std::string& text : {tables,
                                  repeated("[[service]]\n"),
                                  "a = [" + repeated("1,") + "]",
                                  repeated("#"),
                                  "a = \"" + repeated("x") + "\"",
                                  repeated("\n"),
                                  repeated("\xc3\xa9"),
                                  repeated("\"\"\"")}) {
    EXPECT_FALSE(load_quickly(folder.write("config.toml", text)).findings.empty())
        << text.substr(0, 20);
  }
}

TEST(Hostile, BracketsAndDotsInStringsAndCommentsDoNotNest) {
  const std::string brackets = repeated("[{", 1000);
  const std::string dots = repeated("a.", 1000);
  for (const std::string& text : {"# " + brackets + dots + "\na = 1",
                                  "a = \"" + brackets + "\\\"" + dots + "\"",
                                  "a = '" + brackets + dots + "'",
                                  "a = \"\"\"\n" + brackets + "\n\"" + dots + "\"\"\"",
                                  "a = '''" + brackets + "\n'" + dots + "'''",
                                  repeated("a = [[1.5, 2.5], {a.b = 1}]\n", 9000)}) {
    EXPECT_EQ(find_deep_nesting(text), std::nullopt) << text.substr(0, 30);
  }
}

TEST(Hostile, NestingIsCountedBehindStringsToo) {
  const std::string deep = repeated("[", 100);
  for (const std::string& text : {"a = \"\\\\\"" + deep,
                                  "a = ''" + deep,
                                  "a = \"\"\"\\\"\"\"\"" + deep,
                                  "a = \"not closed\n" + deep,
                                  "a = '\\'" + deep}) {
    EXPECT_TRUE(find_deep_nesting(text)) << text;
  }
}

TEST(Hostile, YamlBombsAreAnswered) {
  const TemporaryFolder folder;
  std::string laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int level = 1; level < 60; ++level) {
    const std::string below = "*a" + std::to_string(level - 1);
    laughs += "a" + std::to_string(level) + ": &a" + std::to_string(level) + " [" + below + ", " +
              below + ", " + below + "]\n";
  }
  std::string stairs;
  for (std::size_t depth = 0; stairs.size() < k_megabyte; ++depth) {
    stairs += std::string(depth, ' ') + "a:\n";
  }
  const std::filesystem::path file = folder.write(
      "config.toml",
      std::string{k_chain} +
          "[[service]]\nname = \"p\"\ntype = \"provider\"\nfrom = \"k\"\nconfig = \"p.yml\"\n");
  for (const std::string& bomb : {repeated("["),
                                  repeated("{"),
                                  repeated("{a: "),
                                  repeated("- "),
                                  repeated("? "),
                                  repeated("a: "),
                                  repeated("&a "),
                                  repeated("!x "),
                                  "[" + repeated("a, "),
                                  laughs,
                                  stairs,
                                  std::string{"endpoints: &e [*e, *e]\n"},
                                  std::string{"endpoints: [*nothing]\n"},
                                  "endpoints:\n" + repeated("- 1\n"),
                                  repeated("x", (1U << 20U) + 1),
                                  std::string{"a\0b", 3},
                                  std::string{"\xff\xfe"
                                              "a"}}) {
    folder.write("p.yml", bomb);
    const Loaded loaded = load_quickly(file);
    EXPECT_FALSE(loaded.desired) << bomb.substr(0, 20);
    EXPECT_FALSE(loaded.findings.empty()) << bomb.substr(0, 20);
  }
}

/// What was found in a file that holds `lines` in its service, or above it.
std::string found_in(const std::string& above, const std::string& lines) {
  const TemporaryFolder folder;
  const Loaded loaded =
      load(folder.write("config.toml",
                        above + std::string{k_chain} +
                            "[[service]]\nname = \"c\"\ntype = \"custom\"\n" + lines),
           root());
  return loaded.desired ? "" : format_findings(loaded.findings, Colour::no);
}

TEST(Hostile, ValuesThatNoUnitCanHoldAreRefused) {
  struct Row {
    std::string above;
    std::string lines;
    std::string said;
  };
  const std::string command = "command = [\"lavap\"]\n";
  const std::vector<Row> rows = {
      {"", command, ""},
      {"", "command = [\"lavap\", \"a\\nExecStart=/bin/sh\"]\n", "holds a line break"},
      {"", "command = [\"lavap\", \"a\\u0000b\"]\n", "holds a NUL character"},
      {"", "command = [\"lavap\", \"\\uFFFF\"]\n", "holds a code point that is no character"},
      {"", "command = [\"+/bin/sh\"]\n", "'+/bin/sh' is no program that systemd could run"},
      {"", "command = [\"/bin/a\\\"b\"]\n", "is no program that systemd could run"},
      {"", command + "[service.env]\nA = \"b\\nUser=root\"\n", "holds a line break"},
      {"", command + "[service.env]\n\"A=b\\nUser\" = \"root\"\n", "is no name for an environment"},
      {"", command + "[service.unit.Service]\nCPUQuota = \"1%\\\\\"\n", "ends in a backslash"},
      {"",
       command + "[service.unit.Service]\nCPUQuota = \"1%\\nUser=root\"\n",
       "holds a line break"},
      {"", command + "[service.unit.Service]\n\"A=b\\nUser\" = \"root\"\n", "is no key of a unit"},
      {"", command + "[service.unit.\"X-a]\\n[Service\"]\nUser = \"root\"\n", "is no section"},
      {"", command + "user = \"a\\nUser=root\"\n", "holds a line break"},
      {"", command + "user = \"a b\"\n", "is not the name of a user"},
      {"directory = \"/srv/o'brien\"\n", command, "systemd runs no program below '/srv/o'brien'"},
      {"directory = \"/srv/\\u001b[31m\"\n",
       command,
       "systemd runs no program below '/srv/\\x1b[31m'"},
      {"directory = \"/srv/a\\nb\"\n", command, "holds a line break"},
  };
  for (const auto& row : rows) {
    const std::string found = found_in(row.above, row.lines);
    EXPECT_EQ(found.empty(), row.said.empty()) << row.above << row.lines;
    EXPECT_NE(found.find(row.said), std::string::npos) << row.said << "\n" << found;
    EXPECT_EQ(found.find('\x1b'), std::string::npos) << row.said;
  }
}

}  // namespace
}  // namespace lavavisor::config
