// The command line as a whole: what is taken, and the exit code of what is not.
// SPDX-License-Identifier: Apache-2.0
#include "cli/run.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lavavisor::cli {
namespace {

struct Row {
  std::vector<std::string> arguments;
  int exit_code;
  std::string out;  ///< is in stdout
  std::string err;  ///< is in stderr
};

TEST(CommandLine, EndsWithTheContractsExitCodes) {
  const std::vector<Row> rows = {
      {{"version"}, 0, "0.", ""},
      {{"--log_level", "debug", "version"}, 0, "0.", ""},
      {{"version", "--log-format", "json"}, 0, "0.", ""},
      {{"--help"}, 0, "validate", ""},
      {{"schema"}, 0, "draft-07", ""},
      {{}, 3, "", "subcommand is required"},
      {{"frobnicate"}, 3, "", "'frobnicate' is no command"},
      {{"--log-level", "debug", "aply", "c.toml"}, 3, "", "did you mean 'apply'?"},
      {{"plan", "--log-level", "loud"}, 3, "", "loud"},
      {{"validate", "/no/such/file.toml"}, 3, "", "/no/such/file.toml:1:1: "},
      {{"apply", "/"}, 3, "", "the folder holds no configuration"},
      {{"wrap"}, 3, "", "--cmd is required"},
      {{"wrap", "--cmd", "sh -c ls"}, 3, "", "--cmd:1:1: "},
      {{"create-service", "cache", "f.yml"}, 3, "", "cache"},
  };
  for (const auto& row : rows) {
    std::vector<std::string> words = {"lavavisor"};
    words.insert(words.end(), row.arguments.begin(), row.arguments.end());
    std::vector<char*> argv;
    for (auto& word : words) {
      argv.push_back(word.data());
    }
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int code = run(static_cast<int>(argv.size()), argv.data());
    const auto err = testing::internal::GetCapturedStderr();
    const auto out = testing::internal::GetCapturedStdout();
    const auto asked = testing::PrintToString(row.arguments);
    EXPECT_EQ(code, row.exit_code) << asked << err;
    EXPECT_NE(out.find(row.out), std::string::npos) << asked << out;
    EXPECT_NE(err.find(row.err), std::string::npos) << asked << err;
  }
}

}  // namespace
}  // namespace lavavisor::cli
