"""Which names a map carries, and where each may stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import shapely
from shapely.geometry import MultiLineString

from holdfast.files.basemap import Basemap, Named
from holdfast.files.problems import listed
from holdfast.present.map.elements import clean, tag, words
from holdfast.present.map.grid import Bar, bars
from holdfast.present.map.labels import Board, Box, Label, Placed, Spot, along, around, beside
from holdfast.present.map.picture import FloatArray, Picture, Place
from holdfast.present.map.projection import Frame
from holdfast.present.map.symbols import CITY, Symbol, dot_reach, place_symbols

PLACE_PX: Final = 3.8
POST_PX: Final = 4.6
_LINE_HALF_PX: Final = 5.0
_MOST_OF_BASEMAP: Final = 30
"""Places of the basemap that are tried, beyond the picture's own."""
_MOST_OWN: Final = 11.0
_MOST_OTHER: Final = 4.0
"""The most that a name's spot may cost, the picture's own and those behind it: see ``OFF_LINE``."""
_LONGEST_NAME: Final = 34
"""Letters after which a name on the map is cut; the title of its symbol or sector has it whole."""
_KEY_AWAY: Final = (14.0, 19.0, 26.0, 36.0, 48.0, 64.0, 84.0)
_LEADER_FROM: Final = 26.0

_INK: Final = "#222222"
_DOT: Final = "#3c3c3c"
_HALO: Final = "#ffffff"
_COUNTRY_INK: Final = "#85807a"
_SEA_INK: Final = "#42708f"


@dataclass(frozen=True, eq=False)
class Names:
    """The names of a map at their places, with the marks that belong to them."""

    keys: tuple[Placed, ...]
    cities: tuple[tuple[Place, tuple[float, float], Placed], ...]
    backdrop: tuple[tuple[str, Placed], ...]
    bar: Bar
    symbols: tuple[str, ...]
    kinds: Mapping[str, Symbol | None]
    """Kinds of places that are drawn, with their symbols; None for cities, which are dots."""
    left_out: tuple[str, ...]

    @property
    def placed(self) -> tuple[Placed, ...]:
        """Every label that is drawn."""
        return (*self.keys, *(label for _, _, label in self.cities), *(label for _, label in self.backdrop))

    def drawn(self) -> Iterator[str]:
        """Yield the elements, from the lowest up."""
        for kind, placed in self.backdrop:
            ink = _COUNTRY_INK if kind == "country" else _SEA_INK
            style = None if kind == "country" else "italic"
            yield _text(placed, ink, f"name {kind}", font_style=style)
        yield from self.symbols
        for place, _, placed in self.cities:
            yield _text(placed, _INK, "name place" if place.kind == CITY else "name site")
        for placed in (*self.keys, *(name for _, _, name in self.cities)):
            if placed.spot.leader is not None:
                (x1, y1), (x2, y2) = placed.spot.leader
                yield tag("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=_INK, stroke_width="0.8")
        for placed in self.keys:
            yield _badge(placed)
        yield from self.bar.drawn()


def name_all(
    frame: Frame, picture: Picture, basemap: Basemap | None, sectors: Sequence[FloatArray], posts: FloatArray
) -> Names:
    """Return all names at places where none covers another.

    Sector keys come first, because the table refers to them; then the picture's places and the basemap's,
    the largest first; then names of countries, seas and rivers where there is room.

    Parameters
    ----------
    frame : Frame
    picture : Picture
    basemap : Basemap or None
    sectors : sequence of arrays of float, shape (points, 2)
        The sectors in pixels.
    posts : array of float, shape (posts, 2)
        The posts in pixels.
    """
    line = MultiLineString([points for points in sectors if len(points) > 1]).buffer(_LINE_HALF_PX)
    paper = Box(frame.left + 2.0, frame.top + 2.0, frame.right - 2.0, frame.bottom - 2.0)
    board = Board(paper, line, symbols=[around(x, y, POST_PX + 1.0) for x, y in posts])
    bar = min(bars(frame), key=lambda one: _covered(one.box, board))
    board.taken.append(bar.box)
    shown = _places_in(frame, picture, basemap)
    board.taken += [around(x, y, _reach(place)) for place, (x, y), _ in shown]
    keys = [
        board.place(_key_label(sector.key, points))
        for sector, points in zip(picture.sectors, sectors, strict=True)
    ]
    cities = _cities(board, shown)
    backdrop = [
        (kind, placed)
        for kind, label in _backdrop(frame, basemap)
        if (placed := board.place(label)) is not None
    ]
    looks = place_symbols(place.kind for place, _, _ in shown)
    marked = [
        (place, point) for (place, point, own), (_, _, name) in zip(shown, cities, strict=True) if own or name
    ]
    symbols = [
        tag(
            "g",
            tag("title", words(place.name))
            + (_dot(place, *point) if place.kind == CITY else looks[place.kind].drawn(*point, PLACE_PX)),
        )
        for place, point in marked
    ]
    written = {place.name for place, _, name in cities if name is not None}
    lost = {place.name for place, _, own in shown if own} - written
    keyless = [sector.key for sector, key in zip(picture.sectors, keys, strict=True) if key is None]
    return Names(
        tuple(placed for placed in keys if placed is not None),
        tuple((place, point, placed) for place, point, placed in cities if placed is not None),
        tuple(backdrop),
        bar,
        tuple(symbols),
        {kind: looks.get(kind) for kind in sorted({place.kind for place, _ in marked})},
        tuple(_left_out(keyless, sorted(lost))),
    )


def _cities(
    board: Board, shown: Sequence[tuple[Place, tuple[float, float], bool]]
) -> list[tuple[Place, tuple[float, float], Placed | None]]:
    """Return places with their names where there is room; a name is written once."""
    found: list[tuple[Place, tuple[float, float], Placed | None]] = []
    written: set[str] = set()
    for place, point, own in shown:
        new = place.name not in written
        placed = board.place(_place_label(place, point, own=own)) if new else None
        written |= {place.name} if placed else set()
        found.append((place, point, placed))
    return found


def _left_out(keys: Sequence[str], places: Sequence[str]) -> Iterator[str]:
    """Yield a sentence for each sort of name that had no room."""
    if keys:
        yield f"No room on the map for the keys {listed(keys)}."
    if places:
        yield f"No room on the map for the names {listed(places)}."


def _covered(box: Box, board: Board) -> float:
    """Return how much a box would cover: the line weighs more than symbols."""
    crossed = 10.0 if shapely.intersects(board.line, box.shape) else 0.0
    return crossed + sum(box.meets(symbol) for symbol in board.symbols)


def _places_in(
    frame: Frame, picture: Picture, basemap: Basemap | None
) -> list[tuple[Place, tuple[float, float], bool]]:
    """Return the places inside the frame, the most important first, and whether each is the picture's own."""
    known = {place.name: place for place in (basemap.places if basemap else ())}
    mine = [_with_persons(place, known) for place in picture.places]
    further = [known[name] for name in known.keys() - {place.name for place in mine}]
    found = []
    for own, places in ((True, mine), (False, further)):
        here = []
        for place in sorted(
            places, key=lambda place: (-(place.population or 0), place.name, place.kind != CITY)
        ):
            ((x, y),) = frame.px(np.array([[place.lon, place.lat]]))
            if frame.left + 4 < x < frame.right - 4 and frame.top + 4 < y < frame.bottom - 4:
                here.append((place, (float(x), float(y)), own))
        found += here if own else here[:_MOST_OF_BASEMAP]
    return found


def _with_persons(place: Place, known: Mapping[str, Place]) -> Place:
    """Return a place with persons, which put names in order: the basemap's where it has none."""
    if place.population is None and place.name in known:
        return replace(place, population=known[place.name].population)
    return place


def _key_label(key: str, points: FloatArray) -> Label:
    """Return the key of a sector: beside its middle, or further off with a line back to it."""
    spots = []
    label = Label(_cut(key), 10.5, (), bold=True, padding=2.0)
    for step, (x, y, dx, dy) in enumerate(along(points, (0.5, 0.35, 0.65, 0.2, 0.8))):
        for distance, away in enumerate(_KEY_AWAY):
            reach = away + abs(dy) * (label.width - label.height) / 2.0
            for side in (1.0, -1.0):
                at = (x + side * dy * reach, y - side * dx * reach)
                leader = ((x, y), at) if away >= _LEADER_FROM else None
                spots.append(Spot(*at, distance + 0.5 * step + (0.0 if side > 0 else 0.2), leader))
    return Label(label.text, label.size, tuple(spots), bold=True, padding=2.0)


def _place_label(place: Place, point: tuple[float, float], *, own: bool) -> Label:
    """Return the name of a place; one of the basemap is dropped rather than laid across the line."""
    size = (
        13.0 if (place.population or 0) >= 500_000 else 11.5 if (place.population or 0) >= 100_000 else 10.5
    )
    bare = Label(_cut(place.name), size, ())
    spots = beside(*point, (bare.width, bare.height), _reach(place))
    return Label(bare.text, size, spots, most=_MOST_OWN if own else _MOST_OTHER)


def _backdrop(frame: Frame, basemap: Basemap | None) -> Iterator[tuple[str, Label]]:
    """Yield the names behind the line: countries and seas where they may stand, rivers along their course."""
    if basemap is None:
        return
    for named in basemap.labels:
        points = frame.px(shapely.get_coordinates(named.shape))
        size, spacing = (13.0, 2.0) if named.role == "country" else (13.5, 1.5)
        spots = tuple(Spot(float(x), float(y), 0.01 * place) for place, (x, y) in enumerate(points))
        yield named.role, Label(_cut(named.name), size, spots, spacing=spacing, most=_MOST_OTHER)
    for river in basemap.rivers:
        yield "river", Label(_cut(river.name), 10.0, tuple(_river_spots(frame, river)), most=_MOST_OTHER)


def _river_spots(frame: Frame, river: Named) -> Iterator[Spot]:
    """Yield spots beside a river inside the frame."""
    flat = shapely.clip_by_rect(
        shapely.transform(river.shape, frame.px), frame.left, frame.top, frame.right, frame.bottom
    )
    half = Label(river.name, 10.0, ()).width / 2.0
    for part in shapely.get_parts(flat):
        if part.length < 90.0:
            continue
        for x, y, dx, dy in along(shapely.get_coordinates(part), (0.5, 0.3, 0.7, 0.15, 0.85)):
            away = 9.0 + abs(dy) * half
            for side in (1.0, -1.0):
                yield Spot(x + side * dy * away, y - side * dx * away, 0.1 if side > 0 else 0.2)


def _reach(place: Place) -> float:
    return dot_reach(place.population) + 0.8 if place.kind == CITY else PLACE_PX * 1.3


def _dot(place: Place, x: float, y: float) -> str:
    return tag(
        "circle", cx=x, cy=y, r=dot_reach(place.population), fill=_DOT, stroke=_HALO, stroke_width="0.8"
    )


def _cut(name: str) -> str:
    """Return a name no longer than a map bears."""
    text = clean(name)
    return text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 1].rstrip()}…"


def _text(placed: Placed, ink: str, sort: str, font_style: str | None = None) -> str:
    """Return a name over its halo: two texts, because many programs paint a text's edge over its body."""
    label, (x, y) = placed.label, placed.text_at

    def written(**style: str) -> str:
        return tag(
            "text",
            words(label.text),
            x=x,
            y=y,
            text_anchor=placed.spot.anchor,
            font_size=label.size,
            font_style=font_style,
            letter_spacing=label.spacing or None,
            **style,
        )

    halo = written(
        fill=_HALO,
        stroke=_HALO,
        stroke_width="2.6",
        stroke_opacity="0.8",
        stroke_linejoin="round",
        aria_hidden="true",
    )
    return halo + written(fill=ink, class_=sort)


def _badge(placed: Placed) -> str:
    label, box, (x, y) = placed.label, placed.box, placed.text_at
    plate = tag(
        "rect", x=box.left, y=box.top, width=box.right - box.left, height=box.bottom - box.top, rx=3.0,
        fill="#ffffff", fill_opacity="0.92", stroke=_INK, stroke_width="0.7",
    )  # fmt: skip
    text = tag(
        "text", words(label.text), x=x, y=y, text_anchor="middle", font_size=label.size, font_weight="bold"
    )
    return tag("g", plate + text, class_="key")
