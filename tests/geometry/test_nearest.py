"""The nearest place on a line, against every point of the line on the ellipsoid."""

import math
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.geometry.lines import GEOD, dense, moved, real_line, winding

from holdfast.errors import UsageProblem
from holdfast.geometry import Line, cut, nearest

WITHIN_KM = 300.0
TOLERANCE = 0.003


def scattered(line, number, seed=5):
    """Return points scattered around a line, up to about 400 km off."""
    every = np.concatenate(line.parts)
    rng = np.random.default_rng(seed)
    here = every[rng.integers(0, len(every), number)]
    return here + rng.normal(size=(number, 2)) * (2.0, 1.4) * rng.uniform(0.0, 1.0, (number, 1)) ** 2


def check_against_the_ellipsoid(line, number):
    """Compare with the distance to every point of the line, 50 m apart."""
    points = scattered(line, number)
    found = nearest(line, *points.T)
    along_line, along = dense(line)
    checked = 0
    for place, (lon, lat) in enumerate(points.tolist()):
        metres = GEOD.inv(np.full(len(along), lon), np.full(len(along), lat), *along_line.T)[2]
        best = int(metres.argmin())
        away = metres[best] / 1000.0
        if away > WITHIN_KM:
            continue
        checked += 1
        assert abs(found.off_km[place]) == pytest.approx(away, rel=TOLERANCE, abs=0.03)
        if np.isclose(found.along_km[place], [ends[-1] for ends in line.ends_km], atol=1e-6).any():
            continue  # at a gap, one length along the line is two places
        there = (
            np.interp(found.along_km[place], along, along_line[:, 0]),
            np.interp(found.along_km[place], along, along_line[:, 1]),
        )
        assert GEOD.inv(lon, lat, *there)[2] / 1000.0 == pytest.approx(away, rel=TOLERANCE, abs=0.06)
    assert checked > 0.8 * number


def test_distances_agree_with_the_ellipsoid_on_a_real_line(data_file):
    check_against_the_ellipsoid(real_line(data_file("deepstate/line_of_contact_dates.geojson")), 300)


@pytest.mark.parametrize(("lon", "parts"), [(34.0, 1), (34.0, 5), (177.0, 2), (-75.0, 1)])
def test_distances_agree_with_the_ellipsoid_wherever_the_line_lies(lon, parts):
    check_against_the_ellipsoid(winding(lon=lon, parts=parts), 60)


def test_distances_agree_with_the_ellipsoid_along_a_wide_line():
    """Twenty degrees wide: the plane's own lengths are 0.8 % too long at its ends."""
    waves = np.linspace(0.0, 20.0, 300)
    check_against_the_ellipsoid(Line((np.column_stack((25.0 + waves, 48.0 + np.sin(waves))),)), 60)


@given(st.integers(0, 1000), st.integers(1, 6))
def test_the_tree_finds_what_trying_every_segment_finds(seed, parts):
    line = winding(points=37, seed=seed, parts=parts)
    points = scattered(line, 50, seed)
    found = nearest(line, *points.T)
    plane = [line.plane.to_km(part) for part in line.parts]
    starts = np.concatenate([part[:-1] for part in plane])
    steps = np.concatenate([np.diff(part, axis=0) for part in plane])
    before = np.concatenate([along[:-1] for along in line.ends_km])
    km = np.concatenate([np.diff(along) for along in line.ends_km])
    to = line.plane.to_km(points)[:, None] - starts
    share = np.clip((to * steps).sum(axis=2) / (steps**2).sum(axis=1), 0.0, 1.0)
    best = (((to - share[..., None] * steps) ** 2).sum(axis=2)).argmin(axis=1)
    here = np.arange(len(points)), best
    assert found.along_km == pytest.approx(before[best] + share[here] * km[best], abs=1e-6)


def test_left_is_positive_and_right_negative():
    line = Line((np.array([(35.0, 47.0), (35.0, 49.0)]),))  # northward: west is left
    found = nearest(line, np.array([34.9, 35.1, 35.0]), np.array([48.0, 48.0, 48.0]))
    assert found.off_km[0] == pytest.approx(-found.off_km[1])
    assert found.off_km[0] > 7.0
    assert found.off_km[2] == pytest.approx(0.0, abs=1e-6)
    assert found.along_km == pytest.approx([line.length_km / 2.0] * 3, rel=1e-3)


@pytest.mark.parametrize("turn", [-170.0, -100.0, -45.0, 45.0, 100.0, 170.0])
def test_a_corner_has_the_side_that_a_walk_round_it_has(turn):
    """A point straight beyond a corner lies on the outer side of it, though that may be behind one leg."""
    corner = np.array([35.0, 48.0])
    heading = math.radians(turn)
    leg = np.array([math.sin(-heading) / math.cos(math.radians(48.0)), math.cos(heading)])
    line = Line((np.array([corner - (0.0, 1.0), corner, corner + leg]),))
    beyond = math.radians(turn / 2.0 - math.copysign(90.0, turn))
    point = corner + 0.1 * np.array([math.sin(-beyond) / math.cos(math.radians(48.0)), math.cos(beyond)])
    found = nearest(line, point[:1], point[1:])
    assert found.along_km[0] == pytest.approx(line.ends_km[0][1], abs=0.2)
    assert np.sign(found.off_km[0]) == -np.sign(turn)


def test_sides_agree_with_ray_casting_on_a_real_line(data_file):
    """The line closed far to its left is an area; a point near the line is in it or not."""
    import shapely

    line = real_line(data_file("deepstate/line_of_contact_dates.geojson"))
    part = line.parts[0]
    corners = [(part[-1, 0], 60.0), (20.0, 60.0), (20.0, part[0, 1])]
    left = shapely.polygons(np.vstack((part, corners)))
    rng = np.random.default_rng(2)
    points = part[rng.integers(100, len(part) - 100, 4000)] + rng.normal(size=(4000, 2)) * 0.1
    found = nearest(line, *points.T)
    inner = (found.along_km > 60.0) & (found.along_km < line.length_km - 60.0) & (np.abs(found.off_km) > 0.05)
    assert inner.sum() > 3000
    assert ((found.off_km > 0.0) == shapely.contains_xy(left, *points.T))[inner].all()


def test_sectors_are_told():
    line = winding(parts=3)
    sectors = cut(line, 7)
    points = scattered(line, 500)
    found = nearest(line, points[:, 0], points[:, 1], sectors)
    for along, sector in zip(found.along_km.tolist(), found.sector.tolist(), strict=True):
        assert sectors[sector].from_km <= along <= sectors[sector].to_km
    middles = np.array([sector.middle for sector in sectors])
    assert nearest(line, middles[:, 0], middles[:, 1], sectors).sector.tolist() == list(range(7))
    assert (nearest(line, *points.T).sector == -1).all()


def test_the_sector_before_a_gap_keeps_what_is_nearest_to_its_end():
    parts = tuple(np.array([(35.0 + 2.0 * part, 0.0), (36.0 + 2.0 * part, 0.0)]) for part in range(2))
    line = Line(parts)
    found = nearest(line, np.array([35.9, 36.1, 36.9, 37.1]), np.full(4, 0.3), cut(line, 2))
    assert found.sector.tolist() == [0, 0, 1, 1]


def test_chunks_and_order_change_no_byte(monkeypatch):
    line = winding(parts=2)
    points = scattered(line, 5000)
    whole = nearest(line, *points.T)
    order = np.random.default_rng(1).permutation(len(points))
    monkeypatch.setattr(sys.modules["holdfast.geometry.nearest"], "CHUNK", 37)
    other = nearest(line, *points[order].T)
    assert other.along_km.tobytes() == whole.along_km[order].tobytes()
    assert other.off_km.tobytes() == whole.off_km[order].tobytes()


def test_moving_the_theatre_east_or_west_changes_nothing():
    line = winding()
    points = scattered(line, 500)
    one, other = nearest(line, *points.T), nearest(moved(line, 10.0), *(points + np.array((10.0, 0.0))).T)
    assert other.off_km == pytest.approx(one.off_km, rel=1e-9, abs=1e-9)
    assert other.along_km == pytest.approx(one.along_km, rel=1e-9, abs=1e-6)


def test_no_points_are_no_trouble():
    assert nearest(winding(), np.zeros(0), np.zeros(0), cut(winding(), 2)).sector.tolist() == []


@pytest.mark.parametrize(
    ("lon", "lat", "message"),
    [
        ([35.0, math.nan], [48.0, 48.0], "point 2"),
        ([35.0, 35.0], [48.0, 91.0], "point 2"),
        ([math.inf], [48.0], "point 1"),
        ([35.0], [48.0, 48.0], "give one of each a point"),
        ([-140.0], [-0.0], "lies too far from the theatre"),
    ],
)
def test_points_that_are_no_places_are_refused(lon, lat, message):
    with pytest.raises(UsageProblem, match=message):
        nearest(winding(), np.array(lon), np.array(lat))
