#!/usr/bin/env python3
# Holds the schema that editors read against the program: what one refuses the other refuses, but for
# the checks listed below that no schema can make.
# SPDX-License-Identifier: Apache-2.0
"""usage: schema_test.py [LAVAVISOR]     (the built program; else $LAVAVISOR, else build/src/lavavisor)"""

import copy
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jsonschema

TOP = Path(__file__).resolve().parent.parent
PROGRAM = Path(os.environ.get("LAVAVISOR", TOP / "build/src/lavavisor"))
SCHEMA = TOP / "schema/lavavisor.schema.json"
GOLDEN = TOP / "tests/golden/config"
CONTRACT = TOP / "tests/fixtures/config/contract/config.toml"

# Golden cases that the program refuses for what no schema can see, each with what that is.
_YAML = "what stands in the YAML file, and whether it is there"
_TWICE = "that of two values in two places the second is taken, in whatever spelling"
_COMPARED = "how two values compare"
_FRAGMENTS = "what the other fragments say"
BEYOND = {
    "addresses-clash": _TWICE,
    "endpoint-twice": _TWICE,
    "service-twice": _TWICE,
    "two-services-one-yaml": _TWICE,
    "health-timeout-not-longer-than-settle": _COMPARED,
    "quorum-too-large": _COMPARED,
    "fragments-hold-a-secret-twice": _FRAGMENTS,
    "fragments-name-a-service-twice": _FRAGMENTS,
    "fragments-without-a-chain": _FRAGMENTS,
    "yaml-empty": _YAML,
    "yaml-endpoints-empty": _YAML,
    "yaml-endpoints-of-wrong-kind": _YAML,
    "yaml-is-a-directory": _YAML,
    "yaml-keys-missing": _YAML,
    "yaml-missing": _YAML,
    "yaml-no-endpoints": _YAML,
    "yaml-syntax": _YAML,
    "yaml-tab": _YAML,
    "yaml-values-bad": _YAML,
}

# Strings that one form or another takes or refuses; every key is asked about some.
PROBES = [
    "", " ", "x", "a b", "a\tb", "a\nb", "a\n", "a\rb", "a\x00b", "\u00e9", "x" * 51, "x" * 201,
    "~", "~/x", "~user/x", "/x", "./x", "../x/", "a//b", "-x", ".x", "a..b", "a.service", "a:b", "a@b",
    "0", "0s", "0h0s", "1ms", "99ms", "100ms", "5s", "1h30m", "30m1h", "1s1s", "5", "5.5s", "-1s",
    "5 s", "1w", "10y", "0B", "1B", "1GiB", "1 GiB", "1gib", "1.5MB",
    "6.2.5", "v6.2.5", "vv6", "6..2", "6.2", "3.1.7-near-hf", "6/2", "6." + "1" * 70, "target",
    "min", "Target", "a" * 64, "A" * 64, "a" * 63, "g" * 64,
    "http://h", "http://h/", "HTTPS://H.Example/x?y=1", "https://h:65535/x", "https://h:65536",
    "https://h:0", "https://h:", "https://", "https:///x", "//h", "ftp://h/", "http://h x",
    "http://h/\u00e9", "http://u:p@h/", "http://@h/", "https://h/#f", "http://[::1]:80/",
    "http://::1/", "http://h_<>", "https://h/{version}-{os}-{arch}", "https://h/{version",
    "https://h/version}", "https://h/{Version}", "https://{arch}.h/{version}", "https://h:{os}/",
    "http://127.0.0.1:1/{version}", "http://localhost/{version}", "http://[::1]/{version}",
    "http://h/{version}", "http://localhost.evil/", "http://u@localhost/{version}",
    "tcp://h", "tcp://h:26657", "tcp://:26657", "TCP://h:1", "tcp://h:1/x?y", "ws://h:1",
    "rest+http://h:1317", "rest+https://h/x", "rest+https://h?x", "rest+https://h/#f", "rest+tcp://h:1",
    "127.0.0.1:80", "localhost:65535", ":80", "[::1]:80", "::1:80", "h:0", ":0", "h:65536", "h:", "h",
    "h:1/", "02:00-04:00", "Mon-Fri 02:00-04:00", " Sat, Sun 22:00-24:00 ", "Mon,,Tue 02:00-04:00",
    "monday 02:00-04:00", "Mon02:00-04:00", "24:00-02:00", "2:00-4:00", "02:00 - 04:00",
    "a.prom", "/x/a.prom", "~/a.prom", "~a.prom", ".prom", "a.prom/", "a.PROM",
    "cmd/lavap", "./cmd", ".", "./...", "cmd/", "/cmd", "-toolexec=x", "ExecStart", "from",
    "+/bin/sh", "@x", "..", ";", "a'b", "/x\\y", "/x\"y", "/x\x7f", "x\ufdd0", "x\uffff", "+x/lavap",
]

PUBLIC_KEY = "RWTl8Y0KUjf0IW4uMy1Zya9MPc6DW+DKg5XJIpKDXg/0K1P6i69ZVqkN"
OTHER_KEY = "RWSXEz2UCGp09+PbsvzuvXYJCza+z55YNxSyydYMM7zD9VLRlYbJAbEL"
PROBES += [PUBLIC_KEY, PUBLIC_KEY[:-1], PUBLIC_KEY + "=", PUBLIC_KEY + " ", PUBLIC_KEY + "\n", PUBLIC_KEY + "\r\n",
           PUBLIC_KEY + "\n\n", "\n" + PUBLIC_KEY, PUBLIC_KEY.replace("RW", "RU", 1), PUBLIC_KEY[:-4],
           f"untrusted comment: {'x' * 80}\n{PUBLIC_KEY}\n", f"untrusted comment: x\r\n{PUBLIC_KEY}\r\n",
           f"trusted comment: x\n{PUBLIC_KEY}\n", "untrusted comment: " + PUBLIC_KEY]

NAMES = ["a", "A_1", "1a", "a-b", "a b", "", "-a", "a=b", "from", "log-level", "LAVAVISOR_UNIT", "\u00e9",
         "6.2.5", "v6.2.5", "6.2", "6.2.10001", "6..2", "Service", "Timer", "X-Site", "X-Lavavisor", "X-a b"]

VALUES = ["x", 1, 0, -1, 1.5, True, False, [], ["x"], [""], [1], [["x"]], ["x", "a\nb"], {}, {"x": "y"}]

# Values that the program alone refuses, and why.
UNSEEN = {
    ("service", "config"): (lambda value: isinstance(value, str) and value, _YAML),
    ("chain", "quorum"): (lambda value: isinstance(value, int) and value > 2, _COMPARED),
}


def is_unseen(path, value):
    return path in UNSEEN and UNSEEN[path][0](value)



def files_below(folder):
    """The TOML files below it; what a link leads to stands elsewhere."""
    return sorted(each for each in folder.glob("**/*.toml") if not each.is_symlink())


def ecma_pattern(validator, pattern, instance, schema):
    """`pattern` as JSON Schema means it, where $ is the very end: to Python it is before a last \\n too."""
    if validator.is_type(instance, "string") and not re.search(re.sub(r"\$(?=$|\))", r"\\Z", pattern), instance):
        yield jsonschema.ValidationError(f"{instance!r} does not match {pattern!r}")


Validator = jsonschema.validators.extend(jsonschema.Draft7Validator, {"pattern": ecma_pattern})


def toml(value):
    """A value as TOML writes it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)} = {toml(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value)


def document(values):
    """A whole file; what follows a key in it is on one line."""
    return "".join(f"{json.dumps(name)} = {toml(value)}\n" for name, value in values.items())


def with_value(values, path, value):
    """`values` with `value` at the dotted `path`; lists of tables are gone into at their first."""
    out = copy.deepcopy(values)
    at = out
    *tables, last = path
    for name in tables:
        at = at.setdefault(name, {})
        at = at[0] if isinstance(at, list) else at
    at[last] = value
    return out


class Keys:
    """The schema's keys, each with its node, and its tables."""

    def __init__(self, schema):
        self.schema = schema
        self.leaves = {}
        self.open_tables = {}
        self.closed_tables = []
        self._walk(schema, ())

    def resolved(self, node):
        while "$ref" in node:
            target = self.schema
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = target
        return node

    def types(self, node):
        node = self.resolved(node)
        found = {node["type"]} if "type" in node else set()
        return found.union(*(self.types(part) for part in node.get("allOf", []) + node.get("anyOf", [])))

    def _walk(self, node, path):
        node = self.resolved(node)
        items = self.resolved(node.get("items", {}))
        if "properties" in node:
            self.closed_tables.append(path)
            for name, child in node["properties"].items():
                self._walk(child, (*path, name))
        elif "properties" in items:
            self._walk(items, path)
        elif node.get("type") == "object":
            self.open_tables[path] = node
        else:
            self.leaves[path] = node


LAVAP = {"from", "keyring_backend", "geolocation", "node", "config"}


def base_for(path):
    """A small configuration in which the key at `path` makes sense. Its scope is none: what depends on
    whether root asks is no matter of the file's."""
    base = {"directory": "/x", "chain": {"id": "lava-testnet-2", "endpoints": ["tcp://127.0.0.1:26657"]},
            "systemd": {"scope": "none"}}
    if path == ("notify", "chat"):
        base["notify"] = {"format": "telegram"}
    if path == ("binary", "verify"):
        base["binary"] = {"release": {"public_key": PUBLIC_KEY}}
    if path == ("chain", "quorum"):
        base["chain"]["endpoints"].append("tcp://127.0.0.2:26657")
    if path[0] == "service":
        of_lavap = {"name": "p", "type": "provider", "from": "k", "config": "provider.yml"}
        of_cache = {"name": "c", "type": "cache", "address": "127.0.0.1:1"}
        of_custom = {"name": "x", "type": "custom", "command": ["lavap"]}
        is_lavaps = len(path) > 1 and (path[1] in LAVAP or path[1] in ("flags", "log_level"))
        base["service"] = [of_lavap if is_lavaps else of_cache if "address" in path else of_custom]
    if path[-2:] in (("health", "settle"), ("health", "timeout")):  # apart from each other
        other, value = ("timeout", "9999h") if path[-1] == "settle" else ("settle", "0s")
        base = with_value(base, (*path[:-1], other), value)
    return base


class Agreement(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
        Validator.check_schema(cls.schema)
        cls.keys = Keys(cls.schema)
        cls.of_files = Validator(cls.schema)
        cls.of_fragments = Validator({key: value for key, value in cls.schema.items()
                                      if key not in ("required", "allOf")})
        cls.folder = tempfile.TemporaryDirectory(prefix="schema-test-")
        cls.addClassCleanup(cls.folder.cleanup)
        yaml = (TOP / "tests/fixtures/config/contract/provider-ETH1.yml").read_text(encoding="utf-8")
        for name in ("provider.yml", "provider-eth1.yml"):
            (Path(cls.folder.name) / name).write_text(yaml, encoding="utf-8")

    def schema_takes(self, text, *, is_fragment=False):
        """What an editor says of `text`; of a fragment, with the schema that lavavisor.toml(5) makes."""
        try:
            values = tomllib.loads(text.decode("utf-8"))
        except (ValueError, RecursionError):
            return False
        return (self.of_fragments if is_fragment else self.of_files).is_valid(values)

    @staticmethod
    def program_takes(file, name=None):
        done = subprocess.run([str(PROGRAM), "validate", name or str(file)], capture_output=True, timeout=60,
                              cwd=file.parent, stdin=subprocess.DEVNULL, check=False,
                              env={**os.environ, "HOME": "/root"})
        assert done.returncode in (0, 3), (file, done)
        return done.returncode == 0

    def verdict(self, number, values):
        """Of program and schema."""
        text = document(values).encode()
        file = Path(self.folder.name) / f"{number}.toml"
        file.write_bytes(text)
        taken = self.program_takes(file)
        file.unlink()
        return taken, self.schema_takes(text)

    def verdicts(self, cases):
        """(what, path, value, program's, schema's) of each (what, path, value, values)."""
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            found = pool.map(lambda case: self.verdict(case[0], case[1][3]), enumerate(cases))
            return [(*case[:3], *both) for case, both in zip(cases, found)]

    def assert_agreement(self, cases):
        self.assertGreater(len(cases), 10)
        different = [f"{'.'.join(path)} = {value!r} ({what}): program {says[taken]}, schema {says[seen]}"
                     for says in ({True: "takes it", False: "refuses it"},)
                     for what, path, value, taken, seen in self.verdicts(cases) if taken != seen]
        self.assertEqual(different, [], "\n".join(["", *different]))

    def golden_verdicts(self, case):
        folder = case / "config.d"
        if folder.is_dir():
            files = [each for each in sorted(folder.glob("[!.]*.toml")) if not each.is_dir()]
            seen = bool(files) and all(each.exists() and self.schema_takes(each.read_bytes(), is_fragment=True)
                                       for each in files)
            return self.program_takes(folder, "config.d"), seen
        file = case / "config.toml"
        return self.program_takes(file, "config.toml"), file.exists() and self.schema_takes(file.read_bytes())

    @unittest.skipIf(os.geteuid() != 0, "the golden cases are recorded as root sees them")
    def test_golden_cases_have_one_verdict(self):
        cases = sorted(each for each in GOLDEN.iterdir() if each.is_dir())
        self.assertGreater(len(cases), 100)
        self.assertEqual(set(BEYOND) - {case.name for case in cases}, set())
        for case in cases:
            with self.subTest(case.name):
                taken, seen = self.golden_verdicts(case)
                recorded = (case / "findings.txt").read_text(encoding="utf-8").splitlines()[-1]
                self.assertEqual(taken, recorded == "valid")
                if case.name in BEYOND:
                    self.assertFalse(taken, "listed, but the program takes it")
                    self.assertTrue(seen, "listed, but the schema sees it: strike it off the list")
                else:
                    self.assertEqual(seen, taken)

    def test_the_contracts_example_is_taken(self):
        self.assertTrue(self.schema_takes(CONTRACT.read_bytes()))

    def test_every_key_is_told_of(self):
        for path, node in self.keys.leaves.items():
            with self.subTest(".".join(path)):
                words = node.get("description", "")
                self.assertTrue(words)
                is_required = path[-1] in ("id", "endpoints", "name", "type", "config")
                self.assertTrue(is_required or "default" in node or "Default:" in words
                                or path[-1] == "address", "says no default")
                if not {"enum", "const"} & set(node) and self.keys.types(node) != {"boolean"}:
                    self.assertTrue(node.get("examples"), "has no example")
        for path, node in self.keys.open_tables.items():
            with self.subTest(".".join(path)):
                self.assertTrue(node.get("description") and node.get("examples"))

    def test_defaults_and_examples_are_taken_by_both(self):
        cases = []
        for path, node in {**self.keys.leaves, **self.keys.open_tables}.items():
            given = [node["default"]] if "default" in node else []
            for value in [*given, *node.get("examples", [])]:
                base = base_for(path)
                if path == ("service", "command"):
                    if not value:
                        continue  # the default of the types that take none
                cases.append(("given", path, value, with_value(base, path, value)))
        self.assertGreater(len(cases), 100)
        refused = [(path, value, taken, seen) for _, path, value, taken, seen in self.verdicts(cases)
                   if not (taken and seen) and path != ("notify", "chat")]
        self.assertEqual(refused, [])

    def test_wrong_types_and_bounds_have_one_verdict(self):
        cases = []
        for path, node in self.keys.leaves.items():
            values = [*VALUES, *node.get("enum", []), *(f"{word}x" for word in node.get("enum", []))]
            for bound in ("minimum", "maximum"):
                values += [node[bound] + step for step in (-1, 0, 1)] if bound in node else []
            cases += [("a value", path, value, with_value(base_for(path), path, value))
                      for value in values if not is_unseen(path, value)]
        self.assert_agreement(cases)

    def probes(self, node, seen):
        """All of PROBES for the first key of its form, and a sixth of them, another each time, for the others."""
        words = ("description", "default", "examples")
        form = json.dumps({name: part for name, part in node.items() if name not in words}, sort_keys=True)
        seen[form] = seen.get(form, 0) + 1
        return PROBES if seen[form] == 1 else PROBES[seen[form] % 6::6]

    def test_strings_of_all_forms_have_one_verdict(self):
        cases, seen = [], {}
        for path, node in self.keys.leaves.items():
            if path[0] == "defaults" or "enum" in node:
                continue  # the same as the services' own
            for probe in self.probes(node, seen):
                if "string" in self.keys.types(node) and not is_unseen(path, probe):
                    cases.append(("a string", path, probe, with_value(base_for(path), path, probe)))
                if "array" in self.keys.types(node):
                    cases.append(("in a list", path, [probe], with_value(base_for(path), path, [probe])))
        self.assertGreater(len(cases), 1000)
        self.assert_agreement(cases)

    def test_names_in_open_tables_have_one_verdict(self):
        cases = []
        for path, node in self.keys.open_tables.items():
            example = next(iter(node["examples"][0].values()))
            for name in NAMES:
                cases.append(("a name", path, name, with_value(base_for(path), path, {name: example})))
            others = [*VALUES, *("6.2.5", "a" * 64)]
            name = next(iter(node["examples"][0]))
            cases += [("a value", path, value, with_value(base_for(path), path, {name: value})) for value in others]
            cases += [("in place of the table", path, value, with_value(base_for(path), path, value))
                      for value in VALUES]
        sections = ("Unit", "Service", "X-Site")
        for key in ("ExecStart", "ExecStartPre", "Type", "A b", ""):
            cases += [("a unit's key", ("defaults", "unit"), f"{section}.{key}",
                       with_value(base_for(("defaults",)), ("defaults", "unit"), {section: {key: "x"}}))
                      for section in sections]
        self.assert_agreement(cases)

    def test_unknown_keys_are_refused_by_both(self):
        cases = [("unknown", path, "nonsense", with_value(base_for((*path, "x")), (*path, "nonsense"), 1))
                 for path in self.keys.closed_tables]
        self.assertGreater(len(cases), 10)
        for _, path, _, taken, seen in self.verdicts(cases):
            with self.subTest(".".join(path)):
                self.assertFalse(taken or seen)

    def test_services_have_one_verdict_by_type(self):
        own = self.keys.schema["properties"]["service"]["items"]["properties"]
        cases = []
        for kind in own["type"]["enum"]:
            for key, node in own.items():
                if key in ("name", "type", "config"):
                    continue
                value = {"default": 1, **self.keys.resolved(node)}
                value = value.get("examples", [value["default"]])[0]
                for has in (True, False):
                    service = {"name": "s", "type": kind, key: value}
                    if has:
                        service |= {"config": "provider.yml"} if kind in ("provider", "consumer") else \
                            {"address": "127.0.0.1:1"} if kind == "cache" else {"command": ["lavap"]}
                    cases.append((f"{kind}, {has}", ("service", key), value, base_for(("x",)) | {"service": [service]}))
        for defaults in ({"address": "127.0.0.1:1"}, {"command": ["lavap"]}, {"command": []}, {"user": "lava"},
                         {"node": "tcp://h:1"}):
            for kind in own["type"]["enum"]:
                for scope in ("none", "user"):
                    for endpoint in ("tcp://h:1", "rest+http://h:1"):
                        service = {"name": "s", "type": kind}
                        service |= {"config": "provider.yml"} if kind in ("provider", "consumer") else {}
                        values = base_for(("x",)) | {"service": [service], "defaults": defaults,
                                                     "systemd": {"scope": scope}}
                        values["chain"]["endpoints"] = [endpoint]
                        cases.append((f"{kind}, {scope}, {endpoint}", ("defaults",), defaults, values))
        self.assert_agreement(cases)

    def test_notify_has_one_verdict(self):
        cases = []
        for notify in ({"webhook": "https://h/"}, {"webhook": "https://h/", "webhook_file": "x"},
                       {"webhook": "", "webhook_file": "x"}, {"webhook": "https://h/", "webhook_file": ""},
                       {"format": "telegram"}, {"format": "telegram", "chat": ""}, {"format": "slack", "chat": ""},
                       {"format": "telegram", "chat": "1"}, {"format": "json", "chat": "1"}, {"chat": "1"},
                       {"webhook_file": "https://h/"}, {"token_file": "https://h/"}, {"webhook": "https://u@h/"},
                       {"webhook": "https://h/@u"}):
            cases.append(("notify", ("notify",), notify, base_for(("x",)) | {"notify": notify}))
        self.assert_agreement(cases)

    def test_signing_has_one_verdict(self):
        cases = []
        for verify in ("signature", "checksum", "none"):
            for release in ({}, {"public_key": ""}, {"public_key": []}, {"public_key": PUBLIC_KEY},
                            {"public_key": [PUBLIC_KEY]}, {"public_key": [PUBLIC_KEY, OTHER_KEY]},
                            {"public_key": [PUBLIC_KEY, PUBLIC_KEY]}, {"public_key": [PUBLIC_KEY, ""]},
                            {"public_key": PUBLIC_KEY, "checksums": ""}, {"signature": "https://h/{version}"},
                            {"public_key": PUBLIC_KEY, "signature": "http://h/{version}"}):
                values = {"verify": verify, "release": release}
                cases.append((verify, ("binary",), values, base_for(("x",)) | {"binary": values}))
        cases.append(("without", ("binary",), {}, base_for(("x",)) | {"binary": {"verify": "signature"}}))
        self.assert_agreement(cases)

    def assert_examples_lead_to_the_schema(self, examples, schema):
        self.assertGreaterEqual(len(examples), 6)
        for example in examples:
            with self.subTest(str(example)):
                first = example.read_text(encoding="utf-8").split("\n", 1)[0]
                self.assertRegex(first, r"^#:schema \S+$")
                self.assertEqual((example.parent / first.split()[1]).resolve(), schema)

    def test_every_example_leads_editors_to_the_schema(self):
        self.assert_examples_lead_to_the_schema(files_below(TOP / "examples"), SCHEMA)

    def test_so_does_every_example_that_is_installed(self):
        script = PROGRAM.parent.parent / "examples/cmake_install.cmake"
        if not script.exists():
            self.skipTest(f"{script.parent} is no build directory")
        with tempfile.TemporaryDirectory(prefix="schema-test-") as prefix:
            subprocess.run(["cmake", f"-DCMAKE_INSTALL_PREFIX={prefix}", "-P", str(script)], check=True,
                           timeout=60, stdout=subprocess.DEVNULL)
            share = Path(prefix).resolve() / "share/lavavisor"
            schema = share / "schema/lavavisor.schema.json"
            self.assertEqual(schema.read_bytes(), SCHEMA.read_bytes())
            self.assert_examples_lead_to_the_schema(files_below(share / "examples"), schema)


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        PROGRAM = Path(sys.argv.pop(1)).resolve()
    unittest.main()
