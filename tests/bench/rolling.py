#!/usr/bin/python3 -B
"""How much longer than `systemctl restart` of ten units in one call is an upgrade of ten services,
all at once? An `apply` after the chain's target moved, with the binary installed already, and once
more with its download; health.settle, which every upgrade waits for, is told apart.

SPDX-License-Identifier: Apache-2.0
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable

from bench import MIB, Command, Spread, Stand, headline, main, ratio, table, verdict
from harness import CONFIG, PROGRAM
from upgrade import Host, Marks, milliseconds

GOAL = 1.3  # times the restart, and settle
OLD = "6.2.4"


class Rollout(Host):
    """Upgrades by single applies."""

    def timed(self, *argv: str) -> float:
        """Seconds of wall clock that a command takes in the box, without the way in."""
        name = argv[0]
        return self.stand.time([Command(name, list(argv))], 1)[name].wall.median

    def move(self, version: str) -> float:
        """Let the chain ask for `version`, and apply; seconds that the apply takes."""
        self.stand.devnet.set(target=version)
        took = self.timed(PROGRAM, "apply", CONFIG)
        self.stand.assert_runs(version)
        return took

    def downloaded(self) -> float:
        """An upgrade to a release that is new."""
        self.patch += 1
        self.stand.publish(f"6.2.{self.patch}", self.size)
        return self.move(f"6.2.{self.patch}")

    def installed(self) -> float:
        """The same upgrade once more."""
        self.move(OLD)
        return self.move(f"6.2.{self.patch}")

    def restart(self) -> float:
        return self.timed("systemctl", "restart", *(f"{name}.service" for name in self.stand.names()))

    def reload_and_restart(self) -> float:
        units = " ".join(f"{name}.service" for name in self.stand.names())
        return self.timed("sh", "-c", f"systemctl daemon-reload && systemctl restart {units}")


def show(took: dict[str, Spread], settle: float) -> None:
    bare = took["systemctl restart"].median
    table(
        ("", "wall ms", "without settle", "x restart"),
        (
            (name, of.text(0, 1e3), f"{1e3 * (of.median - waited):.0f}", ratio(of.median - waited, bare))
            for name, of in took.items()
            for waited in [settle if name.startswith("lavavisor") else 0]
        ),
    )
    ours = took["lavavisor apply, installed"].median
    print(f"  {verdict((ours - settle) / bare, GOAL, 'x restart')}, beside {1e3 * settle:.0f} ms of settle")


def show_ledger(runs: list[dict[str, float]]) -> None:
    headline("the ledger's time for each step of an upgrade that was installed (restart_service awaits settle):")
    table(("", "ms"), milliseconds(runs))


def rounds_of(host: Rollout, rounds: int) -> tuple[dict[str, Spread], list[dict[str, float]]]:
    ways: dict[str, Callable[[], float]] = {
        "lavavisor apply, with download": host.downloaded,
        "lavavisor apply, installed": host.installed,
        "systemctl restart": host.restart,
        "daemon-reload, systemctl restart": host.reload_and_restart,
    }
    took, ledger = defaultdict(list), []
    for _ in range(rounds):
        for name, way in ways.items():
            took[name].append(way())
            if way == host.installed:
                ledger.append(host.ledger())
    return {name: Spread(values) for name, values in took.items()}, ledger


def measure() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", "--rounds", type=int, default=9)
    parser.add_argument("--services", type=int, default=10)
    parser.add_argument("--size", type=int, default=100, help="of each binary, in MiB")
    parser.add_argument("--settle", type=float, default=1, help="health.settle, in seconds")
    options = parser.parse_args()
    with Stand() as stand:
        stand.config["defaults"]["health"]["settle"] = f"{options.settle * 1000:.0f}ms"
        stand.config["rollout"]["max_parallel"] = options.services
        stand.config["binary"] |= {"allow_downgrade": True, "keep": 2}
        stand.publish(OLD, options.size * MIB)
        stand.have_services(options.services)
        host = Rollout(stand, Marks(), options.size * MIB, 0)
        took, ledger = rounds_of(host, options.rounds)
        headline(
            f"{options.services} services at once, median (least..most) of {options.rounds} upgrades, "
            f"binaries of {options.size} MiB:"
        )
        show(took, options.settle)
        show_ledger(ledger)


if __name__ == "__main__":
    main(measure)
