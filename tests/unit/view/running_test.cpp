// The release that runs, from the executable or from the unit that the process was started from.
// SPDX-License-Identifier: Apache-2.0
#include "model/running.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lavavisor::model {
namespace {

const Path k_directory = "/var/lib/lavavisor";
constexpr const char* k_unit =
    "# Managed by lavavisor\n"
    "[X-Lavavisor]\n"
    "Release=6.2.4\n"
    "Digest=abc\n";

UnitState unit_with(const std::string& exe, const std::string& text, const std::string& digest) {
  UnitState unit;
  unit.file.text = text;
  unit.service.emplace();
  unit.service->process.emplace();
  unit.service->process->exe = exe;
  unit.service->process->unit_digest = digest;
  return unit;
}

TEST(UnitValue, ReadsTheLastValueOfItsSection) {
  const std::string text =
      "[Unit]\nA=0\n[Service]\n# A=1\n; A=2\n A = first \nA=second\nB=one \\\n# between\n  two\n"
      "C=\nAA=no\n[Install]\nA=3\n";
  EXPECT_EQ(unit_value(text, "Service", "A"), "second");
  EXPECT_EQ(unit_value(text, "Unit", "A"), "0");
  EXPECT_EQ(unit_value(text, "Service", "B"), "one two");
  EXPECT_EQ(unit_value(text, "Service", "C"), "");
  EXPECT_EQ(unit_value(text, "Service", "D"), std::nullopt);
  EXPECT_EQ(unit_value(text, "Socket", "A"), std::nullopt);
  EXPECT_EQ(unit_value("", "Unit", "A"), std::nullopt);
  EXPECT_EQ(unit_value("[Unit]\nA=b=c\\", "Unit", "A"), "b=c");
}

TEST(RunningRelease, IsThatOfTheExecutable) {
  const std::string exe = binary_file(k_directory, {"6.2.5"});
  EXPECT_EQ(running_release(k_directory, unit_with(exe, k_unit, "abc")), Release{"6.2.5"});
}

TEST(RunningRelease, OfAnInterpreterIsThatOfItsUnit) {
  EXPECT_EQ(running_release(k_directory, unit_with("/usr/bin/dash", k_unit, "abc")),
            Release{"6.2.4"});
}

TEST(RunningRelease, IsNoneWhereItCannotBeKnown) {
  UnitState without_text = unit_with("/usr/bin/dash", "", "abc");
  without_text.file.text.reset();
  const std::vector<UnitState> rows = {
      UnitState{},
      unit_with("/usr/bin/dash", k_unit, ""),
      unit_with("/usr/bin/dash", k_unit, "of an older unit"),
      unit_with("/usr/bin/dash", "[X-Lavavisor]\nDigest=abc\n", "abc"),
      unit_with("/usr/bin/dash", "[X-Lavavisor]\nDigest=abc\nRelease=../x\n", "abc"),
      without_text,
  };
  for (const UnitState& unit : rows) {
    EXPECT_EQ(running_release(k_directory, unit), std::nullopt);
  }
}

}  // namespace
}  // namespace lavavisor::model
