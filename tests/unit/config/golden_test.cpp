// Every folder of tests/golden/config is one case: its config.toml, or its folder config.d, gives
// its findings.txt. SPDX-License-Identifier: Apache-2.0
#include "config/load.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace lavavisor::config {
namespace {

namespace fs = std::filesystem;

fs::path golden_folder() {
  return fs::path{LAVAVISOR_TESTS_DIR} / "golden" / "config";
}

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator{golden_folder()}) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string slurp(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

/// Stands in a folder while it lives, so that files are named as the operator would name them.
class WorkingFolder {
 public:
  explicit WorkingFolder(const fs::path& folder) : m_before(fs::current_path()) {
    fs::current_path(folder);
  }
  ~WorkingFolder() {
    std::error_code ignored;
    fs::current_path(m_before, ignored);
  }

 private:
  fs::path m_before;
};

std::string findings_of(const fs::path& folder) {
  const WorkingFolder inside{folder};
  const Loaded loaded =
      load(fs::exists("config.d") ? "config.d" : "config.toml", {.is_root = true, .home = "/root"});
  const std::string text = format_findings(loaded.findings, Colour::no);
  return text + (loaded.desired ? "valid\n" : "not valid\n");
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, FindingsAreAsRecorded) {
  const fs::path folder = golden_folder() / GetParam();
  const std::string found = findings_of(folder);
  if (std::getenv("LAVAVISOR_ACCEPT") != nullptr) {
    std::ofstream{folder / "findings.txt", std::ios::binary} << found;
    GTEST_SKIP() << "accepted; look at the difference, then run again without LAVAVISOR_ACCEPT";
  }
  EXPECT_EQ(found, slurp(folder / "findings.txt"));
}

INSTANTIATE_TEST_SUITE_P(Config, Golden, testing::ValuesIn(case_names()), [](const auto& each) {
  std::string name = each.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(GoldenFolder, HoldsAtLeastFortyCases) {
  EXPECT_GE(case_names().size(), 40U);
}

}  // namespace
}  // namespace lavavisor::config
