"""The basemap of a case: coasts, borders, rivers and names behind the line, read from one optional file.

The file ``basemap.geojson`` of a case's folder is a GeoJSON FeatureCollection (RFC 7946) with a ``bbox``
(west, south, east, north: what it covers) and a ``credit`` that every map shows. Each feature has a
``layer``: ``land`` (with a ``role``, ``host`` or ``neighbour``), ``border``, ``river``, ``lake``,
``label`` (a name with several points where it may stand; ``kind`` is ``country`` or ``sea``) or
``place`` (``kind`` and ``population``). Water is what is inside the extent and not land.
"""

from __future__ import annotations

import importlib.resources
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from holdfast.files.problems import FileProblems, Problem, listed, nearest, quoted, refuse
from holdfast.files.reading import read_bytes

FloatArray: TypeAlias = npt.NDArray[np.float64]

FILE: Final = "basemap.geojson"

_SHAPES: Final[Mapping[str, tuple[str, ...]]] = {
    "land": ("Polygon", "MultiPolygon"),
    "border": ("LineString", "MultiLineString"),
    "river": ("LineString", "MultiLineString"),
    "lake": ("Polygon", "MultiPolygon"),
    "label": ("Point", "MultiPoint"),
    "place": ("Point",),
}
"""The layers of a basemap, and the geometries that each may hold."""
_WORDS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "land": {"role": ("host", "neighbour")},
    "label": {"kind": ("country", "sea")},
}
"""Properties that take one of a few words."""
_NAMED: Final = frozenset({"land", "label", "place"})


@dataclass(frozen=True)
class Place:
    """A named place: longitude and latitude in degrees, kind (``city`` or any other), persons if known."""

    name: str
    lon: float
    lat: float
    kind: str
    population: int | None = None

    def __post_init__(self) -> None:
        """Refuse what is no place on a map."""
        if not (np.isfinite([self.lon, self.lat]).all() and abs(self.lon) <= 360.0 and abs(self.lat) <= 89.0):
            wrong = "longitude and latitude must be degrees, latitude from -89 to 89"
            raise ValueError(f"place {self.name!r}: {wrong}")


@dataclass(frozen=True, eq=False)
class Named:
    """A shape in degrees with its name (empty where it has none) and its role or kind."""

    name: str
    role: str
    shape: BaseGeometry


@dataclass(frozen=True, eq=False)
class Basemap:
    """What lies behind a line of contact, in degrees (WGS84).

    ``extent`` is west, south, east and north of what the file covers: beyond it nothing is known.
    """

    extent: tuple[float, float, float, float]
    credit: str
    land: tuple[Named, ...]
    borders: tuple[Named, ...]
    rivers: tuple[Named, ...]
    lakes: tuple[Named, ...]
    labels: tuple[Named, ...]
    places: tuple[Place, ...]


def basemap_of(case: str | Path) -> Basemap | None:
    """Return the basemap of a case, or None if the case has none.

    Parameters
    ----------
    case : str or Path
        Name of a packaged case, or the folder of one's own.

    Raises
    ------
    FileProblems
        If there is no such case, or with all that is wrong with its basemap.
    """
    packaged = Path(str(importlib.resources.files("holdfast"))) / "library" / "cases"
    name = str(case)
    if name in {path.parent.name for path in packaged.glob("*/case.yaml")}:
        folder, label = packaged / name, f"{name}/{FILE}"
    else:
        folder, label = Path(case), str(Path(case) / FILE)
    if not folder.is_dir():
        raise refuse(name, "there is no such case or folder", "name a packaged case, or the folder of one")
    if not (folder / FILE).exists():
        return None
    return read_basemap(read_bytes(folder / FILE), label)


def read_basemap(data: bytes, file: str) -> Basemap:
    """Return the basemap that a GeoJSON text holds; ``file`` names it in messages.

    Raises
    ------
    FileProblems
        With all that is wrong with it.
    """
    top = _parsed(data, file)
    problems = list(_problems_of_head(top, file))
    found: dict[str, list[Named]] = {layer: [] for layer in _SHAPES}
    places: list[Place] = []
    features = top.get("features")
    for number, feature in enumerate(features if isinstance(features, list) else ()):
        here = list(_problems_of(feature, file, f"features[{number}]"))
        problems += here
        if here:
            continue
        facts, where = feature["properties"], shape(feature["geometry"])
        name, layer = facts.get("name", ""), facts["layer"]
        if layer == "place":
            places.append(Place(name, where.x, where.y, facts.get("kind", "city"), facts.get("population")))
        else:
            found[layer].append(Named(name, facts.get("role", facts.get("kind", "")), where))
    if problems:
        raise FileProblems(problems)
    return Basemap(
        extent=tuple(float(number) for number in top["bbox"]),  # type: ignore[arg-type] # four, checked
        credit=top["credit"],
        land=tuple(found["land"]),
        borders=tuple(found["border"]),
        rivers=tuple(found["river"]),
        lakes=tuple(found["lake"]),
        labels=tuple(found["label"]),
        places=tuple(places),
    )


def lines_of(where: BaseGeometry) -> tuple[FloatArray, ...]:
    """Return the points of a line or of every line among several."""
    return tuple(shapely.get_coordinates(part) for part in shapely.get_parts(where))


def _parsed(data: bytes, file: str) -> dict[str, Any]:
    """Return the top of a GeoJSON text."""
    try:
        top = json.loads(data.decode("utf-8"), parse_constant=_no_number)
    except UnicodeDecodeError:
        raise refuse(file, "is not UTF-8 text", "save it as UTF-8") from None
    except json.JSONDecodeError as broken:
        raise refuse(
            file, f"is no JSON: {broken.msg.lower()}", "mend the text near this line", line=broken.lineno
        ) from None
    except (ValueError, RecursionError) as broken:
        raise refuse(
            file, f"is no JSON that can be read ({broken})", "write plain numbers and lists"
        ) from None
    if not isinstance(top, dict) or top.get("type") != "FeatureCollection":
        raise refuse(file, "is no GeoJSON FeatureCollection", 'begin it with {"type": "FeatureCollection"}')
    return top


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number")


def _problems_of_head(top: Mapping[str, Any], file: str) -> Iterator[Problem]:
    """Yield what is wrong with the file's head."""
    box = top.get("bbox")
    if not (
        isinstance(box, list)
        and len(box) == 4
        and all(map(_is_number, box))
        and box[0] < box[2]
        and box[1] < box[3]
    ):
        yield Problem(file, 1, "bbox", "must be west, south, east and north in degrees", "write four numbers")
    if not (isinstance(top.get("credit"), str) and top["credit"].strip()):
        yield Problem(file, 1, "credit", "is missing", "name the sources that every map must show")
    if not isinstance(top.get("features"), list):
        yield Problem(file, 1, "features", "is no list", "give a list of features, even an empty one")


def _problems_of(feature: object, file: str, field: str) -> Iterator[Problem]:
    """Yield what is wrong with a feature."""
    facts = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(feature, dict) or not isinstance(facts, dict):
        yield Problem(
            file, 1, field, "is no feature with properties", "give it a type, properties and geometry"
        )
        return
    layer = facts.get("layer")
    if not isinstance(layer, str) or layer not in _SHAPES:
        guess = nearest(str(layer), _SHAPES)
        mend = f"did you mean {quoted(guess)}?" if guess else f"the layers are {listed(sorted(_SHAPES))}"
        yield Problem(file, 1, f"{field}.properties.layer", f"{quoted(str(layer))} is no layer", mend)
        return
    yield from _problems_of_words(facts, layer, file, f"{field}.properties")
    wrong = _wrong_shape(feature.get("geometry"), _SHAPES[layer])
    if wrong:
        yield Problem(
            file, 1, f"{field}.geometry", wrong, f"a {layer} is a {listed(_SHAPES[layer])} in degrees"
        )


def _problems_of_words(facts: Mapping[str, Any], layer: str, file: str, field: str) -> Iterator[Problem]:
    """Yield what is wrong with a feature's properties."""
    name = facts.get("name", "")
    if not isinstance(name, str) or (layer in _NAMED and not name.strip()):
        yield Problem(file, 1, f"{field}.name", "must be a text", "give it a name")
    for key, words in _WORDS.get(layer, {}).items():
        if facts.get(key) not in words:
            yield Problem(
                file,
                1,
                f"{field}.{key}",
                f"{quoted(str(facts.get(key)))} is no {key}",
                f"write {listed(words)}",
            )
    persons = facts.get("population")
    if layer == "place" and persons is not None and (type(persons) is not int or persons < 0):
        yield Problem(
            file, 1, f"{field}.population", "must be a whole number", "write persons, or leave it out"
        )
    if layer == "place" and not isinstance(facts.get("kind", "city"), str):
        yield Problem(file, 1, f"{field}.kind", "must be a text", "write city, or what it is")


def _wrong_shape(geometry: object, allowed: tuple[str, ...]) -> str | None:
    """Return what is wrong with a geometry, None if nothing is."""
    if not isinstance(geometry, dict) or geometry.get("type") not in allowed:
        found = geometry.get("type") if isinstance(geometry, dict) else geometry
        return f"{quoted(str(found))} does not belong in this layer"
    try:
        where = shape(geometry)
        points = shapely.get_coordinates(where)
    except (ValueError, TypeError, IndexError, KeyError, AttributeError, shapely.errors.ShapelyError):
        return "its coordinates are no lists of longitude and latitude"
    if not len(points) or not np.isfinite(points).all() or np.any(np.abs(points) > [180.0, 89.0]):
        return "its coordinates are empty or out of range"
    if not where.is_valid:
        return f"it is no simple shape ({shapely.is_valid_reason(where)})"
    return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
