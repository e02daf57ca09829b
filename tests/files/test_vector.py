"""Reading a line of contact: three formats give the same line, and what is ambiguous is refused."""

import hashlib
import json
import math
import sqlite3
import subprocess
import sys
import warnings
import zipfile

import numpy as np
import pyogrio
import pyogrio.raw
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import UsageProblem
from holdfast.files.problems import FileProblems
from holdfast.files.vector import chosen_by, read_line

FRONT = [(35.0, 47.5), (36.0, 47.75), (36.5, 48.25)]
KNOWN = np.array([(35.2, 47.4), (37.0, 49.0)])
EXPORT = "save it from your GIS as GeoPackage or GeoJSON"
DRIVERS = {".gpkg": "GPKG", ".shp": "ESRI Shapefile"}


def geojson(folder, *features, name="front.geojson", **members):
    """Write features, each a geometry or a pair of geometry and fields."""
    pairs = [feature if isinstance(feature, tuple) else (feature, {}) for feature in features]
    tree = {
        "type": "FeatureCollection",
        **members,
        "features": [
            {"type": "Feature", "properties": fields, "geometry": geometry} for geometry, fields in pairs
        ],
    }
    path = folder / name
    path.write_text(json.dumps(tree), "utf-8")
    return path


def drawn(*points):
    return {"type": "LineString", "coordinates": [list(point) for point in points]}


def written(path, *shapes, crs="EPSG:4326", layer=None, kind=None, **fields):
    """Write shapes with GDAL."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.raw.write(
            path,
            np.array([None if shape is None else shapely.to_wkb(shape) for shape in shapes], dtype=object),
            [np.array(values, dtype=object) for values in (fields or {"name": ["x"] * len(shapes)}).values()],
            np.array(list(fields or {"name": None}), dtype=object),
            driver=DRIVERS[path.suffix],
            geometry_type=kind
            or next((shape.geom_type for shape in shapes if shape is not None), "LineString"),
            crs=crs,
            layer=layer,
        )
    return path


def line(*points):
    return shapely.linestrings(points or FRONT)


def refused(path, *, field="the file", **options):
    """Return what is wrong and the mend; the message names file and place."""
    with pytest.raises(FileProblems) as caught:
        read_line(path, **options)
    (problem,) = caught.value.problems
    assert problem.file == str(path).partition(".gpkg:")[0] + (".gpkg" if ".gpkg:" in str(path) else "")
    assert problem.field == field
    return problem.wrong, problem.mend


def points_of(found):
    return [[tuple(point) for point in part.tolist()] for part in found.parts]


# --- what is read -----------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [".geojson", ".json", ".gpkg", ".shp", ".zip"])
def test_every_format_gives_the_same_line(tmp_path, ending):
    path = tmp_path / f"front{ending}"
    if ending in {".geojson", ".json"}:
        geojson(tmp_path, drawn(*FRONT), name=path.name)
    elif ending == ".zip":
        written(tmp_path / "front.shp", line())
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            for part in tmp_path.glob("front.???"):
                if part != path:
                    packed.write(part, f"some folder/{part.name}")
    else:
        written(path, line())
    found = read_line(path)
    assert points_of(found) == [FRONT]
    assert found.notes == ()
    companions = [path.with_suffix(end) for end in (".shp", ".shx", ".dbf", ".prj", ".cpg")]
    data = b"".join(part.read_bytes() for part in companions) if ending == ".shp" else path.read_bytes()
    assert found.sha256 == hashlib.sha256(data).hexdigest()
    assert str(path) in found.source
    with pytest.raises(ValueError, match="read-only"):
        found.parts[0][0, 0] = 0.0


def test_endings_in_capitals_are_read(tmp_path):
    written(tmp_path / "front.shp", line())
    for part in list(tmp_path.iterdir()):
        part.rename(part.with_suffix(part.suffix.upper()))
    assert points_of(read_line(tmp_path / "front.SHP")) == [FRONT]


def test_other_reference_systems_are_transformed_and_noted(tmp_path):
    utm = shapely.linestrings([(500_000.0, 5_300_000.0), (520_000.0, 5_310_000.0)])
    for crs, number in (("EPSG:32636", 32636), ("EPSG:28407", 28407)):
        path = written(tmp_path / f"{number}.gpkg", utm, crs=crs)
        if number == 32636:
            found = read_line(path)
            assert found.parts[0][0] == pytest.approx((33.0, 47.853), abs=1e-3)
            assert found.notes == ("coordinates were transformed from WGS 84 / UTM zone 36N to WGS84",)
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32636"}}
    old = geojson(tmp_path, drawn((500_000.0, 5_300_000.0), (520_000.0, 5_310_000.0)), crs=named)
    assert np.array_equal(read_line(old).parts[0], found.parts[0])


def test_heights_are_dropped_with_a_note(tmp_path):
    high = written(tmp_path / "a.gpkg", shapely.linestrings([(35.0, 47.5, 90.0), (36.0, 48.0, 80.0)]))
    mixed = geojson(tmp_path, drawn((35.0, 47.5, 90.0), (36.0, 48.0, 3.0)))
    for path in (high, mixed):
        found = read_line(path)
        assert points_of(found) == [[(35.0, 47.5), (36.0, 48.0)]]
        assert found.notes == ("heights were dropped",)


def test_touching_parts_are_joined_and_turned(tmp_path):
    parts = [[(36.5, 48.25), (36.0, 47.75)], [(34.0, 47.0), (35.0, 47.5)], [(36.0, 47.75), (35.0, 47.5)]]
    found = read_line(geojson(tmp_path, {"type": "MultiLineString", "coordinates": parts}))
    assert points_of(found) == [[(34.0, 47.0), *FRONT]]
    assert found.notes[0] == "3 parts that touch end to end were joined to 1"


def test_separate_parts_stay_and_are_put_in_order(tmp_path):
    pieces = [[(37.0, 49.0), (37.1, 49.5)], [(35.0, 47.0), (35.5, 47.5)], [(36.0, 48.0), (36.5, 48.5)]]
    found = read_line(geojson(tmp_path, *(drawn(*piece) for piece in pieces)))
    assert points_of(found) == [pieces[1], pieces[2], pieces[0]]
    assert found.notes == ("the line has 3 separate parts; the gaps between them are not counted",)


@given(st.permutations(range(5)), st.lists(st.booleans(), min_size=5, max_size=5))
def test_order_and_direction_of_the_parts_in_the_file_do_not_matter(order, flips):
    from holdfast.files.vector_parts import in_order

    whole = np.array([(35.0 + step / 7, 47.0 + 0.3 * math.sin(step)) for step in range(16)])
    pieces = [whole[3 * part : 3 * part + 4] for part in range(5)]
    joined, _ = in_order([pieces[part][::-1] if flips[part] else pieces[part] for part in order])
    assert len(joined) == 1
    assert np.array_equal(joined[0], whole) or np.array_equal(joined[0], whole[::-1])


def test_repeats_are_left_out_with_a_note(tmp_path):
    path = geojson(tmp_path, drawn(FRONT[0], *FRONT), drawn(*FRONT[::-1]))
    found = read_line(path)
    assert points_of(found) == [FRONT]
    assert found.notes == (
        "1 points that repeat the one before were left out",
        "1 parts that were given twice were taken once",
    )


def test_a_line_across_the_antimeridian_has_no_jump(tmp_path):
    found = read_line(
        geojson(tmp_path, drawn((179.0, 10.0), (180.0, 10.5)), drawn((-180.0, 10.5), (-179.0, 11.0)))
    )
    assert points_of(found) == [[(179.0, 10.0), (180.0, 10.5), (181.0, 11.0)]]


def test_a_layer_is_named_either_way(tmp_path):
    path = written(tmp_path / "two.gpkg", line(), layer="front")
    written(path, line((1.0, 2.0), (3.0, 4.0)), layer="other")
    assert points_of(read_line(f"{path}:front")) == points_of(read_line(path, layer="front")) == [FRONT]
    wrong, mend = refused(path)
    assert (wrong, mend) == ("holds 2 layers of shapes: front, other", f"name one: {path}:front")
    assert refused(f"{path}:frnt") == ('holds no layer "frnt"', "did you mean front?")
    assert refused(path, layer="frnt") == ('holds no layer "frnt"', "did you mean front?")


def test_tables_without_shapes_are_no_layers(tmp_path):
    path = written(tmp_path / "styled.gpkg", line(), layer="front")
    styles = [np.array(["red"], dtype=object)]
    pyogrio.raw.write(path, None, styles, ["style"], layer="layer_styles", driver="GPKG")
    assert len(pyogrio.list_layers(path)) == 2
    assert points_of(read_line(path)) == [FRONT]


def test_a_layer_of_a_format_without_layers_is_refused(tmp_path):
    path = geojson(tmp_path, drawn(*FRONT))
    assert refused(path, layer="front") == (
        'GeoJSON has no layers, but the layer "front" was asked for',
        f"name the file alone: {path}",
    )


# --- which features ---------------------------------------------------------------------------

DATED = [
    (drawn(*FRONT), {"date": "2026-08-01", "kind": "front", "km": 1}),
    (drawn((35.0, 47.6), (36.0, 47.9)), {"date": "2026-08-22", "kind": "front", "km": 2}),
    (drawn((37.0, 50.0), (37.5, 50.1)), {"date": "2026-08-22", "kind": "pocket", "km": 3}),
]


def test_several_dates_must_be_chosen_from(tmp_path):
    path = geojson(tmp_path, *DATED)
    assert refused(path) == (
        "holds 3 features with 2 values of date: 2026-08-01, 2026-08-22",
        "choose with FIELD=VALUE, for example date=2026-08-22; date=* takes all of them as parts of one line",
    )
    assert refused(path, where={"date": "2026-08-22"})[0] == (
        "holds 2 features with 2 values of kind: front, pocket"
    )
    found = read_line(path, where=chosen_by(["date = 2026-08-22", "kind=front"]))
    assert points_of(found) == [[(35.0, 47.6), (36.0, 47.9)]]
    assert found.source == f"{path} (date=2026-08-22, kind=front)"
    assert len(read_line(path, where={"date": "2026-08-22", "kind": "*"}).parts) == 2


def test_dates_of_a_geopackage_are_chosen_alike(tmp_path):
    days = np.array(["2026-08-01", "2026-08-22"], dtype="datetime64[D]")
    path = tmp_path / "days.gpkg"
    shapes = np.array(
        [shapely.to_wkb(line()), shapely.to_wkb(line((35.0, 47.6), (36.0, 47.9)))], dtype=object
    )
    pyogrio.raw.write(
        path, shapes, [days, np.array([1, 2])], ["day", "km"], geometry_type="LineString", crs="EPSG:4326"
    )
    assert "2 values of day: 2026-08-01, 2026-08-22" in refused(path, field="layer days")[0]
    assert points_of(read_line(path, where={"day": "2026-08-01"})) == [FRONT]


def test_days_written_as_numbers_are_told_from_measures(tmp_path):
    rows = [
        (drawn(*FRONT), {"year": 2024, "km": 1}),
        (drawn((35.0, 47.6), (36.0, 47.9)), {"year": 2025, "km": 2}),
    ]
    assert "2 values of year: 2024, 2025" in refused(geojson(tmp_path, *rows))[0]


def test_a_choice_that_fits_nothing_names_what_there_is(tmp_path):
    path = geojson(tmp_path, *DATED)
    assert refused(path, where={"dat": "x"}) == ('has no field "dat"', "did you mean date?")
    assert refused(path, where={"kind": "x"}) == (
        "holds no feature with kind=x",
        "choose among kind: front, pocket",
    )


def test_what_a_file_says_cannot_command_a_terminal(tmp_path):
    rows = [
        (drawn(*FRONT), {"ki\x1bnd": "a\x1b[2J"}),
        (drawn((35.0, 47.6), (36.0, 47.9)), {"ki\x1bnd": "b\x1b[2J"}),
    ]
    odd = {"type": "Li\x1bne", "coordinates": []}
    layers = written(tmp_path / "a.gpkg", line(), layer="fr\x1bont")
    written(layers, line(), layer="oth\x1ber")
    paths = geojson(tmp_path, *rows), geojson(tmp_path, odd, name="b.json"), layers, f"{layers}:frront"
    for path in paths:
        with pytest.raises(FileProblems) as caught:
            read_line(path)
        assert "\x1b" not in str(caught.value)


def test_fields_may_hold_any_number(tmp_path):
    path = geojson(tmp_path, drawn(*FRONT))
    path.write_text(path.read_text().replace('"properties": {}', '"properties": {"x": 1e999, "y": 1e300}'))
    assert points_of(read_line(path)) == [FRONT]


@pytest.mark.parametrize("texts", [["kind"], ["=x"], ["a=1", "a=2"]])
def test_a_choice_is_written_as_field_and_value(texts):
    with pytest.raises(UsageProblem):
        chosen_by(texts)


# --- what is no line --------------------------------------------------------------------------


def test_an_area_is_not_taken_for_its_boundary(tmp_path):
    ring = [[35.0, 47.0], [36.0, 47.0], [36.0, 48.0], [35.0, 47.0]]
    wrong = "is an area, not a line; its boundary is not taken for the line of contact"
    path = geojson(tmp_path, {"type": "Polygon", "coordinates": [ring]})
    assert refused(path, field="feature 1")[0] == wrong
    path = written(tmp_path / "area.gpkg", shapely.polygons(ring))
    assert refused(path, field="layer area, feature 1")[0] == wrong


def test_points_and_collections_are_no_line(tmp_path):
    path = geojson(tmp_path, drawn(*FRONT), {"type": "Point", "coordinates": [35.0, 47.0]})
    assert refused(path, field="feature 2") == ("is a Point, not a line", "choose the line with FIELD=VALUE")
    path = geojson(tmp_path, {"type": "GeometryCollection", "geometries": []})
    assert refused(path, field="feature 1")[0] == "is a GeometryCollection, not a line"


@pytest.mark.parametrize("geometry", [None, {"type": "LineString", "coordinates": []}])
def test_an_empty_geometry_is_refused(tmp_path, geometry):
    assert refused(geojson(tmp_path, geometry), field="feature 1")[0] == "has no geometry"
    path = written(tmp_path / "none.gpkg", None if geometry is None else shapely.LineString())
    assert refused(path, field="layer none, feature 1")[0] == "has no geometry"


def test_no_features_are_refused(tmp_path):
    assert refused(geojson(tmp_path))[0] == "holds no features"


@pytest.mark.parametrize("points", [[(35.0, 47.0)], [(35.0, 47.0), (35.0, 47.0)]])
def test_a_single_point_is_refused(tmp_path, points):
    path = geojson(tmp_path, drawn(*points))
    assert refused(path, field="feature 1")[0] == "has a part that is a single point"


def test_numbers_that_are_none_are_refused(tmp_path):
    path = geojson(tmp_path, drawn((35.0, math.nan), (36.0, 48.0)))
    assert refused(path)[0] == "holds NaN, which is no number"
    with np.errstate(invalid="ignore"):
        path = written(tmp_path / "nan.gpkg", shapely.linestrings([(35.0, math.nan), (36.0, 48.0)]))
    assert refused(path, field="layer nan, feature 1")[0] == "has a coordinate that is no number"
    path = geojson(tmp_path, drawn(("35.0", 47.0), (36.0, 48.0)))
    assert refused(path, field="feature 1") == (
        'point 1 is "["35.0", 47.0]", not longitude and latitude',
        "write [longitude, latitude] as two numbers",
    )


# --- crossings, rings, branches ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "what"),
    [
        (
            [[(35, 47), (36, 48), (36, 47), (35, 48)]],
            "crosses or touches itself at longitude 35.50000, latitude 47.5",
        ),
        ([[(35, 47), (36, 48)], [(35, 48), (36, 47)]], "crosses or touches itself at longitude 35.50000"),
        ([[(35, 47), (36, 47)], [(35.5, 47), (35.5, 48)]], "crosses or touches itself at longitude 35.50000"),
        ([[(35, 47), (36, 47)], [(35.5, 47), (37, 47)]], "crosses or touches itself at longitude 35.50000"),
        (
            [[(35, 47), (36, 47), (36, 48), (35, 47)]],
            "is a closed ring, which has no beginning and no end at",
        ),
        (
            [[(35, 47), (36, 47)], [(36, 47), (37, 47)], [(36, 47), (36, 48)]],
            "branches at longitude 36.00000",
        ),
        (
            [[(35, 47), (36, 47), (36, 48), (35.5, 48), (35.5, 47)]],
            "crosses or touches itself at longitude 35.5",
        ),
    ],
)
def test_crossings_rings_and_branches_are_refused_with_their_place(tmp_path, parts, what):
    path = geojson(tmp_path, {"type": "MultiLineString", "coordinates": parts})
    assert refused(path)[0].startswith(f"the line {what}")


# --- where on Earth ---------------------------------------------------------------------------


def test_a_file_without_reference_system_is_refused(tmp_path):
    mend = "say in your GIS which reference system its coordinates are in, and save it again"
    path = written(tmp_path / "none.gpkg", line(), crs=None)
    assert refused(path, field="layer none") == ("has no reference system", mend)
    path = written(tmp_path / "front.shp", line())
    path.with_suffix(".prj").unlink()
    assert refused(path) == ("has no reference system: .prj is missing", mend)
    path.with_suffix(".prj").write_text("nonsense")
    assert refused(path) == ("has no reference system", mend)
    path = geojson(tmp_path, drawn(*FRONT), crs=None)
    assert refused(path, field="crs")[0] == "its member `crs` names no reference system"
    path = geojson(tmp_path, drawn(*FRONT), crs={"type": "name", "properties": {"name": "my own"}})
    assert refused(path, field="crs")[0] == 'the reference system "my own" is not known'
    path = geojson(
        tmp_path, drawn(*FRONT), crs={"type": "link", "properties": {"href": "http://example.org"}}
    )
    assert refused(path, field="crs")[0] == "its member `crs` names no reference system"


@pytest.mark.parametrize("number", [0, -1])
def test_an_undefined_reference_system_of_a_geopackage_is_refused(tmp_path, number):
    path = written(tmp_path / "front.gpkg", line())
    with sqlite3.connect(path) as base:
        base.execute("UPDATE gpkg_geometry_columns SET srs_id = ?", (number,))
        base.execute("UPDATE gpkg_contents SET srs_id = ?", (number,))
    base.close()
    wrong = refused(path, field="layer front")[0]
    assert wrong == "has no reference system"


def test_axes_out_of_range_are_told(tmp_path):
    path = geojson(tmp_path, drawn((48.0, 137.0), (49.0, 138.0)))
    assert refused(path, field="feature 1") == (
        "the point 48, 137 is no longitude and latitude",
        "longitude and latitude look swapped: save it with longitude first",
    )
    path = geojson(tmp_path, drawn((500_000.0, 5_300_000.0), (520_000.0, 5_310_000.0)))
    assert refused(path, field="feature 1")[1].startswith("its coordinates look like metres")
    path = written(tmp_path / "metres.gpkg", line(), crs="EPSG:32636")
    assert "look like degrees" in refused(path, field="layer metres, feature 1")[0]


def test_swapped_axes_are_told_by_a_line_that_is_known(tmp_path):
    path = geojson(tmp_path, drawn(*((latitude, longitude) for longitude, latitude in FRONT)))
    assert read_line(path).parts
    wrong, mend = refused(path, near=KNOWN)
    assert wrong.startswith("longitude and latitude are swapped: as given it begins at longitude 47.50000")
    assert mend == "save it with longitude first"
    assert points_of(read_line(geojson(tmp_path, drawn(*FRONT)), near=KNOWN)) == [FRONT]


def test_a_line_far_from_the_theatre_is_refused_with_the_distance(tmp_path):
    path = geojson(tmp_path, drawn((35.2, 37.4), (35.3, 37.4)))
    wrong, _ = refused(path, near=KNOWN)
    assert wrong == "lies 1,112 km from the known line; it begins at longitude 35.20000, latitude 37.40000"


def test_absurd_lengths_and_numbers_are_refused(tmp_path, monkeypatch):
    around = [(step * 170.0 / 8 - 85, 80.0 * (-1) ** step) for step in range(9)]
    assert refused(geojson(tmp_path, drawn(*around)))[0].endswith("km long; at most 20,000 are read")
    monkeypatch.setattr("holdfast.files.vector.MOST_POINTS", 2)
    path = geojson(tmp_path, drawn(*FRONT))
    assert refused(path, field="feature 1") == ("has more than 2 points", "simplify it in your GIS")
    monkeypatch.setattr("holdfast.files.vector_features.MOST_FEATURES", 0)
    assert refused(path)[0] == "holds 1 features; at most 0 are read"
    monkeypatch.setattr("holdfast.files.vector_sources.LARGEST_VECTOR", 100)
    assert refused(path)[0] == "is 0.0 MB; at most 0 MB are read"


# --- files that are not whole, or not what they say -------------------------------------------


@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("ending", [".geojson", ".gpkg", ".shp", ".shx", ".dbf", ".zip"])
def test_a_file_that_is_cut_off_is_refused(tmp_path, ending, share):
    path = geojson(tmp_path, drawn(*FRONT))
    if ending == ".gpkg":
        path = written(tmp_path / "front.gpkg", line())
    elif ending != ".geojson":
        path = written(tmp_path / "front.shp", line(), line((35.0, 49.0), (36.0, 49.0)))
    if ending == ".zip":
        with zipfile.ZipFile(tmp_path / "front.zip", "w") as packed:
            for part in tmp_path.glob("front.???"):
                packed.write(part, part.name) if part.suffix != ".zip" else None
        path = tmp_path / "front.zip"
    cut = path.with_suffix(ending)
    cut.write_bytes(cut.read_bytes()[: int(share * cut.stat().st_size)])
    wrong, mend = refused(path)
    assert any(word in wrong for word in ("cut off", "damaged", "is no ", "unpacked", "is empty"))
    assert mend


@pytest.mark.parametrize("ending", [".gpkg", ".shp", ".shx", ".dbf"])
@given(st.data())
def test_damage_is_refused_or_harmless_but_never_a_traceback(tmp_path_factory, ending, data):
    folder = tmp_path_factory.mktemp("damage")
    path = written(folder / ("front.gpkg" if ending == ".gpkg" else "front.shp"), line())
    bad = path.with_suffix(ending)
    whole = bytearray(bad.read_bytes())
    start = data.draw(st.integers(0, len(whole) - 1))
    put = data.draw(st.binary(min_size=1, max_size=40))
    whole[start : start + len(put)] = put
    bad.write_bytes(bytes(whole))
    try:
        read_line(path)
    except FileProblems as problems:
        assert problems.problems[0].mend  # noqa: PT017 - either way is right


@pytest.mark.parametrize("ending", [".shx", ".dbf"])
def test_a_missing_companion_is_named(tmp_path, ending):
    path = written(tmp_path / "front.shp", line())
    path.with_suffix(ending).unlink()
    wrong, mend = refused(path)
    assert wrong.startswith(f"its companion {ending} is missing")
    assert mend == f"put the {ending} file beside it; a Shapefile travels with its companions"


def test_a_companion_named_alone_leads_to_the_shapefile(tmp_path):
    path = written(tmp_path / "front.shp", line())
    assert refused(path.with_suffix(".dbf"))[1] == f"name {path}"


def test_a_wrong_ending_is_told_from_the_first_bytes(tmp_path):
    path = written(tmp_path / "front.gpkg", line())
    other = path.rename(tmp_path / "front.geojson")
    assert refused(other) == (
        "is a GeoPackage, although its name ends in .geojson",
        "give it the ending of a GeoPackage",
    )
    text = tmp_path / "front.gpkg"
    text.write_text("hello")
    assert refused(text)[0] == "is no GeoPackage, although its name ends in .gpkg"
    text.write_bytes(b"SQLite format 3\x00" + b"\x00" * 200)
    assert refused(text)[0] == "is no GeoPackage, although its name ends in .gpkg"
    text.write_text("")
    assert refused(text) == ("is empty", EXPORT)
    kml = tmp_path / "front.kml"
    kml.write_text("<kml/>")
    assert refused(kml)[1] == EXPORT


@pytest.mark.parametrize(
    "tree",
    [
        {"type": "Topology", "objects": {}},
        {"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline read http://127.0.0.1:9/a.gpkg"},
        {"features": 3, "type": "FeatureCollection"},
        {},
    ],
)
def test_json_that_is_no_geojson_is_refused(tmp_path, tree):
    path = tmp_path / "front.json"
    path.write_text(json.dumps(tree))
    assert refused(path)[0].startswith("is no GeoJSON: its type is")


def test_broken_json_is_refused_with_its_line(tmp_path):
    path = tmp_path / "front.json"
    path.write_text('{"type":\n "FeatureCollection"\n "features": []}')
    with pytest.raises(FileProblems) as caught:
        read_line(path)
    assert caught.value.problems[0].line == 3
    for text in ("{" + '"a":{' * 100_000, '{"a": ' + "9" * 5000 + "}"):
        path.write_text(text)
        assert refused(path)[1]
    path.write_bytes(b'{"a": "\xff"}')
    assert refused(path)[0] == "is not UTF-8"


def test_changes_that_wait_beside_a_geopackage_are_not_lost(tmp_path):
    path = written(tmp_path / "front.gpkg", line())
    base = sqlite3.connect(path)
    base.execute("PRAGMA journal_mode=WAL")
    base.execute("CREATE TABLE note (x)")
    base.commit()
    wrong, mend = refused(path)
    assert wrong == "has changes that are not in it yet, in front.gpkg-wal"
    assert mend == "close it in the program that has it open, then try again"
    base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert points_of(read_line(path)) == [FRONT]
    base.close()


def test_a_zip_file_needs_one_shapefile(tmp_path):
    path = tmp_path / "front.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("readme.txt", "x")
    assert refused(path)[0] == "holds no Shapefiles"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("a.shp", "x")
        packed.writestr("b.shp", "x")
        packed.writestr("c/a.shp", "x")
    assert refused(path)[0] == "holds 3 Shapefiles: a, b, c/a"


def test_a_zip_file_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("holdfast.files.vector_gdal.LARGEST_VECTOR", 10_000)
    path = tmp_path / "front.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.shp", b"\0" * 1_000_000)
    assert refused(path)[0] == "holds more than 0 MB unpacked"


def test_folders_missing_and_unreadable_files_are_refused(tmp_path):
    folder = tmp_path / "front.gpkg"
    folder.mkdir()
    assert refused(folder)[0] == "is a folder, not a file"
    assert refused(tmp_path / "frant.geojson")[0] == "does not exist"
    assert refused(f"{tmp_path / 'none.gpkg'}:front")[0] == "does not exist"


# --- nothing is fetched, nothing is said ------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "http://127.0.0.1:9/front.geojson",
        "https://127.0.0.1:9/front.gpkg",
        "/vsicurl/http://127.0.0.1:9/front.gpkg",
        "/vsizip/front.zip/front.shp",
        "//vsimem/front.gpkg",
        "zip+s3://bucket/front.zip",
        "file:///etc/front.geojson",
    ],
)
def test_addresses_and_virtual_paths_are_refused(name):
    wrong, mend = refused(name)
    assert wrong == "is an address or a virtual path; nothing is ever fetched"
    assert mend == "save the file on this machine and name it"


@pytest.mark.parametrize("name", ["PG:dbname=x", "WFS:x.gpkg", "GPKG:front.gpkg", "<OGRVRTDataSource/>.gpkg"])
def test_names_that_gdal_would_take_for_a_driver_are_plain_files(name):
    with pytest.raises(FileProblems):
        read_line(name)


def test_gdal_says_nothing(tmp_path):
    path = written(tmp_path / "front.gpkg", line())
    broken = bytearray(path.read_bytes())
    broken[4096:8192] = bytes(4096)
    (tmp_path / "broken.gpkg").write_bytes(broken)
    code = (
        "from holdfast.files.vector import read_line\n"
        f"read_line({str(path)!r})\n"
        f"try: read_line({str(tmp_path / 'broken.gpkg')!r})\n"
        "except Exception as refused: print(type(refused).__name__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert (done.stdout, done.stderr) == ("FileProblems\n", "")


def test_real_lines_of_thirty_dates_are_read(data_file):
    path = data_file("deepstate/line_of_contact_dates.geojson")
    tree = json.loads(path.read_text("utf-8"))["features"]
    days = {feature["properties"]["date"] for feature in tree}
    assert len(days) == 30
    assert "30 values of date" in refused(path)[0]
    for day in sorted(days):
        found = read_line(path, where={"date": day, "kind": "main_front"}, near=KNOWN)
        assert len(found.parts) == 1
        assert found.notes == ()
    areas = data_file("deepstate/occupied_2026-08-22.geojson")
    assert "is an area" in refused(areas, field="feature 1")[0]
