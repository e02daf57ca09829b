import errno
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.files.problems import FileProblems
from holdfast.files.writing import csv_safe, write_whole


def refusal(path: Path) -> str:
    with pytest.raises(FileProblems) as caught:
        write_whole(path, "x")
    return str(caught.value.problems[0])


def test_text_and_bytes_are_written(tmp_path):
    path = tmp_path / "a.txt"
    write_whole(path, "Україна\n")
    assert path.read_bytes() == "Україна\n".encode()
    write_whole(path, b"\x00\xff")
    assert path.read_bytes() == b"\x00\xff"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_named(tmp_path):
    path = tmp_path / "no" / "a.txt"
    assert refusal(path) == (
        f"{path}:1: the file: the folder {path.parent} does not exist\n  Mend: make the folder first"
    )


def test_a_file_as_folder_is_named(tmp_path):
    (tmp_path / "f").write_text("")
    path = tmp_path / "f" / "a.txt"
    assert refusal(path) == (
        f"{path}:1: the file: {path.parent} is a file, not a folder\n  Mend: name a file in a folder"
    )


def test_a_folder_is_not_replaced(tmp_path):
    path = tmp_path / "d"
    path.mkdir()
    assert refusal(path) == (
        f"{path}:1: the file: is a folder; a file cannot take its place\n  Mend: give another name"
    )
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (
            errno.ENOSPC,
            "cannot be written (no space left on device)\n  Mend: make room, or choose another place",
        ),
        (errno.EACCES, "the folder {folder} may not be written\n  Mend: choose another folder"),
    ],
)
def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, number, message):
    path = tmp_path / "a.txt"
    path.write_text("old")

    def fail(_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    assert refusal(path) == f"{path}:1: the file: {message.format(folder=tmp_path)}"
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("text", ["=1+1", "+x", "-x", "@x", "\t=1", " =1", "\uff1d1", "-1+1", "\r=1", "+"])
def test_formulas_are_disarmed(text):
    assert csv_safe(text) == "'" + text


@pytest.mark.parametrize("text", ["", "a=1", "-1", "+1.5e3", "-.5", "1", "UN"])
def test_other_text_stays(text):
    assert csv_safe(text) == text


@given(st.text())
def test_safe_text_stays_safe(text):
    assert csv_safe(csv_safe(text)) == csv_safe(text)
