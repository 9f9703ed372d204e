// Where init puts the link: order, what stands in the way, and that nothing is made by looking.
// SPDX-License-Identifier: Apache-2.0
#include "cli/link_place.hpp"

#include "unit/base/scratch.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace lavavisor::cli {
namespace {

namespace fs = std::filesystem;

class LinkPlaces : public testing::Test {
 protected:
  LinkPlaces() {
    fs::create_directories(directory / "upgrades/v6.2.4");
    fs::create_directories(first);
    fs::create_directories(second);
  }

  LinkPlace choose(const std::string& path = "") {
    return choose_link_place(directory, path, {first, second, missing});
  }

  base::Scratch scratch;
  const fs::path directory = scratch.path() / ".lavavisor";
  const fs::path binary = directory / "upgrades/v6.2.4/lavap";
  const fs::path first = scratch.path() / "bin";
  const fs::path second = scratch.path() / "home/go/bin";
  const fs::path missing = scratch.path() / "home/.local/bin";
};

TEST_F(LinkPlaces, TheFirstFolderThatIsThereIsTaken) {
  EXPECT_EQ(choose().link, first / "lavap");
  fs::remove(first);
  EXPECT_EQ(choose().link, second / "lavap");
  EXPECT_TRUE(choose().passed_over.empty());
}

TEST_F(LinkPlaces, AMissingFolderIsTheLastResortAndIsNotMade) {
  fs::remove(first);
  fs::remove(second);
  EXPECT_EQ(choose_link_place(directory, "", {missing, second}).link, missing / "lavap");
  EXPECT_FALSE(fs::exists(missing));
  EXPECT_EQ(choose_link_place(directory, "", {"/proc/self/nowhere/bin"}).link, fs::path{});
  EXPECT_EQ(choose_link_place(directory, "", {}).link, fs::path{});
}

TEST_F(LinkPlaces, ALinkOfOursIsKeptWhateverReleaseItLeadsTo) {
  for (const fs::path& target : {binary, fs::path{"../.lavavisor/upgrades/v1.0.0/lavap"}}) {
    fs::remove(first / "lavap");
    fs::create_symlink(target, first / "lavap");
    EXPECT_EQ(choose().link, first / "lavap") << target;
  }
}

TEST_F(LinkPlaces, ALinkOfOursOnPathComesBeforeAllOthers) {
  fs::create_directories(scratch.path() / "opt");
  fs::create_symlink(binary, scratch.path() / "opt/lavap");
  const auto path = "/nowhere::" + (scratch.path() / "opt").string() + ":" + first.string();
  EXPECT_EQ(choose(path).link, scratch.path() / "opt/lavap");
  EXPECT_EQ(choose("opt").link, first / "lavap") << "a relative PATH leads anywhere";
}

TEST_F(LinkPlaces, WhatIsNotOursIsPassedOverAndNamed) {
  const std::vector<fs::path> targets = {
      "/bin/true",                                                // a program
      scratch.path() / "other/.lavavisor/upgrades/v1.0.0/lavap",  // of another site
      directory / "upgrades/v6.2.4/other",
      directory / "upgrades/latest/lavap",
  };
  for (const auto& target : targets) {
    fs::remove(first / "lavap");
    fs::create_symlink(target, first / "lavap");
    const auto found = choose(first.string());
    EXPECT_EQ(found.link, second / "lavap") << target;
    ASSERT_EQ(found.passed_over.size(), 1U) << target;
    EXPECT_TRUE(found.passed_over[0].starts_with((first / "lavap").string())) << target;
  }
  fs::remove(first / "lavap");
  std::ofstream{first / "lavap"} << "a real file";
  fs::create_directories(second / "lavap");
  const auto found = choose();
  EXPECT_EQ(found.link, missing / "lavap");
  EXPECT_EQ(found.passed_over.size(), 2U);
}

TEST(LinkFolders, AreThoseOfTheSystemAndTheHome) {
  EXPECT_EQ(link_folders("/home/u"),
            (std::vector<fs::path>{"/usr/local/bin", "/home/u/.local/bin", "/home/u/go/bin"}));
  EXPECT_EQ(link_folders(""), std::vector<fs::path>{"/usr/local/bin"});
}

}  // namespace
}  // namespace lavavisor::cli
