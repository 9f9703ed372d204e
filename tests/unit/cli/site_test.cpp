// Whose home is meant, and the directory in it.
// SPDX-License-Identifier: Apache-2.0
#include "cli/site.hpp"

#include <gtest/gtest.h>

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace lavavisor::cli {
namespace {

namespace fs = std::filesystem;

/// HOME and SUDO_USER, as they were when it goes.
class Homes : public testing::Test {
 protected:
  ~Homes() override {
    set("HOME", m_home);
    set("SUDO_USER", m_caller);
  }

  static void set(const char* name, const std::string& value) {
    value.empty() ? ::unsetenv(name) : ::setenv(name, value.c_str(), 1);
  }
  static std::string get(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string{} : std::string{value};
  }

 private:
  const std::string m_home = get("HOME");
  const std::string m_caller = get("SUDO_USER");
};

TEST_F(Homes, AreOfTheCallerOfSudoWhereHomeIsRoots) {
  if (::geteuid() != 0) {
    GTEST_SKIP() << "only root is called by sudo";
  }
  const fs::path root = ::getpwuid(0)->pw_dir;
  const fs::path nobody = ::getpwnam("nobody")->pw_dir;
  struct Row {
    std::string home, caller;
    fs::path expected;
  };
  for (const Row& row : {Row{root, "", root},
                         Row{root, "root", root},
                         Row{root, "nobody", nobody},
                         Row{root, "no such user", root},
                         Row{"/srv/lava", "nobody", "/srv/lava"},
                         Row{"", "nobody", nobody}}) {
    set("HOME", row.home);
    set("SUDO_USER", row.caller);
    EXPECT_EQ(operators_home(), row.expected) << row.home << " " << row.caller;
  }
}

TEST_F(Homes, HoldTheDirectoryUnlessAnotherIsSaid) {
  set("HOME", "/srv/lava");
  Options options;
  EXPECT_EQ(site_directory(options).value(), "/srv/lava/.lavavisor");
  options.site.directory = "/opt/../srv/x/";
  EXPECT_EQ(site_directory(options).value(), "/srv/x/.lavavisor");
  options.site.directory = "here";
  EXPECT_EQ(site_directory(options).value(), fs::current_path() / "here/.lavavisor");
}

}  // namespace
}  // namespace lavavisor::cli
