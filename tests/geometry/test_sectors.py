"""Sectors add up to the line, however it is cut, wherever it lies."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.geometry.lines import GEOD, moved, real_line, winding

from holdfast.cases import load_case
from holdfast.errors import UsageProblem
from holdfast.geometry import Line, cut, cut_by_length, line_of


def measured_km(sector):
    return sum(GEOD.line_length(*part.T) for part in sector.parts) / 1000.0


@given(st.integers(1, 200), st.integers(1, 7), st.integers(0, 50))
def test_sectors_are_equal_and_add_up(number, parts, seed):
    line = winding(points=60, seed=seed, parts=parts)
    found = cut(line, number)
    width = 3 if number > 99 else 2
    assert [sector.key for sector in found] == [f"S{place:0{width}}" for place in range(1, number + 1)]
    lengths = [measured_km(sector) for sector in found]
    assert sum(lengths) == pytest.approx(line.length_km, rel=1e-9)
    assert lengths == pytest.approx([line.length_km / number] * number, rel=1e-9)
    assert [sector.km for sector in found] == pytest.approx(lengths, rel=1e-9)


def test_real_lines_of_thirty_dates_are_cut(data_file):
    path = data_file("deepstate/line_of_contact_dates.geojson")
    features = json.loads(path.read_text("utf-8"))["features"]
    days = sorted({feature["properties"]["date"] for feature in features})
    assert len(days) == 30
    for day in days:
        line = real_line(path, day)
        found = cut(line)
        assert len(found) == 24
        assert sum(map(measured_km, found)) == pytest.approx(line.length_km, rel=1e-9)
        assert [sector.next_to for sector in found[:2]] == [("S02",), ("S01", "S03")]


def test_splitting_a_sector_changes_no_total():
    line = winding(parts=2)
    coarse, fine = cut(line, 12), cut(line, 24)
    for place, sector in enumerate(coarse):
        halves = fine[2 * place : 2 * place + 2]
        assert sum(map(measured_km, halves)) == pytest.approx(measured_km(sector), rel=1e-9)
        assert halves[0].parts[-1][-1] == pytest.approx(sector.middle, abs=1e-9)


@pytest.mark.parametrize("degrees", [10.0, -50.0, 143.0])
def test_moving_the_theatre_east_or_west_moves_the_sectors_along(degrees):
    line = winding(parts=2)
    for sector, other in zip(cut(line, 9), cut(moved(line, degrees), 9), strict=True):
        assert other.km == pytest.approx(sector.km, rel=1e-9)
        turns = (other.middle[0] - sector.middle[0] - degrees) / 360.0
        assert turns == pytest.approx(round(turns), abs=1e-9)


def test_sectors_across_a_gap_are_not_next_to_each_other():
    parts = tuple(np.array([(35.0 + 2.0 * part, 0.0), (36.0 + 2.0 * part, 0.0)]) for part in range(2))
    found = cut(Line(parts), 4)
    assert [sector.next_to for sector in found] == [("S02",), ("S01",), ("S04",), ("S03",)]
    spanning = cut(Line(parts), 3)[1]
    assert len(spanning.parts) == 2
    assert spanning.next_to == ("S01", "S03")


def test_the_packaged_line_is_cut():
    line = line_of(load_case("ukraine").theatre)
    assert sum(map(measured_km, cut(line))) == pytest.approx(line.length_km, rel=1e-9)


def test_a_line_is_cut_into_sectors_of_about_a_length():
    line = winding()
    found = cut_by_length(line, 30.0)
    assert len(found) == round(line.length_km / 30.0)
    assert len(cut_by_length(line, 1e6)) == 1


@pytest.mark.parametrize("number", [0, -1, 5_001])
def test_a_number_of_sectors_that_cannot_be_made_is_refused(number):
    with pytest.raises(UsageProblem, match="cannot be made"):
        cut(winding(), number)
    with pytest.raises(UsageProblem, match="is no length"):
        cut_by_length(winding(), float(min(number, 0)))
