"""`lavavisor doctor` on a healthy host, and on one that is spoilt in one place after the other.

SPDX-License-Identifier: Apache-2.0
"""

from __future__ import annotations

import json
import os
import shutil
import time
import unittest
from pathlib import Path
from typing import Any

from harness import CONFIG, DIRECTORY, PROGRAM, ROOT, UNIT_DIR, Scenario, wait_until

try:
    import jsonschema
except ImportError:
    jsonschema = None

AARCH64 = 183  # e_machine of elf.h


class Doctor(Scenario):
    def setUp(self) -> None:
        super().setUp()
        self.add_service("provider-eth1", flags={"metrics-listen-address": "127.0.0.1:7776"})
        self.add_service("consumer-near", "consumer")

    def examine(self, code: int) -> list[dict[str, Any]]:
        """The checks of one look, which has to end with `code`."""
        report = self.report("doctor")
        self.assertEqual(report.code, code, report.text)
        if jsonschema is not None:
            schema = json.loads((ROOT / "schema/doctor.schema.json").read_text())
            jsonschema.validate(report.document, schema)
        return report.document["checks"]

    def not_ok(self, checks: list[dict[str, Any]], verdict: str = "problem") -> str:
        return "\n".join(f"{c['id']} {c['subject']}: {c['finding']}" for c in checks if c["verdict"] == verdict)

    def assert_told(self, check: str, finding: str, mend: str, verdict: str = "problem") -> None:
        """One look: `check` has that verdict, with these words in its finding and its remedy."""
        checks = self.examine(1 if verdict == "problem" else 0)
        found = [c for c in checks if c["id"] == check and c["verdict"] == verdict and finding in c["finding"]]
        self.assertTrue(found, self.not_ok(checks, verdict))
        self.assertIn(mend, f"{found[0]['remedy']}\n{found[0]['command']}")

    def test_of_a_healthy_host_finds_no_problem_and_changes_nothing(self) -> None:
        self.write_config()
        state = self.box.path(DIRECTORY)
        checks = self.examine(0)  # before anything is installed
        self.assertEqual(self.not_ok(checks), "")
        self.assertFalse(state.exists(), "it made the directory")
        self.apply()
        before, files = self.snapshot(), self.inventory()
        checks = self.examine(0)
        self.assertEqual(self.not_ok(checks), "")
        self.assertEqual((self.snapshot(), self.inventory()), (before, files))
        self.assertGreater(len(checks), 30)
        text = self.lavavisor("doctor").stdout
        self.assertIn("\nPorts\n  ok       provider-eth1 network-address: 127.0.0.1:2200 is", text)
        self.assertRegex(text, r"\n0 problems, \d+ warnings?(, \d+ skipped)?, \d+ checks\n$")

    def inventory(self) -> list[str]:
        root = self.box.path(DIRECTORY)
        return sorted(f"{path} {path.lstat().st_mtime_ns}" for path in root.rglob("*"))

    def test_names_what_is_wrong_with_the_chain(self) -> None:
        self.apply()
        self.config["chain"]["id"] = "lava-mainnet-1"
        self.assert_told("chain.endpoint", "network 'lava-testnet-2'", "correct chain.id")
        self.config["chain"]["id"] = "lava-testnet-2"
        self.devnet.set(catching_up=True)
        self.assert_told("chain.endpoint", "catching up", "wait until")
        self.devnet.set(catching_up=False, block_age=3600)
        self.assert_told("chain.endpoint", "newest block is", "stands still")
        self.devnet.set(block_age=0, mode="down")
        self.assert_told("chain.endpoint", "refused", "curl -sS http://127.0.0.1:26657/status")
        self.assert_told("chain.agreement", "no endpoint is believed", "last known")
        self.devnet.set(mode="hang")
        begin = time.monotonic()
        self.assert_told("chain.endpoint", "within 1s", "see that the node runs")
        self.assertLess(time.monotonic() - begin, 8)

    def test_names_what_is_wrong_with_the_host(self) -> None:
        self.apply()
        with self.subTest("the directory is open to everybody"):
            self.box.exec("chmod", "0777", DIRECTORY)
            self.assert_told("permissions.exposed", "every user", f"chmod o-w {DIRECTORY}")
            self.box.exec("chmod", "0755", DIRECTORY)
        with self.subTest("a binary of another machine"):
            binary = self.box.path(f"{DIRECTORY}/upgrades/v6.2.4/lavap")
            content = binary.read_bytes()
            other = self.box.path(f"{DIRECTORY}/upgrades/v6.0.0/lavap")
            other.parent.mkdir()
            other.write_bytes(content[:18] + AARCH64.to_bytes(2, "little") + content[20:])
            other.chmod(0o755)
            self.assert_told("binaries.program", "AArch64", f"rm {DIRECTORY}/upgrades/v6.0.0/lavap")
            shutil.rmtree(other.parent)
        with self.subTest("a masked unit"):
            link = self.box.path(f"{UNIT_DIR}/provider-eth1.service")
            target = os.readlink(link)
            link.unlink()
            link.symlink_to("/dev/null")
            self.box.exec("systemctl", "daemon-reload")
            self.assert_told("systemd.unit", "masked", "systemctl unmask provider-eth1.service")
            link.unlink()
            link.symlink_to(target)
            self.box.exec("systemctl", "daemon-reload")
        with self.subTest("a drop-in with its own ExecStart"):
            self.box.write(f"{UNIT_DIR}/provider-eth1.service.d/x.conf", "[Service]\nExecStart=\nExecStart=/bin/true\n")
            self.assert_told("systemd.unit", "x.conf", "systemctl revert provider-eth1.service")
            self.box.exec("rm", "-r", f"{UNIT_DIR}/provider-eth1.service.d")
        with self.subTest("a release that is not there"):
            self.devnet.set(target="6.9.0")
            self.assert_told("sources.release", "HTTP status 404", "curl -sSIL")
            self.devnet.set(target="6.2.4")
        with self.subTest("a missing user"):
            self.service("consumer-near")["user"] = "nemo"
            self.assert_told("services.user", "does not exist", "useradd --system --create-home")
            del self.service("consumer-near")["user"]
        self.box.exec("systemctl", "daemon-reload")
        self.assertEqual(self.not_ok(self.examine(0)), "")

    def test_names_who_has_a_port(self) -> None:
        other = self.box.spawn("python3", "-m", "http.server", "--bind", "127.0.0.1", "7776")
        sockets = Path(f"/proc/{self.box.pid}/net/tcp")
        wait_until(lambda: f"0100007F:{7776:04X} 00000000:0000 0A" in sockets.read_text())
        taken = f"127.0.0.1:7776 is taken by python3 (pid {other.pid})"
        self.assert_told("ports.address", taken, "ss -ltnp sport = :7776")
        other.signal("KILL")
        other.finish()
        self.assertEqual(self.not_ok(self.examine(0)), "")

    def test_names_a_full_disk(self) -> None:
        self.box.exec("mkdir", "-p", DIRECTORY)
        self.box.exec("mount", "-t", "tmpfs", "-o", "size=1m,noexec", "tmpfs", DIRECTORY)
        self.assert_told("disk.space", "MiB free, and one release needs", f"df -h {DIRECTORY}")
        self.assert_told("disk.mount", "noexec", f"findmnt --target {DIRECTORY}")

    def test_as_a_user_says_what_that_one_may_not(self) -> None:
        self.config["systemd"]["scope"] = "system"  # for who is not root the default is another
        self.apply()
        done = self.box.exec("setpriv", "--reuid=lava", "--regid=lava", "--clear-groups", PROGRAM, "doctor", CONFIG, check=False)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn(f"lava may not write to {DIRECTORY}, which belongs to root", done.stdout)
        self.assertIn(f"$ sudo chown lava {DIRECTORY}\n", done.stdout)
        self.assertRegex(done.stdout, r"polkit (does not (answer|allow)|would ask)")

    def test_tells_who_is_at_work_and_that_nobody_is(self) -> None:
        self.write_config()
        loops = [c for c in self.examine(0) if c["id"] == "systemd.loop"]
        self.assertEqual([c["verdict"] for c in loops], ["warning"])
        self.box.write(f"{UNIT_DIR}/lavavisor.service", (ROOT / "examples/systemd/lavavisor.service").read_text())
        self.box.exec("systemctl", "daemon-reload")
        self.box.exec("systemctl", "start", "lavavisor.service")
        checks = {c["id"]: c for c in self.examine(0) if c["id"] in ("systemd.loop", "state.lock")}
        self.assertEqual(checks["systemd.loop"]["finding"], "is run by lavavisor.service")
        self.assertRegex(checks["state.lock"]["finding"], r"another lavavisor is at work there \(pid \d+\)")

    def test_refuses_a_bad_configuration_as_validate_does(self) -> None:
        self.config["chain"]["quorom"] = 2
        doctor, validate = self.lavavisor("doctor"), self.lavavisor("validate")
        self.assertEqual((doctor.returncode, doctor.stdout), (3, ""))
        self.assertEqual(doctor.stderr, validate.stderr)
        self.assertIn("did you mean", doctor.stderr)


if __name__ == "__main__":
    unittest.main()
