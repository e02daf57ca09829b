"""Observe: what is seen, located and attributed, and how much warning there is (rules OB1 to OB5).

First cut: coverage by density along a line of one kind; no sectors, classes of incident, light or
weather apart from availability, no false reports, no sabotage by one side. Where each of a limited set of
sensors should stand is asked with ``place``; coverage does not rest on it.
"""

from __future__ import annotations

from holdfast.observe.coverage import Coverage, ObserveQuery, SensorUse, observe
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
    "Coverage",
    "Curve",
    "Demand",
    "Needed",
    "ObserveQuery",
    "Placement",
    "PlacementQuery",
    "SensorKind",
    "SensorUse",
    "Sites",
    "curve",
    "observe",
    "place",
    "share",
]
