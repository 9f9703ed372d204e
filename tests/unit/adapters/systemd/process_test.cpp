// What /proc tells of a process.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/systemd/process.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace lavavisor::systemd {
namespace {

namespace fs = std::filesystem;

/// A made-up /proc with one process, 42, that runs `exe`.
class MadeUpProc : public testing::Test {
 protected:
  MadeUpProc() {
    std::string name = (fs::temp_directory_path() / "lavavisor-proc-XXXXXX").string();
    root = mkdtemp(name.data());
    fs::create_directories(root / "42");
    std::ofstream{root / "42/environ"} << "A=1" << '\0' << "LAVAVISOR_UNIT=abc" << '\0' << "B=2"
                                       << '\0';
  }
  ~MadeUpProc() override { fs::remove_all(root); }

  fs::path root;
};

TEST(ReadProcess, TellsWhatThisTestRuns) {
  const auto process = read_process(getpid(), base::TimePoint{});
  ASSERT_TRUE(process);
  EXPECT_EQ(process->pid, getpid());
  EXPECT_EQ(process->exe, fs::read_symlink("/proc/self/exe"));
  EXPECT_FALSE(process->exe_replaced);
}

TEST_F(MadeUpProc, ReadsTheUnitDigestFromTheEnvironment) {
  std::ofstream{root / "binary"} << "x";
  fs::create_symlink(root / "binary", root / "42/exe");
  const auto process = read_process(42, base::TimePoint{}, root);
  ASSERT_TRUE(process);
  EXPECT_EQ(process->unit_digest, "abc");
  EXPECT_EQ(process->exe, root / "binary");
  EXPECT_FALSE(process->exe_replaced);
}

TEST_F(MadeUpProc, CutsTheWordDeletedFromTheNameOfAReplacedBinary) {
  std::ofstream{root / "binary (deleted)"} << "x";
  fs::create_symlink(root / "binary (deleted)", root / "42/exe");
  const auto process = read_process(42, base::TimePoint{}, root);
  ASSERT_TRUE(process);
  EXPECT_EQ(process->exe, root / "binary");
  EXPECT_TRUE(process->exe_replaced);
}

TEST_F(MadeUpProc, HasNoProcessWhereThereIsNone) {
  EXPECT_FALSE(read_process(0, base::TimePoint{}, root));
  EXPECT_FALSE(read_process(43, base::TimePoint{}, root));
  EXPECT_FALSE(read_process(42, base::TimePoint{}, root));
}

}  // namespace
}  // namespace lavavisor::systemd
