"""Contradictions between a settlement and an arrangement: refused with both named, and nothing else is."""

from __future__ import annotations

import re

import numpy as np
import pytest

from holdfast.evaluate import evaluate
from holdfast.evaluate.barred import barred_by
from holdfast.evaluate.question import Question
from holdfast.vocabulary.arrangement import Guarantee
from holdfast.vocabulary.body import sitting
from holdfast.vocabulary.settlement import CODES

SENTENCE = re.compile(
    r"(?P<clause>[a-z_]+): the settlement '(?P<settlement>[a-z0-9.-]+)' .+; the arrangement "
    r"'(?P<arrangement>[a-z0-9.-]+)', (?P<field>[a-z\[\]_.-]+), .*"
)


@pytest.fixture
def reasons(case, with_terms, few):
    """Return a way to ask what bars an arrangement under changed terms."""

    def asked(arrangement, **terms):
        return barred_by(Question(case, with_terms(**terms), arrangement, few))

    return asked


def _changed(arrangement, mission=None, mandate=None, phase=None, **changes):
    """Return an arrangement with its first phase's mission, and more, changed."""
    first = arrangement.phases[0]
    sent = first.mission
    if mandate:
        sent = sent.model_copy(update={"mandate": sent.mandate.model_copy(update=mandate)})
    sent = sent.model_copy(update=mission or {})
    first = first.model_copy(update={"mission": sent, **(phase or {})})
    return arrangement.model_copy(update={"phases": (first, *arrangement.phases[1:]), **changes})


@pytest.mark.parametrize(
    ("terms", "name", "field"),
    [
        ({"foreign_troops": "none"}, "un-peacekeepers", "phases[all].mission.mandate.area"),
        ({"foreign_troops": "none"}, "reassurance-force", "phases[all].mission.mandate.area"),
        ({"foreign_troops": "no_alliance_troops"}, "reassurance-force", "phases[all].mission.contributors"),
        ({"monitoring_lead": "none"}, "osce-monitors", "phases[all].mission.components[observe-line]"),
        ({"monitoring_lead": "parties"}, "un-peacekeepers", "phases[all].mission.components[interpose]"),
        ({"monitoring_means": "none"}, "osce-monitors", "phases[all].mission.components[observe-line]"),
        ({"monitoring_means": "remote"}, "osce-monitors", "phases[all].mission.components[observe-line]"),
        ({"monitoring_means": "remote"}, "un-peacekeepers", "phases[all].mission.components[interpose]"),
    ],
)
def test_a_contradiction_names_both_sides(case, with_terms, few, reasons, terms, name, field):
    (variable,) = terms
    (reason,) = reasons(case.arrangements[name], **terms)
    said = SENTENCE.fullmatch(reason)
    assert said, reason
    assert said["clause"] == CODES[variable]
    assert said["settlement"] == with_terms(**terms).name
    assert said["arrangement"] == name
    assert said["field"] == field
    found = evaluate(case, with_terms(**terms), case.arrangements[name], few)
    np.testing.assert_array_equal(found.outcomes["accepted"], 0.0)
    np.testing.assert_array_equal(found.outcomes["hold_overall_5"], 0.0)
    assert found.acceptance.barred_by == (reason,)
    assert f"Barred by the settlement, clause {reason}." in found.notes


ALLOWED = [
    # who leads shuts out nobody else
    {"monitoring_lead": "backstop", "monitoring_means": "open"},
    {"monitoring_lead": "body", "monitoring_means": "on_site"},
    {"monitoring_lead": "open"},
    # silence
    {"monitoring_lead": None, "monitoring_means": None, "foreign_troops": None},
    # no promise of the settlement's own, no cap, no membership: others may promise, arm and send
    {"guarantee": "none"},
    {"guarantee": None},
    {"alliance": "renounced"},
    {"army_cap_persons": 1.0},
    {"joint_commission": False},
    {"buffer_km": 30.0},
    {"belt_km": 150.0},
    {"breach_procedure": False},
    {"guarantee_void": "host_fires", "guarantee_years": 0.0},
    {"assets": "returned", "plant": "to_opponent", "union_accession": "none"},
]


@pytest.mark.parametrize("terms", ALLOWED, ids=str)
def test_what_is_no_contradiction_bars_nothing(case, reasons, terms):
    for arrangement in case.arrangements.values():
        assert reasons(arrangement, **{"foreign_troops": "open", **terms}) == (), arrangement.name


def test_packaged_settlements_bar_what_their_texts_rule_out_and_no_more(case, few):
    barred = {
        (settlement.name, arrangement.name)
        for settlement in case.settlements.values()
        for arrangement in case.arrangements.values()
        if barred_by(Question(case, settlement, arrangement, few))
    }
    assert barred == {("us-28-points", "reassurance-force"), ("us-28-points", "breach-ladder")}


@pytest.mark.parametrize("terms", [{"monitoring_lead": "none"}, {"monitoring_means": "none"}])
def test_without_anybody_to_watch_sensors_are_barred_as_well(case, reasons, terms):
    monitors = case.arrangements["osce-monitors"]
    liaison = tuple(part for part in monitors.phases[0].mission.components if part.task == "liaise")
    unmanned = _changed(monitors, mission={"components": liaison})
    (reason,) = reasons(unmanned, **terms)
    assert "phases[all].mission.sensors" in reason
    assert reasons(_changed(unmanned, mission={"sensors": ()}), **terms) == ()


def test_sensors_alone_are_watch_from_afar(case, reasons):
    monitors = case.arrangements["osce-monitors"]
    parts = tuple(
        part.model_copy(update={"planned_persons": 0.0}) if part.task == "observe-line" else part
        for part in monitors.phases[0].mission.components
    )
    assert reasons(_changed(monitors, mission={"components": parts}), monitoring_means="remote") == ()
    as_needed = tuple(part.model_copy(update={"planned_persons": None}) for part in parts)
    assert reasons(_changed(monitors, mission={"components": as_needed}), monitoring_means="remote")


@pytest.mark.parametrize(
    "terms", [{"monitoring_lead": "none"}, {"monitoring_lead": "parties"}, {"monitoring_means": "remote"}]
)
def test_the_host_may_let_watch_whom_it_wants_from_its_own_side(case, reasons, terms):
    monitors = case.arrangements["osce-monitors"]
    assert reasons(_changed(monitors, mission={"access": "host_side"}), **terms) == ()
    assert reasons(_changed(monitors, mandate={"area": "rear"}), **terms) == ()
    assert reasons(monitors, **terms) != ()


def test_an_operation_of_the_alliances_own_body_is_one_of_its_troops(case, reasons):
    # the contingents come from elsewhere, the body that sends them is the alliance's
    force = case.arrangements["un-peacekeepers"]
    body = case.bodies["nato-council"]
    assert all(
        case.about.alliance in case.states[seat.state].groups for seat in sitting(body, case.about.voting_day)
    )
    ban = {"foreign_troops": "no_alliance_troops"}
    assert reasons(force, **ban) == ()
    (reason,) = reasons(_changed(force, authority="nato-council"), **ban)
    said = SENTENCE.fullmatch(reason)
    assert said, reason
    assert said["field"] == "authority"
    assert "phases[all]" in reason
    assert "'nato-council'" in reason
    for other in set(case.bodies) - {"nato-council"}:
        assert reasons(_changed(force, authority=other), **ban) == (), other
    unarmed = _changed(case.arrangements["osce-monitors"], authority="nato-council")
    assert reasons(unarmed, **ban) == ()
    outside = _changed(force, authority="nato-council", mandate={"area": "neighbour"})
    assert reasons(outside, **ban) == ()


def test_every_phase_is_looked_at_and_named(case, reasons):
    force = case.arrangements["un-peacekeepers"]
    first = force.phases[0]
    later = first.model_copy(update={"name": "later"})
    empty = first.model_copy(update={"mission": None})
    two = force.model_copy(update={"phases": (first, later)})
    late = force.model_copy(update={"phases": (empty, later)})
    found = reasons(two, foreign_troops="none")
    assert ["phases[all]" in one for one in found] == [True, False]
    assert ["phases[later]" in one for one in found] == [False, True]
    (reason,) = reasons(late, monitoring_means="remote")
    assert "phases[later]" in reason


def test_several_contradictions_are_all_told(case, reasons):
    found = reasons(
        case.arrangements["un-peacekeepers"],
        foreign_troops="none",
        monitoring_lead="parties",
        monitoring_means="remote",
    )
    assert [one.partition(":")[0] for one in found] == [
        "foreign_troops",
        "monitoring_lead",
        "monitoring_means",
    ]


def test_a_promise_beside_a_settlement_without_one_is_no_contradiction(case, reasons):
    promise = Guarantee(
        key="aside",
        guarantors=("GBR",),
        promise="p",
        credibility="respond.credibility.treaty",
        response=("troops",),
        response_persons=None,
        decide="respond.decide.capitals",
        arrive="respond.arrive.europe",
        binding="treaty",
    )
    monitors = _changed(case.arrangements["osce-monitors"], phase={"guarantees": (promise,)})
    assert reasons(monitors, guarantee="none") == ()
