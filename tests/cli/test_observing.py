"""The command ``observe``: what its options do, every form it writes, and bad input answered in words."""

import csv
import io
import json

import pytest

FEW = ("--futures", "16")


def refused(done) -> str:
    """Assert that a command was refused in words, and return them."""
    assert (done.status, done.out) == (2, ""), (done.status, done.err)
    assert "Mend: " in done.err
    for word in ("Traceback", "defect", "pydantic", "GDAL", "polars"):
        assert word not in done.err
    return str(done.err)


@pytest.fixture
def front(tmp_path):
    """Give a line of one's own beside the case's, with two days in one file."""
    features = [
        {
            "type": "Feature",
            "properties": {"date": day},
            "geometry": {
                "type": "LineString",
                "coordinates": [[35.0, 47.5], [36.2, 47.7 + shift], [37.2, 48.3]],
            },
        }
        for day, shift in (("2026-08-22", 0.0), ("2026-09-01", 0.05))
    ]
    path = tmp_path / "front.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


@pytest.fixture
def events(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text(
        "date,latitude,longitude,class\n2026-09-01,47.6,35.9,mortar\n2026-09-02,91,35.9,mortar\n"
        "2026-09-03,50.0,30.0,artillery\n",
        "utf-8",
    )
    return path


def test_it_tells_what_would_be_seen(holdfast):
    done = holdfast("observe", "ukraine", "osce-monitors", *FEW)
    assert done.status == 0, done.err
    assert max(map(len, done.out.splitlines())) <= 100
    for words in ("seen", "located", "attributed", "Warning", "does not name the side", "not a forecast"):
        assert words in done.out


def test_without_a_mission_states_are_left(holdfast):
    done = holdfast("observe", "ukraine", "none", *FEW)
    assert done.status == 0, done.err
    assert "There is no mission" in done.out


def test_a_line_and_incidents_of_ones_own(holdfast, front, events, tmp_path):
    aside = tmp_path / "aside.csv"
    done = holdfast(
        *("observe", "ukraine", "un-peacekeepers", *FEW, "--line", front, "--where", "date=2026-09-01"),
        *("--incidents", events, "--set-aside", aside, "--sectors", "5", "--json"),
    )
    assert done.status == 0, done.err
    found = json.loads(done.out)
    assert len(found["sectors"]) == 5
    assert found["line"]["as_of"] == "2026-09-01"
    table = found["incidents"]
    assert (table["rows"], table["matched"], table["set_aside"]) == (3, 1, 2)
    rows = csv.DictReader(io.StringIO(aside.read_text("utf-8")))
    assert [row["row"] for row in rows] == ["3", "4"]


def test_a_result_is_borne_out_with_its_files_and_asks_for_them(holdfast, front, tmp_path):
    saved = tmp_path / "seen.json"
    asked = ("observe", "ukraine", "none", *FEW, "--line", front, "--where", "date=2026-08-22", "--json")
    assert holdfast(*asked, "-o", saved).status == 0
    assert "front.geojson" in refused(holdfast("verify", saved))
    assert holdfast("verify", saved, "--line", front).status == 0
    other = json.loads(front.read_text("utf-8"))
    other["features"][0]["geometry"]["coordinates"][0] = [35.01, 47.5]
    front.write_text(json.dumps(other), "utf-8")
    done = holdfast("verify", saved, "--line", front)
    assert done.status == 1
    assert "line" in done.out


def test_as_a_table(holdfast):
    done = holdfast("observe", "ukraine", "osce-monitors", *FEW, "--csv")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert len(rows) == 36
    assert all(float(row["located_mean"]) <= float(row["seen_mean"]) + 1e-12 for row in rows)


@pytest.mark.parametrize("ending", ["svg", "html", "geojson", "gpkg"])
def test_maps_in_every_form(holdfast, tmp_path, ending):
    path = tmp_path / f"map.{ending}"
    done = holdfast("observe", "ukraine", "none", *FEW, "--map", path)
    assert done.status == 0, done.err
    assert path.stat().st_size > 5_000
    assert [one.name for one in tmp_path.iterdir()] == [path.name], "whole, and nothing beside it"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--map", "map.pdf"), "map.pdf"),
        (("--map", "no-folder/map.svg"), "no-folder"),
        (("--sectors", "0"), "sectors"),
        (("--sectors", "few"), "--sectors"),
        (("--where", "date=2026-08-22"), "--line"),
        (("--column", "date=day"), "--incidents"),
        (("--line", "no-such.gpkg"), "no-such.gpkg"),
        (("--line", "http://example.org/line.geojson"), "line"),
        (("--incidents", "no-such.csv"), "no-such.csv"),
        (("--belt-km", "-3"), "belt"),
    ],
)
def test_bad_options_are_refused_in_words(holdfast, arguments, words):
    assert words in refused(holdfast("observe", "ukraine", "none", *FEW, *arguments))


def test_a_line_that_could_be_two_is_refused(holdfast, front):
    wrong = refused(holdfast("observe", "ukraine", "none", *FEW, "--line", front))
    assert "date" in wrong
    assert "2026-08-22" in wrong


def test_an_unknown_arrangement_is_refused(holdfast):
    assert "osce-monitors" in refused(holdfast("observe", "ukraine", "osce-monitor", *FEW))
