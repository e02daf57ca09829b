"""Every way to authority: dates of renewal, who sits then, what each route costs."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest

from holdfast.errors import UsageProblem
from holdfast.evaluate import Memory, consent_of, evaluate
from holdfast.evaluate.question import Question
from holdfast.evaluate.routes import months_after, renewals_of, routes_of
from holdfast.evaluate.seats import decision_days, seats_of
from holdfast.evaluate.votes import proposal_of, renewed

DAY = dt.date(2026, 11, 22)


@pytest.fixture(scope="session")
def consent(case, settlement, few):
    """Return who must agree to peacekeepers on the line."""
    return consent_of(case, settlement, case.arrangements["un-peacekeepers"], few)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-11-22", 12, "2027-11-22"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-12-31", 1, "2027-01-31"),
        ("2026-01-15", 23, "2027-12-15"),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_the_month(day, months, expected):
    assert months_after(dt.date.fromisoformat(day), months) == dt.date.fromisoformat(expected)


def test_every_body_that_could_authorise_is_asked_once(consent, case):
    asked = [route.body.key for route in consent.routes]
    guarantees = {"treaty-guarantee"}  # the design names no guarantor
    could = [key for key, body in case.bodies.items() if body.authorises and key not in guarantees]
    assert asked == could
    assert "un-council-procedure" not in asked


def test_the_route_of_the_arrangements_own_body_is_what_an_assessment_says(consent, case, settlement, few):
    found = evaluate(case, settlement, case.arrangements["un-peacekeepers"], few)
    (own,) = [route for route in consent.routes if route.body.key == found.arrangement.authority]
    assert np.array_equal(own.adoption.chance, found.outcomes["authorised"])
    assert np.array_equal(own.filled, found.outcomes["filled"])
    assert found.authorisation is not None
    assert own.adoption.blockers == found.authorisation.blockers


def test_mandates_are_renewed_on_their_days_by_those_who_sit_then(consent, case):
    (council,) = [route for route in consent.routes if route.body.key == "un-security-council"]
    assert [str(one.on) for one in council.renewals] == [f"{year}-11-22" for year in range(2027, 2032)]
    assert set(council.renewals[0].newly_seated) == {"AUT", "KGZ", "PRT", "TTO", "ZWE"}
    assert all(len(one.newly_seated) == 5 for one in council.renewals)
    assert np.allclose(council.kept, np.prod([one.chance for one in council.renewals], axis=0))
    (assembly,) = [route for route in consent.routes if route.body.key == "un-general-assembly"]
    assert not any(one.newly_seated for one in assembly.renewals)
    assert all(np.array_equal(one.chance, assembly.renewals[0].chance) for one in assembly.renewals)


def test_a_renewal_follows_the_rule_of_adoption(consent, case, settlement, few):
    """The same members on another day vote as at the start; only persistence comes on top (EF7)."""
    (union,) = [route for route in consent.routes if route.body.key == "eu-council"]
    question = Question(case, settlement, case.arrangements["un-peacekeepers"], few)
    assert np.array_equal(union.renewals[0].chance, renewed(question, union.adoption.chance))


def test_seats_that_nobody_has_written_down_leave_the_vote_before(case, settlement, few, consent):
    council = case.bodies["un-security-council"]
    known = council.model_copy(update={"open_seats": ()})
    question = Question(case, settlement, case.arrangements["un-peacekeepers"], few)
    found = renewals_of(question, known, DAY, 4, consent.acceptance, {}, Memory())
    assert np.array_equal(found[1].chance, found[0].chance)
    assert [bool(one.newly_seated) for one in found] == [True, False, False, False]


def test_a_mandate_without_term_is_not_renewed(case, settlement, few, consent):
    words = case.arrangements["un-peacekeepers"]
    phase = words.phases[0]
    mandate = phase.mission.mandate.model_copy(update={"renewal_months": None})
    phase = phase.model_copy(update={"mission": phase.mission.model_copy(update={"mandate": mandate})})
    question = Question(case, settlement, words.model_copy(update={"phases": (phase,)}), few)
    (route,) = routes_of(question, [case.bodies["un-security-council"]], DAY, 5, consent.acceptance, Memory())
    assert route.renewals == ()
    assert (route.kept == 1.0).all()


def test_states_that_ask_for_a_mandate_of_the_united_nations_drop_out_without_it(consent, case):
    routes = {route.body.key: route for route in consent.routes}
    with_mandate, without = routes["un-security-council"], routes["nato-council"]
    assert "un_mandate" not in with_mandate.unmet
    asks = {
        state.code
        for state in case.states.values()
        if any("un_mandate" in one.conditions for one in (state.position, *state.offers))
    }
    assert set(without.unmet["un_mandate"]) <= asks
    assert without.filled.mean() < with_mandate.filled.mean()


def test_adoption_within_some_days_rises_to_the_chance_of_adoption(consent):
    for route in consent.routes:
        steps = [route.within(days).mean() for days in (0, 10, 30, 90, 365, 1e9)]
        assert steps == sorted(steps)
        assert steps[0] == 0.0
        assert steps[-1] == pytest.approx(route.adoption.chance.mean())


def test_where_nothing_is_asked_for_nobody_is_asked(case, settlement, few):
    assert consent_of(case, settlement, case.arrangements["none"], few).routes == ()


def test_a_state_is_backed_if_its_vote_is_taken_as_given(case, settlement, few):
    """The state that others ask for: its yes counts as its backing, its no as the want of it."""
    words = case.arrangements["reassurance-force"]
    filled = {
        vote: consent_of(
            case, settlement, words, few, bodies=["host-invitation"], assumed={case.about.backstop: vote}
        )
        .routes[0]
        .filled.mean()
        for vote in ("yes", "no")
    }
    assert filled["yes"] > filled["no"]


# --- Days on which a body cannot vote ---------------------------------------------------------------


@pytest.mark.parametrize("day", ["2013-12-31", "2012-01-01", "2037-01-01"])
def test_a_body_is_not_asked_for_a_day_on_which_its_seats_are_not_written_down(case, settlement, few, day):
    words, asked = case.arrangements["un-peacekeepers"], dt.date.fromisoformat(day)
    with pytest.raises(
        UsageProblem, match=r"--date: .*un-security-council.* of its 15 seats .*2014-01-01 to"
    ):
        consent_of(case, settlement, words, few, bodies=["un-security-council"], day=asked)
    found = consent_of(
        case,
        settlement,
        words,
        few,
        bodies=["un-security-council", "nato-council"],
        day=asked,
        with_turns=False,
    )
    assert [route.body.key for route in found.routes] == ["nato-council"]
    assert any("Not asked" in note and "un-security-council" in note for note in found.notes)


def test_a_body_that_nobody_can_call_is_not_asked(case, settlement, few):
    """The alliance acts outside its members on a decision of the Council alone."""
    with pytest.raises(UsageProblem, match="must be called by un-security-council"):
        consent_of(
            case,
            settlement,
            case.arrangements["un-peacekeepers"],
            few,
            bodies=["csto-council"],
            day=dt.date(2012, 1, 1),
        )


def test_an_assessment_refuses_a_voting_day_on_which_the_authority_cannot_vote(case, settlement, few):
    about = case.about.model_copy(update={"voting_day": dt.date(2013, 6, 1)})
    words = case.arrangements["un-peacekeepers"]
    with pytest.raises(UsageProblem, match=r"bodies\[un-security-council\].*has 10 of its 15 seats"):
        evaluate(dataclasses.replace(case, about=about), settlement, words, few)


def test_renewals_after_the_last_seat_written_down_are_marked(case, settlement, few):
    words = case.arrangements["un-peacekeepers"]
    found = consent_of(
        case,
        settlement,
        words,
        few,
        bodies=["un-security-council"],
        day=dt.date(2035, 6, 1),
        years=3,
        with_turns=False,
    )
    (route,) = found.routes
    assert [one.repeats for one in route.renewals] == [False, True, True]
    assert any("2037-06-01 is not written down" in note for note in found.notes)


def test_a_vote_taken_as_given_that_nobody_casts_is_noted(case, settlement, few):
    words = case.arrangements["un-peacekeepers"]
    for state, heard in (("VAT", False), ("USA", True), ("LIE", False)):
        found = consent_of(
            case,
            settlement,
            words,
            few,
            bodies=["un-security-council"],
            assumed={state: "yes"},
            with_turns=False,
        )
        assert any(state in note and "no vote" in note for note in found.notes) is not heard, state


def test_the_days_of_calling_a_body_are_added_to_its_own(case, settlement, few, consent):
    routes = {route.body.key: route for route in consent.routes}
    called = routes["csto-council"]
    days = {key: few[f"authorise.days.{key}"] for key in case.bodies}
    assert np.array_equal(called.days, days["csto-council"] + days["un-security-council"])
    question = Question(case, settlement, case.arrangements["un-peacekeepers"], few)
    before = decision_days(question, case.bodies["un-general-assembly"], dt.date(2021, 6, 1))
    quickest = np.minimum(days["un-council-procedure"], days["un-assembly-request"])
    assert np.allclose(before, days["un-general-assembly"] + quickest)
    assert {"USA", "CHN", "RUS"} <= {one.state for one in called.adoption.blockers}  # the Council's own


@pytest.mark.parametrize(("assumed", "goes_on"), [({"RUS": "no"}, False), ({"LBR": "no"}, True), ({}, True)])
def test_no_renewal_goes_through_against_a_vote_taken_as_given(case, settlement, few, assumed, goes_on):
    words = case.arrangements["un-peacekeepers"]
    (route,) = consent_of(
        case, settlement, words, few, bodies=["un-security-council"], assumed=assumed, with_turns=False
    ).routes
    assert all((one.chance > 0.0).all() for one in route.renewals) is goes_on
    assert bool(route.kept.any()) is goes_on
    assert route.may_begin is goes_on


def test_absence_withholds_unanimity_and_is_an_abstention_elsewhere(case, settlement, few):
    words = case.arrangements["un-peacekeepers"]
    for body, blocks in (("eu-council", True), ("nato-council", False)):
        (route,) = consent_of(
            case, settlement, words, few, bodies=[body], assumed={"FRA": "absent"}, with_turns=False
        ).routes
        assert route.may_begin is not blocks


def test_a_vote_taken_as_given_stands_in_an_open_seat_too(case, settlement, few):
    """In the futures in which that state sits there, and in no other."""
    body, day = case.bodies["un-security-council"], dt.date(2028, 6, 1)
    question = Question(case, settlement, case.arrangements["un-peacekeepers"], few, assumed={"IND": "no"})
    proposal = proposal_of(question, body, day, (), {}, Memory())
    seats = seats_of(question, body, day)
    place = [member.state for member in seats.members].index("asia-2028")
    sits = np.equal(seats.holders[place], "IND")
    assert proposal.fixed is not None
    assert 0 < sits.sum() < len(sits)
    assert (proposal.fixed[sits, place] == (1.0, 0.0, 0.0)).all()
    assert np.isnan(proposal.fixed[~sits, place]).all()
