#!/usr/bin/python3
"""Prints which lines and branches of src/ the tests reached, by folder: coverage.py BUILD-FOLDER. What is
left is in BUILD-FOLDER/coverage/index.html, line by line, and as text in uncovered.txt.

A branch counts where our code decides: what g++ adds for exceptions is left out.
SPDX-License-Identifier: Apache-2.0
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def gather(build: Path, pages: Path) -> dict:
    """What gcovr makes of the counters: pages for people, a document for us."""
    pages.mkdir(exist_ok=True)
    document = pages / "coverage.json"
    subprocess.run(
        ["gcovr", "--root", ROOT, "--object-directory", build, "--filter", f"{ROOT}/src/", build,
         "--exclude-throw-branches", "--exclude-unreachable-branches",
         "--gcov-ignore-parse-errors", "--print-summary", "-j", "2",
         "--json", document, "--html-details", pages / "index.html"],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return json.loads(document.read_text())


def share(part: int, whole: int) -> str:
    return f"{part:6} / {whole:<6} {100 * part / whole if whole else 100:6.1f} %"


def main(build: Path) -> None:
    pages = build / "coverage"
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    uncovered = []
    for file in gather(build, pages)["files"]:
        path = Path(file["file"])
        lines = [line for line in file["lines"] if not line.get("gcovr/noncode")]
        branches = [(line["line_number"], branch) for line in lines for branch in line["branches"]]
        for folder in (str(path.parent.relative_to("src")), "total"):
            count = counts["main" if folder == "." else folder]
            count[0] += sum(line["count"] > 0 for line in lines)
            count[1] += len(lines)
            count[2] += sum(branch["count"] > 0 for _, branch in branches)
            count[3] += len(branches)
        text = (ROOT / path).read_text().splitlines()
        half = {number for number, branch in branches if branch["count"] == 0}
        for line in lines:
            number = line["line_number"]
            mark = "-" if line["count"] == 0 else "~" if number in half else ""
            if mark:
                uncovered.append(f"{mark} {path}:{number}: {text[number - 1].strip()}")
    (pages / "uncovered.txt").write_text("\n".join(uncovered) + "\n")
    print(f"{'folder of src/':20} {'lines':^26} {'branches':^26}")
    for folder in sorted(counts, key=lambda name: (name == "total", name)):
        count = counts[folder]
        print(f"{folder:20} {share(count[0], count[1])}   {share(count[2], count[3])}")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
