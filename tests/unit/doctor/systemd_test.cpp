// One thing spoilt at a time: systemd, polkit, the units.
// SPDX-License-Identifier: Apache-2.0
#include "rows.hpp"

namespace lavavisor::doctor {
namespace {

TEST(CheckUp, JudgesSystemd) {
  expect_rows({
      {"it does not answer",
       [](Scene& s) { s.facts.manager = base::fail("cannot reach systemd"); },
       "systemd.manager",
       Verdict::problem,
       "cannot reach",
       "scope = \"none\""},
      {"it is old",
       [](Scene& s) { s.facts.manager->version = "241-7~deb10u8"; },
       "systemd.manager",
       Verdict::warning,
       "241",
       "upgrade"},
      {"it is degraded",
       [](Scene& s) {
         s.facts.manager->state = "degraded";
         s.facts.manager->failed = {"a.service", "b.mount"};
       },
       "systemd.state",
       Verdict::warning,
       "a.service, b.mount",
       "systemctl --failed"},
      {"nothing runs lavavisor",
       [](Scene& s) { s.facts.manager->active.clear(); },
       "systemd.loop",
       Verdict::warning,
       "nothing seems to run it",
       "enable --now lavavisor.service"},
      {"cron ran it a moment ago",
       [](Scene& s) {
         s.facts.manager->active.clear();
         s.facts.memory->last_run = applied_at("2026-11-22T07:30:00Z");
       },
       "systemd.loop",
       Verdict::ok,
       "ran at 2026-11-22T07:30:00Z (apply)",
       ""},
      {"it ran long ago",
       [](Scene& s) {
         s.facts.manager->active.clear();
         s.facts.memory->last_run = applied_at("2026-11-22T06:30:00Z");
       },
       "systemd.loop",
       Verdict::warning,
       "it ran last at 2026-11-22T06:30:00Z",
       "timer"},
      {"its user does not linger",
       [](Scene& s) {
         s.desired.systemd.scope = model::Scope::user;
         s.facts.lingers = false;
       },
       "systemd.linger",
       Verdict::warning,
       "end with the login",
       "enable-linger root"},
      {"polkit says no",
       [](Scene& s) {
         s.facts.is_root = false;
         s.facts.polkit->emplace("org.freedesktop.systemd1.manage-units", model::Authorization::no);
       },
       "systemd.polkit",
       Verdict::problem,
       "does not allow",
       "rules.d"},
      {"polkit would ask",
       [](Scene& s) {
         s.facts.is_root = false;
         s.facts.polkit->emplace("org.freedesktop.systemd1.manage-units",
                                 model::Authorization::after_a_password);
       },
       "systemd.polkit",
       Verdict::problem,
       "a password",
       "manage-units"},
      {"there is no polkit",
       [](Scene& s) {
         s.facts.is_root = false;
         s.facts.polkit = base::fail("polkit does not answer");
       },
       "systemd.polkit",
       Verdict::problem,
       "polkit does not answer",
       "apt-get install polkitd"},
      {"a unit is masked",
       [](Scene& s) { s.facts.units->at("provider-eth1").service->load_state = "masked"; },
       "systemd.unit",
       Verdict::problem,
       "masked",
       "systemctl unmask provider-eth1.service"},
      {"a unit is foreign",
       [](Scene& s) { s.facts.units->at("provider-eth1").file.foreign = "/x is a unit file"; },
       "systemd.unit",
       Verdict::problem,
       "/x is a unit file",
       "another name"},
      {"a drop-in sets ExecStart",
       [](Scene& s) { s.facts.exec_drop_ins["provider-eth1"] = {"/etc/x.conf"}; },
       "systemd.unit",
       Verdict::problem,
       "/etc/x.conf",
       "systemctl revert provider-eth1.service"},
      {"systemd has not read a unit",
       [](Scene& s) { s.facts.units->at("provider-eth1").service->needs_reload = true; },
       "systemd.unit",
       Verdict::warning,
       "has not read",
       "daemon-reload"},
      {"no service manager is wanted",
       [](Scene& s) {
         s.desired.systemd.scope = model::Scope::none;
         s.facts.manager = base::fail("not asked");
       },
       "systemd.loop",
       Verdict::warning,
       "nothing seems",
       "cron"},
  });
}

}  // namespace
}  // namespace lavavisor::doctor
