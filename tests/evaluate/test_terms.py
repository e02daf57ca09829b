"""What each variable of a settlement does: terms and their worth, forfeits, its own guarantee."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from holdfast.evaluate import Memory, evaluate
from holdfast.evaluate.field import field_of, promises_of
from holdfast.evaluate.question import Question
from holdfast.evaluate.terms import (
    DONE_ONCE,
    forfeit,
    received,
    still_bound,
    terms_in_force,
    terms_value,
    time_to_decide,
)
from holdfast.vocabulary.party import Term
from holdfast.vocabulary.settlement import Terms

VALUED = {
    ("recognition", "de_facto"): "recognition_de_facto",
    ("recognition", "de_jure"): "recognition_de_jure",
    ("land", "to_opponent"): "land_to_opponent",
    ("land", "to_host"): "land_to_host",
    ("sanctions", "staged_relief"): "sanctions_staged_relief",
    ("sanctions", "lifted"): "sanctions_lifted",
    ("snap_back", True): "snap_back",
    ("army_cap_persons", 600_000.0): "army_cap",
    ("alliance", "renounced"): "alliance_renounced",
    ("foreign_troops", "no_alliance_troops"): "alliance_troops_barred",
    ("guarantee", "political"): "political_guarantee",
    ("guarantee", "treaty"): "treaty_guarantee",
    ("belt_km", 50.0): "belts",
    ("monitoring_means", "on_site"): "monitors_on_site",
    ("assets", "to_host"): "assets_to_host",
    ("assets", "shared"): "assets_shared",
    ("assets", "returned"): "assets_returned",
    ("elections", True): "elections",
    ("minorities", True): "minorities",
    ("prisoners", True): "prisoners",
    ("plant", "shared"): "plant_shared",
    ("plant", "to_host"): "plant_to_host",
    ("plant", "to_opponent"): "plant_to_opponent",
    ("plant", "international"): "plant_international",
    ("union_accession", "promised"): "union_promised",
    ("union_accession", "dated"): "union_dated",
}
"""The term that each value of a variable brings into force."""

NO_TERM = {
    "belt_km": (0.0,),
    "monitoring_lead": ("none", "parties", "backstop", "body", "open"),
    "monitoring_means": ("none", "remote", "open"),
    "guarantee_void": ("never", "host_attacks", "host_fires"),
    "guarantee_years": (15.0,),
    "assets": ("kept",),
    "elections": (False,),
    "minorities": (False,),
    "prisoners": (False,),
    "plant": ("as_held",),
    "breach_procedure": (True, False),
    "union_accession": ("none",),
    "foreign_troops": ("open",),
    "buffer_km": (10.0,),
    "joint_commission": (True, False),
    "recognition": ("none",),
    "land": ("as_held",),
    "sanctions": ("kept",),
    "snap_back": (False,),
    "guarantee": ("none",),
    "alliance": ("open", "left_open"),
    "imposed": (True, False),
}
"""Values that bring none."""

SIGNS = {
    # host, opponent: the sign of the middle of the range; 0 where it may lean either way
    "assets_to_host": (1, -1),
    "assets_returned": (-1, 1),
    "prisoners": (1, 0),
    "plant_to_host": (1, -1),
    "plant_to_opponent": (-1, 1),
    "union_dated": (1, -1),
    "elections": (0, 1),
}


@pytest.fixture
def empty(settlement):
    """Return a way to build a settlement that says nothing but what is given."""

    def built(**terms):
        nothing = dict.fromkeys(Terms.model_fields) | {"ceasefire": True} | terms
        return settlement.model_copy(update={"terms": Terms.model_validate(nothing)})

    return built


def _question(case, settlement, few, name="none"):
    return Question(case, settlement, case.arrangements[name], few)


def _promise(case, settlement, few):
    question = _question(case, settlement, few)
    (promise,) = promises_of(question, question.arrangement.phases[0], question.constant(0.0))
    return promise


def test_a_settlement_that_says_nothing_has_no_terms(case, empty, few):
    question = _question(case, empty(), few)
    assert terms_in_force(question) == ()
    for party in case.parties:
        np.testing.assert_array_equal(terms_value(question, party), 0.0)
        np.testing.assert_array_equal(forfeit(question, party), 0.0)


def test_every_term_is_brought_into_force_by_a_variable():
    assert set(VALUED.values()) == set(get_args(Term))
    assert {variable for variable, _ in VALUED} | set(NO_TERM) | {"ceasefire"} == set(Terms.model_fields)


@pytest.mark.parametrize(("given", "term"), VALUED.items(), ids=VALUED.values())
def test_a_value_brings_its_term_alone_and_what_it_is_worth(case, empty, few, given, term):
    variable, value = given
    question = _question(case, empty(**{variable: value}), few)
    assert terms_in_force(question) == (term,)
    for party in case.parties:
        np.testing.assert_array_equal(terms_value(question, party), few[party.stakes.terms[term]])


@pytest.mark.parametrize("variable", NO_TERM)
def test_other_values_are_no_term(case, empty, few, variable):
    for value in NO_TERM[variable]:
        assert terms_in_force(_question(case, empty(**{variable: value}), few)) == ()


def test_no_two_values_bring_the_same_term_and_all_values_are_told_here():
    told = {name: {value for one, value in VALUED if one == name} for name, _ in VALUED}
    for name, values in NO_TERM.items():
        told.setdefault(name, set()).update(values)
    assert told["plant"] == {"as_held", "shared", "to_host", "to_opponent", "international"}
    assert told["assets"] == {"kept", "to_host", "shared", "returned"}
    assert told["union_accession"] == {"none", "promised", "dated"}
    assert told["monitoring_means"] == {"none", "remote", "on_site", "open"}


def test_a_ban_on_all_troops_bars_those_of_the_alliance_too(case, empty, few):
    question = _question(case, empty(foreign_troops="none"), few)
    assert terms_in_force(question) == ("alliance_troops_barred",)


def test_a_term_that_a_party_does_not_list_is_worth_nought(case, empty, few):
    question = _question(case, empty(prisoners=True, snap_back=True), few)
    stakes = case.host.stakes.model_copy(update={"terms": {}})
    stranger = case.host.model_copy(update={"stakes": stakes})
    np.testing.assert_array_equal(terms_value(question, stranger), 0.0)
    np.testing.assert_array_equal(forfeit(question, stranger), 0.0)


@pytest.mark.parametrize("term", SIGNS)
def test_terms_are_worth_what_their_names_say(case, few, term):
    for party, sign in zip((case.host, case.opponent), SIGNS[term], strict=True):
        middle = np.median(few[party.stakes.terms[term]])
        assert sign == 0 or np.sign(middle) == sign, (party.role, middle)


def test_disputed_terms_have_both_signs(case):
    for party, names in (
        (case.host, ("belts", "assets_shared", "elections", "minorities", "plant_shared")),
        (case.opponent, ("belts", "assets_shared", "prisoners", "plant_shared", "union_promised")),
    ):
        for name in names:
            spread = case.ledger[party.stakes.terms[name]].distribution
            assert spread.p05 < 0.0 < spread.p95, (party.role, name)


def test_no_secondary_term_weighs_as_much_as_land_or_recognition(case):
    # half the width of what the war is about, at most
    main = ("recognition_de_facto", "land_to_opponent")
    new = [term for term in get_args(Term) if term not in set(list(get_args(Term))[:12])]
    assert len(new) == 14
    for party in case.parties:
        spans = {
            term: max(abs(spread.p05), abs(spread.p95))
            for term in get_args(Term)
            if (spread := case.ledger[party.stakes.terms[term]].distribution)
        }
        assert max(spans[term] for term in new) < min(spans[term] for term in main)


def test_with_snap_back_gains_are_forfeited_but_what_is_done_once_stays(case, empty, few):
    # EV10 with one term of each sort
    terms = {"prisoners": True, "elections": True, "union_accession": "dated", "plant": "shared"}
    free, bound = (_question(case, empty(**terms, snap_back=flag), few) for flag in (False, True))
    assert {"prisoners", "elections"} == DONE_ONCE
    for party in case.parties:
        np.testing.assert_array_equal(forfeit(free, party), 0.0)
        owed = [
            np.maximum(few[party.stakes.terms[name]], 0.0)
            for name in ("union_dated", "plant_shared", "snap_back")
        ]
        np.testing.assert_allclose(forfeit(bound, party), sum(owed), rtol=1e-12)
        assert (forfeit(bound, party) >= 0.0).all()


@pytest.mark.parametrize(
    ("variable", "nothing"),
    [
        ("belt_km", 0.0),
        ("monitoring_lead", "open"),
        ("monitoring_means", "open"),
        ("guarantee_void", "never"),
        ("assets", "kept"),
        ("elections", False),
        ("minorities", False),
        ("prisoners", False),
        ("plant", "as_held"),
        ("breach_procedure", False),
        ("union_accession", "none"),
    ],
)
def test_what_is_not_known_has_no_effect(case, with_terms, few, variable, nothing):
    arrangement = case.arrangements["un-peacekeepers"]
    unknown, absent = (
        evaluate(case, with_terms(**{variable: value}), arrangement, few) for value in (None, nothing)
    )
    assert unknown.acceptance.barred_by == absent.acceptance.barred_by == ()
    for outcome, numbers in unknown.outcomes.items():
        assert absent.outcomes[outcome].tobytes() == numbers.tobytes(), outcome


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("belt_km", 50.0),
        ("monitoring_means", "on_site"),
        ("guarantee_void", "host_fires"),
        ("guarantee_void", "host_attacks"),
        ("assets", "shared"),
        ("elections", True),
        ("minorities", True),
        ("prisoners", True),
        ("plant", "international"),
        ("breach_procedure", True),
        ("union_accession", "promised"),
    ],
)
def test_what_is_coded_moves_something(case, with_terms, few, variable, value):
    arrangement = case.arrangements["none"]
    unknown, coded = (
        evaluate(case, with_terms(**{variable: one}), arrangement, few).outcomes for one in (None, value)
    )
    assert any(coded[outcome].tobytes() != numbers.tobytes() for outcome, numbers in unknown.items())


def test_what_a_party_gains_makes_it_likelier_to_accept(case, with_terms, few):
    arrangement = case.arrangements["none"]
    kept, to_host, returned = (
        evaluate(case, with_terms(snap_back=False, assets=assets), arrangement, few).acceptance.by_party
        for assets in ("kept", "to_host", "returned")
    )
    host, opponent = np.mean(to_host - kept, axis=1)
    assert host > 0.0 > opponent
    host, opponent = np.mean(returned - kept, axis=1)
    assert host < 0.0 < opponent


def test_what_is_received_is_gains_alone_under_any_clause(case, empty, few):
    terms = {"prisoners": True, "elections": True, "plant": "to_host"}
    for flag in (None, False, True):
        question = _question(case, empty(**terms, snap_back=flag), few)
        names = ("prisoners", "elections", "plant_to_host", *(("snap_back",) if flag else ()))
        for party in case.parties:
            gains = sum(np.maximum(few[party.stakes.terms[name]], 0.0) for name in names)
            np.testing.assert_allclose(received(question, party), gains, rtol=1e-12)


@pytest.mark.parametrize("binding", ["political", "treaty"])
def test_what_voids_the_guarantee_takes_from_its_credibility(case, with_terms, few, binding):
    attacks, fires = few["respond.void.host-attacks"], few["respond.void.host-fires"]
    whole = few[f"respond.credibility.{binding}"]
    for void, left in (
        (None, 1.0),
        ("never", 1.0),
        ("host_attacks", 1.0 - attacks),
        ("host_fires", (1.0 - attacks) * (1.0 - fires)),
    ):
        settlement = with_terms(guarantee=binding, guarantee_void=void)
        np.testing.assert_allclose(still_bound(_question(case, settlement, few)), left, rtol=1e-15)
        np.testing.assert_allclose(_promise(case, settlement, few).credibility, whole * left, rtol=1e-15)


def test_the_wider_the_way_out_the_less_the_guarantee_deters(case, with_terms, few):
    never, attacks, fires = (
        field_of(question, question.arrangement.phases[0], Memory()).ladder
        for question in (
            _question(case, with_terms(guarantee="treaty", guarantee_void=void), few)
            for void in ("never", "host_attacks", "host_fires")
        )
    )
    for name in ("chance", "price", "in_time_persons"):
        assert (getattr(never, name) >= getattr(attacks, name)).all()
        assert (getattr(attacks, name) >= getattr(fires, name)).all()
    assert (never.price > fires.price).all()


def test_agreed_steps_with_time_limits_are_decided_as_if_delegated(case, with_terms, few):
    for agreed, row in ((None, "capitals"), (False, "capitals"), (True, "delegated")):
        settlement = with_terms(guarantee="treaty", breach_procedure=agreed)
        expected = few[f"respond.decide.{row}"]
        np.testing.assert_array_equal(time_to_decide(_question(case, settlement, few)), expected)
        np.testing.assert_array_equal(_promise(case, settlement, few).decide_days, expected)


def test_without_a_guarantee_nothing_of_it_counts(case, with_terms, few):
    plain, dressed = (
        evaluate(case, with_terms(guarantee="none", **terms), case.arrangements["none"], few)
        for terms in (
            {"guarantee_void": None, "guarantee_years": None, "breach_procedure": None},
            {"guarantee_void": "host_fires", "guarantee_years": 15.0, "breach_procedure": True},
        )
    )
    for outcome, numbers in plain.outcomes.items():
        assert dressed.outcomes[outcome].tobytes() == numbers.tobytes(), outcome
    assert "respond.void.host-fires" not in dressed.used
