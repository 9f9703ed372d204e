"""Alerts: what is told to a webhook, once each, through outages and kills, and without its secrets.

SPDX-License-Identifier: Apache-2.0
"""

import json
import subprocess
import unittest
from typing import Any

import jsonschema
from harness import CONFIG, DIRECTORY, PROGRAM, ROOT, UNIT_DIR, Report, Scenario, wait_until
from webhook_receiver import WebhookReceiver

PORT = 9443
AUTHORITY = "/etc/lavavisor/hook-ca.pem"
URL_FILE, TOKEN_FILE = "/etc/lavavisor/hook-url", "/etc/lavavisor/hook-token"
PATH_SECRET, TOKEN_SECRET = "p4th-s3cret", "t0ken-s3cret"
TRUST = {"SSL_CERT_FILE": AUTHORITY}
LOOP = "lavavisor.service"
UNIT = f"""[Service]
Type=notify
Environment=SSL_CERT_FILE={AUTHORITY}
ExecStart={PROGRAM} --log-level trace run {CONFIG}
ExecReload=/bin/kill -HUP $MAINPID
TimeoutStopSec=20s
"""
FOREIGN = f"{UNIT_DIR}/nginx.service"


class Notify(Scenario):
    """Two services on 6.2.4 that are told of; nothing was told yet."""

    def setUp(self) -> None:
        super().setUp()
        self.receiver = WebhookReceiver(self.box.folder / "hook-tls", self.box.listen(PORT))
        self.addCleanup(self.receiver.close)
        self.box.write(AUTHORITY, self.receiver.ca.read_bytes())
        self.box.write(URL_FILE, f"https://localhost:{PORT}/hook/{PATH_SECRET}?q={PATH_SECRET}\n", 0o600)
        self.box.write(TOKEN_FILE, f"{TOKEN_SECRET}\n", 0o600)
        self.config["notify"] = {
            "webhook_file": URL_FILE,
            "token_file": TOKEN_FILE,
            "timeout": "5s",
            "host": "val-1",
        }
        for name in ("provider-eth1", "provider-near"):
            self.add_service(name, health={"settle": "100ms", "timeout": "5s"})
        self.begin()

    def begin(self) -> None:
        self.apply()

    # --- lavavisor -------------------------------------------------------------------------------

    def apply(self, code: int = 0, **options: Any) -> Report:
        return super().apply(code, env=TRUST, **options)

    def move_target(self, release: str = "6.2.5", **behaviour: Any) -> None:
        self.devnet.releases.add(release, **behaviour)
        self.devnet.set(target=release)

    # --- what was told ---------------------------------------------------------------------------

    def told(self) -> list[dict[str, Any]]:
        """Each event that was sent, once."""
        return list({document["id"]: document for document in self.receiver.documents()}.values())

    def kinds(self) -> list[str]:
        return [document["event"] for document in self.told()]

    def until_told(self, *kinds: str, timeout: float = 30) -> None:
        try:
            wait_until(lambda: self.kinds() == list(kinds), timeout, f"{kinds} to be told")
        except AssertionError as error:
            self.fail(f"{error}; told: {self.told()}\n" + "\n".join(self.box.journal(LOOP)[-40:]))

    def assert_keeps_its_secrets(self, *texts: str) -> None:
        """They stand in the files that hold them, and nowhere else."""
        for path in self.box.path(DIRECTORY).glob("state.db*"):
            self.assert_has_no_secret(path.read_bytes().decode(errors="replace"), str(path))
        for text in (*texts, *self.box.journal(LOOP)):
            self.assert_has_no_secret(text, text)
        for command in ("status", "history"):
            self.assert_has_no_secret(self.report(command).text, command)

    def assert_has_no_secret(self, text: str, where: str) -> None:
        for secret in (PATH_SECRET, TOKEN_SECRET):
            self.assertNotIn(secret, text, where)


class Applied(Notify):
    def test_an_upgrade_is_told_for_each_service_with_its_token(self) -> None:
        self.move_target()
        words = self.apply().text
        schema = json.loads((ROOT / "schema/webhook.schema.json").read_text())
        for document in self.told():
            jsonschema.validate(document, schema)
        self.assertEqual(
            [(d["event"], d["service"], d["from"], d["to"], d["host"], d["chain"]) for d in self.told()],
            [("upgrade", name, "6.2.4", "6.2.5", "val-1", "lava-testnet-2") for name in self.names()],
        )
        for request in self.receiver.requests():
            self.assertEqual(request["path"], f"/hook/{PATH_SECRET}?q={PATH_SECRET}")
            self.assertEqual(request["headers"]["authorization"], f"Bearer {TOKEN_SECRET}")
        self.assertEqual(len(self.receiver.requests()), 2)
        self.assert_keeps_its_secrets(words)
        self.apply()
        self.assertEqual(len(self.receiver.requests()), 2)

    def test_a_failing_gate_is_told_as_quarantine_and_rollback_and_not_again(self) -> None:
        self.move_target(exit_code_on_start=1)
        self.apply(code=1)
        self.assertEqual(self.kinds(), ["quarantine", "rollback"])
        quarantine, rollback = self.told()
        self.assertEqual((quarantine["service"], quarantine["to"]), ("provider-eth1", "6.2.5"))
        self.assertEqual(
            (rollback["service"], rollback["from"], rollback["to"]), ("provider-eth1", "6.2.5", "6.2.4")
        )
        self.apply()
        self.assertEqual(len(self.told()), 2)

    def test_a_failure_is_told_once_and_so_is_its_end(self) -> None:
        self.box.write(FOREIGN, "[Service]\nExecStart=/bin/cat /dev/full\n")
        self.add_service("nginx")
        for _ in range(3):
            self.apply(code=1)
        self.assertEqual(self.kinds(), ["failure"])
        self.assertIn("nginx", self.told()[0]["detail"])
        self.box.shell(f"rm {FOREIGN}; systemctl daemon-reload")
        for _ in range(2):
            self.apply()
        self.assertEqual(self.kinds(), ["failure", "recovery"])

    def test_a_download_that_fails_is_told_once(self) -> None:
        self.devnet.releases.add("6.2.5", asset_fault="404")
        self.devnet.set(target="6.2.5")
        for _ in range(2):
            self.apply(code=1)
        self.assertEqual(self.kinds(), ["failure"])
        self.devnet.releases.add("6.2.5")
        self.apply()
        self.assertEqual(self.kinds(), ["failure", "upgrade", "upgrade", "recovery"])

    def test_what_a_receiver_does_not_take_waits_for_a_later_run(self) -> None:
        self.receiver.status = 500
        self.move_target()
        words = self.apply().text
        self.assertIn("2 alerts wait for the next run", words)
        self.assertIn(f"https://localhost:{PORT}: it answered 500", words)
        self.assertEqual(len(self.receiver.requests()), 1)
        self.receiver.status = 0
        wait_until(lambda: not self.apply() or self.kinds() == ["upgrade", "upgrade"], 30, "the next try")
        first, *later = self.receiver.documents()
        self.assertEqual(later[0], first)
        self.assert_keeps_its_secrets(words)

    def test_a_receiver_that_hangs_does_not_hold_up_the_exit_for_long(self) -> None:
        self.config["notify"]["timeout"] = "1h"
        self.receiver.hangs = True
        self.move_target()
        self.apply(timeout=40)
        self.assert_runs("6.2.5")

    def test_the_environment_names_the_receiver_where_the_file_does_not(self) -> None:
        del self.config["notify"]
        self.move_target()
        self.write_config()
        secret = {"LAVAVISOR_WEBHOOK": self.box.read(URL_FILE).strip(), "LAVAVISOR_WEBHOOK_TOKEN": TOKEN_SECRET}
        done = self.box.exec(PROGRAM, "apply", CONFIG, env=TRUST | secret)
        self.assertEqual(self.kinds(), ["upgrade", "upgrade"])
        self.assertEqual(self.receiver.requests()[0]["headers"]["authorization"], f"Bearer {TOKEN_SECRET}")
        self.assert_keeps_its_secrets(done.stdout, done.stderr)

    def test_without_a_receiver_nothing_is_kept(self) -> None:
        del self.config["notify"]
        self.move_target()
        super(Notify, self).apply()
        self.config["notify"] = {"webhook_file": URL_FILE}
        self.apply()
        self.assertEqual(self.told(), [])

    def test_a_secret_that_others_may_read_is_warned_of(self) -> None:
        self.box.path(TOKEN_FILE).chmod(0o644)
        self.move_target()
        words = self.apply().text
        self.assertEqual(words.count(f"others than its owner may read {TOKEN_FILE}"), 1, words)
        self.assertEqual(self.kinds(), ["upgrade", "upgrade"])

    def test_a_fifo_in_place_of_a_secret_is_not_waited_for(self) -> None:
        self.box.path(URL_FILE).unlink()
        self.box.exec("mkfifo", "-m", "600", URL_FILE)
        self.move_target()
        words = self.apply(timeout=30).text
        self.assertIn(URL_FILE, words)
        self.assertIn("2 alerts wait for the next run", words)


class Looping(Notify):
    """The same with the loop, which is nudged by reloads and else by its interval only."""

    def begin(self) -> None:
        self.box.write(f"{UNIT_DIR}/{LOOP}", UNIT)
        self.write_config()
        self.box.exec("systemctl", "start", LOOP)
        self.until_all_run("6.2.4")

    def until_all_run(self, release: str) -> None:
        wait_until(lambda: all(self.running_release(name) == release for name in self.names()), 30, release)

    def until_moved(self, release: str) -> None:
        """They run it, have passed their gates, and the run that moved them is over."""
        self.until_all_run(release)
        wait_until(lambda: self.report("history").document["runs"][0]["result"] == "changed", 30, "the run's end")

    def kill(self) -> None:
        pid = self.box.show(LOOP)[LOOP]["MainPID"]
        self.box.exec("kill", "-KILL", pid)
        wait_until(lambda: self.box.show(LOOP)[LOOP]["ActiveState"] == "failed", what="its death")
        self.box.exec("systemctl", "reset-failed", LOOP)

    def several_passes(self) -> None:
        """Wait until the chain was asked some more times; each answer may lead to a pass."""
        asked = self.devnet.nodes[0].asked
        wait_until(lambda: self.devnet.nodes[0].asked >= asked + 20, what="questions to the chain")

    def test_tells_an_upgrade_a_rollback_and_its_quarantine(self) -> None:
        self.move_target()
        self.until_told("upgrade", "upgrade")
        self.move_target("6.2.6", exit_code_on_start=1)
        self.until_told("upgrade", "upgrade", "quarantine", "rollback")
        self.several_passes()
        self.assertEqual(len(self.told()), 4)
        self.assertEqual(len(self.receiver.requests()), 4)
        self.assert_keeps_its_secrets()

    def test_tells_a_failure_once_not_each_pass_and_its_end(self) -> None:
        self.box.write(FOREIGN, "[Service]\nExecStart=/bin/cat /dev/full\n")
        self.add_service("nginx")
        self.write_config()
        self.box.exec("systemctl", "reload", LOOP)
        self.until_told("failure")
        self.several_passes()
        self.assertEqual(self.kinds(), ["failure"])
        self.box.shell(f"rm {FOREIGN}; systemctl daemon-reload")
        self.until_told("failure", "recovery")

    def test_tells_after_a_restart_what_it_could_not_tell_before(self) -> None:
        self.receiver.status = 503
        self.move_target()
        self.until_moved("6.2.5")
        wait_until(self.receiver.requests, what="a try")
        self.box.exec("systemctl", "stop", LOOP)
        self.receiver.status = 0
        tried = len(self.receiver.requests())
        self.box.exec("systemctl", "start", LOOP)
        wait_until(lambda: len(self.receiver.requests()) >= tried + 2, 30, "two alerts")
        self.assertEqual(self.kinds(), ["upgrade", "upgrade"])
        self.assert_keeps_its_secrets()

    def test_killed_while_it_delivers_it_delivers_again_with_the_same_id(self) -> None:
        self.receiver.hangs = True
        self.move_target()
        self.until_moved("6.2.5")
        wait_until(self.receiver.requests, what="a delivery that hangs")
        self.kill()
        self.receiver.hangs = False
        self.box.exec("systemctl", "start", LOOP)
        wait_until(lambda: len(self.receiver.requests()) >= 3, 60, "another delivery")
        documents = self.receiver.documents()
        self.assertEqual(documents[0]["id"], documents[1]["id"])
        self.until_told("upgrade", "upgrade", timeout=60)

    def test_goes_on_with_its_work_while_the_receiver_hangs(self) -> None:
        self.config["notify"]["timeout"] = "1h"
        self.write_config()
        self.box.exec("systemctl", "reload", LOOP)
        self.receiver.hangs = True
        self.move_target()
        self.until_all_run("6.2.5")
        self.move_target("6.2.6")
        self.until_all_run("6.2.6")
        self.box.exec("systemctl", "stop", LOOP, timeout=15)
        self.assertEqual(self.box.show(LOOP)[LOOP]["Result"], "success")

    def test_shows_its_secrets_to_nobody_who_lists_processes(self) -> None:
        pid = self.box.show(LOOP)[LOOP]["MainPID"]
        listed = subprocess.run(["cat", self.box.path(f"/proc/{pid}/cmdline")], capture_output=True, check=True)
        self.assert_has_no_secret(listed.stdout.decode(), "its command line")
        self.assertIn("lavavisor", listed.stdout.decode())


if __name__ == "__main__":
    unittest.main()
