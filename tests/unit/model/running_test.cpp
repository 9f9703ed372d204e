// Reading a unit's values, and telling which release a process is.
// SPDX-License-Identifier: Apache-2.0
#include "model/running.hpp"

#include <gtest/gtest.h>

namespace lavavisor::model {
namespace {

const Path k_directory{"/var/lib/lavavisor"};

TEST(UnitValue, ReadsAsSystemdDoes) {
  const std::string text =
      "# Release=comment\n"
      "; Release=comment\n"
      "Release=before any section\n"
      "[Other]\nRelease=other\n"
      "[X-Lavavisor]\n"
      "Release=1.0.0\n"
      "  Release = 6.1.0  \n"
      "Long=one \\\n# a comment in between\n  two\n"
      "Empty=\n"
      "no equals sign\n"
      "[Service]\nDigest=not here\n";
  const auto value = [&text](const char* key) {
    return unit_value(text, "X-Lavavisor", key);
  };
  EXPECT_EQ(value("Release"), "6.1.0");
  EXPECT_EQ(value("Long"), "one two");
  EXPECT_EQ(value("Empty"), "");
  EXPECT_FALSE(value("Digest"));
  EXPECT_FALSE(unit_value("", "X-Lavavisor", "Release"));
  EXPECT_FALSE(unit_value("[X-Lavavisor]\nRelease\\", "X-Lavavisor", "Release"));
}

struct Row {
  const char* about;
  const char* exe;
  const char* process_digest;
  const char* unit_digest;
  const char* release;  ///< "" = none
};

TEST(RunningRelease, GoesByTheExecutableElseByTheUnitTheProcessWasStartedFrom) {
  const std::vector<Row> rows = {
      {"a binary of ours", "/var/lib/lavavisor/upgrades/v6.2.5/lavap", "", "", "6.2.5"},
      {"the executable beats the text",
       "/var/lib/lavavisor/upgrades/v6.2.5/lavap",
       "d",
       "d",
       "6.2.5"},
      {"a script of this text", "/bin/bash", "d", "d", "6.1.0"},
      {"a script of another text", "/bin/bash", "e", "d", ""},
      {"a script that tells nothing", "/bin/bash", "", "", ""},
      {"another directory's", "/srv/lavavisor/upgrades/v6.2.5/lavap", "", "d", ""},
      {"another file beside it", "/var/lib/lavavisor/upgrades/v6.2.5/other", "", "d", ""},
      {"no release name", "/var/lib/lavavisor/upgrades/v../lavap", "", "d", ""},
  };
  for (const auto& row : rows) {
    UnitState unit;
    unit.file.text = std::string{"[X-Lavavisor]\nRelease=6.1.0\nDigest="} + row.unit_digest + "\n";
    unit.service.emplace();
    unit.service->process = Process{1, {}, row.exe, false, row.process_digest};
    const auto release = running_release(k_directory, unit);
    EXPECT_EQ(release ? release->name : "", row.release) << row.about;
  }
}

TEST(RunningRelease, IsNoneForWhatDoesNotRun) {
  UnitState unit;
  EXPECT_FALSE(running_release(k_directory, unit));
  unit.service.emplace();
  EXPECT_FALSE(running_release(k_directory, unit));
}

}  // namespace
}  // namespace lavavisor::model
