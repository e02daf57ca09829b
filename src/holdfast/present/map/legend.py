"""The panel beside the map: what its colours and symbols mean, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from holdfast.present.map.classes import Class, belt_looks
from holdfast.present.map.elements import tag, words
from holdfast.present.map.labels import folded
from holdfast.present.map.naming import Names
from holdfast.present.map.picture import Picture
from holdfast.present.map.symbols import Symbol, dot_reach, post_symbols

_ROW: Final = 19.0
_LINE: Final = 15.0
_SWATCH: Final = 34.0
_FAINT: Final = "#6b6b6b"


class Legend:
    """Rows written one below the other in a column of some width."""

    def __init__(self, left: float, top: float, width: float) -> None:
        self._left, self._width = left, width
        self.y = top
        self.rows: list[str] = []

    def heading(self, text: str) -> None:
        """Write a heading."""
        self.y += 6.0 if self.rows else 0.0
        for line in folded(text, 13.0, self._width, bold=True):
            self.y += 16.0
            self.rows.append(
                tag("text", words(line), x=self._left, y=self.y, font_size="13", font_weight="bold")
            )
        self.y += 5.0

    def row(self, swatch: str, text: str) -> None:
        """Write a text beside what stands at the column's left edge, drawn around the row's middle."""
        self.rows.append(swatch)
        for place, line in enumerate(folded(text, 12.0, self._width - _SWATCH)):
            y = self.y + 13.0 + place * _LINE
            self.rows.append(tag("text", words(line), x=self._left + _SWATCH, y=y))
            self.y += _LINE if place else 0.0
        self.y += _ROW

    def note(self, text: str) -> None:
        """Write a small sentence over the whole width."""
        for line in folded(text, 10.5, self._width):
            self.y += 13.0
            self.rows.append(tag("text", words(line), x=self._left, y=self.y, font_size="10.5", fill=_FAINT))
        self.y += 4.0

    def middle(self) -> tuple[float, float]:
        """Return the middle of the next row's swatch."""
        return self._left + (_SWATCH - 8.0) / 2.0, self.y + 9.0

    def line_swatch(self, colour: str, width: float, dashes: str | None, casing: str | None = None) -> str:
        """Return a short stretch of line at the next row."""
        _, y = self.middle()
        ends = {"x1": self._left, "x2": self._left + _SWATCH - 8.0, "y1": y, "y2": y}
        under = tag("line", **ends, stroke=casing, stroke_width=width + 2.6) if casing else ""
        return under + tag("line", **ends, stroke=colour, stroke_width=width, stroke_dasharray=dashes)

    def area_swatch(self, colour: str, opacity: str, dashes: str | None = None) -> str:
        """Return a small area at the next row."""
        _, y = self.middle()
        return tag(
            "rect", x=self._left, y=y - 6.5, width=_SWATCH - 8.0, height=13.0, fill=colour,
            fill_opacity=opacity, stroke=colour, stroke_dasharray=dashes,
        )  # fmt: skip


def legend(
    picture: Picture, classes: Sequence[Class], names: Names, corner: tuple[float, float], width: float
) -> tuple[list[str], float]:
    """Return the panel's elements and its lower edge.

    Parameters
    ----------
    picture : Picture
    classes : sequence of Class
        The classes of its sectors.
    names : Names
        The places that are drawn, and what the map had no room for.
    corner : tuple of float
        Left and upper edge, px.
    width : float
        Width of the column, px.
    """
    panel = Legend(*corner, width)
    _sectors(panel, picture, classes)
    _belts(panel, picture)
    _posts(panel, picture)
    _places(panel, names.kinds)
    for sentence in names.left_out:
        panel.note(sentence)
    return panel.rows, panel.y


def _sectors(panel: Legend, picture: Picture, classes: Sequence[Class]) -> None:
    panel.heading("Line of contact")
    if picture.has_values and picture.value_title:
        panel.note(picture.value_title)
    for one in classes:
        count = len(one.keys)
        panel.row(
            panel.line_swatch(one.colour, 5.0, one.dashes, "#2a2a2a"),
            f"{one.text} ({count} {'sector' if count == 1 else 'sectors'})",
        )
    if picture.has_values and len(classes) > 1:
        panel.note("A value on a bound counts in the class above it.")


def _belts(panel: Legend, picture: Picture) -> None:
    looks = belt_looks(picture.belts)
    if looks:
        panel.heading("Belts")
    for side, look in looks.items():
        panel.row(panel.area_swatch(look.colour, "0.22", look.dashes), side)


def _posts(panel: Legend, picture: Picture) -> None:
    counts = Counter(post.kind for post in picture.posts)
    symbols = post_symbols(counts)
    if symbols:
        panel.heading("Posts")
    for kind, symbol in symbols.items():
        panel.row(symbol.drawn(*panel.middle(), 5.0), f"{kind.replace('_', ' ')} ({counts[kind]})")


def _places(panel: Legend, kinds: Mapping[str, Symbol | None]) -> None:
    if kinds:
        panel.heading("Places")
    for kind, symbol in kinds.items():
        if symbol is not None:
            panel.row(symbol.drawn(*panel.middle(), 4.0), kind.replace("_", " "))
            continue
        x, y = panel.middle()
        dots = (
            tag("circle", cx=x + shift, cy=y, r=dot_reach(persons), fill="#3c3c3c")
            for shift, persons in ((-9.0, 0), (0.0, 100_000), (10.0, 500_000))
        )
        panel.row("".join(dots), "city: under 100,000, from 100,000, from 500,000")
