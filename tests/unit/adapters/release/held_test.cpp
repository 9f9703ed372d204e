// A binary that a wrapper's child runs is told apart by every other process.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/hold.hpp"
#include "adapters/release/file_binaries.hpp"
#include "temp_folder.hpp"

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>

namespace lavavisor::release {
namespace {

namespace fs = std::filesystem;

class HeldBinaries : public ::testing::Test {
 protected:
  HeldBinaries() {
    for (const std::string release : {"6.2.4", "6.2.5"}) {
      spill(model::binary_file(directory, {release}), release);
    }
  }

  /// Which are held, as another pass finds it: "6.2.5 ".
  std::string held() {
    std::string names;
    const auto files = inventory.installed(directory);
    for (const auto& file : files.value()) {
      names += file.held ? file.release.name + " " : "";
    }
    return names;
  }

  TempFolder folder;
  fs::path directory = folder.path() / "lava";
  fs::path binary = model::binary_file(directory, {"6.2.5"});
  FileBinaryInventory inventory;
};

TEST_F(HeldBinaries, AreHeldAsLongAsAnyHoldLasts) {
  EXPECT_EQ(held(), "");
  auto first = process::hold(binary);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(held(), "6.2.5 ") << "also by this process";
  {
    const auto second = process::hold(binary);
    ASSERT_TRUE(second);
    const process::Hold moved = std::move(*first);
    first = tl::make_unexpected(base::Error{});
    EXPECT_EQ(held(), "6.2.5 ");
  }
  EXPECT_EQ(held(), "");
}

TEST_F(HeldBinaries, AreHeldByOtherProcessesUntilTheirDeath) {
  std::array<int, 2> ready{};
  ASSERT_EQ(::pipe(ready.data()), 0);
  const pid_t wrapper = ::fork();
  if (wrapper == 0) {
    const auto hold = process::hold(binary);
    const char told = hold ? 'y' : 'n';
    [[maybe_unused]] const auto wrote = ::write(ready[1], &told, 1);
    ::pause();
    ::_exit(0);
  }
  char told = 0;
  ASSERT_EQ(::read(ready[0], &told, 1), 1);
  EXPECT_EQ(told, 'y');
  EXPECT_EQ(held(), "6.2.5 ");
  ::kill(wrapper, SIGKILL);
  ::waitpid(wrapper, nullptr, 0);
  EXPECT_EQ(held(), "");
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_F(HeldBinaries, AreNotKeptByAProgramThatTheHolderStarts) {
  auto hold = process::hold(binary);
  ASSERT_TRUE(hold);
  const pid_t child = ::fork();
  if (child == 0) {
    ::execl("/bin/sleep", "sleep", "1000", nullptr);
    ::_exit(127);
  }
  const auto exe = "/proc/" + std::to_string(child) + "/comm";
  while (slurp(exe) != "sleep\n") {
    ::usleep(1'000);
  }
  hold = tl::make_unexpected(base::Error{});
  EXPECT_EQ(held(), "");
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

TEST_F(HeldBinaries, AreTheFileItselfNotItsName) {
  const auto hold = process::hold(binary);
  spill(binary.string() + ".new", "another");
  fs::rename(binary.string() + ".new", binary);
  EXPECT_EQ(held(), "");
}

TEST_F(HeldBinaries, AreHeldThroughALink) {
  const auto real = folder.path() / "real";
  fs::rename(binary, real);
  fs::create_symlink(real, binary);
  const auto hold = process::hold(binary);
  EXPECT_EQ(held(), "6.2.5 ");
}

TEST_F(HeldBinaries, AreRegularFiles) {
  EXPECT_EQ(process::hold(folder.path() / "none").error().message,
            "cannot hold " + (folder.path() / "none").string() + ": no such file or directory");
  EXPECT_EQ(process::hold(directory).error().message,
            "cannot hold " + directory.string() + ": it is not a regular file");
}

}  // namespace
}  // namespace lavavisor::release
