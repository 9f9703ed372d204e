"""What comes from outside steers nothing: versions and words of a lying chain, a configuration that
others may write, a release page, what lavap itself says. Nothing reaches a shell, a unit key that it
was not meant for, a path outside the directory, or a terminal as control characters.

SPDX-License-Identifier: Apache-2.0
"""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import termios
import unittest
from typing import Any

from harness import CONFIG, DIRECTORY, PROGRAM, UNIT_DIR, Report, Scenario
from devnet_chain import RpcError  # behind harness, which knows where it is

SERVICE = "provider-eth1"
MARK = "/run/steered"  # what is there when a shell was reached
TITLE = "\x1b]0;stolen\x07"  # gives a terminal's window another title

# Control characters of both kinds, and those that turn the direction of what follows.
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")

LIES = {
    "a shell's line": f"6.2.5; touch {MARK}",
    "a shell's substitution": f"$(touch {MARK})",
    "a path": "../../etc",
    "a path behind a version": "6.2.5/../../../etc",
    "a unit's key": "6.2.5\nExecStart=/bin/sh",
    "a terminal's title": TITLE,
    "a terminal's other direction": "6.2.5\u202e",
    "HTML": "<script>alert(1)</script>",
    "a megabyte": "6." * 500_000,
    "a number that is too large": "18446744073709551616.0.0",
    "one more than fits": "4294967296.0.0",
    "a negative number": "-1.0.0",
    "a format": "%s%n%n",
    "nothing": "",
}


def read_some(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # nobody has the other end any more
        return b""


class Hostile(Scenario):
    def setUp(self) -> None:
        super().setUp()
        self.add_service(SERVICE, **{"from": "operator"})

    def shown(self, *words: str) -> str:
        """What a command writes to a terminal, without colours and line ends."""
        self.write_config()
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 500, 200, 0, 0))
        argv = self.box._command((PROGRAM, words[0], CONFIG, *words[1:]), {"TERM": "xterm-256color"})
        with subprocess.Popen(argv, env=self.box._env, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True):
            os.close(theirs)
            output = b"".join(iter(lambda: read_some(ours), b""))
        os.close(ours)
        return re.sub(r"\x1b\[[0-9;]*m", "", output.decode(errors="replace")).replace("\r\n", "\n")

    def assert_harmless(self, text: str) -> None:
        self.assertIsNone(OBEYED.search(text), repr(text[:2000]))

    def assert_pages_harmless(self, *more: tuple[str, ...]) -> None:
        for words in (("plan",), ("status",), ("explain",), ("history",), *more):
            self.assert_harmless(self.shown(*words))

    def assert_nobody_was_steered(self) -> None:
        self.assertFalse(self.box.path(MARK).exists(), "a shell was reached")


class LyingChain(Hostile):
    def test_names_no_version_that_does_anything(self) -> None:
        self.apply()
        before, pids = self.snapshot(), self.pids()
        for name, lie in LIES.items():
            with self.subTest(name):
                self.devnet.set(target=lie)
                report = self.report("apply")
                self.assertNotEqual(report.code, 0, report.text)
                self.assertLess(len(report.text), 20_000, "a lie is repeated at length")
                self.assert_harmless(report.text + self.shown("status"))
                self.assertEqual((self.snapshot(), self.pids()), (before, pids))
        self.assert_pages_harmless()
        self.assertEqual(self.devnet.releases.requests[1:], self.devnet.releases.requests[1:2], "more was fetched")
        self.assert_nobody_was_steered()
        self.devnet.set(target="6.2.4")
        self.assert_converged()

    def test_has_a_name_and_errors_that_nobody_obeys(self) -> None:
        self.apply()
        self.devnet.set(network=TITLE + "\n\u202e<b>")
        report = self.report("apply")
        self.assertNotEqual(report.code, 0, report.text)
        self.assert_harmless(report.text)
        self.assertIn("\\x1b]0;stolen\\x07", report.text)
        self.assert_pages_harmless(("doctor",))

        def fail(*_: Any) -> Any:
            raise RpcError(-1, TITLE, "\u2028" + "x" * 100_000)

        self.devnet.nodes[0].call = fail  # type: ignore[method-assign]
        report = self.report("apply")
        self.assertNotEqual(report.code, 0, report.text)
        self.assertLess(len(report.text), 20_000)
        self.assert_harmless(report.text)
        self.assert_pages_harmless(("doctor",))


class LyingRelease(Hostile):
    def test_says_what_it_is_in_words_that_nobody_obeys(self) -> None:
        self.apply()
        for patch, said in enumerate((TITLE + "6.2.5", f"$(touch {MARK})", "6.2.5 ExecStart=/bin/sh", "../../etc"), 5):
            with self.subTest(said):
                self.devnet.releases.add(f"6.2.{patch}", reported=said)
                self.devnet.set(target=f"6.2.{patch}")
                report = self.report("apply")
                self.assert_harmless(report.text)
                self.assert_pages_harmless(("verify",), ("quarantine",))
                self.assert_runs("6.2.4")
        self.assert_nobody_was_steered()


class ConfigurationOfOthers(Hostile):
    """As from a Git repository: it may say what is to run as which user, and nothing else."""

    def refused(self, where: str, change: dict[str, Any]) -> Report:
        """Lay `change` over the table `where`, and back again."""
        table = self.service(SERVICE) if where == "service" else self.config if not where else self.config[where]
        kept = dict(table)
        table.update(change)
        report = self.report("apply")
        self.assert_harmless(report.text + self.shown("validate"))
        table.clear()
        table.update(kept)
        self.assertEqual(report.code, 3, report.text)
        return report

    def test_writes_no_unit_key_path_or_program_but_its_own(self) -> None:
        self.apply()
        before, pids = self.snapshot(), self.pids()
        line = "x\nExecStart=/bin/sh"
        rows: list[tuple[str, dict[str, Any]]] = [
            *(("service", {"name": name}) for name in ("../../etc/x", "a/b", line, TITLE, "a b", "-a", "a@b", "..", "")),
            *(("service", {"flags": {name: "x"}}) for name in (line, "a=b", TITLE, "-x", "a b")),
            *(("service", {"flags": {"x": value}}) for value in (line, "a\rb", "\uffff")),
            *(("service", {"env": {name: "x"}}) for name in (line, "A=b", "A B", TITLE)),
            ("service", {"env": {"A": line}}),
            ("service", {"user": "root\nExecStart=/bin/sh"}),
            ("service", {"user": "lava root"}),
            ("service", {"from": line}),
            ("service", {"node": line}),
            ("service", {"config": line}),
            ("service", {"config": TITLE + ".yml"}),
            ("service", {"config": "../../../etc/shadow"}),
            ("service", {"unit": {"Service": {"ExecStart": "/bin/sh"}}}),
            ("service", {"unit": {"Service": {"A=b\nExecStart": "/bin/sh"}}}),
            ("service", {"unit": {"Service": {"CPUQuota": "1%\\"}}}),
            ("service", {"unit": {"Service": {"CPUQuota": "1%\nExecStart=/bin/sh"}}}),
            ("service", {"unit": {"X-a]\n[Service": {"ExecStart": "/bin/sh"}}}),
            ("service", {"type": "custom", "config": None, "from": None, "command": ["+/bin/sh"]}),
            ("service", {"health": {"http": f"http://127.0.0.1/{line}"}}),
            ("chain", {"id": line}),
            ("chain", {"endpoints": [f"tcp://127.0.0.1:1/{line}"]}),
            ("chain", {"endpoints": [f"tcp://{TITLE}"]}),
            ("", {"directory": "/srv/a\nb"}),
            ("", {"directory": f"/srv/{TITLE}"}),
            ("", {"interval": TITLE}),
            ("", {TITLE: 1}),
            ("hooks", {"pre_upgrade": ["/bin/true", line]}),
        ]
        for where, change in rows:
            with self.subTest(str(change)):
                for key in [key for key, value in change.items() if value is None]:
                    self.service(SERVICE).pop(key, None)
                    change.pop(key)
                self.refused(where, change)
                self.assertEqual((self.snapshot(), self.pids()), (before, pids))
        self.assert_nobody_was_steered()

    def test_means_every_word_as_it_stands(self) -> None:
        self.config["directory"] = f"/srv/$(touch {MARK}) 50% $HOME;#&"
        words = [f"$(touch {MARK})", f"; touch {MARK}", "$HOME", "${HOME}", "%n%%", "'\"", "\\", "\\n", TITLE, "", "ü"]
        self.service(SERVICE).update(flags={"x": words}, env={"A": '$HOME %n \\ " \x1b'})
        self.config["hooks"] = {"pre_upgrade": ["/bin/echo", f"$(touch {MARK})", "; touch", MARK]}
        self.apply()
        flags = [word for value in words for word in ("--x", value)]
        self.assertEqual(self.argv_of(SERVICE)[-len(flags) :], flags)
        pid = self.pids()[SERVICE]
        self.assertIn(b"\0A=$HOME %n \\ \" \x1b\0", b"\0" + self.box.path(f"/proc/{pid}/environ").read_bytes())
        self.assert_pages_harmless(("verify",), ("doctor",))
        unit = self.box.read(f"{self.config['directory']}/services/{SERVICE}.service")
        self.assertEqual(unit.count("\nExecStart="), 1)
        self.devnet.releases.add("6.2.5")
        self.devnet.set(target="6.2.5")
        self.apply()
        self.assert_nobody_was_steered()


class Surroundings(Hostile):
    def test_a_git_folder_that_is_made_up_is_told_harmlessly(self) -> None:
        self.apply()
        for head in (f"ref: refs/heads/{TITLE}\n", "ref: refs/heads/<script>\n", f"ref: ../../{MARK}\n", "x" * 100_000):
            with self.subTest(head[:40]):
                self.box.write("/etc/lavavisor/.git/HEAD", head)
                self.box.write(f"/etc/lavavisor/.git/refs/heads/{TITLE}", f"{TITLE}\n")
                self.box.write("/etc/lavavisor/.git/refs/heads/<script>", "0" * 39 + "\n")
                self.box.write("/etc/lavavisor/.git/config", f"[core]\n\tfsmonitor = touch {MARK}\n\tpager = touch {MARK}\n")
                self.assert_harmless(self.apply().text)
                self.assert_pages_harmless(("doctor",))
        self.assert_nobody_was_steered()

    def test_a_unit_and_a_file_of_others_are_told_harmlessly(self) -> None:
        self.box.write(f"{UNIT_DIR}/{SERVICE}.service", f"[Unit]\nDescription={TITLE}\n[Service]\nExecStart=/bin/sleep {TITLE}\n")
        self.box.write(f"{DIRECTORY}/upgrades/v6.2.3{TITLE}/lavap", "x", 0o755)
        self.assert_pages_harmless(("doctor",), ("verify",))
        self.assert_harmless(json.dumps(self.report("apply").document, ensure_ascii=False))
        self.assert_pages_harmless(("doctor",), ("verify",))


if __name__ == "__main__":
    unittest.main()
