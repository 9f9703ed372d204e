"""The units that lavavisor is installed with: what they do works inside their own sandbox.

SPDX-License-Identifier: Apache-2.0
"""

import unittest

from harness import ROOT, UNIT_DIR, Scenario, wait_until

UNITS = ROOT / "examples/systemd"


class InstalledUnits(Scenario):
    def setUp(self) -> None:
        super().setUp()
        self.config["interval"] = "200ms"
        for name in ("provider-eth1", "provider-near"):
            self.add_service(name, health={"settle": "100ms", "timeout": "5s"})
        self.write_config()
        for unit in UNITS.iterdir():
            self.box.write(f"{UNIT_DIR}/{unit.name}", unit.read_text())
        self.box.exec("systemctl", "daemon-reload")

    def all_run(self, release: str) -> bool:
        return all(self.running_release(name) == release for name in self.names())

    def until_all_run(self, release: str, unit: str) -> None:
        try:
            wait_until(lambda: self.all_run(release), 20, f"{release} everywhere")
        except AssertionError as error:
            self.fail(f"{error}\n" + "\n".join(self.box.journal(unit)[-40:]))

    def test_of_the_loop_install_upgrade_and_repair(self) -> None:
        loop = "lavavisor.service"
        self.box.exec("systemctl", "enable", "--now", loop)
        self.until_all_run("6.2.4", loop)
        self.devnet.releases.add("6.2.5")
        self.devnet.set(target="6.2.5")
        self.until_all_run("6.2.5", loop)
        self.assertEqual(self.linked_release(), "6.2.5")
        # A service that is stopped while its gate is open would count as a failed upgrade.
        wait_until(lambda: self.report("history").document["runs"][0]["finished"], what="the upgrade's end")
        self.box.exec("systemctl", "stop", "provider-near")
        self.until_all_run("6.2.5", loop)
        self.assertEqual(self.box.show(loop)[loop]["NRestarts"], "0")

    def test_of_the_timer_apply_once(self) -> None:
        job = "lavavisor-apply.service"
        self.box.exec("systemctl", "start", job)
        self.until_all_run("6.2.4", job)
        self.box.exec("systemctl", "enable", "--now", "lavavisor-apply.timer")
        timer = self.box.show("lavavisor-apply.timer")["lavavisor-apply.timer"]
        self.assertEqual(timer["ActiveState"], "active")


if __name__ == "__main__":
    unittest.main()
