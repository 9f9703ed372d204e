"""The Debian package in a real system: installed, used, upgraded while services run, removed, purged.

The box sees the host's root under an overlay of its own, so that dpkg changes nothing of the host.
$LAVAVISOR_PACKAGES is the folder in which cpack has put the package.
SPDX-License-Identifier: Apache-2.0
"""

import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import CONFIG, DIRECTORY, LINK, PROGRAM, UNIT_DIR, Scenario, wait_until

LOOP = "lavavisor.service"
UNITS = (LOOP, "lavavisor-apply.service", "lavavisor-apply.timer")


def package() -> Path:
    """The package that was built last."""
    found = Path(os.environ.get("LAVAVISOR_PACKAGES", "")).glob("lavavisor_*.deb")
    newest = max(found, key=lambda path: path.stat().st_mtime, default=None)
    if newest is None:
        raise RuntimeError("$LAVAVISOR_PACKAGES has to name the folder of the package (run the tests by ctest)")
    return newest


class Packaged(Scenario):
    """A host with the package, and no other trace of lavavisor."""

    def setUp(self) -> None:
        super().setUp()
        # Containers forbid packages to start and stop services; this is a whole machine.
        self.box.shell(f"rm -f {PROGRAM} /usr/sbin/policy-rc.d; userdel --remove lava 2>&1")
        shutil.copy(package(), self.box.work / "lavavisor.deb")
        self.said = self.dpkg("--install", "/box/lavavisor.deb")
        for name in ("provider-eth1", "provider-near"):
            self.add_service(name, health={"settle": "100ms", "timeout": "5s"})

    def dpkg(self, *words: str) -> str:
        """What dpkg says; it is spared the wait for a disk that is thrown away."""
        env = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
        options = ("--force-unsafe-io", "--path-include=/usr/share/*")
        done = self.box.exec("dpkg", *options, *words, env=env, timeout=300)
        return done.stdout + done.stderr

    def tool(self, *words: str) -> str:
        done = self.box.exec("lavavisor", *words)
        return done.stdout + done.stderr

    def main_pid(self) -> str:
        return self.box.show(LOOP)[LOOP]["MainPID"]

    def start_loop(self) -> None:
        self.write_config()
        self.box.exec("systemctl", "enable", "--now", LOOP)
        try:
            wait_until(lambda: all(self.running_release(name) == "6.2.4" for name in self.names()), 30)
        except AssertionError as error:
            self.fail(f"{error}\n" + "\n".join(self.box.journal(LOOP)[-40:]))

    def newer_package(self) -> str:
        """The same package with a higher version; its path in the box."""
        with tempfile.TemporaryDirectory(prefix="lavavisor-package-") as folder:
            tree = Path(folder) / "tree"
            subprocess.run(["dpkg-deb", "--raw-extract", package(), tree], check=True)
            control = tree / "DEBIAN/control"
            control.write_text(re.sub(r"(?m)^(Version: .*)$", r"\g<1>+newer", control.read_text()))
            target = self.box.work / "newer.deb"
            subprocess.run(["dpkg-deb", "-Zgzip", "-z1", "--root-owner-group", "--build", tree, target],
                           check=True, capture_output=True)  # fmt: skip
        return "/box/newer.deb"


class Installed(Packaged):
    def test_has_program_pages_and_completions_in_their_places(self) -> None:
        self.assertEqual(self.dpkg("--verify", "lavavisor"), "")
        self.assertRegex(self.tool("version"), r"^\d+\.\d+\.\d+\n$")
        self.assertEqual(self.box.exec("which", "lavavisor").stdout, "/usr/bin/lavavisor\n")
        for page in ("man1/lavavisor.1", "man5/lavavisor.toml.5", "man7/lavavisor-reconcile.7"):
            text = self.box.shell(f"zcat /usr/share/man/{page}.gz | mandoc -T utf8")
            self.assertIn("lavavisor", text)
        bash = ". /usr/share/bash-completion/completions/lavavisor && complete -p lavavisor"
        self.assertIn("_lavavisor", self.box.exec("bash", "-c", bash).stdout)
        for file in ("/usr/share/zsh/vendor-completions/_lavavisor",
                     "/usr/share/fish/vendor_completions.d/lavavisor.fish",
                     "/usr/share/doc/lavavisor/copyright",
                     "/usr/share/doc/lavavisor/changelog.Debian.gz",
                     "/usr/share/lavavisor/schema/lavavisor.schema.json",
                     "/usr/share/lavavisor/examples/mainnet/config.toml"):  # fmt: skip
            self.assertTrue(self.box.path(file).is_file(), file)
        self.assertIn("valid", self.tool("validate", "/usr/share/lavavisor/examples/mainnet/config.toml"))

    def test_has_units_that_systemd_takes_and_starts_none(self) -> None:
        verified = self.box.exec("systemd-analyze", "verify", *UNITS)
        self.assertEqual((verified.stdout, verified.stderr), ("", ""))
        for unit, shown in self.box.show(*UNITS).items():
            self.assertEqual(shown["ActiveState"], "inactive", unit)
            self.assertIn(shown["UnitFileState"], ("disabled", "static"), unit)
            self.assertIn("/usr/bin/lavavisor", shown.get("ExecStart", "/usr/bin/lavavisor"))

    def test_makes_the_services_user_and_the_folders_and_no_configuration(self) -> None:
        passwd = self.box.exec("getent", "passwd", "lava").stdout.strip().split(":")
        self.assertEqual(passwd[5:], ["/var/lib/lava", "/usr/sbin/nologin"])
        modes = self.box.shell(f"stat -c '%U %a' /var/lib/lava {DIRECTORY} /etc/lavavisor")
        self.assertEqual(modes, "lava 750\nroot 755\nroot 755\n")
        self.assertFalse(self.box.path(CONFIG).exists())


class Used(Packaged):
    def test_services_outlive_upgrade_removal_and_purge(self) -> None:
        self.write_config()
        self.tool("validate")
        self.assertIn("provider-near", self.tool("plan"))
        self.start_loop()
        pids, loop = self.pids(), self.main_pid()

        self.dpkg("--install", self.newer_package())
        self.assertIn("+newer", self.box.exec("dpkg-query", "-W", "lavavisor").stdout)
        self.assertNotIn(self.main_pid(), ("0", loop))
        self.assertEqual(self.box.show(UNITS[2])[UNITS[2]]["ActiveState"], "inactive")
        self.assertEqual(self.pids(), pids)

        self.dpkg("--remove", "lavavisor")
        self.assertEqual(self.main_pid(), "0")
        self.assertFalse(self.box.path("/usr/bin/lavavisor").exists())
        self.assertFalse(self.box.path("/lib/systemd/system/lavavisor.service").exists())
        self.assertEqual(self.pids(), pids)

        self.assertIn("services are run from /var/lib/lavavisor, so it stays", self.dpkg("--purge", "lavavisor"))
        self.assertEqual(self.pids(), pids)
        self.assert_runs("6.2.4")
        self.assertTrue(self.box.path(CONFIG).exists())
        self.assertFalse(self.box.path(f"{UNIT_DIR}/multi-user.target.wants/{LOOP}").is_symlink())

    def test_is_at_work_again_once_it_is_installed_again(self) -> None:
        self.start_loop()
        pids = self.pids()
        self.dpkg("--remove", "lavavisor")
        self.dpkg("--install", "/box/lavavisor.deb")
        self.assertEqual(self.box.show(LOOP)[LOOP]["UnitFileState"], "enabled")
        self.assertIn("6.2.4", self.tool("status"))
        self.assertEqual(self.pids(), pids)

    def test_a_stopped_loop_stays_stopped_over_an_upgrade(self) -> None:
        self.start_loop()
        self.box.exec("systemctl", "stop", LOOP)
        self.dpkg("--install", self.newer_package())
        self.assertEqual(self.main_pid(), "0")

    def test_a_purge_takes_all_where_no_service_is_left(self) -> None:
        self.start_loop()
        self.box.exec("systemctl", "stop", LOOP)
        self.box.shell("systemctl disable --now provider-eth1 provider-near")
        self.assertNotIn("stays", self.dpkg("--purge", "lavavisor"))
        for gone in (DIRECTORY, LINK):
            self.assertFalse(os.path.lexists(self.box.path(gone)), gone)
        self.assertTrue(self.box.path(CONFIG).exists())
        self.assertTrue(self.box.path("/var/lib/lava").exists())


if __name__ == "__main__":
    unittest.main()
