#!/usr/bin/python3 -B
"""What does `wrap` cost? The downtime of an upgrade beside that of a shell which kills, waits and
starts; memory at rest; the time from a binary's arrival to the child's start; and the throughput of
what the child prints beside that of a bare pipe and of one with `cat` in it.

SPDX-License-Identifier: Apache-2.0
"""

from __future__ import annotations

import argparse
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from bench import MIB, Spread, headline, main, ratio, table
from devnet_releases import make_binary
from wrapping import Wrap, Wrapping, seconds_between, words

MS = 1e3
SHELL = 'while read -r lavap; do [ -z "$!" ] || { kill -INT $!; wait $!; }; "$lavap" rpcconsumer consumer.yml & done; kill -INT $!; wait $!'


class Stand(Wrapping):
    """A Wrapping without a test runner: `with Stand() as stand:`."""

    def runTest(self) -> None:
        """Nothing: unittest wants the name."""

    def __enter__(self) -> Stand:
        self.setUp()
        self.config["interval"] = "100ms"
        self.config["binary"]["keep"] = 100
        self.config["defaults"]["health"]["settle"] = "100ms"
        return self

    def __exit__(self, *_: object) -> None:
        self.doCleanups()

    def last_downtime(self) -> float:
        """Seconds from the newest end of a process to the newest start."""
        return seconds_between(self.report.events("end")[-1], self.report.events("start")[-1])


# --- downtime --------------------------------------------------------------------------------------


def upgrade_downtimes(rounds: int) -> list[float]:
    """Of upgrades to releases that are on disk, by what the processes say of their end and start."""
    taken = []
    with Stand() as stand:
        releases = [f"6.3.{patch}" for patch in range(1, rounds + 1)]
        for release in releases:
            stand.install(release)
        wrap = stand.wrap()
        for count, release in enumerate(releases, 1):
            wrap.ready(count)
            stand.node.set(target=release)
            stand.report.wait("start", count + 1, 60)
            taken.append(stand.last_downtime())
        wrap.ready(rounds + 1)
        wrap.stop()
    return taken


def shell_downtimes(rounds: int) -> list[float]:
    """Of the same by a shell that does nothing else."""
    taken = []
    with Stand() as stand:
        script = ["sh", "-c", SHELL]
        wrap = stand.spawn(script, stdin=subprocess.PIPE)
        order = wrap.process.stdin
        for count in range(1, rounds + 2):
            order.write(f"{stand.place_of('6.2.4')}\n".encode())
            order.flush()
            wrap.ready(count)
            if count > 1:
                taken.append(stand.last_downtime())
        order.close()
        wrap.wait()
    return taken


def downtime(rounds: int) -> None:
    headline(f"downtime of an upgrade, {rounds} of them: from the old process's last moment to the new one's first")
    ours, shell = Spread(upgrade_downtimes(rounds)), Spread(shell_downtimes(rounds))
    rows = [("lavavisor wrap", ours), ("sh: kill, wait, start", shell)]
    spread_table(rows, shell, 2)


def spread_table(rows: list[tuple[str, Spread]], reference: Spread, digits: int) -> None:
    table(
        ("", "ms median", "least", "most", "ratio"),
        (
            (
                name,
                *(f"{value * MS:.{digits}f}" for value in (each.median, min(each.values), max(each.values))),
                ratio(each.median, reference.median),
            )
            for name, each in rows
        ),
    )


# --- memory ----------------------------------------------------------------------------------------


def memory(seconds: float) -> None:
    headline(f"memory of wrap after {seconds:g} s at rest, in MiB")
    with Stand() as stand:
        del stand.config["interval"]
        wrap = stand.wrap()
        start = wrap.ready()
        time.sleep(seconds)
        rows = [("lavavisor wrap", wrap.pid), ("the stand-in for lavap", start["pid"])]
        table(
            ("", "RSS", "PSS", "private dirty"),
            ((name, *(f"{value:.1f}" for value in memory_of(pid))) for name, pid in rows),
        )
        wrap.stop()


def memory_of(pid: int) -> list[float]:
    """Resident and proportional set size and private dirty pages, in MiB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    fields = dict(line.split(":", 1) for line in lines)
    return [int(fields[name].split()[0]) / 1024 for name in ("Rss", "Pss", "Private_Dirty")]


# --- arrival ---------------------------------------------------------------------------------------


def arrival(rounds: int, sizes: list[int]) -> None:
    headline(f"from a binary's arrival (rename) to the start of the child that waits for it, {rounds} times")
    for size in sizes:
        ours, reference = [], []
        for _ in range(rounds):
            with Stand() as stand:
                wrap = waiting(stand)
                beside = stand.folder / "lavap-arrives"
                beside.write_bytes(make_binary(stand.lavap.read_bytes(), "6.2.4", size))
                beside.chmod(0o755)
                reference.append(hash_and_ask(beside))
                place = stand.place_of("6.2.4")
                place.parent.mkdir(parents=True, exist_ok=True)
                begun = time.monotonic_ns()
                beside.rename(place)
                ours.append((stand.report.wait("start")[0]["at"] - begun) / 1e9)
                wrap.ready()
                wrap.stop()
        shown = f"{size // MIB} MiB" if size else "the bare stand-in"
        rows = [(f"{shown}: lavavisor wrap", Spread(ours)), ("  openssl dgst, lavap version", Spread(reference))]
        spread_table(rows, Spread(reference), 1)


def waiting(stand: Stand) -> Wrap:
    stand.place_of("6.2.4").unlink()
    wrap = stand.wrap()
    wrap.wait_for_log("upgrades/v6.2.4/lavap")
    return wrap


def hash_and_ask(binary: Path) -> float:
    """Seconds for what has to be done with a binary that arrives."""
    begun = time.perf_counter()
    subprocess.run(["openssl", "dgst", "-sha256", binary], check=True, capture_output=True)
    subprocess.run([binary, "version"], check=True, capture_output=True)
    return time.perf_counter() - begun


# --- throughput ------------------------------------------------------------------------------------


def throughput(rounds: int, size: int) -> None:
    headline(f"{size / 1e9:g} GB printed by the child, from its start to its last byte written, {rounds} times")
    cmd = words(flood="stdout", flood_bytes=size, exit_when_done=1, silent=1)
    ways: dict[str, Callable[[Stand], list[str]]] = {
        "straight into the pipe": lambda stand: bare(stand, cmd),
        "through cat": lambda stand: ["sh", "-c", '"$@" | cat', "sh", *bare(stand, cmd)],
        "under lavavisor wrap": lambda stand: stand.argv(cmd, "--restart", "never"),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, argv in ways.items():
            with Stand() as stand:
                taken[name].append(flood_into_a_reader(stand, argv(stand)))
    reference = Spread(taken["through cat"])
    table(
        ("", "GB/s median", "least", "most", "ratio to cat"),
        (
            (
                name,
                *(f"{size / 1e9 / value:.2f}" for value in (Spread(each).median, max(each), min(each))),
                ratio(reference.median, Spread(each).median),
            )
            for name, each in taken.items()
        ),
    )


def bare(stand: Stand, cmd: str) -> list[str]:
    return [str(stand.place_of("6.2.4")), "rpcconsumer", *cmd.split()]


def flood_into_a_reader(stand: Stand, argv: list[str]) -> float:
    reading, writing = os.pipe()
    with subprocess.Popen(["cat"], stdin=reading, stdout=subprocess.DEVNULL) as reader:
        os.close(reading)
        wrap = stand.spawn(argv, stdout=writing)
        os.close(writing)
        wrap.wait(120)
        reader.wait()
    return seconds_between(stand.report.events("ready")[0], stand.report.events("flooded")[0])


def measure() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", "--rounds", type=int, default=20, help="of upgrades and arrivals; a quarter of it of floods")
    parser.add_argument("--seconds", type=float, default=30, help="of rest before memory is looked at")
    parser.add_argument("--size", type=int, default=100, help="of the larger binary that arrives, in MiB")
    parser.add_argument("--bytes", type=int, default=10**9, help="that the child prints")
    options = parser.parse_args()
    downtime(options.rounds)
    memory(options.seconds)
    arrival(options.rounds, [0, options.size * MIB])
    throughput(max(1, options.rounds // 4), options.bytes)


if __name__ == "__main__":
    main(measure)
