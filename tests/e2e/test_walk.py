"""The original's README, line by line: init, create-service, start, then an upgrade by proposal; and
what these commands do where the ground is not as the README has it.

github.com is the release server in the box, which its certificate store trusts: the commands are
those of the README, with the chain's flags added.
SPDX-License-Identifier: Apache-2.0
"""

import json
import os
import re
import subprocess
import unittest

from harness import LINK, PROGRAM, ROOT, UNIT_DIR, Scenario, wait_until

HOME = "/home/ubuntu"
SITE = f"{HOME}/.lavavisor"
CONSUMER = f"{HOME}/config/consumer-ETH1.yml"
PROVIDER = f"{HOME}/config/provider-ETH1.yml"
CHAIN = ("--chain-id", "lava", "--node", "http://127.0.0.1:26657")
FLAGS = ("--geolocation", "1", "--from", "user1", "--log_level", "info", "--keyring-backend", "test", *CHAIN)
NAMES = ("user1-ETH1", "user1-ETH1-provider")  # of the consumer, which is made first, and the provider
LOOP = "lavavisor.service"
OLD, NEW = "0.22.0", "0.23.2"
QUICK = '\n[defaults.health]\nsettle = "100ms"\n'


class Walk(Scenario):
    """A host with a user `ubuntu` whose home is closed to others, and who calls sudo."""

    release_port = 443

    def setUp(self) -> None:
        super().setUp()
        self.devnet.set(network="lava", target=OLD, min="0.21.0")
        self.devnet.releases.add(OLD)
        self.box.shell(
            "useradd --create-home --shell /bin/bash ubuntu; chmod 750 /home/ubuntu;"
            "echo 127.0.0.1 github.com >> /etc/hosts;"
            "cat /etc/lavavisor/ca.pem >> /etc/ssl/certs/ca-certificates.crt"
        )
        for port, name in enumerate(("consumer-ETH1", "provider-ETH1"), 2200):
            self.write_yaml(name, port)
        self.box.shell(f"mkdir {HOME}/config; mv /etc/lavavisor/*.yml {HOME}/config; chown -R ubuntu: {HOME}")

    # --- commands --------------------------------------------------------------------------------

    def sudo(self, *words: str, code: int = 0) -> str:
        """What `sudo lavavisor WORDS...` prints, which has to end with `code`."""
        return self.run_as(["env", "SUDO_USER=ubuntu", PROGRAM, *words], code)

    def run_as(self, argv: list[str], code: int) -> str:
        done: subprocess.CompletedProcess[str] = self.box.exec(*argv, check=False)
        text = done.stdout + done.stderr
        self.assertEqual(done.returncode, code, f"{' '.join(argv)}: {text}")
        return text

    def create(self, kind: str = "consumer", *more: str, flags: tuple[str, ...] = FLAGS, code: int = 0) -> str:
        return self.sudo("create-service", kind, f"{HOME}/config/{kind}-ETH1.yml", *flags, *more, code=code)

    def make_both(self, settings: str = "") -> None:
        """A site with the consumer and the provider, all files in place, nothing started."""
        self.sudo("init", "--auto-download", *CHAIN)
        if settings:
            self.edit(self.config_text() + settings)
        for kind in ("consumer", "provider"):
            self.create(kind, "--create-link")

    def start(self, *words: str) -> None:
        command = (PROGRAM, *(words or ("start", "--auto-start")))
        self.box.exec("systemd-run", f"--unit={LOOP}", f"--setenv=HOME={HOME}", *command)

    # --- what is there ---------------------------------------------------------------------------

    def config_text(self) -> str:
        return self.box.path(f"{SITE}/config.toml").read_bytes().decode()

    def edit(self, text: str) -> None:
        self.box.write(f"{SITE}/config.toml", text)

    def files(self, top: str = HOME) -> dict[str, object]:
        """Every file below `top` but state and lock, with what tells that it was not touched."""
        root = self.box.path(top)
        found: dict[str, object] = {}
        for path in sorted(root.rglob("*")):
            if not re.match(r"state\.db|lock$", path.name):
                kept = path.lstat()
                found[str(path.relative_to(root))] = (kept.st_ino, kept.st_mode, 0 if path.is_dir() else kept.st_mtime_ns)
        return found

    def link_of(self, inside: str = LINK) -> str:
        return os.readlink(self.box.path(inside))

    def binary(self, release: str) -> str:
        return f"{SITE}/upgrades/v{release}/lavap"

    def executable(self, name: str) -> str:
        """What the service's process was started from."""
        pid = self.box.show(f"{name}.service")[f"{name}.service"]["MainPID"]
        return self.box.exec("readlink", f"/proc/{pid}/exe", check=False).stdout.strip()

    def process(self, name: str) -> str:
        return self.box.show(f"{name}.service")[f"{name}.service"]["MainPID"]

    def until_all_run(self, release: str, *names: str) -> None:
        def all_run() -> bool:
            return all(self.executable(name) == self.binary(release) for name in names or NAMES)

        try:
            wait_until(all_run, 60, f"{release} everywhere")
        except AssertionError as error:
            self.fail(f"{error}\n" + "\n".join(self.box.journal(LOOP)[-40:]))


class Readme(Walk):
    def test_is_walked_from_init_to_an_upgrade_by_proposal(self) -> None:
        # 1. "This will setup LavaVisor directory and link the protocol binary"
        said = self.sudo("init", "--auto-download", *CHAIN)
        self.assertIn(f"wrote {SITE}/config.toml", said)
        self.assertEqual(self.link_of(), self.binary(OLD))
        self.assertEqual(self.box.exec("lavap", "version").stdout, OLD + "\n")
        # 2. "execute lavavisor create-service command to generate the service files"
        for kind in ("consumer", "provider"):
            self.create(kind, "--create-link")
        # 3. "Validate .lavavisor/services folder created and with generated service files"
        for name in NAMES:
            unit = f"{SITE}/services/{name}.service"
            self.assertIn(f"ExecStart={self.binary(OLD)} rpc", self.box.read(unit))
            self.assertIn("User=ubuntu", self.box.read(unit))
            self.assertEqual(self.link_of(f"{UNIT_DIR}/{name}.service"), unit)
            self.assertEqual(self.box.show(f"{name}.service")[f"{name}.service"]["ActiveState"], "inactive")
        for name, source in zip(NAMES, (CONSUMER, PROVIDER), strict=True):
            self.assertEqual(self.box.read(f"{SITE}/services/protocol_yml_configs/{name}.yml"), self.box.read(source))
        self.assertTrue(self.box.path(f"{SITE}/services/logs").is_dir())
        # 4. "Validate config.yml is updated and includes all of the target service names"
        for name in NAMES:
            self.assertRegex(self.config_text(), rf'(?m)^name +=\s*"{name}"$')
        # 5. "Execute lavavisor start --auto-start, and you should observe all services running"
        self.start("start", "--auto-start")
        self.until_all_run(OLD)
        # 6. "make an upgrade proposal"
        self.devnet.releases.add(NEW)
        self.devnet.set(target=NEW, min=OLD)
        # 7. "LavaVisor will detect the event and update the binaries. Then, it will reboot the processes"
        self.until_all_run(NEW)
        self.assertEqual(self.link_of(), self.binary(NEW))
        self.assertEqual(self.box.exec("lavap", "version").stdout, NEW + "\n")
        log = "\n".join(self.box.journal(LOOP))
        for words in (f"link release {NEW}: the chain asks for {NEW} in place of {OLD}", *(
            f"restart {name} with release {NEW} after {OLD}: the chain asks" for name in NAMES
        )):  # fmt: skip
            self.assertIn(words, log)
        self.assert_all_again_is_no_change()

    def upgrade_has_ended(self) -> bool:
        run = json.loads(self.sudo("history", "--json", "-n", "1"))["runs"][0]
        return run["result"] == "changed" and any(action["target"] == NEW for action in run["actions"])

    def assert_all_again_is_no_change(self) -> None:
        wait_until(self.upgrade_has_ended, 60, "the upgrade's last health gate")
        self.box.exec("systemctl", "stop", LOOP)
        before = self.files(), self.files(UNIT_DIR), [self.process(name) for name in NAMES]
        self.assertIn("Converged: nothing to do.", self.sudo("init", "--auto-download", *CHAIN))
        for kind in ("consumer", "provider"):
            self.assertIn("Converged: nothing to do.", self.create(kind, "--create-link"))
        self.assertIn("Converged: nothing to do.", self.sudo("apply", f"{SITE}/config.toml"))
        self.assertEqual((self.files(), self.files(UNIT_DIR), [self.process(name) for name in NAMES]), before)


class ShippedUnit(Walk):
    def test_runs_start_with_the_drop_in_of_our_readme(self) -> None:
        self.make_both(QUICK)
        drop_in = re.search(r"```\n(\[Unit\]\nConditionPathExists=\n.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
        self.assertIsNotNone(drop_in)
        self.box.write(f"{UNIT_DIR}/{LOOP}", (ROOT / "examples/systemd/lavavisor.service").read_text())
        self.box.write(f"{UNIT_DIR}/{LOOP}.d/override.conf", drop_in[1] if drop_in else "")
        self.box.exec("systemctl", "daemon-reload")
        self.box.exec("systemctl", "enable", "--now", LOOP)
        self.until_all_run(OLD)
        self.devnet.releases.add(NEW)
        self.devnet.set(target=NEW)
        self.until_all_run(NEW)
        self.assertEqual(self.link_of(), self.binary(NEW))


class Init(Walk):
    def test_names_the_place_for_a_binary_that_it_may_not_download(self) -> None:
        said = self.sudo("init", *CHAIN, code=1)
        self.assertIn(f"it is waited for at {self.binary(OLD)}; or set auto_download = true", said)
        self.assertFalse(self.box.path(LINK).is_symlink())
        self.box.write(self.binary(OLD), self.devnet.releases.releases[OLD].content, 0o755)
        self.sudo("init", *CHAIN)
        self.assertEqual(self.link_of(), self.binary(OLD))

    def test_writes_what_it_was_told_and_leaves_a_file_that_is_there(self) -> None:
        self.sudo("init", "--auto-download", *CHAIN)
        for line in ('id        = "lava"', 'endpoints = ["http://127.0.0.1:26657"]', "auto_download = true",
                     f'directory = "{SITE}"', f'link          = "{LINK}"'):  # fmt: skip
            self.assertIn(line, self.config_text().splitlines())
        before = self.files()
        said = self.sudo("init", "--chain-id", "lava-testnet-2", "--node", "tcp://127.0.0.1:1")
        self.assertIn("says chain.id = lava", said)
        self.assertIn("asks http://127.0.0.1:26657", said)
        self.assertEqual(self.files(), before)

    def test_writes_nothing_that_would_not_do(self) -> None:
        before = self.files()
        self.assertIn("'nonsense' has no scheme", self.sudo("init", "--node", "nonsense", code=3))
        self.assertEqual(self.files(), before)

    def test_needs_a_folder_that_lavaps_user_may_enter(self) -> None:
        self.box.exec("chmod", "700", "/root")
        said = self.run_as([PROGRAM, "init", "--auto-download", *CHAIN], 3)
        self.assertIn("/root is open to root alone, and lavap never runs as root; say --directory", said)
        self.assertFalse(self.box.path("/root/.lavavisor").exists())
        self.run_as([PROGRAM, "init", "--auto-download", "--directory", "/srv", *CHAIN], 0)
        self.assertEqual(self.link_of(), f"/srv/.lavavisor/upgrades/v{OLD}/lavap")

    def test_overwrites_no_lavap_of_the_operators(self) -> None:
        self.box.write(LINK, "#!/bin/sh\n", 0o755)
        self.box.shell(f"runuser -u ubuntu -- mkdir -p {HOME}/go/bin")
        said = self.sudo("init", "--auto-download", *CHAIN)
        self.assertIn(f"{LINK} is not a link of this lavavisor and stays as it is; remove it and set binary.link", said)
        self.assertEqual(self.box.read(LINK), "#!/bin/sh\n")
        self.assertEqual(self.link_of(f"{HOME}/go/bin/lavap"), self.binary(OLD))

    def test_works_without_systemd(self) -> None:
        command = " ".join([PROGRAM, "init", "--auto-download", "--directory", "/srv", *CHAIN])
        self.run_as(["unshare", "--mount", "sh", "-ec", f"mount -t tmpfs none /run; {command}"], 0)
        self.assertEqual(self.link_of(), f"/srv/.lavavisor/upgrades/v{OLD}/lavap")

    def test_is_for_a_user_without_root_too(self) -> None:
        user = ["runuser", "-u", "ubuntu", "--", "env", f"HOME={HOME}", PROGRAM]
        self.run_as([*user, "init", "--auto-download", "--directory", HOME, *CHAIN], 0)
        self.assertEqual(self.link_of(f"{HOME}/.local/bin/lavap"), self.binary(OLD))
        self.assertIn('scope = "user"', self.config_text())
        self.run_as([*user, "create-service", "consumer", CONSUMER, *FLAGS, "--create-link"], 0)
        linked = self.link_of(f"{HOME}/.config/systemd/user/user1-ETH1.service")
        self.assertEqual(linked, f"{SITE}/services/user1-ETH1.service")
        self.assertNotIn("User=", self.box.read(linked))

    def test_goes_on_as_start_when_asked(self) -> None:
        self.make_both(QUICK)
        self.start("init", "--auto-download", "--auto-start", *CHAIN)
        self.until_all_run(OLD)
        self.assertEqual(self.box.show(LOOP)[LOOP]["ActiveState"], "active")

    def test_points_out_what_the_original_left(self) -> None:
        self.box.write(f"{SITE}/config.yml", "services: []\n")
        self.assertIn("import makes it of the config.yml there", self.sudo("start", code=3))
        self.assertIn("run lavavisor import", self.sudo("init", "--auto-download", *CHAIN))

    def test_has_to_come_before_start(self) -> None:
        said = self.sudo("start", code=3)
        self.assertIn(f"there is no {SITE}/config.toml; lavavisor init makes it", said)


class CreateService(Walk):
    def test_changes_one_table_in_place_and_restarts_that_service_alone(self) -> None:
        self.make_both(QUICK)
        self.sudo("apply", f"{SITE}/config.toml")
        text, before = self.config_text(), [self.process(name) for name in NAMES]
        louder = tuple("debug" if word == "info" else word for word in FLAGS)
        self.create("provider", "--parallel-connections", "7", flags=louder)
        head, table = text.rsplit("[[service]]", 1)
        changed = table.replace('"info"', '"debug"') + "flags = { parallel-connections = 7 }\n"
        self.assertEqual(self.config_text(), head + "[[service]]" + changed)
        self.sudo("apply", f"{SITE}/config.toml")
        after = [self.process(name) for name in NAMES]
        self.assertEqual(after[0], before[0])
        self.assertNotEqual(after[1], before[1])
        self.assertIn("--parallel-connections", " ".join(self.argv_of(NAMES[1])))

    def test_links_its_unit_when_asked_and_start_does_otherwise(self) -> None:
        self.sudo("init", "--auto-download", *CHAIN)
        self.edit(self.config_text() + QUICK)
        self.create("consumer")
        self.assertTrue(self.box.path(f"{SITE}/services/user1-ETH1.service").is_file())
        self.assertFalse(self.box.path(f"{UNIT_DIR}/user1-ETH1.service").is_symlink())
        self.start("start", "--auto-download")
        self.until_all_run(OLD, "user1-ETH1")
        # A second service, while start runs: it sees to it.
        said = self.create("provider", "--create-link")
        self.assertRegex(said, r"at work there \(pid \d+\) sees to it")
        self.until_all_run(OLD)

    def test_keeps_every_byte_of_a_file_with_other_line_ends_and_comments(self) -> None:
        self.sudo("init", "--auto-download", *CHAIN)
        text = (self.config_text() + '\n[rollout] # gently\n\tmax_parallel = 2\n# the end\n').replace("\n", "\r\n")
        self.edit(text)
        self.create()
        added = self.config_text()
        self.assertEqual(added[: len(text)], text)
        self.assertRegex(added[len(text) :], r'\A\r\n\[\[service\]\]\r\n(\w+ += .*\r\n){7}\Z')

    def test_loses_nothing_when_several_run_at_once(self) -> None:
        self.sudo("init", "--auto-download", *CHAIN)
        for at in range(5):
            yaml = self.box.read(CONSUMER).replace("2200", f"23{at:02}")
            self.box.write(f"{HOME}/config/{at}.yml", yaml)
        self.box.shell(
            f"for at in 0 1 2 3 4; do {PROGRAM} create-service consumer {HOME}/config/$at.yml --from u$at "
            f"--geolocation 1 --directory {HOME} & done; wait"
        )
        names = re.findall(r'(?m)^name += "(.*)"$', self.config_text())
        self.assertEqual(sorted(names), [f"u{at}-ETH1" for at in range(5)])

    def test_refuses_services_written_inline_with_advice(self) -> None:
        self.sudo("init", "--auto-download", *CHAIN)
        inline = f'service = [{{ name = "a", type = "consumer", config = "{CONSUMER}" }}]\n'
        self.edit(inline + self.config_text())
        before = self.files()
        self.assertIn("write each of them as a table of its own under [[service]]", self.create(code=3))
        self.assertEqual(self.files(), before)

    def test_refuses_bad_arguments_and_touches_nothing(self) -> None:
        self.box.write(f"{HOME}/config/empty.yml", "chain: ETH1\n")
        need = ("--geolocation", "1", "--from", "user1")
        rows: list[tuple[str, tuple[str, ...], str]] = [
            ("a file that is not there", ("consumer", "/nowhere.yml", *need), "cannot read /nowhere.yml: no such file"),
            ("a YAML without endpoints", ("consumer", f"{HOME}/config/empty.yml", *need), "empty.yml:1:1: "),
            ("an unknown type", ("validator", CONSUMER, *need), "validator not in {provider,consumer}"),
            ("no --from", ("consumer", CONSUMER, "--geolocation", "1"), "--from is required"),
            ("no --geolocation", ("consumer", CONSUMER, "--from", "user1"), "--geolocation is required"),
            ("a geolocation of 0", ("consumer", CONSUMER, "--geolocation", "0", "--from", "user1"), "at least 1"),
            ("an unknown backend", ("consumer", CONSUMER, *need, "--keyring-backend", "paper"), "found 'paper'"),
            ("an odd node", ("consumer", CONSUMER, *need, "--node", "ftp://x"), "unknown scheme"),
            ("another chain", ("consumer", CONSUMER, *need, "--chain-id", "other"), "one file is one chain"),
        ]
        before = self.files()
        for what, words, said in rows[:5]:  # even where there is no site yet
            with self.subTest(what):
                self.assertIn(said, self.sudo("create-service", *words, code=3))
                self.assertEqual(self.files(), before)
        self.sudo("init", "--auto-download", *CHAIN)
        before = self.files()
        for what, words, said in rows:
            with self.subTest(what):
                self.assertIn(said, self.sudo("create-service", *words, code=3))
                self.assertEqual(self.files(), before)

    def test_tells_of_a_user_who_is_still_to_be_made(self) -> None:
        self.sudo("init", "--auto-download", *CHAIN)
        said = self.create("consumer", "--user", "carol")
        self.assertIn("the user carol does not exist on this host yet; create it (useradd --system", said)
        self.assertIn("User=carol", self.box.read(f"{SITE}/services/user1-ETH1.service"))


if __name__ == "__main__":
    unittest.main()
