// Source archives that are as they should be, and those that are made to harm.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/source_unpacker.hpp"

#include "adapters/release/entry_path.hpp"
#include "base/file.hpp"
#include "temp_folder.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

namespace lavavisor::release {
namespace {

namespace fs = std::filesystem;

/// Small bounds, which the good archives are within.
constexpr UnpackBounds k_bounds{.bytes = 2U << 20U, .entries = 50};

class SourceUnpackerTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    s_archives = new TempFolder;
    const std::string command = "/usr/bin/python3 -B " LAVAVISOR_TESTS_DIR
                                "/support/make_archives.py " +
                                s_archives->path().string();
    ASSERT_EQ(std::system(command.c_str()), 0);
  }
  static void TearDownTestSuite() { delete s_archives; }

  static fs::path archive(const std::string& name) { return s_archives->path() / name; }

  fs::path folder() const { return m_folder.path() / "build/source"; }

  base::Result<model::Path> unpack(const std::string& name, UnpackBounds bounds = k_bounds) const {
    SourceUnpacker unpacker{bounds};
    unpacker.remove(folder().parent_path());
    return unpacker.unpack(archive(name), folder(), {});
  }

  /// Every path below the test's own folder, from there.
  std::set<std::string> paths() const {
    std::set<std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator{m_folder.path()}) {
      all.insert(entry.path().lexically_relative(m_folder.path()).string());
    }
    return all;
  }

  TempFolder m_folder;

 private:
  static TempFolder* s_archives;
};

TempFolder* SourceUnpackerTest::s_archives = nullptr;

mode_t mode_of(const fs::path& file) {
  struct stat found {};
  EXPECT_EQ(::stat(file.c_str(), &found), 0) << file;
  return found.st_mode & 07777U;
}

TEST_F(SourceUnpackerTest, UnpacksZipAndTar) {
  for (const char* const name : {"good.zip", "good.tar.gz"}) {
    const auto top = unpack(name);
    ASSERT_TRUE(top) << name << ": " << top.error().message;
    EXPECT_EQ(*top, folder() / "lava-1.0");
    EXPECT_EQ(base::read_file(*top / "go.mod").value(), "module lava\n");
    EXPECT_EQ(base::read_file(*top / "cmd/lavap/main.go").value(), "package main\n");
  }
}

TEST_F(SourceUnpackerTest, GivesModesOfItsOwnWhateverTheUmask) {
  const mode_t before = ::umask(0077);
  const auto top = unpack("good.tar.gz");
  ::umask(before);
  ASSERT_TRUE(top);
  EXPECT_EQ(mode_of(*top), 0755U);
  EXPECT_EQ(mode_of(*top / "cmd"), 0755U);
  EXPECT_EQ(mode_of(*top / "go.mod"), 0644U);
  EXPECT_EQ(mode_of(*top / "build.sh"), 0755U);  // asked for 6777
}

TEST_F(SourceUnpackerTest, TakesNamesThatAreWrittenInAnotherWay) {
  const auto top = unpack("dotted.tar.gz");
  ASSERT_TRUE(top) << top.error().message;
  EXPECT_EQ(base::read_file(*top / "go.mod").value(), "module lava\n");
  const auto unicode = unpack("unicode.zip");
  ASSERT_TRUE(unicode) << unicode.error().message;
  EXPECT_TRUE(fs::exists(*unicode / "h\xc3\xa9.go"));
}

TEST_F(SourceUnpackerTest, RefusesWhatIsMadeToHarm) {
  struct Row {
    const char* name;
    const char* why;
  };
  const Row rows[] = {
      {"parent.zip", "the name 'lava-1.0/../../outside' leads out of its folder"},
      {"parent.tar.gz", "the name 'lava-1.0/../../outside' leads out of its folder"},
      {"absolute.zip", "the name '/tmp/outside' is absolute"},
      {"absolute.tar.gz", "the name '/tmp/outside' is absolute"},
      {"control.tar.gz", "holds a control character"},
      {"long.tar.gz", "is too long"},
      {"symlink.tar.gz",
       "it holds lava-1.0/a, which is not taken from a source archive: "
       "it is a symbolic link"},
      {"symlink.zip", "it is a symbolic link"},
      {"hardlink.tar.gz", "it is a hard link"},
      {"hardlink-outside.tar.gz", "it is a hard link"},
      {"device.tar.gz", "it is neither a file nor a folder"},
      {"fifo.tar.gz", "it is neither a file nor a folder"},
      {"twice.tar.gz", "it holds lava-1.0/a twice"},
      {"twice.zip", "it holds lava-1.0/a twice"},
      {"file-and-folder.tar.gz", "it holds lava-1.0/a/b where something else is no folder"},
      {"folder-and-file.tar.gz", "it holds lava-1.0/a twice"},
      {"encrypted.zip", "it is encrypted"},
      {"two-tops.tar.gz", "it has more than one top folder: lava-1.0 and lava-2.0"},
      {"no-top.tar.gz", "it holds the file go.mod outside of its top folder"},
      {"empty.tar.gz", "it is empty"},
      {"empty.zip", "it can't be read as zip or tar.gz"},
      {"bomb.zip", "it unpacks to more than 2.0 MiB"},
      {"bomb.tar.gz", "it unpacks to more than 2.0 MiB"},
      {"many.tar.gz", "it holds more than 50 files and folders"},
      {"truncated.zip", "it can't be read as zip or tar.gz"},
      {"truncated.tar.gz", "it can't be read as zip or tar.gz"},
      {"text.zip", "it can't be read as zip or tar.gz"},
      {"nothing.zip", ""},
      {"missing.zip", "no such file or directory"},
  };
  for (const auto& row : rows) {
    const auto top = unpack(row.name);
    ASSERT_FALSE(top) << row.name;
    EXPECT_TRUE(top.error().message.starts_with("the source archive can't be unpacked: "))
        << row.name << ": " << top.error().message;
    EXPECT_NE(top.error().message.find(row.why), std::string::npos)
        << row.name << ": " << top.error().message;
    for (const auto& path : paths()) {
      EXPECT_TRUE(path == "build" || path.starts_with("build/source")) << row.name << ": " << path;
    }
    EXPECT_FALSE(fs::exists("/tmp/outside")) << row.name;
  }
}

TEST_F(SourceUnpackerTest, WritesNoMoreOfABombThanItsBound) {
  ASSERT_FALSE(unpack("bomb.tar.gz"));
  std::uintmax_t written = 0;
  for (const auto& entry : fs::recursive_directory_iterator{folder()}) {
    written += entry.is_regular_file() ? entry.file_size() : 0;
  }
  EXPECT_LE(written, k_bounds.bytes);
}

TEST_F(SourceUnpackerTest, FollowsNoLinkThatStandsInItsFolder) {
  fs::create_directories(folder());
  fs::create_directories(m_folder.path() / "elsewhere");
  fs::create_symlink(m_folder.path() / "elsewhere", folder() / "lava-1.0");
  EXPECT_FALSE(SourceUnpacker{}.unpack(archive("good.zip"), folder(), {}));
  EXPECT_TRUE(fs::is_empty(m_folder.path() / "elsewhere"));
}

TEST_F(SourceUnpackerTest, EndsWhenAStopIsRequested) {
  std::stop_source stop;
  stop.request_stop();
  const auto top = SourceUnpacker{}.unpack(archive("good.zip"), folder(), stop.get_token());
  ASSERT_FALSE(top);
  EXPECT_EQ(top.error().message, "the source archive can't be unpacked: interrupted");
}

TEST_F(SourceUnpackerTest, RemovesFoldersThatAreReadOnlyAndFollowsNoLinkMeanwhile) {
  const auto victim = m_folder.path() / "victim";
  std::ofstream{victim} << "here";
  const auto cache = m_folder.path() / "build/modules/x@v1";
  fs::create_directories(cache);
  std::ofstream{cache / "x.go"} << "package x\n";
  fs::create_symlink(m_folder.path(), m_folder.path() / "build/up");
  fs::permissions(cache, fs::perms::owner_read | fs::perms::owner_exec);
  SourceUnpacker{}.remove(m_folder.path() / "build");
  EXPECT_EQ(paths(), std::set<std::string>{"victim"});
  SourceUnpacker{}.remove(m_folder.path() / "build");  // again: nothing there, nothing wrong
}

TEST(EntryPath, IsTakenApart) {
  struct Row {
    const char* name;
    EntryPath path;
  };
  for (const Row& row : {Row{"a", {"a"}},
                         Row{"a/b/c", {"a", "b", "c"}},
                         Row{"./a//b/.", {"a", "b"}},
                         Row{"a/", {"a"}},
                         Row{"...", {"..."}},
                         Row{"a/..b", {"a", "..b"}},
                         Row{"./", {}},
                         Row{"", {}}}) {
    EXPECT_EQ(parse_entry_path(row.name).value(), row.path) << row.name;
  }
  for (const char* const name : {"/", "..", "a/..", "../a", "/a", "a\nb", "a\x7f"}) {
    EXPECT_FALSE(parse_entry_path(name)) << name;
  }
  EXPECT_FALSE(parse_entry_path(std::string_view{"a\0b", 3}));
  EXPECT_FALSE(parse_entry_path(std::string(256, 'a')));
}

}  // namespace
}  // namespace lavavisor::release
