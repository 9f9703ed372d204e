// Which drop-ins decide what a service runs.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/systemd/drop_ins.hpp"

#include "support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lavavisor::systemd {
namespace {

TEST(DropIns, AreFoundWhereSystemdLooksForThem) {
  const struct {
    const char* file;
    const char* text;
    bool found;
  } rows[] = {
      {"a-b-c.service.d/x.conf", "[Service]\nExecStart=\nExecStart=/bin/true\n", true},
      {"a-b-.service.d/x.conf", "[Service]\n  ExecStart = /bin/true\n", true},
      {"a-.service.d/x.conf", "[Service]\nExecStart=/bin/true\n", true},
      {"service.d/x.conf", "[Service]\nExecStart=/bin/true\n", true},
      {"a-b-c.service.d/x.conf", "[Service]\nExecStartPre=/bin/true\n# ExecStart=/x\n", false},
      {"a-b-c.service.d/x.conf~", "[Service]\nExecStart=/bin/true\n", false},
      {"a-b.service.d/x.conf", "[Service]\nExecStart=/bin/true\n", false},
      {"other.service.d/x.conf", "[Service]\nExecStart=/bin/true\n", false},
  };
  for (const auto& row : rows) {
    const testing_support::TemporaryFolder folder;
    const auto file = folder.write(row.file, row.text);
    const auto found = exec_drop_ins({folder.path(), "/nonexistent"}, "a-b-c");
    EXPECT_EQ(found, row.found ? std::vector<Path>{file} : std::vector<Path>{}) << row.file;
  }
}

}  // namespace
}  // namespace lavavisor::systemd
