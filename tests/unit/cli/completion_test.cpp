// The completion scripts, in the shells that they are for.
// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "cli/command.hpp"
#include "unit/base/scratch.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace lavavisor::cli {
namespace {

std::string script_for(const std::string& shell) {
  const std::ostringstream taken;
  auto* const before = std::cout.rdbuf(taken.rdbuf());
  Options options;
  options.shell = shell;
  EXPECT_EQ(completion(options), 0);
  std::cout.rdbuf(before);
  return taken.str();
}

/// What a command of sh prints, its errors too, and its exit status.
struct Ran {
  std::string output;
  int status = -1;
};

Ran run(const std::string& command) {
  Ran ran;
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) {
    return ran;
  }
  std::array<char, 4096> some{};
  while (const std::size_t size = std::fread(some.data(), 1, some.size(), pipe)) {
    ran.output.append(some.data(), size);
  }
  ran.status = ::pclose(pipe);
  return ran;
}

bool is_installed(const std::string& shell) {
  return run("command -v " + shell).status == 0;
}

class Script : public testing::TestWithParam<const char*> {
 protected:
  void write(const std::string& shell) { std::ofstream{file} << script_for(shell); }

  base::Scratch scratch;
  const std::string file = (scratch.path() / "script").string();
};

TEST_P(Script, IsGoodSyntax) {
  if (!is_installed(GetParam())) {
    GTEST_SKIP() << GetParam() << " is not installed";
  }
  write(GetParam());
  const auto ran = run(GetParam() + std::string{" -n '"} + file + "'");
  EXPECT_EQ(ran.status, 0) << ran.output;
  EXPECT_EQ(ran.output, "");
}

TEST_P(Script, KnowsEveryCommand) {
  const auto script = script_for(GetParam());
  for (const auto& command : commands()) {
    EXPECT_NE(script.find(std::string{command.name}), std::string::npos) << command.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Shells, Script, testing::Values("bash", "zsh", "fish"));

class BashScript : public Script {
 protected:
  BashScript() { write("bash"); }

  /// What bash offers for the last of `words`, as its programmable completion calls for it.
  std::vector<std::string> offers(const std::string& words) {
    const auto ran = run("cd '" + scratch.path().string() + "' && bash -c '. \"" + file +
                         "\"; COMP_WORDS=(" + words +
                         "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _lavavisor; "
                         "printf \"%s\\n\" \"${COMPREPLY[@]}\"'");
    EXPECT_EQ(ran.status, 0) << ran.output;
    std::vector<std::string> lines;
    for (const auto line : base::split(ran.output, '\n')) {
      if (!line.empty()) {
        lines.emplace_back(line);
      }
    }
    return lines;
  }
};

using Words = std::vector<std::string>;

TEST_F(BashScript, CompletesACommand) {
  EXPECT_EQ(offers("lavavisor pl"), Words{"plan"});
  EXPECT_EQ(offers("lavavisor ver"), (Words{"verify", "version"}));
  EXPECT_EQ(offers("lavavisor \"\"").size(), commands().size());
}

TEST_F(BashScript, CompletesTheFlagsOfACommandAndOfNoOther) {
  EXPECT_EQ(offers("lavavisor plan --det"), Words{"--detailed-exitcode"});
  EXPECT_EQ(offers("lavavisor apply --det"), Words{});
  EXPECT_EQ(offers("lavavisor apply --dry"), Words{"--dry-run"});
  EXPECT_EQ(offers("lavavisor create-service --create"), Words{"--create-link"});
  EXPECT_EQ(offers("lavavisor import --auto"), Words{});
  EXPECT_EQ(offers("lavavisor run --log-"), (Words{"--log-level", "--log-format"}));
}

TEST_F(BashScript, CompletesFilesForEverythingElse) {
  std::ofstream{scratch.path() / "config one.toml"} << "";
  EXPECT_EQ(offers("lavavisor validate conf"), Words{"config one.toml"});
}

TEST_F(BashScript, IsRegisteredForTheProgram) {
  EXPECT_NE(run("bash -c '. \"" + file + "\"; complete -p lavavisor'").output.find("_lavavisor"),
            std::string::npos);
}

TEST(Help, HasNoQuoteThatWouldEndAShellsString) {
  for (const auto& command : commands()) {
    EXPECT_EQ(command.help.find('\''), std::string_view::npos) << command.name;
  }
}

}  // namespace
}  // namespace lavavisor::cli
