"""What the measurements share: a box with services in it, the times of commands, and tables.

$LAVAVISOR names the program; the others ($LAVAP_STUB, $FETCH_BENCH ...) are looked for in its build tree.
SPDX-License-Identifier: Apache-2.0
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time
import unittest
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests/e2e"))

from harness import PROGRAM, UNIT_DIR, Scenario, program, wait_until  # noqa: E402

LOOP = "lavavisor.service"
MIB = 1 << 20

__all__ = [
    "LOOP", "MIB", "Command", "ExitWatch", "Spread", "Stand", "Taken", "headline", "main",
    "memory_of", "program", "ratio", "table", "time_commands", "verdict", "wait_until",
]  # fmt: skip


# --- numbers ---------------------------------------------------------------------------------------


@dataclass
class Spread:
    """Median, least and most of a few values."""

    values: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def text(self, digits: int = 1, scale: float = 1) -> str:
        shown = (f"{value * scale:.{digits}f}" for value in (self.median, min(self.values), max(self.values)))
        return "{} ({}..{})".format(*shown)


def ratio(value: float, reference: float) -> str:
    return f"{value / reference:.2f}" if reference else "-"


def verdict(value: float, goal: float, unit: str = "x", digits: int = 2) -> str:
    """A figure that should not exceed its goal, and whether it does."""
    word = "met" if value <= goal else f"missed by {100 * (value / goal - 1):.0f} %"
    return f"{value:.{digits}f} {unit} (goal <= {goal:g} {unit}: {word})"


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Print columns; the first is flush left, the others flush right."""
    lines = [list(headings), *(list(row) for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    for line in lines:
        cells = [line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))]
        print("  " + "  ".join(cells).rstrip(), flush=True)


def headline(text: str) -> None:
    print(f"\n{text}", flush=True)


# --- times of commands ----------------------------------------------------------------------------


@dataclass
class Command:
    """What is timed; `before` runs first each time and is not."""

    name: str
    argv: list[str]
    before: list[str] | None = None


@dataclass
class Taken:
    """Seconds of wall clock and CPU, and MiB of peak memory, of one command's runs."""

    wall: Spread
    cpu: Spread
    memory: Spread


def time_commands(
    commands: list[Command], rounds: int, python: Callable[..., str] | None = None
) -> dict[str, Taken]:
    """Run the commands in turn, `rounds` times; `python` runs that program with arguments elsewhere."""
    order = {"rounds": rounds, "commands": [[c.argv, c.before or []] for c in commands]}
    runs = json.loads((python or _python_here)(HERE / "timed.py", json.dumps(order)))
    return {
        command.name: Taken(*(Spread(list(column)) for column in zip(*taken, strict=True)))
        for command, taken in zip(commands, runs, strict=True)
    }


def _python_here(script: Path, argument: str) -> str:
    argv = ["/usr/bin/python3", "-I", "-S", str(script), argument]
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout


# --- a box to measure in --------------------------------------------------------------------------


class ExitWatch:
    """Notes when processes of this host end, in seconds of CLOCK_MONOTONIC."""

    def __init__(self, pids: Iterable[int]) -> None:
        self.ended: dict[int, float] = {}
        self._open = {os.pidfd_open(pid): pid for pid in pids}
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        with contextlib.suppress(OSError):  # this thread alone: woken at once, however busy the host
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(10))
        poll = select.poll()
        for descriptor in self._open:
            poll.register(descriptor, select.POLLIN)
        while self._open:
            for descriptor, _ in poll.poll():
                self.ended[self._open.pop(descriptor)] = time.monotonic()
                poll.unregister(descriptor)
                os.close(descriptor)

    def wait(self, timeout: float) -> dict[int, float]:
        self._thread.join(timeout)
        if self._thread.is_alive():
            raise RuntimeError(f"still alive after {timeout:g} s: processes {list(self._open.values())}")
        return self.ended


class Stand(Scenario):
    """A Scenario without a test runner: `with Stand() as stand:`."""

    def runTest(self) -> None:
        """Nothing: unittest wants the name."""

    def __enter__(self) -> Stand:
        try:
            self.setUp()
        except BaseException:
            self.doCleanups()
            raise
        self.config["binary"]["release"]["timeout"] = "5m"
        self.config["chain"]["timeout"] = "5s"
        self.config["defaults"] |= {"from": "operator", "health": {"settle": "300ms", "timeout": "60s"}}
        return self

    def __exit__(self, *_: object) -> None:
        if not self.doCleanups():
            raise RuntimeError(f"the box {self.box.name} was not taken down as it should")

    def publish(self, version: str, size: int) -> None:
        """Release `version` as a file of `size` bytes, and forget those before the newest three."""
        self.devnet.releases.add(version, size=size)
        for old in list(self.devnet.releases.releases)[:-3]:
            del self.devnet.releases.releases[old]

    def have_services(self, count: int) -> None:
        """Add providers up to `count` of them, and converge."""
        for number in range(len(self.config["service"]), count):
            self.add_service(f"provider-{number:02}")
        self.apply(timeout=300)
        self.assert_converged()

    def time(self, commands: list[Command], rounds: int) -> dict[str, Taken]:
        return time_commands(commands, rounds, self._python_in_the_box)

    def _python_in_the_box(self, script: Path, argument: str) -> str:
        shutil.copy(script, self.box.work)
        return self.box.exec("/usr/bin/python3", "-I", "-S", f"/box/{script.name}", argument, timeout=1800).stdout

    # --- the loop, as its unit is shipped ----------------------------------------------------------

    def install_loop(self) -> None:
        unit = (ROOT / "examples/systemd" / LOOP).read_text()
        self.box.write(f"{UNIT_DIR}/{LOOP}", unit.replace("/usr/local/bin/lavavisor ", PROGRAM + " "))
        self.write_config()
        self.box.exec("systemctl", "daemon-reload")

    def start_loop(self) -> None:
        self.box.exec("systemctl", "start", LOOP)

    def stop_loop(self) -> None:
        self.box.exec("systemctl", "stop", LOOP)

    # --- processes, as this host sees them ---------------------------------------------------------

    def cgroup(self, inside: str) -> Path:
        """The folder of a control group of the box, e.g. system.slice/x.service."""
        found = subprocess.run(
            ["findmnt", "-n", "-f", "-t", "cgroup2", "-o", "TARGET"], check=True, capture_output=True, text=True
        )
        return Path(found.stdout.strip()) / f"systemd-box-{self.box.name}" / inside

    def processes(self, inside: str) -> list[int]:
        with contextlib.suppress(OSError):
            return [int(pid) for pid in (self.cgroup(inside) / "cgroup.procs").read_text().split()]
        return []

    def cpu_seconds(self, inside: str) -> float:
        """CPU that a control group has used since it is there."""
        for line in (self.cgroup(inside) / "cpu.stat").read_text().splitlines():
            if line.startswith("usage_usec "):
                return int(line.split()[1]) / 1e6
        raise RuntimeError(f"no usage_usec in cpu.stat of {inside}")


def memory_of(pid: int) -> tuple[float, float]:
    """Resident and proportional set size of a process, in MiB."""
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    return tuple(int(fields[name].split()[0]) / 1024 for name in ("Rss", "Pss"))  # type: ignore[return-value]


# --- the frame ------------------------------------------------------------------------------------


@contextlib.contextmanager
def _ended_by_sigterm_too() -> Iterator[None]:
    def end(*_: object) -> None:
        raise SystemExit(143)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _find_programs() -> None:
    if not os.environ.get("LAVAVISOR"):
        raise SystemExit("$LAVAVISOR has to name the program to measure: a Release build (see `make bench`)")
    built = Path(os.environ["LAVAVISOR"]).resolve().parents[1] / "tests"
    for name in ("lavap_stub", "lavap_child", "fetch_bench", "plan_bench", "unavoidable"):
        os.environ.setdefault(name.upper(), str(built / name))


def _describe_machine() -> None:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    model = models[0] if models else os.uname().machine
    load = f"load {os.getloadavg()[0]:.1f} at the start"
    print(f"{os.cpu_count()} x {model}, Linux {os.uname().release}, {load}", flush=True)


def main(measure: Callable[[], None]) -> None:
    """Run `measure`; where no box can be had, say so and succeed."""
    _find_programs()
    _describe_machine()
    try:
        with _ended_by_sigterm_too():
            measure()
    except unittest.SkipTest as skipped:
        print(f"skipped: {skipped}")
