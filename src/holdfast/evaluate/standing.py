"""Where members stand on an arrangement: recorded votes, and what of the words moves whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from holdfast.authorise import (
    FITTED,
    Kind,
    Record,
    RecordedBallot,
    RecordQuery,
    blocks_alone,
    kind_of,
    legible,
    read_record,
    recorded,
)
from holdfast.content import digest
from holdfast.evaluate.memory import Memory
from holdfast.evaluate.question import FORCE_STEPS, INSIDE, TROOPS, Question
from holdfast.evaluate.seats import Seats
from holdfast.vocabulary.ballot import Ballot
from holdfast.vocabulary.body import Body

Array = NDArray[np.float64]

RECOGNISED: Final = {"de_jure": 1.0, "de_facto": 0.5}
"""How far a settlement recognises a change of borders; in law counts whole."""
DAYS_PER_YEAR: Final = 365.25
WILLING: Final = frozenset({"offers", "open"})
"""Stances of a state that offers, or does not exclude, a contribution."""


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Where members stand, in probits; arrays (futures, members).

    ``latent`` is the position, ``spread`` the doubt about it, ``objection_cost`` how much further a
    member must lean against to vote no.
    """

    latent: Array
    spread: Array
    objection_cost: Array


def latent_of(
    question: Question, body: Body, seats: Seats, agreed: tuple[str, ...], memory: Memory
) -> Standing:
    """Return where members stand on the arrangement, where these parties have accepted.

    EV4: latent = half the band + willingness + readiness x stand on mandates + slope x side x leaning
    + force x steps + pays + contributor + (1 - nearness) x alliance x share of it + nearness x recognition
    - refusals, each minded by those nearer to the side that refuses. Nearness to the host is the normal share
    below the leaning. The doubt about leaning and readiness is added to a member's own noise.
    EV5: one whose no alone blocks bears a cost of objecting.
    """
    mean, spread = _places(question, "war", seats, memory)
    ready, ready_spread = _places(question, "mandates", seats, memory)
    reach = question.draw("authorise.position.slope")[:, None] * question.alignment()
    readiness = question.draw("authorise.position.readiness")[:, None]
    near = ndtr(mean)
    to_yes = 0.5 * question.draw("authorise.position.abstain-band")
    common = to_yes + question.draw("authorise.position.willingness") + _of_the_design(question, body)
    latent = common[:, None] + reach * mean + readiness * ready + _of_contributors(question, seats)
    latent = latent + (1.0 - near) * _alliance(question)[:, None] + near * _recognition(question)[:, None]
    return Standing(
        latent=latent
        - question.draw("authorise.position.refusal")[:, None] * _refused(question, near, agreed),
        spread=np.hypot(reach * spread, readiness * ready_spread),
        objection_cost=_objection_cost(question, seats),
    )


def record_of(question: Question, kind: Kind, memory: Memory) -> Record:
    """Return where states stand by the recorded votes of the case on one kind of text (AU2).

    The parties, and states that follow them, are left out: their votes come from the stakes.
    """
    half_life = question.central("authorise.position.half-life")
    named = {"half_life": half_life, "case": dict(question.case.hashes)}
    return memory.once(f"record of {kind}", named, lambda: _read(question, kind, half_life))


def _read(question: Question, kind: Kind, half_life: float) -> Record:
    """Return where states stand, read afresh."""
    case = question.case
    parties = {party.state for party in case.parties}
    ballots = [ballot for _, ballot in sorted(case.ballots.items()) if legible(ballot)]
    query = RecordQuery(
        ballots=tuple(_recorded(question, one, half_life) for one in ballots if kind_of(one) == kind),
        blocs={code: bloc.key for bloc in case.blocs.values() for code in bloc.states},
        left_out=frozenset(parties | set(case.about.follows)),
        wanted=tuple(sorted(case.countries)),
        **FITTED[kind],
    )
    return _fitted(query)


_FITS: dict[str, Record] = {}
_MOST_FITS: Final = 16


def _fitted(query: RecordQuery) -> Record:
    """Return the fit of a record; one that was made for the same content is kept for the next question."""
    name = digest(query)
    if name not in _FITS:
        if len(_FITS) >= _MOST_FITS:
            _FITS.clear()
        _FITS[name] = read_record(query)
    return _FITS[name]


def _recorded(question: Question, ballot: Ballot, half_life: float) -> RecordedBallot:
    """Return a recorded vote. AU15: it counts half as much for each half-life that it lies back."""
    years = max((question.case.about.voting_day - ballot.held_on).days, 0) / DAYS_PER_YEAR
    return recorded(ballot, weight=0.5 ** (years / half_life))


def _places(question: Question, kind: Kind, seats: Seats, memory: Memory) -> tuple[Array, Array]:
    """Return where who sits in each seat stands and the doubt about it, arrays (futures, members)."""
    record = record_of(question, kind, memory)
    mean, spread = np.empty((2, question.size, len(seats.members)))
    for place, holder in enumerate(seats.holders):
        for code in np.unique(np.atleast_1d(holder)):
            here = np.broadcast_to(np.asarray(holder) == code, question.size)
            mean[here, place], spread[here, place] = record.leaning(str(code))
    return mean, spread


def _of_the_design(question: Question, body: Body) -> Array:
    """Return what of the arrangement moves all members alike: use of force, and who pays."""
    missions = [phase.mission for phase in question.arrangement.phases if phase.mission is not None]
    steps = max((FORCE_STEPS[mission.mandate.use_of_force] for mission in missions), default=0)
    shift = question.draw("authorise.position.force") * steps
    if missions and body.pays == "members":
        shift = shift + question.draw("authorise.position.pays")
    return np.asarray(shift, dtype=np.float64)


def _of_contributors(question: Question, seats: Seats) -> Array:
    """Return the shift of members that would contribute, array (futures, members)."""
    case, asked = question.case, set(question.contributors())
    willing = {code for code in asked & set(case.states) if case.states[code].position.stance in WILLING}
    would = [isinstance(holder, str) and holder in willing for holder in seats.holders]
    return question.draw("authorise.position.contributor")[:, None] * np.array(would, dtype=np.float64)


def _alliance(question: Question) -> Array:
    """Return what members that stand by the opponent make of the alliance's troops inside the host."""
    return question.draw("authorise.position.alliance") * allied_share(question)


def allied_share(question: Question) -> float:
    """Return the share of those asked for troops inside the host that belong to the alliance."""
    inside = [
        phase.mission
        for phase in question.arrangement.phases
        if phase.mission is not None
        and phase.mission.mandate.area in INSIDE
        and any(question.case.tasks[part.task].domain in TROOPS for part in phase.mission.components)
    ]
    asked = {state.code: state for mission in inside for state in question.pool(mission.contributors)}
    allied = [code for code, state in asked.items() if question.case.about.alliance in state.groups]
    return len(allied) / len(asked) if asked else 0.0


def _recognition(question: Question) -> Array:
    """Return what members that stand by the host make of a change of borders that is recognised."""
    terms = question.settlement.terms
    how_far = max(RECOGNISED.get(terms.recognition or "", 0.0), 0.5 * (terms.land == "to_opponent"))
    return question.draw("authorise.position.recognition") * how_far


def _refused(question: Question, near: Array, agreed: tuple[str, ...]) -> Array:
    """Return how near members are to those who refuse, array (futures, members)."""
    host, opponent = question.case.parties
    return near * float(host.state not in agreed) + (1.0 - near) * float(opponent.state not in agreed)


def _objection_cost(question: Question, seats: Seats) -> Array:
    """Return how much further each member must lean against to vote no, array (futures, members) (EV5)."""
    cost = np.maximum(question.draw("authorise.position.objection-cost"), 0.0)
    alone = [blocks_alone(seats.rule, member) for member in seats.members]
    return cost[:, None] * np.array(alone, dtype=np.float64)
