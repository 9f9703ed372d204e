#!/usr/bin/python3 -B
"""How soon does `run` follow the chain, and how long is a service away meanwhile? From the block
that changes the target until each service's process is of the new version, in parts; for one
service and for a rolling upgrade of five; and the downtime of one beside `systemctl restart`.

SPDX-License-Identifier: Apache-2.0
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench import LOOP, MIB, ExitWatch, Spread, Stand, headline, main, ratio, table, wait_until
from devnet_releases import Release, _ReleaseHandler
from harness import CONFIG, DIRECTORY, PROGRAM


class Marks:
    """When the release server was first asked for a release, and when it had sent all of it."""

    def __init__(self) -> None:
        self.asked: dict[str, float] = {}
        self.sent: dict[str, float] = {}
        handler, marks = _ReleaseHandler, self
        get, asset = handler.do_GET, handler._asset

        def do_get(self: Any) -> None:
            for version in self.releases.releases:
                if f"/v{version}/" in self.path:
                    marks.asked.setdefault(version, time.monotonic())
            get(self)

        def send_asset(self: Any, release: Release) -> None:
            asset(self, release)
            marks.sent[release.version] = time.monotonic()

        handler.do_GET, handler._asset = do_get, send_asset


@dataclass
class Upgrade:
    """One followed target; seconds."""

    parts: dict[str, float]
    started: dict[str, float]  # by service: from the block to the new process
    down: dict[str, float]  # by service: from the end of the old process to the new one's start
    actions: dict[str, float]  # by kind: mean of the ledger's time


class Host:
    """A stand with the loop in it, which can be upgraded again and again."""

    def __init__(self, stand: Stand, marks: Marks, size: int, interval: float) -> None:
        self.stand, self.marks, self.size, self.interval = stand, marks, size, interval
        self.patch = 4

    def group(self, name: str) -> str:
        return f"system.slice/{name}.service"

    def main_pids(self) -> dict[str, int]:
        return {name: self.stand.processes(self.group(name))[0] for name in self.stand.names()}

    def started_at(self, *names: str) -> dict[str, float]:
        shown = self.stand.box.show(*(f"{name}.service" for name in names))
        return {n: int(shown[f"{n}.service"]["ExecMainStartTimestampMonotonic"]) / 1e6 for n in names}

    def runs(self, name: str, version: str) -> bool:
        for pid in self.stand.processes(self.group(name)):
            try:
                if os.readlink(f"/proc/{pid}/exe").endswith(f"/v{version}/lavap"):
                    return True
            except OSError:
                continue
        return False

    def newest_run(self) -> dict[str, Any]:
        words = [PROGRAM, "history", CONFIG, "--json", "-n", "1"]
        return json.loads(self.stand.box.exec(*words).stdout)["runs"][0]

    def upgrade(self) -> Upgrade:
        """Move the target, at a moment that the loop cannot know."""
        stand = self.stand
        self.patch += 1
        version, names = f"6.2.{self.patch}", stand.names()
        stand.publish(version, self.size)
        last_run, old = self.newest_run()["id"], self.main_pids()
        watch = ExitWatch(old.values())
        time.sleep(random.uniform(0.2, 0.2 + self.interval))
        block = time.monotonic()
        stand.devnet.set(target=version)
        wait_until(lambda: all(self.runs(name, version) for name in names), 600, f"{version} everywhere")
        ended = watch.wait(10)

        def recorded() -> bool:
            run = self.newest_run()
            return run["id"] > last_run and run["result"] == "changed"

        wait_until(recorded, 120, "the end of the upgrade")
        started = self.started_at(*names)
        return Upgrade(
            self.parts(version, block, min(started.values())),
            {name: at - block for name, at in started.items()},
            {name: started[name] - ended[pid] for name, pid in old.items()},
            self.ledger(),
        )

    def parts(self, version: str, block: float, first_start: float) -> dict[str, float]:
        binary = self.stand.box.path(f"{DIRECTORY}/upgrades/v{version}/lavap")
        installed = binary.stat().st_ctime - (time.time() - time.monotonic())  # its renaming
        asked, sent = self.marks.asked[version], self.marks.sent[version]
        return {
            "detect (block to first request for the release)": asked - block,
            "download (to the last byte sent)": sent - asked,
            "verify (hash, sync, probe, install)": installed - sent,
            "restart (link, unit, reload, stop, first new process)": first_start - installed,
            "from the block to the first new process": first_start - block,
        }

    def ledger(self) -> dict[str, float]:
        taken = defaultdict(list)
        for action in self.newest_run()["actions"]:
            taken[action["kind"]].append(action["ms"] / 1e3)
        return {kind: sum(each) / len(each) for kind, each in taken.items()}

    def bare_restart(self) -> float:
        """Downtime of the first service by `systemctl restart`, without the loop."""
        name = self.stand.names()[0]
        watch = ExitWatch([self.main_pids()[name]])
        self.stand.box.exec("systemctl", "restart", name)
        [ended] = watch.wait(10).values()
        return self.started_at(name)[name] - ended


def columns(rows: list[dict[str, float]]) -> Iterator[tuple[str, Spread]]:
    return ((key, Spread([row[key] for row in rows])) for key in rows[0])


def milliseconds(rows: list[dict[str, float]]) -> Iterator[tuple[str, str]]:
    return ((name, spread.text(1, 1e3)) for name, spread in columns(rows))


def one_service(host: Host, rounds: int) -> None:
    upgrades, bare, reloaded = [], [], []
    for _ in range(rounds):
        host.stand.start_loop()
        upgrades.append(host.upgrade())
        host.stand.stop_loop()
        bare.append(host.bare_restart())
        host.stand.box.exec("systemctl", "daemon-reload")  # a changed unit needs one
        reloaded.append(host.bare_restart())
    headline("one service, from the block that changes the target:")
    table(("", "ms"), milliseconds([upgrade.parts for upgrade in upgrades]))
    headline("the ledger's time for each step (restart_service awaits health.settle, too):")
    table(("", "ms"), milliseconds([upgrade.actions for upgrade in upgrades]))
    ours = Spread([down for upgrade in upgrades for down in upgrade.down.values()])
    references = {"systemctl restart": Spread(bare), "daemon-reload, then systemctl restart": Spread(reloaded)}
    headline("downtime of the service, from the end of the old process to the start of the new one:")
    table(
        ("", "ms", "lavavisor's ratio to it"),
        (
            ("lavavisor's upgrade", ours.text(2, 1e3), ""),
            *((name, one.text(2, 1e3), ratio(ours.median, one.median)) for name, one in references.items()),
        ),
    )


def rolling(host: Host, count: int, rounds: int) -> None:
    host.stand.have_services(count)
    host.stand.start_loop()
    upgrades = [host.upgrade() for _ in range(rounds)]
    headline(f"{count} services, one after the other, from the block to the new process:")
    in_order = [sorted(upgrade.started.values()) for upgrade in upgrades]
    table(("", "ms"), ((f"service {at + 1}", Spread([row[at] for row in in_order]).text(0, 1e3)) for at in range(count)))
    table(("", "ms"), milliseconds([upgrade.parts for upgrade in upgrades]))
    downs = Spread([down for upgrade in upgrades for down in upgrade.down.values()])
    print(f"  downtime of each: {downs.text(2, 1e3)} ms")


def measure() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", "--rounds", type=int, default=9, help="of one service; a third of it rolling")
    parser.add_argument("--services", type=int, default=5, help="in the rolling upgrade")
    parser.add_argument("--size", type=int, default=100, help="of each binary, in MiB")
    parser.add_argument("--interval", type=float, default=1, help="of the loop, in seconds")
    parser.add_argument("--settle", type=float, default=1, help="health.settle, in seconds")
    options = parser.parse_args()
    with Stand() as stand:
        marks = Marks()
        stand.config["interval"] = f"{options.interval * 1000:.0f}ms"
        stand.config["defaults"]["health"]["settle"] = f"{options.settle * 1000:.0f}ms"
        stand.publish("6.2.4", options.size * MIB)
        stand.have_services(1)
        stand.install_loop()
        print(
            f"median (least..most) of {options.rounds} rounds; interval {options.interval:g} s, "
            f"settle {options.settle:g} s, binaries of {options.size} MiB over TLS on loopback"
        )
        host = Host(stand, marks, options.size * MIB, options.interval)
        try:
            one_service(host, options.rounds)
            rolling(host, options.services, max(1, options.rounds // 3))
        except BaseException:
            print("\n".join(stand.box.journal(LOOP)[-30:]))
            raise


if __name__ == "__main__":
    main(measure)
