// Real files with real permissions.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/path_facts.hpp"

#include "support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace lavavisor::process {
namespace {

namespace fs = std::filesystem;
using testing_support::TemporaryFolder;

TEST(PathFacts, TellModeAndOwner) {
  const TemporaryFolder folder;
  const auto file = folder.write("config.toml", "x");
  ::chmod(file.c_str(), 0640);
  const auto facts = look_at_path(file);
  EXPECT_TRUE(facts.exists);
  EXPECT_EQ(facts.trouble, "");
  EXPECT_EQ(facts.nearest, file);
  EXPECT_FALSE(facts.is_directory);
  EXPECT_EQ(facts.mode, 0640U);
  EXPECT_EQ(facts.owner, ::geteuid());
  EXPECT_EQ(facts.owner_name, own_name());
  EXPECT_TRUE(facts.readable && facts.writable);
  EXPECT_FALSE(facts.executable);
}

TEST(PathFacts, OfWhatIsMissingAreThoseOfTheFolderItWouldBeMadeIn) {
  const TemporaryFolder folder;
  const auto facts = look_at_path(folder.path() / "a/b");
  EXPECT_FALSE(facts.exists);
  EXPECT_EQ(facts.nearest, folder.path());
  EXPECT_TRUE(facts.is_directory);
  EXPECT_TRUE(facts.writable);
}

TEST(PathFacts, AFileInTheWayIsWhatIsNearest) {
  const TemporaryFolder folder;
  const auto file = folder.write("state", "x");
  const auto facts = look_at_path(file / "below");
  EXPECT_FALSE(facts.exists);
  EXPECT_EQ(facts.nearest, file);
  EXPECT_FALSE(facts.is_directory);
}

TEST(FoldersAbove, BeginAtTheRoot) {
  EXPECT_EQ(folders_above("/a/b/c"), (std::vector<fs::path>{"/", "/a", "/a/b"}));
}

TEST(Barrier, IsTheFirstThatIsClosedToTheUser) {
  const TemporaryFolder folder;
  const auto file = folder.write("upgrades/v1/lavap", "x");
  const auto upgrades = folder.path() / "upgrades";
  const Identity stranger{
      .name = "stranger", .home = "/", .uid = 54'321, .gid = 54'321, .groups = {}};
  Identity member = stranger;
  member.groups = {::getegid()};
  ::chmod(folder.path().c_str(), 0755);
  ::chmod(upgrades.c_str(), 0750);
  ::chmod(file.c_str(), 0755);
  EXPECT_EQ(barrier_to(file, stranger), upgrades);
  EXPECT_EQ(barrier_to(file, member), std::nullopt);
  ::chmod(upgrades.c_str(), 0755);
  EXPECT_EQ(barrier_to(file, stranger), std::nullopt);
  ::chmod(file.c_str(), 0644);
  EXPECT_EQ(barrier_to(file, stranger), file);
  const Identity root{.name = "root", .home = "/root", .uid = 0, .gid = 0, .groups = {}};
  EXPECT_EQ(barrier_to(file, root), std::nullopt);
}

TEST(Program, IsFoundByItsPathOrInTheFoldersInOrder) {
  const TemporaryFolder folder;
  const auto first = folder.write("a/lavap", "x");
  const auto second = folder.write("b/lavap", "x");
  ::chmod(second.c_str(), 0755);
  const std::vector<fs::path> folders = {folder.path() / "a", folder.path() / "b"};
  EXPECT_EQ(find_program("lavap", folders), second) << "the first one is not executable";
  ::chmod(first.c_str(), 0755);
  EXPECT_EQ(find_program("lavap", folders), first);
  EXPECT_EQ(find_program(second.string(), {}), second);
  EXPECT_EQ(find_program("none", folders), std::nullopt);
  EXPECT_EQ(find_program((folder.path() / "a").string() + "/", folders), std::nullopt);
}

}  // namespace
}  // namespace lavavisor::process
