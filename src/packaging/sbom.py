#!/usr/bin/python3
# The software bill of materials of a built lavavisor: an SPDX 2.3 document in JSON that names the
# program by its digest, every shared library that it loads, and what is compiled into it, by the
# Debian packages that they come from. The same program on the same packages gives the same bytes.
# SPDX-License-Identifier: Apache-2.0
"""usage: sbom.py PROGRAM VERSION > lavavisor.spdx.json     (time: $SOURCE_DATE_EPOCH, else the program's)"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# Debian packages whose code is compiled into the program: libraries that are headers only, and those
# linked as archives. tests/supply_chain_test.py holds this list against what the compiler read.
COMPILED_IN = {
    "libcli11-dev": "header-only: the command line",
    "libexpected-dev": "header-only: tl::expected, the type of every result",
    "libsqlitecpp-dev": "linked statically: SQLite from C++",
    "rapidjson-dev": "header-only: the chain's answers",
}
# The short names of Debian's copyright files (copyright-format/1.0) in SPDX's words.
LICENCES = {
    "expat": "MIT",
    "mit": "MIT",
    "apache-2.0": "Apache-2.0",
    "artistic": "Artistic-1.0-Perl",
    "bsd-2-clause": "BSD-2-Clause",
    "bsd-3-clause": "BSD-3-Clause",
    "bsl-1.0": "BSL-1.0",
    "cc0-1.0": "CC0-1.0",
    "curl": "curl",
    "isc": "ISC",
    "zlib": "Zlib",
    "gpl-1+": "GPL-1.0-or-later",
    "gpl-2": "GPL-2.0-only",
    "gpl-2+": "GPL-2.0-or-later",
    "gpl-2.0+": "GPL-2.0-or-later",
    "gpl-3": "GPL-3.0-only",
    "gpl-3+": "GPL-3.0-or-later",
    "lgpl-2": "LGPL-2.0-only",
    "lgpl-2+": "LGPL-2.0-or-later",
    "lgpl-2.0+": "LGPL-2.0-or-later",
    "lgpl-2.1": "LGPL-2.1-only",
    "lgpl-2.1+": "LGPL-2.1-or-later",
    "lgpl-3": "LGPL-3.0-only",
    "lgpl-3+": "LGPL-3.0-or-later",
    "openldap-2.8": "OLDAP-2.8",
}
NOTHING_SAID = "NOASSERTION"


def output(*argv: str) -> str:
    """What a command prints; "" where it fails."""
    environment = os.environ | {"LC_ALL": "C"}
    done = subprocess.run(argv, capture_output=True, text=True, env=environment, check=False)
    return done.stdout if done.returncode == 0 else ""


def needed(file: Path) -> list[str]:
    """The names of the shared libraries that an ELF file asks for itself."""
    return re.findall(r"\(NEEDED\).*\[([^\]]+)\]", output("readelf", "--dynamic", str(file)))


def loaded(program: Path) -> dict[str, Path]:
    """Where the dynamic linker finds each library, those that libraries ask for too."""
    found = re.findall(r"^\s*(\S+) => (/\S+)", output("ldd", str(program)), re.MULTILINE)
    loader = re.findall(r"^\s*(/\S+/(ld-linux\S*))", output("ldd", str(program)), re.MULTILINE)
    return {name: Path(path) for name, path in found} | {name: Path(path) for path, name in loader}


@dataclass
class Package:
    """A Debian package; `name` alone where no package is known."""

    name: str
    version: str = ""
    architecture: str = ""
    homepage: str = ""
    licence: str = NOTHING_SAID
    said_licence: str = ""
    libraries: set[str] = field(default_factory=set)

    @property
    def spdx_id(self) -> str:
        return "SPDXRef-Package-" + re.sub(r"[^A-Za-z0-9.-]", "-", self.name)


def licence_of(package: str) -> tuple[str, str]:
    """The licence of most of a package's files, in SPDX's words and in those of its copyright file."""
    try:
        text = Path(f"/usr/share/doc/{package}/copyright").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return NOTHING_SAID, ""
    if "copyright-format/1" not in text.split("\n\n", 1)[0]:
        return NOTHING_SAID, ""
    for paragraph in re.split(r"\n\s*\n", text):
        if re.search(r"^Files:\s*\*\s*$", paragraph, re.MULTILINE):
            if said := re.search(r"^License:\s*(\S.*?)\s*$", paragraph, re.MULTILINE):
                return in_spdx(said[1]), said[1]
    return NOTHING_SAID, ""


def in_spdx(said: str) -> str:
    """A Debian licence line as an SPDX expression, where every word of it is known."""
    words = re.split(r"\s+(and|or)\s+", said)
    terms = [LICENCES.get(word.lower(), "") if index % 2 == 0 else word.upper() for index, word in enumerate(words)]
    expression = " ".join(terms)
    return expression if all(terms) else NOTHING_SAID


def debian_package(name: str) -> Package:
    wanted = "${Package}\t${Version}\t${Architecture}\t${Homepage}\n"
    line = output("dpkg-query", "--show", f"--showformat={wanted}", name).split("\n")[0]
    if not line:
        return Package(name)
    package = Package(*line.split("\t"))
    package.licence, package.said_licence = licence_of(package.name)
    return package


def owner_of(library: Path) -> str:
    """The Debian package that a library is from; "" = none."""
    real = library.resolve()
    for path in (real, Path(str(real).removeprefix("/usr")), library):
        if answer := output("dpkg-query", "--search", str(path)):
            return answer.split(":")[0].split(",")[0]
    return ""


def packages_of(libraries: dict[str, Path]) -> tuple[dict[str, Package], dict[str, str]]:
    """Every package that has something in the program, and the package of each library."""
    packages: dict[str, Package] = {}
    owners: dict[str, str] = {}
    for library, path in sorted(libraries.items()):
        owner = owner_of(path)
        owners[library] = owner or library
        if owners[library] not in packages:
            packages[owners[library]] = debian_package(owner) if owner else Package(library)
        packages[owners[library]].libraries.add(library)
    for name in COMPILED_IN:
        packages[name] = debian_package(name)
    return packages, owners


def described(package: Package) -> dict[str, Any]:
    """A package as the document has it."""
    entry: dict[str, Any] = {
        "SPDXID": package.spdx_id,
        "name": package.name,
        "downloadLocation": NOTHING_SAID,
        "filesAnalyzed": False,
        "licenseConcluded": NOTHING_SAID,
        "licenseDeclared": package.licence,
        "copyrightText": NOTHING_SAID,
        "primaryPackagePurpose": "LIBRARY",
    }
    if package.version:
        quoted = package.version.replace(":", "%3A").replace("+", "%2B").replace("~", "~")
        entry |= {
            "versionInfo": package.version,
            "supplier": "Organization: Debian",
            "externalRefs": [
                {
                    "referenceCategory": "PACKAGE-MANAGER",
                    "referenceType": "purl",
                    "referenceLocator": f"pkg:deb/debian/{package.name.replace('+', '%2B')}@{quoted}?arch={package.architecture}",
                }
            ],
        }
    if package.homepage:
        entry["homepage"] = package.homepage
    if package.said_licence and package.licence == NOTHING_SAID:
        entry["licenseComments"] = f"its Debian copyright file says: {package.said_licence}"
    comment = COMPILED_IN.get(package.name) or ", ".join(sorted(package.libraries))
    if comment:
        entry["comment"] = comment
    return entry


def link(one: str, kind: str, other: str) -> dict[str, str]:
    return {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other}


def relationships(program: Path, libraries: dict[str, Path], packages: dict[str, Package], owners: dict[str, str]) -> list[dict[str, str]]:
    ours, file = "SPDXRef-Package-lavavisor", "SPDXRef-File-lavavisor"
    links = [link("SPDXRef-DOCUMENT", "DESCRIBES", ours), link(ours, "CONTAINS", file)]
    links += [link(file, "STATIC_LINK", packages[name].spdx_id) for name in sorted(COMPILED_IN)]
    direct = {owners[library] for library in needed(program) if library in owners}
    links += [link(file, "DYNAMIC_LINK", packages[name].spdx_id) for name in sorted(direct)]
    links += [link(ours, "DEPENDS_ON", packages[name].spdx_id) for name in sorted(packages)]
    among = {
        (owners[library], owners[other])
        for library, path in libraries.items()
        for other in needed(path)
        if other in owners and owners[other] != owners[library]
    }
    return links + [link(packages[one].spdx_id, "DEPENDS_ON", packages[other].spdx_id) for one, other in sorted(among)]


def document(program: Path, version: str) -> dict[str, Any]:
    content = program.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    sha1 = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    seconds = int(os.environ.get("SOURCE_DATE_EPOCH") or program.stat().st_mtime)
    libraries = loaded(program)
    packages, owners = packages_of(libraries)
    ours = {
        "SPDXID": "SPDXRef-Package-lavavisor",
        "name": "lavavisor",
        "versionInfo": version,
        "downloadLocation": NOTHING_SAID,
        "filesAnalyzed": True,
        # SPDX 2.3, 7.9: the SHA-1 of the sorted SHA-1s of all files; there is one.
        "packageVerificationCode": {"packageVerificationCodeValue": hashlib.sha1(sha1.encode(), usedforsecurity=False).hexdigest()},
        "hasFiles": ["SPDXRef-File-lavavisor"],
        "licenseConcluded": "Apache-2.0",
        "licenseDeclared": "Apache-2.0",
        "licenseInfoFromFiles": ["Apache-2.0"],
        "copyrightText": NOTHING_SAID,
        "primaryPackagePurpose": "APPLICATION",
    }
    file = {
        "SPDXID": "SPDXRef-File-lavavisor",
        "fileName": "./lavavisor",
        "fileTypes": ["BINARY"],
        "checksums": [
            {"algorithm": "SHA1", "checksumValue": sha1},
            {"algorithm": "SHA256", "checksumValue": sha256},
        ],
        "licenseConcluded": "Apache-2.0",
        "licenseInfoInFiles": ["Apache-2.0"],
        "copyrightText": NOTHING_SAID,
    }
    created = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"lavavisor-{version}",
        "documentNamespace": f"https://spdx.org/spdxdocs/lavavisor-{version}-{sha256}",
        "creationInfo": {
            "created": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "creators": ["Tool: lavavisor-sbom.py"],
            "comment": "What the program was linked with where it was built; where it runs, other versions of the shared libraries may be loaded.",
        },
        "documentDescribes": ["SPDXRef-Package-lavavisor"],
        "packages": [ours] + [described(packages[name]) for name in sorted(packages)],
        "files": [file],
        "relationships": relationships(program, libraries, packages, owners),
    }


def main() -> int:
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 3
    json.dump(document(Path(sys.argv[1]), sys.argv[2]), sys.stdout, indent=2)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
