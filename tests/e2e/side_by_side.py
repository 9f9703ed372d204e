"""Runs the test cases of a module several at a time: for those that mostly wait.

In the module: `load_tests = side_by_side(4)`. A single test named on the command line runs alone.
SPDX-License-Identifier: Apache-2.0
"""

from __future__ import annotations

import threading
import unittest
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

EVENTS = ("startTest", "addSuccess", "addError", "addFailure", "addSkip", "addSubTest", "stopTest")


class _Recorder(unittest.TestResult):
    """Keeps what one test says, so that it can be told in one piece."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        for name in EVENTS:
            setattr(self, name, lambda *arguments, name=name: self.calls.append((name, arguments)))


class _Suite(unittest.TestSuite):
    def __init__(self, tests: Iterator[unittest.TestCase], at_once: int) -> None:
        super().__init__(tests)
        self._at_once = at_once

    def run(self, result: unittest.TestResult, debug: bool = False) -> unittest.TestResult:
        one_tells = threading.Lock()

        def run_one(test: unittest.TestCase) -> None:
            recorder = _Recorder()
            test.run(recorder)
            with one_tells:
                for name, arguments in recorder.calls:
                    getattr(result, name)(*arguments)

        with ThreadPoolExecutor(self._at_once) as pool:
            list(pool.map(run_one, self))
        return result


def _cases(suite: unittest.TestSuite) -> Iterator[unittest.TestCase]:
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from _cases(test)
        else:
            yield test


def side_by_side(at_once: int) -> Callable[..., unittest.TestSuite]:
    """A load_tests that runs `at_once` cases at a time; their classes have no setUpClass."""

    def load_tests(_loader: unittest.TestLoader, tests: unittest.TestSuite, _pattern: str | None) -> unittest.TestSuite:
        return _Suite(_cases(tests), at_once)

    return load_tests
