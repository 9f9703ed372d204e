#!/usr/bin/python3 -B
"""Does a long history make lavavisor slow? `status`, `history` and an `apply` that only records its
run, with a million recorded steps beside an empty ledger; and what retention leaves of more.

SPDX-License-Identifier: Apache-2.0
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import shutil
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from bench import MIB, Command, Stand, Taken, headline, main, ratio, table, verdict
from harness import CONFIG, DIRECTORY, PROGRAM

GOAL = 1.2  # times the empty ledger
STATE, EMPTY, FULL = (f"{DIRECTORY}/{name}" for name in ("state.db", "empty.db", "full.db"))  # in the box
RUNS_OF_OWN = 20  # so that `history -n 20` tells the same of both ledgers
STEPS = [
    ("install_binary", "6.2.{patch}", "chain moved", 2400),
    ("link", "/usr/local/bin/lavap", "chain moved", 1),
    ("write_unit", "provider-{service:02}", "chain moved", 3),
    ("restart_service", "provider-{service:02}", "chain moved", 1480),
]


# --- a ledger with a past --------------------------------------------------------------------------


@contextlib.contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    """The database, by one connection that leaves no log behind."""
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as database:
        yield database


def moment(seconds: float) -> str:
    at = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def runs(count: int) -> Iterator[tuple[object, ...]]:
    """Runs of the past half year, the newest an hour ago."""
    last, apart = time.time() - 3600, 182 * 86400 / count
    digest, commit = "5f" * 32, "a1" * 20
    for number in range(1, count + 1):
        begun = last - (count - number) * apart
        yield number, moment(begun), moment(begun + 5), "run", digest, commit, "changed", 0


def steps(runs_of_it: int, each: int) -> Iterator[tuple[object, ...]]:
    for run in range(1, runs_of_it + 1):
        for number in range(each):
            kind, target, reason, ms = STEPS[number % len(STEPS)]
            named = target.format(patch=run % 1000, service=number // len(STEPS))
            yield run, number, kind, named, reason, "done", "", ms + run % 97


def fill(file: Path, count: int, each: int) -> None:
    """Put `count` runs of `each` steps before those that are there."""
    with opened(file) as database:
        database.execute("PRAGMA synchronous = OFF")
        database.execute("BEGIN IMMEDIATE")
        triggers = database.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE actions SET run = run + ?", (count,))
        database.execute("UPDATE runs SET id = -id")  # out of the way of one another
        database.execute("UPDATE runs SET id = ? - id", (count,))
        database.execute("UPDATE sqlite_sequence SET seq = seq + ? WHERE name = 'runs'", (count,))
        columns = 'id, started, finished, "trigger", config_sha256, config_commit, result, config_dirty'
        database.executemany(f"INSERT INTO runs ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", runs(count))
        database.executemany("INSERT INTO actions VALUES (?, ?, ?, ?, ?, ?, ?, ?)", steps(count, each))
        for _, sql in triggers:
            database.execute(sql)
        database.execute("COMMIT")


def rows(file: Path) -> tuple[int, int]:
    """How many runs and steps there are."""
    with opened(file) as database:
        return tuple(database.execute(f"SELECT count(*) FROM {of}").fetchone()[0] for of in ("runs", "actions"))


def size(file: Path) -> str:
    """Bytes of the file, and how much of it is in use."""
    with opened(file) as database:
        page, pages, free = (
            database.execute(f"PRAGMA {of}").fetchone()[0] for of in ("page_size", "page_count", "freelist_count")
        )
    return f"{page * pages / MIB:.1f} MiB, {page * (pages - free) / MIB:.1f} MiB of it in use"


# --- measuring -------------------------------------------------------------------------------------


def commands(ledgers: list[str]) -> list[Command]:
    """Every command with each ledger in turn, put into its place beforehand."""
    all_of_it = {
        "status": [PROGRAM, "status", CONFIG],
        f"history -n {RUNS_OF_OWN}": [PROGRAM, "history", CONFIG, "-n", str(RUNS_OF_OWN)],
        "apply, nothing to do": [PROGRAM, "apply", CONFIG],
    }
    return [
        Command(f"{name}|{ledger}", argv, ["sh", "-c", f"rm -f {STATE}; ln {ledger} {STATE}"])
        for name, argv in all_of_it.items()
        for ledger in ledgers
    ]


def show(taken: dict[str, Taken]) -> None:
    names = dict.fromkeys(name.split("|")[0] for name in taken)
    pairs = {name: (taken[f"{name}|{EMPTY}"], taken[f"{name}|{FULL}"]) for name in names}
    table(
        ("", "empty, wall ms", "full, wall ms", "wall ratio", "CPU ratio"),
        (
            (
                name,
                empty.wall.text(1, 1e3),
                full.wall.text(1, 1e3),
                ratio(full.wall.median, empty.wall.median),
                ratio(full.cpu.median, empty.cpu.median),
            )
            for name, (empty, full) in pairs.items()
        ),
    )
    for name, (empty, full) in pairs.items():
        print(f"  {name}: {verdict(full.wall.median / empty.wall.median, GOAL, 'x the empty one')}")


def one_more_apply(stand: Stand) -> float:
    """Milliseconds of an apply with the full ledger in its place."""
    [apply] = [each for each in commands([FULL]) if each.name.startswith("apply")]
    return 1e3 * stand.time([apply], 1)[apply.name].wall.median


def fill_full(stand: Stand, count: int, each: int) -> None:
    """Make FULL out of EMPTY: here, for SQLite would follow /proc/PID/root/... to this host's file."""
    here = stand.box.folder / "filled.db"
    shutil.copyfile(stand.box.path(EMPTY), here)
    fill(here, count, each)
    shutil.move(here, stand.box.path(FULL))


def look_at_full(stand: Stand) -> tuple[str, str, str]:
    """Its runs, steps and bytes."""
    here = stand.box.folder / "looked-at.db"
    shutil.copyfile(stand.box.path(FULL), here)
    found = (*map(str, rows(here)), size(here))
    here.unlink()
    return found


def kept_for_good(stand: Stand, options: argparse.Namespace) -> None:
    """As many runs as retention keeps, of so many steps that there are enough."""
    count = 10_000 - 4 * RUNS_OF_OWN - options.rounds
    fill_full(stand, count, -(-options.steps // count))
    first = one_more_apply(stand)
    headline("a ledger with as many runs as are kept: {} of them, {} steps, {}".format(*look_at_full(stand)))
    print(f"  the first apply with it: {first:.0f} ms")
    show(stand.time(commands([EMPTY, FULL]), options.rounds))
    print("  rows at the end of it: {} runs with {} steps, {}".format(*look_at_full(stand)))


def outgrown(stand: Stand, options: argparse.Namespace) -> None:
    """Runs of four steps, far more of them than retention keeps."""
    fill_full(stand, options.steps // len(STEPS), len(STEPS))
    before = look_at_full(stand)
    first = one_more_apply(stand)
    headline("a ledger that was never cut before, and what one apply leaves of it:")
    table(("", "runs", "steps", "bytes"), [("before", *before), ("after", *look_at_full(stand))])
    print(f"  that apply, which cuts it: {first:.0f} ms; those after it:")
    show(stand.time(commands([EMPTY, FULL]), options.rounds))
    print("  the file at the end of it (free pages are used again): {2}".format(*look_at_full(stand)))


def measure() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", "--rounds", type=int, default=15)
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--services", type=int, default=10)
    options = parser.parse_args()
    print(f"median (least..most) of {options.rounds} runs each, in turn; {options.services} services")
    with Stand() as stand:
        stand.have_services(options.services)
        for _ in range(RUNS_OF_OWN):
            stand.apply()
        shutil.copyfile(stand.box.path(STATE), stand.box.path(EMPTY))
        kept_for_good(stand, options)
        outgrown(stand, options)


if __name__ == "__main__":
    main(measure)
