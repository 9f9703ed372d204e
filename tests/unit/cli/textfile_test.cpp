// The file that apply leaves for node_exporter.
// SPDX-License-Identifier: Apache-2.0
#include "cli/textfile.hpp"

#include "adapters/process/system_clock.hpp"
#include "adapters/store/no_ledger.hpp"
#include "base/file.hpp"
#include "support/temporary_folder.hpp"
#include "unit/view/scene.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <filesystem>

namespace lavavisor::cli {
namespace {

class Textfile : public testing::Test {
 protected:
  void write(const std::string& result = "converged") {
    write_textfile(scene.desired, {scene.observed, scene.plan}, result, {}, ledger, clock);
  }

  std::string text() const { return base::read_file(scene.desired.metrics.textfile).value_or(""); }

  view::Scene scene = view::converged_scene();
  store::NoLedger ledger;
  process::SystemClock clock;
};

TEST_F(Textfile, HoldsTheMetricsAndIsReadableByOthersWhateverTheUmask) {
  const testing_support::TemporaryFolder folder;
  scene.desired.metrics.textfile = folder.path() / "lavavisor.prom";
  const auto before = ::umask(077);
  write();
  ::umask(before);
  EXPECT_NE(text().find("lavavisor_converged 1\n"), std::string::npos);
  EXPECT_NE(text().find("lavavisor_last_success_timestamp_seconds"), std::string::npos);
  EXPECT_EQ(text().find("lavavisor_passes_total"), std::string::npos);
  struct stat found {};
  ASSERT_EQ(::stat(scene.desired.metrics.textfile.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0644U);
}

TEST_F(Textfile, AfterAFailureThereIsNoSuccessToTellOf) {
  const testing_support::TemporaryFolder folder;
  scene.desired.metrics.textfile = folder.path() / "lavavisor.prom";
  write("failed");
  EXPECT_NE(text().find("lavavisor_last_pass_timestamp_seconds"), std::string::npos);
  EXPECT_EQ(text().find("lavavisor_last_success_timestamp_seconds"), std::string::npos);
}

TEST_F(Textfile, LeavesNothingBesideItAndNothingWhereNoneIsAskedFor) {
  const testing_support::TemporaryFolder folder;
  write();
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  scene.desired.metrics.textfile = folder.path() / "lavavisor.prom";
  write();
  write();
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator{folder.path()}, {}), 1);
}

TEST_F(Textfile, AnUnwritablePlaceIsAWarningOnly) {
  scene.desired.metrics.textfile = "/nowhere/at/all/lavavisor.prom";
  testing::internal::CaptureStderr();
  write();
  EXPECT_NE(testing::internal::GetCapturedStderr().find("metrics.textfile: cannot write"),
            std::string::npos);
}

}  // namespace
}  // namespace lavavisor::cli
