"""Commands run within the test's process, and what they printed.

The packaged case is read once for all tests of this folder; files of one's own are read each time.
"""

import sys
from dataclasses import dataclass
from functools import cache

import pytest

from holdfast import cases
from holdfast.cases import load_case
from holdfast.cli import checking, main
from holdfast.runs import asking, expecting


@dataclass(frozen=True)
class Done:
    """How a command left, and what it printed."""

    status: int
    out: str
    err: str


@pytest.fixture(scope="session", autouse=True)
def _read_once():
    packaged = cache(lambda: load_case("ukraine"))

    def load(case, overlay_file=None):
        return packaged() if (case, overlay_file) == ("ukraine", None) else load_case(case, overlay_file)

    with pytest.MonkeyPatch.context() as patched:
        for module in (cases, checking, asking, expecting):
            patched.setattr(module, "load_case", load)
        yield


@pytest.fixture
def holdfast(monkeypatch, capsys):
    """Give a function that runs a command as the console script does."""

    def run(*arguments: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["holdfast", *map(str, arguments)])
        capsys.readouterr()
        status = 0
        try:
            main()
        except SystemExit as leaving:
            status = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
        printed = capsys.readouterr()
        return Done(status, printed.out, printed.err)

    return run
