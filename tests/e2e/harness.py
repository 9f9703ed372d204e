"""What every end-to-end test stands on: a box with a real systemd, a chain and release server in
its network, the user lava, and the built lavavisor.

The programs come from $LAVAVISOR, $LAVAVISOR_FAULTY (with fault points) and $LAVAP_STUB.
SPDX-License-Identifier: Apache-2.0
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import unittest
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/support"), str(ROOT / "examples/quickstart")]

from box import Box, Spawned, wait_until, why_no_box  # noqa: E402
from devnet import Devnet  # noqa: E402

CONFIG = "/etc/lavavisor/config.toml"
DIRECTORY = "/var/lib/lavavisor"
UNIT_DIR = "/etc/systemd/system"
LINK = "/usr/local/bin/lavap"
PROGRAM = "/usr/local/bin/lavavisor"
RPC_PORT = 26657
RELEASE_PORT = 8443

__all__ = ["CONFIG", "DIRECTORY", "LINK", "PROGRAM", "UNIT_DIR", "Report", "Scenario", "Spawned", "document_of", "program", "wait_until"]  # fmt: skip


def program(variable: str) -> Path:
    """The built program that an environment variable names."""
    path = Path(os.environ.get(variable, ""))
    if not path.is_file():
        raise RuntimeError(f"${variable} has to name the built program (run the tests by ctest)")
    return path


def to_toml(value: Any) -> str:
    """A value in TOML's inline form."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(map(to_toml, value)) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(k)} = {to_toml(v)}" for k, v in value.items()) + " }"
    return json.dumps(value)


def document_of(config: dict[str, Any]) -> str:
    """A whole configuration: values, then tables, then lists of tables."""
    lines = [f"{k} = {to_toml(v)}" for k, v in config.items() if not isinstance(v, dict) and k != "service"]
    for name, table in config.items():
        for entry in table if name == "service" else [table] if isinstance(table, dict) else []:
            lines.append(f"\n[[{name}]]" if name == "service" else f"\n[{name}]")
            lines += [f"{key} = {to_toml(value)}" for key, value in entry.items()]
    return "\n".join(lines) + "\n"


@dataclass
class Report:
    """What one command left: exit code, the JSON document, and all its words."""

    code: int
    document: dict[str, Any]
    text: str

    @property
    def result(self) -> str:
        return self.document.get("result", "")

    @property
    def actions(self) -> list[dict[str, Any]]:
        return self.document.get("actions", [])

    def targets(self, kind: str, status: str = "done") -> list[str]:
        """The targets of the actions of one kind, in their order."""
        return [a["target"] for a in self.actions if a["kind"] == kind and a["status"] == status]

    def kinds(self) -> set[str]:
        return {action["kind"] for action in self.actions if action["status"] == "done"}


class Scenario(unittest.TestCase):
    """Boots a box for each test; services are added with add_service before the first apply."""

    nodes = 1
    release_port = RELEASE_PORT
    box: Box
    devnet: Devnet

    def setUp(self) -> None:
        if reason := why_no_box():
            self.skipTest(reason)
        lavavisor, lavap = program("LAVAVISOR"), program("LAVAP_STUB")
        self.box = Box()
        self.addCleanup(self.box.close)
        self.devnet = Devnet(
            self.box.folder / "devnet",
            lavap,
            nodes=self.nodes,
            first_port=RPC_PORT,
            release_port=self.release_port,
            listen=self.box.listen,
        )
        self.addCleanup(self.devnet.close)
        self.install_program(lavavisor)
        self.open_sandboxes()
        self.box.exec("useradd", "--system", "--create-home", "--shell", "/usr/sbin/nologin", "lava")
        self.box.write("/etc/lavavisor/ca.pem", self.devnet.releases.ca_file.read_bytes())
        self.devnet.releases.add("6.2.4")
        self.config = self.first_config()

    def install_program(self, binary: Path) -> None:
        shutil.copy(binary, self.box.work / "lavavisor")
        self.box.exec("ln", "-sfn", "/box/lavavisor", PROGRAM)

    def open_sandboxes(self) -> None:
        """Findings and counters (BOX_BIND) reach their place from inside lavavisor's own units too."""
        if place := os.environ.get("BOX_BIND"):
            for units in ("lavavisor", "lavavisor-"):
                drop_in = f"/usr/local/lib/systemd/system/{units}.service.d/bind.conf"
                self.box.write(drop_in, f"[Service]\nBindPaths={place}\n")

    def first_config(self) -> dict[str, Any]:
        base = self.devnet.releases.url
        return {
            "directory": DIRECTORY,
            "interval": "200ms",
            "chain": {
                "id": "lava-testnet-2",
                "endpoints": [f"tcp://127.0.0.1:{node.port}" for node in self.devnet.nodes],
                "timeout": "1s",
            },
            "binary": {
                "auto_download": True,
                "release": {
                    "url": base + "/v{version}/lavap-v{version}-{os}-{arch}",
                    "checksums": base + "/v{version}/sha256sum.txt",
                    "ca_file": "/etc/lavavisor/ca.pem",
                    "timeout": "10s",
                },
            },
            "rollout": {},
            "hooks": {},
            "systemd": {},
            "defaults": {"user": "lava", "health": {"settle": "300ms", "timeout": "5s"}},
            "service": [],
        }

    # --- the configuration -----------------------------------------------------------------------

    def add_service(self, name: str, kind: str = "provider", **keys: Any) -> dict[str, Any]:
        """Add a service; providers and consumers get a lavap YAML with a port of their own."""
        entry: dict[str, Any] = {"name": name, "type": kind}
        if kind in ("provider", "consumer"):
            entry["config"] = f"{name}.yml"
            self.write_yaml(name, 2200 + len(self.config["service"]))
        entry |= keys
        self.config["service"].append(entry)
        return entry

    def add_three_services(self) -> None:
        self.add_service("provider-eth1")
        self.add_service("consumer-near", "consumer")
        self.add_service("cache", "cache", address="127.0.0.1:20100")

    def write_yaml(self, name: str, port: int) -> None:
        text = (
            "endpoints:\n"
            "  - api-interface: jsonrpc\n"
            "    chain-id: ETH1\n"
            "    network-address:\n"
            f'      address: "127.0.0.1:{port}"\n'
            "    node-urls:\n"
            "      - url: ws://127.0.0.1:3333\n"
        )
        self.box.write(f"/etc/lavavisor/{name}.yml", text)

    def write_config(self) -> None:
        self.box.write(CONFIG, document_of(self.config))

    def service(self, name: str) -> dict[str, Any]:
        return next(entry for entry in self.config["service"] if entry["name"] == name)

    def names(self) -> list[str]:
        return [entry["name"] for entry in self.config["service"]]

    # --- lavavisor -------------------------------------------------------------------------------

    def lavavisor(self, *words: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a lavavisor command with the configuration as it is now; any exit code is returned."""
        self.write_config()
        return self.box.exec(PROGRAM, words[0], CONFIG, *words[1:], check=False, **options)

    def spawn_lavavisor(self, *words: str, **options: Any) -> Spawned:
        self.write_config()
        return self.box.spawn(PROGRAM, words[0], CONFIG, *words[1:], **options)

    def report(self, *words: str, **options: Any) -> Report:
        """Run a command with --json; nothing but one JSON document may stand on stdout."""
        return self.report_of(self.lavavisor(*words, "--json", **options))

    def report_of(self, done: subprocess.CompletedProcess[str]) -> Report:
        try:
            document = json.loads(done.stdout) if done.stdout.strip() else {}
        except ValueError:
            self.fail(f"stdout is no JSON document: {done.stdout!r}; stderr: {done.stderr}")
        return Report(done.returncode, document, done.stdout + done.stderr)

    def apply(self, code: int = 0, **options: Any) -> Report:
        """One apply, which has to end with `code`."""
        report = self.report("apply", **options)
        self.assertEqual(report.code, code, report.text)
        return report

    def assert_converged(self) -> None:
        """One more apply finds nothing to do, and neither does a plan."""
        before = self.pids()
        report = self.apply()
        self.assertEqual((report.result, report.actions), ("converged", []), report.text)
        self.assertEqual(self.pids(), before)
        plan = self.lavavisor("plan", "--detailed-exitcode")
        self.assertEqual(plan.returncode, 0, plan.stdout + plan.stderr)

    # --- what is true in the box -----------------------------------------------------------------

    def states(self) -> dict[str, dict[str, str]]:
        """systemd's properties of every service, by service."""
        names = self.names()
        shown = self.box.show(*(f"{name}.service" for name in names))
        return {name: shown[f"{name}.service"] for name in names}

    def pids(self) -> dict[str, str]:
        return {name: state["MainPID"] for name, state in self.states().items()}

    def running_release(self, name: str) -> str:
        """The release whose binary the service's main process was started from."""
        pid = self.box.show(f"{name}.service")[f"{name}.service"]["MainPID"]
        exe = self.box.exec("readlink", f"/proc/{pid}/exe", check=False).stdout.strip()
        found = re.fullmatch(rf"{DIRECTORY}/upgrades/v([^/]+)/lavap( \(deleted\))?", exe)
        return found[1] if found else exe

    def assert_runs(self, release: str, *names: str) -> None:
        """Each service (all, when none is named) is active with the binary of `release`."""
        for name in names or self.names():
            self.assertEqual(self.running_release(name), release, name)
            self.assertEqual(self.states()[name]["ActiveState"], "active", name)

    def installed(self) -> list[str]:
        """The releases installed, as folders with a lavap in them."""
        upgrades = self.box.path(f"{DIRECTORY}/upgrades")
        return sorted(path.parent.name.removeprefix("v") for path in upgrades.glob("v*/lavap"))

    def strays(self) -> list[str]:
        """Files below the directory that are neither state, nor installed, nor to be resumed, nor the
        claim of one that was killed: that is nobody's then, and the next one takes it over."""
        expected = (
            r"state\.db(-wal|-shm)?|lock|upgrades/v[^/]+/lavap|upgrades/\.v[^/]+\.(partial.*|lock)"
            r"|services/[^/.][^/]*\.service|services/protocol_yml_configs/[^/.][^/]*\.yml"
        )
        root = self.box.path(DIRECTORY)
        files = (str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir())
        return sorted(file for file in files if not re.fullmatch(expected, file))

    def partials(self) -> list[str]:
        upgrades = self.box.path(f"{DIRECTORY}/upgrades")
        return sorted(path.name for path in upgrades.glob(".v*.partial*"))

    def linked_release(self) -> str:
        """The release that the link leads to; "" = there is no link."""
        link = self.box.path(LINK)
        if not link.is_symlink():
            return ""
        return os.readlink(link).removeprefix(f"{DIRECTORY}/upgrades/v").removesuffix("/lavap")

    def snapshot(self) -> dict[str, tuple[Any, ...]]:
        """Everything that lavavisor may write, but its state: kind, time and content of each file."""
        found: dict[str, tuple[Any, ...]] = {}
        for top in (DIRECTORY, UNIT_DIR, "/usr/local/bin"):
            for path in sorted(self.box.path(top).rglob("*")):
                name = "/" + str(path.relative_to(self.box.path("/")))
                if re.search(r"/(state\.db.*|lock)$", name):
                    continue
                stat = path.lstat()
                content = os.readlink(path) if path.is_symlink() else ""
                if path.is_file() and not path.is_symlink():
                    content = hashlib.sha256(path.read_bytes()).hexdigest()
                found[name] = (stat.st_mode, stat.st_ino, stat.st_mtime_ns if content else 0, content)
        return found

    def argv_of(self, name: str) -> list[str]:
        """The words that the service's newest process was started with, as it saw them."""
        lines = [line for line in self.box.journal(f"{name}.service") if line.startswith("argv: ")]
        return json.loads(lines[-1].removeprefix("argv: "))

    def reboot(self) -> None:
        """Cut the power and boot again, with the chain and release server in the new network."""
        self.box.restart()
        self.devnet.move_to(self.box.listen)
