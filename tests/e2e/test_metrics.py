"""Metrics, status and page of a loop that works, and the file that apply leaves.

SPDX-License-Identifier: Apache-2.0
"""

import json
import socket
import threading
import unittest
import urllib.error
from pathlib import Path

import jsonschema
from browser import Browser, why_no_browser
from harness import CONFIG, PROGRAM, ROOT, UNIT_DIR, Scenario, wait_until
from scrape import get, promtool_says

from box import in_network_of  # isort: skip (harness has led the way to it)


class Relay:
    """Lets this host's loopback reach a port in the box's network."""

    def __init__(self, box, port: int) -> None:
        self.box, self.port = box, port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def close(self) -> None:
        self.listener.close()

    def serve(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.carry, args=(client,), daemon=True).start()

    def carry(self, client: socket.socket) -> None:
        """One request and its answer, which the server ends by closing."""
        with client:
            try:
                request = client.recv(65536)
                connect = lambda: socket.create_connection(("127.0.0.1", self.port), 10)  # noqa: E731
                with in_network_of(self.box.pid, connect) as server:
                    server.sendall(request)
                    while part := server.recv(65536):
                        client.sendall(part)
            except OSError:
                return


class Live(Scenario):
    """`lavavisor run` with metrics.listen, in a box."""

    port = 9642

    def setUp(self) -> None:
        super().setUp()
        for name in ("provider-eth1", "provider-near"):
            self.add_service(name)
        self.config["metrics"] = {"listen": f"127.0.0.1:{self.port}"}
        self.write_config()
        unit = f"[Service]\nType=notify\nExecStart={PROGRAM} run {CONFIG}\nExecReload=/bin/kill -HUP $MAINPID\n"
        self.box.write(f"{UNIT_DIR}/lavavisor.service", unit)
        self.box.exec("systemctl", "start", "lavavisor.service")
        self.relay = self.relay_to(self.port)
        self.until_all_run("6.2.4")

    def relay_to(self, port: int) -> Relay:
        relay = Relay(self.box, port)
        self.addCleanup(relay.close)
        return relay

    def get(self, path: str) -> tuple[int, str]:
        try:
            return get(self.relay.url + path)
        except (OSError, urllib.error.URLError):
            return 0, ""

    def status(self) -> dict:
        code, text = self.get("/status.json")
        return json.loads(text) if code == 200 else {"services": [], "converged": False}

    def until_all_run(self, release: str) -> None:
        def all_run() -> bool:
            status = self.status()
            running = [service["running_version"] for service in status["services"]]
            return status["converged"] and running == [release] * 2

        try:
            wait_until(all_run, 30, f"{release} everywhere")
        except AssertionError as error:
            self.fail(f"{error}\n" + "\n".join(self.box.journal("lavavisor.service")[-40:]))

    def test_status_and_metrics_are_what_they_claim_to_be(self) -> None:
        schema = json.loads((ROOT / "schema/status.schema.json").read_text())
        jsonschema.validate(self.status(), schema)
        code, text = self.get("/metrics")
        self.assertEqual((code, promtool_says(text)), (200, ""))
        for line in (
            'lavavisor_service_healthy{service="provider-eth1"} 1',
            "lavavisor_converged 1",
            "lavavisor_chain_trusted 1",
            'lavavisor_downloads_total{status="done"} 1',
        ):
            self.assertIn(line + "\n", text)
        self.assertRegex(text, r"lavavisor_chain_endpoint_block_age_seconds\{[^}]*\} [0-9.]+\n")
        self.assertEqual(self.get("/healthz"), (200, "ok\n"))
        self.assertEqual(self.get("/readyz"), (200, "ok\n"))
        self.assertEqual(self.get("/nothing")[0], 404)

    def test_moves_with_the_configuration_and_bears_a_taken_port(self) -> None:
        holder = self.box.listen(9700)
        self.config["metrics"]["listen"] = "127.0.0.1:9700"
        self.write_config()
        self.box.exec("systemctl", "reload", "lavavisor.service")
        journal = lambda: "\n".join(self.box.journal("lavavisor.service"))  # noqa: E731
        wait_until(lambda: "another process has this port" in journal(), 15, "a warning")
        self.assert_runs("6.2.4")
        holder.close()
        self.relay = self.relay_to(9700)
        wait_until(lambda: self.get("/healthz")[0] == 200, 15, "the server on its new port")

    @unittest.skipIf(why_no_browser(), why_no_browser())
    def test_an_upgrade_appears_in_the_browser(self) -> None:
        browser = Browser()
        self.addCleanup(browser.close)
        browser.open(self.relay.url + "/")
        self.assertIn("All 2 services are healthy on 6.2.4", browser.text())
        self.devnet.releases.add("6.2.5")
        self.devnet.set(target="6.2.5")
        wait_until(lambda: "All 2 services are healthy on 6.2.5" in browser.text(), 40, "the upgrade, by refresh alone")
        self.assertEqual([c for c in browser.complaints() if "favicon" not in c], [])
        spans = "[...document.querySelectorAll('#timeline .lane:not(.runs) svg svg text')].map(t => t.textContent)"
        self.assertEqual(browser.ask(spans), ["6.2.4", "6.2.5"] * 2)
        self.assertIn("restart service provider-eth1", browser.ask("document.querySelector('#runs').textContent"))


class Textfile(Scenario):
    """`lavavisor apply` with metrics.textfile, in a box."""

    FILE = "/var/lib/node-exporter/lavavisor.prom"

    def setUp(self) -> None:
        super().setUp()
        self.add_service("provider-eth1")
        self.box.exec("mkdir", "-p", str(Path(self.FILE).parent))
        self.config["metrics"] = {"textfile": self.FILE}

    def test_apply_leaves_its_metrics_also_when_it_fails(self) -> None:
        self.apply()
        text = self.box.read(self.FILE)
        self.assertEqual(promtool_says(text), "")
        self.assertIn("lavavisor_converged 1\n", text, "as it is after the apply")
        self.assertIn('running_version="6.2.4"', text)
        self.assertNotIn("lavavisor_passes_total", text)
        self.assertEqual(self.box.path(self.FILE).stat().st_mode & 0o777, 0o644)
        self.devnet.set(target="6.2.9")
        self.apply(code=1)
        self.assertIn('lavavisor_held{reason="fetch_failed"} 1\n', self.box.read(self.FILE))

    def test_others_leave_none_and_an_unwritable_place_fails_nothing(self) -> None:
        self.lavavisor("plan")
        self.lavavisor("status")
        self.assertFalse(self.box.path(self.FILE).exists())
        self.config["metrics"]["textfile"] = "/nowhere/lavavisor.prom"
        self.assertIn("metrics.textfile: cannot write", self.apply().text)


if __name__ == "__main__":
    unittest.main()
