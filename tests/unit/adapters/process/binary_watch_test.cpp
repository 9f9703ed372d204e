// Binaries as people and tools put them into place, on a real disk.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/binary_watch.hpp"

#include "support/awaited.hpp"
#include "unit/base/scratch.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>

namespace lavavisor::process {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

/// Long enough for a call that must not come: calls come at once.
constexpr auto k_no_call = 150ms;

void write(const fs::path& file) {
  fs::create_directories(file.parent_path());
  std::ofstream{file} << "binary";
}

auto open_descriptors() {
  return std::distance(fs::directory_iterator{"/proc/self/fd"}, fs::directory_iterator{});
}

class WatchedBinaries : public testing::Test {
 protected:
  void watch() {
    watched = std::make_unique<BinaryWatch>(directory, [this] {
      last = steady_clock::now();
      calls.up();
    });
  }

  void expect_call(const char* what, const std::function<void()>& change) {
    settle();
    const int before = calls.get();
    change();
    EXPECT_TRUE(calls.reaches(before + 1)) << what;
  }

  void expect_no_call(const char* what, const std::function<void()>& change) {
    settle();
    const int before = calls.get();
    change();
    EXPECT_FALSE(calls.reaches(before + 1, k_no_call)) << what;
  }

  /// Until no more calls come of what happened so far.
  void settle() {
    for (int before = -1; before != calls.get();) {
      before = calls.get();
      calls.reaches(before + 1, k_no_call);
    }
  }

  fs::path binary(const std::string& release) const {
    return model::binary_file(directory, {release});
  }

  base::Scratch scratch;
  const fs::path root = scratch.path();
  const fs::path directory = root / "a/b/lava";
  const fs::path upgrades = directory / "upgrades";
  test::Count calls;
  std::atomic<steady_clock::time_point> last{};
  std::unique_ptr<BinaryWatch> watched;  ///< last: its thread uses the rest
};

TEST_F(WatchedBinaries, AreNoticedHoweverTheyComeIntoTheirFolder) {
  fs::create_directories(upgrades / "v6.3.0");
  write(root / "lavap");
  watch();
  const auto place = binary("6.3.0");
  expect_call("copied", [&] { fs::copy_file(root / "lavap", place); });
  expect_call("made executable", [&] { ASSERT_EQ(::chmod(place.c_str(), 0755), 0); });
  expect_call("moved over it", [&] { fs::rename(root / "lavap", place); });
  expect_call("hard-linked", [&] {
    fs::rename(place, root / "lavap");
    fs::create_hard_link(root / "lavap", place);
  });
  expect_call("linked", [&] {
    fs::remove(place);
    fs::create_symlink(root / "lavap", place);
  });
}

TEST_F(WatchedBinaries, AreNoticedInAFolderThatComesWithThem) {
  fs::create_directories(upgrades);
  watch();
  write(root / "staged" / "lavap");
  expect_call("the folder is moved", [&] { fs::rename(root / "staged", upgrades / "v6.3.0"); });
  expect_call("it is renamed", [&] { fs::rename(upgrades / "v6.3.0", upgrades / "v6.3.1"); });
  expect_call("both are made", [&] { write(binary("6.4.0")); });
  expect_call("the folder is linked", [&] {
    write(root / "elsewhere" / "lavap");
    fs::create_directory_symlink(root / "elsewhere", upgrades / "v6.5.0");
  });
}

TEST_F(WatchedBinaries, AreNoticedWhereNothingWasBefore) {
  watch();
  write(root / "lavap");
  expect_call("the whole way", [&] {
    fs::create_directories(upgrades / "v6.3.0");
    fs::rename(root / "lavap", binary("6.3.0"));
  });
  expect_call("the directory, removed and made again", [&] {
    fs::remove_all(root / "a");
    write(binary("6.3.0"));
  });
  expect_call("the directory, moved there", [&] {
    fs::rename(root / "a", root / "z");
    fs::rename(root / "z", root / "a");
    fs::rename(directory, root / "new");
    fs::rename(root / "new", directory);
    write(binary("6.3.1"));
  });
  expect_call("the directory, swapped for a link", [&] {
    fs::rename(directory, root / "real");
    fs::create_directory_symlink(root / "real", directory);
  });
  expect_call("behind that link", [&] { write(root / "real/upgrades/v6.3.2/lavap"); });
}

TEST_F(WatchedBinaries, AreNoOtherFiles) {
  fs::create_directories(upgrades / "v6.3.0");
  watch();
  expect_no_call("what a download makes", [&] {
    write(model::partial_file(directory, {"6.3.0"}));
    write(model::partial_file(directory, {"6.3.0"}).string() + ".resume");
    write(model::claim_file(directory, {"6.3.0"}));
    fs::remove(model::claim_file(directory, {"6.3.0"}));
  });
  expect_no_call("what else lies there", [&] {
    write(upgrades / "v6.3.0" / "notes.txt");
    write(upgrades / "vlatest" / "lavap");
    write(directory / "state.db");
    fs::create_directories(upgrades / "v6.4.0");
  });
  expect_no_call("one that goes", [&] {
    fs::remove_all(upgrades / "v6.3.0");
    fs::remove_all(directory);
  });
}

TEST_F(WatchedBinaries, AreNoticedAtTheEndOfTheirBeingWritten) {
  fs::create_directories(upgrades / "v6.3.0");
  watch();
  std::ofstream half;
  expect_no_call("half of it", [&] {
    half.open(binary("6.3.0"));
    half << "half" << std::flush;
  });
  expect_call("all of it", [&] { half.close(); });
}

TEST_F(WatchedBinaries, AreNoticedSoonWhenAFileWithoutANameGetsOne) {
  fs::create_directories(upgrades / "v6.3.0");
  watch();
  const int file = ::open(upgrades.c_str(), O_TMPFILE | O_WRONLY, 0755);
  if (file < 0) {
    GTEST_SKIP() << "needs O_TMPFILE";
  }
  const auto unnamed = "/proc/self/fd/" + std::to_string(file);
  expect_call("linkat(2)", [&] {
    ASSERT_EQ(
        ::linkat(AT_FDCWD, unnamed.c_str(), AT_FDCWD, binary("6.3.0").c_str(), AT_SYMLINK_FOLLOW),
        0);
  });
  ::close(file);
}

TEST_F(WatchedBinaries, AreNoticedFromTheMomentTheWatchIsMade) {
  fs::create_directories(upgrades / "v6.3.0");
  for (int round = 1; round <= 200; ++round) {
    const int before = calls.get();
    watch();
    write(root / "lavap");
    fs::rename(root / "lavap", binary("6.3.0"));
    ASSERT_TRUE(calls.reaches(before + 1)) << round;
    watched.reset();
  }
}

TEST_F(WatchedBinaries, LeakNothingOverThousandsOfArrivals) {
  fs::create_directories(upgrades);
  watch();
  expect_call("the thread is at work", [&] { write(binary("6.3.0")); });
  settle();
  const auto before = open_descriptors();
  for (int round = 0; round < 2'000; ++round) {
    const int calls_before = calls.get();
    write(root / "lavap");
    fs::create_directories(upgrades / "v6.3.0");
    fs::rename(root / "lavap", binary("6.3.0"));
    ASSERT_TRUE(calls.reaches(calls_before + 1)) << round;
    fs::remove_all(upgrades / "v6.3.0");
  }
  settle();
  EXPECT_EQ(open_descriptors(), before);
  watched.reset();
  EXPECT_EQ(open_descriptors(), before - 2);
}

TEST_F(WatchedBinaries, AreNoticedWhenTheirEventsAreLost) {
  int room = 0;
  std::ifstream{"/proc/sys/fs/inotify/max_queued_events"} >> room;
  if (room <= 0 || room > 20'000) {
    GTEST_SKIP() << "the queue has room for " << room << " events";
  }
  fs::create_directories(upgrades / "v6.3.0");
  test::Awaited<bool> may_read{false};
  const BinaryWatch busy{directory, [&] {
                           calls.up();
                           may_read.wait([](bool may) { return may; });
                         }};
  write(binary("6.3.0"));
  ASSERT_TRUE(calls.reaches(1));
  for (int i = 0; i <= room / 2; ++i) {
    fs::create_directory(upgrades / "x");
    fs::remove(upgrades / "x");
  }
  write(binary("6.3.0"));
  may_read.change([](bool& may) { may = true; });
  EXPECT_TRUE(calls.reaches(2));
}

TEST_F(WatchedBinaries, AreNoticedAtOnce) {
  fs::create_directories(upgrades / "v6.3.0");
  watch();
  steady_clock::duration sum{};
  constexpr int k_rounds = 200;
  for (int round = 0; round < k_rounds; ++round) {
    write(root / "lavap");
    const int before = calls.get();
    const auto began = steady_clock::now();
    fs::rename(root / "lavap", binary("6.3.0"));
    ASSERT_TRUE(calls.reaches(before + 1));
    sum += last.load() - began;
  }
  RecordProperty("rename_to_call_us", static_cast<int>(sum / k_rounds / 1us));
}

}  // namespace
}  // namespace lavavisor::process
