"""Who would answer a breach, and how it becomes known: the query of the stage that responds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from holdfast.evaluate.question import Question
from holdfast.evaluate.terms import still_bound, time_to_decide
from holdfast.observe import Coverage
from holdfast.respond import Promise, RespondQuery
from holdfast.vocabulary.arrangement import ANSWERED, Decider, Guarantee, Mission, Phase
from holdfast.vocabulary.incident import CLASSES

Array = NDArray[np.float64]

GRAB: Final = "grab"
"""The breach whose ladder the parties weigh."""
HOURS_PER_DAY: Final = 24.0
ON_THE_SPOT: Final = ("grab", "banned_weapons", "obstruction")
"""What troops that are there, with a mandate to defend it, can act against by themselves."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A promise with what of it is words: whose it is, who decides, what is reserved, what it answers.

    ``guarantors`` are codes of states, none where nobody is named.
    """

    promise: Promise
    words: str
    guarantors: tuple[str, ...]
    response: tuple[str, ...]
    decider: Decider | None
    caveats: tuple[str, ...]
    answers: tuple[str, ...]


def answering(answers: Sequence[Answer], breach: str) -> tuple[Promise, ...]:
    """Return the promises that answer a kind of breach."""
    return tuple(one.promise for one in answers if breach in one.answers)


def of_partners(answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """Return the promises of others than the host: its own forces are weighed in the odds already (RE7)."""
    return tuple(one for one in answers if not one.promise.attacked)


def ladder_query(
    question: Question, coverage: Coverage, promises: tuple[Promise, ...], breach: str
) -> RespondQuery:
    """Return the ladder's steps for a kind of breach, with what is seen of it (RE1).

    A breach that shows as several classes of incident is known by the one that is seen most.
    """
    about = question.case.breaches[breach]
    places = [CLASSES.index(name) for name in about.seen_as]
    seen, attributed = (coverage.by(what, "incident_class")[:, places] for what in ("seen", "attributed"))
    best = seen.argmax(axis=1)
    rows = np.arange(len(best))
    late = question.draw("respond.notice.unwatched")
    hours = _delay_hours(coverage)[:, places][rows, best]
    return RespondQuery(
        seen=seen[rows, best],
        attributed=attributed[rows, best],
        notice_watched=np.where(np.isfinite(hours), hours / HOURS_PER_DAY, late),
        notice_unwatched=late,
        attribute_watched=question.draw("respond.attribute.watched"),
        attribute_unwatched=question.draw(about.disputed),
        breaker_days=question.draw(about.clock),
        promises=promises,
    )


def _delay_hours(coverage: Coverage) -> Array:
    """Return the mean hours to the first report by class, weighted by what is seen, (futures, classes)."""
    weight = coverage.weights.sum(axis=(3, 4)) * coverage.by("seen", "stretch", "incident_class")
    total = weight.sum(axis=1)
    mean = (np.nan_to_num(coverage.delay_hours) * weight).sum(axis=1)
    return np.asarray(np.divide(mean, total, out=np.full_like(total, np.nan), where=total > 0.0))


def promises_of(question: Question, phase: Phase, presence: Array) -> tuple[Answer, ...]:
    """Return the promises to respond that hold in a phase: the design's and the settlement's own.

    Those of the design are believed more, or less, with partners' troops in the country.
    """
    answers = [
        Answer(
            _promise(question, guarantee, presence),
            guarantee.promise,
            guarantee.guarantors,
            guarantee.response,
            guarantee.decider,
            guarantee.caveats,
            guarantee.answers,
        )
        for guarantee in phase.guarantees
    ]
    binding = question.settlement.terms.guarantee
    if binding in {"political", "treaty"}:
        promise = Promise(
            key="settlement",
            faith=f"respond.credibility.{binding}",
            credibility=question.draw(f"respond.credibility.{binding}") * still_bound(question),
            decide_days=time_to_decide(question),
            arrive_days=question.draw("respond.arrive.europe"),
            persons=question.draw("respond.persons.quick"),
            weight=question.draw("respond.weight.troops"),
            fights=True,
        )
        words = f"The settlement's own guarantee, {binding}."
        answers.append(Answer(promise, words, (), ("troops",), "capitals", (), ANSWERED))
    return tuple(answers)


def on_the_spot(question: Question, mission: Mission | None, fights: Array) -> Answer | None:
    """Return what a mission's own troops would do by their mandate; None where they may not (RE7).

    For the report alone: those who would fight stand beside the host already where odds are weighed.

    Parameters
    ----------
    question : Question
    mission : Mission or None
    fights : array (futures,), share
        Chance that its troops fight beside the host, times the share of them that came.
    """
    if mission is None or not fights.any():
        return None
    force = mission.mandate.use_of_force
    promise = Promise(
        key="mandate",
        faith="mandate",
        credibility=fights * question.draw("respond.caveats"),
        decide_days=question.draw("respond.decide.mission"),
        arrive_days=question.draw("respond.arrive.mission"),
        persons=question.constant(0.0),
        weight=question.constant(0.0),
        fights=True,
    )
    answers = ("grab",) if force == "self_defence" else ON_THE_SPOT
    caveats = ("Each contributor may keep its troops out of a fight.",)
    words = f"The mission's own troops, by their mandate ({force.replace('_', ' ')})."
    return Answer(promise, words, (), ("troops",), "mission", caveats, answers)


def _promise(question: Question, guarantee: Guarantee, presence: Array) -> Promise:
    """Return a guarantee of the design as the ladder sees it (EV12).

    Its credibility moves with partners' troops in the country on the normal scale, either way; its weight
    is that of the weightiest response that it names.
    """
    persons = guarantee.response_persons
    shift = question.draw("respond.credibility.presence") * np.minimum(presence, 1.0)
    credibility = ndtr(ndtri(question.draw(guarantee.credibility)) + shift)
    weights = [question.draw(f"respond.weight.{response}") for response in guarantee.response]
    return Promise(
        key=guarantee.key,
        faith=guarantee.credibility,
        credibility=np.asarray(credibility, dtype=np.float64),
        decide_days=question.draw(guarantee.decide),
        arrive_days=question.draw(guarantee.arrive),
        persons=question.constant(0.0) if persons is None else question.draw(persons),
        weight=np.max(weights, axis=0),
        fights=bool({"troops", "strikes"} & set(guarantee.response)),
        attacked=guarantee.of_host,
    )
