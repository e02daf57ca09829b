"""Who would make up a mission, as text: it fits the page, and says no more than the numbers bear."""

import json
import re
from pathlib import Path

import pytest
from tests.runs.own import own_force, own_late, own_monitors

from holdfast import composition
from holdfast.present.composition import composition as told
from holdfast.present.composition import in_short
from holdfast.present.layout import WIDTH

NAMES = ("force", "short", "late", "later", "asks nobody", "needs nobody", "none", "coalition-support")


@pytest.fixture(scope="module")
def documents(tmp_path_factory):
    folder = tmp_path_factory.mktemp("designs")
    designs: dict[str, str | Path] = {
        "force": own_force(folder),
        "short": own_monitors(folder, "short", monitors="900"),
        "late": own_late(folder, 9),
        "later": own_late(folder, 36, "later"),
        "asks nobody": own_monitors(folder, "asks-nobody", states=""),
        "needs nobody": own_monitors(folder, "needs-nobody", monitors="0", liaison="0"),
        "none": "none",
        "coalition-support": "coalition-support",
    }
    return {
        name: composition("ukraine", design, futures=16, robust=True).document
        for name, design in designs.items()
    }


@pytest.fixture
def changed(documents):
    """Give a function that returns a copy of a document with places changed."""

    def change(name, **places):
        document = json.loads(json.dumps(documents[name]))
        for place, value in places.items():
            *steps, last = place.split("__")
            node = document
            for step in steps:
                node = node[step]
            node[last] = value
        return document

    return change


def flat(document) -> str:
    """Return a text without its folds."""
    return " ".join(told(document).split())


# --- Whatever it tells ------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_no_line_is_wider_than_the_page(name, documents):
    text = told(documents[name])
    assert [line for line in text.splitlines() if len(line) > WIDTH] == []
    assert [line for line in text.splitlines() if line != line.rstrip()] == []
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@pytest.mark.parametrize("name", ["force", "late", "none"])
def test_long_names_and_numbers_are_folded(name, changed):
    document = changed(
        name,
        arrangement__title="An arrangement with a title that goes on and on " * 5,
        title="Here-and-there" * 20,
        manifest__seed=2**64 - 1,
        manifest__futures=65_536,
        asked__without=["FRA", "GBR", "ESP", "DEU", "ITA", "POL"] * 5,
        limits="Supercalifragilistic" * 30,
    )
    found = document["generate"]
    for one in (*found["contributors"], *found["dependence"]):
        one["name"] = "The United Federated Republics of the Northern and the Southern Isles"
    for one in found["binding"]:
        one["words"] = "a change that it takes many words to tell of, " * 6
    for one in found["plan"]["capabilities"]:
        one["title"] = "Somethingverylongwithoutaspaceinitthatcannotbefoldedanywhereatall"
        one["needed"] = [12_345_678.9 for _ in one["needed"]]
    assert [line for line in told(document).splitlines() if len(line) > WIDTH] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_number_is_none(name, documents):
    text = told(documents[name])
    assert re.search(r"\b(nan|NaN|inf|None|null|e[+-]\d+)\b", text) is None
    assert re.search(r"\(\)|: \.|;\s*;|, \.", " ".join(text.split())) is None
    assert re.search(r"\b1 states\b|\b1 persons\b", text) is None


@pytest.mark.parametrize("name", NAMES)
def test_it_is_never_a_forecast_and_names_the_result(name, documents):
    text = flat(documents[name])
    assert "Consequences of stated assumptions, not a forecast." in text
    assert documents[name]["manifest"]["id"] in text
    assert documents[name]["arrangement"]["title"] in text


@pytest.mark.parametrize("name", NAMES)
def test_the_same_document_gives_the_same_text(name, documents):
    assert told(documents[name]) == told(json.loads(json.dumps(documents[name])))


# --- On paper ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "gap", [0.0, 1e-12, 0.0004, 0.00999, 0.01, 0.0101, 0.0149, 0.02, 0.07, 0.0999, 0.25, 0.5049, 0.999, 1.0]
)
def test_the_gap_is_never_told_smaller_than_it_is(gap, changed):
    text = flat(changed("force", generate__plan__gap=gap))
    (said,) = re.findall(r"\(proved to within (<?)(>?)(\d+) %\)", text)
    if said[0]:
        assert 0.0 < gap < float(said[2]) / 100.0
    else:
        assert gap <= float(said[2]) / 100.0 + 1e-12
        assert float(said[2]) / 100.0 <= gap + 0.01 + 1e-12


def test_a_plan_that_splits_elements_claims_no_proof(changed):
    text = flat(changed("force", generate__plan__provisional=True))
    assert "(elements split, provisional)" in text
    assert "proved" not in text


@pytest.mark.parametrize("name", ["force", "short", "late"])
def test_what_is_needed_sent_and_short_is_that_of_the_document(name, documents):
    plan, text = documents[name]["generate"]["plan"], flat(documents[name])
    said = re.search(
        r"persons at a time: ([\d,]+) are needed;.*?([\d,]+) states? sends? ([\d,]+); ([<>]?\d+) % stays",
        text,
    )
    assert said is not None
    needed, states, sent, short = said.groups()
    assert float(needed.replace(",", "")) == pytest.approx(max(plan["persons_needed"]), rel=0.05)
    assert float(sent.replace(",", "")) == pytest.approx(max(plan["persons_sent"]), rel=0.05)
    assert int(states) == plan["states"]
    assert float(short.strip("<>")) == pytest.approx(100.0 * plan["shortfall"], abs=1.0)


@pytest.mark.parametrize("name", ["force", "short"])
def test_every_capability_and_every_contributor_has_a_line(name, documents):
    found, text = documents[name]["generate"], told(documents[name])
    lines = text.splitlines()
    for one in found["contributors"][:20]:
        assert any(line.startswith(one["name"]) for line in lines), one["name"]
    for one in found["plan"]["capabilities"]:
        first = one["title"].split()[0]
        assert any(line.startswith(first) for line in lines), first


def test_those_who_have_no_room_are_counted(changed, documents):
    rows = documents["short"]["generate"]["contributors"] * 6
    text = told(changed("short", generate__contributors=rows))
    assert f"and {len(rows) - 20} more (--json, --csv, -o FILE.xlsx list all)" in text


def test_a_state_that_is_asked_but_not_in_the_plan_is_told_so(documents):
    idle = [one for one in documents["force"]["generate"]["contributors"] if not one["persons"]]
    assert idle
    assert told(documents["force"]).count("asked, but not in the plan") == len(idle)


def test_a_least_contingent_is_a_rule_of_troops_alone(documents):
    assert "no contingent of troops below" in flat(documents["force"])
    assert "no contingent of troops below" not in flat(documents["short"])


def test_what_is_worth_less_than_a_person_is_no_nought(changed):
    binding = [{"change": "rotation", "words": "all do", "persons": 0.2}]
    text = flat(changed("force", generate__binding=binding))
    assert "<1: all do." in text


def test_what_was_asked_stands_in_the_title(changed):
    text = flat(
        changed(
            "force",
            asked__without=["TUR"],
            asked__with=["ESP"],
            asked__waived=["backstop"],
            asked__breadth=1,
            asked__largest_share=0.25,
        )
    )
    assert "(without TUR, with ESP, 'backstop' waived, 1 state at least, no state above 25 %)" in text


# --- Without a plan ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("none", "This arrangement has no mission: nothing is to be generated."),
        ("coalition-support", "This arrangement has no mission: nothing is to be generated."),
        ("later", "No mission of this arrangement begins within the two years that a plan looks ahead."),
        ("needs nobody", "The missions of this arrangement plan no persons: nothing is to be generated."),
    ],
)
def test_where_nothing_is_planned_it_is_told_in_a_line(name, words, documents):
    text = told(documents[name])
    assert words in text
    assert len(text.splitlines()) < 15
    for absent in ("On paper", "Who sends what", "short", "worst tenth"):
        assert absent not in text


def test_a_mission_that_asks_nobody_has_no_empty_table(documents):
    text = flat(documents["asks nobody"])
    assert "0 states send 0; 100 % stays short" in text
    assert "Nobody who is asked sends anybody." in text
    assert "asks for nobody." in text
    assert "chance mostly" not in text


# --- Beside the rest --------------------------------------------------------------------------


def test_in_short_a_plan_is_a_paragraph_and_no_mission_is_none(documents):
    def beside(*names):
        return in_short([{"name": name, "generate": documents[name]["generate"]} for name in names])

    assert beside("none", "coalition-support", "later") == ""
    text = beside("none", "force", "short")
    assert text.count("On paper") == 2
    assert "none:" not in text
    assert [line for line in text.splitlines() if len(line) > WIDTH] == []
    binding = documents["force"]["generate"]["binding"]
    assert binding[0]["words"] in " ".join(text.split())


def test_in_short_nothing_that_helps_is_left_out(changed):
    found = changed("force", generate__binding=[])["generate"]
    text = in_short([{"name": "own", "generate": found}])
    assert "On paper" in text
    assert "help" not in text
