"""stdin, stdout and stderr of the process under `lavavisor wrap`: every byte, in time, no freeze.

SPDX-License-Identifier: Apache-2.0
"""

import fcntl
import hashlib
import os
import signal
import struct
import subprocess
import termios
import threading
import time
import unittest

from harness import wait_until
from side_by_side import side_by_side
from wrapping import BLOCK, Wrap, Wrapping, words

load_tests = side_by_side(4)
SILENT = ("--quiet", "--log-level", "error")  # wrap's own log stays out of what is compared
NEVER = ("--restart", "never")


def digest_of_flood(size: int) -> str:
    return hashlib.sha256((BLOCK * (size // len(BLOCK) + 1))[:size]).hexdigest()


def read_all(descriptor: int) -> tuple[int, str]:
    """How much comes from a pipe until its end, and its digest."""
    digest, size = hashlib.sha256(), 0
    while piece := os.read(descriptor, 1 << 20):
        digest.update(piece)
        size += len(piece)
    return size, digest.hexdigest()


def waiting_in(pipe: int) -> int:
    """How many bytes of a pipe nobody has read yet."""
    return struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"\0\0\0\0"))[0]


class Output(Wrapping):
    def assert_passes(self, stream: str, size: int) -> None:
        # A child that ends while its gate is open, or amid a turn, is worth an error line: not here.
        self.config["interval"] = "1m"
        self.config["defaults"]["health"]["settle"] = "0s"
        reading, writing = os.pipe()
        cmd = words(flood=stream, flood_bytes=size, exit_when_done=1, silent=1)
        wrap = self.wrap(cmd, *NEVER, *SILENT, **{stream: writing})
        os.close(writing)
        self.assertEqual(read_all(reading), (size, digest_of_flood(size)))
        os.close(reading)
        self.assert_ends(wrap, 0)

    def test_of_100_mb_on_stderr_without_a_newline_passes_byte_for_byte(self) -> None:
        self.assert_passes("stderr", 100_000_000)

    def test_of_100_mb_on_stdout_without_a_newline_passes_byte_for_byte(self) -> None:
        self.assert_passes("stdout", 100_000_000)

    def test_of_the_child_stands_on_the_stream_that_it_chose(self) -> None:
        wrap = self.wrap(words(flood="stdout", flood_bytes=1000), *NEVER)
        self.report.wait("flooded")
        self.assert_stops(wrap)
        self.assertEqual(hashlib.sha256((self.folder / "stdout-0").read_bytes()).hexdigest(), digest_of_flood(1000))

    def test_of_wrap_itself_can_be_told_apart(self) -> None:
        wrap = self.wrap(words(exit_code=1, exit_after_ms=100), "--restart", "on-failure")
        wrap.ready(2)
        self.assert_stops(wrap, 0, 1)
        lines = wrap.log().splitlines()
        self.assertIn("Process Started", lines)
        own = [line for line in lines if line != "Process Started"]
        self.assertTrue(own)
        self.assertEqual([line for line in own if "lavavisor" not in line], [])
        self.assertEqual((self.folder / "stdout-0").read_bytes(), b"")

    def test_is_not_waited_for_when_a_grandchild_holds_it_open(self) -> None:
        reading, writing = os.pipe()
        wrap = self.wrap(words(orphans="session,daemon", exit_after_ms=200), *NEVER, stdout=writing, stderr=writing)
        os.close(writing)
        self.assertEqual(wrap.wait(), 0)
        read_all(reading)  # ends, because all of them ended
        os.close(reading)
        self.assert_nothing_left()


class Trouble(Wrapping):
    def stalled(self, stream: str) -> tuple[Wrap, int]:
        """A child that prints for ever, and a pipe that is full because nobody reads it."""
        reading, writing = os.pipe()
        self.addCleanup(os.close, reading)
        wrap = self.wrap(words(flood=stream, stop_code=3), stdout=writing, stderr=writing)
        os.close(writing)
        wrap.ready()
        capacity = fcntl.fcntl(reading, fcntl.F_GETPIPE_SZ)
        wait_until(lambda: waiting_in(reading) > capacity - 4096, 10, "a full pipe")
        return wrap, reading

    def assert_answers(self, wrap: Wrap) -> None:
        wrap.signal(signal.SIGTERM)
        self.report.wait("signal", timeout=2)
        self.assert_ends(wrap, 3, timeout=6)

    def test_of_a_reader_of_stdout_that_stalls_does_not_keep_wrap_from_ending(self) -> None:
        wrap, _ = self.stalled("stdout")
        self.assert_answers(wrap)

    def test_of_a_reader_of_stderr_that_stalls_does_not_keep_wrap_from_ending(self) -> None:
        wrap, _ = self.stalled("stderr")
        self.assert_answers(wrap)

    def test_of_a_reader_that_stalls_for_three_seconds_loses_nothing(self) -> None:
        reading, writing = os.pipe()
        size = 5_000_000
        cmd = words(flood="stderr", flood_bytes=size, exit_when_done=1, silent=1)
        wrap = self.wrap(cmd, *NEVER, *SILENT, stderr=writing)
        os.close(writing)
        wrap.ready()
        time.sleep(3)
        self.assertEqual(read_all(reading), (size, digest_of_flood(size)))
        os.close(reading)
        self.assert_ends(wrap, 0)

    def test_of_a_reader_that_went_away_does_not_end_wrap(self) -> None:
        reading, writing = os.pipe()
        wrap = self.wrap("", stdout=writing, stderr=writing)
        os.close(writing)
        wrap.ready()
        os.close(reading)
        wrap.signal(signal.SIGUSR1)
        self.report.wait("signal")
        self.assert_stops(wrap)

    def test_of_a_child_that_closes_stderr_is_none(self) -> None:
        wrap = self.wrap(words(close="stderr", stop_code=4))
        wrap.ready()
        wrap.signal(signal.SIGUSR1)
        self.report.wait("signal")
        self.assert_stops(wrap, 4)
        self.assertEqual(len(self.report.events("start")), 1)

    def test_of_wrap_that_has_no_streams_at_all_is_none(self) -> None:
        closed = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh"]
        wrap = self.spawn([*closed, *self.argv("")])
        start = wrap.ready()
        self.assertEqual(further_descriptors(start), [])
        self.assert_stops(wrap)


def further_descriptors(start: dict) -> list[str]:
    """Descriptors of the child that are neither stdin, stdout nor stderr."""
    return [line for line in start["descriptors"] if int(line.split()[0]) > 2]


class Input(Wrapping):
    def test_passes_through_to_its_end(self) -> None:
        size = 5_000_000
        content = (BLOCK * (size // len(BLOCK) + 1))[:size]
        reading, writing = os.pipe()
        cmd = words(cat=1, exit_when_done=1)
        wrap = self.wrap(cmd, *NEVER, stdin=subprocess.PIPE, stdout=writing)
        os.close(writing)

        def feed() -> None:
            with wrap.process.stdin as stream:
                stream.write(content)

        feeder = threading.Thread(target=feed)
        feeder.start()
        self.assertEqual(read_all(reading), (size, digest_of_flood(size)))
        feeder.join()
        os.close(reading)
        self.assert_ends(wrap, 0)
        self.assertEqual(self.report.events("stdin_end")[0]["bytes"], size)

    def test_of_a_terminal_reaches_the_child(self) -> None:
        master, slave = os.openpty()
        self.addCleanup(os.close, master)
        argv = ["setsid", "--ctty", *self.argv(words(cat=1))]
        wrap = self.spawn(argv, stdin=slave)
        os.close(slave)
        wrap.ready()
        os.write(master, b"hello\n")
        out = self.folder / "stdout-0"
        wait_until(lambda: out.read_bytes() == b"hello\n", 5, "the line to come back")
        self.assert_stops(wrap)

    def test_of_a_terminal_reaches_the_child_after_a_restart_too(self) -> None:
        master, slave = os.openpty()
        self.addCleanup(os.close, master)
        argv = ["setsid", "--ctty", *self.argv(words(cat=1, exit_after_ms=1500), "--restart", "always")]
        wrap = self.spawn(argv, stdin=slave)
        os.close(slave)
        wrap.ready(2)
        os.write(master, b"hello\n")
        out = self.folder / "stdout-0"
        wait_until(lambda: out.read_bytes() == b"hello\n", 3, "the line to come back")
        self.assert_stops(wrap)


if __name__ == "__main__":
    unittest.main()
