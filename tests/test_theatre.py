"""The packaged line of contact: its shape, its length, and how far it lies from a map of the same day.

Lengths are taken on the WGS84 ellipsoid and a second time on a sphere; the map (DeepState, not
shipped) is read where the research data are at hand.
"""

import json
import math
import re
from functools import cache
from itertools import combinations, pairwise

import numpy as np
import pytest
from pyproj import Geod, Transformer

from holdfast.cases import load_case

GEOD = Geod(ellps="WGS84")
METRES = Transformer.from_crs("EPSG:4326", "+proj=tmerc +lon_0=36 +lat_0=48 +ellps=WGS84", always_xy=True)
EARTH_KM = 6371.0088
UKRAINE = {"longitude": (22.1, 40.3), "latitude": (44.2, 52.4)}
"""The bounding box of Ukraine within its recognised borders, degrees."""


@cache
def theatre():
    return load_case("ukraine").theatre


@cache
def line() -> np.ndarray:
    """Longitude and latitude of each point, in order."""
    return np.array([(point.longitude, point.latitude) for point in theatre().line.points])


def length_km(points: np.ndarray) -> float:
    return GEOD.line_length(points[:, 0], points[:, 1]) / 1000


def haversine_km(one, other) -> float:
    (x1, y1), (x2, y2) = np.radians(one), np.radians(other)
    half = math.sin((y2 - y1) / 2) ** 2 + math.cos(y1) * math.cos(y2) * math.sin((x2 - x1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(half))


def plane(points: np.ndarray) -> np.ndarray:
    """Return points in km on a transverse Mercator plane centred on the theatre."""
    return np.column_stack(METRES.transform(points[:, 0], points[:, 1])) / 1000


def nearest_on(points: np.ndarray, polyline: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distance of each point to a polyline and how far along it its foot lies, in km."""
    starts, steps = polyline[:-1], np.diff(polyline, axis=0)
    lengths = np.hypot(*steps.T)
    before = np.concatenate(([0.0], np.cumsum(lengths)[:-1]))
    offset = points[:, None, :] - starts[None]
    share = np.clip((offset * steps).sum(axis=2) / lengths**2, 0.0, 1.0)
    away = np.hypot(*np.moveaxis(offset - share[..., None] * steps, 2, 0))
    best = away.argmin(axis=1)
    rows = np.arange(len(points))
    return away[rows, best], before[best] + share[rows, best] * lengths[best]


def sampled(polyline: np.ndarray, every_km: float) -> np.ndarray:
    """Return points along a polyline, evenly spaced, so that detail does not count for more."""
    lengths = np.hypot(*np.diff(polyline, axis=0).T)
    along = np.concatenate(([0.0], np.cumsum(lengths)))
    places = np.arange(0.0, along[-1], every_km)
    return np.column_stack([np.interp(places, along, polyline[:, axis]) for axis in (0, 1)])


def cross(a, b, c, d) -> bool:
    """Tell whether the stretch from a to b crosses that from c to d."""

    def side(p, q, r):
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return bool(side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0)


# --- By itself --------------------------------------------------------------------------------


def test_the_line_has_points_enough_each_within_ukraine():
    points = theatre().line.points
    assert len(points) >= 40
    for point in points:
        assert UKRAINE["longitude"][0] < point.longitude < UKRAINE["longitude"][1], point.place
        assert UKRAINE["latitude"][0] < point.latitude < UKRAINE["latitude"][1], point.place


def test_the_points_stand_in_order():
    steps = [haversine_km(one, other) for one, other in pairwise(line())]
    assert min(steps) > 0.5
    assert max(steps) < 60
    flat = plane(line())
    stretches = list(pairwise(flat))
    crossed = [
        (i, j)
        for (i, one), (j, other) in combinations(enumerate(stretches), 2)
        if j > i + 1 and cross(*one, *other)
    ]
    assert crossed == []
    # From the estuary to the border north-east of Kharkiv: south-west to north-east.
    assert line()[0][0] < line()[-1][0]
    assert line()[0][1] < line()[-1][1]


def test_no_point_stands_twice():
    assert len({tuple(point) for point in line()}) == len(line())


def test_a_point_between_two_places_says_how_far():
    for point in theatre().line.points:
        assert (point.toward is None) == (point.fraction is None), point.place
        assert point.toward != point.place, point.place
        assert point.fraction is None or 0 < point.fraction < 1, point.place


def test_two_ways_to_the_length_agree():
    again = sum(haversine_km(one, other) for one, other in pairwise(line()))
    assert length_km(line()) == pytest.approx(again, rel=0.006)
    flat = plane(line())
    assert length_km(line()) == pytest.approx(np.hypot(*np.diff(flat, axis=0).T).sum(), rel=0.002)


def test_the_length_drawn_lies_within_what_the_literature_says():
    assert 600 <= length_km(line()) <= 1_400


def test_the_length_to_be_covered_lies_within_the_parameter_advice():
    case = load_case("ukraine")
    low, middle, high = case.ledger.shape(case.theatre.line_km).quantile([0.05, 0.5, 0.95])
    assert 1_000 <= low < middle < high <= 1_400
    assert middle > length_km(line()), "a generalised line is shorter than what must be covered"


def test_the_note_quotes_the_length_that_comes_out():
    said = re.search(r"line is ([\d,]+) km long", theatre().line.note or "")
    assert said is not None
    assert float(said[1].replace(",", "")) == pytest.approx(length_km(line()), abs=1.0)


def test_the_sites_lie_in_the_theatre():
    sites = theatre().sites
    assert len({site.key for site in sites}) == len(sites)
    for site in sites:
        assert UKRAINE["longitude"][0] < site.longitude < UKRAINE["longitude"][1], site.key
        assert UKRAINE["latitude"][0] < site.latitude < UKRAINE["latitude"][1], site.key


# --- Against a map of the same day ------------------------------------------------------------


@pytest.fixture(scope="module")
def front(data_folder):
    """The main front as drawn by the map, longitude and latitude."""
    path = data_folder / "deepstate" / "line_of_contact_2026-08-22.geojson"
    if not path.is_file():
        pytest.skip(f"research data not found: {path}")
    features = json.loads(path.read_text("utf-8"))["features"]
    (main,) = (one for one in features if one["properties"]["kind"] == "main_front")
    assert main["properties"]["date"] == "2026-08-22"
    return np.array(main["geometry"]["coordinates"]), main["properties"]["length_km"]


def test_the_map_is_of_the_day_of_the_line():
    assert str(theatre().line.as_of) == "2026-08-22"
    assert load_case("ukraine").about.as_of.line == theatre().line.as_of


def test_the_length_of_the_map_is_the_one_in_the_evidence(front):
    points, stated = front
    assert stated == pytest.approx(1_094, abs=0.5)
    assert length_km(points) == pytest.approx(1_094, rel=0.01)
    assert np.hypot(*np.diff(plane(points), axis=0).T).sum() == pytest.approx(stated, rel=0.002)


def test_the_line_lies_near_the_map(front):
    away, _ = nearest_on(sampled(plane(front[0]), 0.5), plane(line()))
    assert away.mean() < 6.0
    assert np.quantile(away, 0.95) < 15.0


def test_the_note_quotes_the_distance_that_comes_out(front):
    said = re.search(
        r"lies ([\d.]+) km from it on average and ([\d.]+) km at the 95th", theatre().line.note or ""
    )
    assert said is not None
    away, _ = nearest_on(sampled(plane(front[0]), 0.5), plane(line()))
    assert float(said[1]) == pytest.approx(away.mean(), abs=0.3)
    assert float(said[2]) == pytest.approx(np.quantile(away, 0.95), abs=0.6)


def test_the_points_follow_the_map_from_one_end_to_the_other(front):
    flat = plane(front[0])
    shared = line()[:, 0] > front[0][0, 0]  # the estuary is not on the map
    away, along = nearest_on(plane(line()[shared]), flat)
    assert away.max() < 25.0
    assert all(later > earlier - 15.0 for earlier, later in pairwise(along))
    assert along[0] < 40.0
    assert along[-1] > along.max() - 15.0 > 900.0


def test_no_point_is_taken_from_the_map(front):
    theirs = {(round(x, 4), round(y, 4)) for x, y in front[0]}
    assert not theirs & {(round(x, 4), round(y, 4)) for x, y in line()}
    assert len(line()) < len(front[0]) / 5
