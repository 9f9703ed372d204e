// The commit of a checkout, read from folders laid out as Git lays them out.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/git_checkout.hpp"

#include "unit/base/scratch.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace lavavisor::process {
namespace {

namespace fs = std::filesystem;

const std::string k_commit = "5205862b1f0c4d5e6f708192a3b4c5d6e7f80912";
const std::string k_other = "bf1dd6db1f0c4d5e6f708192a3b4c5d6e7f80912";

/// HEAD of the checkout that `place` lies in; "" = there is none.
std::string git_commit_of(const fs::path& place) {
  const auto checkout = find_checkout(place);
  return checkout ? commit_of(*checkout) : std::string{};
}

class Checkout : public testing::Test {
 protected:
  Checkout() {
    write("repo/etc/config.toml", "");
    write("repo/.git/HEAD", "ref: refs/heads/main\n");
  }

  void write(const fs::path& file, const std::string& text) {
    fs::create_directories((root / file).parent_path());
    std::ofstream{root / file} << text;
  }
  std::string commit() { return git_commit_of(root / "repo/etc/config.toml"); }

  base::Scratch scratch;
  const fs::path root = scratch.path();
};

TEST_F(Checkout, OfABranchIsReadFromItsRef) {
  write("repo/.git/refs/heads/main", k_commit + "\n");
  EXPECT_EQ(commit(), k_commit);
}

TEST_F(Checkout, OfABranchWithSlashesInItsName) {
  write("repo/.git/HEAD", "ref: refs/heads/ops/eu/1\n");
  write("repo/.git/refs/heads/ops/eu/1", k_commit + "\n");
  EXPECT_EQ(commit(), k_commit);
}

TEST_F(Checkout, OfABranchWhoseRefIsPacked) {
  write("repo/.git/packed-refs",
        "# pack-refs with: peeled fully-peeled sorted\n" + k_other + " refs/heads/domain\n" +
            k_other + " refs/remotes/refs/heads/main-2\n" + k_commit + " refs/heads/main\n^" +
            k_other + "\n");
  EXPECT_EQ(commit(), k_commit);
}

TEST_F(Checkout, PrefersTheLooseRefToThePackedOne) {
  write("repo/.git/packed-refs", k_other + " refs/heads/main\n");
  write("repo/.git/refs/heads/main", k_commit + "\n");
  EXPECT_EQ(commit(), k_commit);
}

TEST_F(Checkout, OfNoBranchIsHeadItself) {
  write("repo/.git/HEAD", k_commit + "\n");
  EXPECT_EQ(commit(), k_commit);
}

TEST_F(Checkout, MayHaveLongDigests) {
  const std::string sha256 = k_commit + "0123456789abcdef01234567";
  write("repo/.git/HEAD", sha256 + "\n");
  EXPECT_EQ(commit(), sha256);
}

TEST_F(Checkout, InAWorktreeHasItsRefsInTheRepository) {
  write("tree/config.toml", "");
  write("tree/.git", "gitdir: ../repo/.git/worktrees/tree\n");
  write("repo/.git/worktrees/tree/HEAD", "ref: refs/heads/side\n");
  write("repo/.git/worktrees/tree/commondir", "../..\n");
  write("repo/.git/refs/heads/main", k_other + "\n");
  write("repo/.git/refs/heads/side", k_commit + "\n");
  EXPECT_EQ(git_commit_of(root / "tree/config.toml"), k_commit);
}

TEST_F(Checkout, IsFoundThroughLinksToTheFileAndItsFolder) {
  write("repo/.git/refs/heads/main", k_commit + "\n");
  fs::create_directories(root / "etc");
  fs::create_symlink(root / "repo/etc/config.toml", root / "etc/config.toml");
  fs::create_symlink(root / "repo/etc", root / "current");
  EXPECT_EQ(git_commit_of(root / "etc/config.toml"), k_commit);
  EXPECT_EQ(git_commit_of(root / "current/config.toml"), k_commit);
}

TEST_F(Checkout, IsFoundThroughALinkToAWorktreeThatSaysWhereItBelongsRelatively) {
  write("git/repo/.git/worktrees/r1/HEAD", k_commit + "\n");
  write("git/trees/r1/config.toml", "");
  write("git/trees/r1/.git", "gitdir: ../../repo/.git/worktrees/r1\n");
  fs::create_symlink("git/trees/r1", root / "current");
  EXPECT_EQ(git_commit_of(root / "current/config.toml"), k_commit);
}

TEST_F(Checkout, IsFoundFromAFolderInItAndFromItsTop) {
  write("repo/.git/refs/heads/main", k_commit + "\n");
  EXPECT_EQ(git_commit_of(root / "repo/etc"), k_commit);
  EXPECT_EQ(git_commit_of(root / "repo"), k_commit);
  EXPECT_EQ(find_checkout(root / "repo/etc")->top, fs::canonical(root / "repo"));
}

TEST_F(Checkout, ThatCannotBeReadHasNoCommit) {
  struct Row {
    const char* file;
    std::string text;
  };
  for (const Row& row : {Row{"repo/.git/refs/heads/main", ""},
                         Row{"repo/.git/refs/heads/main", "ref: refs/heads/other\n"},
                         Row{"repo/.git/HEAD", ""},
                         Row{"repo/.git/HEAD", "ref: ../../etc/config.toml\n"},
                         Row{"repo/.git/HEAD", "ref: \n"},
                         Row{"repo/.git/HEAD", k_commit.substr(1)},
                         Row{"repo/.git/HEAD", "g" + k_commit.substr(1)},
                         Row{"repo/.git/HEAD", std::string(100'000, 'a')}}) {
    write(row.file, row.text);
    EXPECT_EQ(commit(), "") << row.file << ": " << row.text.substr(0, 50);
  }
}

TEST_F(Checkout, IsNotTakenForWhatLiesOutside) {
  write("plain/config.toml", "");
  EXPECT_EQ(git_commit_of(root / "plain/config.toml"), "");
  EXPECT_EQ(git_commit_of(root / "missing/config.toml"), "");
  EXPECT_EQ(git_commit_of("/"), "");
  EXPECT_EQ(git_commit_of(""), "");
}

}  // namespace
}  // namespace lavavisor::process
