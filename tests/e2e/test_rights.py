"""Rights: what others may change is refused, what they planted leads nowhere, what is made is in nobody
else's hands, and secrets are seen by nobody.

SPDX-License-Identifier: Apache-2.0
"""

import hashlib
import os
import re
import stat
import unittest
from typing import Any

from harness import CONFIG, DIRECTORY, LINK, PROGRAM, ROOT, UNIT_DIR, Scenario, program, wait_until

HOME = "/home/lava"
SECRET = "s3cret-0f-ours"
TEXTFILE = "/var/lib/node-exporter/lavavisor.prom"


class OneService(Scenario):
    def setUp(self) -> None:
        super().setUp()
        self.add_service("provider-eth1", health={"settle": "100ms", "timeout": "5s"})

    def as_lava(self, script: str, **options: Any) -> Any:
        return self.box.exec("runuser", "-u", "lava", "--", "sh", "-ec", script, **options)


class OthersMayWrite(OneService):
    def setUp(self) -> None:
        super().setUp()
        self.apply()
        self.before = self.snapshot()

    def assert_refused(self, path: str, mend: str) -> None:
        for command in ("apply", "plan", "prune", "rollback", "verify", "run"):
            done = self.box.exec(PROGRAM, command, CONFIG, check=False)
            self.assertEqual(done.returncode, 3, f"{path} {command}: {done.stdout}{done.stderr}")
            self.assertIn(f"{path}:1:1: ", done.stderr)
            self.assertIn(f"{mend} '{path}'", done.stderr)
        self.assertEqual(self.snapshot(), self.before)
        done = self.box.exec(PROGRAM, "validate", CONFIG)
        self.assertIn(f"{path}:1:1: warning: ", done.stderr)
        doctor = self.box.exec(PROGRAM, "doctor", CONFIG, check=False)
        self.assertIn(f"$ {mend} {path}\n", doctor.stdout)

    def test_is_refused_and_named_with_what_mends_it(self) -> None:
        for path in (CONFIG, "/etc/lavavisor", f"{DIRECTORY}/services"):
            mode = f"{stat.S_IMODE(self.box.path(path).stat().st_mode):o}"
            self.box.exec("chmod", "o+w", path)
            self.before = self.snapshot()
            self.assert_refused(path, "chmod o-w")
            self.box.exec("chmod", mode, path)
        self.box.exec("chown", "lava", CONFIG)
        done = self.box.exec(PROGRAM, "apply", CONFIG, check=False)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("belongs to lava, who thereby decides what root runs", done.stderr)
        self.box.exec(PROGRAM, "apply", CONFIG, env={"SUDO_USER": "lava"})
        self.box.exec("chown", "root", CONFIG)
        self.assert_converged()

    def test_is_refused_by_a_loop_that_goes_on_as_before_and_says_so_once(self) -> None:
        loop = self.spawn_lavavisor("run")
        unit = f"{DIRECTORY}/services/provider-eth1.service"
        self.box.exec("rm", unit)
        wait_until(self.box.path(unit).exists, what="the loop, which has read its configuration then")
        self.box.exec("chmod", "o+w", CONFIG)
        self.box.path(CONFIG).write_text(self.box.read(CONFIG) + "# changed\n")
        self.box.exec("rm", unit)  # drift is mended meanwhile, by the old configuration
        wait_until(self.box.path(unit).exists, what="the unit again")
        self.box.exec("rm", unit)
        wait_until(self.box.path(unit).exists, what="the unit once more")
        self.assertTrue(loop.running())
        loop.signal("TERM")
        done = loop.finish()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr.count("can be changed by every user"), 1, done.stderr)

    def test_is_warned_of_where_the_directory_is_in_the_home_of_the_services_user(self) -> None:
        self.box.exec(PROGRAM, "init", "--directory", HOME, "--node", "tcp://127.0.0.1:26657", "--chain-id", "lava-testnet-2", check=False)
        done = self.box.exec(PROGRAM, "plan", f"{HOME}/.lavavisor/config.toml", check=False)
        self.assertEqual(done.stderr.count("warning: belongs to lava, who thereby"), 1, done.stderr)
        self.assertNotEqual(done.returncode, 3, done.stderr)


class Planted(OneService):
    """The directory is the services' user's, who puts things in lavavisor's way."""

    def setUp(self) -> None:
        super().setUp()
        self.apply()
        self.box.exec("chown", "-R", "lava:", DIRECTORY)
        self.box.write("/etc/untouched/lavap", "the host's own\n", 0o600)

    def untouched(self) -> list[tuple[str, int, int, bytes]]:
        found = []
        for path in sorted(self.box.path("/etc/untouched").rglob("*")):
            status = path.lstat()
            found.append((path.name, status.st_mode, status.st_uid, path.read_bytes()))
        return found

    def test_a_directory_of_theirs_is_warned_of_once(self) -> None:
        done = self.lavavisor("apply")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr.count("belongs to lava"), 1, done.stderr)

    def test_links_of_theirs_are_refused_and_lead_nowhere(self) -> None:
        for link in ("upgrades/v6.2.5", "services/x.service", "upgrades/.v6.2.5.partial", "upgrades/.v6.2.5.lock", "lock", "state.db"):
            target = "/etc/untouched" + ("" if link == "upgrades/v6.2.5" else "/lavap")
            path, before = f"{DIRECTORY}/{link}", self.untouched()
            self.as_lava(f"if test -e {path}; then mv {path} {path}.kept; fi; ln -s {target} {path}")
            for words in (("apply",), ("run",), ("prune",), ("quarantine", "--clear", "6.2.4")):
                done = self.box.exec(PROGRAM, words[0], CONFIG, *words[1:], check=False)
                self.assertEqual(done.returncode, 3, f"{link}: {done.stderr}")
                self.assertIn(f"{path}:1:1: is a symbolic link that lava made", done.stderr)
            self.assertEqual(self.untouched(), before)
            self.as_lava(f"rm {path}; if test -e {path}.kept; then mv {path}.kept {path}; fi")
        self.assertEqual(self.lavavisor("apply").returncode, 0)

    def test_fifos_of_theirs_are_not_waited_for(self) -> None:
        for name in ("state.db", "lock", "services/provider-eth1.service", "upgrades/.v6.2.5.partial", "upgrades/.v6.2.5.lock"):
            path = f"{DIRECTORY}/{name}"
            self.as_lava(f"if test -e {path}; then mv {path} {path}.kept; fi; mkfifo {path}")
            done = self.box.exec(PROGRAM, "apply", CONFIG, check=False, timeout=20)
            self.assertIn(done.returncode, (0, 1), f"{name}: {done.stderr}")
            self.as_lava(f"rm {path}; if test -e {path}.kept; then mv {path}.kept {path}; fi")
        self.assertEqual(self.lavavisor("apply").returncode, 0)

    def test_a_textfile_in_a_folder_of_theirs_follows_no_link_and_waits_for_no_fifo(self) -> None:
        self.config["metrics"] = {"textfile": TEXTFILE}
        folder, before = os.path.dirname(TEXTFILE), self.untouched()
        self.box.exec("install", "-d", "-o", "lava", folder)
        for plant in (f"ln -s /etc/untouched/lavap {TEXTFILE}", f"mkfifo {TEXTFILE}"):
            self.as_lava(plant)
            self.assertEqual(self.lavavisor("apply", timeout=20).returncode, 0)
            self.assertIn("lavavisor_", self.box.read(TEXTFILE))
            self.box.exec("rm", TEXTFILE)
        self.assertEqual(self.untouched(), before)


class Made(OneService):
    """Modes and owners of all that lavavisor makes, whatever umask(2) says."""

    # path, mode, owner; {owner} is who runs lavavisor
    TABLE = (
        (r"{top}", 0o755),
        (r"{top}/lock", 0o644),
        (r"{top}/state\.db", 0o644),
        (r"{top}/state\.db-(wal|shm)", 0o644),
        (r"{top}/upgrades", 0o755),
        (r"{top}/upgrades/v6\.2\.4", 0o755),
        (r"{top}/upgrades/v6\.2\.4/lavap", 0o755),
        (r"{top}/upgrades/\.v6\.2\.5\.partial(\.resume)?", 0o600),
        (r"{top}/services", 0o755),
        (r"{top}/services/logs", 0o755),
        (r"{top}/services/logs/.*\.log", None),  # systemd makes it
        (r"{top}/services/provider-eth1\.service", 0o644),
        (r"{top}/services/provider-eth1\.service\.imported", 0o600),
        (r"{top}/services/protocol_yml_configs", 0o755),
        (r"{top}/services/protocol_yml_configs/provider-eth1\.yml", "config"),
        (r"{top}/config\.toml", 0o644),
        (r"{top}/lavavisor\.schema\.json", 0o644),
        (re.escape(TEXTFILE), 0o644),
    )

    def assert_made(self, top: str, owner: int, umask: str, config_mode: int, more: tuple[str, ...] = ()) -> None:
        paths = self.box.exec("find", top, *more).stdout.split()
        self.assertGreater(len(paths), 8, paths)
        for name in paths:
            found = self.box.path(name).lstat()
            rows = [mode for pattern, mode in self.TABLE if re.fullmatch(pattern.format(top=re.escape(top)), name)]
            self.assertEqual(len(rows), 1, f"{name} is in no row of the table, or in several")
            mode = config_mode if rows[0] == "config" else rows[0]
            actual = stat.S_IMODE(found.st_mode)
            loose = rows[0] == 0o644 and umask == "077" and actual == 0o600  # stricter is fine for our own
            if mode is not None and not loose:
                self.assertEqual(f"{actual:o}", f"{mode:o}", f"{name} under umask {umask}")
            self.assertEqual(actual & 0o022, 0, name)
            self.assertEqual(found.st_uid, owner, name)

    def test_by_root(self) -> None:
        self.config["metrics"] = {"textfile": TEXTFILE}
        self.box.exec("install", "-d", os.path.dirname(TEXTFILE))
        self.config["binary"]["release"]["timeout"] = "1s"
        self.devnet.releases.add("6.2.5", asset_fault="stall")
        for umask in ("000", "022", "077"):
            self.write_config()
            self.box.shell(f"rm -rf {DIRECTORY}")
            self.devnet.set(target="6.2.4")
            self.box.shell(f"umask {umask}; {PROGRAM} apply {CONFIG} >&2")
            self.devnet.set(target="6.2.5")
            self.box.shell(f"umask {umask}; {PROGRAM} apply {CONFIG} >&2 || :")
            self.assertEqual(self.partials(), [".v6.2.5.partial", ".v6.2.5.partial.resume"])
            self.assert_made(DIRECTORY, 0, umask, 0o640, (TEXTFILE,))
            group = self.box.path(f"{DIRECTORY}/services/protocol_yml_configs/provider-eth1.yml").stat().st_gid
            self.assertEqual(group, int(self.box.exec("id", "-g", "lava").stdout))
            for link in (LINK, f"{UNIT_DIR}/provider-eth1.service"):
                self.assertEqual(self.box.path(link).lstat().st_uid, 0)

    def test_of_a_unit_that_is_taken_over(self) -> None:
        unit = "[Service]\nUser=lava\nEnvironment=TOKEN=x\nExecStart=/usr/bin/sleep 1000\n"
        self.service("provider-eth1")["adopt"] = hashlib.sha256(unit.encode()).hexdigest()
        self.write_config()
        for umask in ("000", "022", "077"):
            self.box.shell(f"rm -rf {DIRECTORY} {UNIT_DIR}/provider-eth1.service")
            self.box.write(f"{UNIT_DIR}/provider-eth1.service", unit)
            self.box.shell(f"systemctl daemon-reload; umask {umask}; {PROGRAM} apply {CONFIG} >&2")
            self.assertTrue(self.box.path(f"{DIRECTORY}/services/provider-eth1.service.imported").exists())
            self.assert_made(DIRECTORY, 0, umask, 0o640)

    def test_by_a_user(self) -> None:
        owner = int(self.box.exec("id", "-u", "lava").stdout)
        top = f"{HOME}/.lavavisor"
        self.config["directory"] = top
        self.config["systemd"] = {"scope": "none", "create_link": False}
        self.config["binary"]["link"] = f"{HOME}/lavap"
        for umask in ("000", "022", "077"):
            self.write_config()
            self.box.shell(f"rm -rf {top}")
            self.as_lava(f"cd; umask {umask}; {PROGRAM} apply {CONFIG} >&2")
            self.assert_made(top, owner, umask, 0o600)

    def test_by_init(self) -> None:
        for umask in ("000", "022", "077"):
            self.box.shell(f"rm -rf {HOME}/.lavavisor; umask {umask}; {PROGRAM} init --directory {HOME} --node tcp://127.0.0.1:26657 --chain-id lava-testnet-2 >&2 || :")
            self.assert_made(f"{HOME}/.lavavisor", 0, umask, 0o640)


class OwnUser(OneService):
    """examples/own-user: the loop's work as the user lavavisor, whom polkit lets do it."""

    def setUp(self) -> None:
        super().setUp()
        if not self.box.path("/usr/lib/polkit-1/polkitd").exists():
            self.skipTest("polkitd is not installed")
        self.box.shell(
            f"useradd --system --home-dir {DIRECTORY} --shell /usr/sbin/nologin lavavisor;"
            f"install -d -o lavavisor -g lavavisor {DIRECTORY} {DIRECTORY}/services;"
            f"ln -s {DIRECTORY}/services/provider-eth1.service {UNIT_DIR}/"
        )
        self.config["binary"]["link"] = ""
        self.config["systemd"] = {"scope": "system", "create_link": False}
        self.config["defaults"]["user"] = "lavavisor"
        self.rules = (ROOT / "examples/own-user/50-lavavisor.rules").read_text()

    def as_own_user(self, *words: str) -> Any:
        return self.box.exec("setpriv", "--reuid=lavavisor", "--regid=lavavisor", "--clear-groups", *words, check=False)

    def test_upgrades_the_services_that_the_rule_names(self) -> None:
        self.box.write("/etc/polkit-1/rules.d/50-lavavisor.rules", self.rules)
        self.write_config()
        for target in ("6.2.4", "6.2.5"):
            self.devnet.releases.add(target)
            self.devnet.set(target=target)
            done = self.as_own_user(PROGRAM, "apply", CONFIG)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assert_runs(target)
        refused = self.as_own_user("systemctl", "--no-ask-password", "stop", "dbus.service")
        self.assertNotEqual(refused.returncode, 0)

    def test_does_nothing_to_services_without_the_rule(self) -> None:
        self.write_config()
        done = self.as_own_user(PROGRAM, "apply", CONFIG)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertEqual(self.states()["provider-eth1"]["ActiveState"], "inactive")


class Secrets(OneService):
    def setUp(self) -> None:
        super().setUp()
        port = self.devnet.nodes[0].port
        self.config["chain"]["endpoints"] = [f"http://op:{SECRET}@127.0.0.1:{port}"]
        self.service("provider-eth1")["node"] = f"tcp://127.0.0.1:{port}"
        self.config["notify"] = {"webhook": f"http://127.0.0.1:9/{SECRET}", "timeout": "1s"}
        # Looks at who is at work while lavavisor is, and at what it was given itself.
        self.box.write(
            "/etc/lavavisor/look",
            "#!/bin/sh\nset -e\nenv > /run/seen-env\ncat /proc/[0-9]*/cmdline > /run/seen-argv || :\n", 0o755,
        )  # fmt: skip
        self.config["hooks"] = {"pre_upgrade": ["/etc/lavavisor/look"]}
        self.write_config()
        self.box.exec("chmod", "600", CONFIG)

    def write_config(self) -> None:
        super().write_config()
        self.box.exec("chmod", "600", CONFIG)

    def test_are_in_no_argument_no_environment_no_log_and_no_ledger(self) -> None:
        words = []
        for target in ("6.2.4", "6.2.5"):
            self.devnet.releases.add(target)
            self.devnet.set(target=target)
            done = self.box.exec(PROGRAM, "--log-level", "trace", "apply", CONFIG, check=False)
            words += [done.stdout, done.stderr]
            self.assertEqual(done.returncode, 0, done.stderr)
        for command in (("status",), ("status", "--json"), ("explain",), ("plan", "--json"), ("history", "--json"), ("doctor",), ("validate",)):
            done = self.box.exec(PROGRAM, command[0], CONFIG, *command[1:], check=False)
            words += [done.stdout, done.stderr]
        words += self.box.journal("provider-eth1.service")
        for text in words:
            self.assertNotIn(SECRET, text)
        files = [path for path in self.box.path(DIRECTORY).rglob("*") if path.is_file()]
        for path in [*files, *self.box.path("/run").glob("seen-*")]:
            self.assertNotIn(SECRET.encode(), path.read_bytes(), path)

    def test_are_in_no_core_and_in_no_memory_that_the_same_user_may_read(self) -> None:
        if b"__asan_init" in program("LAVAVISOR").read_bytes():
            self.skipTest("LeakSanitizer has to look into the program's memory")
        self.config |= {"directory": f"{HOME}/.lavavisor", "systemd": {"scope": "none", "create_link": False}}
        self.config["binary"]["link"] = ""
        self.write_config()
        self.box.exec("chown", "lava", CONFIG)
        self.as_lava("mkdir /tmp/cores")
        script = f"ulimit -c unlimited; cd /tmp/cores; exec setpriv --no-new-privs {PROGRAM} run {CONFIG}"
        loop = self.box.spawn("runuser", "-u", "lava", "--", "sh", "-ec", script)
        control = self.box.spawn("runuser", "-u", "lava", "--", "sh", "-ec", "ulimit -c unlimited; cd /tmp/cores; exec sleep 60")
        find = "pgrep -o -u lava -x {} || :"
        ours = wait_until(lambda: self.box.shell(find.format("lavavisor")).strip(), what="the loop")
        theirs = wait_until(lambda: self.box.shell(find.format("sleep")).strip(), what="the control")
        wait_until(lambda: self.box.path(f"{HOME}/.lavavisor/state.db").exists(), what="its first pass")
        for name in ("mem", "environ", "maps"):
            self.assertEqual(self.as_lava(f"dd if=/proc/{theirs}/{name} bs=1 count=0 2>&1", check=False).returncode, 0, name)
            self.assertNotEqual(self.as_lava(f"dd if=/proc/{ours}/{name} bs=1 count=0 2>&1", check=False).returncode, 0, name)
        self.as_lava(f"kill -ABRT {ours} {theirs}")
        loop.finish()
        control.finish()
        pattern = self.box.read("/proc/sys/kernel/core_pattern").strip()
        cores = [path.name for path in self.box.path("/tmp/cores").iterdir()]
        if pattern.startswith(("|", "/")):
            self.assertEqual(cores, [])
        else:
            self.assertEqual(len(cores), 1, f"the control's alone, by {pattern}: {cores}")


if __name__ == "__main__":
    unittest.main()
