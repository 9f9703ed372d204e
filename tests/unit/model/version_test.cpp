// Versions and release names: what is taken, what is refused, what comes before what.
// SPDX-License-Identifier: Apache-2.0
#include "model/version.hpp"

#include "model/layout.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

namespace lavavisor::model {
namespace {

TEST(ParseVersion, TakesWhatTheChainTakes) {
  const std::vector<std::pair<std::string, Version>> rows = {
      {"6.2.5", {6, 2, 5}},
      {"v6.2.5", {6, 2, 5}},
      {"0.0.0", {0, 0, 0}},
      {"3.1.10", {3, 1, 10}},
      {"1.10000.10000", {1, 10000, 10000}},
      {"4294967295.0.0", {4294967295U, 0, 0}},
  };
  for (const auto& [text, version] : rows) {
    const auto parsed = parse_version(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(*parsed, version) << text;
  }
}

TEST(ParseVersion, RefusesEverythingElse) {
  const std::vector<std::string> rows = {"",
                                         "1.2",
                                         "1.2.x",
                                         "-1.0.0",
                                         "99999999999.0.0",
                                         "1.2.3.4",
                                         "1..3",
                                         "1.2.10001",
                                         "1.10001.0",
                                         " 1.2.3",
                                         "1.2.3 ",
                                         "vv1.2.3",
                                         "1.2.3-rc1",
                                         "+1.2.3",
                                         "1,2,3",
                                         std::string("1.2\0.3", 6),
                                         std::string("1.2.3\0", 6)};
  for (const auto& text : rows) {
    EXPECT_FALSE(parse_version(text)) << text;
  }
}

TEST(ParseRelease, GivesOnlySafeFileNames) {
  for (const std::string text : {"6.2.5", "v6.2.5", "3.1.7-near-hf", "0.20.2.1", "0.4.4.hotfix1"}) {
    EXPECT_TRUE(parse_release(text)) << text;
  }
  for (const std::string text :
       {"", "v", "..", "6..2", "../6.2.5", "6/2", "latest", "6.2.5 ", "6.2.5\n", ".6"}) {
    EXPECT_FALSE(parse_release(text)) << text;
  }
  EXPECT_FALSE(parse_release(std::string(65, '1')));
}

TEST(Release, IsOrderedByItsNumbers) {
  const std::vector<std::string> ascending = {"0.20.2",
                                              "0.20.2.1",
                                              "0.21.0",
                                              "3.1.7",
                                              "3.1.7-near-hf",
                                              "3.1.9",
                                              "3.1.10",
                                              "3.2.0",
                                              "6.2.5",
                                              "10.0.0"};
  for (std::size_t i = 0; i + 1 < ascending.size(); ++i) {
    EXPECT_LT(Release{ascending[i]}, Release{ascending[i + 1]});
    EXPECT_GT(Release{ascending[i + 1]}, Release{ascending[i]});
  }
}

TEST(Release, RealTagsRoundTrip) {
  std::ifstream tags{std::string{LAVAVISOR_FIXTURES} + "/lava/lava_git_tags.txt"};
  ASSERT_TRUE(tags);
  std::string tag;
  std::size_t taken = 0;
  while (std::getline(tags, tag)) {
    if (const auto release = parse_release(tag); release && tag.starts_with('v')) {
      EXPECT_EQ("v" + release->name, tag);
      ++taken;
    }
  }
  EXPECT_GT(taken, 190U);
}

TEST(Layout, ReadsAReleaseOnlyFromItsOwnPath) {
  const Path directory = "/var/lib/lavavisor";
  const Release release{"6.2.5"};
  EXPECT_EQ(release_of(directory, binary_file(directory, release)), release);
  for (const Path path : {"/usr/bin/lavap",
                          "/var/lib/lavavisor/upgrades/6.2.5/lavap",
                          "/other/upgrades/v6.2.5/lavap",
                          "/var/lib/lavavisor/upgrades/v6.2.5/sh"}) {
    EXPECT_FALSE(release_of(directory, path)) << path;
  }
}

}  // namespace
}  // namespace lavavisor::model
