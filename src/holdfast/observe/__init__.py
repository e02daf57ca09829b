"""Observe: what is seen, located and attributed, how soon, and how much warning there is (rules OB1 to OB14).

``sensing`` holds the one detection function, ``coverage`` combines the sensors, ``warning`` sets a
build-up against the time it takes, ``queue`` is that of patrols sent to look, and ``placement`` says where
each of a limited set of sensors should stand; coverage does not rest on it.
"""

from __future__ import annotations

from holdfast.observe.coverage import (
    AXES,
    LIGHTS,
    SIDES,
    AttackWarning,
    BuildUp,
    Coverage,
    ObserveQuery,
    OwnMeans,
    SensorUse,
    Setting,
    mean_number,
    observe,
    seen_at,
    working_share,
)
from holdfast.observe.placement import (
    Curve,
    Demand,
    Needed,
    Placement,
    PlacementQuery,
    SensorKind,
    Sites,
    curve,
    place,
    share,
)

__all__ = [
    "AXES",
    "LIGHTS",
    "SIDES",
    "AttackWarning",
    "BuildUp",
    "Coverage",
    "Curve",
    "Demand",
    "Needed",
    "ObserveQuery",
    "OwnMeans",
    "Placement",
    "PlacementQuery",
    "SensorKind",
    "SensorUse",
    "Setting",
    "Sites",
    "curve",
    "mean_number",
    "observe",
    "place",
    "seen_at",
    "share",
    "working_share",
]
