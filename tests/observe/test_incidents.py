"""Incidents that there were: counted in cells, and what of them would have been seen."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.observe.incidents import Counts, counts_of, joined, tally

SHAPE = (2, 3, 2, 4, 2)
EDGES = np.array([0.0, 1.0, 3.0, 10.0])
BINS = len(EDGES) - 1
FUTURES = 5


def incidents(number, seed=1):
    """Return made-up incidents: month, sector, side, class, light and distance."""
    rng = np.random.default_rng(seed)
    months, sectors, sides, classes, lights = SHAPE
    return (
        rng.integers(0, months, number),
        rng.integers(0, sectors, number),
        rng.integers(0, sides, number),
        rng.integers(-1, classes, number),
        rng.integers(-1, lights, number),
        rng.uniform(0.0, 12.0, number),
    )


def counted(rows):
    return counts_of(*rows, edges_km=EDGES, shape=SHAPE)


def tables(seed=2):
    """Return a table of shares, a mix of classes and the weights of lights."""
    rng = np.random.default_rng(seed)
    _, sectors, sides, classes, lights = SHAPE
    table = rng.uniform(size=(FUTURES, 3, sectors, sides, classes, lights, BINS))
    mix, light = rng.uniform(size=(FUTURES, classes)), rng.uniform(size=(FUTURES, lights))
    return table, mix / mix.sum(axis=1, keepdims=True), light / light.sum(axis=1, keepdims=True)


def share_of(table, mix, light, future, what, row):
    """Return what is seen of one incident, in plain Python."""
    _, sector, side, kind, lit, km = row
    at = 0
    while at < BINS - 1 and km >= EDGES[at + 1]:
        at += 1
    kinds = range(SHAPE[3]) if kind < 0 else [kind]
    lits = range(SHAPE[4]) if lit < 0 else [lit]
    return sum(
        float(table[future, what, sector, side, c, b, at])
        * (float(mix[future, c]) if kind < 0 else 1.0)
        * (float(light[future, b]) if lit < 0 else 1.0)
        for c in kinds
        for b in lits
    )


def mean_of(values):
    return sum(values) / len(values) if values else math.nan


@pytest.mark.parametrize("number", [1, 7, 200])
def test_a_slow_second_way_agrees(number):
    rows = incidents(number)
    listed = list(zip(*(column.tolist() for column in rows), strict=True))
    table, mix, light = tables()
    found = tally(counted(rows), table, mix, light)
    assert found.number == number
    for future in range(FUTURES):
        for what in range(3):
            shares = [share_of(table, mix, light, future, what, row) for row in listed]
            assert found.overall[future, what] == pytest.approx(mean_of(shares))
            for name, axis, places in (
                ("by_month", 0, range(SHAPE[0])),
                ("by_sector", 1, range(SHAPE[1])),
                ("by_class", 3, [*range(SHAPE[3]), -1]),
            ):
                apart = [
                    mean_of([share for share, row in zip(shares, listed, strict=True) if row[axis] == place])
                    for place in places
                ]
                assert getattr(found, name)[future, what] == pytest.approx(apart, nan_ok=True), name


@given(st.permutations(range(40)))
def test_the_order_of_rows_changes_no_byte(order):
    rows = incidents(40)
    turned = [column[list(order)] for column in rows]
    first, second = counted(rows), counted(turned)
    assert first.cells.tobytes() == second.cells.tobytes()
    one, two = (tally(counts, *tables()) for counts in (first, second))
    for name in ("overall", "by_month", "by_sector", "by_class"):
        assert getattr(one, name).tobytes() == getattr(two, name).tobytes()


def test_every_incident_is_counted_once():
    counts = counted(incidents(500))
    assert counts.total == counts.cells.sum() == 500
    assert counts.cells.shape == (2, 3, 2, 5, 3, BINS)


def test_where_all_is_seen_the_share_is_one_and_where_nothing_is_seen_nought():
    table, mix, light = tables()
    counts = counted(incidents(300))
    for share in (0.0, 1.0):
        found = tally(counts, np.full_like(table, share), mix, light)
        for name in ("overall", "by_month", "by_sector", "by_class"):
            assert getattr(found, name) == pytest.approx(np.full_like(getattr(found, name), share))


@given(st.integers(0, 1000), st.floats(0.0, 1.0))
def test_more_coverage_never_sees_less(seed, share):
    table, mix, light = tables()
    more = table + share * (1.0 - table) * np.random.default_rng(seed).uniform(size=table.shape)
    counts = counted(incidents(60, seed))
    low, high = tally(counts, table, mix, light), tally(counts, more, mix, light)
    for name in ("overall", "by_month", "by_sector", "by_class"):
        below, above = getattr(low, name), getattr(high, name)
        assert (np.isnan(below) | (above >= below - 1e-12)).all()


def one(kind, light, km=0.5):
    return counted([np.array([value]) for value in (0, 1, 1, kind, light)] + [np.array([km])])


def test_an_unknown_class_is_the_mixture_of_classes_by_their_weights():
    table, mix, light = tables()
    apart = np.stack([tally(one(kind, 0), table, mix, light).overall for kind in range(SHAPE[3])])
    expected = np.einsum("cfw,fc->fw", apart, mix)
    assert tally(one(-1, 0), table, mix, light).overall == pytest.approx(expected)


def test_an_unknown_light_is_the_mixture_of_day_and_night_by_their_weights():
    table, mix, light = tables()
    apart = np.stack([tally(one(2, lit), table, mix, light).overall for lit in range(SHAPE[4])])
    expected = np.einsum("lfw,fl->fw", apart, light)
    assert tally(one(2, -1), table, mix, light).overall == pytest.approx(expected)


@pytest.mark.parametrize(
    ("km", "place"), [(0.0, 0), (0.999, 0), (1.0, 1), (3.0, 2), (10.0, 2), (11.0, 2), (1e6, 2)]
)
def test_a_bin_begins_at_its_edge_and_the_last_has_no_end(km, place):
    cells = one(0, 0, km).cells
    assert np.argwhere(cells).tolist() == [[0, 1, 1, 0, 0, place]]


def test_lots_of_futures_joined_are_the_whole():
    table, mix, light = tables()
    counts = counted(incidents(80))
    whole = tally(counts, table, mix, light)
    lots = [slice(0, 2), slice(2, 3), slice(3, 5)]
    again = joined([tally(counts, table[lot], mix[lot], light[lot]) for lot in lots])
    assert again.number == whole.number
    for name in ("overall", "by_month", "by_sector", "by_class"):
        np.testing.assert_allclose(getattr(again, name), getattr(whole, name), rtol=1e-13)


def test_where_there_was_nothing_no_share_is_told():
    table, mix, light = tables()
    found = tally(one(2, 0), table, mix, light)
    assert np.isfinite(found.by_sector[:, :, 1]).all()
    assert np.isnan(found.by_sector[:, :, [0, 2]]).all()
    assert np.isnan(found.by_class[:, :, [0, 1, 3, 4]]).all()
    nothing = tally(Counts(np.zeros_like(one(2, 0).cells)), table, mix, light)
    assert nothing.number == 0
    assert np.isnan(nothing.overall).all()
