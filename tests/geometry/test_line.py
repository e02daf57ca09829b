"""Length on the ellipsoid and by level of detail, against published figures and a second way."""

import csv
import math
from itertools import pairwise

import numpy as np
import pytest
from tests.geometry.lines import GEOD, moved, real_line, winding

from holdfast.cases import load_case
from holdfast.errors import UsageProblem
from holdfast.geometry import DETAILS_KM, Line, lengths_km, line_of

TOLERANCE = {0.0: 0.005, 1.0: 0.005, 5.0: 0.01, 10.0: 0.02, 20.0: 0.02}
"""Fixed before the lengths were computed: the coarser, the more does it matter which points are kept."""


def test_real_lines_have_their_published_length(data_file, data_folder):
    path = data_file("deepstate/line_of_contact_dates.geojson")
    table = data_folder.parent / "facts" / "line_lengths.csv"
    if not table.is_file():
        pytest.skip(f"no table of lengths: {table}")
    with table.open(encoding="utf-8", newline="") as rows:
        published = {
            (row["date"], float(row["generalisation_km"])): float(row["length_km"])
            for row in csv.DictReader(rows)
            if row["segment"] == "main_front"
        }
    assert len(published) == 30 * 5
    for day in sorted({day for day, _ in published}):
        for detail, km in lengths_km(real_line(path, day)).items():
            assert km == pytest.approx(published[day, detail], rel=TOLERANCE[detail]), (day, detail)


def test_the_line_of_22_august_2026_has_its_published_length(data_file):
    found = lengths_km(real_line(data_file("deepstate/line_of_contact_dates.geojson")))
    for detail, km in zip(DETAILS_KM, (1094.0, 1001.0, 826.0, 757.0, 712.0), strict=True):
        assert found[detail] == pytest.approx(km, rel=TOLERANCE[detail])


def test_a_degree_of_the_equator_and_of_a_meridian_have_their_length():
    equator = Line((np.array([(10.0, 0.0), (11.0, 0.0)]),))
    assert equator.length_km == pytest.approx(math.pi * 6378.137 / 180.0, rel=1e-12)
    quarter = Line((np.array([(10.0, 0.0), (10.0, 45.0), (10.0, 90.0)]),))
    assert quarter.length_km == pytest.approx(10001.965729, abs=1e-5)  # Snyder 1987, the quarter meridian


@pytest.mark.parametrize("degrees", [10.0, -7.5, 143.0, 173.5])
def test_moving_the_theatre_east_or_west_changes_no_length(degrees):
    line = winding(parts=3)
    for detail, km in lengths_km(moved(line, degrees)).items():
        assert km == pytest.approx(lengths_km(line)[detail], rel=1e-9)


def test_simpler_lines_keep_their_ends_lie_near_and_are_shorter():
    line = winding()
    lengths = list(lengths_km(line).values())
    assert lengths == sorted(lengths, reverse=True)
    simple = line.simpler(5.0)
    assert np.abs(simple.parts[0][[0, -1]] - line.parts[0][[0, -1]]).max() < 1e-9
    assert len(simple.parts[0]) < len(line.parts[0]) / 10
    left_out = line.parts[0][::7]
    places = np.array([simple.at(km) for km in np.linspace(0.0, simple.length_km, 4000)])
    for lon, lat in left_out.tolist():
        away = GEOD.inv(np.full(len(places), lon), np.full(len(places), lat), *places.T)[2].min() / 1000.0
        assert away < 5.0 * 1.01 + 0.2


def test_pieces_add_up_and_lie_on_the_line():
    line = winding(parts=4)
    cuts = [0.0, 13.0, 13.5, 400.0, line.length_km]
    km = sum(
        GEOD.line_length(*part.T) / 1000.0 for low, high in pairwise(cuts) for part in line.piece(low, high)
    )
    assert km == pytest.approx(line.length_km, rel=1e-12)
    assert np.array_equal(np.concatenate(line.piece(0.0, line.length_km)), np.concatenate(line.parts))


def test_the_antimeridian_is_no_border():
    whole = Line((np.array([(179.0, 10.0), (-179.0, 11.0)]),))
    parted = Line((np.array([(179.0, 10.0), (180.0, 10.5)]), np.array([(-180.0, 10.5), (-179.0, 11.0)])))
    assert whole.length_km == pytest.approx(GEOD.line_length([179.0, 181.0], [10.0, 11.0]) / 1000.0)
    assert parted.parts[1].tolist() == [[180.0, 10.5], [181.0, 11.0]]
    assert whole.at(whole.length_km / 2.0)[0] == pytest.approx(180.0, abs=0.01)


def test_the_packaged_line_has_its_length_and_its_ground():
    line = line_of(load_case("ukraine").theatre)
    assert round(line.length_km) == 836
    assert len(line.tags) == len(line.parts[0])
    assert {tag.terrain for tag in line.tags} == {"estuary", "river", "reservoir_bed", "land", "border"}


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([], "has no parts"),
        ([[(1.0, 2.0)]], "fewer than two different points"),
        ([[(1.0, 2.0), (1.0, 2.0)]], "fewer than two different points"),
        ([[(1.0, 2.0), (1.0, math.nan)]], "point 2, 1.0000, nan .* is no place on Earth"),
        ([[(1.0, 2.0), (1.0, 91.0)]], "point 2, .* is no place on Earth"),
        ([[(1.0, 2.0, 3.0), (1.0, 3.0, 4.0)]], "has the shape"),
    ],
)
def test_what_is_no_line_is_refused(parts, message):
    with pytest.raises(UsageProblem, match=message):
        Line(tuple(np.array(part) for part in parts))


def test_a_line_too_wide_or_too_near_a_pole_for_a_plane_is_refused():
    for points in ([(0.0, 0.0), (60.0, 0.0)], [(0.0, 80.0), (0.0, 89.0)]):
        with pytest.raises(UsageProblem, match="reaches"):
            lengths_km(Line((np.array(points),)))


@pytest.mark.parametrize("detail", [-1.0, math.nan, math.inf])
def test_a_detail_that_is_no_distance_is_refused(detail):
    with pytest.raises(UsageProblem, match="is no distance"):
        winding().simpler(detail)


def test_a_place_off_the_line_is_refused():
    line = winding()
    assert line.at(line.length_km) == tuple(line.parts[-1][-1])
    with pytest.raises(UsageProblem, match="is not on a line"):
        line.at(line.length_km + 1.0)
