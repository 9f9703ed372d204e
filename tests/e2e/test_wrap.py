"""`lavavisor wrap` as the supervisor of one process: its end, its restarts, signals, what it leaves.

SPDX-License-Identifier: Apache-2.0
"""

import os
import signal
import time
import unittest

from harness import wait_until
from side_by_side import side_by_side
from wrapping import (
    SLOWNESS, Wrap, Wrapping, children_of, environment_of, seconds_between, why_no_pid_namespace, words, zombies_of,
)  # fmt: skip

load_tests = side_by_side(5)
NEVER, ON_FAILURE, ALWAYS = (("--restart", policy) for policy in ("never", "on-failure", "always"))


class End(Wrapping):
    def assert_passed_on(self, code: int, **behaviour: object) -> None:
        wrap = self.wrap(words(**behaviour), *NEVER)
        self.assert_ends(wrap, code)
        self.assertEqual(len(self.report.events("start")), 1)

    def test_of_the_child_with_0_is_passed_on(self) -> None:
        self.assert_passed_on(0, exit_after_ms=50)

    def test_of_the_child_with_7_is_passed_on(self) -> None:
        self.assert_passed_on(7, exit_after_ms=50, exit_code=7)

    def test_of_the_child_by_a_signal_is_passed_on_as_a_shell_does(self) -> None:
        self.assert_passed_on(137, exit_after_ms=50, die_by=9)

    def test_of_the_child_before_it_prints_anything_is_passed_on(self) -> None:
        self.assert_passed_on(3, exit_code_on_start=3)

    def test_of_wrap_by_sigkill_is_the_childs_end_too(self) -> None:
        wrap = self.wrap(words(ignore="INT,TERM"), *ALWAYS)
        wrap.ready()
        wrap.signal(signal.SIGKILL)
        self.assertEqual(wrap.wait(), 137)
        self.assert_nothing_left(within=2)

    def test_takes_the_childs_descendants_along(self) -> None:
        wrap = self.wrap(words(orphans="group,session,daemon,zombie,brief", exit_after_ms=300, exit_code=4), *NEVER)
        self.report.wait("orphan", 5)
        self.assert_ends(wrap, 4)

    def test_on_request_takes_the_childs_descendants_along(self) -> None:
        wrap = self.wrap(words(orphans="group,session,daemon"))
        self.report.wait("orphan", 3)
        wrap.ready()
        self.assert_stops(wrap)


class Restart(Wrapping):
    def test_on_failure_does_not_follow_success(self) -> None:
        wrap = self.wrap(words(exit_after_ms=50), *ON_FAILURE)
        self.assert_ends(wrap, 0)
        self.assertEqual(len(self.report.events("start")), 1)

    def test_on_failure_follows_failure(self) -> None:
        wrap = self.wrap(words(exit_after_ms=50, exit_code=1), *ON_FAILURE)
        wrap.ready(2)
        self.assert_stops(wrap, 0, 1)

    def test_follows_a_child_that_dies_at_once(self) -> None:
        wrap = self.wrap(words(exit_code_on_start=1), *ALWAYS)
        self.report.wait("start", 2)
        self.assert_stops(wrap, 0, 1, 130)  # 130: stopped before it could end by itself

    def test_waits_twice_as_long_each_time(self) -> None:
        wrap = self.wrap(words(exit_after_ms=20), *ALWAYS)
        starts = self.report.wait("start", 3)
        ends = self.report.events("end")
        pauses = [seconds_between(end, start) for end, start in zip(ends, starts[1:], strict=False)]
        for pause, expected in zip(pauses, (1, 2), strict=True):
            self.assertGreater(pause, expected * 0.8, pauses)
            self.assertLess(pause, expected * 1.2 + 0.6 * SLOWNESS, pauses)
        wrap.ready(3)
        self.assert_stops(wrap)

    def test_reaps_what_the_child_left_and_what_ends_meanwhile(self) -> None:
        wrap = self.wrap(words(orphans="zombie,brief", exit_after_ms=200), *ALWAYS)
        self.report.wait("orphan", 4)
        wait_until(lambda: not zombies_of(wrap.pid), 3, "no zombie")
        self.assert_stops(wrap)

    def test_comes_with_a_clean_slate(self) -> None:
        """Restarted or not, the child gets what wrap got, and nothing of wrap's own."""
        wrap = self.wrap(words(exit_after_ms=500, exit_code=1), *ALWAYS)
        first = wrap.ready(1)
        self.assertEqual(environment_of(first["pid"]), environment_of(wrap.pid))
        wrap.ready(2)
        for start in self.report.events("start"):
            self.assertEqual((int(start["blocked"], 16), int(start["ignored"], 16)), (0, 0), start)
            self.assertEqual([line.split()[0] for line in start["descriptors"]], ["0", "1", "2"], start)
            self.assertEqual((start["ppid"], start["pgid"]), (wrap.pid, start["pid"]))
            self.assertEqual(start["cwd"], str(self.home))
            self.assertNotEqual(start["death_signal"], 0)
            self.assertEqual(start["exe"], str(self.place_of("6.2.4")))
        self.assert_stops(wrap, 0, 1)


class Signals(Wrapping):
    def assert_interrupts(self, number: int) -> None:
        wrap = self.wrap(words(drain_ms=300, stop_code=5), *ALWAYS)
        start = wrap.ready()
        wrap.signal(number)
        self.assert_ends(wrap, 5)
        self.assertEqual(self.report.signals(), ["INT"])
        self.assertEqual([(end["pid"], end["code"]) for end in self.report.events("end")], [(start["pid"], 5)])

    def test_sigterm_reaches_the_child_as_one_sigint(self) -> None:
        self.assert_interrupts(signal.SIGTERM)

    def test_sigint_reaches_the_child_as_one_sigint(self) -> None:
        self.assert_interrupts(signal.SIGINT)

    def test_others_reach_the_child_as_they_are(self) -> None:
        wrap = self.wrap()
        wrap.ready()
        for at, name in enumerate(("HUP", "USR1", "USR2"), 1):
            wrap.signal(getattr(signal, f"SIG{name}"))
            self.report.wait("signal", at)
        self.assertEqual(self.report.signals(), ["HUP", "USR1", "USR2"])
        self.assert_stops(wrap)
        self.assertEqual(len(self.report.events("start")), 1)

    def test_sent_before_there_is_a_child_are_no_harm(self) -> None:
        self.place_of("6.2.4").unlink()
        wrap = self.wrap()
        wrap.wait_for_log("upgrades/v6.2.4/lavap")
        for number in (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2):
            wrap.signal(number)
        self.install("6.2.4")
        wrap.ready()
        self.assert_stops(wrap)

    def test_a_second_sigterm_is_no_harm(self) -> None:
        wrap = self.wrap(words(drain_ms=800, stop_code=5), *ALWAYS)
        wrap.ready()
        wrap.signal(signal.SIGTERM)
        self.report.wait("signal")
        wrap.signal(signal.SIGTERM)
        self.assert_ends(wrap, 5, 137)
        self.assertEqual(set(self.report.signals()), {"INT"})

    def test_two_sigterms_at_once_are_no_harm(self) -> None:
        wrap = self.wrap(words(drain_ms=200, stop_code=5))
        wrap.ready()
        wrap.signal(signal.SIGTERM)
        wrap.signal(signal.SIGTERM)
        self.assert_ends(wrap, 5, 137)

    def test_sigterm_ends_the_wait_before_a_restart(self) -> None:
        wrap = self.wrap(words(exit_after_ms=10), *ALWAYS)
        self.report.wait("end", 2)  # two seconds follow
        begun = time.monotonic()
        self.assert_stops(wrap)
        self.assertLess(time.monotonic() - begun, 1 * SLOWNESS)
        self.assertEqual(len(self.report.events("start")), 2)

    def test_a_child_that_ignores_sigint_is_killed_with_its_group(self) -> None:
        wrap = self.wrap(words(ignore="INT,TERM", orphans="group"), "--stop-timeout", "1s", *ALWAYS)
        self.report.wait("orphan")
        wrap.ready()
        begun = time.monotonic()
        self.assert_stops(wrap, 137)
        self.assertGreater(time.monotonic() - begun, 0.9)
        self.assertLess(time.monotonic() - begun, 4 * SLOWNESS)
        self.assertEqual(self.report.signals()[:1], ["INT"])

    def test_a_terminal_that_closes_ends_wrap_and_child(self) -> None:
        master, slave = os.openpty()
        argv = ["setsid", "--ctty", *self.argv(words(unwatched="HUP"))]
        wrap = self.spawn(argv, stdin=slave, stdout=slave, stderr=slave)
        os.close(slave)
        wrap.ready()
        os.close(master)
        wrap.wait()
        self.assert_nothing_left()


class CommandLine(Wrapping):
    installed = ""

    def assert_refused(self, *argv: str) -> str:
        done = self.run_lavavisor("wrap", "--directory", str(self.home), *argv)
        self.assertEqual(done.returncode, 3, (argv, done.stderr))
        self.assertTrue(done.stderr.strip(), argv)
        self.assertFalse(self.state.exists(), argv)
        return done.stderr

    def test_without_a_command_that_is_lavap_is_refused_and_touches_nothing(self) -> None:
        rows = ("", "   ", "\n", "lavap 'x", 'lavap "x', "lavap x\\", "''", "sh -c lavap", "/bin/sh lavap", "lavapx y", "x/lavap/y z")
        for cmd in rows:
            self.assert_refused("--cmd", cmd)
        self.assert_refused()

    def test_with_unknown_flags_and_values_is_refused_and_touches_nothing(self) -> None:
        file = self.home / "password"
        file.write_text("secret\n")
        file.chmod(0o600)
        for flags in (
            ["--frobnicate"],
            ["--restart", "sometimes"],
            ["--stop-timeout", "soon"],
            ["--listen", "nowhere"],
            ["--config", str(self.home / "missing.toml")],
            ["--node", "ftp://127.0.0.1:1"],
            ["--enter-keyring-password", "--keyring-password-file", str(file)],
        ):
            self.assert_refused("--cmd", "lavap rpcconsumer consumer.yml", *flags)

    def test_is_split_as_a_shell_does_and_nothing_is_expanded(self) -> None:
        self.install("6.2.4")
        cmd = r"""rpcconsumer 'a b' "c  d" e\ f '' $(touch x) `id` $HOME ~ * ; && | "q\"'$x" 'it'"'"'s' --x='y z' > out"""
        wrap = self.wrap("lavap " + cmd)
        self.assertEqual(
            wrap.ready()["argv"][1:],
            ["rpcconsumer", "a b", "c  d", "e f", "", "$(touch", "x)", "`id`", "$HOME", "~", "*", ";", "&&", "|",
             "q\"'$x", "it's", "--x=y z", ">", "out"],
        )  # fmt: skip
        self.assertEqual(sorted(path.name for path in self.home.iterdir()), [".lavavisor", "consumer.yml", "wrap.toml"])
        self.assert_stops(wrap)

    def test_may_give_lavap_by_a_path(self) -> None:
        self.install("6.2.4")
        wrap = self.wrap("/usr/local/bin/lavap rpcconsumer consumer.yml")
        self.assertEqual(wrap.ready()["exe"], str(self.place_of("6.2.4")))
        self.assert_stops(wrap)

    def test_needs_no_configuration_file(self) -> None:
        self.install("6.2.4")
        url = f"tcp://127.0.0.1:{self.node.port}"
        argv = [str(self.lavavisor), "wrap", "--cmd", "lavap rpcconsumer consumer.yml", "--directory", str(self.home)]
        wrap = self.spawn([*argv, "--node", url, "--chain-id", "lava-testnet-2", "--restart", "never"])
        wrap.ready()
        wait_until(lambda: self.node.asked > 0, 5, "a question to the node")
        self.assert_stops(wrap)

    def test_takes_home_as_the_directory_when_none_is_named(self) -> None:
        self.install("6.2.4")
        del self.config["directory"]
        argv = self.argv("")
        at = argv.index("--directory")
        wrap = self.spawn(argv[:at] + argv[at + 2 :])
        self.assertEqual(wrap.ready()["exe"], str(self.place_of("6.2.4")))
        self.assert_stops(wrap)


class Init(Wrapping):
    """As PID 1 of a container."""

    def setUp(self) -> None:
        if reason := why_no_pid_namespace():
            self.skipTest(reason)
        super().setUp()

    def as_init(self, cmd: str, *flags: str) -> Wrap:
        namespace = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child=KILL"]
        wrap = self.spawn([*namespace, *self.argv(cmd, *flags)])
        self.report.wait("ready")
        [wrap.pid] = children_of(wrap.pid)  # it is the init that is signalled
        return wrap

    def test_passes_the_childs_exit_code_on(self) -> None:
        wrap = self.as_init(words(exit_after_ms=500, exit_code=7), *NEVER)
        self.assertEqual(wrap.wait(), 7, wrap.log())

    def test_is_the_pid_1_that_it_is_meant_to_be(self) -> None:
        wrap = self.as_init(words(stop_code=6))
        self.assertEqual(self.report.events("start")[0]["ppid"], 1)
        self.assertEqual(wrap.stop(), 6, wrap.log())
        self.assertEqual(self.report.signals(), ["INT"])

    def test_obeys_sigint_though_the_kernel_protects_pid_1(self) -> None:
        wrap = self.as_init("")
        wrap.signal(signal.SIGINT)
        self.assertEqual(wrap.wait(), 0, wrap.log())

    def test_reaps_orphans_that_end(self) -> None:
        wrap = self.as_init(words(orphans="zombie,brief,daemon", exit_after_ms=300), *ALWAYS)
        self.report.wait("orphan", 6)
        wait_until(lambda: not zombies_of(wrap.pid), 3, "no zombie")
        self.assertEqual(wrap.stop(), 0, wrap.log())
        self.assert_nothing_left(within=1)


if __name__ == "__main__":
    unittest.main()
