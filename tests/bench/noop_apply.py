#!/usr/bin/python3 -B
"""How dear is an `apply` that finds nothing to do? With 1, 10 and 50 converged services and one
large binary, beside `systemctl is-active` of the same units, one D-Bus call by busctl, and `true`.

SPDX-License-Identifier: Apache-2.0
"""

from __future__ import annotations

import argparse
import json

from bench import MIB, Command, Spread, Stand, Taken, headline, main, ratio, table
from harness import CONFIG, PROGRAM

PARAMS = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "abci_query",
    "params": {"path": "/lavanet.lava.protocol.Query/Params", "data": ""},
}
BUS = ["org.freedesktop.systemd1", "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager"]


def commands(units: list[str]) -> list[Command]:
    call = ["busctl", "--system", "call", *BUS, "ListUnitsByNames", "as", str(len(units)), *units]
    return [
        Command("lavavisor apply", [PROGRAM, "apply", CONFIG]),
        Command("lavavisor plan", [PROGRAM, "plan", CONFIG]),
        Command("lavavisor version", [PROGRAM, "version"]),
        Command("systemctl is-active", ["systemctl", "is-active", *units]),
        Command("busctl ListUnitsByNames", call),
        Command("true", ["/bin/true"]),
    ]


def chain_latency(stand: Stand, rounds: int) -> Spread:
    """Seconds that both requests take by curl, one after the other, over one connection."""
    url = stand.config["chain"]["endpoints"][0].replace("tcp://", "http://")
    each = ["-s", "-o", "/dev/null", "-w", "%{time_total}\\n"]
    argv = ["curl", *each, f"{url}/status", "--next", *each, "-d", json.dumps(PARAMS), url]
    return Spread([sum(map(float, stand.box.exec(*argv).stdout.split())) for _ in range(rounds)])


def show(count: int, taken: dict[str, Taken], chain: Spread) -> None:
    reference, floor = taken["systemctl is-active"], taken["true"].memory.median

    def memory(of: Taken) -> str:
        return of.memory.text() if of.memory.median > floor * 1.02 else f"< {floor:.1f}"

    headline(f"{count} services, converged:")
    table(
        ("", "wall ms", "x is-active", "CPU ms", "x is-active", "peak MiB"),
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


def measure() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", "--rounds", type=int, default=15)
    parser.add_argument("--services", type=int, nargs="+", default=[1, 10, 50])
    parser.add_argument("--size", type=int, default=100, help="of the binary, in MiB")
    options = parser.parse_args()
    print(
        f"median (least..most) of {options.rounds} runs each, in turn; "
        f"a binary of {options.size} MiB; one endpoint on loopback"
    )
    with Stand() as stand:
        stand.publish("6.2.4", options.size * MIB)
        for count in sorted(options.services):
            stand.have_services(count)
            taken = stand.time(commands([f"{name}.service" for name in stand.names()]), options.rounds)
            show(count, taken, chain_latency(stand, options.rounds))


if __name__ == "__main__":
    main(measure)
