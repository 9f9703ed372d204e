// How long crashes are waited after.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/crash_pacing.hpp"

#include <gtest/gtest.h>

namespace lavavisor::process {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(CrashPacing, DoublesUpToAMinuteAndBeginsAnewAfterAMinuteOfRunning) {
  CrashPacing pacing;
  for (const int expected : {1, 2, 4, 8, 16, 32, 60, 60, 60}) {
    EXPECT_EQ(pacing.pause_after(milliseconds{59'999}), seconds{expected});
  }
  EXPECT_EQ(pacing.pause_after(seconds{60}), seconds{1});
  EXPECT_EQ(pacing.pause_after(milliseconds{0}), seconds{2});
}

}  // namespace
}  // namespace lavavisor::process
