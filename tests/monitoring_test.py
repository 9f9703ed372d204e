#!/usr/bin/env python3
# Holds examples/monitoring against promtool, and every metric that its alerts and its dashboard name
# against the program's table of metrics, which the manual page has to list, too.
# SPDX-License-Identifier: Apache-2.0
"""usage: monitoring_test.py"""

import json
import re
import shutil
import subprocess
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
FOLDER = TOP / "examples/monitoring"
RULES = FOLDER / "lavavisor.rules.yml"
DASHBOARD = FOLDER / "grafana-dashboard.json"
ROW = re.compile(
    r'\{"(lavavisor_\w+)",\s*(gauge|counter|histogram|info),\s*"(\w*)",\s*"([\w, ]*)",\s*"([^"]+)"\s*\}')


def table():
    """The rows of metric_rows(): name -> (type, unit, labels)."""
    text = (TOP / "src/view/metric_rows.cpp").read_text(encoding="utf-8")
    return {name: (kind, unit, [label for label in labels.split(", ") if label])
            for name, kind, unit, labels, _ in ROW.findall(text)}


def promtool(*words):
    done = subprocess.run(["promtool", *words], cwd=FOLDER, capture_output=True, text=True, timeout=60,
                          check=False)
    return done.returncode, done.stdout + done.stderr


def strings(value):
    """Every string in a JSON document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for member in value.values():
            yield from strings(member)
    elif isinstance(value, list):
        for member in value:
            yield from strings(member)


def used(text):
    """The metrics that expressions in `text` name, histograms without their suffixes."""
    return {re.sub(r"_(bucket|sum|count)$", "", name) for name in re.findall(r"\blavavisor_\w+", text)}


@unittest.skipUnless(shutil.which("promtool"), "promtool is not installed")
class Promtool(unittest.TestCase):
    def test_takes_the_configuration_and_the_rules(self):
        for words in (["check", "config", "prometheus.yml"], ["check", "rules", RULES.name],
                      ["test", "rules", "lavavisor.rules.test.yml"]):
            code, said = promtool(*words)
            self.assertEqual(code, 0, said)


class Names(unittest.TestCase):
    def test_the_table_is_read_whole(self):
        text = (TOP / "src/view/metric_rows.cpp").read_text(encoding="utf-8")
        self.assertEqual(len(table()), text.count('{"lavavisor_'))

    def test_every_metric_in_alerts_and_dashboard_exists(self):
        for file in (RULES, FOLDER / "lavavisor.rules.test.yml", DASHBOARD):
            unknown = used(file.read_text(encoding="utf-8")) - set(table())
            self.assertEqual(unknown, set(), file.name)

    def test_every_label_in_the_dashboard_exists(self):
        labels = {label for _, _, names in table().values() for label in names} | {"instance", "le"}
        for text in strings(json.loads(DASHBOARD.read_text(encoding="utf-8"))):
            for names in re.findall(r"\bby \(([\w, ]+)\)", text) + re.findall(r"\{\{(\w+)\}\}", text):
                self.assertLessEqual(set(names.split(", ")), labels, text)

    def test_every_alert_says_what_and_what_to_do(self):
        text = RULES.read_text(encoding="utf-8")
        alerts = text.split("- alert: ")[1:]
        self.assertGreater(len(alerts), 10)
        for alert in alerts:
            name = alert.split("\n", 1)[0]
            for part in ("severity: ", "summary: ", "description: "):
                self.assertIn(part, alert, name)

    def test_panels_are_told_apart_and_do_not_overlap(self):
        panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
        self.assertEqual(len({panel["id"] for panel in panels}), len(panels))
        cells = set()
        for panel in panels:
            at = panel["gridPos"]
            own = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
            self.assertFalse(cells & own, panel["title"])
            self.assertLessEqual(at["x"] + at["w"], 24)
            cells |= own

    def test_the_manual_page_lists_every_metric(self):
        page = (TOP / "man/lavavisor.1").read_text(encoding="utf-8")
        documented = set(re.findall(r"^\.It Ic (lavavisor_\w+)", page, re.MULTILINE))
        self.assertEqual(documented, set(table()))


if __name__ == "__main__":
    unittest.main()
