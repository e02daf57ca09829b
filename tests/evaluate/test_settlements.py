"""What clauses of a settlement do to an arrangement."""

from __future__ import annotations

import numpy as np
import pytest

from holdfast.evaluate import Memory, evaluate
from holdfast.evaluate.field import field_of
from holdfast.evaluate.parties import attacks_of, settings_of, values
from holdfast.evaluate.question import Question


def _question(case, settlement, name, futures):
    return Question(case, settlement, case.arrangements[name], futures)


def _stakes(question, party):
    """Return the values of a party in the first phase with all that the arrangement adds."""
    memory, phase = Memory(), question.arrangement.phases[0]
    field = field_of(question, phase, memory)
    present, _, _ = settings_of(question, phase, field)
    return values(question, party, present, field.presence, memory)


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
        ("no_alliance_troops", ("reassurance-force",)),
        ("none", ("reassurance-force", "un-peacekeepers")),
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
    assert (_stakes(capped, opponent).success_rebuilt > _stakes(free, opponent).success_rebuilt).all()
    assert (_stakes(capped, opponent).attack_rebuilt >= _stakes(free, opponent).attack_rebuilt).all()
    assert (_stakes(capped, case.host).success_rebuilt < _stakes(free, case.host).success_rebuilt).all()
    for name in ("success_now", "war"):
        np.testing.assert_array_equal(
            getattr(_stakes(capped, opponent), name), getattr(_stakes(free, opponent), name)
        )


def test_a_cap_on_the_army_is_felt_by_the_host_when_it_decides(case, with_terms, few):
    # besides the value of the term itself: the other side's chance of success is the host's exposure
    name = case.host.stakes.terms.get("army_cap")
    tenth = 0.1 * float(few[case.host.forces.now].min())
    free, capped = (
        evaluate(case, with_terms(army_cap_persons=cap), case.arrangements["none"], few)
        for cap in (None, tenth)
    )
    term = few[name] if name is not None else 0.0
    assert (capped.acceptance.margin[0] - term < free.acceptance.margin[0]).all()


def test_a_wider_buffer_calms_and_leaves_attack_alone(case, with_terms, few):
    # the packaged ratio lies below one at its 5th percentile
    calming = few.pinned("endure.buffer", 0.05)
    arrangement = case.arrangements["none"]
    none, narrow, wide = (
        evaluate(case, with_terms(buffer_km=width), arrangement, calming).outcomes
        for width in (None, 1.0, 30.0)
    )
    for year in (1, 5, 10):
        name = f"hold_if_deployed_{year}"
        assert (none[name] < narrow[name]).all()
        assert (narrow[name] < wide[name]).all()


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
}


def _attacks(case, settlement, few, name="none"):
    question = _question(case, settlement, name, few)
    memory, phase = Memory(), question.arrangement.phases[0]
    return attacks_of(question, phase, field_of(question, phase, memory), memory)


def test_the_opponent_with_nothing_added_is_at_the_anchor(case, with_terms, few):
    _, attack = _attacks(case, with_terms(**NOTHING), few)
    for moment in ("now", "rebuilt"):
        bare = getattr(attack, f"bare_{moment}")
        np.testing.assert_array_equal(getattr(attack, f"present_{moment}"), bare)
        np.testing.assert_array_equal(getattr(attack, f"gone_{moment}"), bare)


def test_the_host_would_pay_for_breaking_any_settlement(case, with_terms, few):
    # EV9: partners may leave it, which is no less true of a truce to which nothing is added
    attack, _ = _attacks(case, with_terms(**NOTHING), few)
    free, _ = _attacks(case, with_terms(**NOTHING), few.pinned("respond.credibility.against-host", 1e-9))
    for moment in ("now", "rebuilt"):
        for setting in ("bare", "present"):
            assert (getattr(attack, f"{setting}_{moment}") < getattr(free, f"{setting}_{moment}")).all()


def test_weights_of_the_two_sides_add_up_to_one(case, settlement, few):
    weights = [attack.weight for attack in _attacks(case, settlement, few)]
    np.testing.assert_allclose(np.sum(weights, axis=0), 1.0, rtol=1e-15)


def test_a_guarantee_of_the_settlement_never_invites_an_attack(case, with_terms, few):
    for name in case.arrangements:
        free = _attacks(case, with_terms(**NOTHING), few, name)
        bound = _attacks(case, with_terms(**{**NOTHING, "guarantee": "treaty"}), few, name)
        for one, other in zip(free, bound, strict=True):
            for moment in ("present_now", "present_rebuilt", "gone_now", "gone_rebuilt"):
                assert (getattr(other, moment) <= getattr(one, moment) + 1e-12).all(), (name, moment)


def test_a_truce_with_nothing_added_holds_as_long_as_the_record_says(case, with_terms, few):
    # EN1 to EN4 in closed form: no mission, no promise, support as at the halt, no clause that calms
    found = evaluate(case, with_terms(**NOTHING, imposed=True), case.arrangements["none"], few).outcomes
    first, middle, later = (few[f"endure.base.{age}"] for age in ("first-year", "years-2-5", "later"))
    factor = few["endure.case-factor"] * few["endure.imposed"]
    for year, integral in ((1, first), (5, first + 4.0 * middle), (10, first + 4.0 * middle + 5.0 * later)):
        np.testing.assert_allclose(found[f"hold_if_deployed_{year}"], np.exp(-integral * factor), rtol=1e-12)


def test_with_snap_back_a_breach_forfeits_what_the_terms_give(case, with_terms, few):
    # EV10: what counts is each term that is worth something to the party
    given_terms = {**NOTHING, "sanctions": "lifted", "recognition": "de_facto"}
    for place, party in enumerate(case.parties):
        kept = _attacks(case, with_terms(**given_terms), few)[place]
        back = _attacks(case, with_terms(**{**given_terms, "snap_back": True}), few)[place]
        names = ("sanctions_lifted", "recognition_de_facto", "snap_back")
        worth = sum(
            np.maximum(few[party.stakes.terms[name]], 0.0) for name in names if name in party.stakes.terms
        )
        change = kept.present_now - back.present_now
        np.testing.assert_allclose(change, worth, rtol=0, atol=1e-12)
