"""Maps and layers of what would be seen: read back, held back, stamped."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pyogrio
import pytest

from holdfast.files.vector_writing import geojson_text, write_geopackage
from holdfast.present.line_map import layers_of, picture_of
from holdfast.present.map import draw_page, draw_svg
from holdfast.runs.observing import observation

FEW = 16


@pytest.fixture(scope="module")
def plain():
    return observation("ukraine", "un-peacekeepers", futures=FEW)


@pytest.fixture(scope="module")
def open_():
    return observation("ukraine", "un-peacekeepers", futures=FEW, sensitive=True)


def test_a_geopackage_has_layers_with_units_in_their_fields(plain, tmp_path):
    path = tmp_path / "line.gpkg"
    write_geopackage(path, layers_of(plain))
    names = [name for name, _ in pyogrio.list_layers(path)]
    assert names == ["sectors", "posts", "places"], "no belts are asked for, and the settlement has none"
    about = pyogrio.read_info(path, layer="sectors")
    assert about["crs"] == "EPSG:4326"
    assert about["features"] == 24
    assert {"length_km", "seen_share", "seen_share_low", "people_within_30_km"} <= set(about["fields"])


def test_geojson_reads_back_and_says_what_it_holds_back(plain):
    found = json.loads(geojson_text(layers_of(plain)))
    sectors = [one["properties"] for one in found["features"] if one["properties"]["layer"] == "sectors"]
    by_class: dict[str, set[float]] = {}
    for one in sectors:
        by_class.setdefault(one["sector_class"], set()).add(one["seen_share"])
        assert "not told apart" in one["notice"]
    assert all(len(shares) == 1 for shares in by_class.values())


def test_what_is_sensitive_is_stamped_on_every_form(open_, plain):
    for observed, stamped in ((open_, True), (plain, False)):
        svg = draw_svg(picture_of(observed), observed.ground.basemap)
        page = draw_page(picture_of(observed), observed.ground.basemap)
        text = geojson_text(layers_of(observed))
        for form in (svg, page, text):
            assert ("SENSITIVE" in form) == stamped


def test_maps_are_whole_and_say_what_they_are(plain):
    svg = draw_svg(picture_of(plain), plain.ground.basemap)
    words = " ".join(ET.fromstring(svg).itertext())  # noqa: S314 - as above
    for word in ("2026-08-22", "sovereignty", "S24", "Sea of Azov", "United Nations peacekeepers"):
        assert word in words


def test_belts_are_drawn_by_who_holds_the_ground():
    depth = 15.0
    observed = observation("ukraine", "none", belt_km=depth, futures=FEW)
    sides = [belt.side for belt in picture_of(observed).belts]
    assert sides == [f"Ukraine: belt of {depth:g} km", f"Russia: belt of {depth:g} km"]
    areas = [float(str(fields["area_km2"])) for _, fields in layers_of(observed)["belts"].rows]
    assert sum(areas) == pytest.approx(2.0 * depth * observed.ground.line.length_km, rel=0.2)
