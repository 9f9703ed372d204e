// Unit files on disk: what is ours, what is somebody else's, and that only ours is changed.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/systemd/unit_files.hpp"

#include "adapters/systemd/foreign.hpp"
#include "base/file.hpp"
#include "base/sha256.hpp"
#include "model/layout.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

namespace lavavisor::systemd {
namespace {

namespace fs = std::filesystem;

const std::string k_text =
    "# Managed by lavavisor\n[Service]\nExecStart=/bin/true\n\n[X-Lavavisor]\n";

std::string error_of(const base::Result<void>& result) {
  return result ? "" : result.error().message;
}

void write(const Path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream{path} << text;
}

std::string read(const Path& path) {
  return base::read_file(path).value_or("(none)");
}

Path temporary_directory() {
  std::string name = (fs::temp_directory_path() / "lavavisor-units-XXXXXX").string();
  return mkdtemp(name.data());
}

/// A directory, a unit_dir and another unit folder, all in a temporary one.
class UnitFilesOnDisk : public testing::Test {
 protected:
  UnitFilesOnDisk() {
    places.directory = root / "lava";
    places.systemd.unit_dir = root / "etc";
    fs::create_directories(places.systemd.unit_dir);
    fs::create_directories(other());
  }
  ~UnitFilesOnDisk() override { fs::remove_all(root); }

  Path own() const { return model::unit_file(places.directory, "p"); }
  Path link() const { return places.systemd.unit_dir / "p.service"; }
  Path other() const { return root / "usr"; }
  model::UnitFile look() {
    auto found = files.units(places, {"p"});
    EXPECT_TRUE(found) << found.error().message;
    return found ? found->at("p") : model::UnitFile{};
  }

  Path root = temporary_directory();
  ports::UnitPlaces places;
  UnitFiles files{{root / "etc", other()}};
};

TEST_F(UnitFilesOnDisk, KnowsNothingOfAServiceThatWasNeverWritten) {
  const auto file = look();
  EXPECT_FALSE(file.text);
  EXPECT_FALSE(file.config_sha256);
  EXPECT_FALSE(file.linked);
  EXPECT_FALSE(file.enabled);
  EXPECT_EQ(file.foreign, "");
}

TEST_F(UnitFilesOnDisk, WritesLinksAndFindsAUnitAgainThoughNobodyAskedForIt) {
  ASSERT_EQ(error_of(files.write_unit(places, "p", k_text)), "");
  const auto found = files.units(places, {});
  ASSERT_TRUE(found);
  ASSERT_EQ(found->count("p"), 1U);
  const auto& file = found->at("p");
  EXPECT_EQ(file.text, k_text);
  EXPECT_TRUE(file.linked);
  EXPECT_EQ(file.foreign, "");
  EXPECT_GT(file.modified.time_since_epoch().count(), 0);
  EXPECT_EQ(fs::read_symlink(link()), own());
  EXPECT_EQ(fs::status(own()).permissions(), fs::perms{0644});
}

TEST_F(UnitFilesOnDisk, LeavesUnitDirAloneWithoutCreateLink) {
  places.systemd.create_link = false;
  ASSERT_EQ(error_of(files.write_unit(places, "p", k_text)), "");
  EXPECT_FALSE(fs::exists(fs::symlink_status(link())));
}

TEST_F(UnitFilesOnDisk, DoesNotWriteTheSameTextAgainButRepairsItsLink) {
  ASSERT_EQ(error_of(files.write_unit(places, "p", k_text)), "");
  const auto before = base::stamp_file(own());
  fs::remove(link());
  ASSERT_EQ(error_of(files.write_unit(places, "p", k_text)), "");
  EXPECT_EQ(base::stamp_file(own()), before);
  EXPECT_TRUE(look().linked);
}

TEST_F(UnitFilesOnDisk, MakesTheFolderOfLogsWithEveryUnitAndAgainWhereItIsGone) {
  const Path logs = model::logs_dir(places.directory);
  for (int round = 0; round < 2; ++round) {
    ASSERT_EQ(error_of(files.write_unit(places, "p", k_text)), "");
    EXPECT_EQ(fs::status(logs).permissions(), fs::perms{0755});
    fs::remove(logs);
  }
  write(logs, "in the way");
  EXPECT_NE(error_of(files.write_unit(places, "p", k_text)), "");
}

TEST_F(UnitFilesOnDisk, FindsALinkWhoseUnitIsGone) {
  fs::create_symlink(own(), link());
  const auto found = files.units(places, {});
  ASSERT_TRUE(found);
  ASSERT_EQ(found->count("p"), 1U);
  EXPECT_FALSE(found->at("p").text);
  EXPECT_TRUE(found->at("p").linked);
}

TEST_F(UnitFilesOnDisk, TakesALinkThroughAnotherPathToTheSameFileForOurs) {
  write(own(), k_text);
  fs::create_directory_symlink(places.directory, root / "alias");
  fs::create_symlink(root / "alias/services/p.service", link());
  EXPECT_TRUE(look().linked);
  EXPECT_EQ(look().foreign, "");
}

TEST_F(UnitFilesOnDisk, RefusesWhatItDidNotMakeAndChangesNothing) {
  struct Row {
    std::string what;
    std::function<void()> put;
    std::string words;
  };
  const std::vector<Row> rows{
      {"a file in unit_dir",
       [&] { write(link(), "[Service]\n"); },
       "is a unit file that lavavisor did not make"},
      {"a directory in unit_dir", [&] { fs::create_directory(link()); }, "is a directory"},
      {"a masked unit", [&] { fs::create_symlink("/dev/null", link()); }, "is masked"},
      {"a link elsewhere",
       [&] { fs::create_symlink("/opt/p.service", link()); },
       "is a link to /opt/p.service"},
      {"another lavavisor's link",
       [&] { fs::create_symlink("/srv/lava2/services/p.service", link()); },
       "another lavavisor directory"},
      {"a packaged unit", [&] { write(other() / "p.service", "[Service]\n"); }, "is a unit file"},
      {"a masked packaged unit",
       [&] { fs::create_symlink("/dev/null", other() / "p.service"); },
       "is masked"},
      {"an unmarked file of ours",
       [&] { write(own(), "[Service]\n"); },
       "was not made by this lavavisor"},
      {"a mark without its section",
       [&] { write(own(), "# Managed by lavavisor\n[Service]\n"); },
       "was not made by this lavavisor"},
      {"a directory at our file", [&] { fs::create_directories(own()); }, "is not a regular file"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    row.put();
    EXPECT_NE(look().foreign.find(row.words), std::string::npos) << look().foreign;
    const auto before = read(own()) + read(link()) + read(other() / "p.service");
    const auto written = files.write_unit(places, "p", k_text);
    ASSERT_FALSE(written);
    EXPECT_NE(written.error().message.find(row.words), std::string::npos);
    EXPECT_EQ(read(own()) + read(link()) + read(other() / "p.service"), before);
    for (const Path& path : {link(), own(), other() / "p.service"}) {
      fs::remove_all(path);
    }
  }
}

TEST_F(UnitFilesOnDisk, SeesAnEnabledUnitByItsWantsOrRequiresLink) {
  for (const std::string folder : {"multi-user.target.wants", "default.target.requires"}) {
    const Path at = places.systemd.unit_dir / folder / "p.service";
    fs::create_directories(at.parent_path());
    fs::create_symlink(own(), at);
    EXPECT_TRUE(look().enabled) << folder;
    fs::remove(at);
    EXPECT_FALSE(look().enabled) << folder;
  }
}

TEST_F(UnitFilesOnDisk, RemovesAllThatBelongsToAServiceAndNothingElse) {
  ASSERT_EQ(error_of(files.write_unit(places, "p", k_text)), "");
  ASSERT_EQ(error_of(files.write_config(places, "p", "endpoints: []\n", "")), "");
  ASSERT_EQ(error_of(files.write_unit(places, "q", k_text)), "");
  const Path wants = places.systemd.unit_dir / "multi-user.target.wants";
  fs::create_directories(wants);
  fs::create_symlink(own(), wants / "p.service");
  fs::create_symlink(model::unit_file(places.directory, "q"), wants / "q.service");
  ASSERT_EQ(error_of(files.remove_unit(places, "p")), "");
  EXPECT_FALSE(fs::exists(fs::symlink_status(link())));
  EXPECT_FALSE(fs::exists(fs::symlink_status(wants / "p.service")));
  EXPECT_FALSE(fs::exists(own()));
  EXPECT_FALSE(fs::exists(model::lavap_config_file(places.directory, "p")));
  EXPECT_TRUE(fs::exists(wants / "q.service"));
  EXPECT_EQ(error_of(files.remove_unit(places, "p")), "");
}

TEST_F(UnitFilesOnDisk, RemovingLeavesAForeignLinkAndItsWants) {
  write(own(), k_text);
  write(link(), "[Service]\n");
  const Path wants = places.systemd.unit_dir / "multi-user.target.wants";
  fs::create_directories(wants);
  fs::create_symlink("../p.service", wants / "p.service");
  ASSERT_EQ(error_of(files.remove_unit(places, "p")), "");
  EXPECT_EQ(read(link()), "[Service]\n");
  EXPECT_TRUE(fs::exists(wants / "p.service"));
  EXPECT_FALSE(fs::exists(own()));
}

TEST_F(UnitFilesOnDisk, DoesNotRemoveAUnitWithoutItsMarks) {
  write(own(), "[Service]\n");
  EXPECT_NE(error_of(files.remove_unit(places, "p")).find("was not made"), std::string::npos);
  EXPECT_EQ(read(own()), "[Service]\n");
}

TEST_F(UnitFilesOnDisk, ConfigIsHashedKeptPrivateAndNotWrittenTwice) {
  const Path copy = model::lavap_config_file(places.directory, "p");
  ASSERT_EQ(error_of(files.write_config(places, "p", "a: 1\n", "")), "");
  EXPECT_EQ(look().config_sha256, base::sha256_hex("a: 1\n"));
  EXPECT_EQ(fs::status(copy).permissions(), fs::perms{0600});
  const auto before = base::stamp_file(copy);
  ASSERT_EQ(error_of(files.write_config(places, "p", "a: 1\n", "")), "");
  EXPECT_EQ(base::stamp_file(copy), before);
  fs::permissions(copy, fs::perms{0644});
  ASSERT_EQ(error_of(files.write_config(places, "p", "a: 1\n", "")), "");
  EXPECT_EQ(fs::status(copy).permissions(), fs::perms{0600});
}

TEST_F(UnitFilesOnDisk, RootGivesTheConfigToTheGroupOfTheUser) {
  if (geteuid() != 0) {
    GTEST_SKIP() << "only root can give a file to a group";
  }
  const Path copy = model::lavap_config_file(places.directory, "p");
  ASSERT_EQ(error_of(files.write_config(places, "p", "a: 1\n", "nobody")), "");
  struct stat status {};
  ASSERT_EQ(stat(copy.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0640U);
  EXPECT_NE(status.st_gid, 0U);
}

TEST_F(UnitFilesOnDisk, KeepsTheConfigOfAUserYetToBeCreatedToRoot) {
  if (geteuid() != 0) {
    GTEST_SKIP() << "only root can give a file to a group";
  }
  const Path copy = model::lavap_config_file(places.directory, "p");
  ASSERT_EQ(error_of(files.write_config(places, "p", "a: 2\n", "no-such-user-here")), "");
  struct stat status {};
  ASSERT_EQ(stat(copy.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0640U);
  EXPECT_EQ(status.st_gid, getegid());
  EXPECT_EQ(read(copy), "a: 2\n");
}

TEST_F(UnitFilesOnDisk, NamesTheUsersThatThisHostLacks) {
  EXPECT_EQ(files.missing_users({"root", "1234", "no-such-user-here"}),
            (std::set<std::string>{"no-such-user-here"}));
}

TEST(Marks, AreAFirstLineAndASection) {
  EXPECT_TRUE(has_marks(k_text));
  for (const std::string text : {"",
                                 "[X-Lavavisor]\n",
                                 "# Managed by lavavisor\n",
                                 "\n# Managed by lavavisor\n[X-Lavavisor]\n",
                                 "# Managed by lavavisor\n # [X-Lavavisor]\n",
                                 "# Managed by lavavisors\n[X-Lavavisor]\n"}) {
    EXPECT_FALSE(has_marks(text)) << text;
  }
}

}  // namespace
}  // namespace lavavisor::systemd
