"""What is written reads back the same, in both formats, and is written whole with the same bytes."""

import json
import math
import sqlite3
import time

import numpy as np
import pyogrio
import pyogrio.raw
import pytest
import shapely

from holdfast.errors import UsageProblem
from holdfast.files.problems import FileProblems
from holdfast.files.vector import read_line
from holdfast.files.vector_writing import Layer, geojson_text, write_geojson, write_geopackage

ONE, TWO = (
    shapely.linestrings([(30.0, 50.0), (31.0, 51.0)]),
    shapely.linestrings([(31.0, 51.0), (32.0, 51.5)]),
)
LAYERS = {
    "sectors": Layer(
        "lines",
        "Sectors of the line of contact, 22 August 2026",
        [
            (ONE, {"key": "S01", "length_km": 131.5, "seen_share": None, "posts": 3, "river": True}),
            (TWO, {"key": "S02", "length_km": 90, "seen_share": 0.5, "posts": None, "river": None}),
        ],
    ),
    "belts": Layer("areas", "Belts of 20 km", [(shapely.box(30.0, 50.0, 31.0, 51.0), {"area_km2": 7.5})]),
    "posts": Layer("points", "Posts", []),
    "places": Layer(
        "points", "Places", [(shapely.Point(30.5, 50.5), {"name": "Żytomyr, =1", "people": None})]
    ),
}


def test_a_geopackage_reads_back(tmp_path):
    path = tmp_path / "plan.gpkg"
    write_geopackage(path, LAYERS)
    assert [name for name, _ in pyogrio.list_layers(path)] == list(LAYERS)
    about, _, shapes, columns = pyogrio.raw.read(path, layer="sectors")
    assert about["crs"] == "EPSG:4326"
    assert about["geometry_type"] == "MultiLineString"
    assert list(about["fields"]) == ["key", "length_km", "seen_share", "posts", "river"]
    assert [part.geoms[0] for part in shapely.from_wkb(shapes)] == [ONE, TWO]
    found = dict(zip(about["fields"], columns, strict=True))
    assert list(found["key"]) == ["S01", "S02"]
    assert list(found["length_km"]) == [131.5, 90.0]
    for field, known in (
        ("seen_share", [math.nan, 0.5]),
        ("posts", [3.0, math.nan]),
        ("river", [1.0, math.nan]),
    ):
        assert np.array_equal(np.asarray(found[field], dtype=float), known, equal_nan=True)
    _, _, places, (names, people) = pyogrio.raw.read(path, layer="places")
    assert shapely.from_wkb(places)[0] == shapely.Point(30.5, 50.5)
    assert (names[0], people[0]) == ("Żytomyr, =1", None)
    assert pyogrio.read_info(path, layer="posts")["features"] == 0


def test_layers_are_described(tmp_path):
    path = tmp_path / "plan.gpkg"
    write_geopackage(path, LAYERS)
    base = sqlite3.connect(path)
    rows = base.execute("SELECT table_name, identifier, description, srs_id FROM gpkg_contents").fetchall()
    base.close()
    assert rows == [(name, name, layer.description, 4326) for name, layer in LAYERS.items()]


def test_the_same_layers_give_the_same_bytes_at_another_time(tmp_path):
    write_geopackage(tmp_path / "a.gpkg", LAYERS)
    time.sleep(1.1)  # the dates in a GeoPackage are to the second or finer
    write_geopackage(tmp_path / "b.gpkg", LAYERS)
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()
    write_geopackage(tmp_path / "a.gpkg", LAYERS)
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.gpkg", "b.gpkg"]
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None


def test_geojson_reads_back(tmp_path):
    path = tmp_path / "plan.geojson"
    write_geojson(path, LAYERS)
    tree = json.loads(path.read_text("utf-8"))
    assert "crs" not in tree
    assert [feature["properties"]["layer"] for feature in tree["features"]] == [
        "sectors",
        "sectors",
        "belts",
        "places",
    ]
    assert tree["features"][1] == {
        "type": "Feature",
        "properties": {
            "layer": "sectors",
            "key": "S02",
            "length_km": 90,
            "seen_share": 0.5,
            "posts": None,
            "river": None,
        },
        "geometry": {"type": "LineString", "coordinates": [[31.0, 51.0], [32.0, 51.5]]},
    }
    ring = shapely.LinearRing(tree["features"][2]["geometry"]["coordinates"][0])
    assert ring.is_ccw
    assert geojson_text(LAYERS) == path.read_text("utf-8")


def test_what_is_written_is_a_line_that_can_be_read(tmp_path):
    sectors = {"sectors": LAYERS["sectors"]}
    write_geopackage(tmp_path / "a.gpkg", sectors)
    write_geojson(tmp_path / "a.geojson", sectors)
    for path in (tmp_path / "a.gpkg", tmp_path / "a.geojson"):
        found = read_line(path, where={"key": "*", "river": "*"})
        assert [part.tolist() for part in found.parts] == [[[30.0, 50.0], [31.0, 51.0], [32.0, 51.5]]]


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ({}, "there are none"),
        ({"Sectors": LAYERS["posts"]}, "layer Sectors: cannot have this name"),
        ({"a": Layer("lines", "", [(ONE, {"fid": 1})])}, "field fid: cannot have this name"),
        ({"a": Layer("areas", "", [(ONE, {})])}, "row 1: is a LineString"),
        ({"a": Layer("lines", "", [(shapely.LineString(), {})])}, "row 1: is empty"),
        ({"a": Layer("points", "", [(shapely.Point(30.0, 91.0), {})])}, "row 1: lies at no place on Earth"),
        ({"a": Layer("lines", "", [(ONE, {"x": 1}), (TWO, {})])}, "row 2: has the fields"),
        ({"a": Layer("lines", "", [(ONE, {"x": 1}), (TWO, {"x": "1"})])}, "holds values of several"),
        ({"a": Layer("lines", "", [(ONE, {"x": math.inf})])}, "holds an infinite number"),
    ],
)
def test_layers_out_of_order_are_refused_and_nothing_is_written(tmp_path, layers, message):
    with pytest.raises(UsageProblem, match=message):
        write_geopackage(tmp_path / "a.gpkg", layers)
    with pytest.raises(UsageProblem, match=message):
        write_geojson(tmp_path / "a.geojson", layers)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named(tmp_path):
    for write, name in ((write_geopackage, "a.gpkg"), (write_geojson, "a.geojson")):
        with pytest.raises(FileProblems, match="does not exist"):
            write(tmp_path / "no" / name, LAYERS)
