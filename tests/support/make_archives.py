#!/usr/bin/python3
"""Writes source archives, good and hostile ones, into a folder; each is named as its case is.

usage: make_archives.py FOLDER
SPDX-License-Identifier: Apache-2.0
"""

import io
import sys
import tarfile
import warnings
import zipfile
from pathlib import Path

FOLDER = Path(sys.argv[1])
MAIN = b"package main\n"


def member(name: str, content: bytes = MAIN, **fields: object) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for field, value in fields.items():
        setattr(info, field, value)
    if info.type != tarfile.REGTYPE:
        info.size = 0
    return info, content


def folder(name: str) -> tuple[tarfile.TarInfo, bytes]:
    return member(name, b"", type=tarfile.DIRTYPE, mode=0o755)


def tar(case: str, *members: tuple[tarfile.TarInfo, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    target = FOLDER / f"{case}.tar.gz"
    with tarfile.open(target, "w:gz", format=form) as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content))
    return target.read_bytes()


def zip_of(case: str, *files: tuple[str, bytes]) -> bytes:
    target = FOLDER / f"{case}.zip"
    with warnings.catch_warnings(), zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # of names that are there twice
        for name, content in files:
            archive.writestr(name, content)
    return target.read_bytes()


def zip_link(case: str, name: str, to: str) -> None:
    with zipfile.ZipFile(FOLDER / f"{case}.zip", "w") as archive:
        info = zipfile.ZipInfo(name)
        info.create_system = 3
        info.external_attr = 0o120777 << 16
        archive.writestr(info, to)


def good() -> None:
    files = (("lava-1.0/", b""), ("lava-1.0/go.mod", b"module lava\n"), ("lava-1.0/cmd/lavap/main.go", MAIN))
    content = zip_of("good", *files)
    (FOLDER / "truncated.zip").write_bytes(content[: len(content) // 2])
    encrypted = bytearray(content)
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = encrypted.find(signature)
        while at >= 0:
            encrypted[at + flags] |= 1
            at = encrypted.find(signature, at + 1)
    (FOLDER / "encrypted.zip").write_bytes(encrypted)
    content = tar(
        "good",
        folder("lava-1.0"),
        member("lava-1.0/go.mod", b"module lava\n"),
        member("lava-1.0/cmd/lavap/main.go"),
        member("lava-1.0/build.sh", b"#!/bin/sh\n", mode=0o6777),
    )
    (FOLDER / "truncated.tar.gz").write_bytes(content[: len(content) - 40])
    tar("dotted", folder("./"), folder("./lava-1.0"), member("./lava-1.0//go.mod", b"module lava\n"))
    zip_of("unicode", ("lava-1.0/h\u00e9.go", MAIN))


def hostile() -> None:
    zip_of("parent", ("lava-1.0/../../outside", MAIN))
    tar("parent", member("lava-1.0/../../outside"))
    tar("absolute", member("/tmp/outside"))
    zip_of("absolute", ("/tmp/outside", MAIN))
    tar("control", member("lava-1.0/a\x1b[2J"))
    tar("long", member("lava-1.0/" + "a" * 300))
    tar("symlink", member("lava-1.0/a", type=tarfile.SYMTYPE, linkname="/etc"), member("lava-1.0/a/passwd"))
    zip_link("symlink", "lava-1.0/a", "/etc")
    tar("hardlink", member("lava-1.0/a"), member("lava-1.0/b", type=tarfile.LNKTYPE, linkname="lava-1.0/a"))
    tar("hardlink-outside", member("lava-1.0/b", type=tarfile.LNKTYPE, linkname="/etc/passwd"))
    tar("device", member("lava-1.0/null", type=tarfile.CHRTYPE, devmajor=1, devminor=3))
    tar("fifo", member("lava-1.0/pipe", type=tarfile.FIFOTYPE))
    tar("twice", member("lava-1.0/a"), member("lava-1.0/a"))
    zip_of("twice", ("lava-1.0/a", MAIN), ("lava-1.0/a", b"another"))
    tar("file-and-folder", member("lava-1.0/a"), member("lava-1.0/a/b"))
    tar("folder-and-file", member("lava-1.0/a/b"), member("lava-1.0/a"))
    tar("two-tops", member("lava-1.0/a"), member("lava-2.0/a"))
    tar("no-top", member("go.mod"))
    tar("empty")
    zip_of("empty")
    zip_of("bomb", ("lava-1.0/zeros", b"\0" * (3 << 20)))
    tar("bomb", *(member(f"lava-1.0/{i}", b"\0" * (1 << 20)) for i in range(3)))
    tar("many", *(member(f"lava-1.0/{i}", b"") for i in range(60)))
    (FOLDER / "text.zip").write_bytes(b"<!DOCTYPE html><html>Sign in</html>\n")
    (FOLDER / "nothing.zip").write_bytes(b"")


if __name__ == "__main__":
    good()
    hostile()
