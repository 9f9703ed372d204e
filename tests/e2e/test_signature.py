"""Releases whose checksums have to be signed: by the real minisign, under the real server. Whatever is
not signed by a key of the configuration changes nothing, and the next good run converges.

SPDX-License-Identifier: Apache-2.0
"""

import re
import shutil
import subprocess
import unittest
from pathlib import Path
from typing import Any

from harness import Report, Scenario, Spawned, wait_until

SERVICE = "provider-eth1"
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


class Key:
    """A key of minisign's, without a password."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        self.minisign("-G", "-W", "-p", f"{name}.pub", "-s", f"{name}.key")
        self.file = (folder / f"{name}.pub").read_text()
        comment, self.line = self.file.splitlines()
        self.id = comment.split()[-1].rjust(16, "0")

    def sign(self, content: bytes, *options: str) -> bytes:
        (self.folder / "sha256sum.txt").write_bytes(content)
        self.minisign("-S", "-s", f"{self.name}.key", "-m", "sha256sum.txt", *options)
        return (self.folder / "sha256sum.txt.minisig").read_bytes()

    def minisign(self, *words: str) -> None:
        subprocess.run(["minisign", *words], cwd=self.folder, check=True, capture_output=True, timeout=60)


class Signed(Scenario):
    """A service runs the signed release 6.2.4."""

    def setUp(self) -> None:
        if shutil.which("minisign") is None:
            self.skipTest("a signature needs minisign, which is not installed")
        super().setUp()
        keys = self.box.folder / "keys"
        keys.mkdir()
        self.key, self.next, self.stranger = (Key(keys, name) for name in ("now", "next", "stranger"))
        self.config["binary"]["verify"] = "signature"
        self.config["binary"]["release"]["public_key"] = self.key.line
        self.add_service(SERVICE, health={"settle": "100ms", "timeout": "5s"})
        self.patch = 4
        self.publish("6.2.4")
        self.apply()
        self.assert_runs("6.2.4")

    def publish(self, version: str, key: Key | None = None, *options: str, **faults: Any) -> Any:
        """Publish a release that is signed by `key` (the first one), and what is wrong with it then."""
        release = self.devnet.releases.add(version)
        release.signature = (key or self.key).sign(release.checksums(), *options)
        for name, value in faults.items():
            setattr(release, name, value)
        self.devnet.set(target=version)
        return release

    def next_version(self) -> str:
        self.patch += 1
        return f"6.2.{self.patch}"

    def assert_taken(self, version: str, key: Key) -> None:
        report = self.report("apply", "--log-level", "debug")
        self.assertEqual(report.code, 0, report.text)
        self.assert_runs(version)
        self.assertIn(f"signed by key {key.id}", report.text)
        self.assertIsNone(CONTROL.search(report.text), report.text)
        self.assert_converged()

    def assert_refused(self, *expected: str, command: str = "apply") -> Report:
        """Nothing is fetched or changed, and the report holds each of `expected`."""
        before, running = self.snapshot(), self.pids()
        self.devnet.releases.requests.clear()
        report = self.report(command)
        self.assertEqual(report.code, 1, report.text)
        for words in expected:
            self.assertIn(words, report.text)
        self.assertIsNone(CONTROL.search(report.text), report.text)
        self.assertEqual(self.devnet.releases.requests, [], "the binary was asked for")
        self.assertEqual({**before, **self.snapshot()}, before)
        self.assertEqual((self.pids(), self.partials(), self.strays()), (running, [], []))
        return report

    def test_a_good_signature_of_either_form_is_taken(self) -> None:
        for options in ((), ("-l",), ("-t", "a comment \x1b[2J of ours")):
            with self.subTest(options):
                version = self.next_version()
                self.publish(version, self.key, *options)
                self.assert_taken(version, self.key)

    def test_keys_are_rotated_without_a_gap(self) -> None:
        release = self.config["binary"]["release"]
        release["public_key"] = [self.key.line, self.next.file]
        for key in (self.key, self.next):
            version = self.next_version()
            self.publish(version, key)
            self.assert_taken(version, key)
        release["public_key"] = [self.next.line]
        self.publish(self.next_version(), self.key)
        self.assert_refused(f"unknown key {self.key.id}", f"has: {self.next.id}")
        version = self.next_version()
        self.publish(version, self.next)
        self.assert_taken(version, self.next)

    def test_what_the_key_did_not_sign_changes_nothing(self) -> None:
        old = self.devnet.releases.releases["6.2.4"]

        def forged(release: Any) -> None:
            release.signature = release.signature.replace(b"trusted comment: times", b"trusted comment: timez")

        def by_stranger(release: Any) -> None:
            release.signature = self.stranger.sign(release.checksums())

        def claims_our_key(release: Any) -> None:
            stranger = self.stranger.sign(release.checksums()).splitlines(True)
            release.signature = b"".join([*stranger[:1], release.signature.splitlines(True)[1], *stranger[2:]])

        sums = "its checksums are not believed: the signature "
        rows = {
            "an unknown key": (by_stranger, (sums, f"unknown key {self.stranger.id}", f"has: {self.key.id}")),
            "other checksums": (lambda r: setattr(r, "checksum_fault", "wrong"), (sums, "does not match", self.key.id)),
            "another comment": (forged, (sums, "forged trusted comment", self.key.id)),
            "a stranger's comment": (claims_our_key, (sums, "forged trusted comment")),
            "none": (lambda r: setattr(r, "signature", b""), ("no signature: ", "sha256sum.txt.minisig", "404")),
            "another version's": (lambda r: setattr(r, "signature", old.signature), (sums, "does not match")),
            "an HTML page": (lambda r: setattr(r, "signature", b"<html>"), ("no signature: ", "web page")),
            "another text": (lambda r: setattr(r, "signature", b"soon\n"), (sums, "is no minisign signature")),
            "too much": (lambda r: setattr(r, "signature", b"x" * 70_000), ("no signature: ", "64 KiB")),
            "cut off": (lambda r: setattr(r, "signature", r.signature[:-40]), (sums, "line 4")),
        }
        for name, (spoil, expected) in rows.items():
            with self.subTest(name):
                old_version, version = self.running_release(SERVICE), self.next_version()
                spoil(self.publish(version))
                report = self.assert_refused(*expected)
                self.assertEqual(report.targets("install_binary", "failed"), [version], report.text)
                self.assertEqual((self.running_release(SERVICE), self.linked_release()), (old_version, old_version))
                self.assertNotIn(version, self.installed())
                self.publish(version)
                self.assert_taken(version, self.key)

    def test_signed_checksums_of_an_older_release_do_not_vouch_for_a_newer_one(self) -> None:
        old = self.devnet.releases.releases["6.2.4"]
        release = self.publish("6.2.5", signature=old.signature)
        release.checksums = old.checksums
        self.assert_refused("does not list lavap-v6.2.5-linux-")
        self.assert_runs("6.2.4")

    def test_a_pin_needs_no_signature(self) -> None:
        release = self.publish("6.2.5", signature=b"")
        self.config["binary"]["sha256"] = {"6.2.5": release.sha256}
        report = self.report("apply", "--log-level", "debug")
        self.assertEqual(report.code, 0, report.text)
        self.assert_runs("6.2.5")
        self.assertIn("is verified by binary.sha256", report.text)
        self.assert_converged()

    def test_the_loop_goes_on_and_takes_it_once_it_is_signed(self) -> None:
        release = self.publish("6.2.5", signature=b"")
        loop: Spawned = self.spawn_lavavisor("run")
        self.addCleanup(loop.finish)
        self.addCleanup(loop.signal, "TERM")
        wait_until(lambda: self.held_back("6.2.5"), what="the refusal")
        self.assert_runs("6.2.4")
        release.signature = self.key.sign(release.checksums())
        wait_until(lambda: self.running_release(SERVICE) == "6.2.5", timeout=90, what="the upgrade")
        self.assertEqual(self.installed(), ["6.2.4", "6.2.5"])

    def held_back(self, version: str) -> bool:
        """The journal has a failed installation of `version`."""
        runs = self.report("history").document.get("runs", [])
        return any(
            action["target"] == version and action["status"] == "failed" and "no signature" in action["error"]
            for run in runs
            for action in run["actions"]
        )


if __name__ == "__main__":
    unittest.main()
