"""The breach ladder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

RUNGS: Final = ("notice", "attribute", "decide", "arrive", "keep")
"""The rungs of the ladder: four that take time, and the chance that the promise is kept."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise to respond, per future; arrays of shape (futures,).

    ``faith`` names what its keeping hangs on: promises with the same faith are kept or broken
    together. ``credibility`` is the chance that it is kept; ``decide_days`` and ``arrive_days`` the
    time that those bound by it need; ``persons`` how many would fight beside the host; ``weight`` the
    price of what is promised, as a share of the price of the whole response. ``fights`` says whether
    troops or strikes are promised, which alone can stop a breach that is going on; ``attacked`` whether
    it is of those who are attacked: they know at once, and by whom.
    """

    key: str
    faith: str
    credibility: Array
    decide_days: Array
    arrive_days: Array
    persons: Array
    weight: Array
    fights: bool
    attacked: bool = False


@dataclass(frozen=True, slots=True)
class RespondQuery:
    """The ladder's steps for one kind of breach, per future.

    Attributes
    ----------
    seen, attributed : array (futures,), share
        Share of such breaches that are seen, and that observation ascribes to a side, at most as many.
    notice_watched, notice_unwatched : array (futures,), days
        Until a breach is known, if it is seen and if it is not.
    attribute_watched, attribute_unwatched : array (futures,), days
        Until it is ascribed, if observation does and if it is disputed.
    breaker_days : array (futures,), days
        Time that the breaker needs for a fait accompli.
    promises : tuple of Promise
    """

    seen: Array
    attributed: Array
    notice_watched: Array
    notice_unwatched: Array
    attribute_watched: Array
    attribute_unwatched: Array
    breaker_days: Array
    promises: tuple[Promise, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """The ladder climbed, per future.

    Attributes
    ----------
    notice_days, attribute_days : array (futures,)
    days : array (futures,) or None
        From the breach to the first arrival, all steps added; None where nobody is bound to come.
    chance : array (futures,), share
        Chance that at least one promise is kept, in time or late.
    price : array (futures,), share
        Expected price of the response to the breaker, as a share of that of the whole response.
    fighting : array (futures,), share
        Chance that at least one promise of troops or strikes is kept.
    in_time : array (futures,), share
        Chance that troops or strikes arrive before the breaker is done.
    in_time_persons : array (futures,)
        Persons expected beside the host before the breaker is done.
    """

    notice_days: Array
    attribute_days: Array
    days: Array | None
    chance: Array
    price: Array
    fighting: Array
    in_time: Array
    in_time_persons: Array


def respond(query: RespondQuery) -> Ladder:
    """Return how long a response takes and what it is worth.

    RE1: a breach is seen and ascribed by observation, or seen and disputed, or known late and disputed;
    each has its own times to notice and to ascribe. The days reported are the means over the three.
    RE2: days = notice + attribute + decide + arrive, of the fastest promise.
    RE3: a response that comes before the breaker is done adds its persons x credibility to the
    defence, those of the largest such response, since several promises may count on the same troops;
    early or late it costs the breaker its price, with the same credibility.
    RE4: promises that hang on the same faith are kept or broken together, others independently; of
    promises kept together the weightiest sets the price.
    RE5: the chance that anything arrives in time is that of RE4 over the promises of troops or strikes
    that come in time, in the mean over the three ways of being known.
    """
    notice, attribute = np.zeros_like(query.seen), np.zeros_like(query.seen)
    for share, noticed, ascribed in _ways(query):
        notice, attribute = notice + share * noticed, attribute + share * ascribed
    persons = np.zeros_like(notice)
    fastest: Array | None = None
    for promise in query.promises:
        known = query.notice_watched + query.attribute_watched if promise.attacked else notice + attribute
        days = known + promise.decide_days + promise.arrive_days
        fastest = days if fastest is None else np.minimum(fastest, days)
        soon = promise.persons * promise.credibility * _in_time(query, promise)
        persons = np.maximum(persons, soon)
    return Ladder(
        notice,
        attribute,
        fastest,
        _expected([(one.faith, one.credibility) for one in query.promises], notice),
        _expected([(one.faith, one.credibility * one.weight) for one in query.promises], notice),
        _expected([(one.faith, one.credibility) for one in query.promises if one.fights], notice),
        _arrives(query),
        persons,
    )


def without(query: RespondQuery, rung: str) -> RespondQuery:
    """Return a query with one rung made instantaneous; with ``keep``, with every promise kept."""
    none = np.zeros_like(query.seen)
    if rung == "notice":
        return replace(query, notice_watched=none, notice_unwatched=none)
    if rung == "attribute":
        return replace(query, attribute_watched=none, attribute_unwatched=none)
    changes = {
        "decide": {"decide_days": none},
        "arrive": {"arrive_days": none},
        "keep": {"credibility": none + 1.0},
    }[rung]
    return replace(query, promises=tuple(replace(one, **changes) for one in query.promises))  # type: ignore[arg-type]


def gains(query: RespondQuery) -> dict[str, float]:
    """Return by how much each rung, made instantaneous or certain, raises the mean chance in time (RE6).

    The rung that raises it most is the weakest.
    """
    now = float(_arrives(query).mean())
    return {rung: float(_arrives(without(query, rung)).mean()) - now for rung in RUNGS}


def _ways(query: RespondQuery) -> Iterator[tuple[Array, Array, Array]]:
    """Yield the share of breaches known in each way, with the days to notice and to ascribe (RE1)."""
    ascribed = np.minimum(query.attributed, query.seen)
    yield ascribed, query.notice_watched, query.attribute_watched
    yield query.seen - ascribed, query.notice_watched, query.attribute_unwatched
    yield 1.0 - query.seen, query.notice_unwatched, query.attribute_unwatched


def _in_time(query: RespondQuery, promise: Promise) -> Array:
    """Return the share of breaches that a promise answers before the breaker is done."""
    total = np.zeros_like(query.seen)
    for share, noticed, ascribed in _ways(query):
        total = total + share * _soon(query, promise, noticed + ascribed)
    return total


def _soon(query: RespondQuery, promise: Promise, known_days: Array) -> NDArray[np.bool_]:
    """Return in which futures a promise arrives before the breaker is done."""
    if promise.attacked:
        known_days = query.notice_watched + query.attribute_watched
    return np.asarray(known_days + promise.decide_days + promise.arrive_days <= query.breaker_days)


def _arrives(query: RespondQuery) -> Array:
    """Return the chance that troops or strikes arrive before the breaker is done (RE5)."""
    total = np.zeros_like(query.seen)
    for share, noticed, ascribed in _ways(query):
        soon = [
            (one.faith, one.credibility * _soon(query, one, noticed + ascribed))
            for one in query.promises
            if one.fights
        ]
        total = total + share * _expected(soon, total)
    return total


def _expected(worths: Sequence[tuple[str, Array]], like: Array) -> Array:
    """Return the expected worth of what is kept, by faith and worth of each promise, at most 1 (RE4)."""
    kept: dict[str, Array] = {}
    for faith, worth in worths:
        kept[faith] = np.maximum(kept.get(faith, np.zeros_like(like)), worth)
    nothing = np.ones_like(like)
    for worth in kept.values():
        nothing = nothing * (1.0 - worth)
    return 1.0 - nothing
