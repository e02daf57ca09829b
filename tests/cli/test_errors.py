"""Whatever is wrong, a command leaves with 2, names what and where, and says how to mend it."""

import importlib
import re
import sys

import pytest
from tests.runs.own import UKRAINE, own_arrangement, own_overlay, own_settlement

FEW = ("--futures", "16")


def refused(done) -> str:
    """Assert that a command was refused in words, and return them."""
    assert done.status == 2, (done.status, done.err)
    assert done.out == ""
    assert "Traceback" not in done.err
    assert "defect" not in done.err
    assert "pydantic" not in done.err
    return str(done.err)


@pytest.mark.parametrize(
    ("arguments", "where", "wrong", "mend"),
    [
        (("compare", "ukraine", "--futures", "100"), "--futures", "100", "give 96 or 112"),
        (("compare", "ukraine", "--futures", "0"), "--futures", "0", "give 16"),
        (("compare", "ukraine", "--futures", "-16"), "--futures", "-16", "give 16"),
        (("compare", "ukraine", "--futures", "many"), "--futures", "'many'", "type digits, such as 512"),
        (("compare", "ukraine", "--futures", ""), "--futures", "''", "type digits, such as 512"),
        (("compare", "ukraine", "--futures", "16.0"), "--futures", "'16.0'", "type digits, such as 512"),
        (("compare", "ukraine", "--futures", "99999999"), "--futures", "99999999", "give at most 65536"),
        (("compare", "ukraine", "--seed", "-1"), "--seed", "-1", "from 0 to 2**64 - 1"),
        (("compare", "ukraine", "--seed", "1e3"), "--seed", "'1e3'", "type digits"),
        (("assess", "ukraine", "none", "--years", "0"), "--years", "0", "from 1 to 10"),
        (("assess", "ukraine", "none", "--years", "11"), "--years", "11", "from 1 to 10"),
        (("compare", "ukraine", "none", "none"), "ARRANGEMENT", "'none'", "name each arrangement once"),
        (("compare", "ukraine", "--json", "--csv"), "--json, --csv", "both", "give one of the two"),
        (("ledger", "ukraine", "--json", "--csv"), "--json, --csv", "both", "give one of the two"),
        (("schema", "arangement"), "KIND", "'arangement'", "did you mean 'arrangement'?"),
        (("schema", "xyzzy"), "KIND", "'xyzzy'", "the kinds are arrangement"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, tuple) else "",
)
def test_an_option_that_is_off_is_named_with_what_to_type(arguments, where, wrong, mend, holdfast):
    said = refused(holdfast(*arguments))
    first, second = said.splitlines()
    assert first.startswith(f"{where}: ")
    assert wrong in first
    assert second.startswith("  Mend: ")
    assert mend in second


@pytest.mark.parametrize(
    ("arguments", "mend"),
    [
        (("compare", "ukrain"), "did you mean 'ukraine'?"),
        (("ledger", "Ukraine"), "did you mean 'ukraine'?"),
        (("compare", "ukraine", "osce-monitor"), "did you mean 'osce-monitors'?"),
        (("assess", "ukraine", "un_peacekeepers"), "did you mean 'un-peacekeepers'?"),
        (("compare", "ukraine", "--settlement", "twenty"), "did you mean 'twenty-points'?"),
        (("compare", "ukraine", "nobody.yaml"), "check the path|name a file|did you mean"),
        (("compare", "ukraine", "--overlay", "nowhere.yaml"), "check the path|name a file|did you mean"),
        (("check", "nowhere.yaml"), "check the path|name a file|did you mean"),
        (("verify", "nowhere.json"), "check the path|name a file|did you mean"),
        (("compare", "x" * 300), "the packaged cases are ukraine"),
        (("compare", "ukraine", "x" * 300), "the case has breach-ladder"),
        (("check", "x" * 300), "check the name"),
        (("verify", "x" * 300), "check the name"),
    ],
    ids=lambda part: " ".join(part)[:40] if isinstance(part, tuple) else "",
)
def test_a_name_that_is_not_there_is_answered_with_file_line_field_and_mend(arguments, mend, holdfast):
    said = refused(holdfast(*arguments))
    assert re.match(r"[^\n]+:1: the file: [^\n]+\n  Mend: [^\n]+\n1 problem in [^\n]+\.\n", said)
    assert re.search(mend, said)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("compare",), "Missing argument 'CASE'"),
        (("assess", "ukraine"), "Missing argument 'ARRANGEMENT'"),
        (("check",), "Missing argument"),
        (("verify",), "Missing argument 'FILE'"),
        (("compar", "ukraine"), "No such command 'compar'"),
        (("compare", "ukraine", "--future", "16"), "--future"),
        (("ledger", "ukraine", "--status", "guess"), "'sourced', 'judgement'"),
        (("ledger", "ukraine", "--confidence", "Z"), "'A', 'B', 'C', 'K', 'k', 'J'"),
        (("verify", "a.json", "b.json"), "unexpected extra argument"),
        (("compare", "ukraine", "--seed"), "requires an argument"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, tuple) else "",
)
def test_a_command_that_cannot_be_read_is_answered_with_its_usage(arguments, words, holdfast):
    said = refused(holdfast(*arguments))
    assert re.match(r"Usage: .*holdfast|Error: ", said)
    assert words in said


def test_every_problem_of_a_file_names_file_line_field_and_mend(holdfast, tmp_path):
    path = own_arrangement(
        tmp_path,
        swaps={
            "fallback: none": "fallback: nowhere",
            "authority: ": "authority: x",
            "use_of_force: ": "force: ",
        },
    )
    said = refused(holdfast("compare", "ukraine", path, *FEW))
    problems = said.splitlines()[:-1]
    assert len(problems) >= 4
    for line, mend in zip(problems[::2], problems[1::2], strict=True):
        assert re.match(rf"{re.escape(str(path))}:\d+: [a-z][\w.\[\]-]*: .+", line), line
        assert mend.startswith("  Mend: ")


def test_a_settlement_is_checked_as_well(holdfast, tmp_path):
    path = own_settlement(tmp_path)
    path.write_text(path.read_text("utf-8").replace("ceasefire: true", "ceasefire: maybe"), "utf-8")
    said = refused(holdfast("compare", "ukraine", "none", "--settlement", path, *FEW))
    assert re.search(r":\d+: terms\.ceasefire: found the text \"maybe\"; true or false is needed", said)


def test_an_overlay_is_checked_with_the_case(holdfast, tmp_path):
    path = own_overlay(tmp_path, p95=0.5)
    said = refused(holdfast("compare", "ukraine", "none", "--overlay", path, *FEW))
    assert re.search(rf"{re.escape(str(path))}:\d+: .*p05", said)


def test_a_file_of_another_kind_is_refused(holdfast):
    said = refused(holdfast("compare", "ukraine", UKRAINE / "case.yaml", *FEW))
    assert "this is a case file; an arrangement file is needed here" in said
    said = refused(holdfast("compare", "ukraine", "--overlay", UKRAINE / "case.yaml", *FEW))
    assert "an overlay file is needed here" in said


def test_a_folder_that_is_no_case_is_refused(holdfast, tmp_path):
    said = refused(holdfast("compare", tmp_path, *FEW))
    assert "this part of the case is missing" in said
    assert said.count("Mend: ") >= 10


def test_a_terminal_is_not_obeyed(holdfast, tmp_path):
    path = tmp_path / "own\x1b[31m.yaml"
    path.write_text('holdfast: arrangement/1\nname: "\\e[2J"\n', "utf-8")
    said = refused(holdfast("check", path))
    assert "\x1b" not in said
    assert "\x1b" not in refused(holdfast("compare", "ukraine", "no\x1b[31mbody"))


def test_a_defect_of_ours_is_called_one(holdfast, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("holdfast.runs.compare", broken)
    done = holdfast("compare", "ukraine")
    assert done.status == 70
    assert "defect of Holdfast, not of your files: ZeroDivisionError: oh" in done.err
    assert "Mend: open an issue" in done.err
    assert "Traceback" not in done.err
    monkeypatch.setenv("HOLDFAST_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        holdfast("compare", "ukraine")


def test_too_little_memory_is_answered_with_fewer_futures(holdfast, monkeypatch):
    def hungry(*_, **__):
        raise MemoryError

    monkeypatch.setattr("holdfast.runs.compare", hungry)
    said = refused(holdfast("compare", "ukraine"))
    assert said == "--futures: not enough memory for so many\n  Mend: give fewer futures\n"


def test_the_console_script_and_the_module_are_one():
    module = importlib.import_module("holdfast.__main__")
    assert module.main is importlib.import_module("holdfast.cli").main
    assert "holdfast.cli" in sys.modules
