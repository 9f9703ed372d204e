#!/usr/bin/env python3
# Holds the includes of src/ against the layers of the house: who may know whom, no third-party
# header in a .hpp, and each file says what it is for. Prints every violation.
# SPDX-License-Identifier: Apache-2.0
"""usage: layering_test.py [SOURCE_DIR]"""

import re
import sys
from pathlib import Path

# Whose headers a folder of src/ may include, besides its own; with each come those that it may
# include itself. "adapters/*" is every folder below adapters, each for itself.
FRIENDS = {
    "base":       [],
    "model":      ["base"],
    "config":     ["model"],
    "plan":       ["model"],
    "doctor":     ["model"],
    "view":       ["model"],
    "ports":      ["model"],
    "transfer":   ["base"],
    "compat":     ["config"],
    "observe":    ["ports"],
    "apply":      ["ports"],
    "adapters/*": ["ports", "transfer"],
    "reconcile":  ["plan", "observe", "apply", "ports"],
    "cli":        ["base", "model", "config", "plan", "doctor", "view", "ports", "compat", "observe",
                   "apply", "adapters/*", "reconcile"],
    "main":       ["cli"],
}

# Where a third-party library may be included at all (in .cpp files). Those without a row: anywhere
# but in the folders of NO_THIRD_PARTY.
HOMES = {
    "toml++":      ["config", "compat"],
    "yaml-cpp":    ["config", "compat"],
    "curl":        ["transfer", "adapters/*"],
    "SQLiteCpp":   ["adapters/store"],
    "sqlite3.h":   ["adapters/store"],
    "microhttpd.h": ["adapters/http"],
    "prometheus":  ["view"],
    "sdbus-c++":   ["adapters/systemd"],
    "spdlog":      ["base"],
    "CLI":         ["cli"],
}
NO_THIRD_PARTY = ["model", "plan", "doctor", "ports", "observe", "apply", "reconcile", "main"]
IN_HEADERS = {("base/result.hpp", "tl/expected.hpp"), ("transfer/transfer.hpp", "curl/curl.h")}

POSIX = re.compile(
    r"(sys|netinet|arpa|net|linux)/\w+\.h|(dirent|dlfcn|errno|fcntl|glob|grp|limits|netdb|poll|pty|"
    r"pwd|sched|signal|spawn|stdint|stdio|stdlib|string|syslog|termios|time|unistd|wordexp)\.h")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)
SPDX = "// SPDX-License-Identifier: Apache-2.0"


def room_of(path):
    """The folder of src/ that `path` (relative to src/) lies in, or None."""
    parts = path.split("/")
    if path == "main.cpp":
        return "main"
    if parts[0] == "adapters" and len(parts) > 2:
        return "/".join(parts[:2])
    return parts[0] if parts[0] in FRIENDS and len(parts) > 1 else None


def row_of(room):
    return "adapters/*" if room.startswith("adapters/") else room


def reach(row):
    """All rows that `row` may include, its friends' friends too."""
    found = set()
    for friend in FRIENDS[row]:
        found |= {friend} | reach(friend)
    return found


def may_include(room, other):
    return room == other or row_of(other) in reach(row_of(room))


def third_party(header):
    is_cpp_standard = re.fullmatch(r"[a-z_]+", header) is not None
    return not is_cpp_standard and not POSIX.fullmatch(header)


def check_quoted(path, room, header, generated):
    if f"{room}/{header}" in generated:
        return []
    other = room_of(header)
    if other is None:
        return [f'{path}: "{header}" names no folder of src/ (write the path from src/)']
    if not may_include(room, other):
        allowed = ", ".join(sorted(reach(row_of(room)))) or "nothing else"
        return [f'{path}: {room} may not include "{header}" of {other} (it may: {allowed})']
    return []


def check_angled(path, room, header):
    if not third_party(header):
        return []
    if (path, header) in IN_HEADERS:
        return []
    found = []
    if path.endswith(".hpp"):
        found.append(f"{path}: third-party header <{header}> in a .hpp; keep it in a .cpp")
    homes = HOMES.get(header.split("/")[0])
    if row_of(room) in NO_THIRD_PARTY:
        found.append(f"{path}: {room} does without third parties, but includes <{header}>")
    elif homes and not {room, row_of(room)} & set(homes):
        found.append(f"{path}: <{header}> belongs to {', '.join(homes)}, not to {room}")
    return found


def check_form(path, text):
    """The first line says what the file is for, the licence follows, a header guards itself."""
    found = []
    lines = text.split("\n")
    if not re.match(r"// \S", lines[0]) or lines[0].startswith("// SPDX"):
        found.append(f"{path}:1: does not begin with a comment that says what it is for")
    head = []
    for line in lines:
        if not line.startswith("//"):
            break
        head.append(line)
    if SPDX not in head:
        found.append(f"{path}: no line '{SPDX}' in its first comment")
    if path.endswith(".hpp") and "#pragma once" not in lines:
        found.append(f"{path}: no #pragma once")
    return found


def check_file(path, text, generated=()):
    """Every violation of one file; `path` is relative to src/. `generated` are the headers that
    CMake makes from a .in file beside, and which their own folder includes by their bare name."""
    room = room_of(path)
    if room is None:
        return [f"{path}: lies in no folder of the plan"]
    found = check_form(path, text)
    for quoted, angled in INCLUDE.findall(text):
        found += (check_quoted(path, room, quoted, generated) if quoted
                  else check_angled(path, room, angled))
    return found


def check_friends(cmake):
    """Hold the FRIENDS of each `room(...)` line of src/CMakeLists.txt against the same table."""
    found = []
    rooms = re.findall(r"^room\(\s*(\S+?)((?:\s[^)]*)?)\)", cmake, re.MULTILINE)
    for room, rest in rooms:
        friends = re.search(r"FRIENDS\s+([^)]*?)\s*(?:PRIVATE|$)", rest, re.DOTALL)
        for friend in friends.group(1).split() if friends else []:
            if not may_include(room, friend):
                found.append(f"CMakeLists.txt: room {room} may not have the friend {friend}")
    if not rooms:
        found.append("CMakeLists.txt: no room(...) line was recognised")
    return found


def self_check():
    """This test can fail: each wrong text below must give a violation, each right one none."""
    head = f"// What it is for.\n{SPDX}\n"
    guard = head + "#pragma once\n"
    wrong = [
        ("base/a.cpp", head + '#include "model/version.hpp"\n'),
        ("model/a.cpp", head + '#include "ports/clock.hpp"\n'),
        ("plan/a.cpp", head + '#include "ports/clock.hpp"\n'),
        ("plan/a.cpp", head + '  #  include "view/json.hpp"\n'),
        ("view/a.cpp", head + '#include "plan/make_plan.hpp"\n'),
        ("observe/a.cpp", head + '#include "apply/apply.hpp"\n'),
        ("config/a.cpp", head + '#include "compat/import.hpp"\n'),
        ("apply/a.cpp", head + '#include "adapters/chain/query.hpp"\n'),
        ("adapters/chain/a.cpp", head + '#include "adapters/store/ledger.hpp"\n'),
        ("adapters/store/a.cpp", head + '#include "observe/observe.hpp"\n'),
        ("reconcile/a.cpp", head + '#include "adapters/chain/query.hpp"\n'),
        ("reconcile/a.cpp", head + '#include "view/json.hpp"\n'),
        ("cli/a.cpp", head + '#include "main.cpp"\n'),
        ("base/a.cpp", head + '#include "a.hpp"\n'),
        ("nowhere/a.cpp", head),
        ("base/a.hpp", guard + "#include <spdlog/spdlog.h>\n"),
        ("base/other.hpp", guard + "#include <tl/expected.hpp>\n"),
        ("adapters/store/a.hpp", guard + "#include <sqlite3.h>\n"),
        ("adapters/chain/a.cpp", head + "#include <yaml-cpp/yaml.h>\n"),
        ("model/a.cpp", head + "#include <rapidjson/document.h>\n"),
        ("base/a.hpp", head),
        ("base/a.cpp", SPDX + "\n"),
        ("base/a.cpp", "// What it is for.\n\n" + SPDX + "\n"),
        ("base/a.cpp", '#include "base/a.hpp"\n'),
    ]
    right = [
        ("base/result.hpp", guard + "#include <tl/expected.hpp>\n#include <string>\n"),
        ("config/a.cpp", head + '#include "base/text.hpp"\n#include <toml++/toml.h>\n'),
        ("adapters/chain/a.cpp", head + '#include "adapters/chain/b.hpp"\n#include <curl/curl.h>\n'),
        ("adapters/systemd/a.cpp", head + "#include <sys/stat.h>\n#include <unistd.h>\n"),
        ("reconcile/a.cpp", head + '#include "plan/p.hpp"\n#include "ports/clock.hpp"\n'),
        ("cli/a.cpp", head + '#include "adapters/store/ledger.hpp"\n#include "view/json.hpp"\n'),
        ("main.cpp", head + '#include "cli/run.hpp"\n'),
    ]
    found = [f"self-check: not refused: {row}" for row in wrong if not check_file(*row)]
    found += [f"self-check: refused: {row}: {check_file(*row)}" for row in right if check_file(*row)]
    if not check_friends("room(plan FRIENDS model ports)"):
        found.append("self-check: a wrong friend in CMake was not refused")
    if check_friends("room(plan FRIENDS model\n  PRIVATE CURL::libcurl)"):
        found.append("self-check: a right friend in CMake was refused")
    return found


def main():
    top = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    src = top / "src"
    files = sorted(p for p in src.rglob("*") if p.suffix in (".hpp", ".cpp"))
    found = self_check()
    found += check_friends((src / "CMakeLists.txt").read_text(encoding="utf-8"))
    generated = {p.relative_to(src).as_posix().removesuffix(".in") for p in src.rglob("*.in")}
    for file in files:
        found += check_file(file.relative_to(src).as_posix(), file.read_text(encoding="utf-8"),
                            generated)
    if not files:
        found.append(f"no sources below {src}")
    for line in found:
        print(line)
    print(f"layering: {len(files)} files, {len(found)} violations")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
