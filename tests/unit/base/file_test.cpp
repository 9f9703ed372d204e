// Whole files: read, replaced, and left alone when something fails.
// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"

#include "unit/base/scratch.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace lavavisor::base {
namespace {

namespace fs = std::filesystem;

mode_t mode_of(const fs::path& path) {
  struct stat found {};
  EXPECT_EQ(::stat(path.c_str(), &found), 0) << path;
  return found.st_mode & 07777U;
}

TEST(WriteFileAtomically, WritesAndReplaces) {
  const Scratch scratch;
  const auto file = scratch.path() / "unit.service";
  for (const std::string content : {"one", "", "three\n"}) {
    ASSERT_TRUE(write_file_atomically(file, content));
    EXPECT_EQ(read_file(file).value(), content);
  }
  EXPECT_EQ(scratch.entries(), 1);
}

TEST(WriteFileAtomically, GivesTheModeWhateverTheUmask) {
  const Scratch scratch;
  const auto before = ::umask(077);
  ASSERT_TRUE(write_file_atomically(scratch.path() / "a", "x"));
  ASSERT_TRUE(
      write_file_atomically(scratch.path() / "b", "x", {.mode = 0640, .group = ::getgid()}));
  ::umask(before);
  EXPECT_EQ(mode_of(scratch.path() / "a"), 0644U);
  EXPECT_EQ(mode_of(scratch.path() / "b"), 0640U);
}

TEST(WriteFileAtomically, GivesTheFileItsGroup) {
  if (::geteuid() != 0) {
    GTEST_SKIP() << "only root can give a file to another group";
  }
  const Scratch scratch;
  const auto file = scratch.path() / "a";
  ASSERT_TRUE(write_file_atomically(file, "x", {.mode = 0640, .group = 12'345}));
  struct stat found {};
  ASSERT_EQ(::stat(file.c_str(), &found), 0);
  EXPECT_EQ(found.st_gid, 12'345U);
  EXPECT_EQ(found.st_uid, 0U);
  EXPECT_EQ(found.st_mode & 07777U, 0640U);
}

TEST(WriteFileAtomically, TakesNamesAsLongAsTheFileSystemDoes) {
  const Scratch scratch;
  EXPECT_TRUE(write_file_atomically(scratch.path() / std::string(255, 'n'), "x"));
  EXPECT_FALSE(write_file_atomically(scratch.path() / std::string(256, 'n'), "x"));
  EXPECT_EQ(scratch.entries(), 1);
}

TEST(WriteFileAtomically, ReplacesALinkAndNotWhatItLeadsTo) {
  const Scratch scratch;
  ASSERT_TRUE(write_file_atomically(scratch.path() / "real", "old"));
  fs::create_symlink("real", scratch.path() / "link");
  ASSERT_TRUE(write_file_atomically(scratch.path() / "link", "new"));
  EXPECT_EQ(read_file(scratch.path() / "real").value(), "old");
  EXPECT_FALSE(fs::is_symlink(scratch.path() / "link"));
}

TEST(WriteFileAtomically, LeavesNothingBehindWhenItFails) {
  const Scratch scratch;
  const auto folder = scratch.path() / "folder";
  fs::create_directory(folder);
  const auto lost = scratch.path() / "missing" / "a";
  EXPECT_EQ(write_file_atomically(folder, "x").error().message,
            "cannot write " + folder.string() + ": is a directory");
  EXPECT_EQ(write_file_atomically(lost, "x").error().message,
            "cannot write " + lost.string() + ": no such file or directory");
  EXPECT_EQ(scratch.entries(), 1);
}

TEST(WriteFileAtomically, KeepsTheOldContentWhenTheDiskIsFull) {
  const Scratch scratch;
  const SmallDisk disk{scratch.path()};
  if (!disk.mounted()) {
    GTEST_SKIP() << "a full disk needs root and mount(2)";
  }
  const auto file = scratch.path() / "a";
  ASSERT_TRUE(write_file_atomically(file, "old"));
  const auto written = write_file_atomically(file, std::string(1'000'000, 'x'));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().message, "cannot write " + file.string() + ": no space left on device");
  EXPECT_EQ(read_file(file).value(), "old");
  EXPECT_EQ(scratch.entries(), 1);
}

TEST(WriteFileAtomically, NamesAReadOnlyFileSystem) {
  const Scratch scratch;
  const SmallDisk disk{scratch.path(), MS_RDONLY};
  if (!disk.mounted()) {
    GTEST_SKIP() << "a read-only file system needs root and mount(2)";
  }
  const auto written = write_file_atomically(scratch.path() / "a", "x");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().message,
            "cannot write " + (scratch.path() / "a").string() + ": read-only file system");
}

TEST(WriteFileAtomically, NamesAFolderThatIsNotWritable) {
  if (::geteuid() == 0) {
    GTEST_SKIP() << "root may write everywhere";
  }
  const Scratch scratch;
  fs::permissions(scratch.path(), fs::perms::owner_read | fs::perms::owner_exec);
  const auto written = write_file_atomically(scratch.path() / "a", "x");
  fs::permissions(scratch.path(), fs::perms::owner_all);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().message,
            "cannot write " + (scratch.path() / "a").string() + ": permission denied");
}

TEST(WriteFileAtomically, SweepsNoForeignFile) {
  const Scratch scratch;
  const auto foreign = scratch.path() / ".a.1-0.tmp";
  ASSERT_TRUE(write_file_atomically(foreign, "somebody's"));
  ASSERT_TRUE(write_file_atomically(scratch.path() / "a", "x"));
  EXPECT_EQ(read_file(foreign).value(), "somebody's");
}

TEST(ReadFile, NamesWhatItCannotRead) {
  const Scratch scratch;
  const auto file = scratch.path() / "a";
  ASSERT_TRUE(write_file_atomically(file, "12345"));
  ASSERT_EQ(::mkfifo((scratch.path() / "fifo").c_str(), 0600), 0);
  struct Row {
    fs::path path;
    std::uint64_t limit;
    const char* why;
  };
  const Row rows[] = {
      {scratch.path() / "no", 10, "no such file or directory"},
      {scratch.path(), 10, "is a directory"},
      {scratch.path() / "fifo", 10, "is not a regular file"},
      {file, 4, "is larger than 4 B"},
      {"/proc/self/status", 4, "is larger than 4 B"},
      {file / "b", 4, "not a directory"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(read_file(row.path, row.limit).error().message,
              "cannot read " + row.path.string() + ": " + row.why);
  }
}

TEST(ReadFile, ReadsExactlyTheLimitAndFilesWithoutASize) {
  const Scratch scratch;
  const auto file = scratch.path() / "a";
  ASSERT_TRUE(write_file_atomically(file, "12345"));
  EXPECT_EQ(read_file(file, 5).value(), "12345");
  EXPECT_NE(read_file("/proc/self/status").value().find("Name:"), std::string::npos);
}

TEST(ReplaceSymlink, MakesKeepsAndMovesALink) {
  const Scratch scratch;
  const auto link = scratch.path() / "lavap";
  for (const auto* target : {"/one", "/two", "/two", "relative"}) {
    ASSERT_TRUE(replace_symlink(target, link));
    EXPECT_EQ(fs::read_symlink(link), target);
    EXPECT_EQ(scratch.entries(), 1);
  }
}

TEST(ReplaceSymlink, RefusesToReplaceWhatIsNoLink) {
  const Scratch scratch;
  const auto file = scratch.path() / "lavap";
  ASSERT_TRUE(write_file_atomically(file, "a binary"));
  EXPECT_EQ(
      replace_symlink("/one", file).error().message,
      "cannot link " + file.string() + ": something stands there that is not a symbolic link");
  EXPECT_EQ(read_file(file).value(), "a binary");
}

TEST(ReplaceSymlink, ReplacesAFileWhereThatIsAskedForButNeverAFolder) {
  const Scratch scratch;
  const auto file = scratch.path() / "p.service";
  ASSERT_TRUE(write_file_atomically(file, "a unit"));
  ASSERT_TRUE(replace_symlink("/one", file, Over::file));
  EXPECT_EQ(fs::read_symlink(file), "/one");
  EXPECT_EQ(scratch.entries(), 1);
  const auto folder = scratch.path() / "folder";
  ASSERT_TRUE(make_directories(folder));
  EXPECT_FALSE(replace_symlink("/one", folder, Over::file));
  EXPECT_TRUE(fs::is_directory(folder));
}

TEST(MakeDirectories, MakesParentsOpenToAll) {
  const Scratch scratch;
  const auto before = ::umask(077);
  const auto made = make_directories(scratch.path() / "a" / "b/");
  ::umask(before);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_TRUE(make_directories(scratch.path() / "a" / "b"));
  EXPECT_EQ(mode_of(scratch.path() / "a"), 0755U);
  EXPECT_EQ(mode_of(scratch.path() / "a" / "b"), 0755U);
}

TEST(MakeDirectories, NamesThePartInTheWay) {
  const Scratch scratch;
  const auto file = scratch.path() / "a";
  ASSERT_TRUE(write_file_atomically(file, "x"));
  EXPECT_EQ(make_directories(file / "b" / "c").error().message,
            "cannot create folder " + (file / "b" / "c").string() + ": " + file.string() +
                " is not a directory");
}

TEST(MakeDirectories, LeavesAnExistingFolderAsItIs) {
  const Scratch scratch;
  ASSERT_EQ(::chmod(scratch.path().c_str(), 0700), 0);
  ASSERT_TRUE(make_directories(scratch.path()));
  EXPECT_EQ(mode_of(scratch.path()), 0700U);
}

TEST(RemoveFile, TakesAMissingOneForRemoved) {
  const Scratch scratch;
  const auto file = scratch.path() / "a";
  ASSERT_TRUE(write_file_atomically(file, "x"));
  EXPECT_TRUE(remove_file(file));
  EXPECT_TRUE(remove_file(file));
  EXPECT_TRUE(remove_file(scratch.path() / "no" / "folder"));
  EXPECT_EQ(remove_file(scratch.path()).error().message,
            "cannot remove " + scratch.path().string() + ": is a directory");
}

TEST(StampFile, ChangesWithTheContent) {
  const Scratch scratch;
  const auto file = scratch.path() / "a";
  ASSERT_TRUE(write_file_atomically(file, "one"));
  const auto one = stamp_file(file);
  ASSERT_TRUE(one);
  EXPECT_EQ(one->size, 3U);
  EXPECT_EQ(*one, stamp_file(file).value());
  ASSERT_TRUE(write_file_atomically(file, "two"));
  EXPECT_NE(*one, stamp_file(file).value());
  EXPECT_FALSE(stamp_file(scratch.path()));
  EXPECT_FALSE(stamp_file(scratch.path() / "no"));
}

TEST(ErrnoText, IsInLowerCase) {
  EXPECT_EQ(errno_text(EACCES), "permission denied");
  EXPECT_EQ(errno_text(ENOSPC), "no space left on device");
  EXPECT_EQ(errno_text(99'999), "unknown error 99999");
}

}  // namespace
}  // namespace lavavisor::base
