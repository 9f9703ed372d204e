#!/usr/bin/env python3
# The schema, asked about real files: it takes what the program takes, and marks the plain mistakes.
# SPDX-License-Identifier: Apache-2.0
"""usage: schema_test.py TESTS_DIR SCHEMA"""

import json
import sys
import tomllib
import unittest
from pathlib import Path

import jsonschema

TESTS, SCHEMA = Path(sys.argv[1]), Path(sys.argv[2])
GOLDEN = TESTS / "golden/config"

# Cases whose mistake a schema can see.
SEEN = ["adopt-bad", "build-bad", "chain-keys-missing", "chain-missing", "duration-bare-integer", "endpoints-bad",
        "endpoints-empty", "env-bad", "flags-that-have-keys", "key-of-another-table",
        "many-mistakes-at-once", "releases-bad", "service-keys-missing", "service-names-bad",
        "service-name-too-long", "sha256-bad", "size-not-a-size", "type-bad", "unit-bad",
        "unknown-key-at-top", "unknown-key-in-health", "unknown-table", "url-other-scheme",
        "url-placeholders", "user-bad", "version-bad", "windows-bad", "words-bad", "wrong-types"]


class Schema(unittest.TestCase):
    def setUp(self):
        schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
        jsonschema.Draft7Validator.check_schema(schema)
        self.validator = jsonschema.Draft7Validator(schema)

    def errors(self, file):
        document = tomllib.loads(file.read_text(encoding="utf-8"))
        return [error.message for error in self.validator.iter_errors(document)]

    def test_takes_the_contracts_example(self):
        self.assertEqual(self.errors(TESTS / "fixtures/config/contract/config.toml"), [])

    def test_takes_what_the_program_takes(self):
        valid = [found.parent for found in sorted(GOLDEN.glob("*/findings.txt"))
                 if found.read_text(encoding="utf-8").splitlines()[-1] == "valid"]
        self.assertGreater(len(valid), 5)
        for case in valid:
            with self.subTest(case.name):
                self.assertEqual(self.errors(case / "config.toml"), [])

    def test_marks_plain_mistakes(self):
        for name in SEEN:
            with self.subTest(name):
                self.assertNotEqual(self.errors(GOLDEN / name / "config.toml"), [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
