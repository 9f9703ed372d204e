// One thing spoilt at a time: the disk and who may write what.
// SPDX-License-Identifier: Apache-2.0
#include "rows.hpp"

namespace lavavisor::doctor {
namespace {

TEST(CheckUp, JudgesTheDisk) {
  expect_rows({
      {"no room for one more release",
       [](Scene& s) { s.facts.volume->free = 149ULL << 20U; },
       "disk.space",
       Verdict::problem,
       "149.0 MiB free, and one release needs 150.0 MiB",
       "df -h"},
      {"room for one, not for all that are kept",
       [](Scene& s) { s.facts.volume->free = 400ULL << 20U; },
       "disk.space",
       Verdict::warning,
       "512.0 MiB would be comfortable",
       "binary.keep"},
      {"many releases are kept",
       [](Scene& s) {
         s.desired.binary.keep = 9;
         s.facts.volume->free = 1ULL << 30U;
       },
       "disk.space",
       Verdict::warning,
       "1.3 GiB would be comfortable",
       "binary.keep"},
      {"nothing is installed",
       [](Scene& s) {
         s.facts.binaries->clear();
         s.facts.volume->free = 150ULL << 20U;
       },
       "disk.space",
       Verdict::problem,
       "one release needs 200.0 MiB",
       "df -h"},
      {"no inode",
       [](Scene& s) { s.facts.volume->free_inodes = 3; },
       "disk.inodes",
       Verdict::problem,
       "room for 3 more files",
       "df -i"},
      {"few inodes",
       [](Scene& s) { s.facts.volume->free_inodes = 500; },
       "disk.inodes",
       Verdict::warning,
       "room for 500 more files",
       "df -i"},
      {"a file system that counts none",
       [](Scene& s) { s.facts.volume->inodes = 0; },
       "disk.inodes",
       Verdict::ok,
       "no limit",
       ""},
      {"read-only",
       [](Scene& s) { s.facts.volume->read_only = true; },
       "disk.mount",
       Verdict::problem,
       "read-only",
       "findmnt --target /var/lib/lavavisor"},
      {"noexec",
       [](Scene& s) { s.facts.volume->no_exec = true; },
       "disk.mount",
       Verdict::problem,
       "noexec",
       "without noexec"},
      {"tmpfs",
       [](Scene& s) { s.facts.volume->in_memory = true; },
       "disk.mount",
       Verdict::warning,
       "lost at a reboot",
       "on a disk"},
      {"can't be looked at",
       [](Scene& s) { s.facts.volume = base::fail("cannot look"); },
       "disk.space",
       Verdict::skipped,
       "cannot look",
       "root"},
  });
}

TEST(CheckUp, JudgesPermissions) {
  expect_rows({
      {"not root, and the directory is root's",
       [](Scene& s) {
         s.facts.user = "jo";
         s.facts.is_root = false;
         s.facts.polkit->emplace("a", model::Authorization::yes);
         s.facts.written[0].file.writable = false;
       },
       "permissions.write",
       Verdict::problem,
       "jo may not write to /var/lib/lavavisor, which belongs to root",
       "sudo chown jo /var/lib/lavavisor"},
      {"not root, and the directory is to be made in root's",
       [](Scene& s) {
         s.facts.user = "jo";
         s.facts.is_root = false;
         s.facts.polkit->emplace("a", model::Authorization::yes);
         s.facts.written[0].file.exists = false;
         s.facts.written[0].file.nearest = "/var/lib";
         s.facts.written[0].file.writable = false;
       },
       "permissions.write",
       Verdict::problem,
       "jo may not write to /var/lib",
       "set directory to a place of jo's\n"},
      {"not root, and units are root's",
       [](Scene& s) {
         s.facts.user = "jo";
         s.facts.is_root = false;
         s.facts.polkit->emplace("a", model::Authorization::yes);
         s.facts.written = {{"systemd.unit_dir", path_facts("/etc/systemd/system", true)}};
         s.facts.written[0].file.writable = false;
       },
       "permissions.write",
       Verdict::problem,
       "jo may not write",
       "scope = \"user\"\n"},
      {"root may not write",
       [](Scene& s) { s.facts.written[0].file.writable = false; },
       "permissions.write",
       Verdict::problem,
       "root may not write",
       "findmnt"},
      {"it can be made",
       [](Scene& s) {
         s.facts.written[0].file.exists = false;
         s.facts.written[0].file.nearest = "/var/lib";
       },
       "permissions.write",
       Verdict::ok,
       "can be made",
       ""},
      {"everybody may change the directory",
       [](Scene& s) { s.facts.trusted[1].mode = 0777; },
       "permissions.exposed",
       Verdict::problem,
       "every user",
       "chmod o-w /var/lib/lavavisor"},
      {"a group may change the configuration",
       [](Scene& s) {
         s.facts.trusted[0].mode = 0664;
         s.facts.trusted[0].group = 1'000;
       },
       "permissions.exposed",
       Verdict::problem,
       "a group",
       "chmod g-w /etc/lavavisor/config.toml"},
      {"root's own group may",
       [](Scene& s) { s.facts.trusted[0].mode = 0664; },
       "permissions.exposed",
       Verdict::ok,
       "nobody else",
       ""},
      {"somebody else's configuration, run by root",
       [](Scene& s) {
         s.facts.trusted[0].owner = 1'000;
         s.facts.trusted[0].owner_name = "jo";
       },
       "permissions.exposed",
       Verdict::warning,
       "belongs to jo",
       "chown root"},
      {"a secret for everybody",
       [](Scene& s) {
         s.facts.secret_files = {{"notify.token_file", path_facts("/e/t", false)}};
       },
       "permissions.secret",
       Verdict::problem,
       "every user",
       "chmod 600 /e/t"},
      {"a secret that is not there",
       [](Scene& s) {
         auto file = path_facts("/e/t", false);
         file.exists = false;
         s.facts.secret_files = {{"notify.token_file", file}};
       },
       "permissions.secret",
       Verdict::problem,
       "is not there",
       "0600"},
      {"the ledger is broken",
       [](Scene& s) { s.facts.memory = base::fail("state.db is no database"); },
       "state.ledger",
       Verdict::problem,
       "no database",
       "begin anew"},
      {"another one is at work",
       [](Scene& s) { s.facts.lock_holder = 77; },
       "state.lock",
       Verdict::ok,
       "pid 77",
       ""},
  });
}

}  // namespace
}  // namespace lavavisor::doctor
