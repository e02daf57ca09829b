"""Symbols of posts and places: one shape for each kind, told apart without colour."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from holdfast.present.map.elements import number, tag

CITY: Final = "city"
"""The kind of place that is drawn as a dot, larger for more persons."""
_INK: Final = "#0b3d66"
_PLACE_INK: Final = "#3c3c3c"
_PAPER: Final = "#ffffff"


def _polygon(corners: int, turn: float, reach: float) -> tuple[tuple[float, float], ...]:
    angles = [math.radians(turn + 360.0 * corner / corners) for corner in range(corners)]
    return tuple((reach * math.cos(angle), reach * math.sin(angle)) for angle in angles)


def _star(points: int, inner: float) -> tuple[tuple[float, float], ...]:
    angles = [math.radians(-90.0 + 180.0 * corner / points) for corner in range(2 * points)]
    return tuple(
        (
            (1.25 if corner % 2 == 0 else inner) * math.cos(angle),
            (1.25 if corner % 2 == 0 else inner) * math.sin(angle),
        )
        for corner, angle in enumerate(angles)
    )


_SHAPES: Final = (
    _polygon(3, -90.0, 1.25),
    _polygon(4, -45.0, 1.2),
    _polygon(4, 0.0, 1.3),
    _polygon(3, 90.0, 1.25),
    _polygon(5, -90.0, 1.15),
    _star(4, 0.5),
    _polygon(24, 0.0, 1.0),
    _polygon(6, 0.0, 1.1),
)
"""Outlines of a symbol that reaches one unit from its middle."""


@dataclass(frozen=True)
class Symbol:
    """The look of a kind: an outline, its fill and its ink."""

    outline: tuple[tuple[float, float], ...]
    fill: str
    ink: str

    def drawn(self, x: float, y: float, reach: float) -> str:
        """Return the symbol at a place, px."""
        corners = "L".join(f"{number(x + reach * dx)} {number(y + reach * dy)}" for dx, dy in self.outline)
        return tag("path", d=f"M{corners}Z", fill=self.fill, stroke=self.ink)


def post_symbols(kinds: Iterable[str]) -> Mapping[str, Symbol]:
    """Return a symbol for each kind of post, in the order of the alphabet: filled, then hollow."""
    found = {}
    for place, kind in enumerate(sorted(set(kinds))):
        hollow = place // len(_SHAPES) % 2 == 1
        fill, ink = (_PAPER, _INK) if hollow else (_INK, _PAPER)
        found[kind] = Symbol(_SHAPES[place % len(_SHAPES)], fill, ink)
    return found


def place_symbols(kinds: Iterable[str]) -> Mapping[str, Symbol]:
    """Return a hollow symbol for each kind of place other than a city, in the order of the alphabet."""
    others = sorted(set(kinds) - {CITY})
    return {
        kind: Symbol(_SHAPES[(place + 1) % len(_SHAPES)], _PAPER, _PLACE_INK)
        for place, kind in enumerate(others)
    }


def dot_reach(population: int | None) -> float:
    """Return how far a city's dot reaches, px."""
    persons = population or 0
    return 3.4 if persons >= 500_000 else 2.7 if persons >= 100_000 else 2.1
