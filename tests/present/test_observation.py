"""What would be seen, as text: within the page, and no more than the numbers."""

from __future__ import annotations

import pytest

from holdfast.present.layout import WIDTH
from holdfast.present.numbers import share
from holdfast.present.observation import observation as text_of
from holdfast.runs.observing import observation

FEW = 16


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """Give a function that returns document and text of a packaged arrangement."""
    table = tmp_path_factory.mktemp("incidents") / "events.csv"
    rows = [f"2026-0{1 + number % 9}-11,47.6,{35.5 + 0.01 * number:.2f},mortar" for number in range(40)]
    table.write_text("date,latitude,longitude,class\n" + "\n".join([*rows, "x,1,1,mortar"]) + "\n", "utf-8")

    def ask(name, *, incidents=False, **options):
        found = observation(
            "ukraine", name, futures=FEW, incidents=table if incidents else None, **options
        ).document
        return found, text_of(found)

    return ask


@pytest.mark.parametrize("name", ["osce-monitors", "un-peacekeepers", "none"])
@pytest.mark.parametrize("incidents", [False, True])
def test_it_fits_the_page_and_says_what_it_rests_on(asked, name, incidents):
    _, text = asked(name, incidents=incidents)
    assert max(map(len, text.splitlines())) <= WIDTH
    assert "Consequences of stated assumptions, not a forecast." in text
    assert ("There is no mission" in text) == (name == "none")


def test_its_shares_are_those_of_the_document(asked):
    found, text = asked("un-peacekeepers")
    first = " ".join(text.split())
    for what, word in (("seen", "are seen by anyone"), ("attributed", "attributed to a side")):
        assert f"{share(found[what]['mean'])} (" in first
        assert word in first
    siting = found["siting"]
    assert f"{share(siting['placed'])} if placed best" in first
    for one in siting["how_many"]:
        assert f"{one['enough']:,} to see 80 %" in first


def test_incidents_are_told_with_what_was_set_aside(asked):
    found, text = asked("osce-monitors", incidents=True)
    assert found["incidents"]["set_aside"] == 1
    assert "of 41 rows 40 lie within 50 km" in text
    assert "Row 42: no day" in text
    assert "nobody knows" not in text


def test_where_hot_spots_are_not_known_it_says_so(asked):
    assert "nobody knows" in " ".join(asked("osce-monitors")[1].split())


def test_sectors_are_told_by_class_unless_asked_for_by_name(asked):
    _, plain = asked("un-peacekeepers")
    _, open_ = asked("un-peacekeepers", sensitive=True)
    assert "S07" not in plain
    assert "SENSITIVE" not in plain
    assert open_.startswith("SENSITIVE")
    assert "S07" in open_
