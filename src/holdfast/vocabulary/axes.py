"""Places on the axes of arrays that go from one engine to another: who, and what he may do."""

from __future__ import annotations

from typing import Final

HOST: Final = 0
OPPONENT: Final = 1
"""Parties, in this order."""

PROBE: Final = 0
GRAB: Final = 1
MAJOR: Final = 2
"""Options of war, in this order: to probe, to grab ground, a major offensive."""
