"""What is put to a body: who votes, where members stand, and the four cases of what the parties do."""

from __future__ import annotations

import datetime as dt
from itertools import product

import numpy as np
import pytest
from scipy.special import ndtr

from holdfast.accept import Acceptance
from holdfast.authorise import NoChance, authorise
from holdfast.errors import UsageProblem
from holdfast.evaluate import Memory
from holdfast.evaluate.question import Question
from holdfast.evaluate.seats import seats_of
from holdfast.evaluate.standing import allied_share, latent_of, record_of
from holdfast.evaluate.votes import adoption_of, proposal_of, renewed
from holdfast.vocabulary.body import Ratification

DAY = dt.date(2026, 11, 22)


@pytest.fixture
def asked(case, settlement, few):
    """Return a way to put the question of an arrangement, its words changed or votes taken as given."""

    def put(name, *, terms=None, assumed=None, mission=None, mandate=None, **changes):
        words = case.arrangements[name]
        first = words.phases[0]
        if mandate:
            mission = {**(mission or {}), "mandate": first.mission.mandate.model_copy(update=mandate)}
        if mission:
            first = first.model_copy(update={"mission": first.mission.model_copy(update=mission)})
            words = words.model_copy(update={"phases": (first, *words.phases[1:])})
        under = settlement
        if terms:
            under = settlement.model_copy(update={"terms": settlement.terms.model_copy(update=terms)})
        return Question(case, under, words.model_copy(update=changes), few, assumed=assumed or {})

    return put


def _acceptance(question, host=0.7, opponent=0.4):
    chances = np.stack([question.constant(host), question.constant(opponent)])
    parties = tuple(party.state for party in question.case.parties)
    margin = np.zeros_like(chances)
    return Acceptance(parties, margin, chances, chances.prod(axis=0), (), {})


def _standing(question, body, agreed=("UKR", "RUS")):
    seats = seats_of(question, question.case.bodies[body], DAY)
    found = latent_of(question, question.case.bodies[body], seats, agreed, Memory())
    return [member.state for member in seats.members], found


def _moved(before, after):
    """Return the mean shift of each member between two questions."""
    return (after.latent - before.latent).mean(axis=0)


def test_all_members_alike_are_moved_by_use_of_force_and_by_who_pays(asked, case):
    quiet = asked("un-peacekeepers", mandate={"use_of_force": "none"})
    armed = asked("un-peacekeepers", mandate={"use_of_force": "defend_mandate"})
    _, before = _standing(quiet, "un-security-council")
    _, after = _standing(armed, "un-security-council")
    shift = after.latent - before.latent
    expected = 2.0 * quiet.draw("authorise.position.force")
    assert np.allclose(shift, expected[:, None])
    _, council = _standing(quiet, "nato-council")
    assert case.bodies["un-security-council"].pays == "members"
    assert "authorise.position.pays" in quiet.used
    assert council.latent.shape[1] == 32


def test_a_refusal_moves_those_most_who_stand_by_the_side_that_refuses(asked):
    question = asked("un-peacekeepers")
    names, both = _standing(question, "un-general-assembly")
    _, without_opponent = _standing(question, "un-general-assembly", agreed=("UKR",))
    _, without_host = _standing(question, "un-general-assembly", agreed=("RUS",))
    record = record_of(question, "war", Memory())
    lean = np.array([record.leaning(name)[0] for name in names])
    to_opponent, to_host = -_moved(both, without_opponent), -_moved(both, without_host)
    cost = question.draw("authorise.position.refusal").mean()
    assert np.allclose(to_host, cost * ndtr(lean))
    assert np.allclose(to_host + to_opponent, cost)
    assert np.corrcoef(lean, to_opponent)[0, 1] < -0.9


def test_recognition_is_minded_by_those_near_the_host_alone(asked):
    names, before = _standing(asked("un-peacekeepers", terms={"recognition": "none"}), "un-general-assembly")
    _, law = _standing(asked("un-peacekeepers", terms={"recognition": "de_jure"}), "un-general-assembly")
    _, fact = _standing(asked("un-peacekeepers", terms={"recognition": "de_facto"}), "un-general-assembly")
    question = asked("un-peacekeepers")
    record = record_of(question, "war", Memory())
    near = ndtr([record.leaning(name)[0] for name in names])
    assert np.allclose(_moved(before, law), near * question.draw("authorise.position.recognition").mean())
    assert np.allclose(_moved(before, fact), 0.5 * _moved(before, law))


def test_the_share_of_the_alliance_counts_inside_the_host_only(asked, case):
    assert allied_share(asked("un-peacekeepers", mission=None)) == 0.0
    inside = asked("reassurance-force")
    pool = list(inside.pool(inside.arrangement.phases[0].mission.contributors))
    share = np.mean([case.about.alliance in state.groups for state in pool])
    assert allied_share(inside) == pytest.approx(share)
    assert allied_share(asked("reassurance-force", mandate={"area": "outside"})) == 0.0


def test_doubt_about_leaning_and_readiness_adds_up(asked):
    question = asked("reassurance-force")
    names, found = _standing(question, "un-security-council")
    war, mandates = (
        np.array([record_of(question, kind, Memory()).leaning(name)[1] for name in names])
        for kind in ("war", "mandates")
    )
    slope, readiness = (question.draw(f"authorise.position.{row}") for row in ("slope", "readiness"))
    assert question.alignment() == 1.0
    assert np.allclose(found.spread**2, np.outer(slope, war) ** 2 + np.outer(readiness, mandates) ** 2)


def test_readiness_for_mandates_moves_each_member_by_its_own(asked):
    question = asked("un-peacekeepers", terms={"recognition": "none"})
    names, found = _standing(question, "un-general-assembly")
    lean, ready = (
        np.array([record_of(question, kind, Memory()).leaning(name)[0] for name in names])
        for kind in ("war", "mandates")
    )
    slope, readiness, alliance = (
        question.draw(f"authorise.position.{row}").mean() for row in ("slope", "readiness", "alliance")
    )
    by_war = slope * question.alignment() * lean + alliance * allied_share(question) * (1.0 - ndtr(lean))
    rest = found.latent.mean(axis=0) - by_war - readiness * ready
    assert len(np.unique(rest.round(9))) == 2  # those who would contribute, and all others
    assert ready[names.index("CHN")] < ready[names.index("USA")] < ready[names.index("FRA")]


def test_a_lone_objection_costs_more_where_it_blocks(asked, case):
    question = asked("un-peacekeepers")
    names, found = _standing(question, "un-security-council")
    holders = {seat.state for seat in case.bodies["un-security-council"].members if seat.veto}
    cost = np.maximum(question.draw("authorise.position.objection-cost"), 0.0)
    for place, name in enumerate(names):
        expected = cost if name in holders else 0.0 * cost
        assert np.array_equal(found.objection_cost[:, place], expected), name
    _, assembly = _standing(question, "un-general-assembly")
    assert not assembly.objection_cost.any()
    names, monitors = _standing(question, "osce-minus-one")
    assert not monitors.objection_cost[:, names.index("RUS")].any()
    assert (monitors.objection_cost[:, names.index("CHE")] == cost).all()


@pytest.mark.parametrize("body", ["un-security-council", "eu-council", "host-invitation", "treaty-force"])
def test_the_chance_is_the_mean_over_what_the_parties_may_do(asked, case, body):
    question = asked("un-peacekeepers")
    acceptance = _acceptance(question)
    found = adoption_of(question, case.bodies[body], DAY, acceptance, {}, Memory())
    total = question.constant(0.0)
    for host, opponent in product((True, False), repeat=2):
        agreed = tuple(name for name, yes in zip(acceptance.parties, (host, opponent), strict=True) if yes)
        proposal = proposal_of(question, case.bodies[body], DAY, agreed, {}, Memory())
        weight = (0.7 if host else 0.3) * (0.4 if opponent else 0.6)
        total += weight * authorise(proposal, with_blockers=False).chance
        if host and opponent:
            assert np.allclose(found.if_agreed, authorise(proposal, with_blockers=False).chance)
    assert np.allclose(found.as_it_is.chance, total, atol=1e-9)


def test_a_permanent_member_that_refuses_leaves_no_chance_and_is_named(asked, case):
    question = asked("un-peacekeepers")
    council = case.bodies["un-security-council"]
    refused = adoption_of(question, council, DAY, _acceptance(question, 1.0, 0.0), {}, Memory()).as_it_is
    assert not refused.chance.any()
    assert refused.no_chance_reason == NoChance("refused", ("RUS",))
    assert refused.blockers[0].state == "RUS"
    agreed = adoption_of(question, council, DAY, _acceptance(question, 1.0, 1.0), {}, Memory())
    assert np.allclose(agreed.as_it_is.chance, agreed.if_agreed)
    gain = next(one.rise for one in refused.blockers if one.state == "RUS")
    assert gain == pytest.approx(agreed.if_agreed.mean())


def test_a_vote_taken_as_given_stands_in_for_the_models(asked, case):
    council = case.bodies["un-security-council"]
    acceptance = _acceptance(asked("un-peacekeepers"), 1.0, 1.0)
    for vote, adopts in (("no", False), ("abstain", True), ("yes", True)):
        question = asked("un-peacekeepers", assumed={"CHN": vote})
        found = adoption_of(question, council, DAY, acceptance, {}, Memory()).as_it_is
        assert found.chance.any() == adopts, vote
    question = asked("un-peacekeepers", assumed={"RUS": "yes"})
    refuses = _acceptance(question, 1.0, 0.0)
    sure = adoption_of(question, council, DAY, refuses, {}, Memory())
    assert np.allclose(sure.as_it_is.chance, sure.if_agreed)


def test_a_state_that_follows_a_party_votes_as_it_does(asked, case):
    question = asked("un-peacekeepers")
    (follower, party), *_ = case.about.follows.items()
    for agreed, vote in ((("UKR",), [1, 0, 0]), (("UKR", "RUS"), [0, 0, 1])):
        proposal = proposal_of(question, case.bodies["un-general-assembly"], DAY, agreed, {}, Memory())
        names = [member.state for member in proposal.members]
        assert proposal.fixed is not None
        for name in (follower, party):
            assert (proposal.fixed[:, names.index(name)] == vote).all(), (name, agreed)


def test_an_invitation_turns_on_the_host_and_on_each_contributors_own_approval(asked, case):
    question = asked("reassurance-force")
    invitation = case.bodies["host-invitation"]
    lone = {"GBR": question.constant(0.25)}
    found = adoption_of(question, invitation, DAY, _acceptance(question, 0.5, 0.9), lone, Memory())
    assert np.allclose(found.as_it_is.chance, 0.5 * 0.25)
    none = {"GBR": question.constant(0.0)}
    nobody = adoption_of(question, invitation, DAY, _acceptance(question), none, Memory())
    assert not nobody.as_it_is.chance.any()


def test_an_invitation_needs_somebody_to_ask(asked, case):
    question = asked("none")
    with pytest.raises(UsageProblem, match="host-invitation"):
        seats_of(question, case.bodies["host-invitation"], DAY)


def test_guarantors_must_ratify_where_the_body_asks_for_it(asked, case):
    question = asked("coalition-support")
    seats = seats_of(question, case.bodies["treaty-guarantee"], DAY)
    bound = set(question.arrangement.phases[0].guarantees[0].guarantors)
    assert isinstance(seats.rule, Ratification)
    assert set(seats.rule.required) == bound | {"UKR"}
    assert {member.state for member in seats.members} == bound | {"UKR"}


def test_an_open_seat_is_held_as_often_as_its_candidates_weights_say(case, settlement):
    from holdfast.futures import Futures

    question = Question(case, settlement, case.arrangements["un-peacekeepers"], Futures(case.ledger, 0, 4096))
    body = case.bodies["un-security-council"]
    seats = seats_of(question, body, dt.date(2029, 6, 1))
    assert len(seats.members) == 15
    checked = 0
    for seat in body.open_seats:
        places = [i for i, member in enumerate(seats.members) if member.state == seat.key]
        if not places:
            continue
        weights = {one.state: one.weight for one in seat.candidates}
        for state, weight in weights.items():
            share = (seats.holders[places[0]] == state).mean()
            assert share == pytest.approx(weight / sum(weights.values()), abs=0.01), (seat.key, state)
        checked += 1
    assert checked == 10


def test_who_sits_on_the_day_decides(asked, case):
    question = asked("un-peacekeepers")
    body = case.bodies["un-security-council"]
    now, later = (
        {member.state for member in seats_of(question, body, day).members}
        for day in (DAY, dt.date(2027, 1, 1))
    )
    assert now - later == {"DNK", "GRC", "PAK", "PAN", "SOM"}
    assert later - now == {"AUT", "KGZ", "PRT", "TTO", "ZWE"}


def test_a_state_with_no_seat_and_no_troops_changes_nothing(asked, case, few):
    """Its recorded votes, bloc and position are dropped: no byte of the Council's answer moves."""
    question = asked("un-peacekeepers")
    council = case.bodies["un-security-council"]
    first = adoption_of(question, council, DAY, _acceptance(question), {}, Memory())
    given = asked("un-peacekeepers", assumed={"ISL": "no"})
    second = adoption_of(given, council, DAY, _acceptance(given), {}, Memory())
    assert np.array_equal(first.as_it_is.chance, second.as_it_is.chance)
    assert first.as_it_is.blockers == second.as_it_is.blockers


def test_renewal_lies_between_the_vote_and_certainty(asked):
    question = asked("un-peacekeepers")
    for chance in (0.0, 0.3, 1.0):
        found = renewed(question, question.constant(chance))
        assert (found >= chance).all()
        assert (found <= 1.0).all()
    persists = question.draw("endure.loss.renewal-persistence")
    assert np.allclose(renewed(question, question.constant(0.0)), persists)
