#!/usr/bin/python3 -B
"""What does a pass of `run` cost in which nothing happens, and does it leak? CPU, file descriptors,
memory and threads over thousands of passes at a short interval; and which files the loop opens in
passes after those, by strace. Passes are counted by the sentence that each tells the service manager.

SPDX-License-Identifier: Apache-2.0
"""

from __future__ import annotations

import argparse
import collections
import os
import re
import shutil
import socket
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from bench import MIB, Stand, headline, main, memory_of, table, verdict, wait_until
from harness import CONFIG, DIRECTORY, PROGRAM

GOAL = 1.0  # ms of CPU for a pass in which nothing happens


class PassCounter:
    """The socket that the loop takes for its service manager's; one STATUS= a pass."""

    def __init__(self, path: Path) -> None:
        self.passes = 0
        self.last = ""
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        while True:
            words = self._socket.recv(4096).decode()
            if words.startswith("STATUS="):
                self.last = words.removeprefix("STATUS=")
                self.passes += 1


@dataclass
class Sample:
    passes: int
    seconds: float
    descriptors: int
    rss: float
    pss: float
    threads: int
    cpu: float
    database: int


def sample(pid: int, counter: PassCounter, begun: float, directory: Path) -> Sample:
    status = Path(f"/proc/{pid}/status").read_text()
    times = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return Sample(
        counter.passes,
        time.monotonic() - begun,
        len(os.listdir(f"/proc/{pid}/fd")),
        *memory_of(pid),
        int(re.search(r"Threads:\s+(\d+)", status)[1]),
        (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK"),
        sum(file.stat().st_size for file in directory.glob("state.db*")),
    )


def row(one: Sample) -> tuple[str, ...]:
    return (
        str(one.passes),
        f"{one.seconds:.0f}",
        str(one.descriptors),
        f"{one.rss:.2f}",
        f"{one.pss:.2f}",
        str(one.threads),
        f"{1e3 * one.cpu / max(1, one.passes):.2f}",
        str(one.database // 1024),
    )


def descriptors(pid: int) -> str:
    kinds = collections.Counter()
    for entry in os.scandir(f"/proc/{pid}/fd"):
        try:
            kinds[re.sub(r":?\[\d+\]$", "", os.readlink(entry.path))] += 1
        except OSError:
            continue
    return ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())


def host_pid(stand: Stand, inside: int) -> int:
    """How this host calls the process `inside` that was started by Box.spawn."""
    for pid in stand.processes("exec.slice"):
        names = re.search(r"NSpid:.*\s(\d+)\n", Path(f"/proc/{pid}/status").read_text())
        if names and int(names[1]) == inside:
            return pid
    raise RuntimeError(f"the box's process {inside} is gone; see its words above")


def follow(pid: int, counter: PassCounter, options: argparse.Namespace, directory: Path) -> list[Sample]:
    begun = time.monotonic()
    samples = []
    for goal in [1, *range(options.every, options.passes + 1, options.every)]:
        before = -1
        while counter.passes < goal:
            if counter.passes == before:
                raise RuntimeError(f"no pass within a minute; the last one said: {counter.last}")
            before = counter.passes
            wait_until(lambda goal=goal, before=before: counter.passes >= min(goal, before + 20), 60, "passes")
        samples.append(sample(pid, counter, begun, directory))
        print(f"  ... {counter.passes} passes: {counter.last}", flush=True)
    return samples


def show(samples: list[Sample]) -> None:
    table(
        ("passes", "s", "descriptors", "RSS MiB", "PSS MiB", "threads", "CPU ms/pass", "state.db KiB"),
        map(row, samples),
    )
    warm, last = samples[min(1, len(samples) - 2)], samples[-1]
    passes = last.passes - warm.passes
    headline(
        f"from pass {warm.passes} to {last.passes}: {last.descriptors - warm.descriptors:+d} descriptors, "
        f"{last.threads - warm.threads:+d} threads, {(last.rss - warm.rss) * 1024:+.0f} KiB RSS "
        f"({(last.rss - warm.rss) * MIB / max(1, passes):+.1f} bytes a pass, x {last.rss / warm.rss:.3f})"
    )
    each = 1e3 * (last.cpu - warm.cpu) / max(1, passes)
    print(f"  CPU of a pass: {verdict(each, GOAL, 'ms')}")


def show_opened(pid: int, counter: PassCounter, passes: int) -> None:
    """Which files the loop opens in so many more passes; it is slower meanwhile."""
    if not shutil.which("strace"):
        print("  skipped: which files are opened, for there is no strace")
        return
    words = ["strace", "-f", "-qq", "-e", "trace=open,openat,openat2", "-e", "signal=none", "-p", str(pid)]
    strace = subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    wait_until(lambda: traced(pid), what="strace to have the process")
    begun = counter.passes
    try:
        wait_until(lambda: counter.passes >= begun + passes, 60 + passes, "passes under strace")
    finally:
        strace.terminate()
        calls = strace.communicate()[1]
    names = collections.Counter(re.findall(r'open(?:at2?)?\([^"\n]*"([^"]*)"', calls))
    count = sum(names.values())
    print(f"  files and folders opened in {counter.passes - begun} quiet passes (goal: 0): {count or 'none'}")
    for name, count in names.most_common(20):
        print(f"    {count} x {name}")


def traced(pid: int) -> bool:
    return "TracerPid:\t0\n" not in Path(f"/proc/{pid}/status").read_text()


def measure() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", "--passes", type=int, default=5000)
    parser.add_argument("--every", type=int, help="passes between samples (default: a tenth)")
    parser.add_argument("--interval", default="100ms")
    parser.add_argument("--services", type=int, default=10)
    parser.add_argument("--traced", type=int, default=100, help="passes under strace, after the others")
    options = parser.parse_args()
    options.every = options.every or max(1, options.passes // 10)
    with Stand() as stand:
        stand.config["interval"] = options.interval
        stand.have_services(options.services)
        counter = PassCounter(stand.box.work / "notify")
        run = f"exec {PROGRAM} run {CONFIG} >/box/run.log 2>&1"
        process = stand.box.spawn("sh", "-c", run, env={"NOTIFY_SOCKET": "/box/notify"})
        pid = host_pid(stand, process.pid)
        headline(f"{options.services} services, interval {options.interval}:")
        try:
            samples = follow(pid, counter, options, stand.box.path(DIRECTORY))
            show(samples)
            print(f"  descriptors at the end: {descriptors(pid)}")
            show_opened(pid, counter, options.traced)
        except (AssertionError, OSError, RuntimeError):
            print((stand.box.work / "run.log").read_text()[-4000:])
            raise
        process.signal("TERM")
        print(f"  after SIGTERM: exit {process.finish().returncode}")


if __name__ == "__main__":
    main(measure)
