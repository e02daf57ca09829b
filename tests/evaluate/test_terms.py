"""What each variable of a settlement does: terms and their worth, forfeits, its own guarantee."""

from __future__ import annotations

import dataclasses
from typing import get_args

import numpy as np
import pytest

from holdfast.evaluate import Memory, evaluate
from holdfast.evaluate.answering import promises_of
from holdfast.evaluate.field import field_of
from holdfast.evaluate.parties import acceptance_of, stakes_of
from holdfast.evaluate.question import Question
from holdfast.evaluate.terms import (
    DONE_ONCE,
    forfeit,
    received,
    size_of,
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
    (answer,) = promises_of(question, question.arrangement.phases[0], question.constant(0.0))
    return answer.promise


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
        worth = few[party.stakes.terms[term]] * size_of(question, party, term)
        np.testing.assert_array_equal(terms_value(question, party), worth)


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


# --- Sizes (EV2) -------------------------------------------------------------------------------------------


SIZED = {"army_cap", "political_guarantee", "treaty_guarantee", "belts"}


def _sizes(case, settlement, few, term):
    question = _question(case, settlement, few)
    return np.stack([size_of(question, party, term) for party in case.parties])


def test_terms_without_a_size_count_in_full(case, empty, few):
    for (variable, value), term in VALUED.items():
        if term not in SIZED:
            np.testing.assert_array_equal(_sizes(case, empty(**{variable: value}), few, term), 1.0)


def test_a_cap_counts_by_what_it_forbids(case, empty, few):
    # the army would rebuild to P0 x g; the reference cap is 600,000 on one of P0
    forces = case.host.forces
    at_halt, rebuilt = few[forces.now], few[forces.now] * few[forces.rebuilt]
    reference = forces.cap_reference_persons
    assert reference == 600_000.0
    for cap in (1.0, 85_000.0, 600_000.0, 800_000.0):
        found = _sizes(case, empty(army_cap_persons=cap), few, "army_cap")
        expected = np.maximum(1.0 - cap / rebuilt, 0.0) / (1.0 - reference / at_halt)
        np.testing.assert_allclose(found, np.stack([expected, expected]), rtol=1e-12)
    # where the army would stay as it is, the reference is the reference
    share = few.pinned(forces.rebuilt, 0.4)
    close = np.abs(share[forces.rebuilt] - 1.0) < 0.03
    sized = _sizes(case, empty(army_cap_persons=reference), share, "army_cap")
    assert close.all()
    np.testing.assert_allclose(sized, 1.0, atol=0.15)


def test_a_cap_of_one_person_is_not_one_of_eight_hundred_thousand(case, empty, few):
    one, loose, idle = (
        _sizes(case, empty(army_cap_persons=cap), few, "army_cap") for cap in (1.0, 800_000.0, 3_000_000.0)
    )
    assert (one > 2.0).all()
    assert (loose < 1.0).mean() > 0.95
    assert (loose < 0.5 * one).all()
    np.testing.assert_array_equal(idle, 0.0)


def test_a_cap_without_a_reference_counts_in_full(case, empty, few):
    forces = case.host.forces.model_copy(update={"cap_reference_persons": None})
    other = dataclasses.replace(case, host=case.host.model_copy(update={"forces": forces}))
    question = _question(other, empty(army_cap_persons=1.0), few)
    np.testing.assert_array_equal(size_of(question, other.host, "army_cap"), 1.0)


@pytest.mark.parametrize(("binding", "term"), [(one, f"{one}_guarantee") for one in ("political", "treaty")])
def test_a_guarantee_counts_by_the_share_of_the_future_that_it_covers(case, empty, few, binding, term):
    for years in (1.0, 15.0, 30.0):
        found = _sizes(case, empty(guarantee=binding, guarantee_years=years), few, term)
        for place, party in enumerate(case.parties):
            weight = few[party.stakes.future_weight]
            covered = 1.0 - np.exp(np.log(weight) * years / few["stakes.lookahead"])
            np.testing.assert_allclose(found[place], covered, rtol=1e-9)
    # one whose end nobody knows does not end
    np.testing.assert_array_equal(_sizes(case, empty(guarantee=binding), few, term), 1.0)


def test_a_guarantee_of_one_year_is_not_one_of_thirty(case, empty, few):
    year, thirty = (
        _sizes(case, empty(guarantee="treaty", guarantee_years=years), few, "treaty_guarantee")
        for years in (1.0, 30.0)
    )
    assert np.median(thirty / year) > 2.0
    assert (thirty > 1.3 * year).mean() > 0.8


def test_a_party_that_cares_for_the_present_alone_gets_all_of_a_short_guarantee(case, empty, few):
    for role, place in (("host", 0), ("opponent", 1)):
        weight = getattr(case, role).stakes.future_weight
        patient, hasty = (
            _sizes(
                case,
                empty(guarantee="treaty", guarantee_years=2.0),
                few.pinned(weight, share),
                "treaty_guarantee",
            )
            for share in (0.95, 0.05)
        )
        assert (hasty[place] > patient[place]).all()
        np.testing.assert_array_equal(hasty[1 - place], patient[1 - place])


def test_a_belt_counts_by_its_depth_up_to_that_of_full_effect(case, empty, few):
    depth = few["endure.belts.full-km"]
    for belt in (0.1, 15.0, 500.0):
        found = _sizes(case, empty(belt_km=belt), few, "belts")
        np.testing.assert_allclose(found[0], np.minimum(1.0, belt / depth), rtol=1e-12)
    np.testing.assert_array_equal(found, 1.0)


@pytest.mark.parametrize(
    ("variable", "values", "term", "more"),
    [
        ("army_cap_persons", (1.0, 85_000.0, 400_000.0, 600_000.0, 800_000.0, 2e6), "army_cap", -1),
        ("guarantee_years", (0.5, 1.0, 5.0, 15.0, 50.0, 100.0), "treaty_guarantee", 1),
        ("belt_km", (0.1, 5.0, 20.0, 50.0, 300.0), "belts", 1),
    ],
)
def test_sizes_rise_with_what_is_meant_and_have_a_bound(case, empty, few, variable, values, term, more):
    sizes = np.stack(
        [_sizes(case, empty(guarantee="treaty", **{variable: value}), few, term) for value in values]
    )
    assert (more * np.diff(sizes, axis=0) >= 0.0).all()
    assert (more * (sizes[-1] - sizes[0]) > 0.0).all()
    assert (sizes >= 0.0).all()
    assert (sizes <= (4.5 if term == "army_cap" else 1.0)).all()


def test_worth_and_forfeits_go_with_size(case, empty, few):
    for cap, years in ((700_000.0, 3.0), (100_000.0, 60.0)):
        terms = {"army_cap_persons": cap, "guarantee": "treaty", "guarantee_years": years, "snap_back": True}
        question = _question(case, empty(**terms), few)
        for party in case.parties:
            worth = [
                few[party.stakes.terms[term]] * size_of(question, party, term)
                for term in ("army_cap", "treaty_guarantee", "snap_back")
            ]
            np.testing.assert_allclose(terms_value(question, party), sum(worth), rtol=1e-12)
            gains = sum(np.maximum(one, 0.0) for one in worth)
            np.testing.assert_allclose(received(question, party), gains, rtol=1e-12)
            np.testing.assert_allclose(forfeit(question, party), gains, rtol=1e-12)


def test_the_rows_of_sized_terms_say_what_size_they_are_about(case):
    says = {"army_cap": "600,000", "belts": "full effect"} | dict.fromkeys(
        ("political_guarantee", "treaty_guarantee"), "does not run out"
    )
    assert set(says) == SIZED
    assert case.host.forces.cap_reference_persons == float(says["army_cap"].replace(",", ""))
    for party in case.parties:
        for term, words in says.items():
            assert words in case.ledger[party.stakes.terms[term]].meaning


# --- A better offer (ST5, ST6, ST11) -----------------------------------------------------------------------


def _willing(case, settlement, futures, memory, place):
    """Return what the settlement is worth to a party before and after risk, and its chance to accept."""
    question = _question(case, settlement, futures)
    phase = question.arrangement.phases[0]
    weighed = stakes_of(question, phase, field_of(question, phase, memory), memory)
    found = acceptance_of(question, weighed, memory)
    return (
        weighed[found.parties[place]].settlement_before_risk,
        found.margin[place],
        found.by_party[place],
    )


@pytest.mark.parametrize("snap_back", [True, False])
@pytest.mark.parametrize("place", [0, 1])
def test_a_term_worth_more_to_a_party_never_lowers_its_own_acceptance(case, few, place, snap_back):
    """In every packaged future, whatever the sign of satisfaction, under every packaged settlement."""
    assert few["stakes.satisfaction"].min() < 0.0 < few["stakes.satisfaction"].max()
    party, memory, moved = case.parties[place], Memory(), set()
    for packaged in case.settlements.values():
        terms = packaged.terms.model_copy(update={"snap_back": snap_back})
        settlement = packaged.model_copy(update={"terms": terms})
        for term, estimate in party.stakes.terms.items():
            low, high = (
                _willing(case, settlement, few.pinned(estimate, share), memory, place)
                for share in (0.05, 0.95)
            )
            for before, after in zip(low, high, strict=True):
                assert (after >= before - 1e-12).all(), (settlement.name, term)
            if (high[1] > low[1]).any():
                moved.add(term)
    assert len(moved) > 15


@pytest.mark.parametrize("satisfaction", [0.001, 0.999])
def test_nor_where_satisfaction_is_extreme(case, few, satisfaction):
    """At the ends of its range: an appetite that grows by more than a half, and one beyond the full."""
    few = few.pinned("stakes.satisfaction", satisfaction)
    settlement, memory = case.settlements["us-28-points"], Memory()
    for place, party in enumerate(case.parties):
        for estimate in party.stakes.terms.values():
            low, high = (
                _willing(case, settlement, few.pinned(estimate, share), memory, place)
                for share in (0.01, 0.99)
            )
            assert (high[1] >= low[1] - 1e-12).all(), estimate


def test_a_clause_that_ties_a_party_may_still_be_worth_less_than_nothing_to_it(case, with_terms, few):
    """What stays possible: snap-back takes back what an attacker has, so one who would attack minds it."""
    free = few.pinned(case.opponent.stakes.terms["snap_back"], 1.0 - 1e-9).pinned(
        case.opponent.stakes.offensive_cost, 0.05
    )
    loose, tied = (
        _willing(case, with_terms(sanctions="lifted", snap_back=flag), free, Memory(), 1)[0]
        for flag in (False, True)
    )
    worth = free[case.opponent.stakes.terms["snap_back"]]
    assert (worth > 0.0).all()
    assert (tied < loose + worth - 1e-9).any()
    assert (tied <= loose + worth + 1e-12).all()


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
