#!/usr/bin/python3 -B
"""What does `run` cost while nothing happens? Memory and CPU of the loop, as its unit is shipped,
with 10 services and the default interval, beside an idle `sleep` and other daemons of the same box
in the same time.

SPDX-License-Identifier: Apache-2.0
"""

from __future__ import annotations

import argparse
import time

from bench import LOOP, MIB, Stand, headline, main, memory_of, ratio, table, verdict

GOAL = 8.0  # MB of PSS
OURS, SLEEP = "lavavisor run", "sleep infinity"
DAEMONS = {
    OURS: f"system.slice/{LOOP}",
    SLEEP: "system.slice/sleep.service",
    "systemd-journald": "system.slice/systemd-journald.service",
    "dbus-daemon": "system.slice/dbus.service",
    "systemd (PID 1)": "init.scope",
}


def memory(stand: Stand) -> dict[str, tuple[float, float]]:
    return {name: memory_of(stand.processes(group)[0]) for name, group in DAEMONS.items()}


def cpu(stand: Stand) -> dict[str, float]:
    return {name: stand.cpu_seconds(group) for name, group in DAEMONS.items()}


Memory = dict[str, tuple[float, float]]  # RSS and PSS in MiB, by name


def show(seconds: float, used: dict[str, float], first: Memory, last: Memory) -> None:
    table(
        ("", "RSS MiB", "PSS MiB", f"x {SLEEP}", "RSS growth KiB", "CPU ms", "% of a core"),
        (
            (
                name,
                f"{rss:.1f}",
                f"{pss:.1f}",
                ratio(pss, last[SLEEP][1]),
                f"{(rss - first[name][0]) * 1024:+.0f}",
                f"{used[name] * 1e3:.0f}",
                f"{100 * used[name] / seconds:.3f}",
            )
            for name, (rss, pss) in last.items()
        ),
    )
    print(f"  PSS of {OURS}: {verdict(last[OURS][1] * MIB / 1e6, GOAL, 'MB', 1)}")


def measure() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--services", type=int, default=10)
    parser.add_argument("--interval", help="in place of the default")
    options = parser.parse_args()
    with Stand() as stand:
        del stand.config["interval"]
        if options.interval:
            stand.config["interval"] = options.interval
        stand.have_services(options.services)
        stand.install_loop()
        stand.start_loop()
        stand.box.exec("systemd-run", "--quiet", "--unit=sleep", "--", *SLEEP.split())
        time.sleep(5)  # its first pass is no idleness
        asked, begun = stand.devnet.nodes[0].asked, time.monotonic()
        used, first = cpu(stand), memory(stand)
        time.sleep(options.minutes * 60)
        seconds = time.monotonic() - begun
        used = {name: now - used[name] for name, now in cpu(stand).items()}
        rounds = (stand.devnet.nodes[0].asked - asked) / 2
        interval = options.interval or "15s (the default)"
        headline(
            f"{options.services} services, interval {interval}, {seconds:.0f} s, "
            f"chain asked {rounds:.0f} times:"
        )
        show(seconds, used, first, memory(stand))


if __name__ == "__main__":
    main(measure)
