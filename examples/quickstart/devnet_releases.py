"""A TLS server of lavap releases, laid out as the release page on GitHub: the asset is redirected
to another address, and sha256sum.txt beside it lists all assets. Faults can be had per release.

A release is the stand-in for lavap (lavap.cpp) with padding and a trailer behind it, so that each
version is another file with another digest and a behaviour of its own.

SPDX-License-Identifier: Apache-2.0
"""

from __future__ import annotations

import hashlib
import platform
import re
import ssl
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from devnet_http import Listen, PortServer, QuietHandler, listen_on_loopback

DOWNLOAD = "/lavanet/lava/releases/download"
SOURCE = "/lavanet/lava/archive/refs/tags"
ASSET_FAULTS = (
    "", "404", "500", "html", "truncated", "corrupt", "cut", "stall", "endless", "to_http", "loop",
)  # fmt: skip
CHECKSUM_FAULTS = ("", "missing", "wrong", "malformed", "other_asset", "html", "500")
CONTENTS = ("lavap", "text", "other_arch")
HTML = b"<!DOCTYPE html><html><body>Sign in to continue</body></html>"
CHUNK = 64 << 10


@dataclass
class Request:
    """One request for an asset's bytes, as it went."""

    path: str
    range: str = ""
    status: int = 0
    sent: int = 0
    at: float = field(default_factory=time.monotonic)


@dataclass
class Release:
    version: str
    content: bytes
    asset_fault: str = ""
    checksum_fault: str = ""
    times: int | None = None  # so many downloads meet the fault; None = all
    rate: int = 0  # bytes per second; 0 = as fast as it goes
    source: bytes = b""  # its archive; b"" = there is none
    lists_source: bool = False  # in sha256sum.txt, too
    signature: bytes = b""  # of sha256sum.txt, by minisign; b"" = there is none
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        self.sha256 = hashlib.sha256(self.content).hexdigest()
        if self.asset_fault not in ASSET_FAULTS:
            raise ValueError(f"no asset fault '{self.asset_fault}'; known: {ASSET_FAULTS}")
        if self.checksum_fault not in CHECKSUM_FAULTS:
            raise ValueError(f"no checksum fault '{self.checksum_fault}'; known: {CHECKSUM_FAULTS}")

    def take_fault(self) -> str:
        """The fault that this download meets."""
        if self.asset_fault and self.times is not None:
            if self.times == 0:
                return ""
            self.times -= 1
        return self.asset_fault

    def checksums(self) -> bytes:
        name = f"lavap-v{self.version}"
        assets = [f"{name}-{os}-{arch}" for os in ("darwin", "linux") for arch in ("amd64", "arm64")]
        if self.checksum_fault == "other_asset":
            assets = [asset for asset in assets if "darwin" in asset]
        digest = self.sha256
        if self.checksum_fault == "wrong":
            digest = hashlib.sha256(b"another file").hexdigest()
        if self.checksum_fault == "malformed":
            digest = digest[:40] + "zz"
        lines = [f"{digest}  {asset}\n" for asset in assets]
        if self.lists_source:
            lines.append(f"{hashlib.sha256(self.source).hexdigest()}  v{self.version}.zip\n")
        return "".join(lines).encode()


def make_binary(stub: bytes, version: str, size: int = 0, **behaviour: Any) -> bytes:
    """The stand-in `stub` as release `version`, padded to `size` bytes where it is smaller."""
    lines = {"version": version, "reported": version} | behaviour
    trailer = "\n--lavap-stub--\n" + "".join(f"{key}={value}\n" for key, value in lines.items())
    padding = max(0, size - len(stub) - len(trailer))
    return stub + b"\0" * padding + trailer.encode()


def for_another_architecture(elf: bytes) -> bytes:
    """The ELF file with the machine number of one that this host is not."""
    foreign = 62 if platform.machine() != "x86_64" else 183  # EM_X86_64, EM_AARCH64
    return elf[:18] + foreign.to_bytes(2, "little") + elf[20:]


def make_certificates(folder: Path) -> tuple[Path, Path]:
    """Make a CA and a server certificate for 127.0.0.1, and for github.com where a throw-away
    machine takes this host for it; the CA's file and the server's."""
    folder.mkdir(parents=True, exist_ok=True)
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30"]
    (folder / "san.cnf").write_text("subjectAltName=DNS:localhost,DNS:github.com,IP:127.0.0.1\n")
    for command in (
        ["req", "-x509", *key, "-subj", "/CN=devnet CA", "-keyout", "ca.key", "-out", "ca.pem"],
        ["req", *key[:-2], "-subj", "/CN=devnet", "-keyout", "server.key", "-out", "server.csr"],
        ["x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "30",
         "-CAcreateserial", "-extfile", "san.cnf", "-out", "server.crt"],
    ):  # fmt: skip
        subprocess.run(["openssl", *command], cwd=folder, check=True, capture_output=True)
    both = folder / "server.pem"
    both.write_text((folder / "server.key").read_text() + (folder / "server.crt").read_text())
    return folder / "ca.pem", both


class ReleaseServer:
    def __init__(
        self, folder: Path, stub: Path, port: int = 0, listen: Listen = listen_on_loopback
    ) -> None:
        self.ca_file, certificate = make_certificates(folder)
        self.releases: dict[str, Release] = {}
        self.requests: list[Request] = []
        self._stub = stub.read_bytes()
        self._gone = threading.Event()
        server = self

        class Handler(_ReleaseHandler):
            def __init__(self, *args: Any) -> None:
                self.releases = server
                super().__init__(*args)

        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
        self.server = PortServer(Handler, port, listen, tls)

    @property
    def url(self) -> str:
        """As `binary.release.url` wants it, up to the release's folder."""
        return f"https://127.0.0.1:{self.server.port}{DOWNLOAD}"

    def add(
        self,
        version: str,
        *,
        size: int = 0,
        content: str = "lavap",
        asset_fault: str = "",
        checksum_fault: str = "",
        times: int | None = None,
        rate: int = 0,
        **behaviour: Any,
    ) -> Release:
        """Publish (or replace) release `version`; `behaviour` is the stand-in's trailer."""
        if content not in CONTENTS:
            raise ValueError(f"no content '{content}'; known: {CONTENTS}")
        binary = make_binary(self._stub, version, size, **behaviour)
        if content == "text":
            binary = b"this is release " + version.encode() + b", but no program\n"
        if content == "other_arch":
            binary = for_another_architecture(binary)
        release = Release(version, binary, asset_fault, checksum_fault, times, rate)
        self.releases[version] = release
        return release

    def close(self) -> None:
        self._gone.set()
        self.server.close()

    def hold(self, seconds: float) -> bool:
        """Wait; True when the server is being closed."""
        return self._gone.wait(seconds)


class _ReleaseHandler(QuietHandler):
    releases: ReleaseServer

    def do_GET(self) -> None:
        if source := re.fullmatch(rf"{SOURCE}/v([^/]+)\.zip", self.path):
            self._source(source[1])
            return
        match = re.fullmatch(rf"({DOWNLOAD}|/objects)/v([^/]+)/([^/]+)", self.path)
        release = self.releases.releases.get(match[2]) if match else None
        if match is None or release is None:
            self.answer(404, b"Not Found", "text/plain")
        elif match[3] == "sha256sum.txt":
            self._checksums(release)
        elif match[3] == "sha256sum.txt.minisig" and release.signature:
            self.answer(200, release.signature, "application/octet-stream")
        elif not match[3].startswith(f"lavap-v{release.version}-linux-"):
            self.answer(404, b"Not Found", "text/plain")
        elif match[1] == DOWNLOAD:
            self._redirect(release, f"/objects/v{match[2]}/{match[3]}")
        else:
            self._asset(release)

    do_HEAD = do_GET

    def _source(self, version: str) -> None:
        release = self.releases.releases.get(version)
        if release is None or not release.source:
            self.answer(404, b"Not Found", "text/plain")
        else:
            self.answer(200, release.source, "application/zip")

    def _checksums(self, release: Release) -> None:
        if release.checksum_fault == "missing":
            self.answer(404, b"Not Found", "text/plain")
        elif release.checksum_fault == "500":
            self.answer(500, b"oops", "text/plain")
        elif release.checksum_fault == "html":
            self.answer(200, HTML, "text/html")
        else:
            self.answer(200, release.checksums(), "application/octet-stream")

    def _redirect(self, release: Release, to: str) -> None:
        host = f"127.0.0.1:{self.releases.server.port}"
        location = f"https://{host}{to}"
        if release.asset_fault == "to_http":
            location = f"http://{host}{to}"
        elif release.asset_fault == "loop":
            location = f"https://{host}{self.path}"
        self.answer(302, b"", "", {"Location": location})

    def _asset(self, release: Release) -> None:
        fault = release.take_fault()
        request = Request(self.path, self.headers.get("Range", ""))
        self.releases.requests.append(request)
        if fault in ("404", "500", "html"):
            request.status = 200 if fault == "html" else int(fault)
            self.answer(request.status, HTML, "text/html")
        elif fault == "endless":
            self._endless(request)
        else:
            self._file(release, fault, request)

    def _file(self, release: Release, fault: str, request: Request) -> None:
        content, etag = release.content, f'"{release.sha256}"'
        if fault == "truncated":
            content = content[: len(content) // 2]
        elif fault == "corrupt":
            content = content[:-3] + bytes([content[-3] ^ 1]) + content[-2:]
        begin = 0
        asked = re.fullmatch(r"bytes=(\d+)-", request.range)
        if asked and self.headers.get("If-Range", etag) == etag:
            begin = int(asked[1])
        if begin >= len(content):
            request.status = 416
            self.answer(416, b"", "", {"Content-Range": f"bytes */{len(content)}"})
            return
        request.status = 206 if begin else 200
        self.send_response(request.status)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(content) - begin))
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("ETag", etag)
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        end = len(content)
        if fault in ("cut", "stall"):
            end = begin + (len(content) - begin) // 2
        if self.command != "HEAD":
            self._send(content[begin:end], release.rate, request)
        if fault == "stall":
            self.releases.hold(600)
        if end < len(content):
            self.close_connection = True

    def _send(self, content: bytes, rate: int, request: Request) -> None:
        step = min(CHUNK, max(1, rate // 20)) if rate else CHUNK
        begun = time.monotonic()
        for at in range(0, len(content), step):
            piece = content[at : at + step]
            self.wfile.write(piece)
            request.sent += len(piece)
            ahead = begun + (at + len(piece)) / rate - time.monotonic() if rate else 0
            if ahead > 0 and self.releases.hold(ahead):
                self.close_connection = True
                return

    def _endless(self, request: Request) -> None:
        request.status = 200
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        while not self.releases.hold(0):
            self.wfile.write(b"\0" * CHUNK)
            request.sent += CHUNK
