"""What is put to a body, and whether it would adopt, over what the parties may do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from holdfast.accept import Acceptance
from holdfast.authorise import Authorisation, Blocker, NoChance, Proposal, authorise, carried
from holdfast.evaluate.memory import Memory
from holdfast.evaluate.question import Question
from holdfast.evaluate.seats import Seats, callers_of, seats_of
from holdfast.evaluate.standing import latent_of
from holdfast.vocabulary.ballot import Vote
from holdfast.vocabulary.body import Body, HostInvitation, UnanimityWithConstructiveAbstention

Array = NDArray[np.float64]
Approvals = Mapping[str, Array]

NO_CHANCE: Final = 1e-9
"""A chance below this in every future is called none."""
ENOUGH: Final = 0.99
"""Abstaining is enough if it brings this share of what a yes would."""
CERTAIN: Final[Mapping[Vote, tuple[float, float, float]]] = {
    "no": (1.0, 0.0, 0.0),
    "abstain": (0.0, 1.0, 0.0),
    "absent": (0.0, 1.0, 0.0),
    "yes": (0.0, 0.0, 1.0),
}
"""Chances of no, abstain and yes of a vote that is given; for absence see :func:`_certain`."""


@dataclass(frozen=True, slots=True, eq=False)
class Adoption:
    """Whether a body adopts.

    Attributes
    ----------
    as_it_is : Authorisation
        With the parties accepting or refusing as their stakes have it.
    if_agreed : array (futures,)
        Chance of adoption once both parties have accepted.
    """

    as_it_is: Authorisation
    if_agreed: Array


def adoption_of(
    question: Question,
    body: Body,
    day: dt.date,
    acceptance: Acceptance,
    approvals: Approvals,
    memory: Memory,
    *,
    with_blockers: bool = True,
) -> Adoption:
    """Return the chance that a body adopts the arrangement on a day, and who stands in the way.

    EV6: each party accepts or refuses with its chance, apart from the other. In each of the four cases
    it votes accordingly, a state that follows it does the same, and all others know. What a party's
    change of mind brings is counted over these cases, and so moves the others too.

    Parameters
    ----------
    question : Question
    body : Body
    day : datetime.date
        Decides who sits.
    acceptance : Acceptance
    approvals : mapping of state to array (futures,), share
        Chance that each state asked to contribute takes part, where that is known.
    memory : Memory
        Remembers where members lean.
    with_blockers : bool
        Whether to say who stands in the way.
    """
    chances = _party_chances(question, acceptance)
    answers: dict[tuple[str, ...], Authorisation] = {}
    weights: dict[tuple[str, ...], Array] = {}
    for case in product((True, False), repeat=len(chances)):
        agreed = tuple(party for party, accepts in zip(chances, case, strict=True) if accepts)
        weights[agreed] = _weight(chances, agreed)
        answers[agreed] = authorise(
            proposal_of(question, body, day, agreed, approvals, memory),
            called_by=_callers(question, body, day, agreed, approvals, memory),
            with_blockers=with_blockers,
            weights=weights[agreed],
        )
    chance = np.clip(sum(weights[agreed] * answers[agreed].chance for agreed in answers), 0.0, 1.0)
    together = answers[tuple(chances)].chance
    return Adoption(
        Authorisation(
            chance=chance,
            computing_error=max(answer.computing_error for answer in answers.values()),
            blockers=_blockers(chances, answers, chance) if with_blockers else (),
            blocker_futures=min(answer.blocker_futures for answer in answers.values()),
            no_chance_reason=_reason(chance, answers, tuple(chances)),
        ),
        together,
    )


def proposal_of(
    question: Question,
    body: Body,
    day: dt.date,
    agreed: tuple[str, ...],
    approvals: Approvals,
    memory: Memory,
) -> Proposal:
    """Return the proposal as a body would see it on a day, where these parties have accepted.

    Rules EV4, EV5 (where members stand, :mod:`holdfast.evaluate.standing`) and EV6 (how parties, those
    that follow them, contributors and states whose vote is taken as given vote).
    """
    seats = seats_of(question, body, day)
    standing = latent_of(question, body, seats, agreed, memory)
    band = question.draw("authorise.position.abstain-band")
    return Proposal(
        rule=seats.rule,
        members=seats.members,
        latent=standing.latent,
        spread=standing.spread,
        common=question.draw("authorise.position.common"),
        bloc=question.draw("authorise.position.bloc"),
        threshold_no=-0.5 * band[:, None] - standing.objection_cost,
        threshold_yes=0.5 * band,
        fixed=_given(question, body, seats, agreed, approvals),
    )


def _party_chances(question: Question, acceptance: Acceptance) -> dict[str, Array]:
    """Return the chance that each party accepts; certain where its vote is taken as given."""
    return {
        party: question.constant(float(question.assumed[party] == "yes"))
        if party in question.assumed
        else chance
        for party, chance in zip(acceptance.parties, acceptance.by_party, strict=True)
    }


def _weight(chances: Mapping[str, Array], agreed: tuple[str, ...]) -> Array:
    """Return the chance that these parties accept and the others do not."""
    return np.asarray(
        np.prod([one if party in agreed else 1.0 - one for party, one in chances.items()], axis=0),
        dtype=np.float64,
    )


def _callers(
    question: Question,
    body: Body,
    day: dt.date,
    agreed: tuple[str, ...],
    approvals: Approvals,
    memory: Memory,
) -> tuple[Proposal, ...]:
    """Return the votes one of which must first call the body together; none where it sits already."""
    return tuple(
        proposal_of(question, caller, day, agreed, approvals, memory)
        for caller in callers_of(question.case, body, day)
    )


def _given(
    question: Question, body: Body, seats: Seats, agreed: tuple[str, ...], approvals: Approvals
) -> Array | None:
    """Return the positions that are not left to the probit, NaN for the rest (EV6).

    A vote taken as given comes first; then a party's own, and that of a state that follows it; then,
    under an invitation, a contributor's own approval.
    """
    given = np.full((question.size, len(seats.members), 3), np.nan)
    parties = {party.state for party in question.case.parties}
    for place, member in enumerate(seats.members):
        party = question.case.about.follows.get(member.state, member.state)
        if member.state in question.assumed:
            given[:, place] = _certain(body, question.assumed[member.state])
        elif party in parties:
            given[:, place] = CERTAIN["yes" if party in agreed else "no"]
        elif isinstance(body.rule, HostInvitation) and approvals:
            yes = approvals.get(member.state, question.constant(0.0))
            given[:, place] = np.stack([1.0 - yes, np.zeros_like(yes), yes], axis=1)
        if isinstance(seats.holders[place], np.ndarray):  # an open seat
            for state, vote in question.assumed.items():
                given[seats.holders[place] == state, place] = _certain(body, vote)
    return None if np.isnan(given).all() else given


def _certain(body: Body, vote: Vote) -> tuple[float, float, float]:
    """Return the chances of no, abstain and yes of a vote that is given.

    Absence counts as an abstention, but under unanimity it withholds it: TFEU Art. 238(4) lets
    members abstain that are present or represented, as in a recorded vote (AU3).
    """
    blocks = vote == "absent" and isinstance(body.rule, UnanimityWithConstructiveAbstention)
    return CERTAIN["no" if blocks else vote]


def could_go_on(question: Question, body: Body, day: dt.date) -> bool:
    """Return whether a body could adopt if all but those whose vote is taken as given voted yes (EF7)."""

    def could(one: Body) -> bool:
        seats = seats_of(question, one, day)
        follows = question.case.about.follows
        votes: dict[str, Vote] = {}
        for member in seats.members:
            leads = follows.get(member.state, member.state)
            vote = question.assumed.get(member.state) or question.assumed.get(leads, "yes")
            votes[member.state] = vote if leads == member.state or vote == "yes" else "no"
        return carried(seats.rule, votes, seats.members)

    callers = callers_of(question.case, body, day)
    return could(body) and (not callers or any(could(one) for one in callers))


def _blockers(
    chances: Mapping[str, Array], answers: Mapping[tuple[str, ...], Authorisation], chance: Array
) -> tuple[Blocker, ...]:
    """Return who stands in the way over all cases, largest rise first (AU6)."""
    rises: dict[str, list[float]] = {}
    for answer in answers.values():
        for one in answer.blockers:
            found = rises.setdefault(one.state, [0.0, 0.0])
            found[0] += one.rise
            found[1] += one.rise_if_abstains
    for party, rise in _party_rises(chances, answers, chance):
        rises[party] = [rise, min(rise, rises.get(party, [0.0, 0.0])[1])]
    found_all = [
        Blocker(state, rise, abstains, "abstain" if abstains >= ENOUGH * rise else "yes")
        for state, (rise, abstains) in rises.items()
        if rise > NO_CHANCE
    ]
    return tuple(sorted(found_all, key=lambda one: (-one.rise, one.state)))


def _party_rises(
    chances: Mapping[str, Array], answers: Mapping[tuple[str, ...], Authorisation], chance: Array
) -> Iterator[tuple[str, float]]:
    """Yield each party and the rise of the mean chance if it accepted for certain."""
    for party in chances:
        sure = {**chances, party: np.ones_like(chance)}
        accepted = sum(_weight(sure, agreed) * answer.chance for agreed, answer in answers.items())
        yield party, float(np.mean(accepted - chance))


def _reason(
    chance: Array, answers: Mapping[tuple[str, ...], Authorisation], parties: tuple[str, ...]
) -> NoChance | None:
    """Return why there is no chance in any future: for want of the parties' consent, or even with it."""
    if float(chance.max()) >= NO_CHANCE:
        return None
    together = answers[parties]
    if together.no_chance_reason is not None:
        return together.no_chance_reason
    needed = tuple(
        party
        for party in parties
        if float(answers[tuple(one for one in parties if one != party)].chance.max()) < NO_CHANCE
    )
    return NoChance("refused", needed)


def renewed(question: Question, chance: Array) -> Array:
    """Return the chance that a mandate goes on when it is voted on again (EF7).

    Bodies renew what they set up more readily than they set it up: a share of the renewals that a first
    vote would refuse is not examined afresh and goes through all the same. Where votes taken as given
    are enough to refuse, nothing goes through (:func:`could_go_on`).
    """
    persists = question.draw("endure.loss.renewal-persistence")
    return np.asarray(1.0 - np.clip((1.0 - persists) * (1.0 - chance), 0.0, 1.0), dtype=np.float64)
