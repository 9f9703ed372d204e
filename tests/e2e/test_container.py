"""The image and the Deployment of examples/kubernetes, run as a kubelet would run them.

SPDX-License-Identifier: Apache-2.0
"""

from __future__ import annotations

import http.client
import re
import signal
import socket
import unittest
from pathlib import Path

import yaml
from harness import ROOT, program, wait_until

from container import Container, Running, why_no_container
from devnet import Devnet

KUBERNETES = ROOT / "examples/kubernetes"
CHAIN = "https://lava.tendermintrpc.lava.build:443"
PASSWORD = "correct horse battery staple"


def load(name: str) -> dict:
    return yaml.safe_load((KUBERNETES / name).read_text(encoding="utf-8"))


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def with_all(text: str, replaced: dict[str, str]) -> str:
    for old, new in replaced.items():
        text = text.replace(old, new)
    return text


class InContainer(unittest.TestCase):
    def setUp(self) -> None:
        if reason := why_no_container():
            self.skipTest(reason)
        self.container = Container(program("LAVAVISOR"))
        self.addCleanup(self.container.close)


class Image(InContainer):
    def run_to_end(self, *arguments: str) -> tuple[int, str]:
        running = self.container.start(*arguments)
        return running.wait(), running.words()

    def test_has_every_library_that_the_program_needs(self) -> None:
        code, words = self.run_to_end("version")
        self.assertEqual(code, 0, words)
        self.assertRegex(words, r"\d+\.\d+\.\d+")

    def test_tells_how_to_use_it(self) -> None:
        code, words = self.run_to_end("--help")
        self.assertEqual(code, 0, words)
        self.assertIn("validate", words)

    def test_takes_the_configuration_of_the_configmap(self) -> None:
        self.container.add_files("/etc/lavavisor", load("configmap.yaml")["data"])
        code, words = self.run_to_end("validate", "/etc/lavavisor/lavavisor.toml")
        self.assertEqual(code, 0, words)

    def test_holds_programs_libraries_certificates_and_nothing_else(self) -> None:
        allowed = (
            r"/usr/bin/lavavisor|/lib(64)?/.*\.so(\.[\d.]+)?|/usr/lib/.*\.so(\.[\d.]+)?"
            r"|/etc/(passwd|group|nsswitch\.conf)|/etc/ssl/certs/ca-certificates\.crt"
        )
        root = self.container.root
        files = [f"/{path.relative_to(root)}" for path in root.rglob("*") if not path.is_dir()]
        self.assertEqual([file for file in files if not re.fullmatch(allowed, file)], [])
        setuid = [path for path in root.rglob("*") if path.is_file() and path.stat().st_mode & 0o6000]
        self.assertEqual(setuid, [])


class Pod(InContainer):
    """The Deployment's arguments and volumes, with ports, chain and release server of the test's own."""

    def setUp(self) -> None:
        super().setUp()
        self.devnet = Devnet(self.container.folder / "devnet", program("LAVAP_STUB"))
        self.addCleanup(self.devnet.close)
        self.devnet.set(network="lava-mainnet-1")
        self.devnet.releases.add("6.2.4", drain_ms=200)
        spec = load("deployment.yaml")["spec"]["template"]["spec"]
        [deployed] = spec["containers"]
        listening = {port["name"]: port["containerPort"] for port in deployed["ports"]}
        ports = dict(zip(listening, free_ports(len(listening)), strict=True))
        self.port = ports["health"]
        self.replaced = {f":{old}": f":{ports[name]}" for name, old in listening.items()}
        self.replaced[CHAIN] = f"tcp://127.0.0.1:{self.devnet.nodes[0].port}"
        self.args = [with_all(word, self.replaced) for word in deployed["args"]]
        self.container.env |= {entry["name"]: entry["value"] for entry in deployed["env"]}
        mounts = {mount["name"]: mount["mountPath"] for mount in deployed["volumeMounts"]}
        self.data = self.container.add_data(mounts["data"])
        self.container.add_files(mounts["config"], self.files_of_configmap())
        self.container.add_files(mounts["keyring"], {"password": PASSWORD + "\n"}, mode=0o440)

    def files_of_configmap(self) -> dict[str, str | bytes]:
        files = {name: with_all(text, self.replaced) for name, text in load("configmap.yaml")["data"].items()}
        toml = re.sub(r'(?m)^interval .*$', 'interval = "300ms"', files["lavavisor.toml"])
        toml = re.sub(r'(?m)^settle .*$', 'settle = "300ms"', toml)
        base = self.devnet.releases.url
        toml += (
            "\n[binary.release]\n"
            f'url = "{base}/v{{version}}/lavap-v{{version}}-{{os}}-{{arch}}"\n'
            f'checksums = "{base}/v{{version}}/sha256sum.txt"\n'
            'ca_file = "/etc/lavavisor/ca.pem"\n'
        )
        return files | {"lavavisor.toml": toml, "ca.pem": self.devnet.releases.ca_file.read_bytes()}

    # --- what is true in it ----------------------------------------------------------------------

    def ask(self, path: str) -> tuple[int, str]:
        """Status and body, as a probe of the kubelet gets them; 0 = nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except OSError:
            return 0, ""
        finally:
            connection.close()

    def start(self) -> Running:
        pod = self.container.start(*self.args)
        wait_until(lambda: pod.entered() or not pod.running(), what="the container's start")
        self.assertTrue(pod.running(), pod.words())
        return pod

    def await_ready(self, pod: Running) -> None:
        try:
            wait_until(lambda: self.ask("/readyz")[0] == 200 or not pod.running(), 20)
        except AssertionError:
            self.fail(f"not ready: {self.ask('/readyz')}, {pod.words()}")
        self.assertTrue(pod.running(), pod.words())

    def lavap(self, pod: Running) -> list[str]:
        """The binaries that run in it, but lavavisor itself."""
        return [name for pid, name in pod.processes().items() if pid != pod.pid]

    def stop(self, pod: Running) -> None:
        pod.signal(signal.SIGTERM)
        self.assertEqual(pod.wait(), 0, pod.words())

    def binary(self, version: str) -> str:
        return f"/home/nonroot/.lavavisor/upgrades/v{version}/lavap"

    # --- tests -----------------------------------------------------------------------------------

    def test_comes_up_as_pid_1_with_no_rights(self) -> None:
        pod = self.start()
        self.await_ready(pod)
        self.assertEqual(self.ask("/healthz"), (200, "ok\n"))
        self.assertEqual(self.lavap(pod), [self.binary("6.2.4")])
        status = pod.status()
        self.assertEqual(status["NSpid"].split()[-1], "1")
        self.assertEqual(set(status["Uid"].split()), {"65532"})
        self.assertEqual({int(status[name], 16) for name in ("CapPrm", "CapEff", "CapBnd", "CapAmb")}, {0})
        self.assertEqual(status["NoNewPrivs"], "1")
        options = pod.mounts()
        self.assertTrue(options["/"].startswith("ro"), options)
        self.stop(pod)

    def test_lavap_drains_before_the_end(self) -> None:
        pod = self.start()
        self.await_ready(pod)
        self.stop(pod)
        self.assertIn("drained", pod.words())
        self.assertNotIn("warning", pod.words())
        self.assertNotIn(PASSWORD, pod.words())

    def test_writes_nowhere_but_on_its_volume(self) -> None:
        before = sorted(self.container.root.rglob("*"))
        pod = self.start()
        self.await_ready(pod)
        self.stop(pod)
        self.assertEqual(sorted(self.container.root.rglob("*")), before)
        left = {path.name for path in self.data.iterdir()}
        self.assertEqual(left - {"rewards", ".lava"}, {".lavavisor"})
        owners = {path.lstat().st_uid for path in self.data.rglob("*")}
        self.assertEqual(owners, {65532})
        for path in (self.data / ".lavavisor").rglob("*"):
            if path.is_file() and path.name != "lavap":
                self.assertNotIn(PASSWORD.encode(), path.read_bytes(), path)

    def test_follows_the_chain(self) -> None:
        pod = self.start()
        self.await_ready(pod)
        self.devnet.releases.add("6.2.5")
        self.devnet.set(target="6.2.5")
        wait_until(lambda: self.lavap(pod) == [self.binary("6.2.5")], 20, f"the upgrade: {pod.words()}")
        self.await_ready(pod)
        self.stop(pod)

    def test_starts_again_on_the_same_volume_without_a_chain(self) -> None:
        pod = self.start()
        self.await_ready(pod)
        self.stop(pod)
        self.devnet.set(mode="down")
        again = self.start()
        self.await_ready(again)
        self.assertEqual(self.lavap(again), [self.binary("6.2.4")])
        self.stop(again)

    def test_is_alive_but_not_ready_while_it_has_no_release(self) -> None:
        self.devnet.set(target="6.2.9")
        pod = self.start()
        wait_until(lambda: self.ask("/readyz")[0] == 503, what=f"an answer: {pod.words()}")
        self.assertEqual(self.ask("/healthz"), (200, "ok\n"))
        self.assertNotEqual(self.ask("/readyz")[1].strip(), "")
        self.devnet.releases.add("6.2.9")
        self.await_ready(pod)
        self.stop(pod)

    def test_a_kill_leaves_no_process_and_the_next_start_is_fine(self) -> None:
        pod = self.start()
        self.await_ready(pod)
        pids = list(pod.processes())
        pod.signal(signal.SIGKILL)
        pod.wait()
        wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), what="their end")
        again = self.start()
        self.await_ready(again)
        self.stop(again)


if __name__ == "__main__":
    unittest.main()
