"""A real headless Chromium, driven by chromedriver, that tells all it asked for and complained of.

SPDX-License-Identifier: Apache-2.0
"""

from __future__ import annotations

import json
import shutil
from typing import Any

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
except ImportError:
    webdriver = None


def why_no_browser() -> str:
    """Why there is none here; "" = there is."""
    if webdriver is None or not shutil.which("chromedriver") or not shutil.which("chromium"):
        return "a browser needs chromium, chromium-driver and python3-selenium"
    return ""


class Browser:
    """One window; each open() begins with an empty log."""

    def __init__(self) -> None:
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for word in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars"):
            options.add_argument(word)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
        self.driver.set_page_load_timeout(60)

    def close(self) -> None:
        self.driver.quit()

    def look_like(self, width: int, scheme: str) -> None:
        """A screen of `width` whose owner likes a "light" or "dark" scheme."""
        screen = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        wish = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", wish)

    def open(self, url: str) -> None:
        self.complaints()
        self.requests()
        self.driver.get(url)

    def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page."""
        return self.driver.execute_script("return " + expression)

    def text(self) -> str:
        return self.ask("document.body.innerText")

    def complaints(self) -> list[str]:
        """What the console says since it was asked last: errors, and what a policy refused."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """The addresses that were asked for since."""
        messages = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        sent = [m["params"] for m in messages if m["method"] == "Network.requestWillBeSent"]
        return [params["request"]["url"] for params in sent]
