#!/usr/bin/env python3
# Holds the documentation against the program: commands, options, configuration keys, exit codes and
# examples are what the built binary and the schema say they are.
# SPDX-License-Identifier: Apache-2.0
"""usage: docs_test.py [LAVAVISOR]     (the built program; else $LAVAVISOR, else build/src/lavavisor)"""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import unittest
from pathlib import Path

import jsonschema

TOP = Path(__file__).resolve().parent.parent
PROGRAM = Path(os.environ.get("LAVAVISOR", TOP / "build/src/lavavisor"))
SCHEMA = TOP / "schema/lavavisor.schema.json"
EXAMPLES = sorted(TOP.glob("examples/**/config.toml"))
MAN_PAGES = sorted(TOP.glob("man/*.[1-9]"))

# What the contract plans and a later release brings; README.md names them as such.
LATER_COMMANDS = set()


def run(*words):
    return subprocess.run([str(PROGRAM), *words], capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL, check=False)


def man(name):
    return (TOP / "man" / name).read_text(encoding="utf-8")


def commands():
    """The commands that `lavavisor --help` lists."""
    listed = re.split(r"^\s*(?:Commands|Subcommands|COMMANDS):?\s*$", run("--help").stdout,
                      maxsplit=1, flags=re.MULTILINE | re.IGNORECASE)[-1]
    return re.findall(r"^  ([a-z][a-z-]+)(?:\s|$)", listed, re.MULTILINE)


def options(command):
    """The long options in the help of a command, or of the program ("")."""
    text = run(*([command] if command else []), "--help").stdout
    return set(re.findall(r"(?<![\w-])--([a-z][a-z_-]+)", text))


def resolve(node, schema):
    while "$ref" in node:
        target = schema
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def keys(node, schema, path=""):
    """Every key that the schema knows, as "binary.release.url", "service.env.*"."""
    node = resolve(node, schema)
    found = set()
    for part in node.get("allOf", []) + node.get("anyOf", []) + node.get("oneOf", []):
        found |= keys(part, schema, path)
    for name, child in node.get("properties", {}).items():
        below = keys(child, schema, f"{path}{name}.")
        found |= below or {path + name}
    if isinstance(node.get("items"), dict):
        found |= keys(node["items"], schema, path)
    others = list(node.get("patternProperties", {}).values())
    if isinstance(node.get("additionalProperties"), dict):
        others.append(node["additionalProperties"])
    for child in others:
        found |= keys(child, schema, f"{path}*.") or {path + "*"}
    return found


def used(value, path=""):
    """Every key that a configuration has, lists of tables folded into one."""
    if isinstance(value, dict):
        return set().union(*(used(child, f"{path}.{name}" if path else name)
                             for name, child in value.items()), {path})
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return set().union(*(used(child, path) for child in value))
    return {path}


def plain(key):
    """The key as the man page heads it: what [defaults] may hold is told of at service.*, what
    health holds at health.*, and tables with names of the operator's at the table."""
    key = re.sub(r"^defaults\.", "service.", key)
    key = re.sub(r"^service\.health\.", "health.", key)
    return re.sub(r"(\.\*)+$", "", key)


class Documentation(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
        cls.keys = keys(cls.schema, cls.schema)
        cls.commands = commands()

    def test_help_lists_commands(self):
        for command in ("validate", "plan", "apply", "status", "history", "schema", "version"):
            self.assertIn(command, self.commands)

    def test_every_command_is_in_the_manual_and_the_readme(self):
        manual, readme = man("lavavisor.1"), (TOP / "README.md").read_text(encoding="utf-8")
        for command in self.commands:
            with self.subTest(command):
                self.assertRegex(manual, rf"(?m)^\.It Cm {re.escape(command)}$")
                self.assertRegex(manual, rf"(?m)^\.Cm {re.escape(command)}$")
                self.assertRegex(readme, rf"(?m)^\| `{re.escape(command)}\b")

    def test_the_manual_has_no_command_that_the_program_lacks(self):
        section = man("lavavisor.1").split(".Ss Commands")[1].split(".Ss ")[0]
        documented = set(re.findall(r"(?m)^\.It Cm ([a-z-]+)$", section))
        self.assertEqual(documented - set(self.commands), set())

    def test_every_option_is_in_the_manual(self):
        manual = man("lavavisor.1")
        for command in ["", *self.commands]:
            for option in options(command):
                with self.subTest(f"{command} --{option}"):
                    self.assertRegex(manual, rf"\.(It )?Fl (\w , Fl )?-{option}\b")

    def test_the_readme_names_what_comes_later_as_such(self):
        readme = (TOP / "README.md").read_text(encoding="utf-8")
        for command in LATER_COMMANDS - set(self.commands):
            self.assertIn(f"`{command}`", readme)

    def test_every_key_of_the_schema_is_in_the_manual(self):
        manual = man("lavavisor.toml.5")
        for key in sorted(map(plain, self.keys)):
            with self.subTest(key):
                self.assertRegex(manual, rf"(?m)^\.It Ic (\S+ , )*{re.escape(key)}( |$)")

    def test_the_manual_has_no_key_that_the_schema_lacks(self):
        known = set(map(plain, self.keys)) | {"service.health"}
        for line in re.findall(r"(?m)^\.It Ic (.*)$", man("lavavisor.toml.5")):
            for key in line.split(" Pq")[0].split(" , "):
                with self.subTest(key):
                    self.assertIn(key, known)

    def test_every_key_of_the_schema_is_in_an_example(self):
        shown = set()
        for example in EXAMPLES:
            shown |= used(tomllib.loads(example.read_text(encoding="utf-8")))
        shown = set(map(plain, shown))
        for key in sorted(map(plain, self.keys)):
            with self.subTest(key):
                self.assertIn(key, shown)

    def test_examples_validate_against_the_schema(self):
        validator = jsonschema.validators.validator_for(self.schema)
        validator.check_schema(self.schema)
        self.assertGreaterEqual(len(EXAMPLES), 6)
        for example in EXAMPLES:
            with self.subTest(example.relative_to(TOP)):
                text = example.read_text(encoding="utf-8")
                errors = [f"{'.'.join(map(str, error.absolute_path))}: {error.message}"
                          for error in validator(self.schema).iter_errors(tomllib.loads(text))]
                self.assertEqual(errors, [])

    def test_the_schema_refuses_what_it_should(self):
        good = tomllib.loads((TOP / "examples/mainnet/config.toml").read_text(encoding="utf-8"))
        validator = jsonschema.validators.validator_for(self.schema)(self.schema)
        self.assertTrue(validator.is_valid(good))
        for table, key, value in (("chain", "endpoint", "x"), ("chain", "quorum", "1"),
                                  ("binary", "auto_download", "yes"), ("binary", "keep", -1)):
            with self.subTest(f"{table}.{key} = {value!r}"):
                bad = good | {table: good[table] | {key: value}}
                self.assertFalse(validator.is_valid(bad))

    def test_examples_name_the_schema_that_editors_load(self):
        for example in EXAMPLES:
            with self.subTest(example.relative_to(TOP)):
                first = example.read_text(encoding="utf-8").split("\n", 1)[0]
                self.assertRegex(first, r"^#:schema \S+$")
                self.assertEqual((example.parent / first.split()[1]).resolve(), SCHEMA)

    def test_the_program_takes_every_example(self):
        for example in EXAMPLES:
            with self.subTest(example.relative_to(TOP)):
                done = run("validate", str(example))
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_the_configuration_in_the_readme_is_valid(self):
        readme = (TOP / "README.md").read_text(encoding="utf-8")
        blocks = re.findall(r"```toml\n(.*?)```", readme, re.DOTALL)
        self.assertTrue(blocks)
        document = tomllib.loads(blocks[0])
        jsonschema.validate(document, self.schema)

    def test_the_program_prints_this_schema(self):
        done = run("schema")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout), self.schema)

    def test_exit_codes_are_told(self):
        readme = (TOP / "README.md").read_text(encoding="utf-8")
        for code in range(6):
            self.assertRegex(man("lavavisor.1"), rf"(?m)^\.It {code}$")
            self.assertRegex(readme, rf"(?m)^\| {code} \|")
        self.assertEqual(run("no-such-command").returncode, 3)

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not installed")
    def test_manual_pages_pass_lint(self):
        for page in MAN_PAGES:
            with self.subTest(page.name):
                done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", str(page)],
                                      capture_output=True, text=True, check=False)
                self.assertEqual((done.returncode, done.stdout), (0, ""))


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        PROGRAM = Path(sys.argv.pop(1))
    unittest.main()
