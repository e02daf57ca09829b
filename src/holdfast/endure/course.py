"""Everything upstream turned into the arrays that the clock runs on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

CAUSES: Final = ("attack", "spiral", "creep")
"""Causes of failure: a planned attack, incidents that grow, ground taken bit by bit."""

MONTHS_PER_YEAR: Final = 12
MAX_LOG_RATIO: Final = 6.0
"""Bound on what stakes may add to a log hazard (a factor of 400 either way), so that an extreme
future stays a number."""


@dataclass(frozen=True, slots=True)
class PartyAttack:
    """A party's value of attacking in one phase, per future (stake); arrays of shape (futures,).

    ``present_*`` with the mission there, ``gone_*`` after it has gone, ``bare_*`` with no mission,
    no guarantee and support as at the halt; ``now`` at the halt, ``rebuilt`` when forces are
    rebuilt after ``rebuild_years`` (e-folding time). ``weight`` is the party's share of attacks; the
    weights of both add to one.
    """

    weight: Array
    rebuild_years: Array
    present_now: Array
    present_rebuilt: Array
    gone_now: Array
    gone_rebuilt: Array
    bare_now: Array
    bare_rebuilt: Array


@dataclass(frozen=True, slots=True)
class PhaseEffects:
    """What one phase does to the hazards, per future; arrays of shape (futures,).

    Attributes
    ----------
    starts_months : float
    parties : tuple of PartyAttack
    attack_log, incident_log : array (futures,)
        Log hazard ratios of a full mission on planned attack, and on spiral and creep.
    lasting_incident_log : array (futures,)
        Log hazard ratio on spiral and creep that stays when the mission has gone (buffer, commission).
    arrived : array (futures, months), share
        Share of the persons to be delivered that is there.
    loss_per_year : array (futures,)
        Hazard that the mission is lost.
    mission : bool
        Whether the phase has a mission at all.
    """

    starts_months: float
    parties: tuple[PartyAttack, ...]
    attack_log: Array
    incident_log: Array
    lasting_incident_log: Array
    arrived: Array
    loss_per_year: Array
    mission: bool


@dataclass(frozen=True, slots=True)
class CourseQuery:
    """Base rates and phases.

    Attributes
    ----------
    months : int
    base_first_year, base_years_2_5, base_later : array (futures,), per year
        Hazard of failure of truces without a mission, by age.
    attack_share, spiral_share_of_rest : array (futures,), share
    case_factor, imposed_factor : array (futures,), ratio
        This conflict against the average of the record; a halt forced from outside against one that is not.
    sensitivity : array (futures,), ratio
        Change of the log hazard of attack per stake.
    phases : tuple of PhaseEffects
    """

    months: int
    base_first_year: Array
    base_years_2_5: Array
    base_later: Array
    attack_share: Array
    spiral_share_of_rest: Array
    case_factor: Array
    imposed_factor: Array
    sensitivity: Array
    phases: tuple[PhaseEffects, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """What enters the clock.

    Attributes
    ----------
    present, gone : array (futures, months, causes), per year
        Hazards of each cause while the mission is there and after it has gone.
    loss : array (futures, months), per year
        Hazard that the mission is lost.
    """

    present: Array
    gone: Array
    loss: Array


def course(query: CourseQuery) -> Course:
    """Return the hazards month by month.

    EN1: base hazard by age of the truce, from truces without a mission.
    EN2: it is split over attack, spiral and creep in the shares of the record.
    EN3: a case factor and, for a halt forced from outside, a factor on every cause; where it is open
    whether it was forced, a share of that factor's logarithm that is drawn.
    EN4: attack is multiplied, for each side, by exp(sensitivity x (value of attacking - the same
    value with no mission, no guarantee and support as at the halt)); so a truce with nothing
    added has the base rate.
    EN5: values move from those at the halt to those of rebuilt forces with the party's own clock.
    EN6: until it has arrived, the mission counts by the share of it that has: its ratios are raised to
    that share, and the value of attacking moves with it from that without the mission.
    EN7: what the settlement itself gives (buffer, commission) stays when the mission goes.
    """
    years = (np.arange(query.months, dtype=np.float64) + 0.5) / MONTHS_PER_YEAR
    base = _base(query, years) * (query.case_factor * query.imposed_factor)[:, None]
    shares = _shares(query)
    futures = base.shape[0]
    present = np.empty((futures, query.months, len(CAUSES)))
    gone = np.empty_like(present)
    loss = np.zeros((futures, query.months))
    for phase, months in _spans(query):
        arrived = phase.arrived[:, months]
        with_mission, without = _attack_ratios(phase, query.sensitivity, years[months], arrived)
        attack = base[:, months] * shares[0][:, None]
        present[:, months, 0] = attack * with_mission * np.exp(phase.attack_log[:, None] * arrived)
        gone[:, months, 0] = attack * without
        lasting = np.exp(phase.lasting_incident_log)[:, None]
        calmed = np.exp(phase.incident_log[:, None] * arrived)
        for cause in (1, 2):
            incidents = base[:, months] * shares[cause][:, None] * lasting
            present[:, months, cause] = incidents * calmed
            gone[:, months, cause] = incidents
        if phase.mission:
            loss[:, months] = phase.loss_per_year[:, None]
    return Course(present, gone, loss)


def _base(query: CourseQuery, years: Array) -> Array:
    """Return the base hazard by age (EN1), array (futures, months), per year."""
    return np.where(
        years[None, :] < 1.0,
        query.base_first_year[:, None],
        np.where(years[None, :] < 5.0, query.base_years_2_5[:, None], query.base_later[:, None]),
    )


def _shares(query: CourseQuery) -> tuple[Array, Array, Array]:
    """Return the shares of attack, spiral and creep (EN2)."""
    rest = 1.0 - query.attack_share
    return query.attack_share, rest * query.spiral_share_of_rest, rest * (1.0 - query.spiral_share_of_rest)


def _spans(query: CourseQuery) -> list[tuple[PhaseEffects, slice]]:
    """Return each phase with the months in which it is in force."""
    starts = [min(round(phase.starts_months), query.months) for phase in query.phases] + [query.months]
    return [(phase, slice(starts[i], starts[i + 1])) for i, phase in enumerate(query.phases)]


def _attack_ratios(
    phase: PhaseEffects, sensitivity: Array, years: Array, arrived: Array
) -> tuple[Array, Array]:
    """Return the ratios on the attack hazard with the mission and after it (EN4 to EN6)."""
    present = np.zeros((sensitivity.size, years.size))
    gone = np.zeros_like(present)
    for party in phase.parties:
        rebuilt = -np.expm1(-years[None, :] / party.rebuild_years[:, None])
        bare = _between(party.bare_now, party.bare_rebuilt, rebuilt)
        without = _between(party.gone_now, party.gone_rebuilt, rebuilt)
        whole = _between(party.present_now, party.present_rebuilt, rebuilt)
        for total, value in ((present, without + arrived * (whole - without)), (gone, without)):
            change = np.clip(sensitivity[:, None] * (value - bare), -MAX_LOG_RATIO, MAX_LOG_RATIO)
            np.add(total, party.weight[:, None] * np.exp(change), out=total)
    return present, gone


def _between(now: Array, later: Array, share: Array) -> Array:
    """Return a value on its way from ``now`` to ``later``, array (futures, months)."""
    return now[:, None] + (later - now)[:, None] * share
