"""The map as a self-contained SVG: nothing in it is fetched, and no script runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from shapely.geometry import Polygon, box
from shapely.geometry.base import BaseGeometry

from holdfast.files.basemap import Basemap, lines_of
from holdfast.present.map.classes import Class, belt_looks, classes_of, colour_by_key
from holdfast.present.map.elements import FONTS, path_of, tag, words
from holdfast.present.map.grid import grid_of
from holdfast.present.map.labels import along, folded
from holdfast.present.map.legend import legend
from holdfast.present.map.naming import POST_PX, Names, name_all
from holdfast.present.map.picture import FloatArray, Picture, SectorMark
from holdfast.present.map.projection import Frame, fitted
from holdfast.present.map.symbols import post_symbols

WIDTH: Final = 1200.0
_MARGIN: Final = 20.0
_LEFT: Final = 52.0
_PANEL: Final = 250.0
_GUTTER: Final = 20.0
_HEIGHTS: Final = (430.0, 940.0)
"""Least and largest height of the map itself, px."""

DISCLAIMER: Final = (
    "The line is a statement about control on a day, not about sovereignty. "
    "Boundaries and names shown imply no endorsement."
)

_UNKNOWN: Final = "#f4f3f0"
_SEA: Final = "#d3e3ee"
_HOST: Final = "#fbf7ec"
_NEIGHBOUR: Final = "#ecebe7"
_WATER_INK: Final = "#7fa6c4"
_BORDER_INK: Final = "#8a8378"
_INK: Final = "#222222"
_FAINT: Final = "#6b6b6b"
_HALO: Final = "#ffffff"
_STAMP: Final = "#8b1a1a"

_LINE_PX: Final = 5.0
_CASING_PX: Final = 7.6
_TICK_PX: Final = 7.5


def draw_svg(picture: Picture, basemap: Basemap | None) -> str:
    """Return the map of a picture as an SVG document.

    Parameters
    ----------
    picture : Picture
    basemap : Basemap or None
        What lies behind the line; without one the line stands on plain paper with its grid.

    Returns
    -------
    str
        Well-formed XML, self-contained, the same bytes for the same picture.
    """
    return Sheet.of(picture, basemap).drawn()


@dataclass(frozen=True, eq=False)
class Sheet:
    """A picture on its paper: the frame, and what lies where in pixels."""

    picture: Picture
    basemap: Basemap | None
    frame: Frame
    head: tuple[str, ...]
    classes: tuple[Class, ...]
    sectors: tuple[FloatArray, ...]
    posts: FloatArray

    @classmethod
    def of(cls, picture: Picture, basemap: Basemap | None) -> Sheet:
        """Return the sheet of a picture."""
        head, top = _head(picture)
        shown = [sector.lonlat for sector in picture.sectors]
        shown += [ring for belt in picture.belts for ring in belt.polygons]
        post_points = np.array([[post.lon, post.lat] for post in picture.posts], dtype=np.float64).reshape(
            -1, 2
        )
        width = WIDTH - _LEFT - _PANEL - _GUTTER - _MARGIN
        frame = fitted([*shown, post_points], _LEFT, top, width, _HEIGHTS)
        return cls(
            picture,
            basemap,
            frame,
            tuple(head),
            classes_of(picture),
            tuple(frame.px(sector.lonlat) for sector in picture.sectors),
            frame.px(post_points) if len(post_points) else post_points,
        )

    def drawn(self) -> str:
        """Return the document."""
        names = self.names()
        corner = (WIDTH - _MARGIN - _PANEL, self.frame.top)
        rows, panel_bottom = legend(self.picture, self.classes, names, corner, _PANEL)
        foot, bottom = _foot(self.picture, self.basemap, max(self.frame.bottom + 22.0, panel_bottom) + 12.0)
        grid = grid_of(self.frame)
        inside = [
            tag("title", words(self.picture.title), id="map-title"),
            tag("desc", words(description(self.picture, self.classes)), id="map-desc"),
            tag("defs", tag("clipPath", _rectangle(self.frame), id="map-frame")),
            tag("rect", width=WIDTH, height=bottom, fill="#ffffff"),
            *self.head,
            tag("g", "\n".join(self._ground(grid.path())), clip_path="url(#map-frame)"),
            tag("g", "\n".join(self._line()), clip_path="url(#map-frame)"),
            tag("g", "\n".join(names.drawn()), clip_path="url(#map-frame)"),
            _rectangle(self.frame, fill="none", stroke=_FAINT),
            *grid.names(),
            *rows,
            *foot,
        ]
        body = "\n".join(part for part in inside if part)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {bottom:.0f}" '
            f'width="{WIDTH:.0f}" height="{bottom:.0f}" role="img" aria-labelledby="map-title map-desc" '
            f'font-family="{FONTS}" font-size="12" fill="{_INK}">\n{body}\n</svg>\n'
        )

    def names(self) -> Names:
        """Return the names at their places."""
        return name_all(self.frame, self.picture, self.basemap, self.sectors, self.posts)

    def _ground(self, grid: str) -> Iterator[str]:
        """Yield what lies under the line, from the lowest up."""
        yield _rectangle(self.frame, fill=_UNKNOWN)
        if self.basemap is not None:
            yield self._filled([_extent(self.basemap)], _SEA)
            for role, colour in (("neighbour", _NEIGHBOUR), ("host", _HOST)):
                areas = [land.shape for land in self.basemap.land if land.role == role]
                yield self._filled(areas, colour, stroke=_WATER_INK, stroke_width="0.6")
            yield self._filled(
                [lake.shape for lake in self.basemap.lakes], _SEA, stroke=_WATER_INK, stroke_width="0.6"
            )
            rivers = [river.shape for river in self.basemap.rivers]
            yield self._stroked(rivers, stroke=_WATER_INK, stroke_width="1.3", class_="rivers")
        yield tag("path", d=grid, fill="none", stroke="#000000", stroke_opacity="0.10", class_="grid")
        if self.basemap is not None:
            borders = [border.shape for border in self.basemap.borders]
            yield self._stroked(borders, stroke=_HALO, stroke_width="3", stroke_opacity="0.7")
            yield self._stroked(
                borders, stroke=_BORDER_INK, stroke_width="1.4", stroke_dasharray="8 2 2 2", class_="borders"
            )
        looks = belt_looks(self.picture.belts)
        for belt in self.picture.belts:
            rings = self._rings([Polygon(ring) for ring in belt.polygons])
            yield tag(
                "path",
                tag("title", words(belt.side)),
                d=path_of(rings, closed=True),
                fill=looks[belt.side].colour,
                fill_opacity="0.22",
                fill_rule="evenodd",
                stroke=looks[belt.side].colour,
                stroke_width="1",
                stroke_dasharray=looks[belt.side].dashes,
                class_="belt",
            )

    def _line(self) -> Iterator[str]:
        """Yield the line of contact with its ticks, and the posts."""
        casing = path_of(self.sectors)
        yield tag(
            "path",
            d=casing,
            fill="none",
            stroke=_HALO,
            stroke_width=_CASING_PX + 2.4,
            stroke_linejoin="round",
        )
        yield tag(
            "path", d=casing, fill="none", stroke="#2a2a2a", stroke_width=_CASING_PX, stroke_linejoin="round"
        )
        looks = colour_by_key(self.classes)
        for place, (sector, points) in enumerate(zip(self.picture.sectors, self.sectors, strict=True), 1):
            look = looks[sector.key]
            yield tag(
                "path",
                tag("title", words(sector_text(self.picture, sector))),
                id=f"sector-{place}",
                class_="sector",
                d=path_of([points]),
                fill="none",
                stroke=look.colour,
                stroke_width=_LINE_PX,
                stroke_linejoin="round",
                stroke_dasharray=look.dashes,
            )
        ticks = [_tick(*end) for end in self._ends()]
        yield tag("path", d=path_of(ticks), fill="none", stroke=_HALO, stroke_width="4")
        yield tag("path", d=path_of(ticks), fill="none", stroke=_INK, stroke_width="1.8", class_="ticks")
        symbols = post_symbols(post.kind for post in self.picture.posts)
        drawn = [
            symbols[post.kind].drawn(x, y, POST_PX)
            for post, (x, y) in zip(self.picture.posts, self.posts, strict=True)
        ]
        if drawn:
            yield tag("g", "\n".join(drawn), class_="posts")

    def _ends(self) -> list[tuple[float, float, float, float]]:
        """Return where sectors end, each place once, with the direction of the line there."""
        found: dict[tuple[int, int], tuple[float, float, float, float]] = {}
        for points in self.sectors:
            for end in along(points, (0.0, 1.0)):
                found.setdefault((round(end[0] / 3.0), round(end[1] / 3.0)), end)
        return list(found.values())

    def _rings(self, shapes: Sequence[BaseGeometry]) -> list[FloatArray]:
        """Return the rings of polygons in pixels, cut to the frame."""
        frame = self.frame
        paper = box(frame.left - 8.0, frame.top - 8.0, frame.right + 8.0, frame.bottom + 8.0)
        rings: list[FloatArray] = []
        for area in shapes:
            flat = shapely.transform(area, frame.px)
            cut = shapely.intersection(flat if flat.is_valid else shapely.make_valid(flat), paper)
            for part in shapely.get_parts(cut):
                if isinstance(part, Polygon) and not part.is_empty:
                    rings += [shapely.get_coordinates(ring) for ring in (part.exterior, *part.interiors)]
        return rings

    def _filled(self, shapes: Sequence[BaseGeometry], fill: str, **style: str) -> str:
        d = path_of(self._rings(shapes), closed=True)
        return tag("path", d=d, fill=fill, fill_rule="evenodd", **style) if d else ""

    def _stroked(self, shapes: Sequence[BaseGeometry], **style: str) -> str:
        d = path_of(self.cut_lines(shapes))
        return tag("path", d=d, fill="none", stroke_linejoin="round", **style) if d else ""

    def cut_lines(self, shapes: Sequence[BaseGeometry]) -> list[FloatArray]:
        """Return lines in pixels, cut to the frame."""
        frame = self.frame
        found: list[FloatArray] = []
        for line in shapes:
            flat = shapely.transform(line, frame.px)
            cut = shapely.clip_by_rect(
                flat, frame.left - 8.0, frame.top - 8.0, frame.right + 8.0, frame.bottom + 8.0
            )
            found += [points for points in lines_of(cut) if len(points) > 1]
        return found


def sector_text(picture: Picture, sector: SectorMark) -> str:
    """Return what a sector's mark says to whoever points at it."""
    value = ""
    if picture.has_values:
        title = picture.value_title or "value"
        value = f"; {title}: {value_text(sector.value)}"
    return f"{sector.key}: {sector.sector_class.replace('_', ' ')}{value}. {sector.text}"


def value_text(value: float | None) -> str:
    """Return a value to three digits, or that there is none."""
    if value is None:
        return "no value"
    return f"{value:,.0f}" if abs(value) >= 1000.0 else f"{value:.3g}"


def description(picture: Picture, classes: Sequence[Class]) -> str:
    """Return what the map shows, for those who do not see it."""
    parts = [
        f"{picture.stamp}." if picture.stamp else "",
        f"Map of a line of contact as of {picture.as_of}. Sectors: {len(picture.sectors)}.",
        f"{picture.subtitle}.".replace("..", ".") if picture.subtitle else "",
        f"Colour shows {picture.value_title or 'a value'}." if picture.has_values else "",
        " ".join(f"{one.text}: {', '.join(one.keys) or 'none'}." for one in classes),
        f"Posts: {len(picture.posts)}." if picture.posts else "",
        f"Belts: {', '.join(belt_looks(picture.belts))}." if picture.belts else "",
        DISCLAIMER,
    ]
    return " ".join(part for part in parts if part)


def _head(picture: Picture) -> tuple[list[str], float]:
    """Return stamp, title, subtitle and day, and where the map begins."""
    rows: list[str] = []
    y = 10.0
    width = WIDTH - 2.0 * _MARGIN
    if picture.stamp:
        lines = folded(picture.stamp, 15.0, width, bold=True)
        height = 19.0 * len(lines) + 13.0
        rows.append(tag("rect", width=WIDTH, height=height, fill=_STAMP, class_="stamp"))
        for place, line in enumerate(lines):
            rows.append(
                tag(
                    "text",
                    words(line),
                    x=WIDTH / 2.0,
                    y=21.0 + 19.0 * place,
                    text_anchor="middle",
                    font_size="15",
                    font_weight="bold",
                    fill="#ffffff",
                )
            )
        y = height + 8.0
    for line in folded(picture.title, 22.0, width, bold=True):
        y += 25.0
        rows.append(tag("text", words(line), x=_MARGIN, y=y, font_size="22", font_weight="bold"))
    for line in folded(picture.subtitle, 14.0, width):
        y += 20.0
        rows.append(tag("text", words(line), x=_MARGIN, y=y, font_size="14"))
    y += 19.0
    rows.append(tag("text", words(f"Line of contact as of {picture.as_of}"), x=_MARGIN, y=y, fill=_FAINT))
    return rows, y + 14.0


def _foot(picture: Picture, basemap: Basemap | None, y: float) -> tuple[list[str], float]:
    """Return notes, disclaimer and sources, and the lower edge of the drawing."""
    sources = [*picture.credits, *([basemap.credit] if basemap else [])]
    paragraphs = [*picture.notes, DISCLAIMER]
    paragraphs += (
        [f"Sources: {'; '.join(source.strip().rstrip('.;') for source in sources)}."] if sources else []
    )
    rows = []
    for paragraph in paragraphs:
        bold = paragraph == DISCLAIMER
        for line in folded(paragraph, 11.5, WIDTH - 2.0 * _MARGIN, bold=bold):
            y += 16.0
            weight = "bold" if bold else None
            rows.append(tag("text", words(line), x=_MARGIN, y=y, font_size="11.5", font_weight=weight))
        y += 3.0
    return rows, round(y + 14.0)


def _tick(x: float, y: float, dx: float, dy: float) -> FloatArray:
    """Return a short line across the line of contact."""
    return np.array([[x - dy * _TICK_PX, y + dx * _TICK_PX], [x + dy * _TICK_PX, y - dx * _TICK_PX]])


def _rectangle(frame: Frame, **style: str) -> str:
    return tag("rect", x=frame.left, y=frame.top, width=frame.width, height=frame.height, **style)


def _extent(basemap: Basemap) -> BaseGeometry:
    """Return what a basemap covers, with points enough along its edge to bend with the projection."""
    return shapely.segmentize(box(*basemap.extent), 0.25)
