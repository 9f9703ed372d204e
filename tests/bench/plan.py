#!/usr/bin/python3 -B
"""How long does it take to make a plan for a host of 1 to 10,000 services that all are as they
should be (plan_bench.cpp, by Google Benchmark), and does it grow with their number only?

SPDX-License-Identifier: Apache-2.0
"""

from __future__ import annotations

import argparse
import json
import subprocess

from bench import headline, main, program, ratio, table, verdict

GOAL = 20.0  # milliseconds for 10,000 services
MOST = 10_000


def measure() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", "--rounds", type=int, default=5)
    options = parser.parse_args()
    try:
        bench = program("PLAN_BENCH")
    except RuntimeError:
        print("skipped: $PLAN_BENCH is not built; it needs Google Benchmark (libbenchmark-dev)")
        return
    words = [str(bench), "--benchmark_format=json", f"--benchmark_repetitions={options.rounds}"]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout)["benchmarks"]
    took = {
        int(one["run_name"].rpartition("/")[2]): one["cpu_time"]
        for one in found
        if one.get("aggregate_name") == "median"
    }
    headline(f"one plan, nothing to do, median of {options.rounds}, CPU:")
    each = took[MOST] / MOST
    table(
        ("services", "us", "us a service", "x that of 10,000"),
        ((str(n), f"{us:.1f}", f"{us / n:.2f}", ratio(us / n, each)) for n, us in sorted(took.items())),
    )
    print(f"  {MOST} services: {verdict(took[MOST] / 1e3, GOAL, 'ms', 1)}")


if __name__ == "__main__":
    main(measure)
