"""The map: well-formed, self-contained, nothing covered or lost, borders as recognised, the same bytes."""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import Point, Polygon, box
from shapely.ops import substring

from holdfast.files.basemap import basemap_of, read_basemap
from holdfast.files.nodes import plain
from holdfast.files.problems import FileProblems
from holdfast.files.reading import read
from holdfast.present.map.classes import RAMP, bounds, classes_of
from holdfast.present.map.labels import Board, Box, Label, Spot, folded, text_width
from holdfast.present.map.page import draw_page
from holdfast.present.map.picture import Belt, Picture, Place, Post, SectorMark
from holdfast.present.map.projection import fitted, length_km, plane_for
from holdfast.present.map.svg import DISCLAIMER, Sheet, draw_svg

CASE = Path(__file__).resolve().parents[2] / "src" / "holdfast" / "library" / "cases" / "ukraine"
SVG = "{http://www.w3.org/2000/svg}"
HTML = "{http://www.w3.org/1999/xhtml}"
GEOD = Geod(ellps="WGS84")
CRIMEA = [(34.10, 44.95), (33.53, 44.60)]
ISTHMUS = Point(33.7, 46.1)


@pytest.fixture(scope="module")
def basemap():
    return basemap_of("ukraine")


@pytest.fixture(scope="module")
def packaged():
    """The line of the packaged case, longitude and latitude."""
    points = plain(read(CASE / "theatre.yaml"))["line"]["points"]
    return np.array([[point["longitude"], point["latitude"]] for point in points], dtype=float)


def marks(lonlat, number, key="S{:02d}", value=lambda place: place / 23.0):
    line = shapely.LineString(lonlat)
    parts = [substring(line, n / number, (n + 1) / number, normalized=True) for n in range(number)]
    return tuple(
        SectorMark(key.format(n + 1), shapely.get_coordinates(part), f"sort_{n % 3}", value(n), f"Text {n}.")
        for n, part in enumerate(parts)
    )


def crowded(lonlat, basemap, **more):
    """A front in 24 sectors with 60 posts of four kinds, two belts and 40 places."""
    line = shapely.LineString(lonlat)
    at = [line.interpolate((n + 0.5) / 60, normalized=True) for n in range(60)]
    posts = [
        Post(p.x + 0.1 * np.sin(n), p.y + 0.07 * np.cos(2 * n), f"kind_{n % 4}") for n, p in enumerate(at)
    ]
    belts = [Belt((shapely.get_coordinates(line.buffer(reach)),), f"belt of {reach}") for reach in (0.1, 0.2)]
    near = sorted(basemap.places, key=lambda place: line.distance(Point(place.lon, place.lat)))[:40]
    return Picture(
        **{
            "title": "A front",
            "subtitle": "Made up",
            "as_of": "22 August 2026",
            "sectors": marks(lonlat, 24),
            "belts": tuple(belts),
            "posts": tuple(posts),
            "places": tuple(near),
            "value_title": "share seen",
            **more,
        }
    )


def line_only(lonlat, number=4, **more):
    return Picture("A line", "", "1 May 2026", marks(np.array(lonlat, dtype=float), number), **more)


def tree(text):
    return ET.fromstring(text)  # noqa: S314 - our own drawing


def texts(svg):
    return ["".join(node.itertext()) for node in tree(svg).iter(f"{SVG}text")]


def of_class(svg, name):
    return [node for node in tree(svg).iter() if node.get("class") == name]


@pytest.fixture(scope="module")
def picture(packaged, basemap):
    return crowded(packaged, basemap)


@pytest.fixture(scope="module")
def svg(picture, basemap):
    return draw_svg(picture, basemap)


# --- The basemap: borders as recognised ---------------------------------------------------------


def test_crimea_lies_in_the_hosts_outline(basemap):
    host = shapely.union_all([land.shape for land in basemap.land if land.role == "host"])
    others = shapely.union_all([land.shape for land in basemap.land if land.role != "host"])
    for point in CRIMEA:
        assert host.contains(Point(point))
        assert not others.contains(Point(point))
    mainland = max(shapely.get_parts(host), key=lambda part: part.area)
    assert mainland.contains(Point(CRIMEA[0])), "the peninsula is part of the mainland's outline"


def test_no_border_runs_across_the_isthmus_or_anywhere_in_crimea(basemap):
    near = box(32.3, 44.2, 36.8, 46.4)
    assert near.contains(ISTHMUS)
    assert not any(border.shape.intersects(near) for border in basemap.borders)


def test_no_border_is_drawn_across_the_isthmus(basemap):
    sheet = Sheet.of(line_only([[32.5, 46.4], [35.0, 46.3]]), basemap)
    assert sheet.cut_lines([river.shape for river in basemap.rivers])
    assert sheet.cut_lines([border.shape for border in basemap.borders]) == []
    assert not of_class(draw_svg(sheet.picture, basemap), "borders")


def test_every_border_parts_two_countries(basemap):
    for border in basemap.borders:
        touching = [land.name for land in basemap.land if land.shape.distance(border.shape) < 0.002]
        assert len(touching) >= 2


def test_the_emptied_reservoir_is_left_out(basemap):
    bed = [Point(34.1, 47.35), Point(34.6, 47.54), Point(33.8, 47.0)]
    assert basemap.lakes
    for point in bed:
        assert not any(lake.shape.contains(point) for lake in basemap.lakes)
        assert any(land.shape.contains(point) for land in basemap.land if land.role == "host")


def test_names_are_in_the_states_own_spelling(basemap):
    names = {place.name for place in basemap.places}
    assert {
        "Kyiv",
        "Odesa",
        "Dnipro",
        "Kharkiv",
        "Zaporizhzhia",
        "Mykolaiv",
        "Luhansk",
        "Sevastopol",
    } <= names
    assert not names & {"Kiev", "Odessa", "Kharkov", "Nikolaev", "Lugansk", "Sevastapol", "Mykolayiv"}


def test_cities_of_the_host_lie_on_its_land(basemap):
    host = shapely.union_all([land.shape for land in basemap.land if land.role == "host"])
    theirs = {"Kyiv", "Sevastopol", "Simferopol", "Kerch", "Donetsk", "Luhansk", "Uzhhorod", "Kharkiv"}
    for place in basemap.places:
        if place.name in theirs:
            assert host.distance(Point(place.lon, place.lat)) < 0.03, place.name


def test_the_file_is_small_and_states_its_source_and_licence():
    data = (CASE / "basemap.geojson").read_bytes()
    top = json.loads(data)
    assert len(data) < 150_000
    assert "Natural Earth" in top["source"]
    assert "public domain" in top["licence"]
    assert "68/262" in top["borders"]


# --- Reading a basemap --------------------------------------------------------------------------


def test_a_folder_without_a_basemap_has_none(tmp_path):
    assert basemap_of(tmp_path) is None


def test_a_case_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(FileProblems, match="no such case or folder"):
        basemap_of(tmp_path / "nowhere")


def collection(*features, **more):
    return {
        "type": "FeatureCollection",
        "bbox": [0, 0, 9, 9],
        "credit": "me",
        "features": list(features),
        **more,
    }


def feature(layer, shape, coordinates, **facts):
    geometry = {"type": shape, "coordinates": coordinates}
    return {"type": "Feature", "properties": {"layer": layer, **facts}, "geometry": geometry}


SQUARE = [[[1, 1], [2, 1], [2, 2], [1, 1]]]
BAD_BASEMAPS = [
    ("{", "own/basemap.geojson:1: the file: is no JSON"),
    ('{\n"a": nul}', "own/basemap.geojson:2: the file: is no JSON"),
    ("[]", "is no GeoJSON FeatureCollection"),
    ('{"type": "FeatureCollection", "bbox": [NaN, 0, 1, 1]}', "NaN is no number"),
    (collection(bbox=[5, 0, 1, 1]), "bbox: must be west, south, east and north"),
    (collection(credit=" "), "credit: is missing"),
    (collection(features=None), "features: is no list"),
    (collection("x"), "features[0]: is no feature"),
    (collection(feature("rivver", "LineString", [])), 'features[0].properties.layer: "rivver" is no layer'),
    (collection(feature("river", "Point", [1, 1])), 'features[0].geometry: "Point" does not belong'),
    (collection(feature("river", "LineString", "x")), "no lists of longitude and latitude"),
    (collection(feature("river", "LineString", [[1, 1], [1, 95]])), "empty or out of range"),
    (collection(feature("land", "Polygon", SQUARE, name="A", role="boss")), '"boss" is no role'),
    (collection(feature("land", "Polygon", SQUARE, role="host")), "properties.name: must be a text"),
    (
        collection(feature("lake", "Polygon", [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]])),
        "it is no simple shape",
    ),
    (collection(feature("place", "Point", [1, 1], name="A", population=-1)), "must be a whole number"),
    (collection(feature("place", "Point", [1, 1], name="A", kind=3)), "properties.kind: must be a text"),
]


@pytest.mark.parametrize(("text", "message"), BAD_BASEMAPS)
def test_a_broken_basemap_is_refused_with_its_place_and_the_mend(tmp_path, text, message):
    (tmp_path / "own").mkdir()
    written = text if isinstance(text, str) else json.dumps(text)
    with pytest.raises(FileProblems) as refused:
        read_basemap(written.encode(), "own/basemap.geojson")
    assert message in str(refused.value)
    assert "Mend: " in str(refused.value)


def test_all_that_is_wrong_with_a_basemap_comes_at_once():
    broken = collection(feature("rivver", "Point", [1, 1]), feature("lake", "Point", [1, 1]), credit="")
    with pytest.raises(FileProblems) as refused:
        read_basemap(json.dumps(broken).encode(), "x")
    assert len(refused.value.problems) == 3


# --- The projection -----------------------------------------------------------------------------


def worst_error(lonlat, plane):
    """The largest relative error of a projected step against the ellipsoid."""
    dense = shapely.get_coordinates(shapely.segmentize(shapely.LineString(lonlat), 0.05))
    km = np.hypot(*np.diff(plane.km(dense), axis=0).T)
    true = np.array([GEOD.inv(*a, *b)[2] / 1000.0 for a, b in pairwise(dense)])
    return float(np.max(np.abs(km / true - 1.0)))


LINES = [
    [[36.0, 47.5], [36.4, 47.5]],
    [[126.7, 37.8], [128.3, 38.6]],
    [[-70.0, -33.0], [-69.0, -40.0]],
    [[29.0, -2.0], [30.0, 3.0]],
    [[179.0, 65.0], [-179.0, 66.0]],
    [[10.0, 0.0], [12.0, 0.0]],
    [[20.0, 75.0], [30.0, 78.0]],
]


def test_distances_along_the_packaged_line_are_true_within_half_a_percent(packaged):
    assert worst_error(packaged, plane_for(packaged)) < 0.005


@pytest.mark.parametrize("lonlat", LINES)
def test_distances_are_true_anywhere_in_the_world(lonlat):
    points = np.array(lonlat)
    plane = plane_for(points)
    turned = points.copy()
    turned[:, 0] = np.where(points[:, 0] < -170.0, points[:, 0] + 360.0, points[:, 0])
    assert worst_error(turned, plane) < 0.005
    assert np.allclose(np.mod(plane.lonlat(plane.km(points)) - points + 180.0, 360.0), 180.0, atol=1e-9)


def test_the_scale_of_the_frame_is_that_of_the_ellipsoid(packaged):
    frame = fitted([packaged], 50.0, 50.0, 850.0, (430.0, 940.0))
    px = np.hypot(*np.diff(frame.px(packaged), axis=0).T).sum()
    assert px / frame.px_per_km == pytest.approx(length_km(packaged), rel=0.005)


@given(st.floats(-179.0, 179.0), st.floats(-85.0, 85.0), st.floats(0.001, 8.0), st.floats(-3.9, 3.9))
@settings(max_examples=60)
def test_whatever_is_shown_lies_in_the_frame(lon, lat, east, north):
    points = np.array([[lon, lat], [lon + east, float(np.clip(lat + north, -88.0, 88.0))]])
    frame = fitted([points], 10.0, 20.0, 800.0, (400.0, 900.0))
    px = frame.px(points)
    assert np.all((px >= [frame.left, frame.top]) & (px <= [frame.right, frame.bottom]))
    assert 400.0 <= frame.height <= 900.0


# --- The drawing --------------------------------------------------------------------------------


def every_picture(packaged, basemap):
    elsewhere = line_only([[126.7, 37.8], [127.2, 38.3], [128.3, 38.6]])
    parts = marks(np.array([[32.4, 46.6], [34.6, 47.5]]), 3, "W{}")
    parts += marks(np.array([[36.5, 50.3], [38.1, 49.9]]), 2, "E{}")
    long_names = ["Кам’янець-Подільський", "Новомосковськ-Дніпровський", "Щ" * 60, "W" * 60, "Костянтинівка"]
    places = tuple(
        Place(name, place.lon, place.lat, "city", place.population)
        for name, place in zip(long_names, basemap.places, strict=False)
    )
    cyrillic = crowded(packaged, basemap, places=places, sectors=marks(packaged, 24, "Сектор {}"))
    return {
        "crowded": (crowded(packaged, basemap), basemap),
        "sorts": (crowded(packaged, basemap, sectors=marks(packaged, 24, value=lambda _: None)), basemap),
        "short": (line_only([[36.0, 47.5], [36.4, 47.5]]), basemap),
        "parts": (Picture("Two parts", "", "1 May 2026", parts), basemap),
        "elsewhere, no basemap": (elsewhere, None),
        "elsewhere, with one": (elsewhere, basemap),
        "long names": (cyrillic, basemap),
        "one point twice": (line_only([[36.0, 47.5], [36.0, 47.5]], 1), basemap),
    }


KINDS = [
    "crowded", "sorts", "short", "parts", "elsewhere, no basemap", "elsewhere, with one", "long names",
    "one point twice",
]  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_every_picture_is_well_formed_small_and_self_contained(packaged, basemap, name):
    picture, ground = every_picture(packaged, basemap)[name]
    svg, page = draw_svg(picture, ground), draw_page(picture, ground)
    for text, root in ((svg, f"{SVG}svg"), (page.removeprefix("<!DOCTYPE html>\n"), f"{HTML}html")):
        assert tree(text).tag == root
        assert not re.search(r"(?:src|href|data|action)\s*=\s*[\"'](?!#)", text)
        assert not re.search(r"https?:", text.replace(SVG[1:-1], "").replace(HTML[1:-1], ""))
        assert not re.search(
            r"<script|\son\w+=|@import|<style[^>]*src|<image|<use|nan|inf\b", text.split("<main")[0]
        )
        assert set(re.findall(r"url\(([^)]*)\)", text)) <= {"#map-frame"}
    assert len(svg) < 250_000
    assert all(len(number.split(".")[1]) == 1 for number in re.findall(r' d="[^"]*?(-?\d+\.\d+)', svg))


@pytest.mark.parametrize("name", KINDS)
def test_no_name_covers_another_and_none_leaves_the_frame(packaged, basemap, name):
    picture, ground = every_picture(packaged, basemap)[name]
    sheet = Sheet.of(picture, ground)
    names = sheet.names()
    boxes = [placed.box for placed in names.placed] + [names.bar.box]
    assert boxes
    assert not any(one.meets(other) for one, other in combinations(boxes, 2))
    frame = sheet.frame
    assert all(one.within(Box(frame.left, frame.top, frame.right, frame.bottom)) for one in boxes)


def test_a_text_is_no_wider_on_paper_than_its_box(picture, basemap, svg):
    """The drawn texts are those of the boxes, at the places of the boxes."""
    names = Sheet.of(picture, basemap).names()
    drawn = {"".join(node.itertext()): node for node in of_class(svg, "name place")}
    for place, _, placed in names.cities:
        node = drawn[place.name]
        assert placed.box.left - 0.06 <= float(node.get("x")) <= placed.box.right + 0.06
        assert placed.box.top < float(node.get("y")) < placed.box.bottom


@pytest.mark.parametrize("name", KINDS)
def test_every_place_of_the_picture_is_marked_and_named_or_listed(packaged, basemap, name):
    picture, ground = every_picture(packaged, basemap)[name]
    sheet = Sheet.of(picture, ground)
    names, drawn = sheet.names(), draw_svg(picture, ground)
    written = {place.name for place, _, _ in names.cities}
    listed = " ".join(names.left_out)
    for place in picture.places:
        ((x, y),) = sheet.frame.px(np.array([[place.lon, place.lat]]))
        frame = sheet.frame
        if frame.left + 4 < x < frame.right - 4 and frame.top + 4 < y < frame.bottom - 4:
            assert place.name in written or place.name in listed
            assert f"<title>{place.name}</title>" in drawn


@pytest.mark.parametrize("name", KINDS)
def test_every_sector_is_drawn_titled_and_keyed(packaged, basemap, name):
    picture, ground = every_picture(packaged, basemap)[name]
    svg = draw_svg(picture, ground)
    drawn = of_class(svg, "sector")
    assert len(drawn) == len(picture.sectors)
    for sector, node in zip(picture.sectors, drawn, strict=True):
        assert node.find(f"{SVG}title").text.startswith(f"{sector.key}: ")
    if name != "one point twice":
        assert all(node.get("d") for node in drawn)
        keys = {"".join(node.itertext()) for node in of_class(svg, "key")}
        assert keys == {sector.key for sector in picture.sectors}


def test_colours_of_the_marks_agree_with_the_legend(picture, svg):
    legend = {}
    lines = [node for node in tree(svg).iter() if node.tag in (f"{SVG}line", f"{SVG}text")]
    for swatch, text in pairwise(lines):
        if swatch.tag == f"{SVG}line" and (
            match := re.match(r"([\d.]+) to ([\d.]+) \((\d+)", text.text or "")
        ):
            legend[swatch.get("stroke")] = (float(match[1]), float(match[2]), int(match[3]))
    assert len(legend) == 5
    count = dict.fromkeys(legend, 0)
    top = max(high for _, high, _ in legend.values())
    for sector, node in zip(picture.sectors, of_class(svg, "sector"), strict=True):
        low, high, _ = legend[node.get("stroke")]
        assert low <= sector.value < high or sector.value == high == top
        count[node.get("stroke")] += 1
    assert count == {colour: number for colour, (_, _, number) in legend.items()}


def test_symbols_of_posts_agree_with_the_legend(picture, svg):
    root = tree(svg)
    nodes = list(root)
    posts = list(next(iter(of_class(svg, "posts"))))
    assert len(posts) == len(picture.posts)
    shown = {
        text.text: swatch
        for swatch, text in pairwise(nodes)
        if text.tag == f"{SVG}text" and (text.text or "").startswith("kind ")
    }
    assert set(shown) == {f"kind {kind} (15)" for kind in range(4)}
    assert not any(alike(one, other) for one, other in combinations(shown.values(), 2)), (
        "kinds are told apart"
    )
    for post, node in zip(picture.posts, posts, strict=True):
        assert alike(node, shown[f"{post.kind.replace('_', ' ')} (15)"])


def alike(one, other):
    """Whether two symbols have the same fill and outline, whatever their place and size."""
    return (
        one.get("fill") == other.get("fill")
        and corners(one).shape == corners(other).shape
        and np.allclose(corners(one), corners(other), atol=0.1)
    )


def corners(node):
    """The outline of a symbol around its middle, of size one."""
    points = np.array([[float(x) for x in step.split()] for step in node.get("d").strip("MZ").split("L")])
    points -= points.mean(axis=0)
    return points / np.abs(points).max()


def test_the_ramp_runs_from_light_to_dark():
    def lightness(colour):
        red, green, blue = (int(colour[n : n + 2], 16) / 255.0 for n in (1, 3, 5))
        linear = [(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4) for c in (red, green, blue)]
        return 116.0 * (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]) ** (1 / 3) - 16.0

    steps = [lightness(colour) for colour in RAMP]
    assert all(one - other > 12.0 for one, other in pairwise(steps))


@given(st.lists(st.floats(-1e6, 1e6).map(lambda value: round(value, 3)), min_size=1, max_size=40))
def test_every_value_falls_in_exactly_one_of_at_most_five_classes(values):
    sectors = tuple(
        SectorMark(str(n), np.array([[0.0, 1.0], [1.0, 1.0]]), "", value, "")
        for n, value in enumerate(values)
    )
    classes = classes_of(Picture("t", "", "", sectors))
    assert 1 <= len(classes) <= 5
    assert sorted(key for one in classes for key in one.keys) == sorted(str(n) for n in range(len(values)))
    edges = bounds(values)
    assert all(low < high for low, high in pairwise(edges)) or len(set(values)) == 1


def test_values_on_a_bound_count_above_it():
    sectors = marks(np.array([[36.0, 47.5], [36.4, 47.5]]), 6, value=lambda place: place / 5.0)
    found = {one.text: len(one.keys) for one in classes_of(Picture("t", "", "", sectors))}
    assert found == {"0.0 to 0.2": 1, "0.2 to 0.4": 1, "0.4 to 0.6": 1, "0.6 to 0.8": 1, "0.8 to 1.0": 2}


def test_a_sector_without_a_value_is_told_apart():
    sectors = marks(np.array([[36.0, 47.5], [36.4, 47.5]]), 3, value=lambda n: None if n == 1 else float(n))
    last = classes_of(Picture("t", "", "", sectors))[-1]
    assert (last.text, last.keys) == ("no value", ("S02",))
    assert "no value" in draw_page(Picture("t", "", "", sectors), None)


def test_disclaimer_day_sources_and_scale_stand_on_the_map(svg):
    written = texts(svg)
    assert DISCLAIMER in " ".join(written)
    assert "Line of contact as of 22 August 2026" in written
    assert any("Natural Earth" in text for text in written)
    assert any(text.endswith(" km") for text in written)
    root = tree(svg)
    assert root.find(f"{SVG}title").text == "A front"
    assert "S01" in root.find(f"{SVG}desc").text


def test_the_scale_bar_is_as_long_as_it_says(picture, basemap):
    sheet = Sheet.of(picture, basemap)
    bar = sheet.names().bar
    ends = sheet.frame.plane.lonlat(np.array([[0.0, 0.0], [bar.px / sheet.frame.px_per_km, 0.0]]))
    assert GEOD.inv(*ends[0], *ends[1])[2] / 1000.0 == pytest.approx(bar.km, rel=0.005)


def test_a_stamp_is_a_band_across_map_and_page(packaged, basemap, svg):
    stamp = "SENSITIVE: shows coverage of named sectors"
    stamped = crowded(packaged, basemap, stamp=stamp)
    (band,) = of_class(draw_svg(stamped, basemap), "stamp")
    assert float(band.get("width")) == 1200.0
    assert stamp in texts(draw_svg(stamped, basemap))
    assert f">{stamp}</p>" in draw_page(stamped, basemap)
    assert not of_class(svg, "stamp")


def test_the_same_picture_gives_the_same_bytes_in_another_process(picture, basemap, svg):
    assert draw_svg(picture, basemap) == svg
    code = (
        "import hashlib, numpy as np\n"
        "from holdfast.files.basemap import basemap_of\n"
        "from holdfast.present.map.page import draw_page\n"
        "from holdfast.present.map.picture import Picture, SectorMark\n"
        "s = SectorMark('A', np.array([[32.0, 46.6], [38.0, 50.0]]), 'land', 0.5, '')\n"
        "page = draw_page(Picture('t', '', '', (s,)), basemap_of('ukraine'))\n"
        "print(hashlib.sha256(page.encode()).hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1


HOSTILE = "</title><script>alert(1)</script>&\"' ]]> \x00\u202e\ud800\n<img src=x onerror=y>"


def test_hostile_texts_are_only_texts(basemap):
    sector = SectorMark(HOSTILE, np.array([[36.0, 47.5], [36.5, 47.6]]), HOSTILE, 0.5, HOSTILE)
    ring = np.array([[36.0, 47.6], [36.5, 47.7], [37.0, 47.6]])
    picture = Picture(
        HOSTILE, HOSTILE, HOSTILE, (sector,), (Belt((ring,), HOSTILE),), (Post(36.2, 47.6, HOSTILE),),
        (Place(HOSTILE, 36.3, 47.5, HOSTILE, 1),), HOSTILE, (HOSTILE,), HOSTILE, (HOSTILE,),
    )  # fmt: skip
    for text in (draw_svg(picture, basemap), draw_page(picture, basemap).removeprefix("<!DOCTYPE html>\n")):
        text.encode("utf-8")
        tags = {node.tag.split("}")[1] for node in tree(text).iter()}
        assert not tags & {"script", "img", "image", "use", "foreignObject", "iframe"}
        assert not re.search(r"<(script|img)", text)
        for node in tree(text).iter():
            assert not any(name.startswith("on") for name in node.attrib)


# --- The page -----------------------------------------------------------------------------------


def test_the_page_says_in_a_table_what_the_map_shows(picture, basemap):
    page = tree(draw_page(picture, basemap).removeprefix("<!DOCTYPE html>\n"))
    rows = list(page.find(f".//{HTML}tbody"))
    assert len(rows) == len(picture.sectors)
    total = 0.0
    for sector, row in zip(picture.sectors, rows, strict=True):
        cells = ["".join(cell.itertext()) for cell in row]
        assert cells[0] == sector.key
        assert row[0].get("scope") == "row"
        assert float(cells[2]) == pytest.approx(length_km(sector.lonlat), abs=0.051)
        assert float(cells[3]) == pytest.approx(sector.value, abs=5e-4)
        low, high = map(float, cells[4].split(" to "))
        assert low <= sector.value <= high
        total += length_km(sector.lonlat)
    assert f"{total:,.1f} km" in "".join(page.find(f".//{HTML}caption").itertext())
    assert page.get("lang") == "en"
    assert page.find(f".//{HTML}a").get("href") == "#sectors"
    assert page.find(f".//{HTML}div[@id='sectors']").get("tabindex") == "0"


def test_the_pages_policy_lets_in_its_own_style_and_nothing_else(picture, basemap):
    page = draw_page(picture, basemap)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    policy = tree(page.removeprefix("<!DOCTYPE html>\n")).find(
        f".//{HTML}meta[@http-equiv='Content-Security-Policy']"
    )
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.get("content").startswith(f"default-src 'none'; style-src 'sha256-{digest}';")
    assert " style=" not in page


# --- Names --------------------------------------------------------------------------------------


def test_a_label_leaves_the_line_free_where_it_can():
    line = shapely.LineString([[0.0, 50.0], [200.0, 50.0]]).buffer(3.0)
    spots = (Spot(100.0, 50.0, 0.0), Spot(100.0, 80.0, 2.0))
    board = Board(Box(0.0, 0.0, 200.0, 100.0), line)
    placed = [board.place(Label("name", 10.0, spots)) for _ in range(3)]
    assert [one and one.spot for one in placed] == [spots[1], spots[0], None], "across the line comes second"


def test_a_label_that_may_not_cost_as_much_is_dropped():
    board = Board(Box(0.0, 0.0, 200.0, 100.0), shapely.box(0, 0, 200, 100))
    assert board.place(Label("name", 10.0, (Spot(100.0, 50.0, 0.0),), most=4.0)) is None


@given(st.text(min_size=1, max_size=80), st.floats(60.0, 400.0))
def test_folded_text_keeps_every_letter_and_no_line_is_too_wide(text, width):
    lines = folded(text, 12.0, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(text_width(line, 12.0) <= width for line in lines)


# --- What cannot be drawn -----------------------------------------------------------------------

LINE = np.array([[36.0, 47.5], [36.5, 47.6]])
IMPOSSIBLE = [
    (lambda: SectorMark("A", LINE[:1], "", None, ""), "2 or more"),
    (lambda: SectorMark("A", np.array([[0.0, 95.0], [0.0, 1.0]]), "", None, ""), "latitude from -89"),
    (lambda: SectorMark("A", LINE, "", float("nan"), ""), "finite number"),
    (lambda: SectorMark(" ", LINE, "", None, ""), "needs a key"),
    (lambda: Post(float("inf"), 0.0, "x"), "must be degrees"),
    (lambda: Place("x", 0.0, 91.0, "city"), "place 'x'"),
    (lambda: Belt((LINE,), "x"), "3 or more"),
    (lambda: Picture("t", "", "", ()), "at least one sector"),
    (lambda: Picture(" ", "", "", (SectorMark("A", LINE, "", None, ""),)), "needs a title"),
    (lambda: Picture("t", "", "", (SectorMark("A", LINE, "", None, ""),) * 2), "same key"),
    (lambda: Picture("t", "", "", (SectorMark("A", LINE, "", None, ""),), stamp=" "), "needs words"),
]


@pytest.mark.parametrize(("make", "message"), IMPOSSIBLE)
def test_what_cannot_be_drawn_is_refused_when_it_is_made(make, message):
    with pytest.raises(ValueError, match=message):
        make()


# --- The detailed line of the same day ----------------------------------------------------------


def test_a_detailed_front_of_a_thousand_km_is_drawn_with_all_its_keys(data_file, basemap):
    path = data_file("deepstate/line_of_contact_2026-08-22.geojson")
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    (front,) = [f for f in features if f["properties"]["kind"] == "main_front"]
    lonlat = np.array(front["geometry"]["coordinates"])
    assert worst_error(lonlat, plane_for(lonlat)) < 0.005
    picture = crowded(lonlat, basemap)
    names = Sheet.of(picture, basemap).names()
    assert len(names.keys) == 24
    assert len(draw_svg(picture, basemap)) < 250_000
    assert length_km(lonlat) == pytest.approx(front["properties"]["length_km"], rel=0.005)


def test_belts_are_cut_to_the_frame_and_keep_their_holes(basemap):
    ring = shapely.get_coordinates(Polygon(box(30.0, 40.0, 40.0, 55.0)))
    hole = shapely.get_coordinates(box(36.1, 47.4, 36.3, 47.6))
    picture = line_only([[36.0, 47.5], [36.4, 47.5]], belts=(Belt((ring, hole), "all around"),))
    (belt,) = of_class(draw_svg(picture, basemap), "belt")
    assert belt.get("fill-rule") == "evenodd"
    assert belt.get("d").count("M") == 2
    assert max(abs(float(n)) for n in re.findall(r"-?\d+\.?\d*", belt.get("d"))) < 1200.0
