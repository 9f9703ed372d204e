"""Whatever is pulled out from under it: killed at each step, power cut, state gone. One more apply
converges, and no service stays down that need not be.

SPDX-License-Identifier: Apache-2.0
"""

import signal
import unittest

from harness import DIRECTORY, Scenario, program, wait_until

KILLED = (128 + signal.SIGKILL, -signal.SIGKILL)
LEAST_BOUNDARIES, MOST_BOUNDARIES = 8, 200


class Crash(Scenario):
    def setUp(self) -> None:
        super().setUp()
        for name in ("provider-eth1", "provider-near"):
            self.add_service(name, health={"settle": "50ms", "timeout": "5s"})

    def active(self) -> list[str]:
        return [name for name, state in self.states().items() if state["ActiveState"] == "active"]

    def killed_at(self, boundary: int) -> bool:
        """Run an apply that kills itself at its `boundary`-th step; False when it has fewer."""
        done = self.lavavisor("apply", env={"LAVAVISOR_FAULT_POINT": str(boundary)})
        if done.returncode in KILLED:
            return True
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return False

    def assert_heals(self, release: str) -> None:
        self.apply()
        self.assert_runs(release)
        self.assertEqual(self.linked_release(), release)
        self.assertEqual((self.strays(), self.partials()), ([], []))
        again = self.apply()
        self.assertEqual(again.actions, [], again.text)


class KilledAtEachStep(Crash):
    def setUp(self) -> None:
        super().setUp()
        self.install_program(program("LAVAVISOR_FAULTY"))

    def test_of_an_upgrade_it_goes_on_where_it_stopped(self) -> None:
        self.apply()
        for boundary in range(1, MOST_BOUNDARIES):
            release = f"6.2.{4 + boundary}"
            self.devnet.releases.add(release)
            self.devnet.set(target=release)
            with self.subTest(f"boundary {boundary}"):
                if not self.killed_at(boundary):
                    break
                self.assertGreaterEqual(len(self.active()), 1, "both services are down")
                self.assert_heals(release)
        self.assertGreater(boundary, LEAST_BOUNDARIES, "too few fault points; were they compiled in?")

    def test_of_a_first_apply_it_goes_on_where_it_stopped(self) -> None:
        for boundary in range(1, MOST_BOUNDARIES):
            with self.subTest(f"boundary {boundary}"):
                if not self.killed_at(boundary):
                    break
                self.assert_heals("6.2.4")
                self.wipe()
        self.assertGreater(boundary, LEAST_BOUNDARIES, "too few fault points; were they compiled in?")

    def wipe(self) -> None:
        names = " ".join(f"{name}.service" for name in self.names())
        self.box.shell(
            f"systemctl disable --now --quiet {names}; rm -rf {DIRECTORY} /usr/local/bin/lavap; "
            "systemctl daemon-reload; systemctl reset-failed"
        )


class PowerCut(Crash):
    def setUp(self) -> None:
        super().setUp()
        if not self.box.keeps_files():
            self.skipTest("the box keeps no files over a reboot where the host's root is an overlay")

    def test_in_the_middle_of_a_restart(self) -> None:
        self.devnet.releases.add("6.2.4", drain_ms=3000)
        self.apply()
        self.devnet.releases.add("6.2.5")
        self.devnet.set(target="6.2.5")
        self.spawn_lavavisor("apply")
        wait_until(lambda: len(self.active()) < 2, what="a service that drains")
        self.reboot()
        wait_until(lambda: len(self.active()) == 2, what="both services at boot")
        self.assert_heals("6.2.5")
        results = [run["result"] for run in self.report("history").document["runs"]]
        self.assertIn("interrupted", results)

    def test_in_the_middle_of_a_download(self) -> None:
        self.apply()
        self.devnet.releases.add("6.2.5", size=1 << 20, rate=200_000)
        self.devnet.set(target="6.2.5")
        self.devnet.releases.requests.clear()
        self.spawn_lavavisor("apply")
        asked = self.devnet.releases.requests
        wait_until(lambda: asked and asked[-1].sent > 100_000, what="some of the download")
        self.reboot()
        wait_until(lambda: len(self.active()) == 2, what="both services at boot")
        self.assert_runs("6.2.4")
        self.devnet.releases.add("6.2.5", size=1 << 20)
        self.assert_heals("6.2.5")

    def test_right_after_an_apply_that_said_changed(self) -> None:
        self.apply()
        self.reboot()
        wait_until(lambda: len(self.active()) == 2, what="both services at boot")
        self.assert_runs("6.2.4")
        self.assert_converged()

    def test_with_no_chain_afterwards_services_start_all_the_same(self) -> None:
        self.apply()
        self.devnet.set(mode="down")
        self.reboot()
        wait_until(lambda: len(self.active()) == 2, what="both services at boot")
        self.apply(code=4)
        self.assert_runs("6.2.4")


class State(Crash):
    def test_that_is_deleted_costs_no_service(self) -> None:
        self.apply()
        before = self.pids()
        self.box.shell(f"rm {DIRECTORY}/state.db*")
        report = self.apply()
        self.assertEqual(self.pids(), before, report.text)
        self.assert_converged()

    def test_that_is_corrupt_is_moved_aside_with_a_warning(self) -> None:
        self.apply()
        before = self.pids()
        for name, damage in {
            "garbage": "rm state.db*; head -c 9000 /dev/urandom > state.db",
            "an empty file": "rm state.db*; : > state.db",
            "a torn page": "rm -f state.db-*; printf xxxxxxxxxxxxxxxx | dd of=state.db bs=1 seek=4096 conv=notrunc status=none",
        }.items():
            with self.subTest(name):
                self.box.shell(f"cd {DIRECTORY}; {damage}")
                report = self.apply()
                if name == "garbage":
                    self.assertIn("state.db", report.text)
                self.assertEqual(self.pids(), before)
                self.assert_converged()
                self.assertEqual(self.lavavisor("history").returncode, 0)

    def test_that_another_program_has_locked_delays_no_repair_for_long(self) -> None:
        self.apply()
        holder = (
            f"import sqlite3, signal; c = sqlite3.connect('{DIRECTORY}/state.db', isolation_level=None); "
            "c.execute('PRAGMA locking_mode=EXCLUSIVE'); c.execute('BEGIN EXCLUSIVE'); "
            "open('/run/locked', 'w'); signal.pause()"
        )
        running = self.box.spawn("/usr/bin/python3", "-c", holder)
        wait_until(lambda: self.box.path("/run/locked").exists(), what="the lock")
        self.box.exec("systemctl", "stop", "provider-near")
        report = self.report("apply", timeout=50)
        self.assertIn(report.code, (0, 1), report.text)
        self.assertRegex(report.text, "state.db|locked")
        self.assert_runs("6.2.4")
        running.signal("KILL")
        running.finish()
        self.apply()
        self.assert_converged()


if __name__ == "__main__":
    unittest.main()
