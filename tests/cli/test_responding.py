"""The command ``respond``: text, JSON and table, its replay, and bad input answered in words."""

import csv
import io
import json
import re

import pytest
from tests.runs.own import UKRAINE, own_arrangement, own_settlement

FEW = ("--futures", "16")


def refused(done) -> str:
    """Assert that a command was refused in words, and return them."""
    assert (done.status, done.out) == (2, ""), (done.status, done.err)
    assert "Mend: " in done.err
    for word in ("Traceback", "defect", "pydantic"):
        assert word not in done.err
    return str(done.err)


@pytest.fixture(scope="module")
def ladder_file(tmp_path_factory):
    """Give a function that writes the packaged ladder with some text changed."""

    def write(**swaps):
        folder = tmp_path_factory.mktemp("ladder")
        return own_arrangement(folder, "breach-ladder", "own-ladder", swaps=swaps.pop("swaps"))

    return write


# --- What it says -----------------------------------------------------------------------------


def test_the_text_has_every_breach_and_who_promises_what(holdfast):
    done = holdfast("respond", "ukraine", "reassurance-force", *FEW)
    assert done.status == 0, done.err
    said = " ".join(done.out.split())
    for words in (
        "not a forecast",
        "Local grab of ground",
        "Major offensive",
        "Sabotage",
        "Who promises what",
        "Nobody has tested such a ladder",
        "known after",
        "holdfast verify FILE.",
    ):
        assert words in said, words
    assert max(len(line) for line in done.out.splitlines()) <= 100
    assert re.search(r"\b(nan|None|inf)\b", done.out) is None


def test_the_json_and_the_table_say_the_same(holdfast):
    asked = ("respond", "ukraine", "breach-ladder", *FEW)
    done = holdfast(*asked, "--json")
    assert done.status == 0, done.err
    document = json.loads(done.out)
    assert document["holdfast"] == "ladder/1"
    table = holdfast(*asked, "--csv")
    assert table.status == 0, table.err
    rows = list(csv.DictReader(io.StringIO(table.out)))
    there = [
        (breach["breach"], one["promise"], one["in_time"]["mean"])
        for breach in document["phases"][0]["breaches"]
        for one in breach["promises"]
    ]
    assert [(row["breach"], row["promise"], float(row["in_time_mean"])) for row in rows] == there
    assert there


def test_seed_and_settlement_are_those_asked_for(holdfast):
    done = holdfast("respond", "ukraine", "none", *FEW, "--seed", "7", "--settlement", "none", "--json")
    named = json.loads(done.out)["manifest"]
    assert (named["kind"], named["seed"], named["futures"]) == ("respond", 7, 16)
    assert named["settlement"]["name"] == "none"


def test_a_design_without_promises_is_told_so(holdfast):
    done = holdfast("respond", "ukraine", "none", *FEW, "--settlement", "none")
    assert done.status == 0, done.err
    assert "what is known has no consequence" in " ".join(done.out.split())


def test_a_saved_ladder_is_replayed(holdfast, tmp_path):
    file = tmp_path / "ladder.json"
    assert holdfast("respond", "ukraine", "breach-ladder", *FEW, "--json", "-o", file).status == 0
    done = holdfast("verify", file)
    assert done.status == 0, done.err
    document = json.loads(file.read_text("utf-8"))
    document["phases"][0]["breaches"][0]["seen"]["mean"] += 0.25
    file.write_text(json.dumps(document), "utf-8")
    done = holdfast("verify", file)
    assert done.status == 1
    assert "seen.mean" in done.out + done.err


# --- Bad input --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--futures", "3"), ("--futures: 3", "give 16")),
        (("--futures", "20"), ("--futures: 20", "give 16 or 32")),
        (("--json", "--csv"), ("--json, --csv: both are given",)),
        (("--settlement", "twenty"), ("did you mean 'twenty-points'?",)),
        (("--overlay", "nowhere.yaml"), ("nowhere.yaml:1: the file: does not exist",)),
    ],
    ids=lambda part: " ".join(part)[:40],
)
def test_an_option_that_is_off_is_answered_in_words(arguments, said, holdfast):
    words = refused(holdfast("respond", "ukraine", "reassurance-force", *arguments))
    assert [one for one in said if one not in words] == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("breach-lader", "did you mean 'breach-ladder'?"),
        ("nowhere.yaml", "nowhere.yaml:1: the file: "),
        (".", "is a folder"),
        (UKRAINE / "case.yaml", "an arrangement file is needed here"),
    ],
    ids=str,
)
def test_an_arrangement_that_is_none_is_refused(name, said, holdfast):
    assert said in refused(holdfast("respond", "ukraine", name, *FEW))


def test_an_unknown_case_is_refused(holdfast):
    assert "did you mean 'ukraine'?" in refused(holdfast("respond", "ukrain", "none"))


def test_a_settlement_is_no_arrangement(holdfast, tmp_path):
    assert "an arrangement file is needed here" in refused(
        holdfast("respond", "ukraine", own_settlement(tmp_path), *FEW)
    )


@pytest.mark.parametrize(
    ("swaps", "field", "said"),
    [
        (
            {"answers: [offensive]": "answers: [offensiv]"},
            "guarantees[west-together].answers[0]",
            ('there is no breach "offensiv"', "offensive"),
        ),
        ({"answers: [offensive]": "answers: []"}, "guarantees[west-together].answers", ("1",)),
        ({"decider: capitals": "decider: capital"}, "guarantees[west-together].decider", ("capitals",)),
        (
            {"caveats: [Capitals have not said that they give up the last word.]": "caveats: [7]"},
            "guarantees[coalition-next].caveats[0]",
            ("text",),
        ),
        (
            {"decide: respond.decide.host": "decide: respond.decide.hosts"},
            "guarantees[host-first].decide",
            ("respond.decide.host",),
        ),
    ],
    ids=["breach", "no breach", "decider", "caveat", "estimate"],
)
def test_a_promise_that_is_wrong_names_file_line_and_mend(swaps, field, said, ladder_file, holdfast):
    path = ladder_file(swaps=swaps)
    [new] = swaps.values()
    text = path.read_text("utf-8").splitlines()
    line = next(place for place, words in enumerate(text, 1) if new in words)
    words = refused(holdfast("respond", "ukraine", path, *FEW))
    assert words.startswith(f"{path}:{line}: phases[all].{field}: "), words
    assert [one for one in said if one not in words] == []
