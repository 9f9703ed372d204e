"""Prints what sanitizers found and fails when it is anything: findings.py FOLDER. What was shown is moved
to FOLDER/shown, so that the next run begins afresh.

SPDX-License-Identifier: Apache-2.0
"""

import sys
from pathlib import Path

folder = Path(sys.argv[1])
shown = folder / "shown"
findings = sorted(path for path in folder.iterdir() if path.is_file())
for path in findings:
    print(f"--- {path.name}\n{path.read_text(errors='replace')}")
    shown.mkdir(exist_ok=True)
    path.rename(shown / path.name)
sys.exit(f"{len(findings)} findings" if findings else 0)
