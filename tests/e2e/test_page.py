"""The status page in a real browser, in every state that it can be in.

SPDX-License-Identifier: Apache-2.0
"""

import os
import subprocess
import unittest
from pathlib import Path

from browser import Browser, why_no_browser
from harness import wait_until
from scrape import get, promtool_says

SCENES = ("empty", "healthy", "ten", "fifty", "working", "failing", "hostile")
PHONE, DESK = 360, 1200


def page_server() -> Path:
    path = Path(os.environ.get("PAGE_SERVER", ""))
    if not path.is_file():
        raise RuntimeError("$PAGE_SERVER has to name the built program (run the tests by ctest)")
    return path


@unittest.skipIf(why_no_browser(), why_no_browser())
class Gallery(unittest.TestCase):
    """Every state that the page can be in, out of memory."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.server = subprocess.Popen([page_server()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        cls.addClassCleanup(cls.end_server)
        cls.url = f"http://{cls.server.stdout.readline().strip()}"
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.close)

    @classmethod
    def end_server(cls) -> None:
        cls.server.communicate()

    def each(self):
        """Open every scene on every screen."""
        for width in (PHONE, DESK):
            for scheme in ("light", "dark"):
                self.browser.look_like(width, scheme)
                for scene in SCENES:
                    with self.subTest(scene=scene, width=width, scheme=scheme):
                        self.browser.open(f"{self.url}/{scene}/still")
                        yield scene

    def test_breaks_no_rule_of_its_policy_and_asks_nobody_else(self) -> None:
        for _ in self.each():
            self.assertEqual(self.browser.complaints(), [])
            for url in self.browser.requests():
                self.assertTrue(url.startswith((self.url + "/", "data:image/svg+xml,")), url)

    def test_never_scrolls_sideways(self) -> None:
        for _ in self.each():
            wide = self.browser.ask("document.documentElement.scrollWidth")
            self.assertLessEqual(wide, self.browser.ask("document.documentElement.clientWidth"))

    def test_wears_its_style_in_both_schemes(self) -> None:
        grounds = set()
        for scheme in ("light", "dark"):
            self.browser.look_like(DESK, scheme)
            self.browser.open(f"{self.url}/healthy/")
            self.assertEqual(self.browser.ask("getComputedStyle(document.body).maxWidth"), "1080px")
            grounds.add(self.browser.ask("getComputedStyle(document.body).backgroundColor"))
        self.assertEqual(len(grounds), 2)

    def test_shows_each_service_with_its_versions(self) -> None:
        self.browser.look_like(PHONE, "light")
        self.browser.open(f"{self.url}/fifty/")
        rows = self.browser.ask("[...document.querySelectorAll('#services tbody tr')].map(r => r.innerText)")
        self.assertEqual(len(rows), 50)
        for row in rows:
            self.assertRegex(row, r"(?s)(provider|consumer)-.*6\.2\.5.*6\.2\.5.*healthy")
        self.assertEqual(self.browser.ask("document.querySelectorAll('#timeline .lane h3').length"), 51)

    def test_runs_nothing_that_comes_from_outside(self) -> None:
        self.browser.open(f"{self.url}/hostile/")
        self.assertEqual(self.browser.ask("document.scripts.length + document.images.length"), 0)
        self.assertIn("<script>alert(1)</script>", self.browser.text())
        self.assertEqual(self.browser.ask("document.querySelectorAll('[onerror],[style]').length"), 0)

    def test_loads_itself_again_and_stands_still_when_asked(self) -> None:
        self.browser.open(f"{self.url}/working/")
        self.browser.requests()
        wait_until(lambda: f"{self.url}/working/" in self.browser.requests(), 15, "a second request")
        self.assertIsNone(self.still().ask("document.querySelector('meta[http-equiv=refresh]')"))

    def still(self) -> Browser:
        self.browser.driver.find_element("link text", "pause").click()
        return self.browser

    def test_is_made_of_headings_tables_and_named_pictures(self) -> None:
        for _ in self.each():
            ask = self.browser.ask
            self.assertEqual(ask("document.querySelectorAll('h1').length"), 1)
            self.assertEqual(ask("document.documentElement.lang"), "en")
            self.assertEqual(ask("document.querySelectorAll('section:not([aria-labelledby])').length"), 0)
            self.assertEqual(ask("document.querySelectorAll('svg[role=img]:not([aria-label])').length"), 0)
            self.assertEqual(ask("document.querySelectorAll('th:not([scope])').length"), 0)
            self.assertEqual(ask("document.querySelectorAll('.lane svg svg:not(:has(title))').length"), 0)

    def test_can_be_unfolded_by_keyboard(self) -> None:
        self.browser.look_like(DESK, "light")
        self.browser.open(f"{self.url}/failing/still")
        summary = self.browser.driver.find_element("css selector", "#runs summary")
        self.assertNotIn("6.2.5 is in quarantine", self.browser.ask("document.querySelector('#runs').innerText"))
        summary.send_keys(" ")
        self.assertIn("6.2.5 is in quarantine", self.browser.ask("document.querySelector('#runs').innerText"))

    def test_loads_fast_and_light(self) -> None:
        self.browser.look_like(DESK, "light")
        self.browser.open(f"{self.url}/ten/still")
        entry = self.browser.ask("performance.getEntriesByType('navigation')[0].toJSON()")
        print(f"ten services: {entry['encodedBodySize']} bytes, loaded after {entry['loadEventEnd']:.0f} ms", end=" ")
        self.assertLess(entry["encodedBodySize"], 40_000)

    def test_metrics_please_promtool(self) -> None:
        for scene in SCENES:
            status, text = get(f"{self.url}/{scene}/metrics")
            self.assertEqual((status, promtool_says(text)), (200, ""), scene)


if __name__ == "__main__":
    unittest.main()
