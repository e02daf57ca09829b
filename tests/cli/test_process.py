"""The command line as a process: interrupted, cut off, with a terminal and without."""

import contextlib
import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

COMMAND = [sys.executable, "-m", "holdfast"]
PIPE_CLOSED = {128 + signal.SIGPIPE, -signal.SIGPIPE}


def run(*arguments: object, **settings: Any) -> subprocess.CompletedProcess[str]:
    done: subprocess.CompletedProcess[str] = subprocess.run(
        [*COMMAND, *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False, **settings
    )
    return done


def test_a_whole_command_as_a_user_types_it(tmp_path):
    done = run("compare", "ukraine", "none", "--futures", "16", "--json", cwd=tmp_path)
    assert done.returncode == 0
    assert json.loads(done.stdout)["case"] == "ukraine"
    assert "\x1b" not in done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_command_as_a_user_types_it():
    done = run("compare", "ukrain")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "ukrain:1: the file: there is no packaged case of this name, and no such folder\n"
        "  Mend: did you mean 'ukraine'?\n"
        "1 problem in ukrain.\n"
    )


def until(terminal: int, words: str, seconds: float = 60.0) -> str:
    """Read from a terminal until it shows some words."""
    shown, end = "", time.monotonic() + seconds
    while words not in shown:
        ready, _, _ = select.select([terminal], [], [], max(end - time.monotonic(), 0.0))
        assert ready, f"waited for {words!r}, saw {shown!r}"
        shown += os.read(terminal, 4096).decode()
    return shown


def drained(terminal: int) -> str:
    shown = ""
    while True:
        try:
            part = os.read(terminal, 4096).decode()
        except OSError:  # the other end is closed
            return shown
        if not part:
            return shown
        shown += part


@pytest.fixture
def terminal():
    ours, theirs = pty.openpty()
    yield ours, theirs
    for handle in (ours, theirs):
        with contextlib.suppress(OSError):  # closed by the test
            os.close(handle)


def test_an_interrupted_comparison_stops_quietly_and_leaves_nothing(terminal, tmp_path):
    ours, theirs = terminal
    path = tmp_path / "result.json"
    arguments = [*COMMAND, "compare", "ukraine", "--futures", "32768", "--json", "-o", str(path)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        shown = until(ours, "1 of 5: none")
        process.send_signal(signal.SIGINT)
        shown += drained(ours)
        assert process.stdout is not None
        assert process.stdout.read() == b""
        assert process.wait(60) == 130
    assert "stopped; nothing was written" in shown
    assert "Traceback" not in shown
    assert list(tmp_path.iterdir()) == []


def test_progress_shows_on_a_terminal_and_is_wiped(terminal):
    ours, theirs = terminal
    arguments = [*COMMAND, "compare", "ukraine", "none", "osce-monitors", "--futures", "16", "--json"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        assert process.stdout is not None
        out = process.stdout.read()
        shown = drained(ours)
        assert process.wait(60) == 0
    assert "1 of 2: none" in shown
    assert "2 of 2: osce-monitors" in shown
    assert shown.rfind("\x1b[2K") > shown.rfind("2 of 2")
    assert json.loads(out)["holdfast"] == "comparison/1"


@pytest.mark.parametrize(
    "arguments",
    [
        ("ledger", "ukraine", "--json"),
        ("ledger", "ukraine"),
        ("schema",),
        ("compare", "ukraine", "--futures", "16", "--json"),
    ],
    ids=" ".join,
)
def test_a_pipe_that_closes_is_left_quietly(arguments):
    with subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read().decode()
        status = process.wait(60)
    assert status in {0, *PIPE_CLOSED}  # a system that buffers much takes all of it
    assert [line for line in said.splitlines() if "looked at again" not in line] == []


def test_a_pipe_that_is_closed_before_the_first_word_is_left_quietly():
    with subprocess.Popen([*COMMAND, "cases"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        # Not 1: that says that something was checked and not borne out.
        assert process.wait(60) in PIPE_CLOSED


def test_a_terminal_that_knows_no_unicode_gets_its_answer():
    done = run(
        "compare", "ukraine", "none", "--futures", "16", env={**os.environ, "PYTHONIOENCODING": "ascii"}
    )
    assert done.returncode == 0, done.stderr
    assert "none" in done.stdout


def test_it_runs_where_nothing_may_be_written(tmp_path):
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    settings = {**os.environ, "HOME": str(folder), "TMPDIR": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = run("compare", "ukraine", "none", "--futures", "16", cwd=folder, env=settings)
    assert done.returncode == 0, done.stderr
    assert list(folder.iterdir()) == []
