"""The grid of degrees and the scale bar: where the map is, and how large."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from holdfast.present.map.elements import path_of, tag
from holdfast.present.map.labels import Box, text_width
from holdfast.present.map.picture import FloatArray
from holdfast.present.map.projection import Frame

_STEPS_DEGREES: Final = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
_LONGEST_BAR_PX: Final = 170.0
_FAINT: Final = "#6b6b6b"
_INK: Final = "#222222"


@dataclass(frozen=True, eq=False)
class Grid:
    """Parallels and meridians cut to the frame, px, and the names at their ends: text, x, y and anchor."""

    lines: tuple[FloatArray, ...]
    ends: tuple[tuple[str, float, float, str], ...]

    def path(self) -> str:
        """Return the path of all its lines."""
        return path_of(self.lines)

    def names(self) -> Iterator[str]:
        """Yield the names of its lines, outside the frame: latitudes to the left, longitudes below."""
        for text, x, y, anchor in self.ends:
            yield tag("text", text, x=x, y=y, font_size="10", fill=_FAINT, text_anchor=anchor)


def grid_of(frame: Frame) -> Grid:
    """Return the grid of a frame, at a round step that gives three to seven parallels or so."""
    edge = frame.edge_lonlat()
    middle = edge[:, 0].mean()
    longitudes = np.mod(edge[:, 0] - middle + 180.0, 360.0) - 180.0 + middle
    west, east = float(longitudes.min()), float(longitudes.max())
    south, north = float(edge[:, 1].min()), float(edge[:, 1].max())
    lines, ends = [], []
    step = _step(north - south)
    for latitude in _ticks(south, north, step):
        along = np.linspace(west, east, 60)
        cut = _cut(frame, np.column_stack([along, np.full_like(along, latitude)]))
        lines += cut
        if cut and cut[0][0, 0] < frame.left + 1.0:
            name = f"{_degrees(abs(latitude), step)}° {'N' if latitude >= 0 else 'S'}"
            ends.append((name, frame.left - 5.0, float(cut[0][0, 1]) + 3.5, "end"))
    step = _step((east - west) * 0.8)
    for longitude in _ticks(west, east, step):
        along = np.linspace(south, north, 30)
        cut = _cut(frame, np.column_stack([np.full_like(along, longitude), along]))
        lines += cut
        if cut and cut[0][0, 1] > frame.bottom - 1.0:
            turned = (longitude + 180.0) % 360.0 - 180.0
            name = f"{_degrees(abs(turned), step)}° {'E' if turned >= 0 else 'W'}"
            ends.append((name, float(cut[0][0, 0]), frame.bottom + 14.0, "middle"))
    return Grid(tuple(lines), tuple(ends))


@dataclass(frozen=True)
class Bar:
    """A scale bar: its length, and the box that it takes."""

    km: float
    px: float
    box: Box

    def drawn(self) -> Iterator[str]:
        """Yield the bar: two halves, the ends named."""
        box, half = self.box, self.px / 2.0
        x, y = box.left + 12.0, box.bottom - 11.0
        yield tag(
            "rect", x=box.left, y=box.top, width=box.right - box.left, height=box.bottom - box.top, rx=3.0,
            fill="#ffffff", fill_opacity="0.85",
        )  # fmt: skip
        yield tag("rect", x=x, y=y, width=half, height=4.0, fill=_INK, stroke=_INK)
        yield tag("rect", x=x + half, y=y, width=half, height=4.0, fill="#ffffff", stroke=_INK)
        for share, text in ((0.0, "0"), (0.5, f"{self.km / 2.0:g}"), (1.0, f"{self.km:g} km")):
            yield tag("text", text, x=x + share * self.px, y=y - 4.0, font_size="10", text_anchor="middle")


def bars(frame: Frame) -> Iterator[Bar]:
    """Yield the scale bar in each corner of a frame, the best corner first."""
    km = round_km(_LONGEST_BAR_PX / frame.px_per_km)
    px = km * frame.px_per_km
    width, height = px + 24.0 + text_width(" km", 10.0), 32.0
    for right, low in ((False, True), (True, True), (True, False), (False, False)):
        x = frame.right - 8.0 - width if right else frame.left + 8.0
        y = frame.bottom - 8.0 - height if low else frame.top + 8.0
        yield Bar(km, px, Box(x, y, x + width, y + height))


def round_km(most: float) -> float:
    """Return the largest of 1, 2 and 5 times a power of ten that is at most ``most``."""
    power = 10.0 ** math.floor(math.log10(most))
    return max(size * power for size in (1.0, 2.0, 5.0) if size * power <= most * (1.0 + 1e-9))


def _step(span: float) -> float:
    return next((step for step in _STEPS_DEGREES if span / step <= 6.0), _STEPS_DEGREES[-1])


def _ticks(low: float, high: float, step: float) -> list[float]:
    return [round(number * step, 6) for number in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _degrees(value: float, step: float) -> str:
    return f"{value:.0f}" if step >= 1.0 else f"{value:.{1 if step >= 0.1 else 2}f}"


def _cut(frame: Frame, lonlat: FloatArray) -> list[FloatArray]:
    line = shapely.LineString(frame.px(lonlat))
    cut = shapely.clip_by_rect(line, frame.left, frame.top, frame.right, frame.bottom)
    return [shapely.get_coordinates(part) for part in shapely.get_parts(cut) if not part.is_empty]
