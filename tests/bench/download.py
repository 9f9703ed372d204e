#!/usr/bin/python3 -B
"""What does a verified download cost beside `curl -o` alone, which verifies nothing, and beside it and
then `sha256sum`? 150 MB over TLS on loopback, from the release server of examples/quickstart, with its
redirect; as fast as it goes, where server, TLS and hash share the cores of one machine, and then at the rate of
a network. Needs no root.

SPDX-License-Identifier: Apache-2.0
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from bench import Command, Taken, headline, main, program, ratio, table, time_commands, verdict
from devnet_releases import ReleaseServer

GOAL = 1.05  # times the wall clock of `curl -o`
NETWORK = 125_000_000  # bytes per second: 1 Gbit/s
CURL, FETCH = "curl -o", "lavavisor's fetch"


def downloads(server: ReleaseServer, version: str, folder: Path) -> tuple[Command, Command]:
    """By curl and by us."""
    url = f"{server.url}/v{version}/lavap-v{version}-linux-amd64"
    by_curl, by_us, ca_file = folder / "curl", folder / "fetched", str(server.ca_file)
    fresh = ["sh", "-c", f"rm -rf {by_curl} {by_us}; sync {folder}"]
    fetch = [str(program("FETCH_BENCH")), url, server.releases[version].sha256, ca_file, str(by_us)]
    return (
        Command(CURL, ["curl", "-sfL", "--cacert", ca_file, "-o", str(by_curl), url], fresh),
        Command(FETCH, fetch, fresh),
    )


def commands(server: ReleaseServer, folder: Path) -> list[Command]:
    curl, fetch = downloads(server, "6.2.5", folder)
    by_curl = str(folder / "curl")
    return [
        curl,
        Command("sha256sum", ["sha256sum", by_curl]),
        Command("openssl sha256", ["openssl", "dgst", "-sha256", by_curl]),
        Command("sync FILE", ["sync", by_curl]),
        fetch,
    ]


def show_times(taken: dict[str, Taken], size: int) -> None:
    table(
        ("", "wall ms", "CPU ms", "MB/s"),
        (
            (name, of.wall.text(0, 1e3), of.cpu.text(0, 1e3), f"{size / 1e6 / of.wall.median:.0f}")
            for name, of in taken.items()
        ),
    )


def show_verdict(taken: dict[str, Taken]) -> None:
    wall = taken[FETCH].wall.median / taken[CURL].wall.median
    print(f"  {verdict(wall, GOAL, 'x curl -o alone')}")


def show(taken: dict[str, Taken], size: int) -> None:
    show_times(taken, size)
    ours = taken[FETCH]
    headline("lavavisor's fetch (streamed, hashed, synced) to:")
    rows = []
    for names in (
        (CURL,),
        (CURL, "sha256sum"),
        (CURL, "openssl sha256"),
        (CURL, "sha256sum", "sync FILE"),
        (CURL, "openssl sha256", "sync FILE"),
    ):
        wall = sum(taken[name].wall.median for name in names)
        cpu = sum(taken[name].cpu.median for name in names)
        rows.append((", ".join(names), ratio(ours.wall.median, wall), ratio(ours.cpu.median, cpu)))
    table(("", "wall ratio", "CPU ratio"), rows)
    show_verdict(taken)


def measure() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", "--rounds", type=int, default=9)
    parser.add_argument("--size", type=int, default=150, help="of the file, in MB (10^6 bytes)")
    parser.add_argument("--folder", help="where the files go (default: $TMPDIR or /tmp)")
    options = parser.parse_args()
    size = options.size * 1_000_000
    with tempfile.TemporaryDirectory(prefix="lavavisor-bench-", dir=options.folder) as folder:
        server = ReleaseServer(Path(folder) / "server", program("LAVAP_STUB"))
        try:
            server.add("6.2.5", size=size)
            print(f"median (least..most) of {options.rounds} runs each, in turn; {options.size} MB in {folder}")
            show(time_commands(commands(server, Path(folder)), options.rounds), size)
            server.add("6.2.6", size=size, rate=NETWORK)
            paced = time_commands(downloads(server, "6.2.6", Path(folder)), options.rounds)
            headline(f"from a server that sends at most {8 * NETWORK / 1e9:.0f} Gbit/s:")
            show_times(paced, size)
            show_verdict(paced)
        finally:
            server.close()


if __name__ == "__main__":
    main(measure)
