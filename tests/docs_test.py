#!/usr/bin/env python3
# Holds the documentation against the program: commands, options, configuration keys, exit codes, files,
# environment variables, checks, events and examples are what the built binary, the schema and the
# tables in the source say they are.
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
SOURCES = sorted([*TOP.glob("src/**/*.cpp"), *TOP.glob("src/**/*.hpp")])
EXAMPLES = sorted(TOP.glob("examples/**/config.toml"))
MAN_PAGES = sorted(TOP.glob("man/*.[1-9]"))

# Read by what lavavisor is linked with: sd_notify(3) and libcurl.
READ_BY_LIBRARIES = {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}
# Read only by the program that tests cut off at chosen points.
FOR_TESTS = {"LAVAVISOR_FAULT_POINT"}

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


def source(name):
    return (TOP / "src" / name).read_text(encoding="utf-8")


def words_of(node, schema, path=""):
    """Every key that takes one of some words -> those words."""
    node = resolve(node, schema)
    found = {path.rstrip("."): node["enum"]} if "enum" in node else {}
    for name, child in node.get("properties", {}).items():
        found |= words_of(child, schema, f"{path}{name}.")
    if isinstance(node.get("items"), dict):
        found |= words_of(node["items"], schema, path)
    return found


def section(text, heading, kind="Sh"):
    """What stands between a heading of a manual page and the next one of its kind or above."""
    behind = text.split(f"\n.{kind} {heading}\n", 1)[1]
    return re.split(r"\n\.Sh " if kind == "Sh" else r"\n\.S[hs] ", behind, maxsplit=1)[0]


def rows(text, macro):
    """What the list items of one macro head: `.It Ev A , B` has A and B."""
    found = re.findall(rf"(?m)^\.It {macro} (.*)$", text)
    return {word for row in found for word in row.split(" Pq ")[0].split(" , ")}


def entry(text, macro, head):
    """The text of the list item that heads `head`, up to the next item."""
    behind = re.split(rf"(?m)^\.It {macro} (?:\S+ , )*{re.escape(head)}(?: .*)?$", text, maxsplit=1)
    return re.split(r"(?m)^\.(?:It|El|Ss|Sh)\b", behind[1], maxsplit=1)[0] if len(behind) > 1 else ""


def variables(text):
    """The environment variables that a source reads: by getenv, or by a function of its own over it."""
    readers = {"getenv"} | set(re.findall(
        r"(\w+)\((?:const char\* name|std::string_view name)[^)]*\) \{\s[^}]*getenv\(name", text))
    found = set(re.findall(rf'\b(?:{"|".join(sorted(readers))})\("(\w+)"', text))
    for table in re.findall(r"for \(const char\* name : (k_\w+)\)", text):
        found |= set(re.findall(r'"(\w+)"', text.split(f"{table}{{", 1)[1].split("}", 1)[0]))
    return found


def places(text):
    """The names that model/layout.hpp gives: function -> path, as the manual page writes it."""
    bodies = dict(re.findall(r"inline Path (\w+)\([^)]*\) \{\s*return ([^;]+);", text))
    known = {"directory": "<directory>", "release.name": "<release>", "service": "<name>"}

    def path_of(expression):
        expression = re.sub(r"(\w+)\((?:directory|release|, )+\)", lambda m: path_of(bodies[m[1]]), expression)
        if expression.startswith("below("):  # below(directory, "text").append(...)...
            expression = expression.replace("below(directory, ", "directory / ").replace(").append(", " ")
        words = re.findall(r'"([^"]*)"|<([\w./<>-]+)|([\w.]+)|(/)', expression)
        return "".join(text or (f"<{done}" if done else "") or (known[name] if name else "") or slash
                       for text, done, name, slash in words)

    return {name: path_of(body) for name, body in bodies.items()}


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

    def test_options_name_the_commands_that_take_them(self):
        own = section(man("lavavisor.1"), "Options of the commands", "Ss")
        told = {}
        for head, names in re.findall(r"(?m)^\.It Fl ([^\n]*)\n\.Pq Cm ([^\n]*)$", own):
            name = re.findall(r"-([a-z][a-z-]+)", head) or re.findall(r"^([a-z])\b", head)
            told[name[0]] = set(names.split(" , "))
        self.assertGreater(len(told), 20)
        for option, names in told.items():
            dashes = "-" if len(option) == 1 else "--"
            takers = {command for command in self.commands
                      if re.search(rf"(?m)^  (?:-\w,)?{dashes}{option}\b", run(command, "--help").stdout)}
            with self.subTest(option):
                self.assertEqual(names, takers)

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

    def test_the_manual_tells_every_word_that_a_key_takes(self):
        manual = man("lavavisor.toml.5")
        found = words_of(self.schema, self.schema)
        self.assertGreater(len(found), 10)
        for key, words in found.items():
            told = entry(manual, "Ic", plain(key))
            for word in words:
                with self.subTest(f"{key} = {word}"):
                    self.assertRegex(told, rf"(?<![\w-]){re.escape(str(word))}(?![\w-])")

    def test_one_example_has_every_key(self):
        complete = (TOP / "examples/complete/config.toml").read_text(encoding="utf-8")
        shown = set(map(plain, used(tomllib.loads(complete))))
        self.assertEqual({key for key in map(plain, self.keys) if key not in shown}, set())

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
        jsonschema.validate(tomllib.loads(blocks[0]), self.schema)
        parts = {key: value for key, value in self.schema.items() if key not in ("required", "allOf")}
        for block in blocks:
            with self.subTest(block):
                jsonschema.validate(tomllib.loads(block), parts)

    def test_the_program_prints_this_schema(self):
        done = run("schema")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout), self.schema)

    def test_exit_codes_are_told(self):
        codes = set(re.findall(r"(?m)^  k_\w+ = (\d+),", source("cli/exit_code.hpp")))
        self.assertIn("5", codes)
        manual = section(man("lavavisor.1"), "EXIT STATUS")
        readme = (TOP / "README.md").read_text(encoding="utf-8").split("### Exit codes")[1].split("\n#")[0]
        self.assertEqual(set(re.findall(r"(?m)^\.It (\d+)$", manual)), codes)
        self.assertEqual(set(re.findall(r"(?m)^\| (\d+) \|", readme)), codes)
        self.assertEqual(run("no-such-command").returncode, 3)

    def test_every_environment_variable_is_in_the_manual(self):
        read = set()
        for file in SOURCES:
            text = file.read_text(encoding="utf-8")
            found = variables(text)
            if re.search(r"\b(secure_)?getenv\(", text):
                self.assertTrue(found, f"{file}: which variable it reads can't be told")
            read |= found
        read -= FOR_TESTS
        self.assertLessEqual({"LAVAVISOR_CONFIG", "LAVAVISOR_WEBHOOK", "COLUMNS", "GOPROXY"}, read)
        told = rows(section(man("lavavisor.1"), "ENVIRONMENT"), "Ev")
        self.assertEqual(told - READ_BY_LIBRARIES, read)

    def test_every_file_of_the_directory_is_in_the_manual(self):
        files = {path for name, path in places(source("model/layout.hpp")).items() if not name.endswith("_dir")}
        self.assertIn("<directory>/upgrades/v<release>/lavap", files)
        manual = section(man("lavavisor.1"), "FILES")
        for path in sorted(files):
            with self.subTest(path):
                self.assertTrue(path in rows(manual, "Pa") or
                                f".Pa {path.rsplit('/', 1)[1]} ," in manual, path)
        told = {path for path in rows(manual, "Pa") if path.startswith("<directory>/")}
        self.assertEqual(told - files, set())

    def test_every_path_of_the_server_is_in_the_manual(self):
        paths = {path for file in ("cli/web.cpp", "adapters/http/pulse.cpp")
                 for path in re.findall(r'(?:Path\{|path == )"(/[\w.]*)"', source(file))}
        self.assertLessEqual({"/", "/metrics", "/healthz"}, paths)
        manual = section(man("lavavisor.1"), "METRICS")
        self.assertEqual(rows(manual, "Pa") | set(re.findall(r"(?m)^\.Pa (/\w+)$", manual)), paths)

    def test_the_change_log_has_this_version(self):
        version = re.search(r"project\(lavavisor VERSION ([\d.]+)", (TOP / "CMakeLists.txt").read_text())[1]
        changes = (TOP / "CHANGELOG.md").read_text(encoding="utf-8")
        self.assertRegex(changes, rf"(?m)^## {re.escape(version)} - \d{{4}}-\d\d-\d\d$")
        self.assertIn(version, run("version").stdout)

    def test_every_kind_of_event_is_in_the_manual(self):
        kinds = set(re.findall(r"(?m)^    (\w+),\s+///<", source("model/event.hpp")))
        self.assertIn("recovery", kinds)
        alerts = section(man("lavavisor-reconcile.7"), "ALERTS")
        self.assertEqual(set(re.findall(r"(?m)^\.It (\w+)$", alerts)), kinds)

    def test_every_check_of_doctor_is_in_the_manual(self):
        checks = set()
        for file in SOURCES:
            if file.parent.name == "doctor":
                text = file.read_text(encoding="utf-8")
                checks |= set(re.findall(r'\bAbout(?: \w+)?\{"([a-z]+\.[a-z]+)"', text))
                self.assertEqual(len(re.findall(r"\bAbout(?: \w+)?\{[^}]", text)),
                                 len(re.findall(r'\bAbout(?: \w+)?\{"[a-z]+\.[a-z]+"', text)), file)
        self.assertIn("chain.endpoint", checks)
        self.assertEqual(rows(section(man("lavavisor.1"), "DOCTOR"), "Cm"), checks)

    def test_every_example_is_in_its_table(self):
        readme = (TOP / "examples/README.md").read_text(encoding="utf-8")
        folders = {folder.name for folder in (TOP / "examples").iterdir()
                   if folder.is_dir() and folder.name != "__pycache__"}
        self.assertEqual(set(re.findall(r"(?m)^\| `([\w-]+)/` \|", readme)), folders)

    def test_links_of_the_readme_lead_somewhere(self):
        for page in (TOP / "README.md", TOP / "examples/README.md", TOP / "CONTRIBUTING.md"):
            text = page.read_text(encoding="utf-8")
            heads = re.findall(r"(?m)^#+ (.*)$", re.sub(r"(?s)```.*?```", "", text))
            anchors = {"#" + re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}
            for target in re.findall(r"\]\(([^)]+)\)", text):
                with self.subTest(f"{page.name}: {target}"):
                    self.assertTrue(target.startswith("https://") or target in anchors or
                                    (page.parent / target).exists())

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
