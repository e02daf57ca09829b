"""Everything upstream turned into the arrays that the clock runs on.

A :class:`~holdfast.endure.query.CourseQuery` says in natural units what the stages found; a
:class:`Course` holds the same as contiguous arrays in weeks, without strings, for
:mod:`holdfast.endure.reference` and :mod:`holdfast.endure.kernel`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from holdfast.endure.checks import check
from holdfast.endure.query import (
    NO_SIGNAL,
    RENEWALS,
    CourseQuery,
    DecisionQuery,
    Deployment,
    ForcesQuery,
    MissionQuery,
    Starts,
    TruceQuery,
)
from holdfast.noise import Process, normal

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

WEEKS_PER_YEAR: Final = 52
"""The model's year: 364 days."""
DAYS_PER_WEEK: Final = 7
CAUSES: Final = ("attack", "spiral", "creep")
"""Causes of failure: a planned attack, incidents that grow, ground taken bit by bit."""
GONE: Final = 0
PRESENT: Final = 1
"""Settings: without the mission, and with the whole of it."""

MAX_LOG_RATIO: Final = 6.0
"""Bound on what stakes and misjudgement may add to a log hazard (a factor of 400 either way), so that
an extreme future stays a number."""
MAX_INTENSITY: Final = 1e6
"""Bound on the incidents expected in a sector in a week, for the same reason."""
LOG_TWO: Final = 0.6931471805599453
MOST_DEAD: Final = 40.0
"""Contributors' leaving rises with their dead of a year up to so many: the record says nothing beyond."""
MOST_DISCIPLINE: Final = 0.999
"""Discipline holds back at most this share of fire: with none at all there would be nothing to compare."""
MOST_BRANCHING: Final = 0.99
"""Branching counts as at most this: nearer to one, incidents would hardly ever settle."""
BANDS: Final = (52, 260)
"""Weeks at which the base hazard changes: the first year, the second to fifth, later."""
WINDOW_WEEKS: Final = 4
"""Signals are read over so many weeks in which somebody was there to see; options are weighed as often."""


class Truce(NamedTuple):
    """Hazards per week.

    ``attack``, ``spiral``, ``creep`` have the shape (futures, bands of age), ``settlement`` (futures,).
    """

    attack: Array
    spiral: Array
    creep: Array
    settlement: Array


class Incidents(NamedTuple):
    """Parameters of incidents, weekly.

    ``background`` (futures, sectors) is per week, ``total`` its sum; ``memory`` and ``wear`` are weekly
    factors; ``recommitment`` is a hazard per week at the incidents of a truce with nothing added.
    """

    background: Array
    total: Array
    branching: Array
    memory: Array
    spread: Array
    discipline: Array
    wear: Array
    recommitment: Array
    deliberate: Array
    through_reaction: Array


class Decision(NamedTuple):
    """As in :class:`DecisionQuery`; ``log_mass``, ``log_guard`` (futures, options)."""

    sensitivity: Array
    decisiveness: Array
    bias: Array
    future_weight: Array
    attack_weight: Array
    log_mass: Array
    log_guard: Array
    preemption: Array
    fed: Array
    grab_share: Array


class Forces(NamedTuple):
    """Stocks at the halt and their clocks, by party.

    ``*_rate`` is the share of a gap that is closed in a week, ``*_left`` the share still open at the end
    of the look ahead.
    """

    persons: Array
    persons_rate: Array
    persons_left: Array
    materiel_rate: Array
    materiel_left: Array
    elasticity: Array


class Mission(NamedTuple):
    """``log_per_dead`` is the log ratio on contributors' leaving per dead in a year; hazards per week."""

    log_per_dead: Array
    degrade: Array
    restore: Array
    degraded_share: Array


class War(NamedTuple):
    """As in :class:`WarQuery`."""

    ground_grab: Array
    ground_major: Array
    losses_grab: Array
    losses_major: Array
    escalation: Array
    spiral_major: Array


class Phases(NamedTuple):
    """A row for each phase and, last, one for the truce with nothing added.

    ``signal``, ``threshold``, ``at_most`` (rows,) are the transition table: what leads from a row to
    the next. ``prize`` to ``partners`` and ``misjudged`` have the axes future, row, setting, attacking
    party, option; the others to ``drawn_in`` future, row, setting; ``*_target`` future, row, party; the
    rest future, row. ``erosion`` is per week, ``stays`` the share of those who are there now that will not
    have left by the end of the look ahead.
    """

    signal: Whole
    threshold: Array
    at_most: Whole
    has_mission: Whole
    continues: Whole
    renewal_weeks: Whole
    prize: Array
    burden: Array
    edge: Array
    partners: Array
    worth: Array
    misjudged: Array
    calm: Array
    attack_log: Array
    answered: Array
    drawn_in: Array
    persons_target: Array
    materiel_target: Array
    delay: Array
    half_time: Array
    shape: Array
    filled: Array
    erosion: Array
    stays: Array
    seen: Array
    consent: Array
    intent: Array
    contributors: Array
    renewal_fails: Array
    expelled_first: Array
    deaths: Array
    visits: Array
    denied: Array


@dataclass(frozen=True, slots=True)
class Course:
    """What enters the clock; every array is contiguous, finite and within its bounds.

    ``futures`` are the numbers under which noise is drawn, so that a part of the futures meets the
    noise it would meet in the whole. ``begins`` and ``fallback`` are rows of ``phases``; -1: no fallback.
    At ``lapse_week`` (-1: never) the row in force gives way to the one ``block`` rows further down.
    """

    seed: int
    futures: Whole
    weeks: int
    record_weeks: Whole
    begins: int
    fallback: int
    block: int
    lapse_week: int
    truce: Truce
    incidents: Incidents
    decision: Decision
    forces: Forces
    mission: Mission
    war: War
    phases: Phases


def course(query: CourseQuery) -> Course:
    """Return the arrays for the clock.

    Raises
    ------
    CourseError
        If a number is not finite or lies outside what its meaning allows; the text names it.
    """
    check(query)
    return Course(
        seed=query.seed,
        futures=np.ascontiguousarray(query.futures, dtype=np.int64),
        weeks=query.weeks,
        record_weeks=np.array(query.record_weeks, dtype=np.int64),
        begins=query.begins,
        fallback=-1 if query.fallback is None else query.fallback,
        block=len(query.phases),
        lapse_week=-1 if query.lapse_week is None else query.lapse_week,
        truce=_truce(query.truce),
        incidents=_incidents(query),
        decision=_decision(query.decision),
        forces=_forces(query.forces, query.decision.lookahead_years),
        mission=_mission(query.mission),
        war=War(*(_real(getattr(query.war, name)) for name in War._fields)),
        phases=_phases(query),
    )


def _real(values: Array) -> Array:
    return np.ascontiguousarray(values, dtype=np.float64)


def _truce(query: TruceQuery) -> Truce:
    """Return base hazards by age and cause (EN1 to EN3)."""
    by_age = np.stack([query.first_year, query.years_2_5, query.later], axis=1) / WEEKS_PER_YEAR
    base = by_age * query.factor[:, None]
    rest = 1.0 - query.attack_share
    return Truce(
        attack=_real(base * query.attack_share[:, None]),
        spiral=_real(base * (rest * query.spiral_share_of_rest)[:, None]),
        creep=_real(base * (rest * (1.0 - query.spiral_share_of_rest))[:, None]),
        settlement=_real(query.settlement / WEEKS_PER_YEAR),
    )


def _incidents(query: CourseQuery) -> Incidents:
    """Return the parameters of incidents, the background laid out over sectors (IN1, IN2)."""
    asked = query.incidents
    total = asked.line_km * asked.background
    sectors = np.arange(query.sectors, dtype=np.int64)
    spread = normal(query.seed, query.futures[:, None], Process.HOTSPOTS, sectors[None, :], 0)
    weights = np.exp(asked.concentration[:, None] * spread)
    shares = weights / weights.sum(axis=1, keepdims=True)
    return Incidents(
        background=_real(total[:, None] * shares),
        total=_real(total),
        branching=_real(np.minimum(asked.branching, MOST_BRANCHING)),
        memory=_real(np.exp(-DAYS_PER_WEEK / asked.memory_days)),
        spread=_real(asked.spread),
        discipline=_real(np.minimum(asked.discipline, MOST_DISCIPLINE)),
        wear=_real(np.exp(-DAYS_PER_WEEK / asked.wear_off_days)),
        recommitment=_real(asked.recommitments / WEEKS_PER_YEAR),
        deliberate=_real(asked.deliberate),
        through_reaction=_real(asked.through_reaction),
    )


def _decision(query: DecisionQuery) -> Decision:
    """Return the parameters of decisions; a major offensive has all of both sides' forces (DE2)."""
    all_of_it = np.zeros_like(query.mass)
    log_mass, log_guard = np.log(query.mass), np.log(query.guard)
    return Decision(
        sensitivity=_real(query.sensitivity),
        decisiveness=_real(query.decisiveness),
        bias=_real(query.bias_by_party),
        future_weight=_real(query.future_weight_by_party),
        attack_weight=_real(
            query.attack_share_by_party / query.attack_share_by_party.sum(axis=1, keepdims=True)
        ),
        log_mass=_real(np.stack([log_mass, log_mass, all_of_it], axis=1)),
        log_guard=_real(np.stack([log_guard, log_guard, all_of_it], axis=1)),
        preemption=_real(query.preemption),
        fed=_real(query.fed),
        grab_share=_real(query.grab_share),
    )


def _forces(query: ForcesQuery, lookahead_years: Array) -> Forces:
    """Return stocks and how fast their gaps close (ST1)."""
    ahead = lookahead_years[:, None]
    return Forces(
        persons=_real(query.persons),
        persons_rate=_real(-np.expm1(-1.0 / (WEEKS_PER_YEAR * query.persons_years))),
        persons_left=_real(np.exp(-ahead / query.persons_years)),
        materiel_rate=_real(-np.expm1(-1.0 / (WEEKS_PER_YEAR * query.materiel_years))),
        materiel_left=_real(np.exp(-ahead / query.materiel_years)),
        elasticity=_real(query.elasticity),
    )


def _mission(query: MissionQuery) -> Mission:
    return Mission(
        log_per_dead=_real(np.log(query.per_ten_dead) / 10.0),
        degrade=_real(query.degrade / WEEKS_PER_YEAR),
        restore=_real(query.restore / WEEKS_PER_YEAR),
        degraded_share=_real(query.degraded_share),
    )


def _leads(query: CourseQuery) -> list[Starts]:
    """Return what leads from each row to the next (TR1).

    Nothing does from the last phase of the arrangement or of its fallback.
    """
    nothing = Starts(NO_SIGNAL, 0.0)
    leads = [phase.starts for phase in query.phases[1:]] + [nothing]
    if query.fallback is not None:
        leads[query.fallback - 1] = nothing
    return leads * (2 if query.lapsed else 1) + [nothing]


def _absent(futures: int) -> Deployment:
    """Return the deployment of a phase without a mission."""
    none = np.zeros(futures)
    return Deployment(
        continues=False,
        delay_weeks=none,
        half_time_weeks=np.ones(futures),
        arrival_shape=np.ones(futures),
        filled=none,
        erosion=none,
        seen=none,
        consent_loss=none,
        intent=none,
        contributor_loss=none,
        renewal_weeks=0,
        renewal_fails=np.zeros((futures, RENEWALS)),
        expelled_first=none,
        deaths=none,
        visits=none,
        denied=none,
    )


def _phases(query: CourseQuery) -> Phases:
    """Return the table of phases, the truce with nothing added last."""
    rows = (*query.phases, *query.lapsed, query.bare)
    absent = _absent(query.futures.size)
    missions = [absent if row.deployment is None else row.deployment for row in rows]
    leads = _leads(query)

    def both(name: str) -> Array:
        """Return one field of both settings of every row: (futures, rows, 2, ...)."""
        return _real(
            np.stack(
                [np.stack([getattr(row.gone, name), getattr(row.present, name)], axis=1) for row in rows],
                axis=1,
            )
        )

    def each(name: str) -> Array:
        """Return one field of every row's mission: (futures, rows, ...)."""
        return _real(np.stack([getattr(mission, name) for mission in missions], axis=1))

    # the noise of an option's value, as everywhere against that of the truce with nothing added (DE7)
    spread = (both("prize") * both("noise")[..., None, None]) ** 2
    sensitivity = query.decision.sensitivity[:, None, None, None, None]
    erosion = each("erosion")
    misjudged = 0.5 * sensitivity**2 * (spread - spread[:, -1:])
    return Phases(
        signal=np.array([lead.signal for lead in leads], dtype=np.int64),
        threshold=np.array([lead.threshold for lead in leads], dtype=np.float64),
        at_most=np.array([lead.at_most for lead in leads], dtype=np.int64),
        has_mission=np.array([row.deployment is not None for row in rows], dtype=np.int64),
        continues=np.array([mission.continues for mission in missions], dtype=np.int64),
        renewal_weeks=np.array([mission.renewal_weeks for mission in missions], dtype=np.int64),
        prize=both("prize"),
        burden=both("burden"),
        edge=both("edge"),
        partners=both("partners"),
        worth=both("worth"),
        misjudged=_real(misjudged),
        calm=both("calm"),
        attack_log=both("attack_log"),
        answered=both("answered"),
        drawn_in=both("drawn_in"),
        persons_target=_real(np.stack([row.persons_target for row in rows], axis=1)),
        materiel_target=_real(np.stack([row.materiel_target for row in rows], axis=1)),
        delay=each("delay_weeks"),
        half_time=each("half_time_weeks"),
        shape=each("arrival_shape"),
        filled=each("filled"),
        erosion=_real(erosion / WEEKS_PER_YEAR),
        stays=_real(np.exp(-erosion * query.decision.lookahead_years[:, None])),
        seen=each("seen"),
        consent=_real(each("consent_loss") / WEEKS_PER_YEAR),
        intent=each("intent"),
        contributors=_real(each("contributor_loss") / WEEKS_PER_YEAR),
        renewal_fails=each("renewal_fails"),
        expelled_first=each("expelled_first"),
        deaths=each("deaths"),
        visits=each("visits"),
        denied=each("denied"),
    )
