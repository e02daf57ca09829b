"""Expectations: the tests that an analyst writes beside an arrangement."""

import pytest
from tests.runs.own import own_arrangement

from holdfast import assess
from holdfast.files.problems import FileProblems
from holdfast.runs import expectations

EXPECT = """\
expect:
  - {outcome: accepted, at_least: 0, at_most: 1, because: a share lies between}
  - {outcome: persons, at_most: 10, because: ten persons are a small mission}
  - {outcome: hold_if_deployed, year: 5, settlement: none, at_least: 0, because: no truce}
  - {outcome: hold_overall, year: 10, settlement: none, at_most: 0.5, because: the war goes on}
  - {outcome: eur_per_year, at_least: 1, because: nothing is free}
  - {outcome: major_war, at_most: 0, because: no war is sure to be small}
  - {outcome: drawn_in, at_least: 0, at_most: 1, because: a share lies between}
  - {outcome: incidents_per_week, at_least: 0.001, because: there is always some fire}
  - {outcome: recorded_incidents_per_week, settlement: none, at_least: 0, because: no truce}
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    path = own_arrangement(tmp_path_factory.mktemp("expecting"))
    path.write_text(path.read_text("utf-8") + EXPECT, "utf-8")
    return list(expectations("ukraine", path)), path


def test_each_expectation_is_met_or_not(found):
    assert [one.met for one in found[0]] == [True, False, False, True, True, False, True, True, False]
    assert {one.arrangement for one in found[0]} == {"own-plan"}


def test_an_outcome_without_meaning_is_not_met(found):
    one = found[0][2]
    assert one.found is None
    assert not one.met
    assert "has no meaning here" in str(one)


def test_each_is_asked_under_its_settlement(found):
    usual = "twenty-points"
    assert [one.settlement for one in found[0]] == [usual] * 2 + ["none"] * 2 + [usual] * 4 + ["none"]


def test_a_line_says_what_was_expected_what_came_out_and_why(found):
    met, missed = str(found[0][0]), str(found[0][1])
    assert met.startswith("met: own-plan under twenty-points: accepted at least 0 and at most 1; ")
    assert met.endswith("(a share lies between)")
    assert missed.startswith(
        "NOT MET: own-plan under twenty-points: persons at most 10; the mean over futures is "
    )
    assert missed.endswith("(ten persons are a small mission)")
    assert "hold_overall after 10 years at most 0.5" in str(found[0][3])


def test_it_is_the_mean_of_the_default_question(found):
    outcome = assess("ukraine", found[1]).document["arrangement"]
    assert found[0][0].found == outcome["accepted"]["mean"]
    assert found[0][1].found == outcome["persons"]["mean"]
    assert found[0][5].found == outcome["if_it_fails"]["major_war"]["mean"]
    assert found[0][6].found == outcome["if_it_fails"]["drawn_in"]["mean"]
    assert found[0][7].found == outcome["incidents"]["true_per_week"]["mean"]
    assert found[0][8].found is None


def test_an_arrangement_that_expects_nothing_yields_nothing():
    assert list(expectations("ukraine", "none")) == []


@pytest.mark.parametrize(
    ("expect", "field", "wrong"),
    [
        ("{outcome: accepted, because: x}", "expect[0]", "at_least, at_most or both"),
        ("{outcome: acceptd, at_least: 1, because: x}", "expect[0].outcome", "accepted"),
        ("{outcome: hold_overall, at_least: 1, because: x}", "expect[0]", "need a year"),
        ("{outcome: accepted, year: 5, at_least: 1, because: x}", "expect[0]", "need a year"),
        ("{outcome: hold_overall, year: 3, at_least: 1, because: x}", "expect[0].year", "1, 5, 10"),
        ("{outcome: major_war, year: 5, at_most: 1, because: x}", "expect[0]", "need a year"),
        ("{outcome: incidents, at_most: 1, because: x}", "expect[0].outcome", "incidents_per_week"),
        (
            "{outcome: accepted, settlement: nowhere, at_least: 1, because: x}",
            "expect[0].settlement",
            "nowhere",
        ),
        ("{outcome: accepted, at_least: 0.9, at_most: 0.1, because: x}", "expect[0]", "at_least"),
        ("{outcome: accepted, at_least: 1}", "expect[0].because", "missing"),
    ],
)
def test_an_expectation_that_makes_no_sense_is_refused(expect, field, wrong, tmp_path):
    path = own_arrangement(tmp_path)
    text = path.read_text("utf-8")
    path.write_text(f"{text}expect:\n  - {expect}\n", "utf-8")
    with pytest.raises(FileProblems) as refused:
        list(expectations("ukraine", path))
    (problem,) = refused.value.problems
    assert (problem.line, problem.field) == (text.count("\n") + 2, field)
    assert wrong in f"{problem.wrong} {problem.mend}"
