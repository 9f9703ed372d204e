"""A container without a registry or a runtime: the root folder that examples/kubernetes/image-root.sh
lays out for the image, entered as the Deployment there asks for it: as PID 1 in namespaces of its own,
not root, without capabilities, on a read-only root with volumes.

SPDX-License-Identifier: Apache-2.0
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path

IMAGE_ROOT = Path(__file__).resolve().parents[2] / "examples/kubernetes/image-root.sh"
NAMESPACES = ("--mount", "--pid", "--fork", "--ipc", "--uts", "--cgroup")
DEVICES = ("null", "zero", "full", "random", "urandom", "tty")

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_REMOUNT, MS_BIND = 1, 2, 4, 32, 4096
PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 24, 38


def why_no_container() -> str:
    """What this machine lacks; "" where a container can run."""
    if os.geteuid() != 0:
        return "a container needs root"
    probe = ["unshare", *NAMESPACES, "true"]
    if subprocess.run(probe, capture_output=True, check=False).returncode != 0:
        return "a container needs namespaces, and unshare(1) is refused here"
    return ""


@dataclass
class Volume:
    source: str
    at: str
    writable: bool = False


@dataclass
class Order:
    """What is run, and how; handed to the process that becomes it."""

    root: str
    argv: list[str]
    user: int
    volumes: list[Volume] = field(default_factory=list)
    env: dict[str, str] = field(default_factory=dict)


class Running:
    """A started container; its words are in `log`, as a kubelet keeps them."""

    def __init__(self, order: Order, log: Path) -> None:
        self.log = log
        self._root = order.root
        with log.open("ab") as out:
            self._unshare = subprocess.Popen(
                ["unshare", *NAMESPACES, "--kill-child", sys.executable, "-B", __file__, json.dumps(asdict(order))],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        """Its PID 1, as the host calls it; 0 before there is one."""
        own = self._unshare.pid
        children = Path(f"/proc/{own}/task/{own}/children").read_text().split()
        return int(children[0]) if children else 0

    def entered(self) -> bool:
        """The program itself runs, and no longer what leads to it."""
        try:
            return self.pid != 0 and self._program(self.pid) == "/usr/bin/lavavisor"
        except OSError:
            return False

    def _program(self, pid: int) -> str:
        return os.readlink(f"/proc/{pid}/exe").removeprefix(self._root)

    def processes(self) -> dict[int, str]:
        """The programs of all its processes, as they are called inside, by the host's PIDs."""
        found = {}
        space = os.readlink(f"/proc/{self.pid}/ns/pid")
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if os.readlink(entry / "ns/pid") == space:
                    found[int(entry.name)] = self._program(int(entry.name))
            except OSError:
                continue
        return found

    def status(self) -> dict[str, str]:
        """/proc/PID/status of its PID 1."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}

    def mounts(self) -> dict[str, str]:
        """The options of its mounts, by mount point."""
        lines = Path(f"/proc/{self.pid}/mountinfo").read_text().splitlines()
        return {words[4]: words[5] for words in (line.split() for line in lines)}

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def running(self) -> bool:
        return self._unshare.poll() is None

    def wait(self, timeout: float = 30) -> int:
        return self._unshare.wait(timeout)

    def words(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def kill(self) -> None:
        if self.running():
            self._unshare.send_signal(signal.SIGKILL)
            self._unshare.wait()


class Container:
    """The image of one program, with volumes; `start` it as often as you like."""

    def __init__(self, program: Path, user: int = 65532) -> None:
        self.user = user
        self.folder = Path(tempfile.mkdtemp(prefix="lavavisor-container-"))
        self.folder.chmod(0o755)
        self.root = self.folder / "root"
        self.env = {"PATH": "/usr/bin"}
        self._volumes: list[Volume] = []
        self._started: list[Running] = []
        subprocess.run([IMAGE_ROOT, program, self.root], check=True, timeout=60)

    def add_data(self, at: str) -> Path:
        """An empty volume, writable for the pod's group (fsGroup)."""
        folder = self.folder / f"volume-{len(self._volumes)}"
        folder.mkdir()
        os.chown(folder, 0, self.user)
        folder.chmod(0o2775)
        self._add(folder, at, writable=True)
        return folder

    def add_files(self, at: str, files: dict[str, str | bytes], mode: int = 0o644) -> Path:
        """A read-only volume of a ConfigMap or Secret, with the links that a kubelet makes."""
        folder = self.folder / f"volume-{len(self._volumes)}"
        content = folder / "..2026_01_01_00_00_00.1"
        content.mkdir(parents=True)
        (folder / "..data").symlink_to(content.name)
        for name, text in files.items():
            path = content / name
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
            os.chown(path, 0, self.user)
            path.chmod(mode)
            (folder / name).symlink_to(f"..data/{name}")
        folder.chmod(0o3777)
        self._add(folder, at, writable=False)
        return folder

    def _add(self, folder: Path, at: str, writable: bool) -> None:
        (self.root / at.lstrip("/")).mkdir(parents=True, exist_ok=True)
        self._volumes.append(Volume(str(folder), at, writable))

    def start(self, *arguments: str) -> Running:
        """Run the image's entry point with these arguments."""
        order = Order(str(self.root), ["/usr/bin/lavavisor", *arguments], self.user, self._volumes, self.env)
        running = Running(order, self.folder / f"log-{len(self._started)}")
        self._started.append(running)
        return running

    def close(self) -> None:
        for running in self._started:
            running.kill()
        shutil.rmtree(self.folder)


# --- inside -----------------------------------------------------------------------------------------


def _libc(name: str, *arguments: object) -> None:
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments) != 0:
        raise OSError(ctypes.get_errno(), f"{name}{arguments}: {os.strerror(ctypes.get_errno())}")


def _mount(source: str, at: str, kind: str, flags: int, options: str = "") -> None:
    _libc("mount", source.encode(), at.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode())


def _mount_all(order: Order) -> None:
    root = order.root
    _mount(root, root, "", MS_BIND)
    for volume in order.volumes:
        _mount(volume.source, root + volume.at, "", MS_BIND)
        if not volume.writable:
            _mount("", root + volume.at, "", MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV)
    _mount("proc", root + "/proc", "proc", MS_NOSUID | MS_NODEV)
    _mount("dev", root + "/dev", "tmpfs", MS_NOSUID, "mode=755,size=64k")
    for device in DEVICES:
        Path(root, "dev", device).touch()
        _mount(f"/dev/{device}", f"{root}/dev/{device}", "", MS_BIND)
    _mount("", root + "/dev", "", MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID)
    _mount("", root, "", MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NODEV)


def _give_up_rights(user: int) -> None:
    last = int(Path("/proc/sys/kernel/cap_last_cap").read_text())
    for capability in range(last + 1):
        _libc("prctl", PR_CAPBSET_DROP, capability, 0, 0, 0)
    os.setgroups([user])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    _libc("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _enter(order: Order) -> None:
    _mount_all(order)
    os.chroot(order.root)
    os.chdir("/")
    _give_up_rights(order.user)
    os.execve(order.argv[0], order.argv, order.env)


if __name__ == "__main__":
    document = json.loads(sys.argv[1])
    document["volumes"] = [Volume(**volume) for volume in document["volumes"]]
    _enter(Order(**document))
