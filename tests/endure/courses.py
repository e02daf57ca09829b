"""Courses for tests: one in which nothing happens but what a test asks for, and arbitrary ones."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

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
    Starts,
    TruceQuery,
    WarQuery,
)

ONES = {"factor", "decisiveness", "attack_share", "mass", "guard", "per_ten_dead", "degraded_share"}
FILL = {
    "line_km": 100.0,
    "background": 0.01,
    "memory_days": 7.0,
    "wear_off_days": 7.0,
    "persons": 1000.0,
    "persons_years": 2.0,
    "materiel_years": 4.0,
    "attack_share_by_party": 0.5,
    "lookahead_years": 1.0,
    "half_time_weeks": 1e-9,
    "arrival_shape": 1.0,
    "filled": 1.0,
    "prize": 1.0,
    "persons_target": 1000.0,
    "materiel_target": 1.0,
}
PAIRS = {
    "bias_by_party",
    "future_weight_by_party",
    "attack_share_by_party",
    "persons",
    "persons_years",
    "materiel_years",
}
OPTIONS = {"prize", "burden", "edge", "partners"}
BEYOND = {
    **dict.fromkeys(PAIRS, (2,)),
    **dict.fromkeys(OPTIONS, (2, 3)),
    "renewal_fails": (RENEWALS,),
}
"""Axes after that of the futures."""


def quiet(kind, futures, **given):
    """Return a part of a query that makes nothing happen, with the numbers given in their place."""
    values = {}
    for field in fields(kind):
        name = field.name
        value = given.get(name, FILL.get(name, 1.0 if name in ONES else 0.0))
        shape = (futures, *BEYOND.get(name, ()))
        if kind is Deployment and name in {"continues", "renewal_weeks"}:
            values[name] = given.get(name, 0 if name == "renewal_weeks" else False)
        else:
            value = np.asarray(value, dtype=float)
            if name == "renewal_fails" and value.ndim == 1 and value.size == futures:
                value = value[:, None]
            values[name] = np.ascontiguousarray(np.broadcast_to(value, shape))
    unknown = set(given) - {field.name for field in fields(kind)}
    assert not unknown, unknown
    return kind(**values)


def setting(futures, **given):
    return quiet(Setting, futures, **given)


def phase(futures, *, starts=None, gone=None, present=None, deployment=None, persons=1000.0, materiel=1.0):
    gone = setting(futures) if gone is None else gone
    return PhaseQuery(
        starts=Starts(NO_SIGNAL, 0.0) if starts is None else starts,
        gone=gone,
        present=gone if present is None else present,
        persons_target=np.ascontiguousarray(np.broadcast_to(np.asarray(persons, dtype=float), (futures, 2))),
        materiel_target=np.ascontiguousarray(
            np.broadcast_to(np.asarray(materiel, dtype=float), (futures, 2))
        ),
        deployment=deployment,
    )


def mission(futures, **given):
    return quiet(Deployment, futures, **given)


def query(futures=1, *, weeks=520, sectors=1, seed=0, first=0, record=None, phases=None, **parts):
    """Return a query; ``parts`` give numbers by part: ``truce={"first_year": 0.1}``."""
    kinds = {
        "truce": TruceQuery,
        "incidents": IncidentsQuery,
        "decision": DecisionQuery,
        "forces": ForcesQuery,
        "mission": MissionQuery,
        "war": WarQuery,
    }
    rest = {name: value for name, value in parts.items() if name not in kinds}
    return CourseQuery(
        seed=seed,
        futures=np.arange(first, first + futures, dtype=np.int64),
        sectors=sectors,
        weeks=weeks,
        record_weeks=tuple(range(1, weeks + 1)) if record is None else tuple(record),
        **{name: quiet(kind, futures, **parts.get(name, {})) for name, kind in kinds.items()},
        bare=rest.pop("bare", phase(futures)),
        phases=(phase(futures),) if phases is None else tuple(phases),
        **rest,
    )


def part_of(asked, rows):
    """Return the query for some of its futures alone."""

    def cut(part):
        changes = {
            field.name: np.ascontiguousarray(value[rows])
            for field in fields(part)
            if isinstance(value := getattr(part, field.name), np.ndarray)
        }
        return replace(part, **changes)

    def cut_phase(row):
        return replace(
            cut(row),
            gone=cut(row.gone),
            present=cut(row.present),
            deployment=None if row.deployment is None else cut(row.deployment),
        )

    names = ("truce", "incidents", "decision", "forces", "mission", "war")
    return replace(
        asked,
        futures=asked.futures[rows],
        **{name: cut(getattr(asked, name)) for name in names},
        bare=cut_phase(asked.bare),
        phases=tuple(cut_phase(row) for row in asked.phases),
        lapsed=tuple(cut_phase(row) for row in asked.lapsed),
    )


# --- Arbitrary courses -------------------------------------------------------------------------------

RANGES = {
    "first_year": (0.0, 30.0),
    "years_2_5": (0.0, 5.0),
    "later": (0.0, 5.0),
    "factor": (0.0, 4.0),
    "settlement": (0.0, 5.0),
    "line_km": (1.0, 3000.0),
    "background": (1e-6, 3.0),
    "memory_days": (0.5, 60.0),
    "concentration": (0.0, 3.0),
    "wear_off_days": (0.5, 400.0),
    "recommitments": (0.0, 60.0),
    "sensitivity": (0.0, 8.0),
    "decisiveness": (0.1, 5.0),
    "bias_by_party": (-0.5, 0.5),
    "attack_share_by_party": (0.01, 1.0),
    "mass": (0.01, 1.0),
    "guard": (0.01, 1.0),
    "lookahead_years": (0.0, 10.0),
    "preemption": (0.0, 1.0),
    "persons": (1.0, 2e6),
    "persons_years": (0.05, 20.0),
    "materiel_years": (0.05, 20.0),
    "elasticity": (0.0, 1.5),
    "per_ten_dead": (0.1, 5.0),
    "degrade": (0.0, 60.0),
    "restore": (0.0, 60.0),
    "ground_grab": (0.0, 1e4),
    "ground_major": (0.0, 1e5),
    "losses_grab": (0.0, 1e5),
    "losses_major": (0.0, 2e6),
    "prize": (-1.0, 2.0),
    "burden": (-1.0, 3.0),
    "edge": (-3.0, 3.0),
    "partners": (0.0, 1e5),
    "worth": (-1.0, 1.0),
    "noise": (0.0, 0.5),
    "calm": (-5.0, 3.0),
    "attack_log": (-3.0, 3.0),
    "delay_weeks": (0.0, 60.0),
    "half_time_weeks": (0.01, 60.0),
    "arrival_shape": (0.2, 5.0),
    "erosion": (0.0, 2.0),
    "consent_loss": (0.0, 30.0),
    "contributor_loss": (0.0, 30.0),
    "deaths": (0.0, 20.0),
    "visits": (0.0, 1000.0),
    "persons_target": (1.0, 3e6),
    "materiel_target": (0.02, 5.0),
}


def arbitrary(kind, futures, rng, extreme):
    """Return a part with numbers all over what is allowed, some of them at the ends."""
    given: dict[str, Any] = {}
    for field in fields(kind):
        low, high = RANGES.get(field.name, (0.0, 1.0))
        name = field.name
        shape = (futures, *BEYOND.get(name, ()))
        values = rng.uniform(low, high, shape)
        ends = rng.random(shape)
        values = np.where(ends < extreme, low, np.where(ends > 1.0 - extreme, high, values))
        given[name] = values
    if kind is Deployment:
        given["continues"] = bool(rng.integers(2))
        given["renewal_weeks"] = int(rng.choice([0, 1, 4, 26]))
    return quiet(kind, futures, **given)


@st.composite
def courses(draw):
    """Return queries of every shape: one sector, one week, nil and huge rates, phases on every signal."""
    futures = draw(st.integers(1, 5))
    weeks = draw(st.sampled_from([1, 2, 5, 30, 60]))
    sectors = draw(st.sampled_from([1, 2, 3, 7]))
    extreme = draw(st.sampled_from([0.0, 0.1, 0.5]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    count = draw(st.integers(1, 4))

    def row(place):
        signal = draw(st.sampled_from([AT_WEEK, *SIGNALS.values()]))
        threshold = float(draw(st.sampled_from([0.0, 1.0, 2.0, 5.0, 0.25, 0.5, 40.0])))
        starts = Starts(NO_SIGNAL, 0.0) if place == 0 else Starts(signal, threshold, draw(st.booleans()))
        return replace(
            phase(
                futures,
                starts=starts,
                gone=arbitrary(Setting, futures, rng, extreme),
                present=arbitrary(Setting, futures, rng, extreme),
                deployment=arbitrary(Deployment, futures, rng, extreme) if draw(st.booleans()) else None,
            ),
            persons_target=rng.uniform(1.0, 3e6, (futures, 2)),
            materiel_target=rng.uniform(0.02, 5.0, (futures, 2)),
        )

    phases = tuple(row(place) for place in range(count))
    fallback = draw(st.sampled_from([None, *range(1, count)]))
    lapses = draw(st.booleans())
    kinds = {
        "truce": TruceQuery,
        "incidents": IncidentsQuery,
        "decision": DecisionQuery,
        "forces": ForcesQuery,
        "mission": MissionQuery,
        "war": WarQuery,
    }
    bare = arbitrary(Setting, futures, rng, extreme)
    return CourseQuery(
        seed=draw(st.sampled_from([0, 1, 2**64 - 1])),
        futures=rng.integers(0, 2**32, futures),
        sectors=sectors,
        weeks=weeks,
        record_weeks=tuple(range(1, weeks + 1)),
        **{name: arbitrary(kind, futures, rng, extreme) for name, kind in kinds.items()},
        bare=phase(futures, gone=bare),
        phases=phases,
        begins=draw(st.sampled_from([0, count - 1])),
        fallback=fallback,
        lapsed=tuple(row(place) for place in range(count)) if lapses else (),
        lapse_week=draw(st.integers(0, weeks)) if lapses else None,
    )
