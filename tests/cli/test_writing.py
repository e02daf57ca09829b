"""-o writes a result whole or not at all, and rows open safely in a spreadsheet."""

import csv
import errno
import io
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.present.csv_text import csv_text

QUESTION = ("compare", "ukraine", "none", "--futures", "16", "--json")


def left_in(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def refused(done) -> str:
    assert done.status == 2, (done.status, done.err)
    assert done.out == ""
    assert "Mend: " in done.err
    assert "Traceback" not in done.err
    assert "defect" not in done.err
    return str(done.err)


def test_a_file_is_written_whole_and_nothing_else_is_left(holdfast, tmp_path):
    path = tmp_path / "result.json"
    done = holdfast(*QUESTION, "-o", path)
    assert (done.status, done.out) == (0, "")
    assert f"written: {path}\n" in done.err
    assert path.read_text("utf-8") == holdfast(*QUESTION).out
    assert left_in(tmp_path) == ["result.json"]


def test_a_file_that_is_there_is_replaced(holdfast, tmp_path):
    path = tmp_path / "result.json"
    path.write_text("old", "utf-8")
    assert holdfast(*QUESTION, "--output", path).status == 0
    assert json.loads(path.read_text("utf-8"))["holdfast"] == "comparison/1"


@pytest.mark.parametrize("form", [(), ("--csv",), ("--json",)], ids=["text", "csv", "json"])
def test_every_form_can_be_written(form, holdfast, tmp_path):
    path = tmp_path / "result"
    assert holdfast("ledger", "ukraine", "--name", "endure.*", *form, "-o", path).status == 0
    assert path.read_text("utf-8") == holdfast("ledger", "ukraine", "--name", "endure.*", *form).out


def test_a_folder_that_is_not_there_is_refused(holdfast, tmp_path):
    path = tmp_path / "nowhere" / "result.json"
    assert f"{path}:1: the file: the folder {path.parent} does not exist" in refused(
        holdfast(*QUESTION, "-o", path)
    )
    assert left_in(tmp_path) == []


def test_a_folder_cannot_be_written_over(holdfast, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    assert "is a folder" in refused(holdfast(*QUESTION, "-o", folder))
    assert left_in(tmp_path) == ["folder"]
    assert left_in(folder) == []


@pytest.mark.parametrize(
    "target", ["", ".", "..", "/", "folder/", "./.", "x" * 300], ids=lambda target: target[:9]
)
def test_a_target_that_is_no_file_is_refused(target, holdfast, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    refused(holdfast(*QUESTION, "-o", target))
    assert left_in(tmp_path) == ["folder"]


def test_a_file_is_no_folder(holdfast, tmp_path):
    (tmp_path / "file").write_text("old", "utf-8")
    assert "is a file, not a folder" in refused(holdfast(*QUESTION, "-o", tmp_path / "file" / "result.json"))
    assert (tmp_path / "file").read_text("utf-8") == "old"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "no space left on device"),
        (errno.EIO, "input/output error"),
        (errno.EROFS, "read-only file system"),
        (errno.EACCES, "may not be written"),
    ],
)
@pytest.mark.parametrize("step", ["open", "fsync"])
def test_a_disk_that_fails_leaves_what_was_there(number, words, step, holdfast, tmp_path, monkeypatch):
    path = tmp_path / "result.json"
    path.write_text("old", "utf-8")
    works = getattr(os, step)

    def fails(what, *rest, **more):
        if step == "fsync" or ".part" in str(what):
            raise OSError(number, os.strerror(number))
        return works(what, *rest, **more)

    monkeypatch.setattr(f"holdfast.files.writing.os.{step}", fails)
    said = refused(holdfast(*QUESTION, "-o", path))
    assert words in said
    assert f"{path}:1: the file: " in said
    monkeypatch.undo()
    assert path.read_text("utf-8") == "old"
    assert left_in(tmp_path) == ["result.json"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_refused(holdfast, tmp_path):
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    assert "may not be written" in refused(holdfast(*QUESTION, "-o", folder / "result.json"))


def test_nothing_is_written_when_the_question_is_refused(holdfast, tmp_path):
    path = tmp_path / "result.json"
    refused(holdfast("compare", "ukraine", "nobod", "-o", path))
    assert left_in(tmp_path) == []


# --- Rows -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "formula",
    [
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        "\n=1",
        "\uff1d1+1",
        '=HYPERLINK("http://x")',
    ],
)
def test_a_formula_becomes_text(formula):
    (row,) = list(csv.reader(io.StringIO(csv_text(("name",), [(formula,)]), newline="")))[1:]
    assert row == ["'" + formula]


def test_numbers_stay_numbers():
    text = csv_text(("a", "b", "c", "d", "e"), [(-1.5, 0, None, "-2", 1e-300)])
    assert text == "a,b,c,d,e\n-1.5,0,,-2,1e-300\n"


CELLS = st.one_of(
    st.none(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=8)
)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=4))
def test_rows_come_back_as_they_went_but_for_the_quote(rows):
    back = list(csv.reader(io.StringIO(csv_text(("a", "b", "c"), rows), newline="")))
    assert back[0] == ["a", "b", "c"]
    for row, again in zip(rows, back[1:], strict=True):
        for cell, read in zip(row, again, strict=True):
            wanted = "" if cell is None else str(cell)
            assert read in {wanted, "'" + wanted}
            if isinstance(cell, str):
                assert not read.startswith(("=", "@", "\t", "\r"))
