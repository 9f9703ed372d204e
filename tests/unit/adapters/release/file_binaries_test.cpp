// Binaries on disk: found, installed, removed, linked; what is foreign stays.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/file_binaries.hpp"

#include "adapters/release/partial_file.hpp"
#include "base/sha256.hpp"
#include "temp_folder.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

namespace lavavisor::release {
namespace {

namespace fs = std::filesystem;

class FileBinaries : public ::testing::Test {
 protected:
  fs::path place(const std::string& release) const {
    return model::binary_file(directory, {release});
  }
  std::vector<std::string> names() {
    std::vector<std::string> found;
    const auto files = inventory.installed(directory).value();
    for (const auto& file : files) {
      found.push_back(file.release.name);
    }
    return found;
  }

  TempFolder folder;
  fs::path directory = folder.path() / "lavavisor";
  fs::path link = folder.path() / "bin" / "lavap";
  FileBinaryInventory inventory;
  FileBinaryStore store;
};

using Names = std::vector<std::string>;

TEST_F(FileBinaries, AreNoneWhereThereIsNoFolder) {
  EXPECT_EQ(names(), Names{});
}

TEST_F(FileBinaries, AreFoundInTheOrderOfReleases) {
  for (const std::string release : {"3.1.10", "3.1.9", "10.0.0", "3.1.7-near-hf"}) {
    spill(place(release), release);
  }
  fs::create_directories(folder.path() / "elsewhere");
  spill(folder.path() / "elsewhere" / "real", "by hand");
  fs::create_directories(place("4.0.0").parent_path());
  fs::create_symlink(folder.path() / "elsewhere" / "real", place("4.0.0"));
  EXPECT_EQ(names(), (Names{"3.1.7-near-hf", "3.1.9", "3.1.10", "4.0.0", "10.0.0"}));
  const auto first = inventory.installed(directory).value().front();
  EXPECT_EQ(first.stamp, base::stamp_file(place("3.1.7-near-hf")).value());
  EXPECT_EQ(inventory.hash(place("4.0.0")).value(), base::sha256_hex("by hand"));
}

TEST_F(FileBinaries, AreOnlyRegularFilesOfReleaseFolders) {
  const auto upgrades = model::upgrades_dir(directory);
  spill(upgrades / "6.2.5" / "lavap", "no v");
  spill(upgrades / "vlatest" / "lavap", "no release");
  spill(upgrades / "vv6.2.5" / "lavap", "two vs");
  spill(upgrades / "v6.2.6" / "lavad", "another name");
  spill(upgrades / "v6.2.7", "a file in place of the folder");
  spill(upgrades / ".v6.2.8.partial", "half a download");
  fs::create_directories(upgrades / "v6.2.9" / "lavap");
  fs::create_directories(upgrades / "v6.3.0");
  fs::create_symlink("nowhere", upgrades / "v6.3.0" / "lavap");
  EXPECT_EQ(names(), Names{});
}

TEST_F(FileBinaries, AreAnErrorWhereTheFolderCannotBeRead) {
  spill(model::upgrades_dir(directory), "a file in place of the folder");
  const auto found = inventory.installed(directory);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().message,
            "cannot read " + model::upgrades_dir(directory).string() + ": not a directory");
}

TEST_F(FileBinaries, AreInstalledExecutableWithNothingLeftOver) {
  const auto staged = model::partial_file(directory, {"6.2.5"});
  for (const std::string content : {"first", "second"}) {
    spill(staged, content);
    spill(resume_note(staged), "note");
    ASSERT_EQ(::chmod(staged.c_str(), 0600), 0);
    const auto stamp = store.install(directory, {"6.2.5"}, staged);
    ASSERT_TRUE(stamp) << stamp.error().message;
    EXPECT_EQ(*stamp, base::stamp_file(place("6.2.5")).value());
    EXPECT_EQ(slurp(place("6.2.5")), content);
    EXPECT_EQ(fs::status(place("6.2.5")).permissions(), fs::perms{0755});
    EXPECT_EQ(fs::status(place("6.2.5").parent_path()).permissions(), fs::perms{0755});
    EXPECT_FALSE(fs::exists(staged));
    EXPECT_FALSE(fs::exists(resume_note(staged)));
  }
}

TEST_F(FileBinaries, LeaveNoFolderWhereAnInstallFails) {
  const auto staged = model::partial_file(directory, {"6.2.5"});
  EXPECT_FALSE(store.install(directory, {"6.2.5"}, staged));
  EXPECT_FALSE(fs::exists(place("6.2.5").parent_path()));

  spill(staged, "new");
  spill(place("6.2.5") / "x", "a folder in place of the binary");
  const auto installed = store.install(directory, {"6.2.5"}, staged);
  ASSERT_FALSE(installed);
  EXPECT_EQ(installed.error().message,
            "cannot install " + place("6.2.5").string() + ": is a directory");
  EXPECT_TRUE(fs::exists(staged));
}

TEST_F(FileBinaries, AreDiscardedWithTheirNoteWhereTheyAreUnfit) {
  const auto staged = model::partial_file(directory, {"6.2.5"});
  spill(staged, "answers nothing");
  spill(resume_note(staged), "note");
  store.discard(staged);
  EXPECT_TRUE(fs::is_empty(model::upgrades_dir(directory)));
  store.discard(staged);
}

TEST_F(FileBinaries, AreRemovedWithTheirFolder) {
  spill(place("6.2.5"), "binary");
  EXPECT_TRUE(store.remove(directory, {"6.2.5"}));
  EXPECT_FALSE(fs::exists(place("6.2.5").parent_path()));
  EXPECT_TRUE(store.remove(directory, {"6.2.5"}));
}

TEST_F(FileBinaries, AreRemovedWithoutWhatOthersPutThere) {
  spill(place("6.2.5"), "binary");
  spill(place("6.2.5").parent_path() / "notes.txt", "mine");
  EXPECT_TRUE(store.remove(directory, {"6.2.5"}));
  EXPECT_FALSE(fs::exists(place("6.2.5")));
  EXPECT_EQ(slurp(place("6.2.5").parent_path() / "notes.txt"), "mine");
}

TEST_F(FileBinaries, AreLinkedAndReadBack) {
  EXPECT_EQ(inventory.linked(directory, link).release, std::nullopt);
  for (const std::string release : {"6.2.5", "6.3.0", "6.3.0"}) {
    ASSERT_TRUE(store.link(directory, {release}, link));
    const auto state = inventory.linked(directory, link);
    EXPECT_EQ(state.release, model::Release{release});
    EXPECT_EQ(state.foreign, "");
  }
  EXPECT_EQ(fs::read_symlink(link), place("6.3.0"));
}

TEST_F(FileBinaries, AreRecognizedBehindOtherSpellingsOfTheirPath) {
  spill(place("6.2.5"), "binary");
  fs::create_directories(link.parent_path());
  fs::create_directory_symlink(directory, folder.path() / "alias");
  fs::create_symlink("../lavavisor/upgrades/v6.2.5/lavap", link);
  EXPECT_EQ(inventory.linked(directory, link).release, model::Release{"6.2.5"});
  EXPECT_EQ(inventory.linked(folder.path() / "alias", link).release, model::Release{"6.2.5"});
  EXPECT_EQ(inventory.linked(directory / "", link).release, model::Release{"6.2.5"});
  const auto second = folder.path() / "second";
  fs::create_symlink(link, second);
  EXPECT_EQ(inventory.linked(directory, second).release, model::Release{"6.2.5"});
}

TEST_F(FileBinaries, GiveWayToWhatIsForeign) {
  const auto other = folder.path() / "testnet" / "upgrades" / "v6.2.5" / "lavap";
  spill(other, "of another directory");
  spill(folder.path() / "file", "");
  fs::create_directories(folder.path() / "folder");
  fs::create_symlink(other, folder.path() / "other");
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"file", "a regular file"},
      {"folder", "a directory"},
      {"other", "a link to " + other.string() + ", the binary of another lavavisor directory"},
      {"file/lavap", ""},
  };
  for (const auto& [name, words] : rows) {
    const auto state = inventory.linked(directory, folder.path() / name);
    EXPECT_EQ(state.foreign, words) << name;
    EXPECT_EQ(state.release, std::nullopt) << name;
  }
  EXPECT_FALSE(store.link(directory, {"6.2.5"}, folder.path() / "file"));
  EXPECT_FALSE(store.link(directory, {"6.2.5"}, folder.path() / "file" / "lavap"));
}

TEST_F(FileBinaries, TakeOverEveryOtherLink) {
  fs::create_symlink(folder.path() / "gone" / "upgrades" / "v6.2.5" / "lavap",
                     folder.path() / "dangling");
  fs::create_symlink("/bin/true", folder.path() / "unrelated");
  fs::create_symlink("round", folder.path() / "round");
  for (const std::string name : {"dangling", "unrelated", "round"}) {
    const auto state = inventory.linked(directory, folder.path() / name);
    EXPECT_EQ(state.foreign, "") << name;
    EXPECT_EQ(state.release, std::nullopt) << name;
    EXPECT_TRUE(store.link(directory, {"6.2.5"}, folder.path() / name)) << name;
  }
}

}  // namespace
}  // namespace lavavisor::release
