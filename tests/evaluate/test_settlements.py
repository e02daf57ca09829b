"""What clauses of a settlement do to an arrangement."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from holdfast.endure import course, endure
from holdfast.evaluate import Memory, evaluate
from holdfast.evaluate.clock import course_query
from holdfast.evaluate.field import field_of
from holdfast.evaluate.parties import values, with_the_mission
from holdfast.evaluate.question import Question

HOST, OPPONENT, MAJOR = 0, 1, 2


def _question(case, settlement, name, futures):
    return Question(case, settlement, case.arrangements[name], futures)


def _stakes(question, party):
    """Return the values of a party in the first phase with all that the arrangement adds."""
    memory, phase = Memory(), question.arrangement.phases[0]
    field = field_of(question, phase, memory)
    return values(question, party, with_the_mission(question, phase, field), field.presence, memory)


def _asked(case, settlement, few, name="none"):
    """Return what the clock is asked of an arrangement that needs no authority."""
    question, memory = _question(case, settlement, name, few), Memory()
    found = tuple(field_of(question, phase, memory) for phase in question.arrangement.phases)
    return course_query(question, found, question.constant(1.0), None, 10, memory)


@pytest.mark.parametrize("name", ["none", "coalition-support", "un-peacekeepers"])
def test_no_ceasefire_nothing_to_hold(case, with_terms, few, name):
    found = evaluate(case, with_terms(ceasefire=False), case.arrangements[name], few)
    for outcome, numbers in found.outcomes.items():
        if outcome.startswith(("accepted", "hold_overall")):
            np.testing.assert_array_equal(numbers, 0.0, err_msg=outcome)
        if outcome.startswith(("hold_if_deployed", "cause_")):
            assert np.isnan(numbers).all(), outcome
    assert any("no ceasefire" in note for note in found.notes)
    peace = evaluate(case, with_terms(ceasefire=True), case.arrangements[name], few)
    assert not any("no ceasefire" in note for note in peace.notes)
    assert np.isfinite(peace.outcomes["hold_if_deployed_5"]).all()


@pytest.mark.parametrize(
    ("ban", "barred"),
    [
        ("open", ()),
        (None, ()),
        ("no_alliance_troops", ("reassurance-force", "breach-ladder")),
        ("none", ("reassurance-force", "breach-ladder", "un-peacekeepers")),
    ],
)
def test_a_ban_on_troops_bars_those_it_names(case, with_terms, few, ban, barred):
    settlement = with_terms(foreign_troops=ban)
    for name, arrangement in case.arrangements.items():
        found = evaluate(case, settlement, arrangement, few)
        if name in barred:
            assert found.acceptance.barred_by
            assert all(reason.startswith("foreign_troops: ") for reason in found.acceptance.barred_by)
            assert any("Barred by the settlement, clause foreign_troops" in note for note in found.notes)
            np.testing.assert_array_equal(found.outcomes["accepted"], 0.0)
            np.testing.assert_array_equal(found.outcomes["hold_overall_1"], 0.0)
        else:
            assert found.acceptance.barred_by == (), name
            assert (found.outcomes["accepted"] > 0.0).all()


def test_a_cap_on_the_army_weakens_the_host(case, with_terms, few):
    tenth = 0.1 * float(few[case.host.forces.now].min())
    free, capped = (
        # without snap-back, under which the cap would be one more thing that a breach forfeits
        _question(case, with_terms(army_cap_persons=cap, snap_back=False), "coalition-support", few)
        for cap in (None, tenth)
    )
    opponent = case.opponent
    assert (_stakes(capped, opponent).success_ahead > _stakes(free, opponent).success_ahead).all()
    assert (_stakes(capped, case.host).success_ahead < _stakes(free, case.host).success_ahead).all()
    for name in ("success_now", "war"):
        np.testing.assert_array_equal(
            getattr(_stakes(capped, opponent), name), getattr(_stakes(free, opponent), name)
        )


def test_a_cap_on_the_army_is_felt_by_the_host_when_it_decides(case, with_terms, few):
    # besides the value of the term itself: the other side's chance of success is the host's exposure.
    # Without snap-back, and where terms do not sate: else the cap also restrains the other side.
    few = few.pinned("stakes.satisfaction", 0.05)
    tenth = 0.1 * float(few[case.host.forces.now].min())
    free, capped = (
        evaluate(case, with_terms(army_cap_persons=cap, snap_back=False), case.arrangements["none"], few)
        for cap in (None, tenth)
    )
    terms = [found.acceptance.parts["terms"][0] for found in (free, capped)]
    margins = [found.acceptance.margin[0] for found in (free, capped)]
    assert (margins[1] - terms[1] < margins[0] - terms[0]).all()


def test_a_wider_buffer_calms(case, with_terms, few):
    # EF6; the packaged ratio lies below one at its 5th percentile
    calming = few.pinned("endure.buffer", 0.05)
    none, narrow, wide = (
        _asked(case, with_terms(buffer_km=width), calming).phases[0].gone for width in (None, 1.0, 30.0)
    )
    assert (none.calm > narrow.calm).all()
    assert (narrow.calm > wide.calm).all()
    for name in ("prize", "burden", "edge", "partners", "attack_log"):
        assert getattr(none, name).tobytes() == getattr(wide, name).tobytes()


def test_deeper_belts_calm_and_warn(case, with_terms, few):
    # EF8
    calming = few.pinned("endure.belts", 0.05)
    none, shallow, deep = (
        _asked(case, with_terms(belt_km=depth), calming).phases[0].gone for depth in (None, 5.0, 100.0)
    )
    assert (none.calm > shallow.calm).all()
    assert (shallow.calm > deep.calm).all()
    assert (none.edge[:, OPPONENT, MAJOR] >= deep.edge[:, OPPONENT, MAJOR]).all()
    assert (none.edge[:, OPPONENT, MAJOR] > deep.edge[:, OPPONENT, MAJOR]).any()


def test_an_unknown_clause_has_no_effect(case, with_terms, few):
    arrangement = case.arrangements["un-peacekeepers"]
    for term, nothing in (
        ("buffer_km", 0.0),
        ("joint_commission", False),
        ("snap_back", False),
        ("guarantee", "none"),
        ("recognition", "none"),
        ("land", "as_held"),
        ("sanctions", "kept"),
        ("alliance", "open"),
        ("foreign_troops", "open"),
    ):
        unknown = evaluate(case, with_terms(**{term: None}), arrangement, few).outcomes
        absent = evaluate(case, with_terms(**{term: nothing}), arrangement, few).outcomes
        for outcome, numbers in unknown.items():
            assert absent[outcome].tobytes() == numbers.tobytes(), (term, outcome)


def test_where_it_is_open_whether_a_halt_was_imposed_it_lies_between(case, with_terms, few):
    arrangement = case.arrangements["none"]
    yes, no, unknown = (
        evaluate(case, with_terms(imposed=imposed), arrangement, few).outcomes
        for imposed in (True, False, None)
    )
    for year in (1, 5, 10):
        name = f"hold_if_deployed_{year}"
        assert (unknown[name] >= np.minimum(yes[name], no[name]) - 1e-12).all()
        assert (unknown[name] <= np.maximum(yes[name], no[name]) + 1e-12).all()


def test_an_imposed_halt_is_shorter_where_the_record_says_so(case, with_terms, few):
    worse = few.pinned("endure.imposed", 0.95)
    arrangement = case.arrangements["none"]
    forced, free = (
        evaluate(case, with_terms(imposed=imposed), arrangement, worse).outcomes for imposed in (True, False)
    )
    for year in (1, 5, 10):
        assert (forced[f"hold_if_deployed_{year}"] < free[f"hold_if_deployed_{year}"]).all()


NOTHING = {
    "guarantee": "none",
    "snap_back": False,
    "army_cap_persons": None,
    "buffer_km": None,
    "joint_commission": None,
    "recognition": "none",
    "land": "as_held",
    "sanctions": "kept",
    "alliance": "open",
    "foreign_troops": "open",
    "belt_km": None,
    "monitoring_means": None,
    "guarantee_void": None,
    "guarantee_years": None,
    "assets": "kept",
    "elections": False,
    "minorities": False,
    "prisoners": False,
    "plant": "as_held",
    "breach_procedure": False,
    "union_accession": "none",
}


def test_a_settlement_that_adds_nothing_is_the_anchor(case, with_terms, few):
    # EN9
    asked = _asked(case, with_terms(**NOTHING), few)
    for field in fields(asked.bare.gone):
        bare = getattr(asked.bare.gone, field.name)
        np.testing.assert_array_equal(getattr(asked.phases[0].gone, field.name), bare, err_msg=field.name)
        np.testing.assert_array_equal(getattr(asked.phases[0].present, field.name), bare)
    np.testing.assert_array_equal(asked.phases[0].persons_target, asked.bare.persons_target)
    np.testing.assert_array_equal(asked.phases[0].materiel_target, asked.bare.materiel_target)


def test_the_host_would_pay_for_breaking_any_settlement(case, with_terms, few):
    # EV9: partners may leave it, which is no less true of a truce to which nothing is added
    paid = _asked(case, with_terms(**NOTHING), few)
    free = _asked(case, with_terms(**NOTHING), few.pinned("respond.credibility.against-host", 1e-9))
    for row, other in ((paid.bare, free.bare), (paid.phases[0], free.phases[0])):
        assert (row.gone.burden[:, HOST, MAJOR] > other.gone.burden[:, HOST, MAJOR]).all()


def test_weights_of_the_two_sides_add_up_to_one(case, settlement, few):
    weights = course(_asked(case, settlement, few)).decision.attack_weight
    np.testing.assert_allclose(weights.sum(axis=1), 1.0, rtol=1e-15)


def test_a_guarantee_of_the_settlement_makes_an_attack_dearer(case, with_terms, few):
    # RE4, ST6, ST8; what the term is worth to the opponent may still sate or whet its appetite (ST5)
    for name in ("none", "coalition-support", "reassurance-force"):
        free = _asked(case, with_terms(**NOTHING), few, name).phases[0]
        bound = _asked(case, with_terms(**{**NOTHING, "guarantee": "treaty"}), few, name).phases[0]
        for setting in ("gone", "present"):
            one, other = getattr(free, setting), getattr(bound, setting)
            assert (other.burden[:, OPPONENT] >= one.burden[:, OPPONENT] - 1e-12).all(), (name, setting)
            assert (other.partners[:, OPPONENT] >= one.partners[:, OPPONENT] - 1e-9).all(), (name, setting)
        assert (bound.gone.burden[:, OPPONENT, MAJOR] > free.gone.burden[:, OPPONENT, MAJOR]).any()


def test_a_guarantee_that_runs_out_leaves_the_phase_without_it(case, with_terms, few):
    # TR5
    bound = {**NOTHING, "guarantee": "treaty"}
    for years, lapse in ((3.0, 156), (10.0, None), (30.0, None), (None, None)):
        asked = _asked(case, with_terms(**{**bound, "guarantee_years": years}), few)
        assert asked.lapse_week == lapse
        assert len(asked.lapsed) == (0 if lapse is None else len(asked.phases))
    lapsing = _asked(case, with_terms(**{**bound, "guarantee_years": 3.0}), few)
    without = _asked(case, with_terms(**NOTHING), few)
    np.testing.assert_array_equal(lapsing.lapsed[0].gone.burden, without.phases[0].gone.burden)


def test_a_truce_with_nothing_added_holds_as_long_as_the_record_says(case, with_terms, few):
    # EN1 to EN3 in closed form, where incidents do not excite each other and are not held back
    asked = _asked(case, with_terms(**NOTHING, imposed=True), few)
    none = np.zeros(few.n)
    asked = replace(asked, incidents=replace(asked.incidents, branching=none, discipline=none))
    found = endure(course(asked))
    first, middle, later = (few[f"endure.base.{age}"] for age in ("first-year", "years-2-5", "later"))
    factor = few["endure.case-factor"] * few["endure.imposed"]
    for year, integral in ((1, first), (5, first + 4.0 * middle), (10, first + 4.0 * middle + 5.0 * later)):
        holds = found.column("holds")[:, found.after(year)]
        np.testing.assert_allclose(holds, np.exp(-integral * factor), rtol=1e-9)


def test_with_snap_back_a_breach_forfeits_what_the_terms_give(case, with_terms, few):
    # EV10: what counts is each term that is worth something to the party
    given_terms = {**NOTHING, "sanctions": "lifted", "recognition": "de_facto"}
    for place, party in enumerate(case.parties):
        kept = _asked(case, with_terms(**given_terms), few).phases[0].gone
        back = _asked(case, with_terms(**{**given_terms, "snap_back": True}), few).phases[0].gone
        names = ("sanctions_lifted", "recognition_de_facto", "snap_back")
        worth = sum(
            np.maximum(few[party.stakes.terms[name]], 0.0) for name in names if name in party.stakes.terms
        )
        change = back.burden[:, place, MAJOR] - kept.burden[:, place, MAJOR]
        np.testing.assert_allclose(change, worth, rtol=0, atol=1e-12)
