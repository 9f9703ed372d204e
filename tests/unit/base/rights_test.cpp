// Who else could change a file, held against real files, folders and links.
// SPDX-License-Identifier: Apache-2.0
#include "base/rights.hpp"

#include "base/file.hpp"
#include "scratch.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

namespace lavavisor::base {
namespace {

namespace fs = std::filesystem;

constexpr uid_t k_theirs = 4'711;
constexpr gid_t k_group = 4'712;
const std::vector<Trusted> k_root = {Trusted{}};

TEST(Rights, ThoseOfOneFileAreJudgedByModeThenGroupThenOwner) {
  struct Row {
    Ownership is;
    std::optional<Hand> hand;
  };
  const std::vector<Row> rows = {
      {{0, 0, 0644, false}, std::nullopt},
      {{0, 0, 0664, false}, std::nullopt},
      {{0, 0, 0664, true}, Hand::group},
      {{0, 0, 0666, false}, Hand::everybody},
      {{0, k_group, 0664, false}, Hand::group},
      {{0, k_group, 0644, false}, std::nullopt},
      {{k_theirs, 0, 0600, false}, Hand::owner},
      {{k_theirs, k_group, 0666, false}, Hand::everybody},
      {{k_theirs, k_group, 0660, false}, Hand::group},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(other_hand(row.is, k_root), row.hand) << std::oct << row.is.mode;
  }
  const std::vector<Trusted> caller = {Trusted{}, Trusted{k_theirs, k_group}};
  EXPECT_EQ(other_hand({k_theirs, k_group, 0664, false}, caller), std::nullopt);
  EXPECT_EQ(other_hand({k_theirs, k_group, 0666, false}, caller), Hand::everybody);
}

/// A tree of a test's own, whose parts are given to others.
class OnDisk : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) {
      GTEST_SKIP() << "needs root, to give files to others";
    }
    fs::create_directory(top / "a");
    write("a/file");
  }

  void write(const std::string& name, mode_t mode = 0644) const {
    ASSERT_TRUE(write_file_atomically(top / name, "text", {.mode = mode, .group = {}}));
  }
  void give(const std::string& name, uid_t owner = k_theirs) const {
    ASSERT_EQ(::lchown((top / name).c_str(), owner, 0), 0);
  }
  void chmod(const std::string& name, mode_t mode) const {
    ASSERT_EQ(::chmod((top / name).c_str(), mode), 0);
  }

  /// What `name` is exposed by: "a everybody".
  std::string exposure_of(const std::string& name) const {
    Rights rights{k_root};
    rights.look_at(top / name);
    std::string text;
    for (const auto& each : rights.exposures()) {
      static const char* const k_words[] = {"everybody", "group", "owner", "link"};
      text += (text.empty() ? "" : ", ") + each.path.lexically_relative(top).string() + " " +
              k_words[static_cast<int>(each.by)];
    }
    return text;
  }

  const Scratch scratch;
  const fs::path top = fs::canonical(scratch.path());
};

TEST_F(OnDisk, NobodyElsesIsNotExposed) {
  EXPECT_EQ(exposure_of("a/file"), "");
  EXPECT_EQ(exposure_of("a/missing"), "");
  EXPECT_EQ(exposure_of("a/file/below-a-file"), "");
}

TEST_F(OnDisk, AFileAndEachFolderAboveItCount) {
  chmod("a/file", 0666);
  EXPECT_EQ(exposure_of("a/file"), "a/file everybody");
  chmod("a", 0777);
  EXPECT_EQ(exposure_of("a/file"), "a everybody, a/file everybody");
  EXPECT_EQ(exposure_of("a/missing"), "a everybody");
  chmod("a", 0755);
  chmod("a/file", 0644);
  give("a");
  EXPECT_EQ(exposure_of("a/file"), "a owner");
}

TEST_F(OnDisk, AFolderThatKeepsItsEntriesForTheirOwnersExposesOnlyWhatIsTheirs) {
  chmod("a", 01777);
  EXPECT_EQ(exposure_of("a/file"), "");
  give("a/file");
  EXPECT_EQ(exposure_of("a/file"), "a/file owner");
}

TEST_F(OnDisk, LinksAreFollowedAndTheWayToWhereTheyLeadCounts) {
  fs::create_directory(top / "b");
  write("b/real");
  fs::create_symlink("../b/real", top / "a/link");
  fs::create_symlink(top / "b", top / "absolute");
  EXPECT_EQ(exposure_of("a/link"), "");
  chmod("b", 0777);
  EXPECT_EQ(exposure_of("a/link"), "b everybody");
  EXPECT_EQ(exposure_of("absolute/real"), "b everybody");
  chmod("b", 0755);
  chmod("b/real", 0666);
  EXPECT_EQ(exposure_of("a/link"), "b/real everybody");
}

TEST_F(OnDisk, ALinkOfTheirsInAFolderOfTheirsIsNamed) {
  give("a");
  fs::create_symlink("/etc", top / "a/etc");
  EXPECT_EQ(exposure_of("a/etc"), "a owner");  // root's own link
  give("a/etc");
  EXPECT_EQ(exposure_of("a/etc"), "a owner, a/etc link");
}

TEST_F(OnDisk, LinksInARingEnd) {
  fs::create_symlink("two", top / "one");
  fs::create_symlink("one", top / "two");
  EXPECT_EQ(exposure_of("one"), "");
}

TEST_F(OnDisk, WhatWasOpenedIsJudgedAndNotWhatStandsThereNow) {
  chmod("a/file", 0666);
  const auto read = read_owned_file(top / "a/file", 1'000);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->text, "text");
  write("a/file");
  Rights rights{k_root};
  rights.look_at(top / "a/file", read->is);
  ASSERT_EQ(rights.exposures().size(), 1U);
  EXPECT_EQ(rights.exposures()[0].path, top / "a/file");
}

TEST_F(OnDisk, WhereAllAreTrustedNothingIsLookedAt) {
  chmod("a/file", 0666);
  Rights rights{{}};
  rights.look_at(top / "a/file");
  rights.look_at(top / "a/file", {0, 0, 0666, false});
  EXPECT_TRUE(rights.exposures().empty());
}

TEST(Rights, EachHandHasWordsAndACommand) {
  EXPECT_EQ(hand_words(Hand::owner, "jo"), "belongs to jo, who thereby decides what root runs");
  for (const auto hand : {Hand::everybody, Hand::group, Hand::owner, Hand::link}) {
    EXPECT_FALSE(hand_words(hand, "jo").empty());
    EXPECT_FALSE(hand_mend(hand).empty());
  }
}

}  // namespace
}  // namespace lavavisor::base
