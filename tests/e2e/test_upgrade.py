"""Upgrades behind health gates: rollback, halt, quarantine, hooks, pacing, caps, and the commands
around them.

SPDX-License-Identifier: Apache-2.0
"""

import datetime
import unittest
from typing import Any

from harness import DIRECTORY, Scenario, wait_until


class Upgrade(Scenario):
    """Three services run 6.2.4."""

    def setUp(self) -> None:
        super().setUp()
        self.add_three_services()
        self.devnet.releases.add("6.2.4")
        self.configure()
        self.apply()
        self.before = self.pids()

    def configure(self) -> None:
        """What a test class wants to differ before the first apply."""

    def move_target(self, release: str = "6.2.5", **behaviour: Any) -> Any:
        """Publish a release and let the chain ask for it; the release."""
        published = self.devnet.releases.add(release, **behaviour)
        self.devnet.set(target=release)
        return published

    def untouched(self) -> set[str]:
        return {name for name, pid in self.pids().items() if pid == self.before[name]}

    def quarantined(self) -> list[str]:
        return [entry["version"] for entry in self.report("status").document["quarantined"]]

    def held(self, report: Any = None) -> set[str]:
        document = (report or self.report("plan")).document
        return {entry["why"] for entry in document.get("held", [])}


class FailedUpgrade(Upgrade):
    def assert_rolled_back(self) -> None:
        report = self.apply(code=1)
        self.assertEqual(report.result, "rolled_back", report.text)
        self.assert_runs("6.2.4")
        self.assertEqual(self.linked_release(), "6.2.4")
        self.assertEqual(self.quarantined(), ["6.2.5"])
        self.assertEqual(self.untouched(), set(self.names()[1:]))

    def test_is_rolled_back_and_not_tried_again_until_cleared(self) -> None:
        self.move_target(exit_code_on_start=1)
        self.assert_rolled_back()
        again = self.apply()
        self.assertEqual(again.actions, [], again.text)
        self.assertIn("quarantined", self.held())
        listed = self.lavavisor("quarantine")
        self.assertEqual(listed.returncode, 0, listed.stderr)
        self.assertIn("6.2.5", listed.stdout)
        self.assertIn("provider-eth1", listed.stdout)
        runs = self.report("history").document["runs"]
        self.assertIn("failed", {a["status"] for run in runs for a in run["actions"]})
        cleared = self.lavavisor("quarantine", "--clear", "6.2.5")
        self.assertEqual(cleared.returncode, 0, cleared.stderr)
        self.assertEqual(self.quarantined(), [])
        self.assertEqual(self.apply(code=1).result, "rolled_back")
        self.assertNotEqual(self.lavavisor("quarantine", "--clear", "7.7.7").returncode, 0)

    def test_gives_way_to_the_next_target(self) -> None:
        self.move_target(exit_code_on_start=1)
        self.assert_rolled_back()
        self.move_target("6.2.6")
        self.apply()
        self.assert_runs("6.2.6")
        self.assert_converged()

    def test_gives_way_to_another_file_with_a_pinned_checksum(self) -> None:
        bad = self.move_target(exit_code_on_start=1)
        self.config["binary"]["sha256"] = {"6.2.5": bad.sha256}
        self.assert_rolled_back()
        self.assert_converged()  # the pin of the file that failed is no reason to try it again
        mended = self.devnet.releases.add("6.2.5")
        self.config["binary"]["sha256"] = {"6.2.5": mended.sha256}
        self.apply()
        self.assert_runs("6.2.5")
        self.assert_converged()

    def test_halts_where_the_file_says_so_and_stays_so_until_cleared(self) -> None:
        self.config["rollout"]["on_failure"] = "halt"
        self.move_target(exit_code_on_start=1)
        report = self.apply(code=1)
        self.assertEqual(report.result, "failed", report.text)
        self.assertEqual(self.untouched(), set(self.names()[1:]))
        self.assert_runs("6.2.4", *self.names()[1:])
        self.report("apply")
        self.assertEqual(self.untouched(), set(self.names()[1:]))
        self.assertIn("halted", self.held())
        self.move_target("6.2.6")
        self.lavavisor("quarantine", "--clear", "6.2.5")
        self.apply()
        self.assert_runs("6.2.6")
        self.assert_converged()

    def test_by_a_crash_loop_after_it_was_declared_healthy_is_undone(self) -> None:
        for service in self.config["service"]:
            service["unit"] = {"Service": {"RestartSec": "100ms"}}
        self.apply()
        self.move_target(crash_after_ms=700)
        upgrade = self.apply()
        self.assertEqual(upgrade.targets("restart_service"), self.names())  # all passed their gates

        def loops() -> bool:
            states = self.states().values()
            return any(int(s["NRestarts"]) >= 3 or s["ActiveState"] == "failed" for s in states)

        wait_until(loops, what="three restarts")
        restarts = [service["restarts"] for service in self.report("status").document["services"]]
        self.assertTrue(any(restarts))
        self.report("apply")
        self.assert_runs("6.2.4")
        self.assertEqual(self.quarantined(), ["6.2.5"])
        self.assert_converged()


class HealthGate(Upgrade):
    def configure(self) -> None:
        provider = self.service("provider-eth1")
        provider["flags"] = {"metrics-listen-address": "127.0.0.1:7776"}
        provider["health"] = {
            "settle": "100ms", "timeout": "1500ms", "http": "http://127.0.0.1:7776/metrics/overall-health",
        }  # fmt: skip

    def test_by_http_lets_a_healthy_release_through(self) -> None:
        self.move_target(start_delay_ms=600)
        self.apply()
        self.assert_runs("6.2.5")

    def test_by_http_holds_back_one_that_answers_503(self) -> None:
        self.move_target(health_status=503)
        report = self.apply(code=1)
        self.assertEqual(report.result, "rolled_back")
        self.assertIn("503", report.text)
        self.assert_runs("6.2.4")

    def test_by_tcp_and_command(self) -> None:
        health = self.service("provider-eth1")["health"]
        del health["http"]
        health |= {"tcp": "127.0.0.1:7776", "command": ["/usr/bin/test", "-e", "/tmp/healthy"]}
        self.move_target()
        self.assertEqual(self.apply(code=1).result, "rolled_back")
        self.box.write("/tmp/healthy", "")
        self.lavavisor("quarantine", "--clear", "6.2.5")
        self.apply()
        self.assert_runs("6.2.5")


class Hooks(Upgrade):
    def hook(self, name: str, last: str) -> list[str]:
        script = f'#!/bin/sh\necho "$LAVAVISOR_FROM $LAVAVISOR_TO $LAVAVISOR_SERVICES" >> /root/{name}\n{last}\n'
        self.box.write(f"/usr/local/bin/{name}", script, 0o755)
        return [f"/usr/local/bin/{name}"]

    def test_run_around_an_upgrade_and_know_what_it_is(self) -> None:
        self.config["hooks"] = {"pre_upgrade": self.hook("pre", "exit 0"), "post_upgrade": self.hook("post", "exit 0")}
        self.assert_converged()
        self.move_target()
        self.apply()
        for name in ("pre", "post"):
            [line] = self.box.read(f"/root/{name}").splitlines()
            self.assertTrue(line.startswith("6.2.4 6.2.5 "), line)
            for service in self.names():
                self.assertIn(service, line)
        self.assert_converged()

    def test_that_fail_before_an_upgrade_stop_it(self) -> None:
        self.config["hooks"]["pre_upgrade"] = self.hook("pre", "echo 'backup is full' >&2; exit 3")
        self.move_target()
        report = self.apply(code=1)
        self.assertIn("backup is full", report.text)
        self.assertEqual(self.untouched(), set(self.names()))
        self.assertEqual(self.linked_release(), "6.2.4")
        self.assertEqual(self.quarantined(), [])
        self.config["hooks"] = {}
        self.apply()
        self.assert_runs("6.2.5")


class Pacing(Upgrade):
    def closed_window(self) -> str:
        now = datetime.datetime.now(datetime.UTC)
        begin, end = now + datetime.timedelta(hours=3), now + datetime.timedelta(hours=5)
        return f"Mon-Sun {begin:%H:%M}-{end:%H:%M}"

    def test_waits_for_a_window_but_not_below_min(self) -> None:
        self.config["rollout"]["windows"] = [self.closed_window()]
        self.move_target()
        report = self.apply()
        self.assertEqual(self.held(report), {"outside_window"}, report.text)
        self.assertEqual(self.untouched(), set(self.names()))
        [until] = {entry["until"] for entry in report.document["held"]}
        for command in ("explain", "status"):
            self.assertIn(until, self.report(command).text)
            self.assertRegex(self.lavavisor(command).stdout, r"the next\s+one\s+opens\s+in \d+ (h|min)")
        self.devnet.set(min="6.2.5")
        self.apply()
        self.assert_runs("6.2.5")

    def test_waits_for_the_target_delay_but_not_below_min(self) -> None:
        self.config["binary"]["target_delay"] = "1h"
        self.move_target()
        self.assertIn("target_delay", self.held(self.apply()))
        self.assertEqual(self.untouched(), set(self.names()))
        self.devnet.set(min="6.2.5")
        self.apply()
        self.assert_runs("6.2.5")
        self.assert_converged()

    def test_does_not_go_above_max_version(self) -> None:
        self.config["binary"]["max_version"] = "6.2.99"
        self.move_target("7.0.0")
        self.assertIn("capped", self.held(self.apply()))
        self.assertIn("max_version", self.lavavisor("explain").stdout)
        self.assertEqual(self.untouched(), set(self.names()))
        del self.config["binary"]["max_version"]
        report = self.apply()
        self.assertIn("major", report.text)
        self.assert_runs("7.0.0")

    def test_goes_down_only_when_allowed(self) -> None:
        self.devnet.releases.add("6.2.3")
        self.devnet.set(target="6.2.3")
        self.apply()
        self.assertEqual(self.untouched(), set(self.names()))
        self.config["binary"]["allow_downgrade"] = True
        self.apply()
        self.assert_runs("6.2.3")
        self.assert_converged()

    def test_assumed_versions_are_planned_and_nothing_more(self) -> None:
        before = self.snapshot()
        report = self.report("plan", "--assume", "target=6.3.0,min=6.0.0")
        self.assertEqual(report.code, 0, report.text)
        self.assertIn(("install_binary", "6.3.0"), [(a["kind"], a["target"]) for a in report.actions])
        self.assertEqual(self.snapshot(), before)
        self.assert_converged()


class Commands(Upgrade):
    def test_rollback_returns_to_the_version_before(self) -> None:
        self.move_target()
        self.apply()
        done = self.report("rollback")
        self.assertEqual(done.code, 0, done.text)
        self.assert_runs("6.2.4")
        self.assertEqual(self.quarantined(), ["6.2.5"])
        self.assertEqual(self.linked_release(), "6.2.4")
        self.assert_converged()

    def test_verify_finds_a_changed_binary_and_apply_mends_it(self) -> None:
        self.assertEqual(self.lavavisor("verify").returncode, 0)
        path = f"{DIRECTORY}/upgrades/v6.2.4/lavap"
        self.box.shell(f"cp -p {path} {path}.new; printf x >> {path}.new; touch -r {path} {path}.new; mv {path}.new {path}")
        found = self.lavavisor("verify")
        self.assertEqual(found.returncode, 1, found.stdout)
        self.assertIn("6.2.4", found.stdout)
        self.apply()
        self.assertEqual(self.lavavisor("verify").returncode, 0)
        self.assert_converged()

    def test_prune_removes_what_nothing_needs(self) -> None:
        for patch in range(5, 9):
            self.move_target(f"6.2.{patch}")
            self.apply()
        self.config["binary"]["keep"] = 1
        done = self.lavavisor("prune")
        self.assertEqual(done.returncode, 0, done.stderr)
        left = self.installed()
        self.assertIn("6.2.8", left)
        self.assertIn("6.2.7", left)
        self.assertLessEqual(len(left), 3)
        self.assert_runs("6.2.8")
        self.assert_converged()

    def test_explain_names_rule_and_source(self) -> None:
        text = self.lavavisor("explain").stdout
        self.assertIn("127.0.0.1:26657", text)
        self.assertIn("6.2.4", text)
        document = self.report("explain").document
        self.assertEqual({s["rule"] for s in document["services"] if s["name"] in self.names()}, {"satisfied"})


if __name__ == "__main__":
    unittest.main()
