"""Belts: closed forms, and the same area by throwing points."""

import math

import numpy as np
import pytest
import shapely
from tests.geometry.lines import real_line, winding

from holdfast.errors import UsageProblem
from holdfast.geometry import Held, Line, belts, cut, nearest, sides

STRAIGHT = Line((np.array([(35.0, 48.0), (35.0, 50.0)]),))


def total(found, side):
    return sum(belt.km2 for belt in found if belt.side == side)


@pytest.mark.parametrize("depth_km", [0.5, 10.0, 100.0])
def test_a_straight_line_has_length_times_depth_on_each_side(depth_km):
    sectors = cut(STRAIGHT, 4)
    found = belts(STRAIGHT, sectors, depth_km)
    assert [(belt.sector, belt.side) for belt in found] == [
        (sector.key, side) for sector in sectors for side in ("left", "right")
    ]
    for belt in found:
        assert belt.km2 == pytest.approx(STRAIGHT.length_km / 4 * depth_km, rel=1e-3)
    west = [belt.shape.centroid.x < 35.0 for belt in found]
    assert west == [True, False] * 4  # the line runs north


@pytest.mark.parametrize("lon", [25.0, 35.0, 179.9])
def test_a_corner_loses_a_square_inside_and_gains_a_quarter_circle_outside(lon):
    line = Line((np.array([(lon, 48.0), (lon, 49.0), (lon + 1.0, 49.0)]),))
    found = belts(line, cut(line, 5), 10.0)
    strip = 10.0 * line.length_km
    # The right angle is one to half a degree only: parallels are no shortest ways.
    assert total(found, "left") - strip == pytest.approx(math.pi / 4.0 * 100.0, abs=1.5)
    assert total(found, "right") - strip == pytest.approx(-100.0, abs=1.5)


def test_belts_neither_overlap_nor_leave_a_gap():
    line = winding(parts=2)
    found = belts(line, cut(line, 8), 15.0)
    plane = [shapely.transform(belt.shape, line.plane.to_km) for belt in found]
    whole = shapely.union_all(plane)
    assert all(shape.is_valid for shape in plane)
    assert sum(shape.area for shape in plane) == pytest.approx(whole.area, rel=1e-6)


@pytest.mark.parametrize("depth_km", [5.0, 20.0, 60.0])
def test_areas_agree_with_points_thrown_at_a_real_line(data_file, depth_km):
    """Near the ends the belt is cut off square, which points do not know: the outer sectors are left out."""
    line = real_line(data_file("deepstate/line_of_contact_dates.geojson"))
    sectors = cut(line, 12)
    found = belts(line, sectors, depth_km)
    every = np.concatenate(line.parts)
    west, south = every.min(axis=0) - 1.2
    east, north = every.max(axis=0) + 1.2
    rng = np.random.default_rng(7)
    number = 400_000
    lon = rng.uniform(west, east, number)
    sine = rng.uniform(math.sin(math.radians(south)), math.sin(math.radians(north)), number)
    lat = np.degrees(np.arcsin(sine))
    square = (east - west) * math.pi / 180.0 * (math.sin(math.radians(north)) - math.sin(math.radians(south)))
    each = 6371.0**2 * square / number  # a sphere of the ellipsoid's area: 0.2 % off at these latitudes
    place = nearest(line, lon, lat, sectors)
    near = np.abs(place.off_km) <= depth_km
    for number_of, sector in enumerate(sectors[2:-2], start=2):
        for side, sign in (("left", 1.0), ("right", -1.0)):
            hits = int((near & (place.sector == number_of) & (np.sign(place.off_km) == sign)).sum())
            belt = next(belt for belt in found if (belt.sector, belt.side) == (sector.key, side))
            assert belt.km2 == pytest.approx(hits * each, rel=0.02, abs=5.0 * each * math.sqrt(hits + 1.0))


def test_gaps_are_bridged():
    line = Line((np.array([(35.0, 48.0), (35.0, 49.0)]), np.array([(35.0, 49.1), (35.0, 50.0)])))
    found = belts(line, cut(line, 4), 10.0)
    gap_km = 11.122
    for side in ("left", "right"):
        assert total(found, side) == pytest.approx(10.0 * (line.length_km + gap_km), rel=0.015)


def test_a_line_that_winds_round_its_end_is_refused():
    turns = np.linspace(0.5, 6.0 * np.pi, 300)
    spiral = np.column_stack((35.0 + 0.01 * turns * np.cos(turns), 48.0 + 0.007 * turns * np.sin(turns)))
    line = Line((spiral,))
    with pytest.raises(UsageProblem, match="winds round its own end"):
        belts(line, cut(line, 3), 30.0)


@pytest.mark.parametrize("depth_km", [0.0, -1.0, 301.0, math.nan])
def test_a_depth_that_is_none_is_refused(depth_km):
    with pytest.raises(UsageProblem, match="is no depth"):
        belts(STRAIGHT, cut(STRAIGHT, 2), depth_km)


# --- whose side is which ----------------------------------------------------------------------

WEST = [Held(34.9 - step / 50, 48.5 + step / 10, "host") for step in range(6)]
EAST = [Held(35.1 + step / 50, 48.5 + step / 10, "opponent") for step in range(6)]


def test_sides_follow_the_points_that_are_held():
    found = sides(STRAIGHT, WEST + EAST)
    assert (found.left, found.right) == ("host", "opponent")
    assert found.points == {("host", "left"): 6, ("opponent", "right"): 6}
    back = Line((STRAIGHT.parts[0][::-1],))
    assert (sides(back, WEST + EAST).left, sides(back, WEST + EAST).right) == ("opponent", "host")


def test_a_few_points_on_the_wrong_side_change_nothing_and_far_ones_do_not_count():
    wrong = [Held(35.05, 49.0, "host"), Held(36.5, 49.0, "third"), *[Held(37.0, 49.0, "host")] * 20]
    assert sides(STRAIGHT, WEST + EAST + wrong).left == "host"


@pytest.mark.parametrize(
    ("held", "message"),
    [
        ([], "of 0 parties"),
        (WEST, "of 1 parties"),
        ([*WEST, *EAST, Held(35.1, 49.0, "third")], "of 3 parties"),
        ([*WEST, *[Held(34.8, 49.0, "opponent")] * 3], "lie to the left"),
        ([*WEST, *EAST, *[Held(35.05, 49.0, "host")] * 4], "host has 6 points to the left of the line and 4"),
    ],
)
def test_ambiguous_sides_are_refused(held, message):
    with pytest.raises(UsageProblem, match=message):
        sides(STRAIGHT, held)
