"""docs/monitoring.md against the code: its numbers, and what its text says of them."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pytest
from benchmarks import monitoring
from benchmarks.monitoring import LINE_KM, PAGE, asked

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
MEND = "run benchmarks/monitoring.py and see whether the text still holds"
NAMES = ("beside", "classes", "more")


@cache
def page() -> str:
    return PAGE.read_text("utf-8")


@cache
def told() -> dict[str, list[str]]:
    return monitoring.pages()


@pytest.mark.parametrize("name", NAMES)
def test_tables_on_the_page_are_what_the_code_gives(name):
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    between = page()[page().index(start) : page().index(end)]
    shown = [line for line in between.splitlines() if line.startswith("|")]
    assert len(shown) == len(told()[name]), MEND
    for line, other in zip(shown, told()[name], strict=True):
        assert NUMBER.sub("", line) == NUMBER.sub("", other), MEND
        pairs = zip(NUMBER.findall(line), NUMBER.findall(other), strict=True)
        for one, two in pairs:
            assert float(one.replace(",", "")) == pytest.approx(float(two.replace(",", "")), abs=1.01), MEND


def test_real_incidents_on_the_page_are_what_the_code_gives(data_folder):
    start, end = "<!-- laid -->", "<!-- /laid -->"
    between = page()[page().index(start) : page().index(end)]
    shown = [line for line in between.splitlines() if line.startswith("|")]
    found = monitoring.laid(data_folder)
    assert len(shown) == len(found), MEND
    for line, other in zip(shown, found, strict=True):
        assert NUMBER.sub("", line) == NUMBER.sub("", other), MEND
        for one, two in zip(NUMBER.findall(line), NUMBER.findall(other), strict=True):
            assert float(one.replace(",", "")) == pytest.approx(float(two.replace(",", "")), abs=1.01), MEND


def test_every_table_of_the_page_is_held_to_the_code():
    assert sorted(re.findall(r"^<!-- ([a-z]+) -->$", page(), re.MULTILINE)) == sorted((*NAMES, "laid"))
    assert set(told()) == set(NAMES)


def test_what_the_mission_had_is_what_is_put_in():
    place = asked().setting
    np.testing.assert_allclose(place.km.sum(axis=1), LINE_KM)
    np.testing.assert_allclose(place.mix.sum(axis=1), 1.0)
    assert 55 <= np.median(monitoring.patrols_a_day()) <= 65, "over 60 patrols a day at busy times (E1)"


# What the reports let one say beforehand, with wide tolerances: fixed before the tables were made.


def test_published_shares_lie_in_the_models_range():
    for found, published in (
        (monitoring.in_hot_spots(), 0.70),
        (monitoring.in_hot_spots(), 0.76),
        (monitoring.denied(), 0.11),
        (monitoring.by_cameras(), 0.20),
    ):
        low, high = np.quantile(found, [0.05, 0.95])
        assert low <= published <= high, MEND


def test_where_the_model_is_off_the_page_says_so():
    # above what is published, and the page says by how much
    assert np.median(monitoring.of_banned_weapons()) > 2.0 * 0.08
    assert "by a factor of two or more" in page()
    assert np.median(monitoring.by_cameras()) > 0.20
    assert "They weigh more in the model than in the record" in page()
    assert np.median(monitoring.denied()) > 0.11
    assert "lies higher, with a range that holds it" in page()


def test_the_record_is_more_concentrated_than_the_fire():
    assert (monitoring.in_hot_spots() > asked().setting.incidents[:, 0]).mean() > 0.75
    assert "more concentrated than the fire" in page()


def test_less_is_seen_at_night_in_nearly_all_futures():
    light = monitoring.mission_of_donbas().by("by_mission", "light")
    assert (light[:, 1] < light[:, 0]).mean() > 0.95
