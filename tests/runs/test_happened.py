"""Incidents that there were, laid beside a line: matched or set aside, where they lie, and what is seen."""

import csv
import json
from functools import cache

import numpy as np
import pytest

from holdfast.errors import UsageProblem
from holdfast.files.problems import FileProblems
from holdfast.geometry import nearest
from holdfast.runs.asking import set_up
from holdfast.runs.ground import ground_of
from holdfast.runs.happened import EDGES_KM, FAR, FARTHEST_KM, ROUGH, happened
from holdfast.runs.observing import observation

SECTORS = 12
LINE = "deepstate/line_of_contact_2026-08-22.geojson"
FRONT = ("kind=main_front",)


@pytest.fixture(scope="module")
def setup():
    return set_up("ukraine", settlement=None, futures=16, seed=1, years=1, overlay=None)


@pytest.fixture(scope="module")
def ground(setup):
    return ground_of(
        setup.case, setup.settlement, basemap=None, line=None, layer=None, where=(), sectors=SECTORS
    )


def table(folder, rows, head="date,latitude,longitude", name="table.csv"):
    """Write rows of a day, longitude and latitude, and whatever else."""
    lines = [",".join([day, f"{lat:.6f}", f"{lon:.6f}", *rest]) for day, lon, lat, *rest in rows]
    path = folder / name
    path.write_text("\n".join([head, *lines]) + "\n", "utf-8")
    return path


def beside(ground, number=60, spread=0.2):
    """Return made-up places along the line."""
    rng = np.random.default_rng(3)
    km = rng.uniform(0.0, ground.line.length_km, number)
    return [
        ("2026-01-15", *(np.array(ground.line.at(at)) + rng.uniform(-spread, spread, 2)).tolist())
        for at in km
    ]


def test_every_row_is_matched_or_set_aside(tmp_path, ground):
    head = "id,type_of_violence,where_prec,date_prec,date_start,latitude,longitude"
    near = [(lon, lat) for _, lon, lat in beside(ground, 20)]
    lines = [f"{at},1,{4 if at < 5 else 1},1,2026-03-01,{lat},{lon}" for at, (lon, lat) in enumerate(near)]
    lines += ["90,1,1,1,2026-03-01,50.45,23.0", "91,1,5,1,2026-03-01,10,-70", "92,1,1,1,never,48,37"]
    lines += [lines[-4]]
    path = tmp_path / "events.csv"
    path.write_text("\n".join([head, *lines]) + "\n", "utf-8")
    found = happened(path, (), ground, tmp_path / "aside.csv")
    assert found.counts.total == 15
    assert dict(found.set_aside) == {
        "no day that can be read": 1,
        "the same key as an earlier row": 1,
        FAR: 2,
        ROUGH: 5,
    }
    assert found.counts.total + sum(found.set_aside.values()) == found.incidents.rows == len(lines)
    with (tmp_path / "aside.csv").open(newline="") as stream:
        aside = list(csv.reader(stream))[1:]
    assert [int(row[0]) for row in aside] == [2, 3, 4, 5, 6, 22, 23, 24, 25]
    assert [row[1] for row in aside[5:7]] == [FAR, FAR]
    assert [",".join(row[2:]) for row in aside] == [lines[int(row[0]) - 2] for row in aside]


def test_each_incident_lies_in_the_sector_and_bin_of_its_nearest_place(tmp_path, ground):
    rows = beside(ground)
    found = happened(table(tmp_path, rows), (), ground, None)
    place = nearest(
        ground.line,
        np.array([round(lon, 6) for _, lon, _ in rows]),
        np.array([round(lat, 6) for _, _, lat in rows]),
        ground.sectors,
    )
    assert (
        found.counts.cells.sum(axis=(0, 2, 3, 4, 5)).tolist()
        == np.bincount(place.sector, minlength=SECTORS).tolist()
    )
    bins = np.histogram(np.abs(place.off_km), EDGES_KM)[0]
    assert found.counts.cells.sum(axis=(0, 1, 2, 3, 4)).tolist() == bins.tolist()


def test_an_incident_lies_on_the_side_of_who_holds_its_place(tmp_path, setup, ground):
    """Places of the case, of which it is known who holds them; the line is drawn to some 2 km."""
    for side, holder in enumerate((ground.host, ground.opponent)):
        places = [one for one in setup.case.places if one.held_by == holder]
        at = np.array([(one.longitude, one.latitude) for one in places])
        off_km = nearest(ground.line, at[:, 0], at[:, 1]).off_km
        held = [
            ("2026-01-15", one.longitude, one.latitude)
            for one, off in zip(places, np.abs(off_km), strict=True)
            if 2.0 < off < 45.0
        ]
        assert len(held) > 3
        found = happened(table(tmp_path, held), (), ground, None)
        by_side = found.counts.cells.sum(axis=(0, 1, 3, 4, 5))
        assert by_side[side] == len(held)
        assert by_side[1 - side] == 0


def test_exchanged_axes_are_refused_with_the_mend(tmp_path, ground):
    turned = [(day, lat, lon) for day, lon, lat in beside(ground)]
    with pytest.raises(FileProblems, match="latitude and longitude exchanged") as caught:
        happened(table(tmp_path, turned), (), ground, None)
    assert "exchange the two columns" in str(caught.value)
    columns = ("date=date", "latitude=longitude", "longitude=latitude")
    named = happened(table(tmp_path, turned), columns, ground, None)
    assert named.counts.total == 60


def test_a_table_of_another_theatre_is_refused(tmp_path, ground):
    with pytest.raises(FileProblems, match=f"nothing within {FARTHEST_KM:.0f} km of the line"):
        happened(table(tmp_path, [("2026-01-15", -70.0, 10.0)]), (), ground, None)


def test_a_table_of_rough_places_alone_is_refused(tmp_path, ground):
    head = "date_start,latitude,longitude,id,type_of_violence,where_prec,date_prec"
    rows = [(*row, str(at), "1", "6", "1") for at, row in enumerate(beside(ground, 5))]
    with pytest.raises(FileProblems, match="known only roughly"):
        happened(table(tmp_path, rows, head), (), ground, None)


def test_only_months_with_incidents_are_told(tmp_path, ground):
    days = ["1999-12-31", "2026-01-01", "2026-01-31", "2026-03-01"]
    rows = [(day, *ground.line.at(50.0)) for day in days]
    found = happened(table(tmp_path, rows), (), ground, None)
    assert found.months == ("1999-12", "2026-01", "2026-03")
    assert found.counts.cells.sum(axis=(1, 2, 3, 4, 5)).tolist() == [1, 2, 1]


def test_the_order_of_rows_changes_nothing(tmp_path, ground):
    rows = beside(ground)
    one = happened(table(tmp_path, rows), (), ground, None)
    two = happened(table(tmp_path, rows[::-1]), (), ground, None)
    assert one.counts.cells.tobytes() == two.counts.cells.tobytes()
    assert one.shares.tobytes() == two.shares.tobytes()


def test_incidents_all_in_one_sector_give_it_nearly_all_the_weight(tmp_path, ground):
    middle = ground.sectors[4].middle
    found = happened(table(tmp_path, [("2026-01-15", *middle)] * 500), (), ground, None)
    assert found.shares[4] == pytest.approx(500.5 / (500 + 0.5 * SECTORS))
    assert found.shares.sum() == pytest.approx(1.0)
    assert (found.shares > 0.0).all()


def test_the_rows_set_aside_never_replace_the_table(tmp_path, ground):
    path = table(tmp_path, beside(ground, 3))
    before = path.read_bytes()
    with pytest.raises(FileProblems, match="is the table of incidents itself"):
        happened(path, (), ground, path)
    with pytest.raises(FileProblems, match="does not exist"):
        happened(path, (), ground, tmp_path / "nowhere" / "aside.csv")
    assert path.read_bytes() == before


@pytest.mark.parametrize("options", [{"columns": ("date=a",)}, {"set_aside": "aside.csv"}])
def test_options_of_a_table_need_a_table(options):
    with pytest.raises(UsageProblem, match="no table of incidents is named"):
        observation("ukraine", "osce-monitors", futures=16, years=1, **options)


def check_block(block, rows):
    """Ask of the part of a document what must hold of every table."""
    json.dumps(block, allow_nan=False)
    assert block["rows"] == rows
    assert block["matched"] + block["set_aside"] == rows
    assert sum(block["set_aside_by_reason"].values()) == block["set_aside"]
    for name in ("months", "classes", "sector_classes"):
        assert sum(one["incidents"] for one in block[name]) == block["matched"], name
        for share in ("seen", "located", "attributed"):
            weighed = sum(one["incidents"] * one[share]["mean"] for one in block[name]) / block["matched"]
            assert weighed == pytest.approx(block[share]["mean"]), (name, share)
    assert 0.0 <= block["attributed"]["mean"] <= block["seen"]["mean"] <= 1.0
    assert block["seen"]["mean"] > 0.0


@cache
def real(line, incidents, arrangement="osce-monitors", *, sensitive=False):
    return observation(
        "ukraine",
        arrangement,
        line=line,
        where=FRONT,
        incidents=incidents,
        futures=16,
        years=1,
        sensitive=sensitive,
    )


def test_real_fires_beside_a_real_line_are_matched_by_night_and_day(data_file):
    path = data_file("nasa_firms_2023/viirs_noaa20_within_50km.csv")
    found = real(data_file(LINE), path)
    check_block(found.document["incidents"], 19_337)
    assert found.document["incidents"]["matched"] > 10_000  # those of a line of 2024 within 50 km of it
    assert [one["class"] for one in found.document["incidents"]["classes"]] == [None]
    by_light = found.happened.counts.cells.sum(axis=(0, 1, 2, 3, 5))
    assert by_light[2] == 0
    assert by_light[:2].min() > 0


def test_real_entries_of_open_sources_are_matched_beside_a_real_line(data_file):
    found = real(data_file(LINE), data_file("cen4infores_2022/events_2022.csv"))
    block = found.document["incidents"]
    check_block(block, 6_158)
    assert block["set_aside_by_reason"]["the same key as an earlier row"] == 4
    assert [one["row"] for one in block["set_aside_first"]] == [79, 80, 1702, 2736]
    assert block["sectors"] is None


def test_sectors_are_named_only_where_that_is_asked_for(data_file):
    path = data_file("cen4infores_2022/events_2022.csv")
    open_block = real(data_file(LINE), path).document["incidents"]
    block = real(data_file(LINE), path, sensitive=True).document["incidents"]
    assert sum(one["incidents"] for one in block["sectors"]) == block["matched"]
    assert {**block, "sectors": None} == open_block


def test_without_a_mission_nothing_is_tallied(data_file):
    block = real(data_file(LINE), data_file("cen4infores_2022/events_2022.csv"), "none").document["incidents"]
    assert block["seen"] is None
    assert block["matched"] + block["set_aside"] == 6_158
