"""examples/gitops: a host follows a Git repository, and only those who may sign command it.

SPDX-License-Identifier: Apache-2.0
"""

from __future__ import annotations

import json
import subprocess
import unittest
from typing import Any

from harness import PROGRAM, ROOT, UNIT_DIR, Scenario, document_of, program, wait_until

EXAMPLE = ROOT / "examples/gitops"
SERVICE = "lavavisor-gitops.service"
FETCH = "lavavisor-gitops-fetch.service"
TIMER = "lavavisor-gitops.timer"
SETTINGS = "/etc/lavavisor-gitops"
STATE = "/var/lib/lavavisor-gitops"
TREE = f"{STATE}/tree"
REMOTE = "/srv/hosts.git"
WORK = "/root/hosts"  # where those who write the configuration work
KEYS = "/root/keys"


class ExampleRepository(unittest.TestCase):
    def test_is_valid_for_each_of_its_hosts(self) -> None:
        hosts = sorted((EXAMPLE / "repository/hosts").iterdir())
        self.assertEqual([host.name for host in hosts], ["provider-1", "provider-2"])
        for host in hosts:
            done = subprocess.run([program("LAVAVISOR"), "validate", host], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)


class GitOps(Scenario):
    def setUp(self) -> None:
        super().setUp()
        self.box.exec("useradd", "--system", "--home-dir", "/nonexistent", "lavavisor-git")
        self.box.write("/usr/local/bin/lavavisor-gitops", (EXAMPLE / "lavavisor-gitops").read_text(), 0o755)
        for unit in EXAMPLE.glob("lavavisor-gitops*.*"):
            self.box.write(f"{UNIT_DIR}/{unit.name}", unit.read_text())
        self.box.exec("systemctl", "daemon-reload")
        self.write_settings()
        self.make_keys("ops", "stranger")
        self.make_repository()
        self.add_service("provider-eth1", health={"settle": "100ms", "timeout": "5s"})

    # --- the repository and its writers ----------------------------------------------------------

    def write_settings(self, **settings: str) -> None:
        lines = (EXAMPLE / "settings").read_text().splitlines()
        settings = {"REPOSITORY": f"file://{REMOTE}"} | settings
        lines = [f"{key}={settings.pop(key)}" if (key := line.split("=")[0]) in settings else line for line in lines]
        self.assertEqual(settings, {}, "settings that the example lacks")
        self.box.write(f"{SETTINGS}/settings", "\n".join(lines) + "\n")

    def make_keys(self, *names: str) -> None:
        self.box.exec("mkdir", "-m", "700", KEYS)
        for name in names:
            self.box.exec("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", f"{KEYS}/{name}")
        key = self.box.read(f"{KEYS}/{names[0]}.pub")
        self.box.write(f"{SETTINGS}/allowed_signers", f'{names[0]}@example namespaces="git" {key}')

    def make_repository(self) -> None:
        for name, value in {
            "user.name": "ops", "user.email": "ops@example", "safe.directory": "*",
            "gpg.format": "ssh", "init.defaultBranch": "main", "advice.detachedHead": "false",
        }.items():  # fmt: skip
            self.box.exec("git", "config", "--global", name, value)
        self.box.exec("git", "init", "--quiet", "--bare", REMOTE)
        self.box.exec("chown", "lavavisor-git:", REMOTE)
        self.box.exec("git", "clone", "--quiet", REMOTE, WORK)

    def git(self, *words: str) -> str:
        return self.box.exec("git", "-C", WORK, *words).stdout.strip()

    def write_tree(self) -> None:
        """What self.config says, as the example's repository has it, and another host's folder."""
        common = {key: value for key, value in self.config.items() if key != "service"}
        self.box.write(f"{WORK}/common/base.toml", document_of(common))
        for host, services in {
            self.box.name: self.config["service"],
            "elsewhere": [{"name": "not-here", "type": "cache", "address": "127.0.0.1:20100"}],
        }.items():
            folder = f"{WORK}/hosts/{host}"
            self.box.write(f"{folder}/50-services.toml", document_of({"service": services}))
            self.box.exec("ln", "-sfn", "../../common/base.toml", f"{folder}/10-base.toml")
        for name in self.names():
            yaml = self.box.read(f"/etc/lavavisor/{name}.yml")
            self.box.write(f"{WORK}/hosts/{self.box.name}/{name}.yml", yaml)

    def commit(self, key: str = "ops") -> str:
        """Commit and push the working tree, signed by `key` ("" = not at all); the commit's id."""
        signing = ["-c", f"user.signingKey={KEYS}/{key}.pub"] if key else []
        self.git("add", "--all")
        self.git(*signing, "commit", "--quiet", "--allow-empty", "-m", "x", *(["-S"] if key else []))
        return self.push()

    def push(self) -> str:
        self.git("push", "--quiet", "--force", "origin", "HEAD:refs/heads/main")
        return self.git("rev-parse", "HEAD")

    # --- the host --------------------------------------------------------------------------------

    def sync(self, status: int = 0) -> None:
        """One pass of the units, which has to end with `status`."""
        self.box.exec("systemctl", "start", SERVICE, check=False, timeout=90)
        shown = self.box.show(SERVICE)[SERVICE]
        self.assertEqual(shown["ExecMainStatus"], str(status), "\n".join(self.words()))

    def words(self) -> list[str]:
        return [line for unit in (FETCH, SERVICE) for line in self.box.journal(unit)[-40:]]

    def in_tree(self, command: str, *words: str) -> Any:
        """What a command with --json prints of this host's folder."""
        folder = f"{TREE}/hosts/{self.box.name}"
        return json.loads(self.box.exec(PROGRAM, command, folder, "--json", *words).stdout)

    def newest_run(self) -> dict[str, Any]:
        return self.in_tree("history")["runs"][0]

    def start_from_a_good_commit(self) -> str:
        self.write_tree()
        commit = self.commit()
        self.sync()
        self.assert_runs("6.2.4")
        return commit

    def assert_repaired_from(self, commit: str) -> None:
        """What was broken by hand is mended, and history says from which commit."""
        self.assert_runs("6.2.4")
        run = self.newest_run()
        self.assertEqual((run["result"], run["config_commit"], run["config_dirty"]), ("changed", commit, False))

    # --- what is taken ---------------------------------------------------------------------------

    def test_a_signed_commit_is_applied_and_stands_in_history(self) -> None:
        first = self.start_from_a_good_commit()
        run = self.newest_run()
        self.assertEqual((run["config_commit"], run["config_dirty"]), (first, False))
        self.assertEqual(self.box.exec("systemctl", "is-active", "not-here.service", check=False).returncode, 3)

        self.devnet.releases.add("6.2.5")
        self.config["binary"]["version"] = "6.2.5"
        self.write_tree()
        second = self.commit()
        self.sync()
        self.assert_runs("6.2.5")
        self.git("-c", f"user.signingKey={KEYS}/ops.pub", "revert", "--no-edit", "-S", "HEAD")
        self.devnet.set(target="6.2.4")
        third = self.push()
        self.sync()
        commits = [run["config_commit"] for run in self.in_tree("history")["runs"]]
        self.assertEqual(commits[:3], [third, second, first])
        last = self.in_tree("status")["last_run"]
        self.assertEqual((last["trigger"], last["config_commit"], last["config_dirty"]), ("apply", third, False))
        text = self.box.exec(PROGRAM, "history", f"{TREE}/hosts/{self.box.name}").stdout
        self.assertRegex(text, rf"(?m)commit {first[:12]}$")

    def test_only_root_can_write_what_is_applied(self) -> None:
        self.start_from_a_good_commit()
        fetched = self.box.path(f"{STATE}-fetch/branch.bundle").stat()
        self.assertNotEqual(fetched.st_uid, 0)
        for place in (STATE, TREE, f"{TREE}/.git/config"):
            found = self.box.path(place).stat()
            self.assertEqual((found.st_uid, found.st_mode & 0o022), (0, 0), place)

    def test_the_timer_starts_it(self) -> None:
        self.write_tree()
        self.commit()
        self.box.write(f"{UNIT_DIR}/{TIMER}.d/now.conf", "[Timer]\nOnActiveSec=0\nRandomizedDelaySec=0\n")
        self.box.exec("systemctl", "daemon-reload")
        self.box.exec("systemctl", "start", TIMER)
        wait_until(lambda: self.running_release("provider-eth1") == "6.2.4", 30, "the timer's pass")

    def test_a_gpg_signature_counts_where_it_is_asked_for(self) -> None:
        home = "/root/gnupg"
        self.box.exec("mkdir", "-m", "700", home, "-p", f"{STATE}/gnupg")
        self.box.exec("chmod", "700", f"{STATE}/gnupg", home)
        gpg = ("gpg", "--homedir", home, "--batch", "--quiet", "--passphrase", "")
        for name in ("ops", "stranger"):
            self.box.exec(*gpg, "--quick-generate-key", f"{name}@example", "ed25519", "sign")
        key = self.box.exec(*gpg, "--export", "--armor", "ops@example").stdout
        self.box.write("/root/ops.asc", key)
        self.box.exec("gpg", "--homedir", f"{STATE}/gnupg", "--batch", "--quiet", "--import", "/root/ops.asc")
        self.write_settings(SIGNATURES="gpg")
        self.write_tree()
        self.git("add", "--all")
        commit = ("env", f"GNUPGHOME={home}", "git", "-C", WORK, "-c", "gpg.format=openpgp", "commit",
                  "--quiet", "--allow-empty", "-m", "x")  # fmt: skip
        for key, status in (("stranger", 3), ("ops", 0)):
            self.box.exec(*commit, f"--gpg-sign={key}@example")
            self.push()
            self.sync(status)
        self.assert_runs("6.2.4")
        self.commit()  # a good one, but by ssh
        self.sync(3)

    # --- what is not -----------------------------------------------------------------------------

    def test_the_first_commit_has_to_be_good_too(self) -> None:
        self.write_tree()
        self.commit(key="")
        self.sync(3)
        self.assertIn("no commit has been taken yet; this host is left as it is", self.words())
        self.assertEqual(self.installed(), [])

    def rewrite(self) -> str:
        self.git("-c", f"user.signingKey={KEYS}/ops.pub", "commit", "--quiet", "--amend", "--allow-empty", "-S", "-m", "y")
        return self.push()

    def set_back(self) -> str:
        self.git("reset", "--quiet", "--hard", "HEAD~")
        return self.push()

    def invalid(self) -> str:
        self.box.write(f"{WORK}/hosts/{self.box.name}/60-more.toml", "intervall = '5s'\n")
        return self.commit()

    def without_this_host(self) -> str:
        self.git("rm", "-r", "--quiet", f"hosts/{self.box.name}")
        return self.commit()

    def test_a_bad_commit_is_refused_and_the_host_is_kept_as_it_was(self) -> None:
        self.start_from_a_good_commit()
        good = self.commit()
        self.sync()
        for what, why in {
            lambda: self.commit(key=""): "no good signature",
            lambda: self.commit(key="stranger"): "no good signature",
            self.rewrite: "does not follow",
            self.set_back: "does not follow",
            self.invalid: "is not valid",
            self.without_this_host: f"has no hosts/{self.box.name}",
        }.items():
            bad = what()
            with self.subTest(why=why, bad=bad):
                self.box.exec("systemctl", "stop", "provider-eth1")
                self.sync(3)
                refused = [line for line in self.words() if f"commit {bad} is refused" in line]
                self.assertIn(why, "".join(refused), "\n".join(self.words()))
                self.assert_repaired_from(good)
            self.git("reset", "--quiet", "--hard", good)
        self.push()
        self.sync()

    def test_drift_is_repaired_while_the_repository_is_unreachable(self) -> None:
        good = self.start_from_a_good_commit()
        self.box.exec("mv", REMOTE, f"{REMOTE}.gone")
        self.box.exec("systemctl", "stop", "provider-eth1")
        self.sync()
        self.assertEqual(self.box.show(FETCH)[FETCH]["Result"], "exit-code")
        self.assert_repaired_from(good)

    def test_a_tree_that_was_edited_by_hand_is_marked_and_set_right_by_the_next_pass(self) -> None:
        good = self.start_from_a_good_commit()
        folder = f"{TREE}/hosts/{self.box.name}"
        edits = {
            "a changed file": f"echo '# by hand' >> {TREE}/common/base.toml",
            "one that is not in Git": f"echo '# by hand' > {folder}/90-local.toml",
        }
        for what, edit in edits.items():
            with self.subTest(what):
                self.box.shell(edit)
                self.box.exec(PROGRAM, "apply", folder)
                run = self.newest_run()
                self.assertEqual((run["config_commit"], run["config_dirty"]), (good, True))
                text = self.box.exec(PROGRAM, "status", folder).stdout
                self.assertRegex(text, rf"(?m)^Last run: .* commit {good[:12]} \(modified\)$")
                self.sync()
                self.assertEqual(self.newest_run()["config_dirty"], False)


if __name__ == "__main__":
    unittest.main()
