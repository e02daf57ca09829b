"""The model's clock compiled: the same rules as :mod:`holdfast.endure.reference`, one future at a time.

The reference is the definition; this module must count the same and agree in every number to 1e-9. It
shares with it the functions of :mod:`holdfast.fixed` and nothing else, so that a slip in one shows.
Futures are independent and each writes to its own row: threads, chunks and their order change no byte.

Read it beside the reference: functions of the same name compute the same rules, in the same order. What
belongs to one future lies together in records, whose fields have the names they have there: ``course``
the parameters, ``phases`` the rows of its phases, ``state`` where it stands. Rule numbers are those of
``docs/model.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from holdfast.endure.course import (
    BANDS,
    GONE,
    LOG_TWO,
    MAX_INTENSITY,
    MAX_LOG_RATIO,
    MOST_BRANCHING,
    MOST_DEAD,
    PRESENT,
    WINDOW_WEEKS,
    Course,
)
from holdfast.endure.philox import philox, unit
from holdfast.endure.query import (
    AT_WEEK,
    CASUALTIES,
    DENIED_ACCESS,
    NO_SIGNAL,
    RENEWALS,
    SHORTFALL,
    VIOLATION_RATE,
)
from holdfast.endure.survival import (
    AWAITED,
    COUNTED,
    DEGRADED,
    EXPECTED,
    LOST,
    NO_MISSION,
    THERE,
    Survival,
)
from holdfast.fixed import (
    KEEPS_COMPILED,
    believed_value_scalar,
    binomial_scalar,
    contest_scalar,
    exp_scalar,
    log_scalar,
    poisson_scalar,
)
from holdfast.noise import Process
from holdfast.vocabulary.axes import GRAB, HOST, MAJOR, OPPONENT, PROBE

Array: TypeAlias = NDArray[np.float64]
Record: TypeAlias = Any
Records: TypeAlias = Any
"""An array of records."""

_YEAR_FADES: Final = 51.0 / 52.0
_FIRST_BAND, _SECOND_BAND = BANDS
_INCIDENTS: Final = int(Process.INCIDENTS)
_TRUCE: Final = int(Process.TRUCE)
_REPORTS: Final = int(Process.REPORTS)
_MISSION: Final = int(Process.MISSION)

_BACKGROUND, _ECHO, _DRAWN, _COUNT = range(4)
"""Rows of the sectors' numbers: two as in the reference, the chance drawn in the week, its incidents."""
_BY_PARTY: Final = (2,)
_BY_OPTION: Final = (2, 3)
_LATELY: Final = (WINDOW_WEEKS,)

_EXPECTED: Final = np.dtype([(name, np.float64) for name in EXPECTED])
_COUNTED: Final = np.dtype([(name, np.int64) for name in COUNTED])
_WEIGHED: Final = np.dtype(
    [(name, np.float64, (8,)) for name in ("persons", "materiel", "worth", "strength", "opposed", "bias")]
    + [
        (name, np.float64, (3, 8))
        for name in ("prize", "burden", "edge", "partners", "chance", "value", "net")
    ]
)
"""Room to weigh options in, by option and side.

The eight sides are both parties now, at the end of their look ahead, and likewise in the truce with
nothing added: they are weighed together, so that the processor can do several at a time.
"""
_NOW, _LATER, _BARE = 0, 2, 4

_STATE: Final = np.dtype(
    [
        ("phase", np.int64),
        ("mission", np.int64),
        ("since", np.int64),
        ("changed", np.bool_),
        ("settled", np.bool_),
        ("persons", np.float64, _BY_PARTY),
        ("materiel", np.float64, _BY_PARTY),
        ("persons_bare", np.float64, _BY_PARTY),
        ("materiel_bare", np.float64, _BY_PARTY),
        ("echo_bare", np.float64),
        ("discipline", np.float64),
        ("discipline_bare", np.float64),
        ("advances", np.float64),
        ("advances_bare", np.float64),
        ("ratio", np.float64, _BY_OPTION),
        ("factor", np.float64, _BY_OPTION),
        ("chance", np.float64, _BY_OPTION),
        ("recorded", np.float64, _LATELY),
        ("visits", np.float64, _LATELY),
        ("denied", np.float64, _LATELY),
        ("watched", np.int64),
        ("dead", np.float64),
        ("dead_in_phase", np.int64),
        ("settles", np.float64),
        ("recommits_bare", np.float64),
        ("expected", _EXPECTED),
        ("counted", _COUNTED),
        ("weighed", _WEIGHED),
    ],
    align=True,
)
"""As :class:`holdfast.endure.reference.State`, and what need not be computed every week.

``factor`` is the exponential of ``ratio``, ``settles`` and ``recommits_bare`` are chances per week.
"""

_Function = TypeVar("_Function", bound=Callable[..., Any])


def _compiled(function: _Function) -> _Function:
    """Compile a function at its first use, in which a division by nought does as in NumPy.

    Only :func:`_run_all` is kept on disk, with all that it calls compiled in.
    """
    return cast("_Function", numba.njit(error_model="numpy")(function))


_philox = numba.njit(forceinline=True)(philox.py_func)
_unit = numba.njit(forceinline=True)(unit.py_func)
"""Noise for a loop: compiled into it, so that the processor can do several addresses at a time."""


def run(course: Course) -> Survival:
    """Return what the clock says of every future of a course."""
    futures, number = course.incidents.background.shape
    sectors = np.zeros((futures, 4, number))
    sectors[:, _BACKGROUND] = course.incidents.background
    kept = np.zeros((futures, course.record_weeks.size + 1), dtype=_EXPECTED)
    counted = np.zeros(kept.shape, dtype=_COUNTED)
    _run_all(
        _courses(course),
        _together(course.phases._asdict(), (futures, course.phases.signal.size)),
        np.zeros(futures, dtype=_STATE),
        sectors,
        course.record_weeks,
        kept,
        counted,
    )
    return Survival(
        np.concatenate([np.zeros(1, dtype=np.int64), course.record_weeks]),
        kept.view(np.float64).reshape(*kept.shape, len(EXPECTED)),
        counted.view(np.int64).reshape(*counted.shape, len(COUNTED)),
    )


def _courses(course: Course) -> Records:
    """Return the parameters of each future as a record; those of its sectors and phases lie elsewhere."""
    shape = course.futures.shape
    parts = {
        "seed": np.uint64(course.seed),
        "future": course.futures,
        **{name: getattr(course, name) for name in ("weeks", "begins", "fallback", "block", "lapse_week")},
    }
    for name in ("truce", "incidents", "decision", "forces", "mission", "war"):
        fields = getattr(course, name)._asdict()
        fields.pop("background", None)  # of each sector
        parts[name] = _together(fields, shape)
    return _together(parts, shape)


def _together(parts: Mapping[str, Any], shape: tuple[int, ...]) -> Records:
    """Return records of that shape with the parts as their fields; a part that lacks axes is repeated."""
    arrays = {name: np.asarray(part) for name, part in parts.items()}
    records = np.empty(
        shape, dtype=[(name, array.dtype, array.shape[len(shape) :]) for name, array in arrays.items()]
    )
    for name, array in arrays.items():
        records[name] = array
    return records


@numba.njit(cache=KEEPS_COMPILED, error_model="numpy", parallel=True)
def _run_all(
    courses: Records,
    phases: Records,
    states: Records,
    sectors: Array,
    record_weeks: NDArray[np.int64],
    kept: Records,
    counted: Records,
) -> None:
    """Run every future."""
    for f in numba.prange(courses.size):
        _run_one(courses[f], phases[f], states[f], sectors[f], record_weeks, kept[f], counted[f])


@_compiled
def _run_one(
    course: Record,
    phases: Records,
    state: Record,
    sectors: Array,
    record_weeks: NDArray[np.int64],
    kept: Records,
    counted: Records,
) -> None:
    """Run one future from the halt to the end."""
    _at_the_halt(course, phases, state)
    _keep(state, kept, counted, 0)
    place = 1
    for week in range(course.weeks):
        _change_phase(course, phases, state, week)
        _arrive(phases, state)
        row = phases[state.phase]
        share = _mission_share(course, row, state)
        _weigh(course, phases, state, share, week)
        level, level_bare, incidents = _have_incidents(course, row, state, sectors, share, week)
        _fail(course, row, state, share, week, level, level_bare)
        _report(course, row, state, share, week, level, level_bare, incidents)
        _recommit(course, state, week, level, level_bare)
        _change_mission(course, phases, state, week)
        _rebuild(course, phases, state)
        if place <= record_weeks.size and record_weeks[place - 1] == week + 1:
            _keep(state, kept, counted, place)
            place += 1


@_compiled
def _at_the_halt(course: Record, phases: Records, state: Record) -> None:
    """Set the state at the halt: stocks as they are, discipline whole, no incident yet."""
    state.phase = course.begins
    state.mission = NO_MISSION
    for party in range(2):
        state.persons[party] = course.forces.persons[party]
        state.persons_bare[party] = course.forces.persons[party]
        state.materiel[party] = 1.0
        state.materiel_bare[party] = 1.0
    state.discipline = 1.0
    state.discipline_bare = 1.0
    state.settles = 1.0 - exp_scalar(-course.truce.settlement)
    state.recommits_bare = 1.0 - exp_scalar(-course.incidents.recommitment)
    state.expected.holds = 1.0
    _enter(phases, state)
    _arrive(phases, state)


@_compiled
def _keep(state: Record, kept: Records, counted: Records, place: int) -> None:
    """Copy what stands at the end of a week."""
    state.expected.holds_with_mission = state.expected.holds if _there(state) else 0.0
    state.counted.phase = state.phase
    state.counted.mission = state.mission
    kept[place] = state.expected
    counted[place] = state.counted


@_compiled
def _there(state: Record) -> bool:
    """Return whether there is a mission, whole or degraded."""
    there: bool = state.mission in (THERE, DEGRADED)
    return there


@_compiled
def _mixed(values: Array, share: float) -> float:
    """Return what lies between the settings without and with the mission, by its share (MI1)."""
    mixed: float = values[GONE] + share * (values[PRESENT] - values[GONE])
    return mixed


# --- Phases (TR) -------------------------------------------------------------------------------------


@_compiled
def _change_phase(course: Record, phases: Records, state: Record, week: int) -> None:
    """Move on where what the next phase waits for is there (TR1): at most one phase in a week."""
    if week == course.lapse_week:  # TR5
        state.phase += course.block
        state.changed = True
    row = phases[state.phase]
    if row.signal == NO_SIGNAL:
        return
    value, seen = _signal(course, row, state, week)
    met = value <= row.threshold if row.at_most == 1 else value >= row.threshold
    if seen and met:
        state.phase += 1
        _enter(phases, state)


@_compiled
def _signal(course: Record, row: Record, state: Record, week: int) -> tuple[float, bool]:
    """Return the signal that the next phase waits for, and whether anybody is there to see it (TR2)."""
    watched = _there(state) and state.watched >= WINDOW_WEEKS
    if row.signal == AT_WEEK:
        return float(week), True
    if row.signal == VIOLATION_RATE:
        return _lately(state.recorded) / WINDOW_WEEKS, watched
    if row.signal == DENIED_ACCESS:
        visits = _lately(state.visits)
        return _lately(state.denied) / (visits if visits > 0.0 else 1.0), watched and visits > 0.0
    if row.signal == SHORTFALL:
        lost = state.mission == LOST
        return 1.0 - row.filled * _mission_share(course, row, state), _there(state) or lost
    if row.signal == CASUALTIES:
        return float(state.dead_in_phase), state.mission != NO_MISSION
    return 1.0, state.settled


@_compiled
def _lately(weekly: Array) -> float:
    """Return the sum of the last weeks."""
    total: float = weekly[0] + weekly[1] + weekly[2] + weekly[3]
    return total


@_compiled
def _enter(phases: Records, state: Record) -> None:
    """Begin a phase (TR3): its mission takes over, is new, or there is none; signals start afresh."""
    row = phases[state.phase]
    if row.has_mission == 0:
        state.mission = NO_MISSION
    elif row.continues == 0 or state.mission == NO_MISSION:
        state.mission = AWAITED
        state.since = 0
        state.dead = 0.0
    state.dead_in_phase = 0
    state.watched = 0
    state.changed = True


# --- The mission (MI) --------------------------------------------------------------------------------


@_compiled
def _arrive(phases: Records, state: Record) -> None:
    """Begin a mission whose body has decided (MI1)."""
    if state.mission == AWAITED and state.since >= phases[state.phase].delay:
        state.mission = THERE
        state.since = 0
        state.changed = True


@_compiled
def _mission_share(course: Record, row: Record, state: Record) -> float:
    """Return the share of the whole mission that has an effect this week (MI1)."""
    if not _there(state):
        return 0.0
    passed = exp_scalar(row.shape * log_scalar((state.since + 0.5) / row.half_time))
    arrived = 1.0 - exp_scalar(-LOG_TWO * passed)
    kept: float = course.mission.degraded_share if state.mission == DEGRADED else 1.0
    return arrived * _stayed(row, state) * kept


@_compiled
def _stayed(row: Record, state: Record) -> float:
    """Return the share that has not left since the mission's body decided (MI1)."""
    if not _there(state):
        return 1.0
    stayed: float = exp_scalar(-row.erosion * (state.since + 0.5))
    return stayed


@_compiled
def _change_mission(course: Record, phases: Records, state: Record, week: int) -> None:
    """Degrade, restore or lose the mission at the end of the week (MI2, MI3)."""
    if state.mission == AWAITED:
        state.since += 1
    if not _there(state):
        return
    mission, row = course.mission, phases[state.phase]
    first, second = philox(course.future, _MISSION, 0, week, course.seed)
    consent = row.consent * exp_scalar(row.intent * state.ratio[OPPONENT, MAJOR])
    leaving = row.contributors * exp_scalar(mission.log_per_dead * min(state.dead, MOST_DEAD))
    loss = consent + leaving
    other = mission.degrade if state.mission == THERE else mission.restore
    change = 1.0 - exp_scalar(-(loss + other))
    drawn = unit(first)
    state.since += 1
    if drawn < change:
        state.changed = True
        if drawn * (loss + other) < change * loss:
            state.mission = LOST
            return
        state.mission = DEGRADED if state.mission == THERE else THERE
    _renew(course, phases, state, unit(second))


@_compiled
def _renew(course: Record, phases: Records, state: Record, drawn: float) -> None:
    """Renew the mandate in the weeks in which it runs out; refusal brings the fallback (MI3, TR4)."""
    row = phases[state.phase]
    if row.renewal_weeks == 0 or state.since % row.renewal_weeks != 0:
        return
    if drawn >= row.renewal_fails[min(max(state.since // row.renewal_weeks, 1), RENEWALS) - 1]:
        return
    state.mission = LOST
    state.changed = True
    lapsed = 0 if state.phase < course.block else course.block
    if course.fallback >= 0 and state.phase - lapsed < course.fallback:
        state.phase = course.fallback + lapsed
        _enter(phases, state)


# --- Decisions of both sides (DE) --------------------------------------------------------------------


@_compiled
def _weigh(course: Record, phases: Records, state: Record, share: float, week: int) -> None:
    """Let both parties weigh their options: every few weeks, and when something changed (DE8)."""
    if not state.changed and week % WINDOW_WEEKS != 0:
        return
    row, bare, weighed = phases[state.phase], phases[phases.size - 1], state.weighed
    ahead = 0.0
    if _there(state) or state.mission == AWAITED:
        ahead = course.mission.degraded_share if state.mission == DEGRADED else 1.0
        ahead *= _stayed(row, state) * row.stays
    _look(course, row, share, ahead, state.persons, state.materiel, weighed, _NOW)
    _look(course, bare, 0.0, 0.0, state.persons_bare, state.materiel_bare, weighed, _BARE)
    _values(course, weighed)
    _net(course, weighed, _NOW)
    _net(course, weighed, _BARE)
    for party in range(2):
        for option in range(3):
            gain = weighed.net[option, party] - weighed.net[option, _BARE + party]
            misjudged = _mixed(row.misjudged[:, party, option], share)
            ratio = course.decision.sensitivity * gain + misjudged
            ratio = min(max(ratio, -MAX_LOG_RATIO), MAX_LOG_RATIO)
            state.ratio[party, option] = ratio
            state.factor[party, option] = exp_scalar(ratio)
            state.chance[party, option] = weighed.chance[option, party]
    state.changed = False


@_compiled
def _look(
    course: Record,
    row: Record,
    share: float,
    ahead: float,
    persons: Array,
    materiel: Array,
    weighed: Record,
    first: int,
) -> None:
    """Set out what both parties see now and at the end of their look ahead (DE4)."""
    forces, later = course.forces, first + _LATER
    for party in range(2):
        to_persons, to_materiel = row.persons_target[party], row.materiel_target[party]
        to_persons += (persons[party] - to_persons) * forces.persons_left[party]
        to_materiel += (materiel[party] - to_materiel) * forces.materiel_left[party]
        weighed.persons[first + party], weighed.persons[later + party] = persons[party], to_persons
        weighed.materiel[first + party], weighed.materiel[later + party] = materiel[party], to_materiel
    _surround(course, row, share, weighed, first)
    _surround(course, row, ahead, weighed, later)


@_compiled
def _surround(course: Record, row: Record, share: float, weighed: Record, first: int) -> None:
    """Set out what surrounds the decisions of both parties."""
    weighed.worth[first + HOST] = _mixed(row.worth, share)
    weighed.worth[first + OPPONENT] = 0.0
    for party in range(2):
        side = first + party
        weighed.bias[side] = course.decision.bias[party]
        for option in range(3):
            weighed.prize[option, side] = _mixed(row.prize[:, party, option], share)
            weighed.burden[option, side] = _mixed(row.burden[:, party, option], share)
            weighed.edge[option, side] = _mixed(row.edge[:, party, option], share)
            weighed.partners[option, side] = _mixed(row.partners[:, party, option], share)


@_compiled
def _net(course: Record, weighed: Record, first: int) -> None:
    """Find the net value of every option.

    Net is the value now, less what waiting gains (DE4); that of a major offensive, plus what is feared of
    the other side's (DE5).
    """
    decision, value = course.decision, weighed.value
    for party in range(2):
        now, other = first + party, first + 1 - party
        feared = decision.preemption * max(value[MAJOR, other], 0.0)
        for option in range(3):
            gain = max(value[option, now + _LATER], 0.0) - max(value[option, now], 0.0)
            weighed.net[option, now] = value[option, now] - decision.future_weight[party] * gain
        weighed.net[MAJOR, now] += feared


@_compiled
def _values(course: Record, weighed: Record) -> None:
    """Find the believed value (DE3) and the true odds (DE2) of every option for every side."""
    decision = course.decision
    # read here, once, for the loops then run over eight sides at a time
    elasticity, decisiveness = course.forces.elasticity, decision.decisiveness
    for side in range(8):
        strength = log_scalar(weighed.persons[side]) + elasticity * log_scalar(weighed.materiel[side])
        weighed.strength[side] = strength + weighed.worth[side]
    for side in range(0, 8, 2):
        weighed.opposed[side], weighed.opposed[side + 1] = weighed.strength[side + 1], weighed.strength[side]
    for option in range(3):
        log_mass, log_guard = decision.log_mass[option], decision.log_guard[option]
        for side in range(8):
            defence = exp_scalar(weighed.opposed[side] + log_guard) + weighed.partners[option, side]
            odds = (weighed.strength[side] + log_mass) + weighed.edge[option, side]
            chance = contest_scalar(odds - log_scalar(defence), decisiveness)
            weighed.chance[option, side] = chance
            weighed.value[option, side] = believed_value_scalar(
                chance, weighed.bias[side], weighed.prize[option, side], weighed.burden[option, side]
            )


# --- Incidents (IN) ----------------------------------------------------------------------------------


@_compiled
def _have_incidents(
    course: Record, row: Record, state: Record, sectors: Array, share: float, week: int
) -> tuple[float, float, int]:
    """Draw the week's incidents (IN1 to IN5, IN8).

    Return their intensity over all sectors, that of the truce with nothing added, and their number.
    """
    incidents, weight = course.incidents, course.decision.attack_weight
    calm = _mixed(row.calm, share)
    held = 1.0 - incidents.discipline * state.discipline
    held_bare = 1.0 - incidents.discipline * state.discipline_bare
    free = 1.0 - held_bare * incidents.branching
    branching = (1.0 - free * exp_scalar(-incidents.through_reaction * calm)) / held_bare
    branching = min(max(0.0, branching), MOST_BRANCHING)
    ordered = weight[HOST] * state.factor[HOST, PROBE]
    ordered = ordered + weight[OPPONENT] * state.factor[OPPONENT, PROBE]
    probing = (1.0 - incidents.deliberate) + incidents.deliberate * ordered
    scale = held * (probing * exp_scalar(calm) * ((1.0 - held_bare * branching) / free))
    reaction = held * branching
    level, total = 0.0, 0
    _draw(course, sectors, week)
    for sector in range(sectors.shape[1]):
        intensity = scale * sectors[_BACKGROUND, sector] + reaction * sectors[_ECHO, sector]
        intensity = min(intensity, MAX_INTENSITY)
        number = poisson_scalar(sectors[_DRAWN, sector], intensity)
        sectors[_COUNT, sector] = number
        total += number
        level += intensity
    level_bare = held_bare * (incidents.total + incidents.branching * state.echo_bare)
    _echo(course, state, sectors, level_bare)
    return level, level_bare, total


@_compiled
def _draw(course: Record, sectors: Array, week: int) -> None:
    """Draw a chance for every sector; two share an address, each with a lane of its own."""
    drawn, future, seed = sectors[_DRAWN], course.future, course.seed
    pairs = drawn.size // 2
    for pair in range(pairs):
        even, odd = _philox(future, _INCIDENTS, pair, week, seed)
        drawn[2 * pair], drawn[2 * pair + 1] = _unit(even), _unit(odd)
    if drawn.size % 2 == 1:
        even, odd = _philox(future, _INCIDENTS, pairs, week, seed)
        drawn[drawn.size - 1] = _unit(even)


@_compiled
def _echo(course: Record, state: Record, sectors: Array, level_bare: float) -> None:
    """Carry the week's incidents over as what the next weeks react to, also next door (IN5)."""
    memory, spread = course.incidents.memory, course.incidents.spread
    echo, count = sectors[_ECHO], sectors[_COUNT]
    last = count.size - 1
    for sector in range(count.size):
        before, after = count[max(sector - 1, 0)], count[min(sector + 1, last)]
        heard = (1.0 - spread) * count[sector] + (0.5 * spread) * (before + after)
        echo[sector] = memory * echo[sector] + (1.0 - memory) * heard
    state.echo_bare = memory * state.echo_bare + (1.0 - memory) * level_bare


@_compiled
def _recommit(course: Record, state: Record, week: int, level: float, level_bare: float) -> None:
    """Let discipline wear off, or the parties recommit themselves; final settlement (IN6, IN8)."""
    incidents, bare = course.incidents, state.recommits_bare
    first, second = philox(course.future, _TRUCE, 0, week, course.seed)
    if unit(first) < 1.0 - exp_scalar(-(incidents.recommitment * (level / level_bare))):
        state.discipline = 1.0
        state.counted.recommitments += 1
    else:
        state.discipline = state.discipline * incidents.wear
    state.discipline_bare = bare + (1.0 - bare) * (state.discipline_bare * incidents.wear)
    state.settled = state.settled or unit(second) < state.settles


@_compiled
def _report(
    course: Record,
    row: Record,
    state: Record,
    share: float,
    week: int,
    level: float,
    level_bare: float,
    incidents: int,
) -> None:
    """Record what the mission sees, is denied and suffers (IN7, MI4)."""
    recorded, dead, visits, denied = 0, 0, 0.0, 0
    if _there(state):
        first, second = philox(course.future, _REPORTS, 0, week, course.seed)
        recorded = binomial_scalar(unit(first), incidents, row.seen * share)
        dead = poisson_scalar(unit(second), row.deaths * share * (level / level_bare))
        visits = np.floor(row.visits * share)
        first, second = philox(course.future, _REPORTS, 1, week, course.seed)
        denied = binomial_scalar(unit(first), visits, row.denied)
        state.watched += 1
    else:
        state.watched = 0
    place = week % WINDOW_WEEKS
    state.recorded[place] = recorded
    state.visits[place] = visits
    state.denied[place] = denied
    state.dead = state.dead * _YEAR_FADES + dead
    state.dead_in_phase += dead
    state.counted.incidents += incidents
    state.counted.recorded += recorded
    state.counted.mission_deaths += dead


# --- The end of the ceasefire (EN) and what follows (WA) ---------------------------------------------


@_compiled
def _fail(
    course: Record,
    row: Record,
    state: Record,
    share: float,
    week: int,
    level: float,
    level_bare: float,
) -> None:
    """Integrate the hazards of the week and what a resumption in it would bring (EN1 to EN8, WA1 to WA5)."""
    truce, decision, war = course.truce, course.decision, course.war
    expected, weight, factor = state.expected, decision.attack_weight, state.factor
    band = 0 if week < _FIRST_BAND else 1 if week < _SECOND_BAND else 2
    ratio = level / level_bare
    fed = (1.0 - decision.fed) + decision.fed * ratio
    planned = truce.attack[band] * exp_scalar(_mixed(row.attack_log, share)) * fed
    grab_share, major_share = decision.grab_share, 1.0 - decision.grab_share
    host_grab = (planned * (weight[HOST] * grab_share)) * factor[HOST, GRAB]
    host_major = (planned * (weight[HOST] * major_share)) * factor[HOST, MAJOR]
    opponent_grab = (planned * (weight[OPPONENT] * grab_share)) * factor[OPPONENT, GRAB]
    opponent_major = (planned * (weight[OPPONENT] * major_share)) * factor[OPPONENT, MAJOR]
    spiral = truce.spiral[band] * ratio
    state.advances += level * (1.0 - _mixed(row.answered, share))
    state.advances_bare += level_bare
    creep = truce.creep[band] * (state.advances / state.advances_bare)
    by_host, by_opponent = host_grab + host_major, opponent_grab + opponent_major
    total = ((by_host + by_opponent) + spiral) + creep
    remains = expected.holds * exp_scalar(-total)
    # What falls per unit of hazard; a week without hazard lets nothing fall.
    falls = (expected.holds - remains) / (total if total > 0.0 else 1.0)
    expected.holds = remains
    _part_by_mission(row, state, falls, by_host, by_opponent, spiral, creep)

    outbreak = spiral + creep
    grabs = host_grab + opponent_grab
    limited = (grabs + outbreak * (1.0 - war.spiral_major)) * (1.0 - war.escalation)
    major = total - limited
    won_grab = opponent_grab * state.chance[OPPONENT, GRAB]
    won_major = opponent_major * state.chance[OPPONENT, MAJOR]
    expected.attack_by_host += falls * by_host
    expected.attack_by_opponent += falls * by_opponent
    expected.limited_war += falls * limited
    expected.major_war += falls * major
    expected.repelled += falls * (by_opponent - (won_grab + won_major))
    expected.ground_km2 += falls * (won_grab * war.ground_grab + won_major * war.ground_major)
    expected.losses += falls * (limited * war.losses_grab + major * war.losses_major)
    expected.drawn_in += falls * ((by_opponent + outbreak) * _mixed(row.drawn_in, share))


@_compiled
def _part_by_mission(
    row: Record,
    state: Record,
    falls: float,
    by_host: float,
    by_opponent: float,
    spiral: float,
    creep: float,
) -> None:
    """Part what falls by whether the mission is there (EN8, MI5)."""
    expected = state.expected
    if _there(state):
        first = row.expelled_first
        expected.attack_gone += falls * (by_opponent * first)
        expected.attack_present += falls * (by_host + by_opponent * (1.0 - first))
        expected.spiral_present += falls * spiral
        expected.creep_present += falls * creep
    else:
        expected.attack_gone += falls * (by_host + by_opponent)
        expected.spiral_gone += falls * spiral
        expected.creep_gone += falls * creep


# --- Stocks (ST1) ------------------------------------------------------------------------------------


@_compiled
def _rebuild(course: Record, phases: Records, state: Record) -> None:
    """Move both sides' stocks a week towards where the phase takes them (ST1)."""
    row, bare = phases[state.phase], phases[phases.size - 1]
    _close(state.persons, row.persons_target, course.forces.persons_rate)
    _close(state.materiel, row.materiel_target, course.forces.materiel_rate)
    _close(state.persons_bare, bare.persons_target, course.forces.persons_rate)
    _close(state.materiel_bare, bare.materiel_target, course.forces.materiel_rate)


@_compiled
def _close(stock: Array, target: Array, rate: Array) -> None:
    """Close a part of the gap between stocks and where they go."""
    for party in range(2):
        stock[party] += (target[party] - stock[party]) * rate[party]
