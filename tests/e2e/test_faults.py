"""What it must stand: bad releases, bad endpoints, bad surroundings. After each nothing is half
installed, what runs goes on running, and the next good run converges.

SPDX-License-Identifier: Apache-2.0
"""

import unittest

from harness import DIRECTORY, LINK, UNIT_DIR, Report, Scenario, wait_until

SERVICE = "provider-eth1"


class BadRelease(Scenario):
    """A service runs 6.2.4; each row publishes a bad release for the next target, then mends it."""

    def setUp(self) -> None:
        super().setUp()
        self.add_service(SERVICE, health={"settle": "100ms", "timeout": "5s"})
        self.config["binary"]["release"]["timeout"] = "2s"
        self.config["binary"]["release"]["max_size"] = "4MiB"
        self.apply()
        self.patch = 4

    def check(self, expected: str, partial_may_stay: bool = False, **fault: object) -> Report:
        """Move the target to a release with `fault`: refused, nothing changed; then without it."""
        before, running = self.snapshot(), self.pids()
        old, self.patch = f"6.2.{self.patch}", self.patch + 1
        new = f"6.2.{self.patch}"
        self.devnet.releases.add(new, size=200_000, **fault)
        self.devnet.set(target=new)
        report = self.report("apply")
        left, partials = self.snapshot(), self.partials()
        runs, linked, installed = self.running_release(SERVICE), self.linked_release(), self.installed()
        pids = self.pids()
        self.devnet.releases.add(new, size=200_000)
        self.apply()
        self.assertEqual(report.code, 1, report.text)
        self.assertRegex(report.text, expected)
        self.assertEqual((runs, linked, pids), (old, old, running))
        self.assertNotIn(new, installed)
        if not partial_may_stay:
            self.assertEqual(partials, [])
            self.assertEqual({name for name in left if name not in before}, set())
        self.assert_runs(new)
        self.assertEqual((self.strays(), self.partials()), ([], []))
        return report

    def test_whose_checksums_do_not_vouch_for_it(self) -> None:
        rows = {
            "missing": r"404|not found",
            "wrong": r"sha-?256|checksum|digest",
            "malformed": r"sha256sum\.txt gives no SHA-256",
            "other_asset": r"sha256sum\.txt does not list",
            "html": r"sha256sum\.txt",
            "500": r"500",
        }
        for fault, expected in rows.items():
            with self.subTest(fault):
                self.check(f"(?i){expected}", checksum_fault=fault)

    def test_whose_download_is_spoilt(self) -> None:
        rows = {
            "404": (r"404|not found", False),
            "500": (r"500", False),
            "html": (r"sha-?256|checksum|digest|html", False),
            "truncated": (r"sha-?256|checksum|digest", False),
            "corrupt": (r"sha-?256|checksum|digest", False),
            "endless": (r"max_size|larger|too large|4 ?MiB", False),
            "to_http": (r"https?", False),
            "loop": (r"redirect", False),
            "stall": (r"time|stall", True),
            "cut": (r"cut|closed|short|end", True),
        }
        for fault, (expected, partial_may_stay) in rows.items():
            with self.subTest(fault):
                self.check(f"(?i){expected}", partial_may_stay, asset_fault=fault)

    def test_that_is_no_working_lavap(self) -> None:
        self.config["binary"]["release"]["timeout"] = "10s"
        rows = {
            "prints garbage": ("no version, but words", {"version_mode": "garbage"}),
            "prints control characters": ("version", {"version_mode": "control"}),
            "prints nothing": ("version", {"version_mode": "empty"}),
            "prints without end": ("version", {"version_mode": "flood"}),
            "has no version command": ("unknown command", {"version_mode": "missing"}),
            "is a text": ("exec|program|binary", {"content": "text"}),
            "is for another architecture": ("not a program for this machine", {"content": "other_arch"}),
        }
        for name, (expected, fault) in rows.items():
            with self.subTest(name):
                report = self.check(f"(?i){expected}", **fault)
                self.assertNotIn("\x1b", report.text)
                self.assertNotIn("\x07", report.text)

    def test_that_reports_less_than_the_min_is_kept_but_never_run(self) -> None:
        running = self.pids()
        self.devnet.releases.add("6.2.5", reported="5.4.9")
        self.devnet.set(target="6.2.5")
        self.assertIn("5.4.9", self.apply(code=1).text)
        self.devnet.releases.requests.clear()
        self.apply()
        self.assertEqual(self.devnet.releases.requests, [], "it was downloaded again")
        self.assertEqual((self.pids(), self.linked_release()), (running, "6.2.4"))
        self.devnet.releases.add("6.2.6")
        self.devnet.set(target="6.2.6")
        self.apply()
        self.assert_runs("6.2.6")
        self.assert_converged()

    def test_whose_version_command_hangs(self) -> None:
        self.check("(?i)version|probe|10 s|time", version_mode="hang")

    def test_that_was_cut_off_is_resumed_by_range(self) -> None:
        self.config["binary"]["release"]["timeout"] = "20s"
        self.devnet.releases.add("6.2.5", size=1 << 20, asset_fault="cut", times=1)
        self.devnet.set(target="6.2.5")
        self.devnet.releases.requests.clear()
        self.apply()
        self.assert_runs("6.2.5")
        first, second = self.devnet.releases.requests
        self.assertEqual((first.range, first.status), ("", 200))
        self.assertEqual((second.range, second.status), (f"bytes={first.sent}-", 206))
        self.assertEqual(first.sent + second.sent, 1 << 20)

    def test_that_was_interrupted_by_sigint_is_resumed_by_the_next_apply(self) -> None:
        self.config["binary"]["release"]["timeout"] = "1m"
        self.devnet.releases.add("6.2.5", size=1 << 20, rate=100_000)
        self.devnet.set(target="6.2.5")
        self.devnet.releases.requests.clear()
        running = self.spawn_lavavisor("apply", "--json")
        asked = self.devnet.releases.requests
        wait_until(lambda: asked and asked[-1].sent > 60_000, what="some of the download")
        running.signal("INT")
        report = self.report_of(running.finish(timeout=5))
        self.assertEqual(report.code, 1, report.text)
        self.assert_runs("6.2.4")
        self.assertEqual((self.installed(), self.linked_release(), self.strays()), (["6.2.4"], "6.2.4", []))
        self.devnet.releases.add("6.2.5", size=1 << 20)
        asked.clear()
        self.apply()
        self.assertRegex(asked[0].range, r"bytes=[1-9]\d*-")
        self.assert_runs("6.2.5")
        self.assertEqual(self.partials(), [])
        self.assert_converged()


class BadEndpoint(Scenario):
    ROWS = {
        "down": {"mode": "down"},
        "slow": {"latency": 3},
        "hanging": {"mode": "hang"},
        "garbage": {"mode": "garbage"},
        "an HTML page": {"mode": "html"},
        "a huge body": {"mode": "huge"},
        "an RPC error": {"mode": "error"},
        "an ABCI error": {"mode": "code"},
        "the wrong network": {"network": "lava-mainnet-1"},
        "catching up": {"catching_up": True},
        "a stale block": {"block_age": 3600},
        "target 1.2": {"target": "1.2"},
        "target 1.2.x": {"target": "1.2.x"},
        "target -1.0.0": {"target": "-1.0.0"},
        "target out of bounds": {"target": "99999999999.0.0"},
        "minor out of bounds": {"target": "6.10001.0"},
        "min above target": {"target": "6.2.4", "min": "6.2.5"},
        "NUL in the target": {"target": "6.2\x00.5"},
        "an empty target": {"target": ""},
        "a path for a target": {"target": "../../etc"},
    }
    GOOD = {
        "mode": "ok", "latency": 0, "network": "lava-testnet-2", "catching_up": False, "block_age": 0,
        "target": "6.2.4", "min": "5.5.0",
    }  # fmt: skip

    def test_is_not_believed_but_drift_is_repaired_by_what_was_last_known(self) -> None:
        self.add_service(SERVICE, health={"settle": "100ms", "timeout": "5s"})
        self.apply()
        for name, lie in self.ROWS.items():
            with self.subTest(name):
                self.devnet.set(**lie)
                self.box.shell(f"rm {LINK}; systemctl stop {SERVICE}")
                report = self.report("apply")
                self.devnet.set(**self.GOOD)
                self.assertEqual(report.code, 4, report.text)
                self.assertFalse(report.document["chain"]["trusted"], report.text)
                self.assertIn("127.0.0.1:26657", report.text)
                self.assertNotIn("\x00", report.text)
                self.assert_runs("6.2.4")
                self.assertEqual(self.linked_release(), "6.2.4")
        self.assert_converged()

    def test_on_a_fresh_host_leads_to_no_download(self) -> None:
        self.add_service(SERVICE)
        for name, lie in self.ROWS.items():
            if lie.get("mode") == "hang":
                continue
            with self.subTest(name):
                self.devnet.set(**lie)
                report = self.report("apply")
                self.devnet.set(**self.GOOD)
                self.assertEqual(report.code, 4, report.text)
                self.assertEqual((self.installed(), self.strays()), ([], []))
                self.assertEqual(self.states()[SERVICE]["LoadState"], "not-found")
        self.assertEqual(self.devnet.releases.requests, [])
        self.apply()
        self.assert_converged()

    def test_by_rest_is_judged_alike(self) -> None:
        self.add_service(SERVICE, health={"settle": "100ms", "timeout": "5s"}, node="tcp://127.0.0.1:26657")
        self.config["chain"]["endpoints"] = ["rest+http://127.0.0.1:26657"]
        self.apply()
        for name in ("down", "garbage", "the wrong network", "catching up", "a stale block", "target 1.2"):
            with self.subTest(name):
                self.devnet.set(**self.ROWS[name])
                report = self.report("apply")
                self.devnet.set(**self.GOOD)
                self.assertEqual(report.code, 4, report.text)
        self.assert_converged()


class Minority(Scenario):
    nodes = 3

    def test_that_lies_is_outvoted_and_named(self) -> None:
        self.add_service(SERVICE)
        self.config["chain"]["quorum"] = 2
        self.devnet.set(node=2, target="9.9.9")
        report = self.apply()
        self.assert_runs("6.2.4")
        self.assertIn("127.0.0.1:26659", report.text)
        self.assertEqual((report.document["chain"]["agreed"], report.document["chain"]["asked"]), (2, 3))
        self.assert_converged()

    def test_that_is_down_does_not_matter(self) -> None:
        self.add_service(SERVICE)
        self.config["chain"]["quorum"] = 2
        self.devnet.set(node=0, mode="down")
        self.apply()
        self.assert_runs("6.2.4")

    def test_without_a_quorum_nobody_is_believed_and_each_is_named(self) -> None:
        self.add_service(SERVICE)
        self.config["chain"]["quorum"] = 2
        for node, target in enumerate(("6.2.4", "6.2.5", "6.2.6")):
            self.devnet.set(node=node, target=target)
        report = self.apply(code=4)
        for words in ("26657", "26658", "26659", "6.2.4", "6.2.5", "6.2.6"):
            self.assertIn(words, report.text)
        self.assertEqual(self.installed(), [])


class BadSurroundings(Scenario):
    def setUp(self) -> None:
        super().setUp()
        self.add_service(SERVICE)

    def test_unit_dir_that_is_not_writable(self) -> None:
        self.box.shell(f"mount --bind {UNIT_DIR} {UNIT_DIR}; mount -o remount,ro,bind {UNIT_DIR}")
        report = self.apply(code=1)
        self.assertIn(UNIT_DIR, report.text)
        self.assertRegex(report.text, "(?i)read-only")
        self.assertEqual(self.strays(), [])
        self.box.shell(f"umount {UNIT_DIR}")
        self.apply()
        self.assert_converged()

    def test_a_disk_that_is_full_while_installing(self) -> None:
        self.devnet.releases.add("6.2.4", size=3 << 20)
        self.box.shell(f"mkdir -p {DIRECTORY}; mount -t tmpfs -o size=1m tmpfs {DIRECTORY}")
        report = self.apply(code=1)
        self.assertRegex(report.text, "(?i)no space left")
        self.assertEqual((self.installed(), self.linked_release()), ([], ""))
        self.box.shell(f"mount -o remount,size=30m {DIRECTORY}")
        self.apply()
        self.assert_converged()

    def test_a_state_that_is_read_only_keeps_no_service_down(self) -> None:
        self.apply()
        self.box.shell(f"cd {DIRECTORY}; for f in state.db*; do mount --bind $f $f; mount -o remount,ro,bind $f; done")
        self.box.shell(f"systemctl stop {SERVICE}")
        report = self.report("apply")
        self.assertIn(report.code, (0, 1), report.text)
        self.assertIn("state.db", report.text)
        self.assert_runs("6.2.4")
        self.box.shell(f"cd {DIRECTORY}; for f in state.db*; do umount $f; done")
        self.apply()
        self.assert_converged()

    def test_a_host_without_systemd(self) -> None:
        self.write_config()
        hidden = 'mount -t tmpfs tmpfs /run; exec lavavisor apply "$0" --json'
        done = self.box.exec("unshare", "--mount", "sh", "-ec", hidden, "/etc/lavavisor/config.toml", check=False)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertRegex(done.stdout + done.stderr, "(?i)systemd|d-bus|dbus|bus")
        self.assertEqual(self.strays(), [])
        self.apply()
        self.assert_runs("6.2.4")
        self.assert_converged()

    def test_a_user_that_the_host_lacks(self) -> None:
        self.service(SERVICE)["user"] = "nobody-knows-me"
        report = self.apply(code=1)
        self.assertIn("nobody-knows-me", report.text)
        del self.service(SERVICE)["user"]
        self.apply()
        self.assert_converged()

    def test_a_file_in_the_place_of_the_directory(self) -> None:
        self.box.write(DIRECTORY, "a file")
        report = self.report("apply")
        self.assertIn(report.code, (1, 3), report.text)
        self.assertIn(DIRECTORY, report.text)
        self.assertEqual(self.box.read(DIRECTORY), "a file")
        self.box.shell(f"rm {DIRECTORY}")
        self.apply()
        self.assert_converged()

    def test_a_program_in_the_place_of_the_link(self) -> None:
        self.box.write(LINK, "#!/bin/sh\n", 0o755)
        report = self.apply(code=1)
        self.assertIn(LINK, report.text)
        self.assertEqual(self.box.read(LINK), "#!/bin/sh\n")
        self.assert_runs("6.2.4")

    def test_another_directory_that_holds_the_link(self) -> None:
        other = "/srv/mainnet/upgrades/v5.0.0/lavap"
        self.box.write(other, "#!/bin/sh\n", 0o755)
        self.box.shell(f"ln -s {other} {LINK}")
        report = self.apply(code=1)
        self.assertIn("/srv/mainnet", report.text)
        self.assertEqual(self.box.shell(f"readlink {LINK}").strip(), other)


if __name__ == "__main__":
    unittest.main()
