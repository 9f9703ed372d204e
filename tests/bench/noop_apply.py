#!/usr/bin/python3 -B
"""How dear is an `apply` that finds nothing to do? With 1, 10, 50 and 200 converged services and one
large binary, against the least that anybody has to do to know it (unavoidable.cpp: read configuration
and units, ask the chain, one D-Bus call for all units), and beside `systemctl is-active`.

SPDX-License-Identifier: Apache-2.0
"""

from __future__ import annotations

import argparse
import json
import shutil

from bench import MIB, Command, Spread, Stand, Taken, headline, main, program, ratio, table
from harness import CONFIG, DIRECTORY, PROGRAM

PARAMS = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "abci_query",
    "params": {"path": "/lavanet.lava.protocol.Query/Params", "data": ""},
}
GOAL = 2.0  # times the unavoidable
GOAL_SLOPE = 40e-6  # seconds for each further service


def commands(stand: Stand) -> list[Command]:
    units = [f"{name}.service" for name in stand.names()]
    return [
        Command("lavavisor apply", [PROGRAM, "apply", CONFIG]),
        Command("unavoidable", ["/box/unavoidable", CONFIG, DIRECTORY, chain_url(stand), json.dumps(PARAMS)]),
        Command("lavavisor plan", [PROGRAM, "plan", CONFIG]),
        Command("lavavisor version", [PROGRAM, "version"]),
        Command("systemctl is-active", ["systemctl", "is-active", *units]),
        Command("true", ["/bin/true"]),
    ]


def chain_url(stand: Stand) -> str:
    return stand.config["chain"]["endpoints"][0].replace("tcp://", "http://")


def chain_latency(stand: Stand, rounds: int) -> Spread:
    """Seconds that both requests take by curl, one after the other, over one connection."""
    url = chain_url(stand)
    each = ["-s", "-o", "/dev/null", "-w", "%{time_total}\\n"]
    argv = ["curl", *each, f"{url}/status", "--next", *each, "-d", json.dumps(PARAMS), url]
    return Spread([sum(map(float, stand.box.exec(*argv).stdout.split())) for _ in range(rounds)])


def show(count: int, taken: dict[str, Taken], chain: Spread) -> None:
    reference, floor = taken["unavoidable"], taken["true"].memory.median

    def memory(of: Taken) -> str:
        return of.memory.text() if of.memory.median > floor * 1.02 else f"< {floor:.1f}"

    headline(f"{count} services, converged:")
    table(
        ("", "wall ms", "x unavoidable", "CPU ms", "x unavoidable", "peak MiB"),
        (
            (
                name,
                of.wall.text(1, 1e3),
                ratio(of.wall.median, reference.wall.median),
                of.cpu.text(1, 1e3),
                ratio(of.cpu.median, reference.cpu.median),
                memory(of),
            )
            for name, of in taken.items()
        ),
    )
    share = 100 * chain.median / taken["lavavisor apply"].wall.median
    print(f"  the chain's two requests by curl: {chain.text(1, 1e3)} ms, {share:.0f} % of an apply's wall clock")


def show_slope(walls: dict[int, float]) -> None:
    least, most = min(walls), max(walls)
    if least < most:
        slope = (walls[most] - walls[least]) / (most - least)
        headline(
            f"each service more: {1e6 * slope:.0f} us ({slope / GOAL_SLOPE:.1f} x the goal of "
            f"{1e6 * GOAL_SLOPE:.0f} us); goal for the whole: {GOAL} x unavoidable"
        )


def measure() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", "--rounds", type=int, default=15)
    parser.add_argument("--services", type=int, nargs="+", default=[1, 10, 50, 200])
    parser.add_argument("--size", type=int, default=100, help="of the binary, in MiB")
    options = parser.parse_args()
    print(
        f"median (least..most) of {options.rounds} runs each, in turn; "
        f"a binary of {options.size} MiB; one endpoint on loopback"
    )
    with Stand() as stand:
        shutil.copy(program("UNAVOIDABLE"), stand.box.work / "unavoidable")
        stand.publish("6.2.4", options.size * MIB)
        walls: dict[int, float] = {}
        for count in sorted(options.services):
            stand.have_services(count)
            taken = stand.time(commands(stand), options.rounds)
            walls[count] = taken["lavavisor apply"].wall.median
            show(count, taken, chain_latency(stand, options.rounds))
        show_slope(walls)


if __name__ == "__main__":
    main(measure)
