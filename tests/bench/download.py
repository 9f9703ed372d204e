#!/usr/bin/python3 -B
"""What does a verified download cost beside `curl -o` alone, which verifies nothing, and beside it and
then `sha256sum`? 150 MB over TLS on loopback, from the release server of examples/quickstart, with its
redirect. Needs no root.

SPDX-License-Identifier: Apache-2.0
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from bench import Command, Taken, headline, main, program, ratio, table, time_commands, verdict
from devnet_releases import ReleaseServer

GOAL = 1.05  # times the wall clock of `curl -o`


def commands(server: ReleaseServer, folder: Path) -> list[Command]:
    release = server.releases["6.2.5"]
    url = f"{server.url}/v6.2.5/lavap-v6.2.5-linux-amd64"
    by_curl, by_us = folder / "curl", folder / "fetched"
    fresh = ["sh", "-c", f"rm -rf {by_curl} {by_us}; sync {folder}"]
    return [
        Command("curl -o", ["curl", "-sfL", "--cacert", str(server.ca_file), "-o", str(by_curl), url], fresh),
        Command("sha256sum", ["sha256sum", str(by_curl)]),
        Command("openssl sha256", ["openssl", "dgst", "-sha256", str(by_curl)]),
        Command("sync FILE", ["sync", str(by_curl)]),
        Command("lavavisor's fetch", [str(program("FETCH_BENCH")), url, release.sha256, str(server.ca_file), str(by_us)], fresh),
    ]  # fmt: skip


def show(taken: dict[str, Taken], size: int) -> None:
    table(
        ("", "wall ms", "CPU ms", "MB/s"),
        (
            (name, of.wall.text(0, 1e3), of.cpu.text(0, 1e3), f"{size / 1e6 / of.wall.median:.0f}")
            for name, of in taken.items()
        ),
    )
    ours = taken["lavavisor's fetch"]
    headline("lavavisor's fetch (streamed, hashed, synced) to:")
    rows = []
    for names in (
        ("curl -o",),
        ("curl -o", "sha256sum"),
        ("curl -o", "sha256sum", "sync FILE"),
        ("curl -o", "openssl sha256", "sync FILE"),
    ):
        wall = sum(taken[name].wall.median for name in names)
        cpu = sum(taken[name].cpu.median for name in names)
        rows.append((", ".join(names), ratio(ours.wall.median, wall), ratio(ours.cpu.median, cpu)))
    table(("", "wall ratio", "CPU ratio"), rows)
    wall = ours.wall.median / taken["curl -o"].wall.median
    print(f"  {verdict(wall, GOAL, 'x curl -o alone')}")


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
        finally:
            server.close()


if __name__ == "__main__":
    main(measure)
