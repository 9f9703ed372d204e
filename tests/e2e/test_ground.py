"""The ground that the other tests stand on: the chain and release server, the stand-in for lavap,
the box.

SPDX-License-Identifier: Apache-2.0
"""

import hashlib
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from harness import Scenario, program, wait_until

from devnet import Devnet
from devnet_releases import make_binary

PARAMS = {"path": "/lavanet.lava.protocol.Query/Params", "data": "", "prove": False}
# Recorded from CometBFT 0.37.5, heights apart.
RECORDED = (
    '{"jsonrpc":"2.0","id":ID,"result":{"response":{"code":0,"log":"","info":"","index":"0","key":null,'
    '"value":"Ch4KHAoFNi4yLjUSBTUuNS4xGgU2LjIuNSIFNS41LjE=","proofOps":null,"height":"H","codespace":""}}}'
)


class DevnetCase(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="lavavisor-devnet-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.devnet = Devnet(self.folder / "state", program("LAVAP_STUB"), nodes=2)
        self.addCleanup(self.devnet.close)
        self.url = f"http://127.0.0.1:{self.devnet.nodes[0].port}"

    def post(self, body: Any, timeout: float = 5) -> tuple[int, str]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.get(urllib.request.Request(self.url, data), timeout)

    def get(self, url: Any, timeout: float = 5) -> tuple[int, str]:
        tls = ssl.create_default_context(cafile=str(self.devnet.releases.ca_file))
        try:
            with urllib.request.urlopen(url, timeout=timeout, context=tls) as answer:
                return answer.status, answer.read().decode(errors="replace")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")

    def query(self) -> str:
        call = {"jsonrpc": "2.0", "id": 1, "method": "abci_query", "params": PARAMS}
        return self.post(call)[1]


class Chain(DevnetCase):
    def test_answers_params_as_recorded(self) -> None:
        self.devnet.set(target="6.2.5", min="5.5.1")
        path = "/abci_query?path=%22/lavanet.lava.protocol.Query/Params%22"
        for answer, number in ((self.query(), "1"), (self.get(self.url + path)[1], "-1")):
            self.assertEqual(re.sub(r'"height":"\d+"', '"height":"H"', answer), RECORDED.replace("ID", number))

    def test_answers_status_with_a_new_block(self) -> None:
        status, text = self.get(self.url + "/status")
        answer = json.loads(text)
        self.assertEqual((status, answer["id"]), (200, -1))
        self.assertEqual(answer["result"]["node_info"]["network"], "lava-testnet-2")
        sync = answer["result"]["sync_info"]
        self.assertRegex(sync["latest_block_time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$")
        self.assertIsInstance(sync["latest_block_height"], str)
        self.assertIs(sync["catching_up"], False)

    def test_has_the_traps_of_the_real_node(self) -> None:
        status = {"jsonrpc": "2.0", "id": 7, "method": "status"}
        self.assertEqual(self.post(b'{"jsonrpc":"2.0","id":1,"method":')[0], 500)
        self.assertEqual(self.post({"jsonrpc": "2.0", "method": "status"}), (200, ""))
        self.assertTrue(self.post(b" ")[0] == 500 and "<html>" in self.post(b"")[1])
        self.assertIsInstance(json.loads(self.post([status])[1]), dict)
        self.assertEqual(len(json.loads(self.post([status, status])[1])), 2)
        unknown = json.loads(self.post(status | {"method": "nope"})[1])
        self.assertEqual((unknown["id"], unknown["error"]["code"]), (7, -32601))
        self.assertEqual(self.get(self.url + "/nope"), (404, "404 page not found\n"))
        other_path = {"jsonrpc": "2.0", "id": 1, "method": "abci_query", "params": {"path": "/x"}}
        response = json.loads(self.post(other_path)[1])["result"]["response"]
        self.assertEqual((response["code"], response["codespace"], response["value"]), (6, "sdk", None))
        self.devnet.set(mode="error")
        self.assertEqual(self.post(status)[0], 200)
        self.assertEqual(self.get(self.url + "/status")[0], 500)

    def test_serves_rest(self) -> None:
        self.devnet.set(provider_target="6.2.5")
        version = json.loads(self.get(self.url + "/lavanet/lava/protocol/params")[1])["params"]["version"]
        self.assertEqual((version["provider_target"], version["consumer_target"]), ("6.2.5", "6.2.4"))
        base = self.url + "/cosmos/base/tendermint/v1beta1"
        self.assertEqual(json.loads(self.get(base + "/syncing")[1]), {"syncing": False})
        self.assertEqual(json.loads(self.get(base + "/node_info")[1])["default_node_info"]["network"], "lava-testnet-2")
        self.assertEqual(json.loads(self.get(base + "/blocks/latest")[1])["block"]["header"]["chain_id"], "lava-testnet-2")

    def test_fails_in_every_mode_and_comes_back(self) -> None:
        for mode in ("down", "hang"):
            self.devnet.set(node=0, mode=mode)
            with self.assertRaises(OSError):
                self.post({"id": 1}, timeout=0.2)
        for mode, sign in (("garbage", "not json"), ("html", "<html>"), ("huge", "xxxx")):
            self.devnet.set(node=0, mode=mode)
            self.assertIn(sign, self.query())
        self.devnet.set(node=0, mode="ok")
        self.assertIn('"code":0', self.query())
        with self.assertRaises(ValueError):
            self.devnet.set(mode="nonsense")


class Releases(DevnetCase):
    def asset(self, version: str) -> str:
        return f"{self.devnet.releases.url}/v{version}/lavap-v{version}-linux-amd64"

    def test_are_files_of_their_own_that_their_checksums_list(self) -> None:
        release = self.devnet.releases.add("6.2.5", size=400_000, reported="6.1.0")
        tls = ssl.create_default_context(cafile=str(self.devnet.releases.ca_file))
        with urllib.request.urlopen(self.asset("6.2.5"), context=tls) as answer:
            content = answer.read()
        self.assertEqual(len(content), 400_000)
        digest = hashlib.sha256(content).hexdigest()
        self.assertEqual(digest, release.sha256)
        listed = self.get(f"{self.devnet.releases.url}/v6.2.5/sha256sum.txt")[1]
        self.assertIn(f"{digest}  lavap-v6.2.5-linux-amd64\n", listed)
        self.assertNotEqual(self.devnet.releases.add("6.2.6", size=400_000).sha256, digest)

    def test_are_served_by_range(self) -> None:
        self.devnet.releases.add("6.2.5", size=400_000)
        request = urllib.request.Request(self.asset("6.2.5"), headers={"Range": "bytes=240000-"})
        self.assertEqual(self.get(request)[0], 206)
        last = self.devnet.releases.requests[-1]
        self.assertEqual((last.range, last.sent), ("bytes=240000-", 160_000))
        past_the_end = urllib.request.Request(self.asset("6.2.5"), headers={"Range": "bytes=400000-"})
        self.assertEqual(self.get(past_the_end)[0], 416)
        other = {"Range": "bytes=240000-", "If-Range": '"another"'}
        self.assertEqual(self.get(urllib.request.Request(self.asset("6.2.5"), headers=other))[0], 200)

    def test_meet_a_fault_as_often_as_asked(self) -> None:
        self.devnet.releases.add("6.2.5", asset_fault="500", times=1)
        self.assertEqual(self.get(self.asset("6.2.5"))[0], 500)
        self.assertEqual(self.get(self.asset("6.2.5"))[0], 200)


class StandIn(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="lavavisor-lavap-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def make(self, **behaviour: Any) -> Path:
        path = self.folder / "lavap"
        path.write_bytes(make_binary(program("LAVAP_STUB").read_bytes(), "6.2.4", **behaviour))
        path.chmod(0o755)
        return path

    def start(self, lavap: Path, *flags: str) -> "subprocess.Popen[str]":
        config = self.folder / "eth.yml"
        config.write_text('endpoints:\n  - network-address: { address: "127.0.0.1:0" }\n')
        process = subprocess.Popen(
            [lavap, "rpcprovider", config, *flags],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def until(self, process: "subprocess.Popen[str]", words: str) -> None:
        assert process.stderr is not None
        for line in process.stderr:
            if words in line:
                return
        self.fail(f"it never said '{words}'")

    def test_prints_the_version_that_its_trailer_says(self) -> None:
        def said(**behaviour: Any) -> str:
            command = [self.make(**behaviour), "version", "--home", "/nowhere"]
            return subprocess.run(command, capture_output=True, text=True, check=False).stdout

        self.assertEqual(said(), "6.2.4\n")
        self.assertEqual(said(reported="6.1.0", size=300_000), "6.1.0\n")
        self.assertIn("\x1b", said(version_mode="control"))
        self.assertEqual(said(version_mode="empty"), "")

    def test_drains_on_sigint_and_dies_on_sigterm(self) -> None:
        process = self.start(self.make(drain_ms=50), "--odd", 'a "b"\t')
        self.until(process, "listening")
        process.send_signal(signal.SIGINT)
        self.until(process, "drained")
        out, _ = process.communicate(timeout=5)
        self.assertEqual(process.returncode, 0)
        self.assertEqual(json.loads(out.removeprefix("argv: "))[3:], ["--odd", 'a "b"\t'])
        process = self.start(self.make())
        self.until(process, "Process Started")
        process.terminate()
        self.assertEqual(process.wait(timeout=5), -signal.SIGTERM)

    def test_ends_as_its_trailer_says(self) -> None:
        self.assertEqual(self.start(self.make(exit_code_on_start=7)).wait(timeout=5), 7)
        self.assertEqual(self.start(self.make(crash_after_ms=30)).wait(timeout=5), 2)

    def test_answers_health(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        process = self.start(self.make(health_status=503), "--metrics-listen-address", f"127.0.0.1:{port}")
        self.until(process, f"listening on 127.0.0.1:{port}")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            self.assertEqual(answer.status, 200)
        with self.assertRaises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics/overall-health", timeout=5)
        self.assertEqual(caught.exception.code, 503)
        caught.exception.close()


class TheBox(Scenario):
    def test_is_a_machine_of_its_own(self) -> None:
        self.assertEqual(self.box.exec("cat", "/proc/1/comm").stdout, "systemd\n")
        self.assertNotEqual(os.readlink(f"/proc/{self.box.pid}/ns/net"), os.readlink("/proc/self/ns/net"))
        self.assertEqual(self.box.exec("false", check=False).returncode, 1)
        self.assertFalse(Path("/etc/lavavisor/ca.pem").exists())
        health = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:26657/health').read())"
        self.assertIn("jsonrpc", self.box.exec("/usr/bin/python3", "-c", health).stdout)

    def test_keeps_its_disk_over_a_power_cut(self) -> None:
        if not self.box.keeps_files():
            self.skipTest("the box keeps no files over a reboot where the host's root is an overlay")
        self.box.write("/var/lib/kept", "kept")
        self.box.write("/tmp/lost", "lost")
        self.reboot()
        self.assertEqual(self.box.read("/var/lib/kept"), "kept")
        self.assertFalse(self.box.path("/tmp/lost").exists())
        self.assertEqual(self.box.exec("id", "-un", "lava").stdout, "lava\n")

    def test_tells_of_units_and_journals(self) -> None:
        self.box.write("/etc/systemd/system/say.service", "[Service]\nType=oneshot\nExecStart=/bin/echo hello there\n")
        self.box.exec("systemctl", "start", "say")
        self.assertIn("hello there", self.box.journal("say.service"))
        self.assertEqual(self.box.show("say.service")["say.service"]["Result"], "success")

    def test_signals_what_was_spawned(self) -> None:
        running = self.box.spawn("/usr/bin/tail", "-f", "/dev/null")
        self.assertTrue(running.running())
        running.signal("INT")
        wait_until(lambda: not running.running(), what="its end")


if __name__ == "__main__":
    unittest.main()
