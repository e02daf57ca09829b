"""The definition of the model's clock, in plain NumPy: rules TR, MI, DE, IN, EN and WA.

Read it beside ``docs/model.md``, whose numbers it cites. Every step works on all futures at once; the
order of operations is part of the definition, since :mod:`holdfast.endure.kernel` must count the same.
It shares with the kernel the functions of :mod:`holdfast.fixed` and nothing else.

One run of a future is one history *while the ceasefire holds*: incidents, recommitments, the fate of
the mission and the phases are drawn from addressed noise, and the hazards that end the ceasefire are
integrated along that history. They act on nothing in it, so the average of the integrated survivals is
the survival of the whole process (a Cox process).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from holdfast import fixed
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
from holdfast.endure.query import (
    AT_WEEK,
    CASUALTIES,
    DENIED_ACCESS,
    NO_SIGNAL,
    RENEWALS,
    SETTLEMENT_REACHED,
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
from holdfast.noise import Process, uniform
from holdfast.vocabulary.axes import GRAB, HOST, MAJOR, OPPONENT, PROBE

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

_YEAR_FADES: Final = 51.0 / 52.0
"""Weekly factor of a memory of one year."""


@dataclass(slots=True)
class State:
    """Where every future stands; changed week by week.

    ``advances`` are unanswered incidents so far and ``*_bare`` what goes with the truce with nothing
    added, in its mean. ``ratio`` is the log ratio of each option of each party, ``chance`` its true
    odds, as last weighed. ``recorded``, ``visits``, ``denied`` hold the last weeks in which the
    mission was there, ``watched`` their number.
    """

    phase: Whole
    mission: Whole
    since: Whole
    changed: Flags
    settled: Flags
    persons: Array
    materiel: Array
    persons_bare: Array
    materiel_bare: Array
    echo: Array
    echo_bare: Array
    discipline: Array
    discipline_bare: Array
    advances: Array
    advances_bare: Array
    ratio: Array
    chance: Array
    recorded: Array
    visits: Array
    denied: Array
    watched: Whole
    dead: Array
    dead_in_phase: Whole
    expected: Array
    counted: Whole


def run(course: Course) -> Survival:
    """Return what the clock says of every future of a course."""
    state = _at_the_halt(course)
    kept = np.zeros((course.futures.size, course.record_weeks.size + 1, len(EXPECTED)))
    counted = np.zeros((course.futures.size, course.record_weeks.size + 1, len(COUNTED)), dtype=np.int64)
    _keep(state, kept, counted, 0)
    place = 1
    for week in range(course.weeks):
        _change_phase(course, state, week)
        _arrive(course, state)
        share = _mission_share(course, state)
        _weigh(course, state, share, week)
        level, level_bare, incidents = _have_incidents(course, state, share, week)
        _fail(course, state, share, week, level, level_bare)
        _report(course, state, share, week, level, level_bare, incidents)
        _recommit(course, state, week, level, level_bare)
        _change_mission(course, state, week)
        _rebuild(course, state)
        if place <= course.record_weeks.size and course.record_weeks[place - 1] == week + 1:
            _keep(state, kept, counted, place)
            place += 1
    weeks = np.concatenate([np.zeros(1, dtype=np.int64), course.record_weeks])
    return Survival(weeks, kept, counted)


def _at_the_halt(course: Course) -> State:
    """Return the state at the halt: stocks as they are, discipline whole, no incident yet."""
    futures, sectors = course.incidents.background.shape
    none = np.zeros(futures)
    state = State(
        phase=np.full(futures, course.begins, dtype=np.int64),
        mission=np.full(futures, NO_MISSION, dtype=np.int64),
        since=np.zeros(futures, dtype=np.int64),
        changed=np.ones(futures, dtype=np.bool_),
        settled=np.zeros(futures, dtype=np.bool_),
        persons=course.forces.persons.copy(),
        materiel=np.ones((futures, 2)),
        persons_bare=course.forces.persons.copy(),
        materiel_bare=np.ones((futures, 2)),
        echo=np.zeros((futures, sectors)),
        echo_bare=none.copy(),
        discipline=np.ones(futures),
        discipline_bare=np.ones(futures),
        advances=none.copy(),
        advances_bare=none.copy(),
        ratio=np.zeros((futures, 2, 3)),
        chance=np.zeros((futures, 2, 3)),
        recorded=np.zeros((futures, WINDOW_WEEKS)),
        visits=np.zeros((futures, WINDOW_WEEKS)),
        denied=np.zeros((futures, WINDOW_WEEKS)),
        watched=np.zeros(futures, dtype=np.int64),
        dead=none.copy(),
        dead_in_phase=np.zeros(futures, dtype=np.int64),
        expected=np.zeros((futures, len(EXPECTED))),
        counted=np.zeros((futures, len(COUNTED)), dtype=np.int64),
    )
    state.expected[:, EXPECTED.index("holds")] = 1.0
    _enter(course, state, np.ones(futures, dtype=np.bool_))
    _arrive(course, state)
    return state


def _keep(state: State, kept: Array, counted: Whole, place: int) -> None:
    """Copy what stands at the end of a week."""
    there = (state.mission == THERE) | (state.mission == DEGRADED)
    holds = state.expected[:, EXPECTED.index("holds")]
    state.expected[:, EXPECTED.index("holds_with_mission")] = np.where(there, holds, 0.0)
    state.counted[:, COUNTED.index("phase")] = state.phase
    state.counted[:, COUNTED.index("mission")] = state.mission
    kept[:, place] = state.expected
    counted[:, place] = state.counted


def _of_phase(values: Array, state: State) -> Array:
    """Return the rows of the phases in force from an array (futures, rows, ...)."""
    return values[np.arange(state.phase.size), state.phase]


def _mixed(values: Array, row: Whole, share: Array) -> Array:
    """Return what lies between the settings of a row without and with the mission, by its share (MI1)."""
    each = np.arange(row.size)
    gone, present = values[each, row, GONE], values[each, row, PRESENT]
    weight = share.reshape(share.shape + (1,) * (gone.ndim - 1))
    mixed: Array = gone + weight * (present - gone)
    return mixed


# --- Phases (TR) -------------------------------------------------------------------------------------


def _change_phase(course: Course, state: State, week: int) -> None:
    """Move on where what the next phase waits for is there (TR1): at most one phase in a week."""
    if week == course.lapse_week:  # TR5
        state.phase = state.phase + course.block
        state.changed = np.ones_like(state.changed)
    signal = course.phases.signal[state.phase]
    if (signal == NO_SIGNAL).all():
        return
    threshold = course.phases.threshold[state.phase]
    share = _mission_share(course, state)
    value, seen = _signals(course, state, share, week, signal)
    met = np.where(course.phases.at_most[state.phase] == 1, value <= threshold, value >= threshold)
    moves = (signal != NO_SIGNAL) & seen & met
    state.phase = np.where(moves, state.phase + 1, state.phase)
    _enter(course, state, moves)


def _signals(course: Course, state: State, share: Array, week: int, signal: Whole) -> tuple[Array, Flags]:
    """Return each future's signal and whether anybody is there to see it (TR2)."""
    there = (state.mission == THERE) | (state.mission == DEGRADED)
    watched = there & (state.watched >= WINDOW_WEEKS)
    visits = state.visits[:, 0] + state.visits[:, 1] + state.visits[:, 2] + state.visits[:, 3]
    denied = state.denied[:, 0] + state.denied[:, 1] + state.denied[:, 2] + state.denied[:, 3]
    recorded = state.recorded[:, 0] + state.recorded[:, 1] + state.recorded[:, 2] + state.recorded[:, 3]
    filled = _of_phase(course.phases.filled, state)
    value = np.zeros(share.size)
    seen = np.zeros(share.size, dtype=np.bool_)
    for code, of_code, observed in (
        (AT_WEEK, np.full(share.size, float(week)), np.ones(share.size, dtype=np.bool_)),
        (VIOLATION_RATE, recorded / WINDOW_WEEKS, watched),
        (DENIED_ACCESS, denied / np.where(visits > 0.0, visits, 1.0), watched & (visits > 0.0)),
        (SHORTFALL, 1.0 - filled * share, there | (state.mission == LOST)),
        (CASUALTIES, state.dead_in_phase.astype(np.float64), state.mission != NO_MISSION),
        (SETTLEMENT_REACHED, state.settled.astype(np.float64), state.settled),
    ):
        value = np.where(signal == code, of_code, value)
        seen = np.where(signal == code, observed, seen)
    return value, seen


def _enter(course: Course, state: State, enters: Flags) -> None:
    """Begin a phase (TR3): its mission takes over, is new, or there is none; signals start afresh."""
    has = course.phases.has_mission[state.phase] == 1
    takes_over = (course.phases.continues[state.phase] == 1) & (state.mission != NO_MISSION)
    new = enters & has & ~takes_over
    state.mission = np.where(enters & ~has, NO_MISSION, np.where(new, AWAITED, state.mission))
    state.since = np.where(new, 0, state.since)
    state.dead = np.where(new, 0.0, state.dead)
    state.dead_in_phase = np.where(enters, 0, state.dead_in_phase)
    state.watched = np.where(enters, 0, state.watched)
    state.changed = state.changed | enters


# --- The mission (MI) --------------------------------------------------------------------------------


def _arrive(course: Course, state: State) -> None:
    """Begin a mission whose body has decided (MI1)."""
    awaited = state.mission == AWAITED
    arrives = awaited & (state.since >= _of_phase(course.phases.delay, state))
    state.mission = np.where(arrives, THERE, state.mission)
    state.since = np.where(arrives, 0, state.since)
    state.changed = state.changed | arrives


def _mission_share(course: Course, state: State) -> Array:
    """Return the share of the whole mission that has an effect this week (MI1)."""
    half_times = (state.since + 0.5) / _of_phase(course.phases.half_time, state)
    passed = fixed.exp(_of_phase(course.phases.shape, state) * fixed.log(half_times))
    arrived = 1.0 - fixed.exp(-LOG_TWO * passed)
    kept = np.where(state.mission == DEGRADED, course.mission.degraded_share, 1.0)
    there = (state.mission == THERE) | (state.mission == DEGRADED)
    return np.where(there, arrived * _stayed(course, state) * kept, 0.0)


def _stayed(course: Course, state: State) -> Array:
    """Return the share that has not left since the mission's body decided (MI1)."""
    erosion = _of_phase(course.phases.erosion, state)
    there = (state.mission == THERE) | (state.mission == DEGRADED)
    return np.where(there, fixed.exp(-erosion * (state.since + 0.5)), 1.0)


def _change_mission(course: Course, state: State, week: int) -> None:
    """Degrade, restore or lose the mission at the end of the week (MI2, MI3)."""
    mission, phases = course.mission, course.phases
    there = (state.mission == THERE) | (state.mission == DEGRADED)
    intent = _of_phase(phases.intent, state) * state.ratio[:, OPPONENT, MAJOR]
    consent = _of_phase(phases.consent, state) * fixed.exp(intent)
    weariness = mission.log_per_dead * np.minimum(state.dead, MOST_DEAD)
    leaving = _of_phase(phases.contributors, state) * fixed.exp(weariness)
    loss = consent + leaving
    other = np.where(state.mission == THERE, mission.degrade, mission.restore)
    change = 1.0 - fixed.exp(-(loss + other))
    drawn = uniform(course.seed, course.futures, Process.MISSION, 0, week, lane=0)
    changes = there & (drawn < change)
    loses = changes & (drawn * (loss + other) < change * loss)
    turned = np.where(state.mission == THERE, DEGRADED, THERE)
    state.mission = np.where(loses, LOST, np.where(changes, turned, state.mission))
    state.since = np.where(there | (state.mission == AWAITED), state.since + 1, state.since)
    _renew(course, state, week, there & ~loses)
    state.changed = state.changed | changes


def _renew(course: Course, state: State, week: int, there: Flags) -> None:
    """Renew the mandate in the weeks in which it runs out; refusal brings the fallback (MI3, TR4)."""
    every = course.phases.renewal_weeks[state.phase]
    due = there & (every > 0) & (state.since % np.maximum(every, 1) == 0)
    drawn = uniform(course.seed, course.futures, Process.MISSION, 0, week, lane=1)
    term = np.clip(state.since // np.maximum(every, 1), 1, RENEWALS) - 1
    fails = _of_phase(course.phases.renewal_fails, state)[np.arange(term.size), term]
    refused = due & (drawn < fails)
    state.mission = np.where(refused, LOST, state.mission)
    state.changed = state.changed | refused
    if course.fallback >= 0:
        lapsed = np.where(state.phase < course.block, 0, course.block)
        moves = refused & (state.phase - lapsed < course.fallback)
        state.phase = np.where(moves, course.fallback + lapsed, state.phase)
        _enter(course, state, moves)


# --- Decisions of both sides (DE) --------------------------------------------------------------------


def _weigh(course: Course, state: State, share: Array, week: int) -> None:
    """Let both parties weigh their options: every few weeks, and when something changed (DE8)."""
    due = state.changed | (week % WINDOW_WEEKS == 0)
    last = np.full(state.phase.size, course.phases.signal.size - 1)
    nothing = np.zeros(share.size)
    full = np.where(state.mission == DEGRADED, course.mission.degraded_share, 1.0)
    coming = (state.mission == THERE) | (state.mission == DEGRADED) | (state.mission == AWAITED)
    stays = _stayed(course, state) * _of_phase(course.phases.stays, state)
    ahead = np.where(coming, full * stays, 0.0)
    net, chance = _net(course, state.phase, share, ahead, state.persons, state.materiel)
    bare, _ = _net(course, last, nothing, nothing, state.persons_bare, state.materiel_bare)
    misjudged = _mixed(course.phases.misjudged, state.phase, share)
    ratio = course.decision.sensitivity[:, None, None] * (net - bare) + misjudged
    ratio = np.minimum(np.maximum(ratio, -MAX_LOG_RATIO), MAX_LOG_RATIO)
    state.ratio = np.where(due[:, None, None], ratio, state.ratio)
    state.chance = np.where(due[:, None, None], chance, state.chance)
    state.changed = np.zeros_like(state.changed)


def _net(
    course: Course, row: Whole, share: Array, ahead: Array, persons: Array, materiel: Array
) -> tuple[Array, Array]:
    """Return the net value and the true odds of every option now, arrays (futures, 2, 3).

    Net is the value now, less what waiting gains (DE4); that of a major offensive, plus what is feared of
    the other side's (DE5).
    """
    phases, forces, decision = course.phases, course.forces, course.decision
    each = np.arange(row.size)
    now, chance = _values(course, row, share, persons, materiel)
    to_persons, to_materiel = phases.persons_target[each, row], phases.materiel_target[each, row]
    later, _ = _values(
        course,
        row,
        ahead,
        to_persons + (persons - to_persons) * forces.persons_left,
        to_materiel + (materiel - to_materiel) * forces.materiel_left,
    )
    waiting = decision.future_weight[:, :, None] * (np.maximum(later, 0.0) - np.maximum(now, 0.0))
    net = now - waiting
    feared = np.maximum(now[:, ::-1, MAJOR], 0.0)
    net[:, :, MAJOR] = net[:, :, MAJOR] + decision.preemption[:, None] * feared
    return net, chance


def _values(course: Course, row: Whole, share: Array, persons: Array, materiel: Array) -> tuple[Array, Array]:
    """Return the believed value (DE3) and the true odds (DE2) of every option, arrays (futures, 2, 3)."""
    phases, decision = course.phases, course.decision
    prize, burden, edge, partners, worth = (
        _mixed(values, row, share)
        for values in (phases.prize, phases.burden, phases.edge, phases.partners, phases.worth)
    )
    strength = fixed.log(persons) + course.forces.elasticity[:, None] * fixed.log(materiel)
    strength[:, HOST] = strength[:, HOST] + worth
    defence = fixed.exp(strength[:, ::-1, None] + decision.log_guard[:, None, :]) + partners
    odds = ((strength[:, :, None] + decision.log_mass[:, None, :]) + edge) - fixed.log(defence)
    chance = fixed.contest(odds, decision.decisiveness[:, None, None])
    return fixed.believed_value(chance, decision.bias[:, :, None], prize, burden), chance


# --- Incidents (IN) ----------------------------------------------------------------------------------


def _have_incidents(course: Course, state: State, share: Array, week: int) -> tuple[Array, Array, Whole]:
    """Draw the week's incidents (IN1 to IN5, IN8).

    Return their intensity over all sectors, that of the truce with nothing added, and their number.
    """
    incidents = course.incidents
    futures, sectors = incidents.background.shape
    calm = _mixed(course.phases.calm, state.phase, share)
    held = 1.0 - incidents.discipline * state.discipline
    held_bare = 1.0 - incidents.discipline * state.discipline_bare
    # the background and branching that bring the level to exp(calm) at that truce's discipline
    free = 1.0 - held_bare * incidents.branching
    branching = (1.0 - free * fixed.exp(-incidents.through_reaction * calm)) / held_bare
    branching = np.minimum(np.maximum(0.0, branching), MOST_BRANCHING)
    weight = course.decision.attack_weight
    ordered = weight[:, HOST] * fixed.exp(state.ratio[:, HOST, PROBE])
    ordered = ordered + weight[:, OPPONENT] * fixed.exp(state.ratio[:, OPPONENT, PROBE])
    probing = (1.0 - incidents.deliberate) + incidents.deliberate * ordered
    scale = held * (probing * fixed.exp(calm) * ((1.0 - held_bare * branching) / free))
    reaction = held * branching
    level = np.zeros(futures)
    total = np.zeros(futures, dtype=np.int64)
    counts = np.empty((futures, sectors))
    for sector in range(sectors):
        intensity = scale * incidents.background[:, sector] + reaction * state.echo[:, sector]
        intensity = np.minimum(intensity, MAX_INTENSITY)
        # two sectors share an address, each with a lane of its own
        lane: Literal[0, 1] = 0 if sector % 2 == 0 else 1
        drawn = uniform(course.seed, course.futures, Process.INCIDENTS, sector // 2, week, lane=lane)
        number = fixed.poisson(drawn, intensity)
        counts[:, sector] = number
        total = total + number
        level = level + intensity
    level_bare = held_bare * (incidents.total + incidents.branching * state.echo_bare)
    _echo(course, state, counts, level_bare)
    return level, level_bare, total


def _echo(course: Course, state: State, counts: Array, level_bare: Array) -> None:
    """Carry the week's incidents over as what the next weeks react to, also next door (IN5)."""
    incidents = course.incidents
    before = np.concatenate([counts[:, :1], counts[:, :-1]], axis=1)
    after = np.concatenate([counts[:, 1:], counts[:, -1:]], axis=1)
    spread = incidents.spread[:, None]
    heard = (1.0 - spread) * counts + (0.5 * spread) * (before + after)
    memory = incidents.memory
    state.echo = memory[:, None] * state.echo + (1.0 - memory)[:, None] * heard
    state.echo_bare = memory * state.echo_bare + (1.0 - memory) * level_bare


def _recommit(course: Course, state: State, week: int, level: Array, level_bare: Array) -> None:
    """Let discipline wear off, or the parties recommit themselves; final settlement (IN6, IN8)."""
    incidents = course.incidents
    chance = 1.0 - fixed.exp(-(incidents.recommitment * (level / level_bare)))
    drawn = uniform(course.seed, course.futures, Process.TRUCE, 0, week, lane=0)
    recommits = drawn < chance
    state.discipline = np.where(recommits, 1.0, state.discipline * incidents.wear)
    bare = 1.0 - fixed.exp(-incidents.recommitment)
    state.discipline_bare = bare + (1.0 - bare) * (state.discipline_bare * incidents.wear)
    state.counted[:, COUNTED.index("recommitments")] += recommits
    settles = 1.0 - fixed.exp(-course.truce.settlement)
    drawn = uniform(course.seed, course.futures, Process.TRUCE, 0, week, lane=1)
    state.settled = state.settled | (drawn < settles)


def _report(
    course: Course,
    state: State,
    share: Array,
    week: int,
    level: Array,
    level_bare: Array,
    incidents: Whole,
) -> None:
    """Record what the mission sees, is denied and suffers (IN7, MI4)."""
    phases = course.phases
    there = (state.mission == THERE) | (state.mission == DEGRADED)
    drawn = uniform(course.seed, course.futures, Process.REPORTS, 0, week, lane=0)
    recorded = fixed.binomial(drawn, incidents, _of_phase(phases.seen, state) * share)
    drawn = uniform(course.seed, course.futures, Process.REPORTS, 0, week, lane=1)
    dead = fixed.poisson(drawn, _of_phase(phases.deaths, state) * share * (level / level_bare))
    visits = np.floor(_of_phase(phases.visits, state) * share)
    drawn = uniform(course.seed, course.futures, Process.REPORTS, 1, week, lane=0)
    denied = fixed.binomial(drawn, visits, _of_phase(phases.denied, state))
    place = week % WINDOW_WEEKS
    state.recorded[:, place] = recorded
    state.visits[:, place] = visits
    state.denied[:, place] = denied
    state.watched = np.where(there, state.watched + 1, 0)
    state.dead = state.dead * _YEAR_FADES + dead
    state.dead_in_phase = state.dead_in_phase + dead
    state.counted[:, COUNTED.index("incidents")] += incidents
    state.counted[:, COUNTED.index("recorded")] += recorded
    state.counted[:, COUNTED.index("mission_deaths")] += dead


# --- The end of the ceasefire (EN) and what follows (WA) ---------------------------------------------


def _fail(course: Course, state: State, share: Array, week: int, level: Array, level_bare: Array) -> None:
    """Integrate the hazards of the week and what a resumption in it would bring (EN1 to EN8, WA1 to WA5)."""
    truce, decision, war = course.truce, course.decision, course.war
    band = int(np.searchsorted(BANDS, week, side="right"))
    ratio = level / level_bare
    fed = (1.0 - decision.fed) + decision.fed * ratio
    ours = _mixed(course.phases.attack_log, state.phase, share)
    planned = truce.attack[:, band] * fixed.exp(ours) * fed
    hazards = {}
    for party in (HOST, OPPONENT):
        for option, of_option in ((GRAB, decision.grab_share), (MAJOR, 1.0 - decision.grab_share)):
            hazards[party, option] = (planned * (decision.attack_weight[:, party] * of_option)) * fixed.exp(
                state.ratio[:, party, option]
            )
    spiral = truce.spiral[:, band] * ratio
    answered = _mixed(course.phases.answered, state.phase, share)
    state.advances = state.advances + level * (1.0 - answered)
    state.advances_bare = state.advances_bare + level_bare
    creep = truce.creep[:, band] * (state.advances / state.advances_bare)
    by_host = hazards[HOST, GRAB] + hazards[HOST, MAJOR]
    by_opponent = hazards[OPPONENT, GRAB] + hazards[OPPONENT, MAJOR]
    total = ((by_host + by_opponent) + spiral) + creep
    holds = state.expected[:, EXPECTED.index("holds")]
    remains = holds * fixed.exp(-total)
    # What falls per unit of hazard; a week without hazard lets nothing fall.
    falls = (holds - remains) / np.where(total > 0.0, total, 1.0)

    there = (state.mission == THERE) | (state.mission == DEGRADED)
    first = np.where(there, _of_phase(course.phases.expelled_first, state), 0.0)
    while_there = by_host + by_opponent * (1.0 - first)
    drawn_in = _mixed(course.phases.drawn_in, state.phase, share)
    outbreak = spiral + creep
    grabs = hazards[HOST, GRAB] + hazards[OPPONENT, GRAB]
    limited = (grabs + outbreak * (1.0 - war.spiral_major)) * (1.0 - war.escalation)
    major = total - limited
    won_grab = hazards[OPPONENT, GRAB] * state.chance[:, OPPONENT, GRAB]
    won_major = hazards[OPPONENT, MAJOR] * state.chance[:, OPPONENT, MAJOR]
    nothing = np.zeros_like(total)
    for name, amount in {
        "attack_gone": np.where(there, by_opponent * first, by_host + by_opponent),
        "attack_present": np.where(there, while_there, nothing),
        "spiral_gone": np.where(there, nothing, spiral),
        "spiral_present": np.where(there, spiral, nothing),
        "creep_gone": np.where(there, nothing, creep),
        "creep_present": np.where(there, creep, nothing),
        "attack_by_host": by_host,
        "attack_by_opponent": by_opponent,
        "limited_war": limited,
        "major_war": major,
        "repelled": by_opponent - (won_grab + won_major),
        "ground_km2": won_grab * war.ground_grab + won_major * war.ground_major,
        "losses": limited * war.losses_grab + major * war.losses_major,
        "drawn_in": (by_opponent + outbreak) * drawn_in,
    }.items():
        place = EXPECTED.index(name)
        state.expected[:, place] = state.expected[:, place] + falls * amount
    state.expected[:, EXPECTED.index("holds")] = remains


# --- Stocks (ST1) ------------------------------------------------------------------------------------


def _rebuild(course: Course, state: State) -> None:
    """Move both sides' stocks a week towards where the phase takes them (ST1)."""
    forces, phases = course.forces, course.phases
    last = np.full(state.phase.size, phases.signal.size - 1)
    each = np.arange(state.phase.size)
    state.persons, state.materiel = (
        stock + (target[each, state.phase] - stock) * rate
        for stock, target, rate in (
            (state.persons, phases.persons_target, forces.persons_rate),
            (state.materiel, phases.materiel_target, forces.materiel_rate),
        )
    )
    state.persons_bare, state.materiel_bare = (
        stock + (target[each, last] - stock) * rate
        for stock, target, rate in (
            (state.persons_bare, phases.persons_target, forces.persons_rate),
            (state.materiel_bare, phases.materiel_target, forces.materiel_rate),
        )
    )
