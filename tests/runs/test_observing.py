"""The question of monitoring: what its document holds, and what it holds back."""

from __future__ import annotations

import json

import pytest

from holdfast.errors import HoldfastError
from holdfast.runs.observing import observation

FEW = 16


def walk(thing, path=()):
    """Yield every key of a document with its value."""
    if isinstance(thing, dict):
        for key, value in thing.items():
            yield (*path, key), value
            yield from walk(value, (*path, key))
    elif isinstance(thing, list):
        for place, value in enumerate(thing):
            yield from walk(value, (*path, place))


@pytest.fixture(scope="module")
def plain():
    document = observation("ukraine", "un-peacekeepers", futures=FEW).document
    return json.loads(json.dumps(document, allow_nan=False))


@pytest.fixture(scope="module")
def open_():
    return observation("ukraine", "un-peacekeepers", futures=FEW, sensitive=True).document


@pytest.fixture(scope="module")
def front(data_file):
    return data_file("deepstate/line_of_contact_2026-08-22.geojson")


def test_it_says_what_is_asked_of_it(plain):
    for key in ("line_km", "sectors", "seen", "located", "attributed", "delay_hours", "warning_days"):
        assert plain[key], key
    assert [one["detail_km"] for one in plain["line_km"]] == [0.0, 1.0, 5.0, 10.0, 20.0]
    assert len(plain["sectors"]) == 24
    total = sum(one["length_km"] for one in plain["sectors"])
    assert total == pytest.approx(plain["line_km"][0]["length_km"], rel=1e-9)
    first = plain["sectors"][0]
    assert set(first["distance_km"]) == {"river", "border", "coast"}
    assert first["next_to"] == ["S02"]


def test_seen_located_and_attributed_follow_one_another(plain):
    for phase in plain["phases"]:
        for cell in [phase, *phase["classes"], *phase["cells"], *phase["sides"], *phase["lights"]]:
            for end in ("mean", "low", "high"):
                assert cell["seen"][end] >= cell["located"][end] - 1e-12 >= cell["attributed"][end] - 2e-12


def test_by_default_no_named_sector_tells_its_coverage_and_no_sensor_its_place(plain):
    assert plain["stamp"] is None
    assert plain["siting"]["places"] is None
    for phase in plain["phases"]:
        assert phase["sectors"] is None
    for sector in plain["sectors"]:
        assert not {"seen", "located", "attributed"} & set(sector)
    told = [path for path, value in walk(plain) if path[-1] == "key" and str(value).startswith("S")]
    assert all(path[0] == "sectors" for path in told)


def test_what_is_sensitive_is_stamped(open_):
    assert open_["stamp"].startswith("SENSITIVE")
    assert len(open_["phases"][-1]["sectors"]) == 24
    assert len(open_["siting"]["places"]) == 160


def test_the_same_question_has_the_same_bytes(plain):
    again = observation("ukraine", "un-peacekeepers", futures=FEW).document
    assert json.dumps(again, sort_keys=True) == json.dumps(plain, sort_keys=True)


def test_the_line_of_the_day_has_its_published_lengths(front):
    found = observation("ukraine", "none", line=front, where=["kind=main_front"], futures=FEW).document
    lengths = {one["detail_km"]: one["length_km"] for one in found["line_km"]}
    assert lengths[0.0] == pytest.approx(1_094, rel=0.005)
    assert lengths[1.0] == pytest.approx(1_001, rel=0.005)
    assert found["line"]["source"] == "line_of_contact_2026-08-22.geojson (kind=main_front)"
    assert found["line"]["left"] == "UKR"
    assert found["line"]["right"] == "RUS"
    assert found["phases"][0]["sector_classes"] is None
    assert found["siting"] is None


def test_real_incidents_are_all_accounted_for(front, data_file):
    found = observation(
        "ukraine",
        "osce-monitors",
        line=front,
        where=["kind=main_front"],
        incidents=data_file("cen4infores_2022/events_2022.csv"),
        futures=FEW,
    ).document["incidents"]
    assert found["rows"] == 6_158 == found["matched"] + found["set_aside"]
    assert sum(found["set_aside_by_reason"].values()) == found["set_aside"]
    assert sum(one["incidents"] for one in found["months"]) == found["matched"]
    assert found["sectors"] is None
    assert 0.0 < found["attributed"]["mean"] + found["located"]["mean"] < found["seen"]["mean"] * 2.0


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"where": ["kind=x"]}, "--line"),
        ({"columns": ["date=x"]}, "--incidents"),
        ({"set_aside": "x.csv"}, "--incidents"),
        ({"sectors": 0}, "sectors"),
        ({"belt_km": 1e6}, "--belt-km"),
        ({"line": "no-such-file.geojson"}, "no-such-file.geojson"),
        ({"incidents": "no-such-file.csv"}, "no-such-file.csv"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(options, word):
    with pytest.raises(HoldfastError, match=word):
        observation("ukraine", "none", futures=FEW, **options)


def test_a_table_has_a_row_for_each_class_side_and_light():
    found = observation("ukraine", "osce-monitors", futures=FEW)
    assert found.table.height == 9 * 2 * 2
