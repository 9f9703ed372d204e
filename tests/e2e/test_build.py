"""Binaries that are built from source: by the real Go, as the service's user, without network.

SPDX-License-Identifier: Apache-2.0
"""

import hashlib
import io
import shutil
import unittest
import zipfile

from harness import DIRECTORY, Scenario, wait_until

from devnet_releases import DOWNLOAD, SOURCE

UPGRADES = f"{DIRECTORY}/upgrades"
GO_MOD = "module example.com/lava\n\ngo 1.18\n"
MAIN = """package main

import (
\t"os"
\t"os/signal"
)

func main() {
\tif len(os.Args) > 1 && os.Args[1] == "version" {
\t\tos.Stdout.WriteString("%s\\n")
\t\treturn
\t}
\tended := make(chan os.Signal, 1)
\tsignal.Notify(ended, os.Interrupt)
\t<-ended
}
"""


def source_of(version: str, main: str = MAIN, package: str = "cmd/lavap") -> bytes:
    """The archive of a release as GitHub makes it."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        top = f"lava-{version}/"
        archive.writestr(top, b"")
        archive.writestr(top + "go.mod", GO_MOD)
        archive.writestr(f"{top}{package}/main.go", main % version if "%s" in main else main)
    return content.getvalue()


@unittest.skipUnless(shutil.which("go"), "Go is not installed")
class Build(Scenario):
    def setUp(self) -> None:
        super().setUp()
        self.binary = self.config["binary"]
        self.binary["method"] = "build"
        self.binary["build"] = {"url": self.devnet.releases.url.removesuffix(DOWNLOAD) + SOURCE + "/v{version}.zip"}
        self.binary["release"]["timeout"] = "5m"
        self.add_service("provider-eth1")

    def publish(self, version: str = "6.2.4", source: bytes = b"", **keys: object) -> bytes:
        release = self.devnet.releases.add(version, **keys)
        release.source = source or source_of(version)
        return release.source

    def pin(self, source: bytes, version: str = "6.2.4") -> None:
        self.binary["build"]["sha256"] = {version: hashlib.sha256(source).hexdigest()}

    def assert_no_rubbish(self) -> None:
        left = [path.name for path in self.box.path(UPGRADES).glob(".v*") if not path.name.endswith(".build.log")]
        self.assertEqual(left, [])

    def test_brings_a_service_up_with_what_it_built(self) -> None:
        self.pin(self.publish())
        report = self.apply(timeout=300)
        self.assertEqual(report.targets("install_binary"), ["6.2.4"])
        self.assert_runs("6.2.4")
        [installed] = self.report("status").document["installed"]
        place = self.box.path(f"{UPGRADES}/v6.2.4/lavap")
        self.assertEqual(installed["source"], "built")
        self.assertEqual(installed["sha256"], hashlib.sha256(place.read_bytes()).hexdigest())
        self.assertEqual(self.lavavisor("verify").returncode, 0)
        self.assertEqual(self.devnet.releases.requests, [], "no binary was asked for")
        self.assertEqual(self.strays(), [])
        self.assert_no_rubbish()
        self.assert_converged()

    def test_follows_a_release_page_that_has_no_binary_where_both_ways_are_open(self) -> None:
        self.binary["method"] = "auto"
        self.publish(asset_fault="404")
        self.devnet.releases.releases["6.2.4"].lists_source = True
        report = self.apply(timeout=300)
        self.assertIn("so it is built from source", report.text)
        self.assert_runs("6.2.4")
        self.assert_no_rubbish()
        self.assert_converged()

    def test_refuses_a_source_that_nothing_vouches_for(self) -> None:
        self.publish()
        report = self.apply(code=1)
        self.assertIn("sha256sum.txt does not list v6.2.4.zip", report.text)
        self.assertIn("pin its digest in binary.build.sha256", report.text)
        self.pin(b"another archive")
        self.assertIn("checksum mismatch", self.apply(code=1).text)
        self.assertEqual(self.installed(), [])
        self.assert_no_rubbish()

    def test_tells_what_does_not_compile(self) -> None:
        self.pin(self.publish(source=source_of("6.2.4", "package main\n\nfunc main() { nothing_of_that_name() }\n")))
        report = self.apply(code=1, timeout=300)
        log = f"{UPGRADES}/.v6.2.4.build.log"
        self.assertIn("undefined: nothing_of_that_name", report.text)
        self.assertIn(log, report.text)
        self.assertIn("nothing_of_that_name", self.box.read(log))
        self.assertEqual(self.installed(), [])
        self.assert_no_rubbish()

    def test_says_which_go_is_too_old(self) -> None:
        self.box.write("/opt/go/bin/go", "#!/bin/sh\necho go version go1.9 linux/amd64\n", 0o755)
        self.binary["build"]["go"] = "/opt/go/bin/go"
        self.pin(self.publish())
        report = self.apply(code=1)
        self.assertIn("go.mod asks for Go 1.18, /opt/go/bin/go is 1.9: install Go 1.18 or newer", report.text)

    def test_clears_up_after_one_that_was_killed_or_stopped(self) -> None:
        go = '#!/bin/sh\n[ "$1" != version ] || exec /usr/bin/go version\nid -un > "$HOME/who"\nexec sleep 1000\n'
        self.box.write("/opt/go/bin/go", go, 0o755)
        self.binary["build"]["go"] = "/opt/go/bin/go"
        self.pin(self.publish())
        at_work = self.box.path(f"{UPGRADES}/.v6.2.4.build/scratch/who")
        stopped = self.spawn_lavavisor("apply")
        wait_until(lambda: at_work.exists() and at_work.read_text() == "lava\n", what="the build as lava")
        stopped.signal("TERM")
        stopped.finish()
        self.assertFalse(at_work.parent.exists())
        self.assertEqual(self.box.shell("pgrep -x sleep", check=False), "")
        killed = self.spawn_lavavisor("apply")
        wait_until(at_work.exists, what="the build")
        killed.signal("KILL")
        killed.finish()
        self.assertTrue(at_work.exists())
        self.binary["build"]["go"] = "go"
        self.apply(timeout=300)
        self.assert_runs("6.2.4")
        self.assert_no_rubbish()


if __name__ == "__main__":
    unittest.main()
