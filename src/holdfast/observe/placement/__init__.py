"""Placement: where a limited set of sensors should stand, and how near to the best that is proved to be.

``query`` is what is asked, ``answer`` what is answered. Between them lie ``field`` (what each site reaches),
``greedy`` (the choice, and its promise), ``bounds`` (what no choice can exceed) and ``exact`` (the best one,
where there are few sites).

A placement tells what is not watched as well: see docs/responsible-use.md before one is handed on.
"""

from __future__ import annotations

from holdfast.observe.placement.answer import Curve, Needed, Placement, curve, place, share
from holdfast.observe.placement.query import Demand, PlacementQuery, SensorKind, Sites

__all__ = [
    "Curve",
    "Demand",
    "Needed",
    "Placement",
    "PlacementQuery",
    "SensorKind",
    "Sites",
    "curve",
    "place",
    "share",
]
