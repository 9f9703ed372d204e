"""`lavavisor wrap` follows the chain: fetch while the old one runs, stop, start, gate, roll back; and
waits for binaries that others place.

SPDX-License-Identifier: Apache-2.0
"""

import os
import threading
import time
import unittest
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from harness import wait_until
from side_by_side import side_by_side
from wrapping import SLOWNESS, Wrapping, make_binary, words

load_tests = side_by_side(4)
AUTO = "--auto-download"
MIB = 1 << 20


class Downloads(Wrapping):
    installed = ""

    def setUp(self) -> None:
        super().setUp()
        self.releases = self.serve_releases()
        self.releases.add("6.2.4")

    def publish(self, release: str, **keys: object) -> None:
        """Publish a release, and let the chain want it."""
        self.releases.add(release, **keys)
        self.node.set(target=release)

    def until_runs(self, *versions: str, timeout: float = 20) -> None:
        """The children so far were of these versions, and the last one is up."""
        self.report.wait("ready", len(versions), timeout)
        self.assertEqual(self.report.versions(), list(versions))

    def downloads(self, release: str) -> int:
        """How many requests there were for the release's bytes."""
        return sum(f"/v{release}/" in request.path for request in self.releases.requests)


class Prune(Downloads):
    def setUp(self) -> None:
        super().setUp()
        self.config["binary"]["keep"] = 0

    def upgrade_twice(self) -> None:
        self.wrap("", AUTO)
        self.until_runs("6.2.4")
        self.publish("6.2.5")
        self.until_runs("6.2.4", "6.2.5")
        self.publish("6.2.6")
        self.until_runs("6.2.4", "6.2.5", "6.2.6")

    def installed_now(self) -> set[str]:
        return {folder.name for folder in (self.state / "upgrades").glob("v*")}

    def test_removes_what_it_fetched_and_nothing_needs(self) -> None:
        self.upgrade_twice()
        wait_until(lambda: self.installed_now() == {"v6.2.5", "v6.2.6"}, what="the pruning")

    def test_leaves_everything_to_those_who_run_units_here(self) -> None:
        (self.state / "services").mkdir(parents=True)
        (self.state / "services/other.service").write_text("[Service]\n")
        self.upgrade_twice()
        self.publish("6.2.7")  # once that runs, the turns before are over
        self.until_runs("6.2.4", "6.2.5", "6.2.6", "6.2.7")
        self.assertEqual(self.installed_now(), {"v6.2.4", "v6.2.5", "v6.2.6", "v6.2.7"})


class Upgrade(Downloads):
    def test_fetches_while_the_old_one_runs_then_stops_it_and_starts_the_new_one(self) -> None:
        wrap = self.wrap(words(drain_ms=200), AUTO)
        self.until_runs("6.2.4")
        self.publish("6.2.5", size=4 * MIB, rate=4 * MIB)
        wait_until(lambda: self.downloads("6.2.5"), what="the download")
        self.assertEqual(self.report.signals(), [])
        self.until_runs("6.2.4", "6.2.5")
        self.assertTrue(self.releases.requests[-1].sent >= 4 * MIB)
        old, new = self.report.events("start")
        [end] = self.report.events("end")
        self.assertEqual((end["pid"], end["code"], self.report.signals()), (old["pid"], 0, ["INT"]))
        self.assertGreater(new["at"], end["at"])
        self.assertEqual(new["exe"], str(self.place_of("6.2.5")))
        self.assertEqual(new["argv"][1:], old["argv"][1:])
        self.assert_stops(wrap)
        self.assertNotIn("6.2.5", self.quarantined())

    def test_that_crashes_is_rolled_back_and_quarantined(self) -> None:
        wrap = self.wrap("", AUTO)
        self.until_runs("6.2.4")
        self.publish("6.2.5", exit_code_on_start=1)
        wait_until(lambda: self.report.versions()[-2:] == ["6.2.5", "6.2.4"], 30, "the rollback")
        wait_until(lambda: "6.2.5" in self.quarantined(), what="the quarantine")
        self.publish("6.2.6")
        wait_until(lambda: self.report.versions()[-1] == "6.2.6", 20, "the release after it")
        wait_until(lambda: self.report.is_ready(self.report.events("start")[-1]), what="its readiness")
        self.assertEqual(self.downloads("6.2.5"), 1)
        self.assert_stops(wrap)

    def test_whose_health_check_fails_is_rolled_back_and_quarantined(self) -> None:
        with self.health_of_the_newest() as address:
            health = {"settle": "100ms", "timeout": "1s", "http": f"http://{address}/metrics/overall-health"}
            self.config["defaults"]["health"] = health
            wrap = self.wrap("", AUTO)
            self.until_runs("6.2.4")
            self.publish("6.2.5")
            self.until_runs("6.2.4", "6.2.5", "6.2.4")
            wait_until(lambda: "6.2.5" in self.quarantined(), what="the quarantine")
            self.assert_stops(wrap)

    @contextmanager
    def health_of_the_newest(self) -> Iterator[str]:
        """The address of a health check that 6.2.5 does not pass."""
        report = self.report

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                versions = report.versions()
                self.send_response(503 if versions and versions[-1] == "6.2.5" else 200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            yield f"127.0.0.1:{server.server_port}"
            server.shutdown()

    def test_that_ends_during_a_stop_by_sigterm_starts_nothing_more(self) -> None:
        wrap = self.wrap(words(drain_ms=1000, stop_code=5), AUTO)
        self.until_runs("6.2.4")
        self.publish("6.2.5")
        self.report.wait("signal")
        self.assert_stops(wrap, 5)
        self.assertEqual(self.report.versions(), ["6.2.4"])

    def test_whose_old_process_ignores_sigint_goes_on_after_the_stop_timeout(self) -> None:
        wrap = self.wrap(words(ignore="INT,TERM"), AUTO, "--stop-timeout", "500ms")
        self.until_runs("6.2.4")
        self.publish("6.2.5")
        self.until_runs("6.2.4", "6.2.5")
        self.assert_stops(wrap, 137)

    def test_that_is_damaged_on_the_way_leaves_the_old_one_alone(self) -> None:
        wrap = self.wrap("", AUTO)
        self.until_runs("6.2.4")
        self.publish("6.2.5", asset_fault="corrupt")
        wrap.wait_for_log("6.2.5")
        wait_until(lambda: self.downloads("6.2.5") >= 2, what="another try")
        self.assertEqual((self.report.versions(), self.report.signals()), (["6.2.4"], []))
        self.assert_stops(wrap)


class Download(Downloads):
    def test_that_is_slow_does_not_keep_wrap_from_ending(self) -> None:
        self.releases.add("6.2.4", size=8 * MIB, rate=MIB // 2)
        wrap = self.wrap("", AUTO)
        wait_until(lambda: any(request.sent for request in self.releases.requests), what="the download")
        begun = time.monotonic()
        self.assert_stops(wrap)
        self.assertLess(time.monotonic() - begun, 2 * SLOWNESS)
        self.assertEqual(self.report.events(), [])

    def test_that_finds_the_disk_full_says_so_and_the_old_one_goes_on(self) -> None:
        if os.geteuid() != 0:
            self.skipTest("a small disk of its own needs root")
        del self.config["directory"]
        self.releases.add("6.2.4", size=MIB)
        small = self.folder / "small"
        small.mkdir()
        script = 'mount -t tmpfs -o size=3m none "$0" && mkdir "$0/home" && exec "$@"'
        argv = self.argv("", AUTO)
        argv[argv.index("--directory") + 1] = str(small / "home")
        wrap = self.spawn(["unshare", "--mount", "sh", "-c", script, str(small), *argv])
        self.until_runs("6.2.4")
        self.publish("6.2.5", size=8 * MIB)
        wrap.wait_for_log("no space left on device", 20)
        self.assertIn("6.2.5", wrap.log())
        self.assertEqual((self.report.versions(), self.report.signals()), (["6.2.4"], []))
        self.publish("6.2.6", size=MIB)  # there is room for that one
        self.until_runs("6.2.4", "6.2.6")
        self.assert_stops(wrap)


class Start(Wrapping):
    """With a binary on disk, nothing is waited for."""

    def assert_starts_at_once(self) -> None:
        begun = time.monotonic_ns()
        wrap = self.wrap("", AUTO)
        start = wrap.ready()
        self.assertLess((start["at"] - begun) / 1e9, 1 * SLOWNESS)
        self.assert_stops(wrap)

    def test_does_not_wait_for_an_endpoint_that_never_answers(self) -> None:
        self.config["chain"]["timeout"] = "30s"
        self.node.set(mode="hang")
        self.assert_starts_at_once()

    def test_does_not_wait_for_an_endpoint_that_is_down(self) -> None:
        self.node.set(mode="down")
        self.assert_starts_at_once()

    def test_does_not_wait_for_a_release_that_cannot_be_had(self) -> None:
        self.node.set(target="6.2.5")
        self.assert_starts_at_once()

    def test_without_a_chain_is_followed_by_the_upgrade_when_it_is_back(self) -> None:
        releases = self.serve_releases()
        releases.add("6.2.5")
        self.node.set(mode="down")
        wrap = self.wrap("", AUTO)
        wrap.ready()
        self.node.set(mode="ok", target="6.2.5")
        wrap.ready(2, timeout=20)
        self.assertEqual(self.report.versions(), ["6.2.4", "6.2.5"])
        self.assert_stops(wrap)


class Waiting(Wrapping):
    """Without --auto-download."""

    def test_says_which_file_it_waits_for_and_starts_when_it_is_there(self) -> None:
        self.place_of("6.2.4").unlink()
        self.place_of("6.2.4").parent.rmdir()
        wrap = self.wrap()
        wrap.wait_for_log("upgrades/v6.2.4/lavap")
        self.assertEqual(self.report.events(), [])
        self.install("6.2.4")
        wrap.ready(timeout=5)
        self.assert_stops(wrap)

    def test_starts_nothing_when_it_is_told_to_end(self) -> None:
        self.place_of("6.2.4").unlink()
        wrap = self.wrap()
        wrap.wait_for_log("upgrades/v6.2.4/lavap")
        self.assert_stops(wrap)
        self.assertEqual(self.report.events(), [])

    def test_goes_on_with_the_old_one_until_the_new_one_is_there(self) -> None:
        wrap = self.wrap()
        wrap.ready()
        self.node.set(target="6.2.5")
        wrap.wait_for_log("upgrades/v6.2.5/lavap")
        self.assertEqual(self.report.signals(), [])
        self.install("6.2.5")
        wrap.ready(2)
        self.assertEqual(self.report.versions(), ["6.2.4", "6.2.5"])
        self.assert_stops(wrap)

    def test_ignores_a_file_that_is_still_being_copied(self) -> None:
        self.place_of("6.2.4").unlink()
        wrap = self.wrap()
        wrap.wait_for_log("upgrades/v6.2.4/lavap")
        whole = make_binary(self.lavap.read_bytes(), "6.2.4")
        place = self.place_of("6.2.4")
        with open(place, "wb") as file:
            file.write(whole[: len(whole) // 2])
            file.flush()
            time.sleep(0.5)
            file.write(whole[len(whole) // 2 :])
        place.chmod(0o755)
        wrap.ready()
        self.assert_stops(wrap)


if __name__ == "__main__":
    unittest.main()
