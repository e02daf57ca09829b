"""Numbers that the clock must not be given are refused by name; every field of a query has its bounds here.

``BOUNDS`` says once more, in the words of the fields' docstrings, what each may be. A new field that is
not in it fails, and so does one that the checks let through.
"""

from __future__ import annotations

import math
from dataclasses import fields, replace

import numpy as np
import pytest
from tests.endure import courses

from holdfast.endure import AT_WEEK, CourseError, course, endure
from holdfast.endure.query import (
    DecisionQuery,
    Deployment,
    ForcesQuery,
    IncidentsQuery,
    MissionQuery,
    Setting,
    Starts,
    TruceQuery,
    WarQuery,
)

FUTURES = 3
INF = math.inf
SHARE = (0.0, 1.0)
NOT_BELOW = (0.0, INF)
ANY = (-INF, INF)
ABOVE = (math.nextafter(0.0, 1.0), INF)
"""Divides, or has its logarithm taken."""
PART = (math.nextafter(0.0, 1.0), 1.0)
"""A share that has its logarithm taken."""

BOUNDS = {
    TruceQuery: {
        "first_year": NOT_BELOW,
        "years_2_5": NOT_BELOW,
        "later": NOT_BELOW,
        "attack_share": SHARE,
        "spiral_share_of_rest": SHARE,
        "factor": NOT_BELOW,
        "settlement": NOT_BELOW,
    },
    IncidentsQuery: {
        "line_km": ABOVE,
        "background": ABOVE,
        "branching": SHARE,
        "memory_days": ABOVE,
        "spread": SHARE,
        "concentration": NOT_BELOW,
        "discipline": SHARE,
        "wear_off_days": ABOVE,
        "recommitments": NOT_BELOW,
        "deliberate": SHARE,
        "through_reaction": SHARE,
    },
    DecisionQuery: {
        "sensitivity": NOT_BELOW,
        "decisiveness": ABOVE,
        "bias_by_party": ANY,
        "future_weight_by_party": SHARE,
        "attack_share_by_party": SHARE,
        "mass": PART,
        "guard": PART,
        "lookahead_years": NOT_BELOW,
        "preemption": NOT_BELOW,
        "fed": SHARE,
        "grab_share": SHARE,
    },
    ForcesQuery: {
        "persons": ABOVE,
        "persons_years": ABOVE,
        "materiel_years": ABOVE,
        "elasticity": NOT_BELOW,
    },
    MissionQuery: {
        "per_ten_dead": ABOVE,
        "degrade": NOT_BELOW,
        "restore": NOT_BELOW,
        "degraded_share": SHARE,
    },
    WarQuery: {
        "ground_grab": NOT_BELOW,
        "ground_major": NOT_BELOW,
        "losses_grab": NOT_BELOW,
        "losses_major": NOT_BELOW,
        "escalation": SHARE,
        "spiral_major": SHARE,
    },
    Setting: {
        "prize": ANY,
        "burden": ANY,
        "edge": ANY,
        "partners": NOT_BELOW,
        "worth": ANY,
        "noise": NOT_BELOW,
        "calm": ANY,
        "attack_log": ANY,
        "answered": SHARE,
        "drawn_in": SHARE,
    },
    Deployment: {
        "delay_weeks": NOT_BELOW,
        "half_time_weeks": ABOVE,
        "arrival_shape": ABOVE,
        "filled": SHARE,
        "erosion": NOT_BELOW,
        "seen": SHARE,
        "consent_loss": NOT_BELOW,
        "intent": SHARE,
        "contributor_loss": NOT_BELOW,
        "renewal_fails": SHARE,
        "expelled_first": SHARE,
        "deaths": NOT_BELOW,
        "visits": NOT_BELOW,
        "denied": SHARE,
    },
}
NO_ARRAYS = {Deployment: {"continues", "renewal_weeks"}}
TARGETS = {"persons_target": ABOVE, "materiel_target": ABOVE}

PARTS = {
    "truce": TruceQuery,
    "incidents": IncidentsQuery,
    "decision": DecisionQuery,
    "forces": ForcesQuery,
    "mission": MissionQuery,
    "war": WarQuery,
}
ROWS = ("phases[1]", "lapsed[1]", "bare")


def _query():
    """Return a query with every part in it."""

    def row(week):
        return courses.phase(FUTURES, starts=Starts(AT_WEEK, week), deployment=courses.mission(FUTURES))

    return courses.query(
        FUTURES,
        weeks=10,
        record=[5, 10],
        phases=[courses.phase(FUTURES), row(3.0)],
        lapsed=(courses.phase(FUTURES), row(3.0)),
        lapse_week=8,
        fallback=1,
        bare=courses.phase(FUTURES, deployment=courses.mission(FUTURES)),
    )


def _places():
    """Return every place of a query that holds an array, in the words of the checks, with its bounds."""
    found = []
    for part, kind in PARTS.items():
        found += [(f"{part}.{name}", bounds) for name, bounds in BOUNDS[kind].items()]
    for row in ROWS:
        for part, kind in (("gone", Setting), ("present", Setting), ("deployment", Deployment)):
            found += [(f"{row}.{part}.{name}", bounds) for name, bounds in BOUNDS[kind].items()]
        found += [(f"{row}.{name}", bounds) for name, bounds in TARGETS.items()]
    return found


PLACES = _places()
EVERY = pytest.mark.parametrize(("where", "bounds"), PLACES, ids=[where for where, _ in PLACES])


def _get(query, where):
    for step in where.split("."):
        name, _, place = step.partition("[")
        query = getattr(query, name)
        if place:
            query = query[int(place[:-1])]
    return query


def _put(query, where, value):
    """Return the query with another value at a place."""
    step, _, rest = where.partition(".")
    name, _, place = step.partition("[")
    old = getattr(query, name)
    if place:
        row = int(place[:-1])
        new = (*old[:row], value if not rest else _put(old[row], rest, value), *old[row + 1 :])
    else:
        new = value if not rest else _put(old, rest, value)
    return replace(query, **{name: new})


def _with_last(query, where, value):
    """Return the query with another number in the last future."""
    values = _get(query, where).copy()
    values.reshape(FUTURES, -1)[-1, -1] = value
    return _put(query, where, values)


def _refused(query, where):
    """Check that a query is refused in words that begin with the field."""
    with pytest.raises(CourseError) as told:
        course(query)
    assert str(told.value).startswith(f"{where}: "), str(told.value)


# --- Every field ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", BOUNDS, ids=lambda kind: kind.__name__)
def test_every_field_has_its_bounds_here(kind):
    names = {field.name for field in fields(kind)}
    assert set(BOUNDS[kind]) | NO_ARRAYS.get(kind, set()) == names


def test_the_query_that_is_spoilt_below_is_sound():
    found = endure(course(_query()))
    assert np.isfinite(found.expected).all()


@EVERY
def test_a_number_that_is_none_is_refused(where, bounds):
    for value in (math.nan, math.inf, -math.inf):
        _refused(_with_last(_query(), where, value), where)


@EVERY
def test_a_number_out_of_its_bounds_is_refused(where, bounds):
    low, high = bounds
    if low > -INF:
        for value in (math.nextafter(low, -INF), low - 0.5, -1e300):
            _refused(_with_last(_query(), where, value), where)
    if high < INF:
        for value in (math.nextafter(high, INF), high + 0.5, 1e300):
            _refused(_with_last(_query(), where, value), where)


@EVERY
def test_the_bounds_themselves_are_allowed(where, bounds):
    for value in bounds:
        usual = {-INF: -7.5, INF: 7.5, ABOVE[0]: 1e-6}.get(value, value)
        course(_with_last(_query(), where, usual))


@EVERY
def test_another_shape_or_type_is_refused(where, bounds):
    query = _query()
    values = _get(query, where)
    for wrong in (
        values[:-1],
        values[..., None],
        values.reshape(-1)[:1],
        np.array(1.0),
        values.astype(np.float32),
        values.astype(np.int64),
        values.astype(object),
    ):
        _refused(_put(query, where, wrong), where)


def test_the_future_that_is_wrong_is_named():
    query = _with_last(_query(), "truce.attack_share", 1.5)
    with pytest.raises(CourseError, match=r"truce\.attack_share: 1\.5 in future 2 lies outside 0 to 1"):
        course(query)


# --- What belongs to no field of a part -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "values"),
    [
        ("weeks", (0, -1, 100_001)),
        ("sectors", (0, -1, 10_001)),
        ("seed", (-1, 2**64)),
        ("begins", (-1, 2)),
        ("fallback", (0, -1, 2)),
        ("record_weeks", ((0, 5), (5, 5), (10, 5), (5, 11), (-1,))),
        ("futures", (np.arange(0), np.zeros((3, 1), dtype=np.int64), np.array(3))),
        ("futures", (np.array([-1, 0, 1]), np.array([0, 1, 2**32]))),
        ("futures", (np.array([0.0, 0.5, 1.0]), np.array([0.0, np.nan, 1.0]))),
        ("lapse_week", (-1, 100_001)),
        ("phases", ((),)),
    ],
)
def test_a_frame_that_does_not_fit_is_refused(where, values):
    for value in values:
        query = replace(_query(), **{where: value})
        if where == "phases":
            query = replace(query, fallback=None, lapsed=(), lapse_week=None)
        _refused(query, where)


def test_no_futures_are_refused():
    _refused(courses.query(0, weeks=5), "futures")


def test_each_phase_needs_its_counterpart_after_the_guarantee():
    query = _query()
    _refused(replace(query, lapsed=query.lapsed[:1]), "lapsed")
    _refused(replace(query, lapsed=(*query.lapsed, query.lapsed[0])), "lapsed")
    _refused(replace(query, lapsed=()), "lapsed")
    _refused(replace(query, lapse_week=None), "lapsed")
    course(replace(query, lapsed=(), lapse_week=None))


def test_a_fallback_needs_a_phase_of_its_own():
    one = courses.query(FUTURES, weeks=5)
    _refused(replace(one, fallback=1), "fallback")
    _refused(replace(one, fallback=0), "fallback")


@pytest.mark.parametrize("row", ROWS)
def test_signals_thresholds_and_renewals(row):
    query = _query()
    for signal in (-1, 7, 99):
        _refused(_put(query, f"{row}.starts", Starts(signal, 1.0)), f"{row}.starts.signal")
    for threshold in (-1.0, math.nan, math.inf):
        _refused(_put(query, f"{row}.starts", Starts(AT_WEEK, threshold)), f"{row}.starts.threshold")
    for weeks in (-1, 100_001):
        where = f"{row}.deployment.renewal_weeks"
        _refused(_put(query, where, weeks), where)


def test_somebody_must_be_able_to_attack():
    query = _query()
    nobody = replace(query.decision, attack_share_by_party=np.zeros((FUTURES, 2)))
    _refused(replace(query, decision=nobody), "decision.attack_share_by_party")
    for shares in ([0.0, 1.0], [1.0, 0.0]):
        one = np.tile(shares, (FUTURES, 1))
        course(replace(query, decision=replace(query.decision, attack_share_by_party=one)))
