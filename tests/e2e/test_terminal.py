"""What an operator sees on a terminal, and what a pipe gets in its place.

SPDX-License-Identifier: Apache-2.0
"""

import json
import re
import unittest

from harness import CONFIG, DIRECTORY, PROGRAM, Scenario, wait_until
from terminal import Screen, Terminal, width_of

CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"


def widest(text: str) -> int:
    return max(sum(map(width_of, line)) for line in text.split("\n"))


class OnATerminal(Scenario):
    def setUp(self) -> None:
        super().setUp()
        self.add_three_services()
        self.config["defaults"]["from"] = "operator"

    def terminal(self, *words: str, columns: int = 80, rows: int = 24, **env: str) -> Terminal:
        self.write_config()
        argv = self.box._command((PROGRAM, words[0], CONFIG, *words[1:]), {"TERM": "xterm-256color", **env})
        made = Terminal(argv, columns, rows, self.box._env)
        self.addCleanup(made.close)
        return made

    def assert_left_clean(self, terminal: Terminal) -> None:
        self.assertFalse(terminal.screen.cursor_hidden)
        self.assertFalse(terminal.screen.other_page)
        for word in ("waiting", "settling", "looking at"):
            self.assertNotIn(word, terminal.screen.text())

    def slow_release(self, release: str = "6.2.4") -> None:
        self.devnet.releases.add(release, size=3 << 20, rate=1_500_000)


class LiveDisplay(OnATerminal):
    def test_shows_download_and_services_and_leaves_their_ends(self) -> None:
        self.slow_release()
        self.config["defaults"]["health"] = {"settle": "2s", "timeout": "10s"}
        terminal = self.terminal("apply")
        self.assertEqual(terminal.finish(), 0, terminal.screen.text())
        seen = "\n".join(terminal.frames)
        for words in (
            r"release 6\.2\.4 .*\d+ %.* KiB|MiB/s",
            r"provider-eth1  waiting",
            r"provider-eth1  settling [01]/2 s",
            r"cache          settling 1/2 s +\d s",
        ):
            self.assertRegex(seen, words)
        self.assert_left_clean(terminal)
        text = terminal.screen.text()
        for line in (r"release 6\.2\.4  installed +\d", r"provider-eth1  healthy on 6\.2\.4 +\d", r"link           leads to 6\.2\.4"):
            self.assertEqual(len(re.findall(line, text)), 1, text)
        self.assertNotRegex(text, rf"{TIME} info")
        self.assertIn("Changed: ", text)
        self.assert_runs("6.2.4")

    def test_keeps_to_a_narrow_and_low_terminal(self) -> None:
        self.slow_release()
        for index in range(6):
            self.add_service(f"consumer-of-a-very-long-chain-name-{index}", "consumer")
        terminal = self.terminal("apply", columns=40, rows=5)
        self.assertEqual(terminal.finish(), 0, terminal.screen.text())
        self.assertIn("... ", "\n".join(terminal.frames))
        self.assertIn(" more", "\n".join(terminal.frames))
        for frame in terminal.frames:
            self.assertLessEqual(widest(frame), 40)
        self.assert_left_clean(terminal)
        for name in self.names():
            shown = name if len(name) <= 15 else rf"{name[:4]}\S*{name[-4:]}"
            self.assertRegex(terminal.screen.text(), rf"(?m)^{shown} +healthy")

    def test_has_room_for_a_whole_warning(self) -> None:
        self.slow_release()
        self.apply()
        self.devnet.releases.add("7.0.0")  # a new major version is worth a warning
        self.devnet.set(target="7.0.0")
        self.config["defaults"]["health"] = {"settle": "1s", "timeout": "10s"}
        terminal = self.terminal("apply", columns=60)
        self.assertEqual(terminal.finish(), 0, terminal.screen.text())
        [warning] = re.findall(rf"{TIME} warn  [^\n]*\n[^\n]*", terminal.screen.text())
        whole = warning.replace("\n", "")
        self.assertIn("the chain's target 7.0.0 is a new major version", whole)
        self.assertIn("provider-eth1  healthy on 7.0.0", terminal.screen.text())
        self.assert_left_clean(terminal)

    def test_survives_another_size(self) -> None:
        self.slow_release()
        terminal = self.terminal("apply", columns=100)
        terminal.wait_for(lambda screen: "%" in screen.text(), "the bar")
        terminal.resize(50, 12)
        terminal.wait_for(lambda screen: "6.2.4  installed" in screen.text(), "the end of the download")
        self.assertEqual(terminal.finish(), 0, terminal.screen.text())
        self.assert_left_clean(terminal)

    def test_gives_the_terminal_back_when_interrupted(self) -> None:
        self.slow_release()
        for name, end in {"Ctrl-C": lambda t: t.type("\x03"), "SIGTERM": lambda t: self.end_lavavisor()}.items():
            with self.subTest(name):
                terminal = self.terminal("apply")
                terminal.wait_for(lambda screen: "%" in screen.text(), "the bar")
                end(terminal)
                self.assertNotEqual(terminal.finish(), 0)
                self.assert_left_clean(terminal)
                self.assertIn("Interrupted before the end", terminal.screen.text())

    def end_lavavisor(self) -> None:
        self.box.exec("pkill", "-TERM", "-x", "lavavisor")

    def test_gives_way_to_plain_lines(self) -> None:
        for name, env, words in (
            ("a dumb terminal", {"TERM": "dumb"}, ()),
            ("a log in JSON", {}, ("--log-format", "json")),
        ):
            with self.subTest(name):
                terminal = self.terminal("apply", *words, columns=200, **env)
                self.assertEqual(terminal.finish(), 0, terminal.screen.text())
                text = re.split("\x1b\\[1mChain |Chain ", terminal.output.decode(), maxsplit=1)[0]
                self.assertNotIn("\x1b", text)
                self.assertRegex(text, "start provider-eth1 with release 6.2.4|provider-eth1")
                self.box.shell(f"systemctl stop {' '.join(self.names())}; rm -rf {DIRECTORY}/upgrades")


class Pages(OnATerminal):
    def test_fit_every_terminal_and_are_whole_in_a_pipe(self) -> None:
        self.apply()
        self.devnet.releases.add("6.2.5")
        self.devnet.set(target="6.2.5")
        for words in (("plan",), ("status",), ("explain",), ("history",), ("verify",), ("quarantine",)):
            piped = self.lavavisor(*words)
            self.assertEqual(piped.returncode, 0, piped.stderr)
            self.assertIsNone(CONTROL.search(piped.stdout), piped.stdout)
            for columns in (40, 80, 200):
                with self.subTest(words, columns=columns):
                    terminal = self.terminal(*words, columns=columns, rows=500)
                    self.assertEqual(terminal.finish(), 0)
                    shown = re.sub(r"\x1b\[[0-9;]*m", "", terminal.output.decode()).replace("\r\n", "\n")
                    self.assertIsNone(CONTROL.search(shown))
                    self.assertLessEqual(widest(shown), columns, shown)
            with self.subTest(words, NO_COLOR=1):
                plain = self.terminal(*words, NO_COLOR="1")
                plain.finish()
                self.assertNotIn(b"\x1b", plain.output)


class Complaints(OnATerminal):
    def test_say_what_is_wrong_and_what_to_do(self) -> None:
        self.write_config()
        for words, code, said in (
            ("aply", 3, "'aply' is no command; did you mean 'apply'?"),
            (f"plan --jsn {CONFIG}", 3, "plan does not take '--jsn'; did you mean '--json'?"),
            (f"status --frob {CONFIG}", 3, "status does not take '--frob'; see lavavisor status --help"),
            (f"status {CONFIG} > /dev/full", 1, "standard output can't be written (is the disk full?)"),
            (f"history {CONFIG} | true", 0, ""),
        ):
            with self.subTest(words):
                done = self.box.exec("sh", "-c", f"{PROGRAM} {words}", check=False)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertEqual(done.stderr, f"lavavisor: {said}\n" if said else "")


class Watch(OnATerminal):
    def test_shows_a_change_at_once_and_gives_the_terminal_back(self) -> None:
        self.apply()
        terminal = self.terminal("status", "--watch", columns=100)
        terminal.wait_for(lambda screen: screen.other_page and "provider-eth1" in screen.text(), "the page")
        self.assertTrue(terminal.screen.cursor_hidden)
        self.assertIn(f"{CONFIG} on lava-testnet-2", terminal.screen.lines[0])
        self.box.exec("systemctl", "stop", "provider-eth1")
        terminal.wait_for(self.shows_stopped, "that it stopped", 5)
        terminal.resize(60, 12)
        terminal.wait_for(lambda screen: 1 < len(screen.lines) <= 12 and widest(screen.text()) <= 60, "the smaller page", 5)
        terminal.type("\x03")
        self.assertEqual(terminal.finish(5), 0)
        self.assertEqual(terminal.screen.text(), "")
        self.assert_left_clean(terminal)

    @staticmethod
    def shows_stopped(screen: Screen) -> bool:
        return re.search(r"provider-eth1 .*inactive/dead", screen.text()) is not None

    def test_ends_on_sigterm_too(self) -> None:
        terminal = self.terminal("status", "-w")
        terminal.wait_for(lambda screen: screen.other_page, "the page")
        self.box.exec("pkill", "-TERM", "-x", "lavavisor")
        self.assertEqual(terminal.finish(5), 0)
        self.assert_left_clean(terminal)

    def test_prints_a_status_per_change_into_a_pipe(self) -> None:
        self.apply()
        watching = self.spawn_lavavisor("status", "--watch", "--json")
        lines: list[str] = []

        def more() -> bool:
            lines.append(watching._process.stdout.readline())
            return True

        wait_until(more, what="the first status")
        self.box.exec("systemctl", "stop", "provider-eth1")
        wait_until(more, what="the second status")
        watching.signal("TERM")
        done = watching.finish()
        self.assertEqual(done.returncode, 0, done.stderr)
        states = [json.loads(line)["services"][0]["active_state"] for line in lines]
        self.assertEqual(states[0], "active")
        self.assertNotEqual(states[1], "active")
        text = self.spawn_lavavisor("status", "--watch")
        self.assertRegex(text._process.stdout.readline(), TIME)
        text.signal("INT")
        done = text.finish()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIsNone(CONTROL.search(done.stdout))


if __name__ == "__main__":
    unittest.main()
