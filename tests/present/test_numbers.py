"""Numbers in words: never a certainty that is not there, units said, ranges where there are any."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.present.numbers import (
    NOT_APPLICABLE,
    billions,
    count,
    days,
    millions,
    number_range,
    rate,
    share,
    share_range,
)

SHARES = st.floats(0.0, 1.0)
NOTHING = {"mean": None, "low": None, "high": None, "computing_error": None}


def between(low: float, high: float) -> dict[str, float]:
    return {"mean": (low + high) / 2, "low": low, "high": high, "computing_error": 0.0}


# --- Shares -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0 %"),
        (1e-300, "<1 %"),
        (0.004, "<1 %"),
        (0.0099, "<1 %"),
        (0.01, "1 %"),
        (0.125, "12 %"),
        (0.5, "50 %"),
        (0.986, "99 %"),
        (0.99, "99 %"),
        (0.9901, ">99 %"),
        (0.996, ">99 %"),
        (1.0 - 2.0**-53, ">99 %"),
        (1.0, "100 %"),
    ],
)
def test_a_share_in_percent(value, words):
    assert share(value) == words


@given(SHARES)
def test_a_share_is_never_rounded_to_a_certainty(value):
    assert (share(value) == "0 %") == (value == 0.0)
    assert (share(value) == "100 %") == (value == 1.0)


@given(SHARES)
def test_a_share_is_right_to_the_percent(value):
    said = float(re.sub("[<>% ]", "", share(value)))
    assert abs(said - 100 * value) <= 1.0


@given(SHARES, SHARES)
def test_shares_keep_their_order(one, other):
    def place(value):
        words = share(value)
        return float(re.sub("[<>% ]", "", words)) + {"<": -0.5, ">": 0.5}.get(words[0], 0.0)

    if one < other:
        assert place(one) <= place(other)


@given(SHARES, SHARES)
def test_a_range_of_shares_holds_both_ends(one, other):
    low, high = sorted((one, other))
    words = share_range(between(low, high))
    assert words.count("%") >= 1
    assert words.startswith(share(low).removesuffix(" %"))
    assert words.endswith(share(high))
    if 0 < low <= high < 1:
        assert not re.match(r"0\b", words)
        assert "100" not in words


def test_what_has_no_meaning_has_no_range():
    assert share_range(NOTHING) == NOT_APPLICABLE
    assert number_range(NOTHING, count) == NOT_APPLICABLE
    assert number_range(NOTHING, days) == NOT_APPLICABLE


def test_two_ends_that_look_the_same_are_said_once():
    assert number_range(between(0.301, 0.302), share) == "30 %"
    assert number_range(between(5.0, 5.0), days) == "5 d"


# --- Persons, money, time ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0"),
        (7.4, "7"),
        (99.4, "99"),
        (100.0, "100"),
        (104.0, "100"),
        (155.0, "160"),
        (999.5, "1,000"),
        (1_549.0, "1,500"),
        (25_000.0, "25,000"),
        (149_999.0, "150,000"),
        (2_000_000.0, "2,000,000"),
    ],
)
def test_persons_to_two_figures(value, words):
    assert count(value) == words


@given(st.floats(100.0, 1e12))
def test_a_count_is_right_to_two_figures(value):
    said = count(value)
    assert abs(float(said.replace(",", "")) - value) <= 0.0501 * value
    assert len(said.replace(",", "").rstrip("0")) <= 2


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0, "0.0"), (4.2e8, "0.4"), (34.46e9, "34.5"), (99.4e9, "99.4"), (99.6e9, "100"), (250e9, "250")],
)
def test_billions(value, words):
    assert billions(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0"),
        (1e-300, "<0.1"),
        (0.049, "<0.1"),
        (0.05, "0.1"),
        (0.47, "0.5"),
        (9.94, "9.9"),
        (9.95, "10"),
        (48.2, "48"),
        (99.6, "100"),
        (2_740.9, "2,700"),
    ],
)
def test_how_many_in_a_week(value, words):
    assert rate(value) == words


@given(st.floats(0.0, 1e6), st.floats(0.0, 1e6))
def test_a_rate_is_nought_only_where_it_is_and_keeps_its_order(one, other):
    def place(value):
        words = rate(value)
        return float(words.removeprefix("<").replace(",", "")) - (0.05 if words[0] == "<" else 0.0)

    assert (rate(one) == "0") == (one == 0.0)
    if one < other:
        assert place(one) <= place(other)


def test_millions():
    assert millions(27_449e6) == "27,000"
    assert millions(9.6e6) == "10"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0 min"),
        (1 / 24, "60 min"),
        (1.9 / 24, "114 min"),
        (2 / 24, "2 h"),
        (1.0, "24 h"),
        (1.9, "46 h"),
        (2.0, "2 d"),
        (39.6, "40 d"),
    ],
)
def test_days_hours_and_minutes(value, words):
    assert days(value) == words


@given(st.floats(0.0, 3_650.0), st.floats(0.0, 3_650.0))
def test_times_keep_their_order(one, other):
    def minutes(value):
        number, unit = days(value).split()
        return float(number) * {"min": 1, "h": 60, "d": 1_440}[unit]

    if one < other:
        assert minutes(one) <= minutes(other)
    assert math.isclose(minutes(one), one * 1_440, rel_tol=0.26, abs_tol=0.5)


def test_a_unit_that_both_ends_share_is_said_once():
    assert number_range(between(14.0, 75.0), days) == "14-75 d"
    assert number_range(between(20 / 24, 3.0), days) == "20 h - 3 d"
    assert number_range(between(170.0, 580.0), count) == "170-580"
    assert number_range(between(27.5e9, 42.9e9), billions) == "27.5-42.9"
    assert number_range(between(0.01, 2.0), rate) == "<0.1-2.0"
    assert number_range(between(0.0, 0.0), rate) == "0"
