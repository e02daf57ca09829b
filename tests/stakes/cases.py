"""Queries for the tests of stakes: one whose numbers are all plain, and arbitrary ones."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from holdfast.stakes import ForcesQuery, OptionsQuery

FUTURES = 4


def full(value):
    return np.full(FUTURES, float(value))


def arrays(low, high):
    return hnp.arrays(np.float64, FUTURES, elements=st.floats(low, high))


def _query(kind, plain, given):
    unknown = set(given) - {field.name for field in fields(kind)}
    assert not unknown, unknown

    def ready(name, value):
        same = name in {"intelligence", "cap_persons"} or isinstance(value, np.ndarray)
        return value if same else full(value)

    return kind(**{name: ready(name, value) for name, value in {**plain, **given}.items()})


_STILL = {
    "persons": 100_000.0,
    "rebuilt": 1.0,
    "persons_years": 2.0,
    "materiel_peace": 1.0,
    "materiel_years": 3.0,
    "support_share": 0.5,
    "support_ratio": 1.0,
    "intake": 0.0,
    "losses": 0.0,
    "elasticity": 0.3,
    "extra_trained": 0.0,
    "training_gain": 1.1,
    "intelligence_gain": 1.2,
    "intelligence": True,
    "cap_persons": None,
    "lookahead_years": 1.5,
}


def party(**given):
    """Return the query of a party whose stocks stay as they are, with the numbers given."""
    return _query(ForcesQuery, _STILL, given)


_PLAIN = {
    "received": 0.0,
    "satisfaction": 0.0,
    "indivisible": 0.0,
    "probe_prize": 0.01,
    "grab_prize": 0.1,
    "probe_cost": 0.02,
    "grab_cost": 0.2,
    "probe_response": 0.05,
    "grab_response": 0.4,
    "offensive_cost": 0.5,
    "response_cost": 0.0,
    "response_chance": 0.0,
    "forfeit": 0.0,
    "provocation": 0.0,
    "warning": 1.0,
    "grab_warning": 0.25,
    "surprise": 1.0,
    "defender_advantage": 1.0,
    "partners": 0.0,
    "partners_at_once": 0.0,
    "guard": 0.05,
}


def weighed(**given):
    """Return a query for options with nothing but prize and cost, with the numbers given."""
    return _query(OptionsQuery, _PLAIN, given)


SHARE = arrays(0.0, 1.0)
COST = arrays(0.0, 2.0)
PERSONS = arrays(1e3, 2e6)
FORCES = st.builds(
    ForcesQuery,
    persons=PERSONS,
    rebuilt=arrays(0.5, 2.5),
    persons_years=arrays(0.1, 10.0),
    materiel_peace=arrays(0.3, 5.0),
    materiel_years=arrays(0.1, 10.0),
    support_share=SHARE,
    support_ratio=arrays(0.01, 10.0),
    intake=arrays(0.0, 5e4),
    losses=arrays(0.0, 5e4),
    elasticity=arrays(0.0, 1.0),
    extra_trained=arrays(0.0, 2e5),
    training_gain=arrays(1.0, 1.3),
    intelligence_gain=arrays(1.0, 1.5),
    intelligence=st.booleans(),
    cap_persons=st.none() | st.floats(1e3, 2e6),
    lookahead_years=arrays(0.0, 10.0),
)
OPTIONS = st.builds(
    OptionsQuery,
    received=arrays(0.0, 3.0),
    satisfaction=arrays(-1.0, 1.0),
    indivisible=SHARE,
    probe_prize=SHARE,
    grab_prize=SHARE,
    probe_cost=SHARE,
    grab_cost=SHARE,
    probe_response=SHARE,
    grab_response=SHARE,
    offensive_cost=COST,
    response_cost=COST,
    response_chance=SHARE,
    forfeit=COST,
    provocation=arrays(-0.3, 0.3),
    warning=SHARE,
    grab_warning=SHARE,
    surprise=arrays(1.0, 2.0),
    defender_advantage=arrays(0.5, 5.0),
    partners=arrays(0.0, 2e5),
    partners_at_once=arrays(0.0, 2e4),
    guard=SHARE,
)
