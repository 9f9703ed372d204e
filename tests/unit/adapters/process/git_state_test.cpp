// Whether a configuration is as a commit has it, by real repositories.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/git_state.hpp"

#include "adapters/process/spawn.hpp"
#include "support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace lavavisor::process {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

constexpr uid_t k_somebody = 64'017;

class GitTree : public testing::Test {
 protected:
  GitTree() : root(fs::canonical(folder.path())), repo(root / "repo") {
    git({"init", "--quiet", "-b", "main", repo.string()});
    write("repo/etc/config.toml", "# one\n");
    write("repo/etc/eth.yml", "endpoints: []\n");
    write("repo/.gitignore", "*.log\nsecret.*\n");
    commit();
    desired.file = repo / "etc/config.toml";
  }

  void write(const fs::path& name, const std::string& text) const { folder.write(name, text); }

  void git(const Words& words) const {
    Words argv{"git",
               "-c",
               "user.name=t",
               "-c",
               "user.email=t@t",
               "-c",
               "commit.gpgsign=false",
               "-c",
               "safe.directory=*"};
    argv.insert(argv.end(), words.begin(), words.end());
    const auto finished = run(
        {.argv = argv,
         .environment = {"PATH=/usr/bin:/bin", "HOME=" + root.string(), "GIT_CONFIG_NOSYSTEM=1"},
         .directory = fs::exists(repo) ? repo.string() : root.string(),
         .identity = {},
         .limit = std::chrono::seconds{30},
         .grace = {},
         .on_output = {}},
        {});
    const auto* exited = std::get_if<Exited>(&finished.end);
    ASSERT_TRUE(exited != nullptr && exited->status == 0) << words.front() << finished.err;
  }

  void commit() const {
    git({"add", "--all"});
    git({"commit", "--quiet", "-m", "x"});
  }

  std::optional<bool> dirty() const { return git_state_of(desired).dirty; }

  void use_yaml(const fs::path& file) {
    model::Service service;
    service.name = "eth";
    service.config_path = file;
    desired.services.push_back(service);
  }

  void give_to(uid_t uid) const {
    fs::permissions(root, fs::perms::others_exec, fs::perm_options::add);
    ASSERT_EQ(::lchown(repo.c_str(), uid, uid), 0);
    for (const auto& entry : fs::recursive_directory_iterator{repo}) {
      ASSERT_EQ(::lchown(entry.path().c_str(), uid, uid), 0);
    }
  }

  /// Let the repository's configuration name a program that leaves a mark when git runs it.
  void name_programs() const {
    const auto mark = (root / "ran").string();
    write("run-me", "#!/bin/sh\nid -u >> " + mark + "\ncat\n");
    fs::permissions(root / "run-me", fs::perms::all);
    write("repo/.gitattributes", "*.toml filter=mine\n");
    commit();
    const auto program = (root / "run-me").string();
    git({"config", "core.fsmonitor", program});
    git({"config", "core.hooksPath", root.string()});
    git({"config", "filter.mine.clean", program});
    write("repo/etc/config.toml", "# two\n");  // as long as before: git has to look into it
  }
  bool a_program_ran() const { return fs::exists(root / "ran"); }

  const testing_support::TemporaryFolder folder;
  const fs::path root;
  const fs::path repo;
  model::Desired desired;
};

TEST_F(GitTree, AsItWasCommittedIsClean) {
  const GitState state = git_state_of(desired);
  EXPECT_EQ(state.commit.size(), 40U);
  EXPECT_EQ(state.dirty, false);
}

TEST_F(GitTree, WithUntrackedFilesOfOthersIsClean) {
  write("repo/notes.txt", "");
  write("repo/etc/run.log", "");
  EXPECT_EQ(dirty(), false);
}

TEST_F(GitTree, WithAChangedFileIsDirty) {
  write("repo/etc/config.toml", "# two\n");  // as long as before
  EXPECT_EQ(dirty(), true);
}

TEST_F(GitTree, WithAChangeAnywhereInItIsDirty) {
  write("repo/.gitignore", "");
  EXPECT_EQ(dirty(), true);
}

TEST_F(GitTree, WithAStagedChangeIsDirty) {
  write("repo/etc/config.toml", "# two\n");
  git({"add", "--all"});
  EXPECT_EQ(dirty(), true);
}

TEST_F(GitTree, WithARemovedFileIsDirty) {
  fs::remove(repo / ".gitignore");
  EXPECT_EQ(dirty(), true);
}

TEST_F(GitTree, WhoseConfigurationIsUntrackedOrIgnoredIsDirty) {
  for (const char* name : {"etc/new.toml", "etc/secret.toml", "etc/*.toml"}) {
    write(fs::path{"repo"} / name, "");
    desired.file = repo / name;
    EXPECT_EQ(dirty(), true) << name;
  }
}

TEST_F(GitTree, WithAnUntrackedLavapYamlIsDirty) {
  use_yaml(repo / "etc/eth.yml");
  EXPECT_EQ(dirty(), false);
  write("repo/etc/secret.yml", "");
  use_yaml(repo / "etc/secret.yml");
  EXPECT_EQ(dirty(), true);
}

TEST_F(GitTree, IsNotDirtyForFilesOutsideOfIt) {
  write("outside.yml", "");
  use_yaml(root / "outside.yml");
  use_yaml("");  // a cache has none
  EXPECT_EQ(dirty(), false);
}

TEST_F(GitTree, WithAnUntrackedFragmentIsDirty) {
  write("repo/common/chain.toml", "");
  fs::create_directories(repo / "hosts/one");
  fs::create_symlink("../../common/chain.toml", repo / "hosts/one/10-chain.toml");
  write("repo/hosts/one/50-services.toml", "");
  commit();
  desired.file = repo / "hosts/one";
  desired.fragments = {repo / "hosts/one/10-chain.toml", repo / "hosts/one/50-services.toml"};
  EXPECT_EQ(dirty(), false);
  fs::create_symlink("../../common/chain.toml", repo / "hosts/one/90-local.toml");
  desired.fragments.push_back(repo / "hosts/one/90-local.toml");
  EXPECT_EQ(dirty(), true);
}

TEST_F(GitTree, IsReachedByLinksFromOutside) {
  fs::create_symlink("repo", root / "current");
  fs::create_symlink("current/etc/config.toml", root / "config.toml");
  desired.file = root / "config.toml";
  EXPECT_EQ(dirty(), false);
  write("repo/etc/config.toml", "# two\n");
  EXPECT_EQ(dirty(), true);
}

TEST_F(GitTree, MayBeAWorktree) {
  git({"worktree", "add", "--quiet", "--detach", (root / "tree").string()});
  desired.file = root / "tree/etc/config.toml";
  EXPECT_EQ(dirty(), false);
  write("tree/etc/config.toml", "# two\n");
  EXPECT_EQ(dirty(), true);
}

TEST_F(GitTree, MayBeASubmodule) {
  git({"init", "--quiet", "-b", "main", (root / "above").string()});
  git({"-C",
       (root / "above").string(),
       "-c",
       "protocol.file.allow=always",
       "submodule",
       "--quiet",
       "add",
       repo.string(),
       "hosts"});
  desired.file = root / "above/hosts/etc/config.toml";
  EXPECT_EQ(dirty(), false);
  write("above/hosts/etc/config.toml", "# two\n");
  EXPECT_EQ(dirty(), true);
}

TEST_F(GitTree, WithoutACommitHasNoState) {
  git({"init", "--quiet", (root / "fresh").string()});
  write("fresh/config.toml", "");
  desired.file = root / "fresh/config.toml";
  EXPECT_EQ(git_state_of(desired), GitState{});
}

TEST_F(GitTree, IsNotKnownToBeCleanWhereGitWasToldNotToLook) {
  struct Row {
    const char* flag;
    const char* undo;
  };
  for (const auto& [flag, undo] : {Row{"--assume-unchanged", "--no-assume-unchanged"},
                                   Row{"--skip-worktree", "--no-skip-worktree"}}) {
    git({"update-index", flag, "etc/config.toml"});
    EXPECT_EQ(dirty(), std::nullopt) << flag;
    git({"update-index", undo, "etc/config.toml"});
    EXPECT_EQ(dirty(), false);
  }
}

TEST_F(GitTree, WhoseConfigurationOthersMayWriteIsNotAskedAbout) {
  name_programs();
  const auto opened = fs::perms::others_write;
  for (const char* name : {"", ".git", ".git/config"}) {
    const fs::path place = *name == '\0' ? repo : repo / name;
    fs::permissions(place, opened, fs::perm_options::add);
    EXPECT_EQ(dirty(), std::nullopt) << name;
    EXPECT_EQ(git_state_of(desired).commit.size(), 40U);
    fs::permissions(place, opened, fs::perm_options::remove);
  }
  EXPECT_FALSE(a_program_ran());
}

TEST_F(GitTree, RunsNeitherHooksNorMonitors) {
  name_programs();
  git({"config", "--unset", "filter.mine.clean"});
  fs::copy_file(root / "run-me", root / "post-index-change");
  EXPECT_EQ(dirty(), true);
  EXPECT_FALSE(a_program_ran());
}

TEST_F(GitTree, IsGivenUpAfterItsTime) {
  write("run-me", "#!/bin/sh\nexec tail -f /dev/null\n");
  fs::permissions(root / "run-me", fs::perms::all);
  write("repo/.gitattributes", "*.toml filter=mine\n");
  commit();
  git({"config", "filter.mine.clean", (root / "run-me").string()});
  write("repo/etc/config.toml", "# two\n");
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(dirty(), std::nullopt);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds{10});
}

TEST_F(GitTree, OfAnotherUserIsAskedAboutAsThatUser) {
  if (::geteuid() != 0) {
    GTEST_SKIP() << "only root can become another user";
  }
  name_programs();
  write("ran", "");
  fs::permissions(root / "ran", fs::perms::all);
  give_to(k_somebody);
  EXPECT_EQ(dirty(), true);
  std::string user;
  std::ifstream{root / "ran"} >> user;
  EXPECT_EQ(user, std::to_string(k_somebody));
}

TEST_F(GitTree, OfSeveralOwnersIsNotAskedAbout) {
  if (::geteuid() != 0) {
    GTEST_SKIP() << "only root can give files away";
  }
  ASSERT_EQ(::lchown((repo / ".git/config").c_str(), k_somebody, 0), 0);
  EXPECT_EQ(dirty(), std::nullopt);
}

TEST(GitState, OfAPlainFileIsNothing) {
  const testing_support::TemporaryFolder folder;
  model::Desired desired;
  EXPECT_EQ(git_state_of(desired), GitState{});
  desired.file = folder.write("config.toml", "");
  EXPECT_EQ(git_state_of(desired), GitState{});
}

}  // namespace
}  // namespace lavavisor::process
