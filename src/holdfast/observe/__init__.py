"""Observe: what is seen, located and attributed, how soon, and how much warning there is (rules OB1 to OB13).

``sensing`` holds the one detection function, ``coverage`` combines the sensors, ``warning`` sets a
build-up against the time it takes, ``queue`` is that of patrols sent to look.
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
)

__all__ = [
    "AXES",
    "LIGHTS",
    "SIDES",
    "AttackWarning",
    "BuildUp",
    "Coverage",
    "ObserveQuery",
    "OwnMeans",
    "SensorUse",
    "Setting",
    "mean_number",
    "observe",
    "seen_at",
]
