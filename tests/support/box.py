"""A throw-away machine with a real systemd (systemd-box.sh), for Python tests.

SPDX-License-Identifier: Apache-2.0
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

SCRIPT = Path(__file__).resolve().with_name("systemd-box.sh")
T = TypeVar("T")
# Limits of time are so many times longer; for builds with sanitizers (tests/instrumented.cmake).
SLOWNESS = float(os.environ.get("LAVAVISOR_TEST_SLOWNESS", "1"))


def wait_until(condition: Callable[[], T], timeout: float = 15, what: str = "") -> T:
    """The first true answer of `condition`, asked again and again; fails after `timeout` seconds."""
    deadline = time.monotonic() + timeout * SLOWNESS
    pause = threading.Event()
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() >= deadline:
            raise AssertionError(f"not within {timeout:g} s: {what or condition}")
        pause.wait(0.03)


def why_no_box() -> str:
    """What this machine lacks for a box; "" where one can run."""
    if os.geteuid() != 0:
        return "a systemd box needs root"
    if not Path("/lib/systemd/systemd").exists():
        return "a systemd box needs systemd installed"
    probe = ["unshare", "--mount", "--pid", "--fork", "--net", "--uts", "--ipc", "--cgroup", "true"]
    if subprocess.run(probe, capture_output=True, check=False).returncode != 0:
        return "a systemd box needs namespaces, and unshare(1) is refused here"
    cgroup = ["findmnt", "-n", "-t", "cgroup2"]
    if subprocess.run(cgroup, capture_output=True, check=False).returncode != 0:
        return "a systemd box needs a mounted cgroup2"
    return ""


def in_network_of(pid: int, make: Callable[[], T]) -> T:
    """Run `make` in the network namespace of process `pid`, on a thread that ends with it."""
    outcome: list[T] = []
    failure: list[BaseException] = []

    def enter_and_make() -> None:
        try:
            descriptor = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
            libc = ctypes.CDLL(None, use_errno=True)
            if libc.setns(descriptor, 0x40000000) != 0:  # CLONE_NEWNET
                raise OSError(ctypes.get_errno(), "setns")
            os.close(descriptor)
            outcome.append(make())
        except BaseException as error:  # noqa: BLE001  (handed to the caller below)
            failure.append(error)

    thread = threading.Thread(target=enter_and_make)
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
    return outcome[0]


class Spawned:
    """A command that runs on inside the box; `pid` as it is called there."""

    def __init__(self, box: Box, process: subprocess.Popen[str], pid: int) -> None:
        self._box = box
        self._process = process
        self.pid = pid

    def signal(self, name: str) -> None:
        self._box.exec("kill", f"-{name}", str(self.pid))

    def running(self) -> bool:
        return self._process.poll() is None

    def finish(self, timeout: float = 30) -> subprocess.CompletedProcess[str]:
        out, err = self._process.communicate(timeout=timeout * SLOWNESS)
        return subprocess.CompletedProcess(self._process.args, self._process.returncode, out, err)


class Box:
    """One box with a name and a folder of its own; gone with close()."""

    _count = 0

    def __init__(self) -> None:
        Box._count += 1
        self.folder = Path(tempfile.mkdtemp(prefix="lavavisor-e2e-"))
        self.work = self.folder / "work"  # /box inside
        self.name = f"e2e-{os.getpid()}-{Box._count}"
        self._env = os.environ | {
            "BOX_NAME": self.name,
            "BOX_DIR": str(self.folder / "box"),
            "BOX_WORK": str(self.work),
            "BOX_NET": "private",
        }
        self._spawned: list[subprocess.Popen[str]] = []
        self.work.mkdir(mode=0o755)
        self._script("start")

    def _script(self, *arguments: str) -> None:
        done = subprocess.run(
            ["bash", str(SCRIPT), *arguments],
            env=self._env, capture_output=True, text=True, timeout=120 * SLOWNESS, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise RuntimeError(f"systemd-box {arguments[0]} failed: {done.stderr.strip()}")

    @property
    def pid(self) -> int:
        """The box's PID 1, as the host calls it."""
        return int((self.folder / "box/pid").read_text().split()[0])

    def keeps_files(self) -> bool:
        """Whether files outlive a restart here (not where the host's root is an overlay itself)."""
        return "upper layer in memory" not in (self.folder / "box/console.log").read_text()

    def restart(self) -> None:
        """Cut the power, keep the disk, boot again."""
        self._script("restart")

    def close(self) -> None:
        for process in self._spawned:
            if process.poll() is None:
                process.kill()
            process.communicate()
        self._script("stop")
        shutil.rmtree(self.folder)

    # --- commands --------------------------------------------------------------------------------

    def exec(
        self, *argv: str, check: bool = True, env: dict[str, str] | None = None, timeout: float = 60
    ) -> subprocess.CompletedProcess[str]:
        """Run a command as root inside; with `check` a failure is an error that shows its words."""
        done = subprocess.run(
            self._command(argv, env), env=self._env, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, errors="replace", timeout=timeout * SLOWNESS, check=False,
        )  # fmt: skip
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(argv)}: exit {done.returncode}: {done.stdout}{done.stderr}")
        return done

    def spawn(self, *argv: str, env: dict[str, str] | None = None) -> Spawned:
        """Start a command inside and come back at once."""
        self._spawned_pidfile = f"/run/spawned-{len(self._spawned)}"
        wrapped = ("sh", "-c", 'echo $$ > "$0"; exec "$@"', self._spawned_pidfile, *argv)
        process = subprocess.Popen(
            self._command(wrapped, env), env=self._env, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
        )  # fmt: skip
        self._spawned.append(process)
        pidfile = self.path(self._spawned_pidfile)
        wait_until(lambda: pidfile.exists() and pidfile.read_text().endswith("\n"), what="its pid")
        return Spawned(self, process, int(pidfile.read_text()))

    def _command(self, argv: tuple[str, ...], env: dict[str, str] | None) -> list[str]:
        settings = [f"{key}={value}" for key, value in (env or {}).items()]
        return ["bash", str(SCRIPT), "exec", *(["env", *settings] if settings else []), *argv]

    def shell(self, script: str, check: bool = True) -> str:
        """Run a line of sh inside; what it prints."""
        return self.exec("sh", "-ec", script, check=check).stdout

    # --- files -----------------------------------------------------------------------------------

    def path(self, inside: str | Path) -> Path:
        """Where the host sees a file of the box. An absolute link there leads astray: readlink it."""
        return Path(f"/proc/{self.pid}/root") / str(inside).lstrip("/")

    def write(self, inside: str | Path, content: str | bytes, mode: int = 0o644) -> None:
        path = self.path(inside)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        path.chmod(mode)

    def read(self, inside: str | Path) -> str:
        return self.path(inside).read_text()

    # --- systemd and network ---------------------------------------------------------------------

    def show(self, *units: str) -> dict[str, dict[str, str]]:
        """Every property of each unit, by unit."""
        text = self.exec("systemctl", "show", "--all", *units).stdout
        found = {}
        for unit, block in zip(units, text.strip().split("\n\n"), strict=True):
            found[unit] = dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
        return found

    def journal(self, unit: str) -> list[str]:
        """The messages of a unit and about it, oldest first."""
        self.exec("journalctl", "--sync")
        lines = self.exec("journalctl", "--unit", unit, "--output", "json", "--quiet").stdout
        messages = (json.loads(line)["MESSAGE"] for line in lines.splitlines())
        return [bytes(m).decode(errors="replace") if isinstance(m, list) else m for m in messages]

    def listen(self, port: int) -> socket.socket:
        """A socket that listens on the box's own 127.0.0.1:`port`."""
        return in_network_of(self.pid, lambda: socket.create_server(("127.0.0.1", port), backlog=64))
