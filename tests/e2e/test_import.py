"""A host as the original LavaVisor leaves it: import writes a config.toml and nothing else, apply
takes its units over, and whatever is not as it was at the import is left alone. And a service that
logs to a file.

SPDX-License-Identifier: Apache-2.0
"""

import hashlib
import json
import os
import re
import unittest
from typing import Any

from harness import CONFIG, DIRECTORY, LINK, PROGRAM, UNIT_DIR, Report, Scenario

HOME = "/home/lava"
SITE = f"{HOME}/.lavavisor"
YAMLS = f"{SITE}/services/protocol_yml_configs"
FLAGS = "--keyring-backend test --chain-id lava-testnet-2 --geolocation 1 --node tcp://127.0.0.1:26657"
RUNNING = ["alice-ETH1", "malice-ETH1", "lava-provider"]
STOPPED = "bob-NEAR"
BY_HAND = "lava-provider"
LISTED = ["alice-ETH1", "malice-ETH1", STOPPED, BY_HAND]
QUICK = '\n[defaults.health]\nsettle = "100ms"\n'


def of_the_original(name: str, kind: str, user: str) -> str:
    """A unit as the original writes it, blanks and all."""
    return f"""[Unit]
  Description={name} daemon
  After=network-online.target
[Service]
  WorkingDirectory={HOME}
  ExecStart={LINK} rpc{kind} .lavavisor/services/protocol_yml_configs/{name}.yml --from {user} {FLAGS} --log_level info
  User=lava
  Restart=always
  RestartSec=180
  LimitNOFILE=infinity
  LimitNPROC=infinity
[Install]
  WantedBy=multi-user.target
"""


WRITTEN_BY_HAND = f"""[Unit]
Description=Lava Provider Service

[Service]
User=lava
WorkingDirectory={HOME}/provider
EnvironmentFile={HOME}/provider/provider.env
ExecStart={LINK} rpcprovider ./config/rpcprovider.yml \\
    --from ${{WALLET}} {FLAGS}
Restart=always
RestartSec=3

[Install]
WantedBy=multi-user.target
"""


class Import(Scenario):
    """Three services run the release 6.2.4 of the original, one is stopped, and nobody has listed
    `old-ETH1`, whose unit is left over."""

    def setUp(self) -> None:
        super().setUp()
        release = self.devnet.releases.add("6.2.4", drain_ms=150)
        self.box.write(f"{SITE}/upgrades/v6.2.4/lavap", release.content, 0o755)
        self.box.exec("ln", "-s", f"{SITE}/upgrades/v6.2.4/lavap", LINK)
        for port, name in enumerate(("alice-ETH1", "malice-ETH1", STOPPED, "old-ETH1"), 2300):
            kind = "consumer" if name == STOPPED else "provider"
            self.write_yaml_to(f"{YAMLS}/{name}.yml", port)
            self.box.write(f"{SITE}/services/{name}.service", of_the_original(name, kind, name.split("-")[0]))
            self.box.exec("ln", "-s", f"{SITE}/services/{name}.service", f"{UNIT_DIR}/{name}.service")
        self.write_yaml_to(f"{HOME}/provider/config/rpcprovider.yml", 2310)
        self.box.write(f"{HOME}/provider/provider.env", "WALLET=operator\n")
        self.box.write(f"{UNIT_DIR}/{BY_HAND}.service", WRITTEN_BY_HAND)
        self.write_list("services:\n" + "".join(f"- {name}.service\n" for name in LISTED))
        self.box.exec("chown", "-R", "lava:", HOME)
        self.box.exec("systemctl", "daemon-reload")
        self.box.exec("systemctl", "enable", "--now", *RUNNING)

    def write_yaml_to(self, path: str, port: int) -> None:
        self.write_yaml("staged", port)
        self.box.write(path, self.box.read("/etc/lavavisor/staged.yml"))

    def write_list(self, text: str) -> None:
        self.box.write(f"{SITE}/config.yml", text)

    # --- commands --------------------------------------------------------------------------------

    def run_import(self, code: int = 0, directory: str = HOME) -> Report:
        done = self.box.exec(PROGRAM, "import", "--directory", directory, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return Report(done.returncode, {}, done.stdout + done.stderr)

    def quicken(self) -> None:
        """What an operator may edit before the first apply: here, that gates don't take long."""
        self.box.write(f"{SITE}/config.toml", self.box.read(f"{SITE}/config.toml") + QUICK)

    def site(self, command: str, code: int = 0) -> Report:
        done = self.box.exec(PROGRAM, command, f"{SITE}/config.toml", "--json", check=False)
        report = self.report_of(done)
        self.assertEqual(report.code, code, report.text)
        return report

    # --- what is there ---------------------------------------------------------------------------

    def names(self) -> list[str]:
        return LISTED

    def listing(self) -> dict[str, tuple[Any, ...]]:
        """Every file below the home, unit_dir and the link's folder, with its content's digest."""
        found: dict[str, tuple[Any, ...]] = {}
        for top in (HOME, UNIT_DIR, os.path.dirname(LINK)):
            for path in sorted(self.box.path(top).rglob("*")):
                stat = path.lstat()
                content = os.readlink(path) if path.is_symlink() else ""
                if path.is_file() and not path.is_symlink():
                    content = hashlib.sha256(path.read_bytes()).hexdigest()
                name = "/" + str(path.relative_to(self.box.path("/")))
                found[name] = (stat.st_mode, stat.st_uid, stat.st_mtime_ns if content else 0, content)
        return found

    def unit(self, name: str) -> str:
        return self.box.read(f"{SITE}/services/{name}.service")

    def assert_taken_over(self, name: str, before: str) -> None:
        self.assertEqual(self.unit(name).splitlines()[0], "# Managed by lavavisor")
        self.assertEqual(self.box.read(f"{SITE}/services/{name}.service.imported"), before)
        link = self.box.path(f"{UNIT_DIR}/{name}.service")
        self.assertEqual(os.readlink(link), f"{SITE}/services/{name}.service")
        state = self.box.show(f"{name}.service")[f"{name}.service"]
        self.assertEqual((state["ActiveState"], state["UnitFileState"]), ("active", "enabled"), name)
        self.assertEqual((state["NeedDaemonReload"], state["NRestarts"]), ("no", "0"), name)
        exe = self.box.exec("readlink", f"/proc/{state['MainPID']}/exe").stdout.strip()
        self.assertEqual(exe, f"{SITE}/upgrades/v6.2.4/lavap")

    # --- tests -----------------------------------------------------------------------------------

    def test_writes_config_toml_and_nothing_else_and_apply_takes_over(self) -> None:
        before, pids = self.listing(), self.pids()
        report = self.run_import()
        after = self.listing()
        config = after.pop(f"{SITE}/config.toml")
        self.assertEqual(after, before)
        for name in RUNNING:
            self.assertIn(f"restart {name} with release 6.2.4", report.text)
        self.assertRegex(report.text, r"restart alice-ETH1 .*its unit is taken over")
        self.assertRegex(report.text, rf"start {STOPPED} with release 6\.2\.4 +it is not running")
        self.assertIn("config.yml does not list it", report.text)
        text = self.box.read(f"{SITE}/config.toml")
        self.assertIn(f'link          = "{LINK}"', text)
        self.assertEqual(text.count("\nadopt "), len(LISTED))
        self.assertIn("says so already", self.run_import().text)
        self.assertEqual(self.listing(), before | {f"{SITE}/config.toml": config})
        self.assertEqual(self.pids(), pids)

        self.quicken()
        texts = {name: self.unit(name) for name in LISTED if name != BY_HAND} | {BY_HAND: WRITTEN_BY_HAND}
        applied = self.site("apply")
        self.assertEqual(applied.result, "changed")
        self.assertEqual(applied.targets("restart_service"), RUNNING)
        self.assertEqual(applied.targets("start_service"), [STOPPED])
        self.assertEqual(sorted(applied.targets("write_unit")), sorted(LISTED))
        self.assertNotIn("install_binary", applied.kinds())
        for name in LISTED:
            with self.subTest(name):
                self.assert_taken_over(name, texts[name])
        self.assert_restarted_once_in_order()
        self.assertEqual(self.listing()[f"{UNIT_DIR}/old-ETH1.service"], before[f"{UNIT_DIR}/old-ETH1.service"])
        self.assertIn("operator", self.argv_of(BY_HAND))

        pids, before = self.pids(), self.listing()
        self.assertEqual(self.site("apply").result, "converged")
        self.assertEqual(self.pids(), pids)
        self.assertIn("nothing is left to import", self.run_import().text)
        self.assertEqual(self.same_but_state(self.listing()), self.same_but_state(before))

        self.box.write(f"{SITE}/config.toml", text.replace(f'name            = "{BY_HAND}"', 'name = "other"', 1) + QUICK)
        self.site("apply")
        self.assertFalse(self.box.path(f"{SITE}/services/{BY_HAND}.service").exists())
        self.assertEqual(self.box.read(f"{SITE}/services/{BY_HAND}.service.imported"), WRITTEN_BY_HAND)

    def same_but_state(self, listing: dict[str, tuple[Any, ...]]) -> dict[str, tuple[Any, ...]]:
        return {name: found for name, found in listing.items() if not re.search(r"/(state\.db.*|lock)$", name)}

    def assert_restarted_once_in_order(self) -> None:
        starts = []
        for name in RUNNING:
            journal = self.box.journal(f"{name}.service")
            self.assertEqual(journal.count("drained"), 1, f"{name} was not stopped by SIGINT, or not once")
            self.assertEqual(sum(line.startswith("argv: ") for line in journal), 2, name)
            state = self.box.show(f"{name}.service")[f"{name}.service"]
            starts.append(int(state["InactiveExitTimestampMonotonic"]))
        for first, second in zip(starts, starts[1:], strict=False):
            self.assertGreaterEqual(second - first, 100_000, "one did not wait for the gate of the one before")

    def test_what_changed_after_the_import_is_refused_and_left_alone(self) -> None:
        self.run_import()
        self.quicken()
        rows = {"alice-ETH1": f"{SITE}/services/alice-ETH1.service", BY_HAND: f"{UNIT_DIR}/{BY_HAND}.service"}
        texts = {name: self.box.read(path) for name, path in rows.items()}
        for name, path in rows.items():
            self.box.write(path, texts[name] + "# changed\n")
        before, pids = self.listing(), self.pids()
        refused = self.site("apply", 1)
        after = self.listing()
        for name, path in rows.items():
            with self.subTest(name):
                digest = hashlib.sha256((texts[name] + "# changed\n").encode()).hexdigest()
                self.assertRegex(refused.text, rf'{path} .*it is not the file that `adopt` names, so it was changed')
                self.assertIn(f'adopt = \\"{digest}\\"', refused.text)
                self.assertEqual(after[path], before[path])
                self.assertFalse(self.box.path(f"{SITE}/services/{name}.service.imported").exists())
                self.assertEqual(self.pids()[name], pids[name])
        self.assertEqual(refused.targets("restart_service"), ["malice-ETH1"])
        for name, path in rows.items():
            self.box.write(path, texts[name])
        self.assertEqual(self.site("apply").targets("restart_service"), list(rows))
        self.assertEqual(self.site("apply").result, "converged")

    def test_refuses_to_overwrite_and_where_there_is_nothing(self) -> None:
        self.box.write(f"{SITE}/config.toml", "# mine\n")
        before = self.listing()
        self.assertIn("is there already and says something else", self.run_import(3).text)
        self.assertEqual(self.listing(), before)
        for folder in ("/srv/nobody", "/srv/empty"):
            self.box.exec("mkdir", "-p", "/srv/empty/.lavavisor/services")
            self.assertIn(f"{folder}/.lavavisor holds nothing of the original", self.run_import(3, folder).text)
        self.assertFalse(self.box.path("/srv/nobody").exists())
        self.assertEqual(os.listdir(self.box.path("/srv/empty/.lavavisor")), ["services"])
        words = self.box.exec("env", "HOME=/srv/empty", PROGRAM, "import", check=False)
        self.assertEqual(words.returncode, 3, words.stderr)
        self.assertIn("/srv/empty/.lavavisor holds nothing", words.stderr)

    def test_takes_a_list_that_is_empty_and_one_with_tabs(self) -> None:
        below = ["alice-ETH1", STOPPED, "malice-ETH1", "old-ETH1"]
        for text, names in (("", below), ("services:\n\t- malice-ETH1.service\n", ["malice-ETH1"])):
            with self.subTest(text):
                self.write_list(text)
                self.run_import()
                plan = self.site("plan")
                units = {a["target"] for a in plan.actions if a["kind"] == "write_unit"}
                self.assertEqual(units, set(names), plan.text)
                self.box.exec("rm", f"{SITE}/config.toml")


class LogToFile(Scenario):
    def test_is_written_by_systemd_and_goes_on_after_a_restart(self) -> None:
        self.add_service("provider-eth1", log="file")
        self.apply()
        log = f"{DIRECTORY}/services/logs/provider-eth1.log"
        self.assertEqual(self.box.read(log).count("Process Started\n"), 1)
        self.assertNotIn("Process Started", self.box.journal("provider-eth1.service"))
        self.box.exec("systemctl", "restart", "provider-eth1")
        self.assert_runs("6.2.4")
        self.assertIn("drained\n", self.box.read(log))
        self.assertEqual(self.box.read(log).count("Process Started\n"), 2)
        self.assertEqual(json.loads(self.box.exec(PROGRAM, "apply", CONFIG, "--json").stdout)["result"], "converged")


if __name__ == "__main__":
    unittest.main()
