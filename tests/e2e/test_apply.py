"""One file to running services: a first apply, then drift, changes of the file, a moved target.

SPDX-License-Identifier: Apache-2.0
"""

import json
import os
import unittest

from harness import CONFIG, DIRECTORY, LINK, PROGRAM, UNIT_DIR, Scenario, wait_until


class FirstApply(Scenario):
    def setUp(self) -> None:
        super().setUp()
        self.add_three_services()

    def test_brings_everything_up_and_the_second_one_changes_nothing(self) -> None:
        report = self.apply()
        self.assertEqual(report.result, "changed")
        self.assertTrue(report.document["converged"])
        self.assertEqual(report.targets("install_binary"), ["6.2.4"])
        self.assertEqual(sorted(report.targets("start_service")), sorted(self.names()))
        self.assert_runs("6.2.4")
        self.assertEqual(self.linked_release(), "6.2.4")
        self.assertEqual(self.strays(), [])
        self.assertEqual(self.partials(), [])
        for name, state in self.states().items():
            with self.subTest(name):
                self.assertEqual(state["UnitFileState"], "enabled")
                self.assertEqual(state["NeedDaemonReload"], "no")
                self.assertEqual(self.box.exec("stat", "-c", "%U", f"/proc/{state['MainPID']}").stdout.strip(), "lava")
                self.assert_unit_is_well_made(name)
        before = self.snapshot()
        self.assert_converged()
        self.assertEqual(self.snapshot(), before)

    def assert_unit_is_well_made(self, name: str) -> None:
        unit = f"{DIRECTORY}/services/{name}.service"
        text = self.box.read(unit)
        self.assertEqual(text.splitlines()[0], "# Managed by lavavisor")
        self.assertIn("[X-Lavavisor]", text)
        for line in (
            "KillSignal=SIGINT", "TimeoutStopSec=60s", "Restart=always", "RestartSec=5s",
            "LimitNOFILE=1048576", "Wants=network-online.target", "After=network-online.target",
        ):  # fmt: skip
            self.assertIn(line, text.splitlines())
        self.assertEqual(os.readlink(self.box.path(f"{UNIT_DIR}/{name}.service")), unit)
        checked = self.box.exec("systemd-analyze", "verify", "--man=no", unit, check=False)
        self.assertEqual(checked.stderr, "")

    def test_tells_what_it_did_in_status_and_history(self) -> None:
        self.apply()
        status = self.report("status").document
        self.assertTrue(status["compliant"] and status["converged"] and status["chain"]["trusted"])
        self.assertEqual([s["name"] for s in status["services"]], self.names())
        for service in status["services"]:
            self.assertEqual(service["unit"], service["name"] + ".service")
            self.assertEqual((service["desired_version"], service["running_version"]), ("6.2.4", "6.2.4"))
            self.assertEqual((service["active_state"], service["sub_state"]), ("active", "running"))
            self.assertTrue(service["healthy"])
        [binary] = status["installed"]
        self.assertEqual(binary["version"], "6.2.4")
        self.assertEqual(binary["sha256"], self.devnet.releases.releases["6.2.4"].sha256)
        self.assertTrue(binary["in_use"])
        self.assertEqual(status["quarantined"], [])
        [run] = self.report("history").document["runs"]
        self.assertEqual((run["trigger"], run["result"]), ("apply", "changed"))
        self.assertTrue(run["started"] and run["finished"] and run["config_sha256"])
        self.assertEqual({action["status"] for action in run["actions"]}, {"done"})

    def test_is_foretold_by_plan_which_touches_nothing(self) -> None:
        before = self.snapshot()
        plan = self.report("plan", "--detailed-exitcode")
        self.assertEqual((plan.code, plan.result), (2, "planned"), plan.text)
        self.assertFalse(plan.document["converged"])
        self.assertEqual({action["status"] for action in plan.actions}, {"planned"})
        self.assertEqual(self.lavavisor("plan").returncode, 0)
        dry = self.report("apply", "--dry-run")
        self.assertEqual(dry.code, 0, dry.text)
        self.assertEqual(self.snapshot(), before)
        done = self.apply()
        order = [(action["kind"], action["target"]) for action in plan.actions]
        self.assertEqual([(action["kind"], action["target"]) for action in done.actions], order)

    def test_uses_a_binary_that_was_placed_by_hand(self) -> None:
        self.config["binary"]["auto_download"] = False
        missing = self.apply(code=1)
        self.assertIn("auto_download", missing.text)
        self.assertEqual(self.installed(), [])
        place = f"{DIRECTORY}/upgrades/v6.2.4/lavap"
        self.box.write(place, self.devnet.releases.releases["6.2.4"].content, 0o755)
        self.apply()
        self.assert_runs("6.2.4")
        [binary] = self.report("status").document["installed"]
        self.assertEqual(binary["source"], "placed")
        self.assert_converged()

    def test_waits_for_no_other_lavavisor(self) -> None:
        self.devnet.releases.add("6.2.4", size=2 << 20, rate=200_000)
        first = self.spawn_lavavisor("apply")
        wait_until(lambda: self.devnet.releases.requests, what="the download")
        second = self.report("apply")
        self.assertEqual(second.code, 5, second.text)
        self.assertIn(str(first.pid), second.text)
        first.signal("TERM")
        first.finish()
        self.devnet.releases.add("6.2.4", size=2 << 20)
        self.apply()
        self.assert_converged()


class Drift(Scenario):
    def test_of_every_kind_is_found_and_undone(self) -> None:
        self.add_three_services()
        self.apply()
        victim = "provider-eth1"
        unit = f"{DIRECTORY}/services/{victim}.service"
        rows = {
            "an edited unit": (f"sed -i s/RestartSec=5s/RestartSec=99s/ {unit}", "write_unit", {victim}),
            "a deleted unit": (f"rm {unit}", "write_unit", {victim}),
            "a deleted unit link": (f"rm {UNIT_DIR}/{victim}.service", "write_unit", {victim}),
            "an edited unit that systemd has read": (
                f"echo 'Nice=3' >> {unit}; systemctl daemon-reload", "write_unit", {victim},
            ),
            "a stopped service": (f"systemctl stop {victim}", "start_service", {victim}),
            "a disabled service": (f"systemctl disable {victim} --no-reload --quiet; ln -sf {unit} {UNIT_DIR}/", "enable_service", set()),
            "a link to another program": (f"ln -sfn /bin/true {LINK}", "link_binary", set()),
            "a deleted link": (f"rm {LINK}", "link_binary", set()),
            "an edited copy of a lavap config": (
                f"echo '# x' >> {DIRECTORY}/services/protocol_yml_configs/{victim}.yml", "write_config", {victim},
            ),
            "a deleted copy of a lavap config": (
                f"rm {DIRECTORY}/services/protocol_yml_configs/{victim}.yml", "write_config", {victim},
            ),
            # The processes go on: what they run is the very file that is put back.
            "a deleted binary": (f"rm {DIRECTORY}/upgrades/v6.2.4/lavap", "install_binary", set()),
            "a changed binary": (
                f"cp /bin/true {DIRECTORY}/upgrades/v6.2.4/x; mv {DIRECTORY}/upgrades/v6.2.4/x {DIRECTORY}/upgrades/v6.2.4/lavap",
                "install_binary", set(),
            ),
        }  # fmt: skip
        for name, (damage, kind, may_restart) in rows.items():
            with self.subTest(name):
                before = self.pids()
                self.box.shell(damage)
                self.assertEqual(self.lavavisor("plan", "--detailed-exitcode").returncode, 2)
                report = self.apply()
                self.assertEqual(report.result, "changed", report.text)
                self.assertIn(kind, report.kinds())
                changed = {service for service, pid in self.pids().items() if pid != before[service]}
                self.assertLessEqual(changed, may_restart)
                self.assert_runs("6.2.4")
                self.assertEqual(self.linked_release(), "6.2.4")
                self.assertEqual(self.states()[victim]["UnitFileState"], "enabled")
                self.assert_converged()

    def test_of_a_killed_process_is_left_to_systemd_and_ends_running(self) -> None:
        self.add_service("provider-eth1", unit={"Service": {"RestartSec": "100ms"}})
        self.apply()
        [before] = self.pids().values()
        self.box.exec("kill", "-KILL", before)
        wait_until(lambda: self.pids()["provider-eth1"] not in ("0", before), what="systemd's restart")
        self.assert_converged()


class ChangeOfTheFile(Scenario):
    def setUp(self) -> None:
        super().setUp()
        self.add_three_services()
        self.apply()
        self.before = self.pids()

    def changed(self) -> set[str]:
        """The services that have another process than after the first apply."""
        return {name for name, pid in self.pids().items() if pid != self.before.get(name)}

    def test_of_a_flag_restarts_just_that_service(self) -> None:
        self.service("provider-eth1")["flags"] = {"parallel-connections": 10, "some-switch": True}
        report = self.apply()
        self.assertEqual(report.targets("restart_service"), ["provider-eth1"])
        self.assertEqual(self.changed(), {"provider-eth1"})
        words = self.argv_of("provider-eth1")
        self.assertIn("--parallel-connections 10", " ".join(words).replace("=", " "))
        self.assertIn("--some-switch", words)
        self.assert_converged()

    def test_of_a_lavap_config_restarts_just_that_service(self) -> None:
        self.write_yaml("consumer-near", 2999)
        report = self.apply()
        self.assertEqual(report.targets("restart_service"), ["consumer-near"])
        self.assertEqual(self.changed(), {"consumer-near"})
        self.assertIn("listening on 127.0.0.1:2999", self.box.journal("consumer-near.service"))
        self.assert_converged()

    def test_of_health_alone_restarts_nothing(self) -> None:
        self.service("cache")["health"] = {"settle": "400ms", "timeout": "6s"}
        self.assert_converged()
        self.assertEqual(self.changed(), set())

    def test_to_not_enabled_stops_and_disables_and_keeps_the_unit(self) -> None:
        self.service("cache")["enabled"] = False
        self.apply()
        state = self.states()["cache"]
        self.assertEqual((state["ActiveState"], state["LoadState"]), ("inactive", "loaded"))
        self.assertNotEqual(state["UnitFileState"], "enabled")
        self.assertEqual(self.changed(), {"cache"})
        self.assertTrue(self.box.path(f"{DIRECTORY}/services/cache.service").is_file())
        self.assertIn("drained", self.box.journal("cache.service"))
        self.assert_converged()
        del self.service("cache")["enabled"]
        self.apply()
        self.assert_runs("6.2.4", "cache")

    def test_that_drops_a_service_stops_it_and_removes_its_unit(self) -> None:
        self.config["service"] = [s for s in self.config["service"] if s["name"] != "consumer-near"]
        report = self.apply()
        self.assertEqual(report.targets("remove_unit"), ["consumer-near"])
        gone = self.box.show("consumer-near.service")["consumer-near.service"]
        self.assertEqual((gone["LoadState"], gone["ActiveState"]), ("not-found", "inactive"))
        left = self.box.shell(f"find {DIRECTORY}/services {UNIT_DIR} -name 'consumer-near*'")
        self.assertEqual(left, "")
        self.assertEqual(self.changed(), set())
        self.assert_converged()

    def test_that_drops_a_service_is_followed_even_without_the_state(self) -> None:
        self.box.shell(f"rm -f {DIRECTORY}/state.db*")
        self.config["service"] = [s for s in self.config["service"] if s["name"] != "cache"]
        self.apply()
        self.assertEqual(self.box.show("cache.service")["cache.service"]["LoadState"], "not-found")
        self.assertEqual(self.changed(), set())
        self.assert_converged()

    def test_pins_one_service_to_a_version_of_its_own(self) -> None:
        self.devnet.releases.add("6.2.3")
        self.service("cache")["version"] = "6.2.3"
        self.apply()
        self.assert_runs("6.2.3", "cache")
        self.assert_runs("6.2.4", "provider-eth1", "consumer-near")
        self.assertEqual(self.changed(), {"cache"})
        self.assertEqual(self.linked_release(), "6.2.4")
        self.assert_converged()

    def test_to_nonsense_touches_nothing(self) -> None:
        before = self.snapshot()
        self.service("cache")["restart_when"] = "never"
        report = self.report("apply")
        self.assertEqual(report.code, 3, report.text)
        self.assertIn(f"{CONFIG}:", report.text)
        self.assertIn("restart_when", report.text)
        self.assertEqual(self.snapshot(), before)
        self.assertEqual(self.changed(), set())


class Units(Scenario):
    def test_of_others_are_refused_and_left_as_they_are(self) -> None:
        self.add_service("provider-eth1")
        self.add_service("nginx", "cache", address="127.0.0.1:20100")
        foreign = "[Service]\nExecStart=/bin/cat /dev/full\n"
        self.box.write(f"{UNIT_DIR}/nginx.service", foreign)
        report = self.apply(code=1)
        self.assertIn("nginx", report.text)
        self.assertEqual(self.box.read(f"{UNIT_DIR}/nginx.service"), foreign)
        self.assertFalse(self.box.path(f"{UNIT_DIR}/nginx.service").is_symlink())
        self.assert_runs("6.2.4", "provider-eth1")
        self.box.shell(f"rm {UNIT_DIR}/nginx.service; systemctl daemon-reload")
        self.apply()
        self.assert_runs("6.2.4", "nginx")
        self.assert_converged()

    def test_carry_awkward_flags_word_for_word(self) -> None:
        values = [
            'a "quoted" word', "it's", r"back\slash\x41 \n", "100%h %% %n", "$HOME ${USER} $$",
            "semi;colon & pipe | star * ~", "trailing\\", "ünïcödé", "#hash", " ", "a\tb",
        ]  # fmt: skip
        self.add_service("provider-eth1", flags={f"flag-{at}": text for at, text in enumerate(values)})
        self.apply()
        words = self.argv_of("provider-eth1")
        for at, value in enumerate(values):
            flag = f"--flag-{at}"
            found = words[words.index(flag) + 1] if flag in words else ""
            self.assertTrue(found == value or f"{flag}={value}" in words, (value, words))
        self.assert_converged()

    def test_carry_environment_and_extra_keys(self) -> None:
        self.add_service(
            "provider-eth1",
            env={"GOGC": "200", "ODD": 'a "b" $c %d \\e'},
            unit={"Service": {"RestartSec": "7s", "CPUQuota": "200%"}},
        )
        self.apply()
        pid = self.pids()["provider-eth1"]
        environment = self.box.exec("cat", f"/proc/{pid}/environ").stdout.split("\0")
        self.assertIn("GOGC=200", environment)
        self.assertIn('ODD=a "b" $c %d \\e', environment)
        state = self.states()["provider-eth1"]
        self.assertEqual((state["RestartUSec"], state["CPUQuotaPerSecUSec"]), ("7s", "2s"))
        self.assert_converged()

    def test_of_custom_services_run_their_own_command(self) -> None:
        self.add_service("tail", "custom", command=["/usr/bin/tail", "-f", "/dev/null"])
        self.add_service("own-cache", "custom", command=["lavap", "cache", "127.0.0.1:7777"])
        self.apply()
        self.assertEqual(self.running_release("tail"), "/usr/bin/tail")
        self.assert_runs("6.2.4", "own-cache")
        self.assertEqual(self.argv_of("own-cache")[1:], ["cache", "127.0.0.1:7777"])
        self.assert_converged()


class Scopes(Scenario):
    def test_none_writes_files_and_starts_nothing(self) -> None:
        self.add_service("provider-eth1")
        self.config["systemd"] = {"scope": "none", "create_link": False}
        self.apply()
        self.assertTrue(self.box.path(f"{DIRECTORY}/services/provider-eth1.service").is_file())
        self.assertFalse(self.box.path(f"{UNIT_DIR}/provider-eth1.service").is_symlink())
        self.assertEqual(self.states()["provider-eth1"]["LoadState"], "not-found")
        self.assertEqual(self.linked_release(), "6.2.4")
        self.apply()

    def test_user_needs_no_root(self) -> None:
        self.add_service("provider-eth1")
        home = "/home/lava"
        self.box.shell("loginctl enable-linger lava")
        uid = self.box.exec("id", "-u", "lava").stdout.strip()
        wait_until(lambda: self.box.path(f"/run/user/{uid}/bus").exists(), what="the user's manager")
        del self.config["defaults"]["user"]
        self.config["systemd"] = {"scope": "user"}
        self.config["directory"] = f"{home}/.lavavisor"
        self.config["binary"]["link"] = f"{home}/.local/bin/lavap"
        self.write_config()
        user = ["runuser", "-u", "lava", "--", "env", f"XDG_RUNTIME_DIR=/run/user/{uid}", f"HOME={home}"]
        for expected in ("changed", "converged"):
            done = self.box.exec(*user, PROGRAM, "apply", CONFIG, "--json", check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertEqual(json.loads(done.stdout)["result"], expected)
        active = self.box.exec(*user, "systemctl", "--user", "is-active", "provider-eth1").stdout
        self.assertEqual(active, "active\n")


class MovedTarget(Scenario):
    def test_is_followed_one_service_at_a_time(self) -> None:
        self.add_three_services()
        self.devnet.releases.add("6.2.4", drain_ms=150)
        self.apply()
        self.devnet.releases.add("6.2.5")
        self.devnet.set(target="6.2.5")
        assumed = self.report("plan", "--assume", "target=6.2.4,min=5.5.0")
        self.assertEqual(assumed.actions, [], assumed.text)
        report = self.apply()
        self.assertEqual(report.targets("restart_service"), self.names())
        self.assert_runs("6.2.5")
        self.assertEqual(self.linked_release(), "6.2.5")
        states = self.states()
        spans = sorted(
            (int(states[name]["InactiveExitTimestampMonotonic"]), name) for name in self.names()
        )
        for (first, _), (second, name) in zip(spans, spans[1:], strict=False):
            self.assertGreaterEqual(second - first, 300_000, f"{name} did not wait for the one before")
        for name in self.names():
            self.assertEqual(self.box.journal(f"{name}.service").count("drained"), 1, name)
        self.assert_converged()

    def test_is_followed_in_parallel_where_the_file_says_so(self) -> None:
        self.add_three_services()
        self.config["rollout"]["max_parallel"] = 3
        self.apply()
        self.devnet.releases.add("6.2.5")
        self.devnet.set(target="6.2.5")
        self.apply()
        self.assert_runs("6.2.5")
        times = [int(s["InactiveExitTimestampMonotonic"]) for s in self.states().values()]
        self.assertLess(max(times) - min(times), 300_000)

    def test_is_used_once_where_its_release_reports_less(self) -> None:
        self.add_service("provider-eth1")
        self.devnet.releases.add("6.2.4", reported="6.1.0")
        self.apply()
        self.assert_runs("6.2.4")
        self.assertIn("no known release reports", self.report("status").text)
        self.assert_converged()

    def test_by_its_release_of_another_name(self) -> None:
        self.add_service("provider-eth1")
        self.config["binary"]["releases"] = {"4.2.8": "5.0.0"}
        self.devnet.releases.add("5.0.0", reported="4.2.8")
        self.devnet.set(target="4.2.8", min="4.2.1")
        self.apply()
        self.assert_runs("5.0.0")
        self.assert_converged()


if __name__ == "__main__":
    unittest.main()
