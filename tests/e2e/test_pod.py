"""`lavavisor pod`, which needs nothing but a network; and several wrappers of one directory, among which
one downloads.

SPDX-License-Identifier: Apache-2.0
"""

import json
import os
import re
import signal
import time
import unittest

from harness import wait_until
from scrape import get, promtool_says
from side_by_side import side_by_side
from wrapping import Wrap, Wrapping, children_of, processes_with, why_no_pid_namespace, words

load_tests = side_by_side(3)
AUTO = "--auto-download"
MIB = 1 << 20


def status(address: str, path: str) -> int:
    """The HTTP status of an answer."""
    return get(f"http://{address}{path}")[0]


class Fresh(Wrapping):
    """Nothing is installed, the release server has 6.2.4."""

    installed = ""

    def setUp(self) -> None:
        super().setUp()
        self.releases = self.serve_releases()
        self.releases.add("6.2.4")


class Pod(Fresh):
    command = "pod"

    def test_needs_no_init_and_no_permission_to_download(self) -> None:
        self.assertFalse(self.state.exists())
        wrap = self.wrap()
        self.assertEqual(wrap.ready()["exe"], str(self.place_of("6.2.4")))
        self.assertEqual(self.place_of("6.2.4").read_bytes(), self.releases.releases["6.2.4"].content)
        self.assertTrue((self.state / "state.db").is_file())
        self.assert_stops(wrap)

    def test_never_builds(self) -> None:
        self.config["binary"]["method"] = "auto"
        self.config["binary"]["build"] = {"url": self.releases.url + "/v{version}/source.zip", "go": "/bin/false"}
        self.releases.add("6.2.4", asset_fault="404")
        wrap = self.wrap()
        wait_until(lambda: self.releases.requests, what="the download")
        wrap.wait_for_log("404")
        self.releases.add("6.2.4")
        wrap.ready(timeout=20)
        self.assertNotIn("/bin/false", wrap.log())
        self.assert_stops(wrap)

    def test_follows_the_chain(self) -> None:
        wrap = self.wrap()
        wrap.ready()
        self.releases.add("6.2.5")
        self.node.set(target="6.2.5")
        wrap.ready(2)
        self.assertEqual(self.report.versions(), ["6.2.4", "6.2.5"])
        self.assert_stops(wrap)

    def test_waits_for_the_chain_where_there_is_no_binary_either(self) -> None:
        self.node.set(mode="down")
        wrap = self.wrap()
        wrap.wait_for_log(f"127.0.0.1:{self.node.port}")
        self.assertEqual(self.report.events(), [])
        self.node.set(mode="ok")
        wrap.ready(timeout=20)
        self.assert_stops(wrap)

    def test_that_waits_for_the_chain_ends_when_told(self) -> None:
        self.node.set(mode="down")
        wrap = self.wrap()
        wrap.wait_for_log(f"127.0.0.1:{self.node.port}")
        self.assert_stops(wrap)

    def test_is_ready_only_while_a_child_runs_that_passed_its_gate(self) -> None:
        self.config["defaults"]["health"] = {"settle": "500ms", "timeout": "5s"}
        self.releases.add("6.2.4", size=MIB, rate=2 * MIB)
        wrap = self.wrap("", "--listen", "127.0.0.1:0")
        address = self.served_at(wrap)
        self.assertEqual((status(address, "/healthz"), status(address, "/readyz")), (200, 503))
        wrap.ready()
        wait_until(lambda: status(address, "/readyz") == 200, 5, "readiness")
        self.assert_stops(wrap)

    def served_at(self, wrap: Wrap) -> str:
        wrap.wait_for_log("status page on http://")
        return re.search(r"status page on http://([^/\s]+)/", wrap.log())[1]

    def test_shows_its_one_service_to_browsers_and_prometheus(self) -> None:
        self.releases.add("6.2.4")
        wrap = self.wrap("", "--listen", "127.0.0.1:0")
        address = self.served_at(wrap)
        wrap.ready()
        wait_until(lambda: status(address, "/readyz") == 200, 5, "readiness")
        code, text = get(f"http://{address}/status.json")
        self.assertEqual(code, 200)
        [service] = json.loads(text)["services"]
        self.assertEqual((service["running_version"], service["healthy"]), ("6.2.4", True))
        self.assertIn(service["name"], get(f"http://{address}/")[1])
        metrics = get(f"http://{address}/metrics")[1]
        self.assertRegex(metrics, r'lavavisor_service_healthy\{[^}]*\} 1\n')
        self.assertEqual(promtool_says(metrics), "")
        self.assert_stops(wrap)

    def test_works_as_pid_1(self) -> None:
        if reason := why_no_pid_namespace():
            self.skipTest(reason)
        wrap = self.spawn(["unshare", "--pid", "--fork", "--mount-proc", "--kill-child=KILL", *self.argv(words(stop_code=6))])
        wrap.ready()
        [wrap.pid] = children_of(wrap.pid)
        self.releases.add("6.2.5")
        self.node.set(target="6.2.5")
        wrap.ready(2)
        self.assertEqual(wrap.stop(), 6, wrap.log())


class Several(Fresh):
    def setUp(self) -> None:
        super().setUp()
        self.releases.add("6.2.4", size=2 * MIB, rate=2 * MIB)

    def until_all_run(self, count: int, release: str, timeout: float = 30) -> None:
        """The newest child of each of `count` wrappers is of the release."""

        def newest() -> list[str]:
            ready = [start for start in self.report.events("start") if self.report.is_ready(start)]
            by_wrapper = {start["ppid"]: start["version"] for start in ready}
            return list(by_wrapper.values())

        wait_until(lambda: newest() == [release] * count, timeout, f"{count} of {release}; are {newest()}")

    def stop_all(self, wraps: list[Wrap]) -> None:
        for wrap in wraps:
            wrap.signal(signal.SIGTERM)
        for wrap in wraps:
            self.assertEqual(wrap.wait(), 0, wrap.log())
            self.assertNotIn("are not kept", wrap.log())  # all of them can use state.db
        self.assert_nothing_left()

    def requests_for(self, release: str) -> list:
        return [request for request in self.releases.requests if f"/v{release}/" in request.path]

    def test_that_all_may_download_do_it_once(self) -> None:
        wraps = [self.wrap("", AUTO) for _ in range(5)]
        self.until_all_run(5, "6.2.4")
        self.assertEqual(len(self.requests_for("6.2.4")), 1)
        self.releases.add("6.2.5", size=2 * MIB, rate=2 * MIB)
        self.node.set(target="6.2.5")
        self.until_all_run(5, "6.2.5")
        self.assertEqual(len(self.requests_for("6.2.5")), 1)
        self.stop_all(wraps)

    def test_of_which_one_may_download_all_get_it(self) -> None:
        waiting = [self.wrap() for _ in range(3)]
        for wrap in waiting:
            wrap.wait_for_log("upgrades/v6.2.4/lavap")
        wraps = [*waiting, self.wrap("", AUTO)]
        self.until_all_run(4, "6.2.4")
        self.releases.add("6.2.5")
        self.node.set(target="6.2.5")
        self.until_all_run(4, "6.2.5")
        self.assertEqual([len(self.requests_for(release)) for release in ("6.2.4", "6.2.5")], [1, 1])
        self.stop_all(wraps)

    def test_go_on_with_the_download_of_one_that_was_killed(self) -> None:
        self.releases.add("6.2.4", size=4 * MIB, rate=2 * MIB)
        wraps = [self.wrap("", AUTO) for _ in range(2)]
        wait_until(lambda: any(request.sent > MIB for request in self.releases.requests), what="a half download")
        downloader = self.who_holds_the_partial_file(wraps)
        downloader.signal(signal.SIGKILL)
        downloader.wait()
        self.until_all_run(1, "6.2.4")
        first, second = self.requests_for("6.2.4")
        self.assertEqual((first.range, second.status), ("", 206), second.range)
        wraps.remove(downloader)
        self.stop_all(wraps)

    def who_holds_the_partial_file(self, wraps: list[Wrap]) -> Wrap:
        def holds(wrap: Wrap) -> bool:
            folder = f"/proc/{wrap.pid}/fd"
            return any(".partial" in os.readlink(f"{folder}/{name}") for name in os.listdir(folder))

        found = [wrap for wrap in wraps if holds(wrap)]
        self.assertEqual(len(found), 1)
        return found[0]

    def test_are_told_apart_by_their_children(self) -> None:
        self.install("6.2.4")
        one, other = self.wrap(words(stop_code=3)), self.wrap(words(stop_code=4))
        self.report.wait("ready", 2)
        self.assertEqual(one.stop(), 3)
        self.assertTrue(other.running())
        left = processes_with(self.marker)
        self.assertEqual(sorted(left), sorted([other.pid, *children_of(other.pid)]))
        self.assert_stops(other, 4)

    def test_do_not_remove_what_another_one_runs(self) -> None:
        self.config["binary"]["keep"] = 0
        self.install("6.2.4")
        still = self.wrap("")
        self.report.wait("ready")
        self.config["binary"]["version"] = "6.2.5"
        self.releases.add("6.2.5")
        argv = self.argv("", AUTO)
        argv[argv.index("--config") + 1] = str((self.home / "wrap.toml").rename(self.home / "other.toml"))
        other = self.spawn(argv)
        self.report.wait("ready", 2)
        self.assertEqual(self.report.versions(), ["6.2.4", "6.2.5"])
        time.sleep(1)
        self.assertTrue(self.place_of("6.2.4").is_file())
        self.stop_all([still, other])


if __name__ == "__main__":
    unittest.main()
