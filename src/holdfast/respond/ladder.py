"""The breach ladder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise to respond, per future; arrays of shape (futures,).

    ``faith`` names what its keeping hangs on: promises with the same faith are kept or broken
    together. ``credibility`` is the chance that it is kept; ``decide_days`` and ``arrive_days`` the
    time that those bound by it need; ``persons`` how many would fight beside the host; ``weight`` the
    price of what is promised, as a share of the price of the whole response. ``fights`` says whether
    troops or strikes are promised.
    """

    key: str
    faith: str
    credibility: Array
    decide_days: Array
    arrive_days: Array
    persons: Array
    weight: Array
    fights: bool


@dataclass(frozen=True, slots=True)
class RespondQuery:
    """The ladder's steps, per future.

    Attributes
    ----------
    seen : array (futures,), share
        Share of breaches that are seen at once.
    notice_watched, notice_unwatched : array (futures,), days
    attribute_watched, attribute_unwatched : array (futures,), days
    breaker_days : array (futures,), days
        Time that the breaker needs for a fait accompli.
    promises : tuple of Promise
    """

    seen: Array
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
    in_time_persons : array (futures,)
        Persons expected beside the host before the breaker is done.
    """

    notice_days: Array
    attribute_days: Array
    days: Array | None
    chance: Array
    price: Array
    fighting: Array
    in_time_persons: Array


def respond(query: RespondQuery) -> Ladder:
    """Return how long a response takes and what it is worth.

    RE1: time to notice and to attribute is the watched time for the share of breaches that is seen,
    and the other for the rest; the days reported are the mean of the two.
    RE2: days = notice + attribute + decide + arrive, of the fastest promise.
    RE3: a response that comes before the breaker is done adds its persons x credibility to the
    defence, those of the largest such response, since several promises may count on the same troops;
    early or late it costs the breaker its price, with the same credibility.
    RE4: promises that hang on the same faith are kept or broken together, others independently; of
    promises kept together the weightiest sets the price.
    """
    notice = query.seen * query.notice_watched + (1.0 - query.seen) * query.notice_unwatched
    attribute = query.seen * query.attribute_watched + (1.0 - query.seen) * query.attribute_unwatched
    persons = np.zeros_like(notice)
    fastest: Array | None = None
    for promise in query.promises:
        days = notice + attribute + promise.decide_days + promise.arrive_days
        fastest = days if fastest is None else np.minimum(fastest, days)
        in_time = promise.persons * promise.credibility * _in_time(query, promise)
        persons = np.maximum(persons, in_time)
    return Ladder(
        notice,
        attribute,
        fastest,
        _expected([(one.faith, one.credibility) for one in query.promises], notice),
        _expected([(one.faith, one.credibility * one.weight) for one in query.promises], notice),
        _expected([(one.faith, one.credibility) for one in query.promises if one.fights], notice),
        persons,
    )


def _in_time(query: RespondQuery, promise: Promise) -> Array:
    """Return the share of breaches that a promise answers before the breaker is done."""
    later = promise.decide_days + promise.arrive_days
    watched = query.notice_watched + query.attribute_watched + later <= query.breaker_days
    unwatched = query.notice_unwatched + query.attribute_unwatched + later <= query.breaker_days
    return query.seen * watched + (1.0 - query.seen) * unwatched


def _expected(worths: Sequence[tuple[str, Array]], like: Array) -> Array:
    """Return the expected worth of what is kept, by faith and worth of each promise, at most 1 (RE4)."""
    kept: dict[str, Array] = {}
    for faith, worth in worths:
        kept[faith] = np.maximum(kept.get(faith, np.zeros_like(like)), worth)
    nothing = np.ones_like(like)
    for worth in kept.values():
        nothing = nothing * (1.0 - worth)
    return 1.0 - nothing
