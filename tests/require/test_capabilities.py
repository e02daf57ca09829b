"""From persons to capabilities (RQ4 to RQ7): mixes add up, units cover needs, tables bear mixes out."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.case import Case
from holdfast.cases import load_case
from holdfast.evaluate.question import Question
from holdfast.futures import Futures
from holdfast.require import (
    Part,
    RequireQuery,
    TaskNeed,
    alone,
    elements_of,
    parts_of,
    require,
    roles_of,
    share_of,
)

FUTURES = 5
SHARES = st.tuples(st.floats(0.0, 1.0), st.floats(0.01, 1.0), st.floats(0.0, 1.0)).map(
    lambda ends: (ends[0] * ends[1], ends[1], ends[1] + ends[2])
)


@st.composite
def mixes(draw, least=1):
    names = draw(st.lists(st.sampled_from("abcdefgh"), min_size=least, max_size=8, unique=True))
    return tuple(
        Part(
            name, draw(st.sampled_from(["combat", "support", "command"])), low, central, high, draw(ELEMENTS)
        )
        for name in names
        for low, central, high in [draw(SHARES)]
    )


ELEMENTS = st.floats(1.0, 300.0)
NEEDS = st.lists(st.floats(0.0, 1e6), min_size=FUTURES, max_size=FUTURES).map(np.array)


def _required(mix, needed, planned=None):
    ones, none = np.ones(FUTURES), np.zeros(FUTURES)
    return require(RequireQuery((TaskNeed("a", "land", needed, ones, none, planned, mix),)))


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case("ukraine")


# --- The rules -----------------------------------------------------------------------------------------


@given(mixes(), NEEDS, st.none() | st.floats(0.0, 1e6))
def test_capabilities_add_up_to_the_task(mix, needed, planned):
    (task,) = _required(mix, needed, planned).tasks
    assert [one.capability for one in task.capabilities] == [part.capability for part in mix]
    for name in ("needed", "planned"):
        total = sum(getattr(one, name) for one in task.capabilities)
        np.testing.assert_allclose(total, getattr(task, name), rtol=1e-9, atol=1e-9)
    assert math.fsum(one.share.central for one in task.capabilities) == pytest.approx(1.0)
    assert math.fsum(role.central for role in task.roles.values()) == pytest.approx(1.0)


@given(mixes(), st.floats(0.1, 10.0))
def test_only_the_proportion_of_shares_counts(mix, factor):
    scaled = tuple(
        replace(part, low=part.low * factor, central=part.central * factor, high=part.high * factor)
        for part in mix
    )
    for part, other in zip(mix, scaled, strict=True):
        before, after = share_of([part], mix), share_of([other], scaled)
        assert (after.low, after.central, after.high) == pytest.approx(
            (before.low, before.central, before.high)
        )


@given(mixes(least=2))
def test_shares_lie_in_their_range_and_a_role_is_no_more_than_all(mix):
    for share in (*(share_of([part], mix) for part in mix), *roles_of(mix).values()):
        assert 0.0 <= share.low <= share.central + 1e-12
        assert share.central <= share.high + 1e-12
        assert share.high <= 1.0 + 1e-12
    whole = share_of(mix, mix)
    assert (whole.low, whole.central, whole.high) == pytest.approx((1.0, 1.0, 1.0))


@given(st.floats(0.0, 1e7), ELEMENTS)
def test_units_cover_the_need_with_less_than_one_to_spare(persons, element):
    units = elements_of(persons, element)
    assert units * element >= persons * (1.0 - 1e-9) - element * 1e-8
    assert (units - 1) * element < max(persons, 1e-300) * (1.0 + 1e-9)
    assert elements_of(element * 7.0, element) == 7  # a whole number of units takes no further one


def test_an_empty_unit_is_refused():
    for element in (0.0, -1.0, math.nan):
        with pytest.raises(ValueError, match="persons in it"):
            elements_of(10.0, element)


@given(mixes(), NEEDS)
def test_units_cover_the_central_need_of_each_capability(mix, needed):
    (task,) = _required(mix, needed).tasks
    for one in task.capabilities:
        assert one.elements == elements_of(float(np.median(one.needed)), one.element)


def test_a_mission_adds_up_its_tasks_by_capability():
    mix = (Part("a", "combat", 0.5, 1.0, 1.5, 100.0), Part("b", "support", 0.5, 1.0, 1.5, 10.0))
    one = TaskNeed("x", "land", np.full(3, 250.0), np.ones(3), np.zeros(3), 500.0, mix)
    other = replace(one, task="y", ratio=np.full(3, 90.0), planned=None, mix=mix[:1])
    bare = replace(one, task="z", mix=())
    found = require(RequireQuery((one, other, bare))).of_capability()
    assert set(found) == {"a", "b"}
    np.testing.assert_allclose(found["a"][0], 125.0 + 90.0)
    np.testing.assert_allclose(found["a"][1], 250.0 + 90.0)
    assert found["a"][2] == 2 + 1  # nobody does two tasks, so units are not shared
    assert found["b"][2] == 13


def test_a_mix_does_not_change_what_is_needed():
    mix = (Part("a", "combat", 0.1, 0.2, 0.3, 100.0),)
    with_mix, without = (_required(one, np.arange(5.0)) for one in (mix, ()))
    np.testing.assert_array_equal(with_mix.needed, without.needed)
    assert without.tasks[0].capabilities == ()


# --- The tables ------------------------------------------------------------------------------------------


def test_every_task_says_what_it_is_made_of_and_where_that_is_from(case):
    for task in case.tasks.values():
        assert task.mix, task.key
        assert task.sources, task.key
        assert task.confidence, task.key
        names = [portion.capability for portion in task.mix]
        assert len(set(names)) == len(names), task.key
        assert math.fsum(portion.share.mode for portion in task.mix) == pytest.approx(1.0), task.key
        assert task.reaction_hours is not None or task.key == "train-host"


def test_every_capability_is_asked_for_but_for_transport_aircraft(case):
    asked = {portion.capability for task in case.tasks.values() for portion in task.mix}
    assert set(case.capabilities) - asked == {"transport-aircraft"}  # airlift is no task by itself


def test_a_task_finds_most_of_its_persons_in_its_own_domain(case):
    for task in case.tasks.values():
        own = math.fsum(
            portion.share.mode
            for portion in task.mix
            if task.domain in case.capabilities[portion.capability].domains
        )
        assert own > 0.45, task.key


def test_units_are_the_least_that_a_state_sends(case):
    for one in case.capabilities.values():
        assert 2 < one.persons.low <= one.persons.mode <= one.persons.high, one.key
        assert one.persons.mode <= 180 or one.key == "hospital", one.key


# Combat arms and support in forces far from home: shares of the force, ranges as the planning table has them.
EUROPEAN = ("separate-robustly", "defend-with-host", "deter", "reassure")
BANDS = [
    (("logistics",), 0.15, 0.30),
    (("medical", "hospital"), 0.02, 0.06),
    (("engineers", "mine-clearance"), 0.06, 0.15),
    (("signals",), 0.04, 0.10),
    (("intelligence", "drones", "electronic-warfare"), 0.05, 0.12),
    (("helicopters",), 0.02, 0.08),
    (("headquarters",), 0.02, 0.07),
]


def _part(case, task, names):
    return math.fsum(one.share.mode for one in case.tasks[task].mix if one.capability in names)


@pytest.mark.parametrize("task", EUROPEAN)
def test_forces_far_from_home_have_the_tail_that_the_table_gives(case, task):
    combat = roles_of(parts_of(case.tasks[task], case.capabilities))["combat"]
    assert 0.25 <= combat.central <= 0.50
    for names, low, high in BANDS:
        assert low - 1e-9 <= _part(case, task, names) <= high + 1e-9, names


def test_peacekeepers_are_mostly_infantry(case):
    assert 0.60 <= _part(case, "interpose", ("light-infantry", "mechanised-infantry")) <= 0.75


def test_support_of_monitors_is_that_of_the_ledger(case):
    # the ratio puts support on top, the mix splits the whole: the two must tell the same
    per_monitor = case.ledger.shape("require.observe.support").quantile([0.05, 0.5, 0.95])
    low, central, high = per_monitor / (1.0 + per_monitor)
    for task in ("observe-line", "verify-withdrawal"):
        support = roles_of(parts_of(case.tasks[task], case.capabilities))["support"]
        assert low <= support.central <= high
        assert support.central == pytest.approx(central, abs=0.03)


def test_a_density_is_as_thick_as_the_task_is_hard(case):
    central = [
        case.ledger.shape(case.tasks[name].ratio).central()
        for name in ("observe-line", "interpose", "deter", "separate-robustly", "defend-with-host")
    ]
    assert central == sorted(central)


def test_flags_follow_from_where_persons_stand(case):
    flags = {name: (task.separates, task.observes, task.fights) for name, task in case.tasks.items()}
    assert {name for name, (separates, _, _) in flags.items() if separates} == {
        "interpose",
        "separate-robustly",
    }
    assert {name for name, (_, observes, _) in flags.items() if observes} == {
        "observe-line",
        "interpose",
        "separate-robustly",
        "defend-with-host",
    }
    assert {name for name, (_, _, fights) in flags.items() if fights} == {
        "separate-robustly",
        "defend-with-host",
        "deter",
        "reassure",
        "police-air",
        "defend-sites",
    }
    assert not any(fights for name, (_, _, fights) in flags.items() if case.tasks[name].domain == "monitors")


def test_people_near_the_line_are_what_governing_is_measured_by(case):
    settlement = case.settlements[case.about.settlement]
    question = Question(case, settlement, case.arrangements["none"], Futures(case.ledger, 1, 16))
    people = question.draw("theatre.near_line_population")
    np.testing.assert_allclose(question.quantity("thousand_people") * 1_000.0, people)
    assert {task.key for task in case.tasks.values() if task.per == "thousand_people"} == {"govern"}


# --- Forces on record ------------------------------------------------------------------------------------


def _density(force):
    return force.persons.mode / force.line_km


# The tolerance was fixed before the missions were compared: within the 1st to 99th percentile of the ratio,
# as the ledger asks of every statement that a row rests on; and four in five within the 5th to 95th.
ANCHORS = [
    ("unficyp", "interpose"),
    ("unficyp-1974", "interpose"),
    ("undof", "interpose"),
    ("unikom", "interpose"),
    ("unef-i", "interpose"),
    ("unef-i-exit", "interpose"),
    ("unikom-observers", "observe-line"),
    ("unmogip", "observe-line"),
    ("minurso", "observe-line"),
    ("eumm", "observe-line"),
    ("smm", "observe-line"),
    ("undof-inspectors", "verify-withdrawal"),
    ("ifor", "separate-robustly"),
    ("unifil-2006", "separate-robustly"),
]


@pytest.mark.parametrize(("force", "task"), ANCHORS)
def test_missions_lie_where_the_ratio_says(case, force, task):
    assert task in case.forces[force].tasks
    low, high = case.ledger.shape(case.tasks[task].ratio).quantile([0.01, 0.99])
    assert low <= _density(case.forces[force]) <= high


def test_four_in_five_missions_lie_in_the_range_that_is_printed(case):
    inside = []
    for force, task in ANCHORS:
        low, high = case.ledger.shape(case.tasks[task].ratio).quantile([0.05, 0.95])
        inside.append(low <= _density(case.forces[force]) <= high)
    assert sum(inside) >= 0.8 * len(inside)


@pytest.mark.parametrize("force", ["kfor", "ifor-area", "interfet", "untaet", "unmil", "isaf"])
def test_forces_that_kept_order_lie_in_the_range(case, force):
    one = case.forces[force]
    low, high = case.ledger.shape(case.tasks["govern"].ratio).quantile([0.05, 0.95])
    assert low <= one.persons.mode / one.population_thousands <= high


def test_densities_are_those_that_were_published(case):
    # strength over km, as evidence on past missions rounds it; half a unit of the last digit
    published = {
        "unmogip": (0.06, 0.005),
        "minurso": (0.08, 0.005),
        "eumm": (0.4, 0.05),
        "unikom": (5.0, 0.5),
        "smm": (1.4, 0.05),
        "unmee": (4.2, 0.05),
        "unmee-2008": (1.7, 0.05),
        "unficyp": (5.0, 0.5),
        "unficyp-1974": (24.0, 0.5),
        "unef-i": (22.0, 0.5),
        "unef-i-exit": (12.0, 0.5),
        "undof": (14.0, 0.5),
        "unifil-2006": (88.0, 0.5),
        "gcsp": (12.5, 0.05),
        "gcsp-monitors": (4.2, 0.05),
        "hodges": (167.0, 0.5),
        "general-staff-line": (27.0, 0.5),
    }
    for name, (density, slack) in published.items():
        assert _density(case.forces[name]) == pytest.approx(density, abs=slack + 1e-9), name
    assert 43 <= _density(case.forces["ifor"]) <= 55


def test_alone_is_the_rule_done_by_hand(case):
    futures = Futures(case.ledger, 3, 64)
    task = case.tasks["observe-line"]
    found = alone([(task, 1_100.0)], case.capabilities, futures)
    expected = futures[task.ratio] * 1_100.0 * (1.0 + futures[task.support])
    np.testing.assert_allclose(found.needed, expected, rtol=1e-12)
    np.testing.assert_array_equal(found.planned, found.needed)
    assert found.tasks[0].reaction_hours == (1.0, 4.0, 24.0)
