#!/usr/bin/env python3
# Completes command lines in bash, zsh and fish, each with a real line editor where the shell has one,
# and compares what is offered with what the program's --help says.
# SPDX-License-Identifier: Apache-2.0
"""usage: completion_test.py [LAVAVISOR]     (the built program; else $LAVAVISOR)"""

import contextlib
import os
import pty
import re
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import termios
import time
import unittest
from pathlib import Path

PROGRAM = Path(os.environ.get("LAVAVISOR", "build/src/lavavisor"))
SHELLS = ("bash", "zsh", "fish")
LEVELS = {"trace", "debug", "info", "warn", "error"}

BASH = r"""
PS1='READY>'
bind 'set enable-bracketed-paste off'
. "$SCRIPT"
probe() { _lavavisor "$@"; printf '%s\n' "${COMPREPLY[@]}" END >"$OFFERS"; }
eval "$(complete -p lavavisor | sed 's/-F _lavavisor/-F probe/')"
show() { printf '%s\n' "$@" END >"$OFFERS"; }
"""

# compadd is told to keep its matches in an array, too, as it does for no other reason than this.
ZSH = r"""
unsetopt zle_bracketed_paste 2>/dev/null; unset zle_bracketed_paste
setopt no_beep no_list_beep no_prompt_cr; LISTMAX=1000; PROMPT='READY>'
fpath=($SCRIPT:h $fpath); autoload -Uz compinit; compinit -u -D
compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
  local -a hits told texts
  if (( $@[(I)-d] )); then
    texts=${@[$[${@[(i)-d]}+1]]}
    if [[ $texts == \(* ]]; then eval "told=$texts"; else told=( "${(@P)texts}" ); fi
  fi
  builtin compadd -A hits -D told "$@"
  local i; for i in {1..$#hits}; do
    (( $#hits )) && print -r -- "$hits[$i]"$'\t'"${told[$i]##$hits[$i] #}" >>$OFFERS
  done
  builtin compadd "$@"
}
probe() { : >$OFFERS; zle complete-word; print END >>$OFFERS; }
zle -N probe; bindkey -e; bindkey '^I' probe
show() { print -rl -- "$@" END >$OFFERS; }
"""


def table(lines):
    """What is offered, with its help: of lines with a tab between; a word may come twice."""
    found = {}
    for line in filter(None, lines):
        word, _, told = line.partition("\t")
        found[word] = told or found.get(word, "")
    return found


class Editor:
    """An interactive shell on a terminal of its own, in a folder."""

    def __init__(self, shell, script, folder, home):
        self.offers_file = home / "offers"
        setup = home / ("setup." + shell)
        setup.write_text({"bash": BASH, "zsh": ZSH}[shell])
        environment = os.environ | {"SCRIPT": str(script), "OFFERS": str(self.offers_file),
                                    "TERM": "dumb", "HOME": str(home), "HISTFILE": "/dev/null",
                                    "PATH": f"{home.parent}/bin:{os.environ['PATH']}"}
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            words = {"bash": ["bash", "--noprofile", "--rcfile", str(setup), "-i"],
                     "zsh": ["zsh", "-f", "-i"]}[shell]
            os.execvpe(words[0], words, environment)
        termios.tcsetwinsize(self.terminal, (50, 250))  # room for whole sentences
        self.seen = b""
        if shell == "zsh":
            os.write(self.terminal, f". {setup}\n".encode())
        self.wait_for(lambda: b"READY>" in self.seen.replace(b"PROMPT='READY>'", b""))

    def wait_for(self, condition):
        deadline = time.monotonic() + 15
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"not within 15 s; on the terminal: {self.seen[-2000:]!r}")
            if select.select([self.terminal], [], [], 0.02)[0]:
                self.seen += os.read(self.terminal, 65536)

    def answer(self, keys):
        """What the shell has written down by the time that it was through with these keys."""
        self.offers_file.unlink(missing_ok=True)
        os.write(self.terminal, keys.encode())
        self.wait_for(lambda: self.offers_file.exists() and "END\n" in self.offers_file.read_text())
        return self.offers_file.read_text().removesuffix("END\n").splitlines()

    def offers(self, line):
        lines = self.answer(line + "\t")
        os.write(self.terminal, b"\x15")  # ^U: an empty line again
        return table(lines)

    def completed(self, line):
        """The words of `line` after the key, as the shell then understands them."""
        self.answer(line + "\t")
        return self.answer("\x01show \n")  # ^A: to the line's beginning

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)


class Fish:
    """fish completes a line for whoever asks it to."""

    def __init__(self, script, folder, home):
        self.command = ["fish", "--no-config", "--init-command", f"source {script}"]
        self.folder = folder
        self.environment = os.environ | {"HOME": str(home), "PATH": f"{home}/bin:{os.environ['PATH']}"}

    def offers(self, line):
        quoted = line.replace("\\", "\\\\").replace("'", "\\'")
        done = subprocess.run([*self.command, "--command", f"complete -C '{quoted}'"], check=False,
                              cwd=self.folder, env=self.environment, capture_output=True, text=True)
        assert not done.stderr, done.stderr
        return table(done.stdout.splitlines())

    def close(self):
        pass


def last_part(word):
    """A word without what one shell tells and another does not: quoting, a folder's slash, what
    stands before it in the same word."""
    word = word.replace("\\", "").strip("'\"").rstrip("/ ")
    return re.sub(r"^(--[a-z-]+=|folder/|lavap (?=[a-z]+$)|lavap rpcprovider )", "", word)


def run(*words):
    return subprocess.run([str(PROGRAM), *words], capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL, check=False)


def commands():
    """The commands of --help with what is said of each."""
    listed = run("--help").stdout.split("Subcommands:")[-1]
    return dict(re.findall(r"^  ([a-z][a-z-]+)\s+(\S.*)$", listed, re.MULTILINE))


def options(command):
    """The options in the help of a command, by the name that is to be shown, and the global ones."""
    found = set()
    for text in (run(command, "--help").stdout, run("--help").stdout):
        for names in re.findall(r"^  (-\S+)", text, re.MULTILINE):
            long = [name for name in names.split(",") if name.startswith("--") and "_" not in name]
            found.add(long[0] if long else names)
    return found


class Completion(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="lavavisor-completion-")
        cls.addClassCleanup(scratch.cleanup)
        cls.home = Path(scratch.name)
        cls.folder = cls.home / "here"
        (cls.folder / "folder").mkdir(parents=True)
        for name in ("config one.toml", "eth.yml", "near.yaml", "notes.txt", "folder/deep.toml"):
            (cls.folder / name).write_text("")
        (cls.home / "bin").mkdir()
        (cls.home / "bin/lavavisor").symlink_to(PROGRAM.resolve())
        cls.shells = {}
        for shell in SHELLS:
            if shutil.which(shell):
                cls.start(shell)

    @classmethod
    def start(cls, shell):
        script = cls.home / shell / "_lavavisor"
        script.parent.mkdir()
        script.write_text(run("completion", shell).stdout)
        session = (Fish(script, cls.folder, cls.home) if shell == "fish"
                   else Editor(shell, script, cls.folder, script.parent))
        cls.addClassCleanup(session.close)
        cls.shells[shell] = session

    def assert_offers(self, line, wanted):
        for shell, session in self.shells.items():
            with self.subTest(line, shell=shell):
                # Where nothing else can stand, zsh offers the options unasked.
                offered = [word for word in session.offers(line)
                           if line.split()[-1].startswith("-") or not word.startswith("-")]
                self.assertEqual({last_part(word) for word in offered},
                                 {last_part(word) for word in wanted})

    def test_all_shells_are_here(self):
        missing = set(SHELLS) - set(self.shells)
        if missing:
            self.skipTest(f"not installed: {' '.join(sorted(missing))}")

    def test_scripts_are_good_syntax(self):
        for shell in self.shells:
            with self.subTest(shell):
                done = subprocess.run([shell, "-n", self.home / shell / "_lavavisor"],
                                      capture_output=True, text=True, check=False)
                self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_commands_come_with_their_help(self):
        wanted = commands()
        self.assertIn("plan", wanted)
        for shell, session in self.shells.items():
            with self.subTest(shell):
                offered = session.offers("lavavisor ")
                self.assertEqual(set(offered), set(wanted))
                for command, told in wanted.items() if shell != "bash" else ():
                    self.assertIn(told, offered[command])

    def test_every_option_of_every_command_is_offered_and_no_other(self):
        for command in commands():
            wanted = options(command)
            for shell, session in self.shells.items():
                with self.subTest(command, shell=shell):
                    offered = session.offers(f"lavavisor {command} -")
                    # Of an option with a long and a short name, a shell may offer both.
                    names = {name for name in offered if name.startswith("--") or name in wanted}
                    self.assertEqual(names, wanted)
                    if shell != "bash":
                        told = session.offers(f"lavavisor {command} --")
                        self.assertGreater(len(told), 4)
                        self.assertEqual([name for name in told if not told[name]], [])

    def test_words_are_completed_where_they_belong(self):
        lavap_levels = LEVELS | {"fatal", "panic", "disabled"}
        rows = [
            ("lavavisor pl", {"plan"}),
            ("lavavisor ver", {"verify", "version"}),
            ("lavavisor --color always pl", {"plan"}),
            ("lavavisor --color=always -q pl", {"plan"}),
            ("lavavisor --color ", {"auto", "always", "never"}),
            ("lavavisor plan --color=a", {"auto", "always"}),
            ("lavavisor plan --log-level ", LEVELS),
            ("lavavisor --log-format ", {"text", "json"}),
            ("lavavisor create-service --log-level ", lavap_levels),
            ("lavavisor create-service ", {"provider", "consumer"}),
            ("lavavisor create-service --user plan pro", {"provider"}),
            ("lavavisor create-service provider ", {"eth.yml", "near.yaml", "folder"}),
            ("lavavisor create-service provider eth.yml ", {}),
            ("lavavisor create-service --keyring-backend k", {"kwallet"}),
            ("lavavisor create-service --geolocation 6", {"64", "65535"}),
            ("lavavisor init --chain-id lava-t", {"lava-testnet-2"}),
            ("lavavisor init --directory ", {"folder"}),
            ("lavavisor wrap --restart ", {"always", "on-failure", "never"}),
            ("lavavisor wrap --keyring-password-file n", {"near.yaml", "notes.txt"}),
            ("lavavisor wrap --config ", {"config one.toml", "folder"}),
            ("lavavisor completion ", SHELLS),
            ("lavavisor validate ", {"config one.toml", "folder"}),
            ("lavavisor validate folder/", {"folder/deep.toml"}),
            ("lavavisor validate folder/deep.toml ", {}),
            ("lavavisor history -n ", {}),
            ("lavavisor plan --assume ", {}),
            ("lavavisor version ", {}),
            ("lavavisor apply --det", {}),
        ]
        for line, wanted in rows:
            self.assert_offers(line, wanted)

    def test_a_command_line_within_quotes_is_gone_on_with(self):
        self.assert_offers("lavavisor wrap --cmd 'lavap rpcc", {"rpcconsumer"})
        self.assert_offers("lavavisor wrap --cmd 'lavap rpcprovider e", {"eth.yml"})

    def test_the_key_completes_the_line(self):
        for shell in set(self.shells) - {"fish"}:
            for line, wanted in (("validate conf", ["validate", "config one.toml"]),
                                 ("--color=ne", ["--color=never"]),
                                 ("validate 'conf", ["validate", "config one.toml"])):
                with self.subTest(line, shell=shell):
                    words = self.shells[shell].completed("lavavisor " + line)
                    self.assertEqual(words, ["lavavisor", *wanted])

    def test_clear_offers_what_is_in_quarantine(self):
        state = self.home / "state"
        config = self.folder / "folder/deep.toml"
        config.write_text(f'directory = "{state}"\n[chain]\nid = "lava-testnet-2"\n'
                          'endpoints = ["tcp://127.0.0.1:1"]\n[systemd]\nscope = "none"\n'
                          '[[service]]\nname = "cache"\ntype = "cache"\naddress = "127.0.0.1:20100"\n')
        self.addCleanup(config.write_text, "")
        made = run("quarantine", str(config), "--clear", "1.0.0")  # it makes the ledger, at least
        self.assertIn("1.0.0 is not quarantined", made.stderr)
        with contextlib.closing(sqlite3.connect(state / "state.db")) as ledger, ledger:
            ledger.executemany("INSERT INTO quarantine (release, reason, at, sha256, tries) "
                               "VALUES (?, 'unhealthy', 1700000000000, '', 1)",
                               [("6.2.5",), ("6.3.0",)])
        self.assert_offers("lavavisor quarantine folder/deep.toml --clear ", {"6.2.5", "6.3.0"})
        self.assert_offers("lavavisor quarantine folder/deep.toml --clear 6.3", {"6.3.0"})


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        PROGRAM = Path(sys.argv.pop(1))
    unittest.main()
