#!/usr/bin/python3
"""Hold the views' JSON documents against schema/*.schema.json, and the schemas against wrong shapes.

usage: check_json.py UNIT_VIEW SCHEMA_FOLDER

UNIT_VIEW writes its samples; each must validate, and each way of bending one (a key left out, a key
too many, a value of another type, an unknown word) must be refused. Exit 77: jsonschema is missing.
"""
# SPDX-License-Identifier: Apache-2.0
import copy
import json
import os
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)

# The schemas give these strings a fixed set of words.
WORDS = {"kind", "status", "result", "rule", "source", "verdict", "event"}


def bent(value):
    """Yield (how, copy of the document) for every single bend of `value` and what is in it."""
    if isinstance(value, dict):
        yield "a key too many", {**value, "surprise": 1}
        for key, member in value.items():
            yield f"{key} left out", {k: v for k, v in value.items() if k != key}
            if key in WORDS and member is not None:
                yield f"{key} of an unknown word", {**value, key: "NONSENSE"}
            for how, other in bent(member):
                yield f"{key}: {how}", {**value, key: other}
    elif isinstance(value, list):
        yield "no list", "surprise"
        for index, item in enumerate(value):
            for how, other in bent(item):
                yield f"{index}: {how}", value[:index] + [other] + value[index + 1 :]
    else:
        yield "another type", [value]


def check_sample(validator, name, document):
    errors = [f"{name}: {e.json_path}: {e.message}" for e in validator.iter_errors(document)]
    for how, wrong in bent(copy.deepcopy(document)):
        if validator.is_valid(wrong):
            errors.append(f"{name}: the schema takes it with {how}")
    return errors


def main(program, schemas):
    errors, seen = [], set()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [program, "--gtest_filter=Samples.*"],
            env={**os.environ, "LAVAVISOR_SAMPLES": folder},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        for name in sorted(os.listdir(folder)):
            kind = name.split(".")[0]
            seen.add(kind)
            with open(os.path.join(schemas, f"{kind}.schema.json"), encoding="utf-8") as file:
                schema = json.load(file)
            jsonschema.Draft7Validator.check_schema(schema)
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                errors += check_sample(jsonschema.Draft7Validator(schema), name, json.load(file))
    if seen != {"plan", "status", "explain", "history", "doctor", "webhook"}:
        errors.append(f"samples of {sorted(seen)} only")
    print("\n".join(errors) or "all samples are as their schemas say")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
