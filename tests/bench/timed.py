"""Runs commands in turn, so many rounds, and prints as JSON what each run took:
[[wall seconds, CPU seconds, peak MiB], ...] for each command.

The one argument: {"rounds": N, "commands": [[ARGV, ARGV OF WHAT RUNS BEFORE, UNTIMED], ...]}
Peak memory has a floor: that of this process, which a child starts with. It runs in the box, too,
and imports little.
SPDX-License-Identifier: Apache-2.0
"""

import json
import os
import sys
import time


def run(argv):
    quiet = [(os.POSIX_SPAWN_OPEN, number, "/dev/null", os.O_WRONLY, 0) for number in (1, 2)]
    begun = time.perf_counter()
    pid = os.posix_spawnp(argv[0], argv, os.environ, file_actions=quiet)
    _, status, usage = os.wait4(pid, 0)
    took = time.perf_counter() - begun
    if status != 0:
        raise SystemExit(f"{' '.join(argv)}: wait status {status}")
    return [took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024]


def main():
    order = json.loads(sys.argv[1])
    taken = [[] for _ in order["commands"]]
    for _ in range(order["rounds"]):
        for at, (argv, before) in enumerate(order["commands"]):
            if before:
                run(before)
            taken[at].append(run(argv))
    print(json.dumps(taken))


if __name__ == "__main__":
    main()
