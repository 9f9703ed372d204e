"""What the tests of wrap and pod stand on: a folder as HOME, a node of a chain, a release server where
one is wanted, and the stand-in for lavap that reports what it sees (tests/support/lavap_child.cpp).

The programs come from $LAVAVISOR and $LAVAP_CHILD; they run on this host, in the folder.
SPDX-License-Identifier: Apache-2.0
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from harness import document_of, program, wait_until
from box import SLOWNESS  # isort: skip (harness has led the way to it)
from devnet_chain import Node
from devnet_releases import ReleaseServer, make_binary

BLOCK = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-"  # what the stand-in prints
for _number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
    if signal.getsignal(_number) is signal.SIG_IGN:  # of a shell's background job; children inherit it
        signal.signal(_number, signal.SIG_DFL)

NOWHERE = "https://127.0.0.1:1"
Event = dict[str, Any]
Stream = int | IO[bytes] | None


def is_sanitized() -> bool:
    """Whether the program was built with sanitizers, which have shadow memory, terabytes of it."""
    words = program("LAVAVISOR").read_bytes()
    return b"__asan_init" in words or b"__tsan_init" in words


def seconds_between(earlier: Event, later: Event) -> float:
    return (later["at"] - earlier["at"]) / 1e9


def words(*behaviour: str, **keys: Any) -> str:
    """Words for the stand-in's command line: `drain_ms=300` as --drain_ms=300."""
    return " ".join([*behaviour, *(f"--{key}={value}" for key, value in keys.items())])


# --- processes of this host ------------------------------------------------------------------------


def _processes() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def processes_with(variable: str) -> list[int]:
    """The processes that have `NAME=value` in their environment; zombies show none."""
    found = []
    for pid in _processes():
        with contextlib.suppress(OSError):
            if f"{variable}\0".encode() in Path(f"/proc/{pid}/environ").read_bytes():
                found.append(pid)
    return found


def state_of(pid: int) -> tuple[str, int]:
    """The state's letter and the parent of a process; ("", 0) = there is none."""
    with contextlib.suppress(OSError):
        letter, parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:2]
        return letter, int(parent)
    return "", 0


def children_of(parent: int) -> list[int]:
    return [pid for pid in _processes() if state_of(pid)[1] == parent]


def zombies_of(parent: int) -> list[int]:
    return [pid for pid in _processes() if state_of(pid) == ("Z", parent)]


def environment_of(pid: int) -> set[bytes]:
    return set(Path(f"/proc/{pid}/environ").read_bytes().rstrip(b"\0").split(b"\0"))


# --- the report ------------------------------------------------------------------------------------


class ReportFile:
    """What all the stand-ins of one test reported, in its order; `logs` are shown with a failure."""

    def __init__(self, path: Path, logs: Callable[[], str] = str) -> None:
        self.path = path
        self._logs = logs

    def events(self, *kinds: str) -> list[Event]:
        text = self.path.read_text() if self.path.exists() else ""
        events = [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]
        return [event for event in events if not kinds or event["event"] in kinds]

    def wait(self, kind: str, count: int = 1, timeout: float = 15) -> list[Event]:
        """The events of a kind, as soon as there are `count`."""

        def enough() -> list[Event]:
            return events if len(events := self.events(kind)) >= count else []

        try:
            return wait_until(enough, timeout)
        except AssertionError:
            known = [(event["event"], event["pid"]) for event in self.events()]
            what = f"{count} times '{kind}' in the report {known}; logs:\n{self._logs()}"
            raise AssertionError(f"not within {timeout:g} s: {what}") from None

    def is_ready(self, start: Event) -> bool:
        """The process of that start takes signals by now."""
        return start["pid"] in {event["pid"] for event in self.events("ready")}

    def signals(self) -> list[str]:
        return [event["signal"] for event in self.events("signal")]

    def versions(self) -> list[str]:
        return [event["version"] for event in self.events("start")]


# --- one lavavisor wrap ----------------------------------------------------------------------------


class Wrap:
    """A running `lavavisor wrap` or `pod`; its streams go to files but where the test holds them."""

    def __init__(self, process: subprocess.Popen[bytes], report: ReportFile, log: Path) -> None:
        self.process = process
        self.pid = process.pid  # what is signalled
        self.report = report
        self._log = log

    def log(self) -> str:
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def wait_for_log(self, text: str, timeout: float = 15) -> None:
        try:
            wait_until(lambda: text in self.log(), timeout)
        except AssertionError:
            raise AssertionError(f"not within {timeout:g} s: '{text}' in the log:\n{self.log()}") from None

    def ready(self, count: int = 1, timeout: float = 15) -> Event:
        """The newest start, as soon as the stand-in has started `count` times and takes signals."""
        self.report.wait("ready", count, timeout)
        return self.report.events("start")[-1]

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def running(self) -> bool:
        return self.process.poll() is None

    def wait(self, timeout: float = 15) -> int:
        """Its exit code, 128+n for a signal, as a shell counts."""
        try:
            code = self.process.wait(timeout * SLOWNESS)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"not ended within {timeout:g} s; log:\n{self.log()}") from None
        return code if code >= 0 else 128 - code

    def stop(self, timeout: float = 15) -> int:
        self.signal(signal.SIGTERM)
        return self.wait(timeout)


class Wrapping(unittest.TestCase):
    """A fresh folder and node for each test; what still runs at its end is killed."""

    command = "wrap"
    installed = "6.2.4"  # a release placed by hand before the first start; "" = none

    def setUp(self) -> None:
        self.lavavisor, self.lavap = program("LAVAVISOR"), program("LAVAP_CHILD")
        self.folder = Path(tempfile.mkdtemp(prefix="lavavisor-wrap-"))
        self.folder.chmod(0o755)  # binaries are probed as nobody
        self.addCleanup(self._clean_up)
        self._wraps: list[Wrap] = []
        self.home = self.folder / "home"
        self.home.mkdir()
        (self.home / "consumer.yml").write_text("endpoints: []\n")
        self.state = self.home / ".lavavisor"
        self.report = ReportFile(self.folder / "report", lambda: "\n".join(wrap.log() for wrap in self._wraps))
        self.marker = f"LAVAP_REPORT={self.report.path}"
        self.node = Node()
        self.addCleanup(self.node.close)
        self.config = self.first_config()
        if self.installed:
            self.install(self.installed)

    def _clean_up(self) -> None:
        for pid in processes_with(self.marker):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for wrap in self._wraps:
            wrap.process.wait(10)
            for stream in (wrap.process.stdin, wrap.process.stdout, wrap.process.stderr):
                with contextlib.suppress(OSError):
                    if stream is not None:
                        stream.close()
        shutil.rmtree(self.folder)

    def first_config(self) -> dict[str, Any]:
        return {
            "directory": str(self.state),
            "interval": "200ms",
            "chain": {
                "id": "lava-testnet-2",
                "endpoints": [f"tcp://127.0.0.1:{self.node.port}"],
                "timeout": "1s",
            },
            "binary": {"release": {"url": NOWHERE + "/{version}", "checksums": NOWHERE + "/{version}"}},
            "systemd": {"scope": "none"},
            "defaults": {"health": {"settle": "200ms", "timeout": "5s"}},
        }

    # --- releases --------------------------------------------------------------------------------

    def serve_releases(self) -> ReleaseServer:
        """A release server from now on, which the configuration names."""
        folder = self.folder / "releases"
        folder.mkdir()
        releases = ReleaseServer(folder, self.lavap)
        self.addCleanup(releases.close)
        self.config["binary"]["release"] = {
            "url": releases.url + "/v{version}/lavap-v{version}-{os}-{arch}",
            "checksums": releases.url + "/v{version}/sha256sum.txt",
            "ca_file": str(releases.ca_file),
            "timeout": "20s",
        }
        return releases

    def place_of(self, release: str) -> Path:
        return self.state / f"upgrades/v{release}/lavap"

    def install(self, release: str, **behaviour: Any) -> Path:
        """Place a release by hand, as an operator would: beside, then moved."""
        place = self.place_of(release)
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = self.folder / f"lavap-{release}"
        beside.write_bytes(make_binary(self.lavap.read_bytes(), release, **behaviour))
        beside.chmod(0o755)
        return beside.rename(place)

    # --- lavavisor -------------------------------------------------------------------------------

    def environment(self) -> dict[str, str]:
        return {
            "HOME": str(self.home),
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LAVAP_REPORT": str(self.report.path),
            "WITH_SPACES": "a b  c",
        }

    def argv(self, cmd: str, *flags: str) -> list[str]:
        """The command line; `cmd` are words behind `lavap rpcconsumer`, or a whole line of its own."""
        if not cmd.startswith(("lavap ", "/")):
            cmd = f"lavap rpcconsumer consumer.yml --from operator {cmd}"
        file = self.home / "wrap.toml"
        beside = file.with_suffix(f".{len(self._wraps)}")
        beside.write_text(document_of(self.config))
        beside.rename(file)
        return [str(self.lavavisor), self.command, "--cmd", cmd, "--directory", str(self.home), "--config", str(file), *flags]

    def spawn(
        self,
        argv: list[str],
        *,
        stdin: Stream = subprocess.DEVNULL,
        stdout: Stream = None,
        stderr: Stream = None,
        environment: dict[str, str] | None = None,
    ) -> Wrap:
        number = len(self._wraps)
        log = self.folder / f"stderr-{number}"
        with open(self.folder / f"stdout-{number}", "wb") as out, open(log, "wb") as err:
            process = subprocess.Popen(
                argv, stdin=stdin, stdout=out if stdout is None else stdout,
                stderr=err if stderr is None else stderr,
                cwd=self.home, env=environment or self.environment(),
            )  # fmt: skip
        self._wraps.append(Wrap(process, self.report, log))
        return self._wraps[-1]

    def wrap(self, cmd: str = "", *flags: str, **streams: Any) -> Wrap:
        """Start it; `flags` as they are on the command line."""
        return self.spawn(self.argv(cmd, *flags), **streams)

    def run_lavavisor(self, *argv: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.lavavisor), *argv], stdin=subprocess.DEVNULL, capture_output=True, text=True,
            cwd=self.home, env=self.environment(), timeout=30 * SLOWNESS, check=False,
        )  # fmt: skip

    def quarantined(self) -> str:
        """What `lavavisor quarantine` tells."""
        done = self.run_lavavisor("quarantine", str(self.home / "wrap.toml"))
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    # --- what has to be true ---------------------------------------------------------------------

    def assert_nothing_left(self, within: float = 0) -> None:
        """No process of this test lives, and none is a zombie."""

        def left() -> set[int]:
            reported = {event["pid"] for event in self.report.events()}
            return set(processes_with(self.marker)) | {pid for pid in reported if state_of(pid)[0] == "Z"}

        deadline = time.monotonic() + within * SLOWNESS
        while (found := left()) and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertEqual(found, set(), "processes are left")

    def assert_ends(self, wrap: Wrap, *codes: int, timeout: float = 15) -> None:
        """It ends with one of `codes`, and leaves nothing behind."""
        code = wrap.wait(timeout)
        self.assertIn(code, codes, wrap.log())
        self.assert_nothing_left()

    def assert_stops(self, wrap: Wrap, *codes: int, timeout: float = 15) -> None:
        wrap.signal(signal.SIGTERM)
        self.assert_ends(wrap, *(codes or (0,)), timeout=timeout)


def why_no_pid_namespace() -> str:
    """Why there can be no PID namespace here; "" = there can."""
    probe = ["unshare", "--pid", "--fork", "--mount-proc", "true"]
    done = subprocess.run(probe, capture_output=True, check=False)
    return "" if done.returncode == 0 else "this needs root and PID namespaces"
