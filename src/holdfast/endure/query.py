"""What the clock is asked, in natural units: years, days, persons, stakes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

NO_SIGNAL: Final = 0
AT_WEEK: Final = 1
VIOLATION_RATE: Final = 2
DENIED_ACCESS: Final = 3
SHORTFALL: Final = 4
CASUALTIES: Final = 5
SETTLEMENT_REACHED: Final = 6
SIGNALS: Final = {
    "violation_rate": VIOLATION_RATE,
    "denied_access": DENIED_ACCESS,
    "shortfall": SHORTFALL,
    "casualties": CASUALTIES,
    "settlement_reached": SETTLEMENT_REACHED,
}
"""What a phase may wait for, besides a week, as numbers of the transition table."""
RENEWALS: Final = 10
"""Renewals of a mandate that are told apart; the last stands for all later ones."""


@dataclass(frozen=True, slots=True)
class TruceQuery:
    """Base rates of truces without a mission, and this one against them; arrays (futures,).

    ``first_year``, ``years_2_5``, ``later`` are hazards per year; ``attack_share`` is the share of
    planned attacks among failures, ``spiral_share_of_rest`` that of spirals among the others;
    ``factor`` multiplies all of them. ``settlement`` is the hazard per year that the truce becomes a
    final settlement.
    """

    first_year: Array
    years_2_5: Array
    later: Array
    attack_share: Array
    spiral_share_of_rest: Array
    factor: Array
    settlement: Array


@dataclass(frozen=True, slots=True)
class IncidentsQuery:
    """True incidents in a truce with nothing added; arrays (futures,).

    ``background`` is per km and week; ``branching`` the mean number of incidents that one sets off in
    the long run; ``memory_days`` the time constant of reaction; ``spread`` the share of it in the
    neighbouring sectors; ``concentration`` the standard deviation of the log of the sectors' shares;
    ``discipline`` the share of fire that a recommitment suppresses, ``wear_off_days`` the time in
    which that wears off; ``recommitments`` their number per year at the incidents of that truce;
    ``deliberate`` the share of the background that is ordered; ``through_reaction`` the share of what
    calms incidents that acts on reaction, the rest on the background.
    """

    line_km: Array
    background: Array
    branching: Array
    memory_days: Array
    spread: Array
    concentration: Array
    discipline: Array
    wear_off_days: Array
    recommitments: Array
    deliberate: Array
    through_reaction: Array


@dataclass(frozen=True, slots=True)
class DecisionQuery:
    """How parties decide; arrays (futures,), ``_by_party`` (futures, 2) for host and opponent.

    ``sensitivity`` is the change of the log hazard per stake; ``mass`` and ``guard`` the shares of
    their forces that an attacker and a defender have at the place of a probe or grab;
    ``lookahead_years`` how far a party looks when it weighs waiting; ``preemption`` how much of the
    other's believed gain counts as an own reason to strike; ``fed`` the share of the hazard of attack
    that follows incidents; ``grab_share`` the share of planned attacks that were limited.
    """

    sensitivity: Array
    decisiveness: Array
    bias_by_party: Array
    future_weight_by_party: Array
    attack_share_by_party: Array
    mass: Array
    guard: Array
    lookahead_years: Array
    preemption: Array
    fed: Array
    grab_share: Array


@dataclass(frozen=True, slots=True)
class ForcesQuery:
    """Stocks at the halt and their clocks; arrays (futures, 2), ``elasticity`` (futures,).

    ``elasticity`` is the relative change of strength per relative change of the stock of materiel.
    """

    persons: Array
    persons_years: Array
    materiel_years: Array
    elasticity: Array


@dataclass(frozen=True, slots=True)
class MissionQuery:
    """What happens to missions; arrays (futures,), hazards per year.

    ``per_ten_dead`` the factor on contributors' leaving for every ten dead in a year, up to forty;
    ``degraded_share`` the share of its effect that a degraded mission keeps.
    """

    per_ten_dead: Array
    degrade: Array
    restore: Array
    degraded_share: Array


@dataclass(frozen=True, slots=True)
class WarQuery:
    """What follows if fighting resumes; arrays (futures,).

    ``ground_grab`` and ``ground_major`` are km2 taken by an attacker that prevails, ``losses_*``
    persons killed and wounded on both sides in the first year, ``escalation`` the chance that a
    limited war becomes a major one within the year, ``spiral_major`` the chance that a spiral or
    creep does at once.
    """

    ground_grab: Array
    ground_major: Array
    losses_grab: Array
    losses_major: Array
    escalation: Array
    spiral_major: Array


@dataclass(frozen=True, slots=True)
class Setting:
    """What surrounds decisions and incidents in a phase, without the mission or with the whole of it.

    Attributes
    ----------
    prize, burden, edge, partners : array (futures, 2, 3), by attacking party and option
        What success is worth (stake); cost, price and forfeits less provocation (stake); log of the
        attacker's worth over the defender's; persons beside the defender (of its quality).
    worth : array (futures,)
        Log of what training and intelligence make of the host's strength.
    noise : array (futures,), stake
        Standard deviation of the misjudged chance of success.
    calm : array (futures,)
        Log of the long-run level of incidents over that of a truce with nothing added.
    attack_log : array (futures,)
        Log ratio on planned attack besides what stakes say.
    answered : array (futures,), share
        Share of advances that are answered.
    drawn_in : array (futures,), share
        Chance that partners fight if the host is attacked.
    """

    prize: Array
    burden: Array
    edge: Array
    partners: Array
    worth: Array
    noise: Array
    calm: Array
    attack_log: Array
    answered: Array
    drawn_in: Array


@dataclass(frozen=True, slots=True)
class Starts:
    """When a phase begins.

    ``signal`` is AT_WEEK, with ``threshold`` in weeks after the halt, or a number of :data:`SIGNALS`;
    ``at_most`` reads the threshold as an upper bound.
    """

    signal: int
    threshold: float
    at_most: bool = False


@dataclass(frozen=True, slots=True)
class Deployment:
    """The mission of a phase; arrays (futures,) but for one.

    ``continues`` says that it takes over from the mission of the phase before; ``delay_weeks``,
    ``half_time_weeks`` and ``arrival_shape`` (1 steady, above 1 slow at first) are those of arrival;
    ``filled`` the share of the plan that comes in the end; ``erosion`` the rate per year at which those
    who are there dwindle, from the decision on;
    ``seen`` the share of incidents that the whole of it records; ``consent_loss`` and
    ``contributor_loss`` hazards per year, ``intent`` the share of the log ratio of the opponent's attack
    that also moves the former; ``renewal_weeks`` the time between renewals, 0 for none,
    and ``renewal_fails`` the chance that the first, the second and so on fails, array (futures,
    :data:`RENEWALS`), the last for all later ones; ``expelled_first`` the share of the opponent's
    attacks that begin by expelling it; ``deaths`` its dead per week at the level of incidents of a
    truce with nothing added; ``visits`` its patrols in a week and ``denied`` the share that is denied.
    """

    continues: bool
    delay_weeks: Array
    half_time_weeks: Array
    arrival_shape: Array
    filled: Array
    erosion: Array
    seen: Array
    consent_loss: Array
    intent: Array
    contributor_loss: Array
    renewal_weeks: int
    renewal_fails: Array
    expelled_first: Array
    deaths: Array
    visits: Array
    denied: Array


@dataclass(frozen=True, slots=True)
class PhaseQuery:
    """One phase: its settings, where the stocks go (arrays (futures, 2)), and its mission, if any."""

    starts: Starts
    gone: Setting
    present: Setting
    persons_target: Array
    materiel_target: Array
    deployment: Deployment | None


@dataclass(frozen=True, slots=True)
class CourseQuery:
    """All that the clock is asked.

    ``phases`` are those of the arrangement, then those of its fallback from ``fallback`` on (None:
    there is none); ``begins`` is the phase in force at the halt; ``bare`` is the truce with nothing
    added, against which every ratio is taken. At ``lapse_week`` (None: never) each phase gives way to
    its counterpart in ``lapsed``, which is the same after the settlement's guarantee has run out.
    ``record_weeks`` are the weeks after which results are kept, ascending; week 0, the halt, is kept
    always. ``futures`` are the numbers under which noise is drawn.
    """

    seed: int
    futures: Whole
    sectors: int
    weeks: int
    record_weeks: tuple[int, ...]
    truce: TruceQuery
    incidents: IncidentsQuery
    decision: DecisionQuery
    forces: ForcesQuery
    mission: MissionQuery
    war: WarQuery
    bare: PhaseQuery
    phases: tuple[PhaseQuery, ...]
    begins: int = 0
    fallback: int | None = None
    lapsed: tuple[PhaseQuery, ...] = ()
    lapse_week: int | None = None
