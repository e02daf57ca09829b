"""Numbers that the clock must not be given are refused before it starts, each by name."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import fields
from typing import Final

import numpy as np

from holdfast.endure.query import (
    AT_WEEK,
    NO_SIGNAL,
    RENEWALS,
    SIGNALS,
    CourseQuery,
    DecisionQuery,
    Deployment,
    ForcesQuery,
    IncidentsQuery,
    MissionQuery,
    PhaseQuery,
    Setting,
    TruceQuery,
    WarQuery,
)

Part = (
    TruceQuery | IncidentsQuery | DecisionQuery | ForcesQuery | MissionQuery | WarQuery | Setting | Deployment
)

INF: Final = math.inf

# Least and greatest value by field; a field that is not here may be any finite number.
_SHARE = (0.0, 1.0)
_BOUNDS: Final[dict[str, tuple[float, float]]] = {
    **dict.fromkeys(
        (
            "attack_share",
            "spiral_share_of_rest",
            "branching",
            "discipline",
            "spread",
            "deliberate",
            "through_reaction",
            "future_weight_by_party",
            "attack_share_by_party",
            "mass",
            "guard",
            "fed",
            "grab_share",
            "intent",
            "degraded_share",
            "escalation",
            "spiral_major",
            "answered",
            "drawn_in",
            "filled",
            "seen",
            "renewal_fails",
            "expelled_first",
            "denied",
        ),
        _SHARE,
    ),
    **dict.fromkeys(
        (
            "first_year",
            "years_2_5",
            "later",
            "factor",
            "settlement",
            "recommitments",
            "concentration",
            "sensitivity",
            "preemption",
            "elasticity",
            "degrade",
            "restore",
            "ground_grab",
            "ground_major",
            "losses_grab",
            "losses_major",
            "partners",
            "noise",
            "delay_weeks",
            "erosion",
            "consent_loss",
            "contributor_loss",
            "deaths",
            "visits",
            "lookahead_years",
        ),
        (0.0, INF),
    ),
}
# These divide, or have their logarithm taken: above nought.
_POSITIVE: Final = frozenset(
    {
        "line_km",
        "background",
        "memory_days",
        "wear_off_days",
        "decisiveness",
        "mass",
        "guard",
        "persons",
        "persons_years",
        "materiel_years",
        "per_ten_dead",
        "persons_target",
        "materiel_target",
        "half_time_weeks",
        "arrival_shape",
    }
)
_SINGLE: Final = frozenset({"continues", "renewal_weeks"})
_BY_PARTY: Final = frozenset(
    {
        "bias_by_party",
        "future_weight_by_party",
        "attack_share_by_party",
        "persons",
        "persons_years",
        "materiel_years",
        "persons_target",
        "materiel_target",
    }
)
_BY_OPTION: Final = frozenset({"prize", "burden", "edge", "partners"})
_BEYOND_FUTURES: Final[dict[str, tuple[int, ...]]] = {
    **dict.fromkeys(_BY_PARTY, (2,)),
    **dict.fromkeys(_BY_OPTION, (2, 3)),
    "renewal_fails": (RENEWALS,),
}
# Axes of an array after that of the futures; none where it is not here.


class CourseError(ValueError):
    """A number that the clock must not be given; the text names it and says what is allowed."""


def check(query: CourseQuery) -> None:
    """Raise where a number is missing, not finite, out of its bounds, or of the wrong shape.

    Raises
    ------
    CourseError
    """
    _whole("weeks", query.weeks, 1, 100_000)
    _whole("sectors", query.sectors, 1, 10_000)
    _whole("seed", query.seed, 0, 2**64 - 1)
    _records(query)
    _rows(query)
    size = query.futures.size
    if query.futures.ndim != 1 or not size or query.futures.dtype.kind not in "iu":
        raise CourseError("futures: a row of at least one whole number is needed")
    if int(query.futures.min()) < 0 or int(query.futures.max()) >= 2**32:
        raise CourseError("futures: numbers must lie between 0 and 2**32 - 1")
    for where, name, values in _arrays(query):
        _array(where, name, values, size)
    if (query.decision.attack_share_by_party.sum(axis=1) <= 0.0).any():
        raise CourseError("decision.attack_share_by_party: somebody must be able to attack")


def _whole(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise CourseError(f"{name}: {value} lies outside {least} to {most}")


def _records(query: CourseQuery) -> None:
    weeks = query.record_weeks
    if list(weeks) != sorted(set(weeks)) or not all(1 <= week <= query.weeks for week in weeks):
        raise CourseError(f"record_weeks: ascending weeks from 1 to {query.weeks} are needed")


def _rows(query: CourseQuery) -> None:
    """Raise where phases do not fit together."""
    count = len(query.phases)
    _whole("phases", count, 1, 1_000)
    _whole("begins", query.begins, 0, count - 1)
    if query.fallback is not None:
        _whole("fallback", query.fallback, 1, count - 1)
    if len(query.lapsed) not in {0, count} or bool(query.lapsed) != (query.lapse_week is not None):
        raise CourseError("lapsed: each phase needs its counterpart, and lapse_week a week")
    if query.lapse_week is not None:
        _whole("lapse_week", query.lapse_week, 0, 100_000)
    for where, row in _named_rows(query):
        starts = row.starts
        if starts.signal not in {NO_SIGNAL, AT_WEEK, *SIGNALS.values()}:
            raise CourseError(f"{where}.starts.signal: {starts.signal} is no signal")
        if not math.isfinite(starts.threshold) or starts.threshold < 0.0:
            raise CourseError(f"{where}.starts.threshold: a finite number from 0 is needed")
        if row.deployment is not None:
            _whole(f"{where}.deployment.renewal_weeks", row.deployment.renewal_weeks, 0, 100_000)


def _named_rows(query: CourseQuery) -> Iterator[tuple[str, PhaseQuery]]:
    """Yield every row of phases with where it stands in the query."""
    for name, rows in (("phases", query.phases), ("lapsed", query.lapsed)):
        for place, row in enumerate(rows):
            yield f"{name}[{place}]", row
    yield "bare", query.bare


def _arrays(query: CourseQuery) -> Iterator[tuple[str, str, np.ndarray]]:
    """Yield every array of the query with where it stands and its name."""
    for name in ("truce", "incidents", "decision", "forces", "mission", "war"):
        yield from _of(name, getattr(query, name))
    for where, row in _named_rows(query):
        yield from _of_phase(where, row)


def _of_phase(where: str, row: PhaseQuery) -> Iterator[tuple[str, str, np.ndarray]]:
    for name in ("gone", "present", "deployment"):
        part = getattr(row, name)
        if part is not None:
            yield from _of(f"{where}.{name}", part)
    yield f"{where}.persons_target", "persons_target", row.persons_target
    yield f"{where}.materiel_target", "materiel_target", row.materiel_target


def _of(where: str, part: Part) -> Iterator[tuple[str, str, np.ndarray]]:
    for field in fields(part):
        value = getattr(part, field.name)
        if field.name in _SINGLE:
            continue
        if not isinstance(value, np.ndarray):
            raise CourseError(f"{where}.{field.name}: an array with a number for each future is needed")
        yield f"{where}.{field.name}", field.name, value


def _array(where: str, name: str, values: np.ndarray, size: int) -> None:
    """Raise where an array has the wrong shape or a number that is not allowed."""
    shape = (size, *_BEYOND_FUTURES.get(name, ()))
    if values.shape != shape or values.dtype != np.float64:
        raise CourseError(f"{where}: {values.dtype} of shape {values.shape}; float64 of {shape} is needed")
    if not np.isfinite(values).all():
        raise CourseError(f"{where}: {_first(~np.isfinite(values), values)} is not a finite number")
    if name in _POSITIVE and (values <= 0.0).any():
        raise CourseError(f"{where}: {_first(values <= 0.0, values)} is not above nought")
    least, most = _BOUNDS.get(name, (-INF, INF))
    outside = (values < least) | (values > most)
    if outside.any():
        raise CourseError(f"{where}: {_first(outside, values)} lies outside {least:g} to {most:g}")


def _first(where: np.ndarray, values: np.ndarray) -> str:
    """Return the first value that is wrong, with the future it belongs to."""
    place = tuple(int(i) for i in np.argwhere(where)[0])
    return f"{values[place]:g} in future {place[0]}"
