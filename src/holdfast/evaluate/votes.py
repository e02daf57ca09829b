"""What is put to the body that authorises, and where its members stand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from holdfast.accept import Acceptance
from holdfast.authorise import Member, Proposal, leanings, members_of
from holdfast.errors import UsageProblem
from holdfast.evaluate.question import FORCE_STEPS, Question
from holdfast.vocabulary.body import Body, Consensus, HostInvitation, UnanimityWithConstructiveAbstention

Array = NDArray[np.float64]

DOUBT_OF_ONE_VOTE = 0.7
DOUBT_WITHOUT_VOTES = 1.0
"""Spread of a leaning, which runs from -1 to 1; used to report doubt, not to move the mean."""


def proposal_of(question: Question, body: Body, acceptance: Acceptance, *, accepted: bool) -> Proposal:
    """Return the proposal as the body would see it.

    Parameters
    ----------
    question : Question
    body : Body
    acceptance : Acceptance
        What the parties would do; their votes, and those of states that follow them, come from it.
    accepted : bool
        Whether both parties have accepted: then they vote for it.

    Notes
    -----
    EV4: latent position = willingness + slope x leaning x alignment + force x steps of use of force.
    EV5: under consensus and unanimity an objection costs more than one vote against among many.
    EV6: a party votes yes with the chance that it accepts, and no otherwise; a state that follows a
    party votes as it does.
    """
    members = _members(question, body)
    seen = leanings(
        [question.case.ballots[key] for key in question.case.about.leaning_ballots],
        [member.state for member in members],
        spread_of_one=DOUBT_OF_ONE_VOTE,
        spread_of_none=DOUBT_WITHOUT_VOTES,
    )
    lean = seen.mean * question.alignment()
    latent = (
        question.draw("authorise.position.willingness")[:, None]
        + question.draw("authorise.position.slope")[:, None] * lean[None, :]
        + (question.draw("authorise.position.force") * _force_steps(question))[:, None]
    )
    band = question.draw("authorise.position.abstain-band")
    return Proposal(
        rule=body.rule,
        members=members,
        latent=latent,
        factor_loading=question.draw("authorise.position.common"),
        threshold_no=-0.5 * band - _objection_cost(question, body),
        threshold_yes=0.5 * band,
        fixed=_fixed(question, members, acceptance, accepted=accepted),
    )


def _objection_cost(question: Question, body: Body) -> Array:
    """Return how much further a member must lean against a proposal to block it alone (EV5)."""
    if isinstance(body.rule, Consensus | UnanimityWithConstructiveAbstention):
        return np.maximum(question.draw("authorise.position.objection-cost"), 0.0)
    return question.constant(0.0)


def _members(question: Question, body: Body) -> tuple[Member, ...]:
    """Return those who vote: the body's members, or the host and those asked to contribute."""
    parties = {party.state for party in question.case.parties}
    if not isinstance(body.rule, HostInvitation):
        return members_of(body, question.case.about.voting_day, parties)
    asked = [code for code in question.contributors() if code != body.rule.host]
    if len(asked) < body.rule.minimum_contributors:
        raise UsageProblem(
            f"{question.arrangement.name}: contributors",
            f"'{body.key}' needs {body.rule.minimum_contributors} that the host could invite, and "
            f"{len(asked)} are asked",
            "name groups or states in a mission's contributors, or guarantors",
        )
    return (Member(body.rule.host, party=True), *(Member(code) for code in asked))


def _force_steps(question: Question) -> int:
    """Return the highest use of force of any phase, in steps from none."""
    missions = [phase.mission for phase in question.arrangement.phases if phase.mission is not None]
    return max((FORCE_STEPS[mission.mandate.use_of_force] for mission in missions), default=0)


def _fixed(
    question: Question, members: tuple[Member, ...], acceptance: Acceptance, *, accepted: bool
) -> Array | None:
    """Return the positions of the parties and of those that follow them, NaN for the rest."""
    fixed = np.full((question.size, len(members), 3), np.nan)
    for place, member in enumerate(members):
        party = question.case.about.follows.get(member.state, member.state)
        if party in acceptance.parties:
            willing = acceptance.by_party[acceptance.parties.index(party)]
            yes = np.ones(question.size) if accepted else willing
            fixed[:, place] = np.stack([1.0 - yes, np.zeros_like(yes), yes], axis=1)
    return None if np.isnan(fixed).all() else fixed
