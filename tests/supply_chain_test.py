#!/usr/bin/env python3
# Holds what is said of the supply chain against the built program: README.md's table of libraries, and
# the software bill of materials.
# SPDX-License-Identifier: Apache-2.0
"""usage: supply_chain_test.py LAVAVISOR"""

import hashlib
import importlib.util
import json
import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
PROGRAM = Path(os.environ.get("LAVAVISOR", TOP / "build/src/lavavisor"))
SCRIPT = TOP / "src/packaging/sbom.py"
# Of the compiler, in every program.
OF_THE_COMPILER = {"libstdc++.so.6", "libgcc_s.so.1", "libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2"}
# Of sanitizers and coverage, in the builds for tests.
OF_TESTS = re.compile(r"lib(asan|ubsan|tsan|lsan|gcov|dl|rt|pthread|resolv)\.so")
# -dev packages of which the program has shared libraries, tools, or nothing: tests are made with it.
FOR_TESTS = {"libgtest-dev"}


def load_script():
    spec = importlib.util.spec_from_file_location("sbom", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules["sbom"] = module
    spec.loader.exec_module(module)
    return module


SBOM = load_script()


def sbom(version="1.2.3", **environment):
    done = subprocess.run(
        ["/usr/bin/python3", "-B", str(SCRIPT), str(PROGRAM), version],
        capture_output=True, timeout=300, check=True, env=os.environ | {"SOURCE_DATE_EPOCH": "1700000000"} | environment,
    )  # fmt: skip
    return done.stdout


@unittest.skipUnless(SBOM.output("dpkg-query", "--version"), "needs Debian's package database")
class Document(unittest.TestCase):
    """What SPDX 2.3 asks for, clause by clause, as far as it is used."""

    @classmethod
    def setUpClass(cls):
        cls.text = sbom()
        cls.document = json.loads(cls.text)

    def test_is_the_same_twice_whatever_locale_clock_zone_and_umask_say(self):
        before = os.umask(0o077)
        self.addCleanup(os.umask, before)
        self.assertEqual(sbom(TZ="Asia/Tokyo", LC_ALL="C.UTF-8", HOME="/nonexistent"), self.text)

    def test_says_of_itself_what_it_has_to(self):
        document = self.document
        self.assertEqual(document["spdxVersion"], "SPDX-2.3")
        self.assertEqual(document["dataLicense"], "CC0-1.0")
        self.assertEqual(document["SPDXID"], "SPDXRef-DOCUMENT")
        self.assertRegex(document["documentNamespace"], r"^https://[^#\s]+$")
        self.assertEqual(document["creationInfo"]["created"], "2023-11-14T22:13:20Z")
        for creator in document["creationInfo"]["creators"]:
            self.assertRegex(creator, r"^(Tool|Person|Organization): \S")
        self.assertEqual(document["documentDescribes"], ["SPDXRef-Package-lavavisor"])

    def test_names_each_element_once_and_every_relationship_has_both_ends(self):
        elements = [*self.document["packages"], *self.document["files"]]
        names = [element["SPDXID"] for element in elements] + ["SPDXRef-DOCUMENT"]
        self.assertEqual(len(names), len(set(names)))
        for name in names:
            self.assertRegex(name, r"^SPDXRef-[A-Za-z0-9.-]+$")
        kinds = {"DESCRIBES", "CONTAINS", "STATIC_LINK", "DYNAMIC_LINK", "DEPENDS_ON"}
        links = [tuple(link.values()) for link in self.document["relationships"]]
        self.assertEqual(len(links), len(set(links)))
        for one, kind, other in links:
            self.assertIn(one, names)
            self.assertIn(other, names)
            self.assertIn(kind, kinds)
        self.assertEqual({kind for _, kind, _ in links}, kinds)

    def test_has_of_each_package_what_is_required(self):
        for package in self.document["packages"]:
            for key in ("name", "SPDXID", "downloadLocation", "licenseConcluded", "licenseDeclared", "copyrightText"):
                self.assertTrue(package[key], package)
            self.assertIsInstance(package["filesAnalyzed"], bool)
            self.assertRegex(package["licenseDeclared"], r"^(NOASSERTION|[A-Za-z0-9.-]+( (AND|OR) [A-Za-z0-9.-]+)*)$")
            for reference in package.get("externalRefs", []):
                self.assertRegex(reference["referenceLocator"], r"^pkg:deb/debian/[a-z0-9.%B-]+@[^\s+:]+\?arch=[a-z0-9]+$")
        known = [package for package in self.document["packages"] if package["licenseDeclared"] != "NOASSERTION"]
        self.assertGreater(len(known), len(self.document["packages"]) // 2)

    def test_is_of_this_very_program(self):
        [file] = self.document["files"]
        digests = {entry["algorithm"]: entry["checksumValue"] for entry in file["checksums"]}
        self.assertEqual(digests["SHA256"], hashlib.sha256(PROGRAM.read_bytes()).hexdigest())
        self.assertEqual(digests["SHA1"], hashlib.sha1(PROGRAM.read_bytes()).hexdigest())
        [ours] = [package for package in self.document["packages"] if package["name"] == "lavavisor"]
        self.assertEqual((ours["versionInfo"], ours["licenseDeclared"]), ("1.2.3", "Apache-2.0"))

    def test_has_every_library_that_is_loaded(self):
        listed = " ".join(package.get("comment", "") for package in self.document["packages"])
        for library in SBOM.loaded(PROGRAM):
            self.assertIn(library, listed)

    def test_has_what_is_compiled_in(self):
        makefile = (TOP / "Makefile").read_text(encoding="utf-8")
        wanted = re.search(r"^PACKAGES = (.*?)(?<!\\)\n", makefile, re.MULTILINE | re.DOTALL)[1]
        development = {word for word in wanted.split() if word.endswith("-dev")} - FOR_TESTS
        loaded = {package["name"] for package in self.document["packages"]}
        for name in sorted(development):
            needs = SBOM.output("dpkg-query", "--show", "--showformat=${Depends}", name)
            has_library = any(re.match(r"[a-z0-9.+-]+", part.strip())[0] in loaded for part in needs.split(",") if part.strip())
            self.assertTrue(name in SBOM.COMPILED_IN or has_library, f"{name} is neither loaded nor said to be compiled in")


class Table(unittest.TestCase):
    """README.md's table of what the program links."""

    def rows(self):
        text = (TOP / "README.md").read_text(encoding="utf-8")
        section = re.search(r"^### What it is linked with\n(.*?)^#{2,3} ", text, re.MULTILINE | re.DOTALL)[1]
        return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("| `")]

    def test_has_each_library_that_the_program_asks_for_and_no_other(self):
        named = {row[0] for row in self.rows()}
        asked = {name for name in SBOM.needed(PROGRAM) if not OF_TESTS.match(name)} - OF_THE_COMPILER
        self.assertEqual({name for name in named if ".so" in name}, asked)
        self.assertEqual({name for name in named if ".so" not in name}, set(SBOM.COMPILED_IN))

    def test_says_of_each_its_package_its_licence_and_what_it_is_for(self):
        for row in self.rows():
            self.assertEqual(len(row), 4, row)
            self.assertTrue(all(row), row)
            if ".so" in row[0] and SBOM.output("dpkg-query", "--version"):
                path = SBOM.loaded(PROGRAM).get(row[0])
                self.assertEqual(SBOM.owner_of(path), row[1], row)


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        PROGRAM = Path(sys.argv.pop(1)).resolve()
    unittest.main()
