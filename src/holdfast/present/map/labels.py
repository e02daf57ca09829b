"""Names that do not cover one another: estimated sizes of text, and a greedy choice of places for it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import shapely
from shapely.geometry import LineString, box
from shapely.geometry.base import BaseGeometry

from holdfast.present.map.picture import FloatArray

_NARROW: Final = frozenset("iljI.,:;'|!()[]ftr іїј\"-")
_WIDE: Final = frozenset("mwMWЩ%@—<>&=+шщжмюфыШЩЖМЮФЫQOGCDНОДЩ")
_BOLD: Final = 1.12
_ABOVE: Final = 0.78
_BELOW: Final = 0.24
"""How far text reaches above and below its base line, shares of its size."""

OFF_LINE: Final = 6.0
OFF_SYMBOL: Final = 2.5
"""What it costs a label to lie across the line of contact, or on a symbol: a step further away costs 1."""
_FURTHER: Final = (10.0, 20.0, 32.0)
"""How much further off a name may stand that has no room beside its dot, px."""
_GAP: Final = 1.0
"""Pixels kept free between two labels."""


@dataclass(frozen=True)
class Box:
    """A rectangle of paper, px."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box, gap: float = 0.0) -> bool:
        """Return whether two boxes overlap, or come nearer than a gap."""
        return (
            self.left < other.right + gap
            and other.left < self.right + gap
            and self.top < other.bottom + gap
            and other.top < self.bottom + gap
        )

    def within(self, other: Box) -> bool:
        """Return whether this box lies wholly in another."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.top >= other.top
            and self.bottom <= other.bottom
        )

    @property
    def shape(self) -> BaseGeometry:
        """The box as a polygon."""
        return box(self.left, self.top, self.right, self.bottom)


def around(x: float, y: float, reach: float) -> Box:
    """Return the box that reaches so far from a point."""
    return Box(x - reach, y - reach, x + reach, y + reach)


def text_width(text: str, size: float, *, bold: bool = False, spacing: float = 0.0) -> float:
    """Return how wide a text may be, px: estimated for the widest of the fonts that the map asks for."""
    em = sum(_letter_width(letter) for letter in text)
    return em * size * (_BOLD if bold else 1.0) + spacing * len(text)


def _letter_width(letter: str) -> float:
    """Return the width of a letter, ems."""
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.05
    if letter in _NARROW:
        return 0.42
    if letter in _WIDE:
        return 0.92
    return 0.74 if letter.isupper() else 0.64


def folded(text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
    """Return a text in lines that are no wider than ``width`` px; a longer word is cut."""
    lines: list[str] = []
    line = ""
    for word in _words(text, size, width, bold=bold):
        longer = f"{line} {word}" if line else word
        if line and text_width(longer, size, bold=bold) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line] if line else lines


def _words(text: str, size: float, width: float, *, bold: bool) -> Iterable[str]:
    """Yield the words of a text; those too long for a line in pieces."""
    for word in text.split():
        rest = word
        while text_width(rest, size, bold=bold) > width and len(rest) > 1:
            fits = max(
                (n for n in range(1, len(rest)) if text_width(rest[:n], size, bold=bold) <= width), default=1
            )
            yield rest[:fits]
            rest = rest[fits:]
        yield rest


@dataclass(frozen=True)
class Spot:
    """A place where a label may stand: the middle of its box, what it costs, a line back to its mark.

    ``anchor`` is the end of the text that keeps its place where the text is narrower than its box.
    """

    x: float
    y: float
    cost: float
    leader: tuple[tuple[float, float], tuple[float, float]] | None = None
    anchor: Literal["start", "middle", "end"] = "middle"


@dataclass(frozen=True)
class Label:
    """A text to be placed: candidate spots, and the most that one may cost."""

    text: str
    size: float
    spots: tuple[Spot, ...]
    bold: bool = False
    spacing: float = 0.0
    padding: float = 0.0
    most: float = 1e9

    @property
    def width(self) -> float:
        """Width of its box, px."""
        return text_width(self.text, self.size, bold=self.bold, spacing=self.spacing) + 2.0 * self.padding

    @property
    def height(self) -> float:
        """Height of its box, px."""
        return (_ABOVE + _BELOW) * self.size + 2.0 * self.padding

    def box_at(self, spot: Spot) -> Box:
        """Return its box at a spot."""
        half_width, half_height = self.width / 2.0, self.height / 2.0
        return Box(spot.x - half_width, spot.y - half_height, spot.x + half_width, spot.y + half_height)


@dataclass(frozen=True)
class Placed:
    """A label at its place."""

    label: Label
    box: Box
    spot: Spot

    @property
    def text_at(self) -> tuple[float, float]:
        """Where its text is anchored: x, and the base line."""
        x = {
            "start": self.box.left + self.label.padding,
            "middle": (self.box.left + self.box.right) / 2.0,
            "end": self.box.right - self.label.padding,
        }[self.spot.anchor]
        return x, self.box.bottom - self.label.padding - _BELOW * self.label.size


@dataclass
class Board:
    """The paper on which labels are placed one after the other, the most important first."""

    frame: Box
    line: BaseGeometry
    """What labels should not lie across."""
    taken: list[Box] = field(default_factory=list)
    """What nothing may cover."""
    symbols: list[Box] = field(default_factory=list)
    """What is better left uncovered."""
    leaders: list[BaseGeometry] = field(default_factory=list)

    def place(self, label: Label) -> Placed | None:
        """Return a label at its cheapest free spot, and keep that place; None if there is none."""
        best: tuple[float, int] | None = None
        for number, spot in enumerate(label.spots):
            if best is not None and spot.cost >= best[0]:
                continue
            cost = self._cost(label.box_at(spot), spot)
            if cost is not None and cost <= label.most and (best is None or cost < best[0]):
                best = (cost, number)
        if best is None:
            return None
        spot = label.spots[best[1]]
        placed = Placed(label, label.box_at(spot), spot)
        self.taken.append(placed.box)
        if spot.leader is not None:
            self.leaders.append(LineString(spot.leader))
        return placed

    def _cost(self, box: Box, spot: Spot) -> float | None:
        """Return what it costs to put a box at a spot, None where it may not stand."""
        if not box.within(self.frame) or any(box.meets(other, _GAP) for other in self.taken):
            return None
        paper = box.shape
        if any(leader.intersects(paper) for leader in self.leaders):
            return None
        cost = spot.cost + OFF_SYMBOL * sum(box.meets(symbol) for symbol in self.symbols)
        if shapely.intersects(self.line, paper):
            cost += OFF_LINE
        if spot.leader is not None:
            leader = LineString(spot.leader)
            if any(leader.intersects(other.shape) for other in self.taken):
                return None
        return cost


def beside(x: float, y: float, label: tuple[float, float], reach: float) -> tuple[Spot, ...]:
    """Return spots around a dot for a label of some width and height: the cheapest first.

    To the right before to the left, above before below; then further off.
    """
    half_width, half_height = label[0] / 2.0, label[1] / 2.0
    side, up = reach + half_width + 1.5, reach + half_height + 1.2
    near = reach * 0.7 + half_width
    close = (
        Spot(x + side, y, 0.0, anchor="start"),
        Spot(x + near, y - up, 0.3, anchor="start"),
        Spot(x + near, y + up, 0.5, anchor="start"),
        Spot(x - side, y, 0.6, anchor="end"),
        Spot(x - near, y - up, 0.8, anchor="end"),
        Spot(x - near, y + up, 0.9, anchor="end"),
        Spot(x, y - up, 1.0),
        Spot(x, y + up, 1.1),
    )
    return (*close, *_further(x, y, (near, up), reach))


def _further(x: float, y: float, offset: tuple[float, float], reach: float) -> Iterator[Spot]:
    """Yield spots above and below a dot, further off and with a line to it."""
    near, up = offset
    for step, away in enumerate(_FURTHER):
        for right in (1.0, -1.0):
            for down in (-1.0, 1.0):
                dx, dy = right * away * 0.7, down * away
                tip = (x + right * (near * 0.1 + away * 0.7), y + down * (reach + away))
                start = (x + right * reach * 0.5, y + down * (reach + 0.5))
                yield Spot(
                    x + dx + right * near,
                    y + dy + down * up,
                    4.5 + step + (0.2 if down > 0 else 0.0),
                    (start, tip),
                    "start" if right > 0.0 else "end",
                )


def along(points: FloatArray, shares: Sequence[float]) -> list[tuple[float, float, float, float]]:
    """Return points of a line at shares of its length, each with the direction of the line there.

    Each is x, y and the two parts of a unit vector along the line.
    """
    line = LineString(points)
    reach = max(line.length * 0.04, 1e-6)
    found = []
    for share in shares:
        at = share * line.length
        here = line.interpolate(at)
        before, after = line.interpolate(max(at - reach, 0.0)), line.interpolate(min(at + reach, line.length))
        dx, dy = after.x - before.x, after.y - before.y
        size = (dx * dx + dy * dy) ** 0.5 or 1.0
        found.append((here.x, here.y, dx / size, dy / size))
    return found
