// One lavavisor at a time, and who it is.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/directory_lock.hpp"

#include "base/file.hpp"
#include "unit/base/scratch.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

namespace lavavisor::process {
namespace {

TEST(DirectoryLock, IsTakenOnceAndNamesItsHolder) {
  const base::Scratch scratch;
  const auto directory = scratch.path() / "lava";
  {
    const auto first = DirectoryLock::acquire(directory);
    ASSERT_TRUE(std::holds_alternative<DirectoryLock>(first));
    EXPECT_EQ(base::read_file(directory / "lock").value(), std::to_string(::getpid()) + "\n");
    const auto second = DirectoryLock::acquire(directory);
    ASSERT_TRUE(std::holds_alternative<LockHeld>(second));
    EXPECT_EQ(std::get<LockHeld>(second).pid, ::getpid());
    EXPECT_TRUE(std::holds_alternative<DirectoryLock>(DirectoryLock::acquire(scratch.path())));
  }
  EXPECT_TRUE(std::holds_alternative<DirectoryLock>(DirectoryLock::acquire(directory)));
  EXPECT_EQ(base::read_file(directory / "lock").value(), "");
}

TEST(DirectoryLock, WritesToNothingButARegularFileAndWaitsForNone) {
  const base::Scratch scratch;
  const auto secret = scratch.path() / "secret";
  ASSERT_TRUE(base::write_file_atomically(secret, "kept"));
  std::filesystem::create_symlink(secret, scratch.path() / "lock");
  EXPECT_TRUE(std::holds_alternative<base::Error>(DirectoryLock::acquire(scratch.path())));
  EXPECT_EQ(base::read_file(secret).value(), "kept");
  std::filesystem::remove(scratch.path() / "lock");
  ASSERT_EQ(::mkfifo((scratch.path() / "lock").c_str(), 0600), 0);
  const auto fifo = DirectoryLock::acquire(scratch.path());
  ASSERT_TRUE(std::holds_alternative<base::Error>(fifo));
  EXPECT_NE(std::get<base::Error>(fifo).message.find("not a regular file"), std::string::npos);
}

TEST(DirectoryLock, EndsWithAProcessThatIsKilled) {
  const base::Scratch scratch;
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t holder = ::fork();
  if (holder == 0) {
    const auto lock = DirectoryLock::acquire(scratch.path());
    const char taken = std::holds_alternative<DirectoryLock>(lock) ? 'y' : 'n';
    [[maybe_unused]] const auto told = ::write(ready[1], &taken, 1);
    ::pause();
    ::_exit(0);
  }
  char taken = 0;
  ASSERT_EQ(::read(ready[0], &taken, 1), 1);
  ASSERT_EQ(taken, 'y');
  const auto late = DirectoryLock::acquire(scratch.path());
  ASSERT_TRUE(std::holds_alternative<LockHeld>(late));
  EXPECT_EQ(std::get<LockHeld>(late).pid, holder);

  ::kill(holder, SIGKILL);
  ::waitpid(holder, nullptr, 0);
  EXPECT_TRUE(std::holds_alternative<DirectoryLock>(DirectoryLock::acquire(scratch.path())));
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST(DirectoryLock, DoesNotBelieveAPidThatNobodyHas) {
  const base::Scratch scratch;
  const auto first = DirectoryLock::acquire(scratch.path());
  ASSERT_TRUE(std::holds_alternative<DirectoryLock>(first));
  for (const auto* text : {"", "garbage", "-1", "0", "2147483647"}) {
    ASSERT_EQ(::truncate((scratch.path() / "lock").c_str(), 0), 0);
    FILE* file = std::fopen((scratch.path() / "lock").c_str(), "r+");
    std::fputs(text, file);
    std::fclose(file);
    const auto second = DirectoryLock::acquire(scratch.path());
    ASSERT_TRUE(std::holds_alternative<LockHeld>(second)) << text;
    EXPECT_EQ(std::get<LockHeld>(second).pid, std::nullopt) << text;
  }
}

TEST(DirectoryLock, FailsWhereThereCanBeNoDirectory) {
  const base::Scratch scratch;
  ASSERT_TRUE(base::write_file_atomically(scratch.path() / "file", "x"));
  const auto outcome = DirectoryLock::acquire(scratch.path() / "file" / "lava");
  ASSERT_TRUE(std::holds_alternative<base::Error>(outcome));
  std::filesystem::create_directory(scratch.path() / "lock");
  const auto blocked = DirectoryLock::acquire(scratch.path());
  ASSERT_TRUE(std::holds_alternative<base::Error>(blocked));
  EXPECT_EQ(std::get<base::Error>(blocked).message,
            "cannot lock " + (scratch.path() / "lock").string() + ": is a directory");
}

}  // namespace
}  // namespace lavavisor::process
