// Versions of Go as go.mod and `go version` spell them.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/go_version.hpp"

#include <gtest/gtest.h>

namespace lavavisor::process {
namespace {

using Numbers = std::array<unsigned, 3>;

TEST(GoVersion, IsParsed) {
  struct Row {
    const char* text;
    Numbers numbers;
  };
  for (const Row& row : {Row{"1.19", {1, 19, 0}},
                         Row{"1.23.3", {1, 23, 3}},
                         Row{"go1.23.3", {1, 23, 3}},
                         Row{"1.23rc1", {1, 23, 0}},
                         Row{"go1.22.1-custom", {1, 22, 1}},
                         Row{"1.21.", {}}}) {
    const auto version = parse_go_version(row.text);
    EXPECT_EQ(version ? version->numbers : Numbers{}, row.numbers) << row.text;
  }
  for (const char* const text : {"", "go", "1", "go1", "x1.2", "-1.2", "1.x", "99999999999.1"}) {
    EXPECT_FALSE(parse_go_version(text)) << text;
  }
}

TEST(GoVersion, IsComparedNumberByNumber) {
  const auto older = [](const char* a, const char* b) {
    return parse_go_version(a)->is_older_than(*parse_go_version(b));
  };
  EXPECT_TRUE(older("1.9", "1.10"));
  EXPECT_TRUE(older("1.23", "1.23.1"));
  EXPECT_FALSE(older("1.23", "1.23.0"));
  EXPECT_FALSE(older("2.0", "1.99.99"));
}

TEST(GoVersion, IsReadFromGoMod) {
  struct Row {
    const char* go_mod;
    const char* asked;
  };
  for (const Row& row :
       {Row{"module x\n\ngo 1.23.3\n", "1.23.3"},
        Row{"module x\r\ngo 1.20\r\n", "1.20"},
        Row{"go 1.22 // not 1.99\n\ntoolchain go1.23.5\n", "1.23.5"},
        Row{"toolchain go1.20.1\ngo 1.21\n", "1.21"},
        Row{"go 1.21\ntoolchain default\n", "1.21"},
        Row{"require (\n\tgithub.com/go 1.99.0\n\tx/toolchain v1\n)\n\tgo\t1.21\n", "1.21"}}) {
    const auto asked = version_asked_by(row.go_mod);
    ASSERT_TRUE(asked) << row.go_mod << asked.error().message;
    EXPECT_EQ(asked->text, row.asked) << row.go_mod;
  }
  EXPECT_EQ(version_asked_by("module x\n").error().message,
            "go.mod does not say which Go it asks for");
  EXPECT_EQ(version_asked_by("go one\n").error().message,
            "go.mod's line 'go one' names no Go version");
}

TEST(GoVersion, IsReadFromWhatGoPrints) {
  EXPECT_EQ(version_printed("go version go1.19.8 linux/amd64\n")->text, "1.19.8");
  EXPECT_EQ(version_printed("go version go1.22.0 X:rangefunc linux/arm64\n")->text, "1.22.0");
  EXPECT_EQ(version_printed("go version devel go1.24-abc linux/amd64")->numbers,
            (Numbers{1, 24, 0}));
  EXPECT_FALSE(version_printed("gofmt"));
  EXPECT_FALSE(version_printed(""));
}

}  // namespace
}  // namespace lavavisor::process
