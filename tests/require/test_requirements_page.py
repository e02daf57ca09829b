"""docs/requirements.md against the tables and the code: its numbers, and what its text says of them."""

from __future__ import annotations

import re
from functools import cache

import pytest
from benchmarks import requirements
from benchmarks.requirements import ABOVE, BELOW, PAGE, WITHIN, needed_by, reading_of

from holdfast.runs.need import tables, task_named

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
MEND = "run benchmarks/requirements.py and see whether the text still holds"
NAMES = ("ratios", "mixes", "proposals", "missions", "counted", "posts")


@cache
def page() -> str:
    return PAGE.read_text("utf-8")


@cache
def told() -> dict[str, list[str]]:
    return requirements.pages()


def _numbers(line: str) -> list[float]:
    return [float(one.replace(",", "")) for one in NUMBER.findall(line)]


@pytest.mark.parametrize("name", NAMES)
def test_tables_on_the_page_are_what_the_code_gives(name):
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    between = page()[page().index(start) : page().index(end)]
    shown = [line for line in between.splitlines() if line.startswith("|")]
    assert len(shown) == len(told()[name]), MEND
    for line, other in zip(shown, told()[name], strict=True):
        assert NUMBER.sub("", line) == NUMBER.sub("", other), MEND
        assert _numbers(line) == pytest.approx(_numbers(other), rel=0.02), MEND


def test_every_table_of_the_page_is_held_to_the_code():
    assert sorted(re.findall(r"^<!-- ([a-z]+) -->$", page(), re.MULTILINE)) == sorted(NAMES)
    assert set(told()) == set(NAMES)


def test_every_proposal_with_a_size_and_every_mission_stands_on_the_page():
    for force in tables().forces.values():
        assert f"| {force.title} | {force.year} |" in page(), force.key


def test_commands_on_the_page_name_tasks():
    named = re.findall(r"--task (\S+)", page())
    assert len(named) >= 4
    for name in named:
        task_named(name, tables().tasks)


# --- What the page says of them ----------------------------------------------------------------------


def _force(key):
    return tables().forces[key]


def _density(force):
    return force.persons.mode / force.line_km


def test_the_plan_for_monitors_is_denser_than_any_mission_on_a_long_line():
    others = [
        _density(force)
        for force in tables().forces.values()
        if force.kind == "mission" and force.tasks == ("observe-line",) and (force.line_km or 0) > 400
    ]
    assert len(others) >= 6
    assert max(others) < _density(_force("gcsp-monitors")) / 2
    assert reading_of(_force("gcsp-monitors")) == ABOVE
    assert reading_of(_force("gcsp")) == WITHIN


def test_forces_for_the_line_are_more_than_deterring_and_less_than_holding():
    read = tables()
    holding = read.ledger.shape(read.tasks["defend-with-host"].ratio).quantile([0.05])[0] * 1_200.0
    assert 200_000 < holding < 220_000
    for key in ("swp", "zelensky-january", "zelensky-february", "hodges"):
        assert reading_of(_force(key)) == ABOVE, key
        assert _force(key).persons.high < holding, key


def test_all_borders_take_just_more_than_interposition_has_had():
    force = _force("general-staff-line")
    assert reading_of(force) == ABOVE
    ends = needed_by(force)
    assert ends is not None
    assert force.persons.mode < 1.1 * ends[2]
    assert 3.5 < force.line_km / _force("unmee").line_km < 4.0


def test_what_was_offered_in_2026_lies_below():
    assert reading_of(_force("coalition-2026")) == BELOW
    assert reading_of(_force("coalition-wanted")) == WITHIN
    assert _force("coalition-2026").persons.high < _force("coalition-wanted").persons.mode


@pytest.mark.parametrize(
    ("keys", "reading"),
    [
        (("unmogip", "minurso"), BELOW),
        (("icsc-vietnam", "unogil"), ABOVE),
        (("unpredep", "unmee", "unmee-2008", "monuc-2002"), BELOW),
        (("unifil-1978", "cis-abkhazia"), ABOVE),
        (("ifor", "unifil-2006", "smm", "undof", "unficyp", "unikom"), WITHIN),
    ],
)
def test_missions_lie_where_the_page_says(keys, reading):
    for key in keys:
        assert reading_of(_force(key)) == reading, key


def test_more_than_a_quarter_of_those_that_kept_order_were_thin_and_most_countries_large():
    order = [force for force in tables().forces.values() if force.tasks == ("govern",)]
    thin = [force for force in order if reading_of(force) == BELOW]
    assert 0.25 < len(thin) / len(order) < 0.5
    assert sum((force.population_thousands or 0) > 10_000 for force in thin) > len(thin) / 2


def test_posts_are_as_far_apart_as_the_page_says():
    golan, donbas = (_force(key) for key in ("undof", "smm"))
    assert 1_200 / (golan.line_km / golan.posts.mode) == pytest.approx(470, abs=5)
    assert 1_200 / (donbas.line_km / donbas.posts.mode) == pytest.approx(30, abs=2)
