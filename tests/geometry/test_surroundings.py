"""What lies around each sector."""

import math

import numpy as np
import pytest
from tests.geometry.lines import GEOD, winding

from holdfast.cases import load_case
from holdfast.errors import UsageProblem
from holdfast.geometry import Line, Place, Tag, cut, line_of, surroundings

LINE = Line((np.array([(35.0, 48.0), (35.0, 50.0)]),), (Tag(35.0, 48.2, "river"), Tag(35.0, 49.9, "land")))
PLACES = [
    Place("near south", 35.1, 48.3, 1000.0),
    Place("unknown", 35.0, 48.6, None),
    Place("near north", 34.9, 49.6, 300.0),
    Place("far", 37.0, 49.0, 1e6),
]


def test_nearest_places_are_named_with_their_distance_on_the_ellipsoid():
    south, north = surroundings(LINE, cut(LINE, 2), PLACES)
    assert [name for name, _ in south.nearest_places] == ["unknown", "near south", "near north"]
    # The shortest way to a meridian meets it at a right angle.
    assert south.nearest_places[1][1] == pytest.approx(
        min(GEOD.inv(35.1, 48.3, 35.0, 48.3 + step / 1e5)[2] for step in range(-100, 100)) / 1000.0, rel=1e-5
    )
    assert north.nearest_places[0][0] == "near north"


def test_people_are_counted_once_and_unknown_ones_stay_unknown():
    south, north = surroundings(LINE, cut(LINE, 2), PLACES)
    assert (south.people, south.places, south.places_unknown) == (1000.0, 2, 1)
    assert (north.people, north.places, north.places_unknown) == (300.0, 1, 0)
    (nothing,) = surroundings(LINE, cut(LINE, 1), PLACES, near_km=0.0)
    assert nothing.people == 0.0


@pytest.mark.parametrize("number", [1, 2, 5, 24, 96])
def test_cutting_finer_changes_no_total(number):
    line = winding(parts=2)
    rng = np.random.default_rng(4)
    places = [
        Place(f"p{place}", lon, lat, None if place % 7 == 0 else 100.0 * place)
        for place, (lon, lat) in enumerate(
            (line.parts[0][rng.integers(0, 200, 80)] + rng.normal(size=(80, 2)) * 0.3).tolist()
        )
    ]
    tagged = Line(line.parts, (Tag(35.0, 48.0, "land"), Tag(39.0, 50.0, "river")))
    (one,) = surroundings(tagged, cut(tagged, 1), places)
    found = surroundings(tagged, cut(tagged, number), places)
    assert math.fsum(sector.people for sector in found) == one.people
    assert sum(sector.places for sector in found) == one.places > 0
    assert sum(sector.places_unknown for sector in found) == one.places_unknown > 0
    assert math.fsum(km for sector in found for km in sector.terrain_km.values()) == pytest.approx(
        tagged.length_km, rel=1e-9
    )


def test_things_are_measured_to_by_kind():
    things = {
        "river": [np.array([(36.0, 47.0), (36.0, 51.0)])],
        "border": [np.array([(40.0, 48.0), (41.0, 48.0)]), np.array([(34.0, 48.5), (36.0, 48.5)])],
        "coast": [],
    }
    south, north = surroundings(LINE, cut(LINE, 2), things=things)
    assert set(south.off_km) == {"river", "border"}
    assert south.off_km["border"] == pytest.approx(0.0, abs=1e-6)
    middle = LINE.at(LINE.length_km / 2.0)[1]
    assert north.off_km["border"] == pytest.approx(GEOD.inv(35.0, middle, 35.0, 48.5)[2] / 1000.0, rel=1e-2)
    assert north.off_km["river"] < GEOD.inv(35.0, 50.0, 36.0, 50.0)[2] / 1000.0 + 1e-6


def test_ground_is_that_of_the_nearest_tagged_point():
    south, north = surroundings(LINE, cut(LINE, 2))
    half = LINE.length_km / 2.0
    assert (south.terrain, north.terrain) == ("river", "land")
    border_km = GEOD.inv(35.0, 48.0, 35.0, (48.2 + 49.9) / 2.0)[2] / 1000.0
    assert north.terrain_km["land"] == pytest.approx(2.0 * half - border_km, abs=1.0)
    (bare,) = surroundings(Line(LINE.parts), cut(LINE, 1))
    assert (bare.terrain, bare.terrain_km) == (None, {})


def test_the_packaged_line_runs_from_an_estuary_to_a_border():
    line = line_of(load_case("ukraine").theatre)
    found = surroundings(line, cut(line))
    assert (found[0].terrain, found[-1].terrain) == ("estuary", "land")
    assert "border" in found[-1].terrain_km


@pytest.mark.parametrize("near_km", [-1.0, math.nan])
def test_a_distance_that_is_none_is_refused(near_km):
    with pytest.raises(UsageProblem, match="is no distance"):
        surroundings(LINE, cut(LINE, 2), near_km=near_km)


def test_a_place_on_the_other_side_of_the_earth_is_refused():
    with pytest.raises(UsageProblem, match="lies too far from the theatre"):
        surroundings(LINE, cut(LINE, 2), [Place("x", -145.0, 0.0)])
