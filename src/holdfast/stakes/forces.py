"""Stocks of persons and materiel: where they go in peace, and in a war that goes on (rules ST1 to ST3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from holdfast import fixed

Array = NDArray[np.float64]

MONTHS_PER_YEAR: Final = 12
MOST_TRAINED: Final = 2.0
"""Training counts up to so many tenths of the force a year."""
WAR_BOUNDS: Final = (0.3, 2.0)
"""A war that goes on leaves a party between these multiples of the persons it has at the halt."""
LEAST_MATERIEL: Final = 0.02
"""A stock never runs out quite: what is left is this share of that at the halt."""


@dataclass(frozen=True, slots=True)
class ForcesQuery:
    """One party's stocks and flows in one phase, per future; arrays (futures,).

    Attributes
    ----------
    persons : persons
        At the halt.
    rebuilt : ratio
        Persons when rebuilding is complete, over those at the halt.
    persons_years, materiel_years : years
        Time constants of rebuilding, and of the stock of materiel.
    materiel_peace : ratio
        Stock of materiel, over that at the halt, when it has settled in peace with production and
        support as at the halt.
    support_share : share
        Share of the inflow of materiel that is partners' support; 0 without partners.
    support_ratio : ratio
        Support in this phase over that at the halt.
    intake, losses : persons per month
        If the war goes on.
    elasticity : ratio
        Relative change of strength per relative change of materiel.
    extra_trained : persons
        Trained in a year beyond those trained at the halt.
    training_gain, intelligence_gain : ratio
        Strength when a further tenth is trained each year, and with partners' intelligence, over
        strength without.
    intelligence : bool
        Whether partners share intelligence, or none is missing.
    cap_persons : float or None
        Cap of the settlement on this party's forces.
    lookahead_years : years
        How far the party looks ahead.
    """

    persons: Array
    rebuilt: Array
    persons_years: Array
    materiel_peace: Array
    materiel_years: Array
    support_share: Array
    support_ratio: Array
    intake: Array
    losses: Array
    elasticity: Array
    extra_trained: Array
    training_gain: Array
    intelligence_gain: Array
    intelligence: bool
    cap_persons: float | None
    lookahead_years: Array


@dataclass(frozen=True, slots=True)
class Forces:
    """Where a party's stocks go, and what it is worth; arrays (futures,).

    ``persons_target`` (persons) and ``materiel_target`` (over that at the halt) are where the stocks
    go in peace; ``worth`` is the log of what training and intelligence make of strength. ``now``,
    ``ahead`` and ``war`` are strengths in persons at the halt, at the end of the look ahead in peace,
    and there if the war goes on.
    """

    persons_target: Array
    materiel_target: Array
    worth: Array
    now: Array
    ahead: Array
    war: Array


def forces(query: ForcesQuery) -> Forces:
    """Return a party's stocks and strengths.

    ST1: stocks close their gap to where the phase takes them with their own time constants: persons to
    what is rebuilt, materiel to what inflow and ageing settle at. Support is a share of the inflow.
    In war, persons change by intake less losses, materiel goes to what the inflow sustains.
    ST2: a cap of the settlement bounds the persons, not what each is worth; it does not bind in war.
    ST3: strength = persons x materiel ** elasticity x training x intelligence.

    First-order stock and flow is the simplest form with a clock (Forrester 1961, Industrial Dynamics);
    the power law the simplest that is proportional at the margin.
    """
    support = inflow(query)
    persons_target = query.persons * query.rebuilt
    if query.cap_persons is not None:
        persons_target = np.minimum(persons_target, query.cap_persons)
    materiel_target = np.maximum(query.materiel_peace * support, LEAST_MATERIEL)
    worth = worth_of(query)
    years = query.lookahead_years
    persons_left, materiel_left = np.exp(-years / query.persons_years), np.exp(-years / query.materiel_years)
    return Forces(
        persons_target=persons_target,
        materiel_target=materiel_target,
        worth=worth,
        now=query.persons * np.exp(worth),
        ahead=strength(
            persons_target + (query.persons - persons_target) * persons_left,
            materiel_target + (1.0 - materiel_target) * materiel_left,
            worth,
            query.elasticity,
        ),
        war=strength(*at_war(query, years), worth, query.elasticity),
    )


def inflow(query: ForcesQuery) -> Array:
    """Return the inflow of materiel over that at the halt (ST1): support is a share of it."""
    return (1.0 - query.support_share) + query.support_share * query.support_ratio


def worth_of(query: ForcesQuery) -> Array:
    """Return the log of what training and intelligence make of strength (ST3)."""
    training = np.minimum(query.extra_trained / query.persons / 0.1, MOST_TRAINED)
    worth = training * np.log(query.training_gain)
    if not query.intelligence:
        worth = worth - np.log(query.intelligence_gain)
    return np.asarray(worth, dtype=np.float64)


def at_war(query: ForcesQuery, years: Array) -> tuple[Array, Array]:
    """Return persons, and materiel over that at the halt, after so many years of a war that goes on (ST1)."""
    persons = query.persons + years * MONTHS_PER_YEAR * (query.intake - query.losses)
    least, most = WAR_BOUNDS
    support = inflow(query)
    left = np.exp(-years / query.materiel_years)
    return (
        np.clip(persons, least * query.persons, most * query.persons),
        np.maximum(support + (1.0 - support) * left, LEAST_MATERIEL),
    )


def strength(persons: Array, materiel: Array, worth: Array, elasticity: Array) -> Array:
    """Return strength in persons (ST3): persons x materiel ** elasticity x exp(worth)."""
    return np.asarray(persons * fixed.exp(elasticity * fixed.log(materiel) + worth), dtype=np.float64)
