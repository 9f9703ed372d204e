#!/usr/bin/python3 -B
"""How dear is it to find nothing to do, beside those who manage hosts in general? `lavavisor apply`,
`ansible-playbook` and `puppet apply` on the same host, converged on the same state: the binary with
its digest, the link to it, and for each service its unit's text, its link, enabled and running. That
the chain is asked and the services' own configurations are compared, only lavavisor does. What is
not installed (Debian: ansible-core, puppet-agent) is left out.

SPDX-License-Identifier: Apache-2.0
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from bench import MIB, Command, Spread, Stand, Taken, headline, main, table
from harness import CONFIG, DIRECTORY, LINK, PROGRAM, UNIT_DIR

FASTER, SMALLER = 100, 10  # the goals, in times
BINARY = f"{DIRECTORY}/upgrades/v6.2.4/lavap"
OURS = "lavavisor apply"
PATIENCE = 1800  # seconds


@dataclass
class Link:
    path: str
    target: str


@dataclass
class State:
    """What all of them look after."""

    digest: str
    units: list[str]
    links: list[Link]

    @staticmethod
    def of(stand: Stand) -> State:
        """As it is now; the texts of the units lie in /box/units."""
        units = [f"{name}.service" for name in stand.names()]
        folder = stand.box.work / "units"
        folder.mkdir(exist_ok=True)
        for unit in units:
            shutil.copy(stand.box.path(f"{DIRECTORY}/services/{unit}"), folder)
        links = [Link(LINK, BINARY), *(Link(f"{UNIT_DIR}/{u}", f"{DIRECTORY}/services/{u}") for u in units)]
        return State(hashlib.sha256(stand.box.path(BINARY).read_bytes()).hexdigest(), units, links)


# --- the others ------------------------------------------------------------------------------------


def playbook(state: State) -> str:
    """The state as tasks of the modules that come with Ansible."""
    texts = {"src": "/box/units/{{ item }}", "dest": f"{DIRECTORY}/services/{{{{ item }}}}", "mode": "0644"}
    binary = {"url": "file:///box/lavap", "dest": BINARY, "checksum": f"sha256:{state.digest}", "mode": "0755"}
    tasks = [
        {"ansible.builtin.get_url": binary},
        {"ansible.builtin.copy": texts, "loop": state.units},
        {
            "ansible.builtin.file": {"path": "{{ item.path }}", "src": "{{ item.target }}", "state": "link"},
            "loop": [vars(link) for link in state.links],
        },
        {
            "ansible.builtin.systemd": {"name": "{{ item }}", "enabled": True, "state": "started"},
            "loop": state.units,
        },
    ]
    return json.dumps([{"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": tasks}])


def manifest(state: State) -> str:
    """The state as Puppet's resources."""
    binary = f"source => '/box/lavap', checksum => 'sha256', checksum_value => '{state.digest}', mode => '0755'"
    lines = [f"file {{ '{BINARY}': ensure => file, {binary} }}"]
    for unit in state.units:
        text = f"source => '/box/units/{unit}', mode => '0644'"
        lines.append(f"file {{ '{DIRECTORY}/services/{unit}': ensure => file, {text} }}")
        lines.append(f"service {{ '{unit}': ensure => running, enable => true, provider => systemd }}")
    lines += [f"file {{ '{link.path}': ensure => link, target => '{link.target}' }}" for link in state.links]
    return "\n".join(lines) + "\n"


def converge_ansible(stand: Stand, state: State) -> Command:
    stand.box.write("/box/site.yml", playbook(state))
    stand.box.write("/etc/ansible/ansible.cfg", "[defaults]\nlocalhost_warning = False\n[connection]\npipelining = True\n")
    command = Command("ansible-playbook", ["ansible-playbook", "-i", "localhost,", "/box/site.yml"])
    stand.box.exec(*command.argv, timeout=PATIENCE)
    again = stand.box.exec(*command.argv, timeout=PATIENCE).stdout
    if not re.search(r"\bchanged=0\b.*\bfailed=0\b", again):
        raise RuntimeError(f"ansible-playbook has not converged:\n{again[-2000:]}")
    return command


def converge_puppet(stand: Stand, state: State) -> Command:
    stand.box.write("/box/site.pp", manifest(state))
    # With these codes, anything but "no change, no failure" fails, and with it the measurement.
    command = Command("puppet apply", ["puppet", "apply", "--detailed-exitcodes", "/box/site.pp"])
    stand.box.exec(*command.argv, check=False, timeout=PATIENCE)
    stand.box.exec(*command.argv, timeout=PATIENCE)
    return command


OTHERS = {"ansible-playbook": converge_ansible, "puppet": converge_puppet}


# --- measuring -------------------------------------------------------------------------------------


def peak_of_all(stand: Stand, command: Command, times: int) -> float:
    """The most MiB (PSS) that all processes of a command have together, looked at again and again."""
    words = 'n=$1; shift; while [ "$n" -gt 0 ]; do "$@" >/dev/null 2>&1; n=$((n - 1)); done'
    process = stand.box.spawn("sh", "-c", words, "sh", str(times), *command.argv)
    most = 0.0
    while process.running():
        most = max(most, sum(map(pss, stand.processes("exec.slice"))))
    process.finish()
    return most


def pss(pid: int) -> float:
    with contextlib.suppress(OSError):
        found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
        return int(found[1]) / 1024 if found else 0
    return 0


def show(count: int, taken: dict[str, Taken], memory: dict[str, float]) -> None:
    headline(f"{count} services, nothing to do:")
    ours = taken[OURS]
    table(
        ("", "wall ms", "x lavavisor", "CPU ms", "x lavavisor", "peak PSS MiB", "x lavavisor"),
        (
            (
                name,
                of.wall.text(0, 1e3),
                times(of.wall, ours.wall),
                of.cpu.text(0, 1e3),
                times(of.cpu, ours.cpu),
                f"{memory[name]:.1f}",
                f"{memory[name] / memory[OURS]:.1f}",
            )
            for name, of in taken.items()
        ),
    )
    for name in [name for name in taken if name != OURS]:
        faster = taken[name].wall.median / ours.wall.median
        smaller = memory[name] / memory[OURS]
        print(f"  than {name}: {goal(faster, FASTER, 'faster')}, {goal(smaller, SMALLER, 'less memory')}")


def times(of: Spread, ours: Spread) -> str:
    return f"{of.median / ours.median:.1f}"


def goal(value: float, least: int, of_what: str) -> str:
    return f"{value:.1f} x {of_what} (goal >= {least} x: {'met' if value >= least else 'missed'})"


def measure() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", "--rounds", type=int, default=3)
    parser.add_argument("--services", type=int, nargs="+", default=[10, 50])
    parser.add_argument("--size", type=int, default=100, help="of the binary, in MiB")
    options = parser.parse_args()
    present = [name for name in OTHERS if shutil.which(name)]
    for name in OTHERS:
        if name not in present:
            print(f"skipped: {name} is not installed")
    if not present:
        return
    print(
        f"median (least..most) of {options.rounds} runs each, in turn; a binary of {options.size} MiB; "
        "memory: all processes together"
    )
    with Stand() as stand:
        stand.publish("6.2.4", options.size * MIB)
        for count in sorted(options.services):
            stand.have_services(count)
            shutil.copy(stand.box.path(BINARY), stand.box.work / "lavap")
            state = State.of(stand)
            commands = [Command(OURS, [PROGRAM, "apply", CONFIG])]
            commands += [OTHERS[name](stand, state) for name in present]
            stand.assert_converged()  # it has nothing to do after them, either
            taken = stand.time(commands, options.rounds)
            memory = {each.name: peak_of_all(stand, each, 20 if each.name == OURS else 1) for each in commands}
            show(count, taken, memory)


if __name__ == "__main__":
    main(measure)
