"""The reconcile loop as a service of systemd: it follows, repairs, reloads, and ends cleanly.

SPDX-License-Identifier: Apache-2.0
"""

import unittest

from harness import CONFIG, LINK, PROGRAM, UNIT_DIR, Scenario, document_of, wait_until

LOOP = "lavavisor.service"
UNIT = f"""[Service]
Type=notify
ExecStart={PROGRAM} run {CONFIG}
ExecReload=/bin/kill -HUP $MAINPID
WatchdogSec=3s
TimeoutStopSec=20s
"""


class Loop(Scenario):
    """The loop runs with two services; only events wake it, because its interval is long."""

    interval = "10m"

    def setUp(self) -> None:
        super().setUp()
        self.config["interval"] = self.interval
        for name in ("provider-eth1", "provider-near"):
            self.add_service(name, health={"settle": "100ms", "timeout": "5s"})
        self.box.write(f"{UNIT_DIR}/{LOOP}", UNIT)
        self.start_loop()

    def start_loop(self) -> None:
        self.write_config()
        self.box.exec("systemctl", "start", LOOP)
        self.until_all_run("6.2.4")

    def until_all_run(self, release: str, timeout: float = 20) -> None:
        def all_run() -> bool:
            return all(self.running_release(name) == release for name in self.names())

        try:
            wait_until(all_run, timeout, f"{release} everywhere")
        except AssertionError as error:
            self.fail(f"{error}\n" + "\n".join(self.box.journal(LOOP)[-40:]))

    def until_environment(self, setting: str) -> None:
        unit = "provider-eth1.service"
        wait_until(lambda: setting in self.box.show(unit)[unit]["Environment"], 5, f"{setting} in its unit")

    def loop(self) -> dict[str, str]:
        return self.box.show(LOOP)[LOOP]

    def active(self, name: str) -> bool:
        return self.states()[name]["ActiveState"] == "active"

    def follow(self, release: str) -> None:
        """Move the target and nudge the loop."""
        self.devnet.releases.add(release)
        self.devnet.set(target=release)
        self.box.exec("systemctl", "reload", LOOP)
        self.until_all_run(release)


class RunningLoop(Loop):
    def test_says_that_it_is_ready_and_how_things_are(self) -> None:
        wait_until(lambda: "6.2.4" in self.loop()["StatusText"], what="a status with the version")
        self.assertEqual(self.loop()["ActiveState"], "active")

    def test_repairs_a_failed_service_at_once(self) -> None:
        self.service("provider-eth1")["unit"] = {"Service": {"Restart": "no"}}
        self.write_config()
        unit = "provider-eth1.service"
        wait_until(lambda: self.box.show(unit)[unit]["Restart"] == "no" and self.active("provider-eth1"))
        before = self.pids()
        self.box.exec("kill", "-KILL", before["provider-eth1"])
        wait_until(lambda: self.active("provider-eth1") and self.pids()["provider-eth1"] != before["provider-eth1"], 5)
        self.assertEqual(self.pids()["provider-near"], before["provider-near"])

    def test_leaves_a_killed_service_to_systemd_which_restarts_it(self) -> None:
        before = self.pids()["provider-eth1"]
        self.box.exec("kill", "-KILL", before)
        wait_until(lambda: self.pids()["provider-eth1"] not in ("0", before), 10)
        self.assertEqual(self.states()["provider-eth1"]["NRestarts"], "1")

    def test_repairs_a_stopped_service_at_once(self) -> None:
        self.box.exec("systemctl", "stop", "provider-near")
        wait_until(lambda: self.active("provider-near"), 5, "the service to be started again")

    def test_reloads_on_sighup(self) -> None:
        self.follow("6.2.5")

    def test_takes_up_a_file_that_is_replaced(self) -> None:
        self.service("provider-eth1")["env"] = {"GOGC": "150"}
        text = document_of(self.config)
        self.box.write(CONFIG + ".new", text)
        self.box.exec("mv", CONFIG + ".new", CONFIG)
        self.until_environment("GOGC=150")

    def test_keeps_the_old_configuration_when_the_new_one_is_broken(self) -> None:
        self.box.write(CONFIG, "this is = = no toml\n")
        wait_until(lambda: any("config.toml:1:" in line for line in self.box.journal(LOOP)), 5, "the complaint")
        self.box.exec("systemctl", "stop", "provider-near")
        wait_until(lambda: self.active("provider-near"), 5, "repair by the old configuration")
        self.assertEqual(self.loop()["ActiveState"], "active")
        self.service("provider-eth1")["env"] = {"GOGC": "150"}
        self.write_config()
        self.until_environment("GOGC=150")

    def test_ends_cleanly_on_sigterm_and_leaves_the_services_alone(self) -> None:
        before = self.pids()
        self.box.exec("systemctl", "stop", LOOP, timeout=10)
        state = self.loop()
        self.assertEqual((state["ActiveState"], state["Result"], state["ExecMainStatus"]), ("inactive", "success", "0"))
        self.assertEqual(self.pids(), before)
        self.apply()
        self.assert_converged()

    def test_holds_the_directory(self) -> None:
        report = self.report("apply")
        self.assertEqual(report.code, 5, report.text)
        self.assertIn(self.loop()["MainPID"], report.text)
        self.assertEqual(self.lavavisor("status").returncode, 0)
        self.assertEqual(self.lavavisor("plan").returncode, 0)

    def test_that_is_refused_its_first_configuration_ends_with_3(self) -> None:
        self.box.exec("systemctl", "stop", LOOP)
        self.box.write(CONFIG, "nonsense = true\n")
        self.assertNotEqual(self.box.exec("systemctl", "start", LOOP, check=False).returncode, 0)
        self.assertEqual(self.loop()["ExecMainStatus"], "3")


class HangingEndpoint(Loop):
    interval = "200ms"

    def setUp(self) -> None:
        super().setUp()
        self.devnet.set(mode="hang")
        asked = self.devnet.nodes[0].asked
        wait_until(lambda: self.devnet.nodes[0].asked > asked, what="a question that hangs")

    def start_loop(self) -> None:
        self.config["chain"]["timeout"] = "30s"
        super().start_loop()

    def test_does_not_delay_the_repair_of_drift(self) -> None:
        self.box.exec("systemctl", "stop", "provider-near")
        wait_until(lambda: self.active("provider-near"), 5, "repair while the endpoint hangs")

    def test_does_not_delay_the_end(self) -> None:
        self.box.exec("systemctl", "stop", LOOP, timeout=5)
        self.assertEqual(self.loop()["Result"], "success")

    def test_does_not_delay_the_start_of_services(self) -> None:
        self.box.exec("systemctl", "stop", LOOP, "provider-near", timeout=5)
        self.box.exec("systemctl", "start", LOOP)
        wait_until(lambda: self.active("provider-near"), 8, "a service's start while the endpoint hangs")


class LinkedConfiguration(Loop):
    def start_loop(self) -> None:
        """GitOps tools lay out each revision beside the last one and move a link to it."""
        self.deploy("1")
        super().start_loop()

    def write_config(self) -> None:
        pass

    def deploy(self, revision: str) -> None:
        folder = f"/etc/lavavisor/revisions/{revision}"
        self.box.write(f"{folder}/config.toml", document_of(self.config))
        self.box.shell(
            f"cd /etc/lavavisor; cp *.yml ca.pem {folder}/; ln -s revisions/{revision} ..data.new; "
            "mv -T ..data.new ..data; [ -L config.toml ] || ln -s ..data/config.toml config.toml"
        )

    def test_is_taken_up_when_the_link_moves(self) -> None:
        self.service("provider-eth1")["env"] = {"GOGC": "150"}
        self.deploy("2")
        self.until_environment("GOGC=150")


class ShortInterval(Loop):
    interval = "200ms"

    def test_follows_the_chain_by_itself(self) -> None:
        self.devnet.releases.add("6.2.5")
        self.devnet.set(target="6.2.5")
        self.until_all_run("6.2.5")

    def test_undoes_a_bad_release_and_remembers_it(self) -> None:
        self.devnet.releases.add("6.2.5", exit_code_on_start=1)
        self.devnet.set(target="6.2.5")
        wait_until(lambda: self.report("status").document["quarantined"], what="the quarantine")
        self.until_all_run("6.2.4")
        self.devnet.releases.add("6.2.6")
        self.devnet.set(target="6.2.6")
        self.until_all_run("6.2.6")

    def test_undoes_drift_by_itself(self) -> None:
        self.box.exec("rm", LINK)
        wait_until(lambda: self.linked_release() == "6.2.4", what="the link")

    def test_keeps_the_watchdog_alive(self) -> None:
        seen = {self.loop()["WatchdogTimestampMonotonic"]}

        def kept_alive() -> bool:
            seen.add(self.loop()["WatchdogTimestampMonotonic"])
            return len(seen) >= 4

        wait_until(kept_alive, what="four signs of life")

    def test_starts_and_repairs_without_a_chain(self) -> None:
        self.box.exec("systemctl", "stop", LOOP)
        self.devnet.set(mode="down")
        for name in self.names():
            self.box.exec("systemctl", "stop", name)
        self.box.exec("systemctl", "start", LOOP)
        self.until_all_run("6.2.4")
        self.devnet.releases.add("6.2.5")
        self.devnet.set(mode="ok", target="6.2.5")
        self.until_all_run("6.2.5")

    def test_backs_off_from_a_release_that_cannot_be_had(self) -> None:
        self.devnet.releases.add("6.2.5", asset_fault="404")
        asked = self.devnet.releases.requests
        asked.clear()
        self.devnet.set(target="6.2.5")
        wait_until(lambda: len(asked) >= 5, what="five tries")
        gaps = [later.at - earlier.at for earlier, later in zip(asked, asked[1:], strict=False)]
        self.assertGreater(gaps[3], 3 * gaps[0], gaps)
        self.until_all_run("6.2.4")


if __name__ == "__main__":
    unittest.main()
