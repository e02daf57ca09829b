"""Observe: what is seen, located and attributed, and how much warning there is (rules OB1 to OB5).

First cut: coverage by density along a line of one kind; no sectors, classes of incident, light or
weather apart from availability, no placement, no false reports, no sabotage by one side.
"""

from __future__ import annotations

from holdfast.observe.coverage import Coverage, ObserveQuery, SensorUse, observe

__all__ = ["Coverage", "ObserveQuery", "SensorUse", "observe"]
