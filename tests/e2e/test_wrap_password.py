"""The keyring's password under `lavavisor wrap`: asked once, given at every start, found nowhere.

SPDX-License-Identifier: Apache-2.0
"""

import os
import secrets
import select
import signal
import subprocess
import termios
import unittest
from pathlib import Path

from harness import wait_until
from side_by_side import side_by_side
from wrapping import Wrap, Wrapping, is_sanitized, words

load_tests = side_by_side(4)
PROMPT = b"Please enter the keyring password:"
ASK = "--enter-keyring-password"
ON_FAILURE = ("--restart", "on-failure")


def fingerprint(text: str) -> str:
    """FNV-1a, as the stand-in reports it."""
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 % (1 << 64)
    return f"{value:016x}"


class Password(Wrapping):
    def setUp(self) -> None:
        super().setUp()
        self.secret = "pw-" + secrets.token_hex(16)
        self.file = self.folder / "password"
        self.file.write_text(self.secret + "\n")
        self.file.chmod(0o600)

    def with_password_from(self, content: bytes, cmd: str, *flags: str) -> Wrap:
        """A wrap with this on its stdin, and nothing behind it."""
        reading, writing = os.pipe()
        os.write(writing, content)
        os.close(writing)
        wrap = self.wrap(cmd, *flags, stdin=reading)
        os.close(reading)
        return wrap

    def assert_given(self, count: int = 1) -> None:
        """So many children got the password as a line, then the end of stdin."""
        given = self.report.wait("password", count)
        self.assertEqual({(event["fingerprint"], event["newline"]) for event in given}, {(fingerprint(self.secret), True)})
        self.assertEqual({event["bytes"] for event in self.report.wait("stdin_end", count)}, {0})


class FromAPipe(Password):
    def test_reaches_the_child_and_then_stdin_ends(self) -> None:
        wrap = self.with_password_from(f"{self.secret}\n".encode(), words(password=1), ASK)
        self.assert_given()
        self.assertNotIn(PROMPT.decode(), wrap.log())  # nobody is there to read it
        self.assert_stops(wrap)

    def test_reaches_the_child_at_every_start(self) -> None:
        wrap = self.with_password_from(
            f"{self.secret}\n".encode(), words(password=1, exit_when_done=1, exit_code=1), ASK, *ON_FAILURE
        )
        self.assert_given(2)
        self.assert_stops(wrap, 0, 1)

    def test_may_lack_its_newline(self) -> None:
        wrap = self.with_password_from(self.secret.encode(), words(password=1), ASK)
        self.assert_given()
        self.assert_stops(wrap)

    def test_that_is_empty_is_refused(self) -> None:
        for content in (b"", b"\n"):
            wrap = self.with_password_from(content, words(password=1), ASK)
            self.assertEqual(wrap.wait(), 3, wrap.log())
            self.assertIn("password", wrap.log())
        self.assertEqual(self.report.events(), [])

    def test_is_given_to_a_child_that_never_reads_it(self) -> None:
        wrap = self.with_password_from(f"{self.secret}\n".encode(), words(exit_after_ms=200, exit_code=1), ASK, *ON_FAILURE)
        wrap.ready(2)
        self.assert_stops(wrap, 0, 1)

    def test_is_given_to_a_child_that_dies_at_once(self) -> None:
        wrap = self.with_password_from(f"{self.secret}\n".encode(), words(exit_code_on_start=9), ASK, "--restart", "never")
        self.assert_ends(wrap, 9)


class FromAFile(Password):
    def from_file(self, name: str = "") -> Wrap:
        return self.wrap(words(password=1), "--keyring-password-file", name or str(self.file))

    def test_reaches_the_child(self) -> None:
        for mode in (0o600, 0o400):
            self.file.chmod(mode)
            wrap = self.from_file()
            self.assert_given()
            self.assert_stops(wrap)
            self.report.path.unlink()

    def test_that_others_may_read_is_refused(self) -> None:
        for mode in (0o640, 0o604, 0o644, 0o666):
            self.file.chmod(mode)
            wrap = self.from_file()
            self.assertEqual(wrap.wait(), 3, oct(mode))
            self.assertIn(str(self.file), wrap.log())
            self.assertNotIn(self.secret, wrap.log())
        self.assertEqual(self.report.events(), [])

    def test_that_is_missing_empty_or_a_folder_is_refused(self) -> None:
        empty = self.folder / "empty"
        empty.touch(0o600)
        for name in (self.folder / "missing", empty, self.folder):
            wrap = self.from_file(str(name))
            self.assertEqual(wrap.wait(), 3, name)
            self.assertIn(str(name), wrap.log())
        self.assertEqual(self.report.events(), [])

    def test_named_dash_is_stdin(self) -> None:
        wrap = self.with_password_from(f"{self.secret}\n".encode(), words(password=1), "--keyring-password-file", "-")
        self.assert_given()
        self.assert_stops(wrap)

    def test_cannot_be_had_together_with_a_prompt(self) -> None:
        wrap = self.wrap("", ASK, "--keyring-password-file", str(self.file))
        self.assertEqual(wrap.wait(), 3)
        self.assertEqual(self.report.events(), [])


class FromATerminal(Password):
    def setUp(self) -> None:
        super().setUp()
        self.master, self.slave = os.openpty()
        self.addCleanup(os.close, self.master)
        self.addCleanup(os.close, self.slave)
        self.before = termios.tcgetattr(self.slave)
        self.shown = b""

    def start(self, *flags: str) -> Wrap:
        argv = ["setsid", "--ctty", *self.argv(words(password=1), ASK, *flags)]
        return self.spawn(argv, stdin=self.slave, stdout=self.slave, stderr=self.slave)

    def read_terminal(self) -> bytes:
        while select.select([self.master], [], [], 0)[0]:
            self.shown += os.read(self.master, 4096)
        return self.shown

    def until_asked(self) -> None:
        wait_until(lambda: PROMPT in self.read_terminal(), what="the prompt")
        wait_until(lambda: not self.echoes(), 2, "a terminal that echoes no more")

    def echoes(self) -> bool:
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def assert_restored(self) -> None:
        self.assertEqual(termios.tcgetattr(self.slave), self.before)

    def test_is_asked_for_without_echo_and_given_to_the_child(self) -> None:
        wrap = self.start()
        self.until_asked()
        self.assertIn(self.read_terminal().replace(b"\r\n", b"\n").rpartition(b"\n")[2].strip(), (PROMPT,))
        os.write(self.master, f"{self.secret}\n".encode())
        self.assert_given()
        self.assert_restored()
        self.assert_stops(wrap)
        self.assertNotIn(self.secret.encode(), self.read_terminal())
        self.assert_restored()

    def test_that_is_not_given_but_interrupted_leaves_the_terminal_as_it_was(self) -> None:
        wrap = self.start()
        self.until_asked()
        os.write(self.master, b"half of it\x03")  # Ctrl-C
        self.assertNotEqual(wrap.wait(5), 0)
        self.assert_restored()
        self.assertEqual(self.report.events(), [])

    def test_that_is_not_given_but_terminated_leaves_the_terminal_as_it_was(self) -> None:
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            wrap = self.start()
            self.until_asked()
            wrap.signal(number)
            self.assertNotEqual(wrap.wait(5), 0)
            self.assert_restored()
            self.shown = b""
        self.assertEqual(self.report.events(), [])

    def test_may_end_by_end_of_file(self) -> None:
        wrap = self.start()
        self.until_asked()
        os.write(self.master, b"\x04")  # Ctrl-D
        self.assertEqual(wrap.wait(5), 3)
        self.assert_restored()


class Nowhere(Password):
    """Where a password must not be found: looked for while the child runs, and after."""

    def assert_in_one_safe_place(self, pid: int) -> None:
        """Of the memory that wrap can read, the password is in one locked, never dumped mapping only."""
        if is_sanitized():  # then mlock(2) does nothing, either
            return
        needle, places = self.secret.encode(), []
        with open(f"/proc/{pid}/smaps", encoding="ascii", errors="replace") as smaps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
            span, readable, held = (0, 0), False, False
            for line in smaps:
                first = line.split(maxsplit=2)
                if "-" in first[0] and not first[0].endswith(":"):
                    begin, end = (int(text, 16) for text in first[0].split("-"))
                    span, readable = (begin, end), first[1].startswith("r")
                    held = readable and "[v" not in line and needle in read_memory(memory, *span)
                elif first[0] == "VmFlags:" and held:
                    places.append((hex(span[0]), set(line.split()[1:])))
        self.assertEqual(len(places), 1, places)
        self.assertLessEqual({"lo", "dd"}, places[0][1], places)

    def assert_not_in_files(self, wrap: Wrap) -> None:
        needle = self.secret.encode()
        self.assertNotIn(needle, wrap.log().encode())
        for path in [*self.state.rglob("*"), *self.home.iterdir(), self.report.path]:
            if path.is_file():
                self.assertNotIn(needle, path.read_bytes(), path)

    def assert_not_in_arguments(self, *pids: int) -> None:
        for pid in pids:
            for name in ("cmdline", "environ"):
                self.assertNotIn(self.secret.encode(), Path(f"/proc/{pid}/{name}").read_bytes(), (pid, name))

    def assert_safe(self, *flags: str, stdin: int = subprocess.DEVNULL) -> None:
        if os.geteuid() != 0:
            self.skipTest("reading another process's memory needs root")
        wrap = self.wrap(words(password=1, exit_after_ms=2500, exit_code=1), "--log-level", "trace", *flags, *ON_FAILURE, stdin=stdin)
        for count in (1, 2):
            self.assert_given(count)
            child = self.report.events("start")[-1]
            self.assert_not_in_arguments(wrap.pid, child["pid"])
            self.assert_in_one_safe_place(wrap.pid)
        self.assert_not_in_files(wrap)
        self.assert_stops(wrap, 0, 1)
        self.assert_not_in_files(wrap)

    def test_is_one_from_a_pipe(self) -> None:
        reading, writing = os.pipe()
        os.write(writing, f"{self.secret}\n".encode())
        os.close(writing)
        self.assert_safe(ASK, stdin=reading)
        os.close(reading)

    def test_is_one_from_a_file(self) -> None:
        self.assert_safe("--keyring-password-file", str(self.file))

    def test_is_in_a_core_of_wrap(self) -> None:
        wrap = self.wrap(words(password=1), "--keyring-password-file", str(self.file))
        self.assert_given()
        limits = Path(f"/proc/{wrap.pid}/limits").read_text()
        [line] = [line for line in limits.splitlines() if line.startswith("Max core file size")]
        self.assertEqual(line.split()[4], "0", line)
        self.assertEqual(self.report.events("start")[0]["core_limit"][0], 0)
        self.assert_stops(wrap)


def read_memory(memory: object, begin: int, end: int) -> bytes:
    """What can be read of a mapping; a page that is not there is skipped."""
    pieces = []
    for at in range(begin, end, 1 << 20):
        try:
            pieces.append(os.pread(memory.fileno(), min(1 << 20, end - at), at))
        except OSError:
            continue
    return b"".join(pieces)


if __name__ == "__main__":
    unittest.main()
