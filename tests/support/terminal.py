"""A terminal for tests: a program in a pty, and the screen that its output makes.

SPDX-License-Identifier: Apache-2.0
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import threading
import unicodedata
from collections.abc import Callable, Mapping, Sequence

SEQUENCE = re.compile(r"\x1b\[(\?)?([0-9;]*)([A-Za-z])|\x1b[()][A-Za-z0-9]")


def width_of(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


class Screen:
    """What a terminal of a size shows, with all that has scrolled out of it; only the control
    sequences that lavavisor uses are known, any other one is an error."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self.lines = [""]  # from the first one ever; the last `rows` of them are seen
        self.row = self.column = 0
        self.cursor_hidden = False
        self.other_page = False
        self._pages: list[tuple[list[str], int, int]] = []

    @property
    def top(self) -> int:
        return max(0, len(self.lines) - self.rows)

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.lines).rstrip("\n")

    def resize(self, columns: int, rows: int) -> None:
        """As xterm does it: what is outside is cut off the other page, and nothing is moved."""
        self.columns, self.rows = columns, rows
        if self.other_page:
            self.lines = [line[:columns] for line in self.lines[:rows]]
            self.row = min(self.row, len(self.lines) - 1)

    def feed(self, text: str) -> None:
        at = 0
        while at < len(text):
            if text[at] == "\x1b":
                found = SEQUENCE.match(text, at)
                if not found:
                    raise AssertionError(f"an unknown sequence: {text[at : at + 12]!r}")
                self._obey(found)
                at = found.end()
                continue
            self._put(text[at])
            at += 1

    def _put(self, character: str) -> None:
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self._down()
        elif character < " " or character == "\x7f":
            raise AssertionError(f"a control character: {character!r}")
        else:
            if self.column + width_of(character) > self.columns:
                self.column = 0
                self._down()
            line = self.lines[self.row].ljust(self.column)
            self.lines[self.row] = line[: self.column] + character + line[self.column + 1 :]
            self.column += width_of(character)

    def _down(self) -> None:
        self.row += 1
        if self.row == len(self.lines):
            self.lines.append("")

    def _obey(self, found: re.Match[str]) -> None:
        private, number, kind = found[1], found[2] or "", found[3]
        if kind == "m" or found[3] is None:
            return
        if private and kind in "hl" and number == "25":
            self.cursor_hidden = kind == "l"
        elif private and kind in "hl" and number == "1049":
            self._turn_page(kind == "h")
        elif kind == "A":
            self.row = max(self.top, self.row - int(number or 1))
        elif kind == "K" and number in ("", "0"):
            self.lines[self.row] = self.lines[self.row][: self.column]
        elif kind == "J" and number in ("", "0"):
            self.lines[self.row] = self.lines[self.row][: self.column]
            self.lines[self.row + 1 :] = []
        elif kind == "H" and not number:
            self.row, self.column = self.top, 0
        else:
            raise AssertionError(f"an unknown sequence: {found[0]!r}")

    def _turn_page(self, to_other: bool) -> None:
        self.other_page = to_other
        if to_other:
            self._pages.append((self.lines, self.row, self.column))
            self.lines, self.row, self.column = [""], 0, 0
        else:
            self.lines, self.row, self.column = self._pages.pop()


class Terminal:
    """A program that runs in a terminal; all it writes is fed to `screen`."""

    def __init__(
        self, argv: Sequence[str], columns: int = 80, rows: int = 24, env: Mapping[str, str] | None = None
    ) -> None:
        self.screen = Screen(columns, rows)
        self.output = b""
        self.frames: list[str] = []  # the screen after each read
        self._fed = 0
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            # Ctrl-C is for the program, not for those who carry it into a box; it takes it still.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            # The size has to be known before the program asks for it.
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execvpe(argv[0], list(argv), {**os.environ, "TERM": "xterm-256color", **(env or {})})
        self.code: int | None = None
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while True:
            try:
                piece = os.read(self._fd, 65536)
            except OSError:  # the program has gone
                piece = b""
            with self._changed:
                self.output += piece
                if piece:
                    self._feed()
                else:
                    self.code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
                self._changed.notify_all()
            if not piece:
                return

    def _feed(self) -> None:
        """Whole sequences and characters only."""
        text = self.output[self._fed :]
        cut = text.rfind(b"\x1b")
        whole = text if cut < 0 or SEQUENCE.match(text[cut:].decode(errors="ignore")) else text[:cut]
        decoded = whole.decode(errors="ignore")
        self._fed += len(decoded.encode())
        self.screen.feed(decoded)
        self.frames.append(self.screen.text())

    def wait_for(self, seen: Callable[[Screen], object], what: str, timeout: float = 30) -> None:
        """Wait until the screen is so."""
        with self._changed:
            if not self._changed.wait_for(lambda: seen(self.screen) or self.code is not None, timeout):
                raise AssertionError(f"not within {timeout:g} s: {what}; the screen:\n{self.screen.text()}")
            if not seen(self.screen):
                raise AssertionError(f"it ended before: {what}; the screen:\n{self.screen.text()}")

    def resize(self, columns: int, rows: int) -> None:
        with self._changed:
            self.screen.resize(columns, rows)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, keys: str) -> None:
        os.write(self._fd, keys.encode())

    def finish(self, timeout: float = 60) -> int:
        """Its exit code, once it has ended."""
        with self._changed:
            if not self._changed.wait_for(lambda: self.code is not None, timeout):
                os.kill(self.pid, signal.SIGKILL)
                raise AssertionError(f"it did not end within {timeout:g} s; the screen:\n{self.screen.text()}")
        self._reader.join()
        return self.code or 0

    def close(self) -> None:
        """Take the terminal away from it."""
        if self.code is None:
            os.kill(self.pid, signal.SIGKILL)
        self._reader.join(10)
        os.close(self._fd)
