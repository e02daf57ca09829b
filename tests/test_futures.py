"""Futures: each estimate on its own, even, extensible, repeatable; correlations; computing error."""

from __future__ import annotations

import functools
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from holdfast.cases import load_case
from holdfast.errors import UsageProblem
from holdfast.futures import MOST_FUTURES, REPLICATES, Futures, computing_error, own_uniforms
from holdfast.ledger import Ledger, LedgerError
from holdfast.vocabulary.estimate import Correlation, Estimate

KINDS = {
    "triangular": {"kind": "triangular", "low": 0.0, "mode": 0.2, "high": 0.9},
    "lognormal": {"kind": "lognormal", "p05": 0.5, "p95": 8.0},
    "normal": {"kind": "normal", "p05": 2.0, "p95": 3.0},
    "cut": {"kind": "normal", "p05": 0.2, "p95": 3.0, "minimum": 0.0},
    "beta": {"kind": "beta", "p05": 0.2, "p95": 0.8},
    "steep": {"kind": "beta", "p05": 0.0001, "p95": 0.2},
    "uniform": {"kind": "uniform", "low": 0.0, "high": 1.0},
    "discrete": {"kind": "discrete", "values": [{"value": 1, "weight": 3}, {"value": 2, "weight": 1}]},
    "empirical": {"kind": "empirical", "values": [1.0, 2.0, 2.5, 7.0]},
}


def estimate(name, distribution=None, unit="ratio"):
    row = {
        "name": name,
        "meaning": "m",
        "unit": unit,
        "distribution": distribution or KINDS["uniform"],
        "sources": [{"source": "S1"}],
        "confidence": "J",
        "status": "judgement",
        "as_of": "2026-08-22",
        "stale_after_months": None,
    }
    return Estimate(**row)


def pair(first, second, rank):
    return Correlation(between=[first, second], rank=rank, sources=[{"source": "S1"}])


def uniforms(*names):
    return Ledger([estimate(name) for name in names])


ALL = Ledger([estimate(name, kind) for name, kind in KINDS.items()])
LINKED = Ledger(
    [estimate(name, kind) for name, kind in KINDS.items()],
    [pair("beta", "triangular", 0.6), pair("beta", "lognormal", -0.5), pair("normal", "cut", 0.3)],
)


def same(first, second, names):
    return all(first[name].tobytes() == second[name].tobytes() for name in names)


# Each estimate on its own


@pytest.mark.parametrize("place", [0, 4, len(KINDS)])
def test_adding_an_estimate_changes_no_others_draws(place):
    rows = list(LINKED.values())
    rows.insert(place, estimate("added"))
    more = Ledger(rows, LINKED.correlations)
    assert same(Futures(LINKED, 3, 256), Futures(more, 3, 256), LINKED)


def test_an_estimate_correlated_with_an_earlier_one_leaves_that_its_draws():
    plain = uniforms("a", "b")
    more = Ledger([*plain.values(), estimate("c")], [pair("c", "a", 0.8)])
    assert same(Futures(plain, 3, 256), Futures(more, 3, 256), ["a", "b"])
    linked = Ledger([*more.values(), estimate("d")], [*more.correlations, pair("d", "c", 0.5)])
    assert same(Futures(more, 3, 256), Futures(linked, 3, 256), ["a", "b", "c"])


def test_the_order_of_a_ledger_and_of_asking_does_not_matter():
    turned = Ledger(reversed(list(ALL.values())))
    assert same(Futures(ALL, 9, 64), Futures(turned, 9, 64), reversed(list(ALL)))


@pytest.mark.parametrize("n", [16, 48, 256, 336, 512, 1008, 1024])
@pytest.mark.parametrize("ledger", [ALL, LINKED], ids=["independent", "correlated"])
def test_more_futures_begin_with_the_fewer(ledger, n):
    few, many = Futures(ledger, 5, n), Futures(ledger, 5, 2 * n)
    for name in ledger:
        assert many[name][:n].tobytes() == few[name].tobytes()


@settings(deadline=None)
@given(few=st.integers(1, 70), more=st.integers(0, 70), seed=st.integers(0, 2**64 - 1))
def test_any_longer_sequence_begins_with_the_shorter(few, more, seed):
    shorter, longer = own_uniforms(seed, "x", 16 * few), own_uniforms(seed, "x", 16 * (few + more))
    assert longer[: 16 * few].tobytes() == shorter.tobytes()


def test_seed_zero_is_a_seed():
    zero, again, one = Futures(ALL, 0, 64), Futures(ALL, 0, 64), Futures(ALL, 1, 64)
    assert zero.digest(ALL) == again.digest(ALL)
    for name in ALL:
        if name != "discrete":
            assert not np.intersect1d(zero[name], one[name]).size


def test_every_bit_of_the_seed_matters():
    seeds = [0, *(1 << bit for bit in range(64))]
    assert len({own_uniforms(seed, "x", 16).tobytes() for seed in seeds}) == 65


PROBE = """
import sys
sys.path.insert(0, {folder!r})
from test_futures import LINKED, Futures
print(Futures(LINKED, 42, 128).digest(LINKED))
"""


def test_the_same_draws_under_another_hash_seed():
    probe = PROBE.format(folder=os.path.dirname(__file__))  # noqa: PTH120 - text for the other process
    printed = {
        subprocess.run(
            [sys.executable, "-c", probe],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert printed == {Futures(LINKED, 42, 128).digest(LINKED) + "\n"}


GOLDEN = [
    "0x1.5c9c750bbcb23p-1",
    "0x1.fe0da6c6c573ap-2",
    "0x1.6c5523ef17b6cp-3",
    "0x1.2ce6c7e96ad35p-1",
]
GOLDEN_DIGEST = "0b807994e31cde6a9eb0d619a93487d8badcaacad8b064c0e61fb456fde9edf0"


def test_golden_draws():
    # Whole-number arithmetic and single roundings only: the same on every machine.
    assert [
        value.hex() for value in own_uniforms(0, "attack.share_of_failures", 32)[[0, 1, 16, 31]]
    ] == GOLDEN
    assert Futures(ALL, 7, 128).digest(["uniform", "discrete"]) == GOLDEN_DIGEST


# Even: one replicate, one estimate


def test_the_first_points_of_each_replicate_fall_one_in_each_cell():
    for seed, name in [(0, "a"), (1, "a"), (2, "some.other")]:
        values = own_uniforms(seed, name, REPLICATES * 1_024)
        for replicate in range(REPLICATES):
            points = values[replicate::REPLICATES]
            for k in range(11):
                cells = np.floor(points[: 2**k] * 2**k).astype(int)
                assert sorted(cells.tolist()) == list(range(2**k))


def test_the_scramble_is_a_nested_one():
    # Owen's scramble keeps how many leading bits two points have in common, and the unscrambled
    # points i and j of van der Corput have as many in common as i and j have trailing ones. So the
    # counts of pairs by common bits are those of the plain sequence, in any order of the points.
    points = (own_uniforms(3, "x", REPLICATES * 64)[::REPLICATES] * 2**52).astype(np.uint64)
    differ = points[:, None] ^ points[None, :]
    common = [52 - int(value).bit_length() for value in differ[np.triu_indices(64, 1)]]
    assert [common.count(depth) for depth in range(7)] == [1024, 512, 256, 128, 64, 32, 0]


def test_coins_of_the_scramble_are_fair_and_independent():
    # Point 0 is a word of coins; point 1 follows its own below the first bit, which is the other's.
    values = np.array([own_uniforms(seed, "x", 32) for seed in range(600)])
    zero, one = ((part * 2**52).astype(np.uint64).ravel() for part in (values[:, :16], values[:, 16:]))
    assert ((zero ^ one) >> np.uint64(51) == 1).all()
    for words in (zero, one, zero ^ one):
        for shift in (0, 8, 16, 24, 32, 40, 43):
            byte = ((words >> np.uint64(shift)) & np.uint64(255)).astype(int)
            p = stats.chisquare(np.bincount(byte, minlength=256)).pvalue
            assert 1e-5 < p < 1 - 1e-5
    for bit in range(52):
        ones = int(((zero >> np.uint64(bit)) & np.uint64(1)).sum())
        assert abs(ones - 4_800) < 4.5 * np.sqrt(9_600) / 2


def test_order_within_a_doubling_is_an_even_shuffle():
    # Ranks of points 2 and 3: which of them is in the lower half is a coin; of 4 to 7: 24 orders.
    orders: dict[tuple[int, ...], int] = {}
    for seed in range(300):
        points = own_uniforms(seed, "x", 128).reshape(8, REPLICATES)[4:]
        for column in points.T:
            order = tuple(np.argsort(column).tolist())
            orders[order] = orders.get(order, 0) + 1
    assert len(orders) == 24
    assert stats.chisquare(list(orders.values())).pvalue > 1e-5


def test_values_are_on_no_coarse_grid():
    values = own_uniforms(1, "x", 4_096)
    assert len(np.unique(values)) == 4_096
    assert (values * 2.0**32 % 1.0 != 0.0).all()
    assert values.min() > 0.0
    assert values.max() < 1.0


def test_even_far_better_than_chance():
    # Star discrepancy in one dimension; chance gives about 0.87 / sqrt(n) = 0.027. Each of the 16
    # replicates has at most 1/64, and they are independent: half of that leaves room.
    rank = np.arange(1, 1_025) / 1_024
    for seed in range(20):
        values = np.sort(own_uniforms(seed, "x", 1_024))
        assert max((rank - values).max(), (values - rank + 1 / 1_024).max()) < 0.5 / 64


def test_integrals_settle_faster_than_by_chance():
    # The mean of exp(x + y + z) at n = 1024 over 100 seeds; its exact value is (e - 1)**3.
    exact = (np.e - 1) ** 3
    by_chance = np.sqrt((((np.e**2 - 1) / 2) ** 3 - exact**2) / 1_024)
    errors = [
        np.mean(np.exp(sum(own_uniforms(seed, name, 1_024) for name in "xyz"))) - exact for seed in range(100)
    ]
    assert np.sqrt(np.mean(np.square(errors))) < 0.45 * by_chance
    # In one dimension a replicate of m = 64 points has the variance E[f'**2] / (12 m**3).
    expected = np.sqrt((np.e**2 - 1) / 2 / (12 * 64**3) / 16)
    one = [np.mean(np.exp(own_uniforms(seed, "x", 1_024))) - (np.e - 1) for seed in range(100)]
    assert np.sqrt(np.mean(np.square(one))) == pytest.approx(expected, rel=0.25)
    assert expected < 0.02 * np.sqrt(0.242 / 1_024)


# Streams and replicates


def test_streams_of_different_names_are_uncorrelated():
    n, count = 4_096, 80
    values = np.array([own_uniforms(17, f"estimate.{i}", n) for i in range(count)])
    found = np.corrcoef(values)[np.triu_indices(count, 1)]
    assert np.abs(found).max() < stats.norm.isf(0.0005 / found.size) / np.sqrt(n)
    # Their mean square is 1/n, as of independent values: pairing that outlasts the shuffle would show
    # (a nested scramble of the index has 1.6/n). Its standard error is sqrt(2 / pairs) = 2.5 %; the
    # first few points of each replicate, which cannot be shuffled much, add about 3 % at this n.
    assert np.mean(found**2) * n == pytest.approx(1.03, abs=0.1)


def test_names_that_differ_little_share_nothing():
    names = ["a", "b", "aa", "a.a", "a-a", "a_a", "a0", "a.0"]
    for bit in (1, 2, 3):
        halves = np.array([np.floor(own_uniforms(0, name, 4_096) * 2**bit) % 2 for name in names])
        found = np.corrcoef(halves)[np.triu_indices(len(names), 1)]
        assert np.abs(found).max() < 5.0 / np.sqrt(4_096)


def test_replicates_are_independent():
    # Errors of the 16 replicates of one integral over many seeds: uncorrelated between replicates.
    means = np.array(
        [(own_uniforms(s, "x", 256) * own_uniforms(s, "y", 256)).reshape(16, 16).mean(0) for s in range(500)]
    )
    found = np.corrcoef(means.T)[np.triu_indices(16, 1)]
    assert np.abs(found).max() < stats.norm.isf(0.0005 / found.size) / np.sqrt(500)


@pytest.mark.parametrize(
    ("statistic", "exact"),
    [(np.mean, 0.125), (functools.partial(np.quantile, q=0.5), None)],
    ids=["mean", "median"],
)
def test_the_computing_error_covers_what_it_should(statistic, exact):
    # The product of three uniforms; its median by P(xyz <= t) = t (1 - log t + log(t)**2 / 2).
    if exact is None:
        grid = np.linspace(0.05, 0.09, 400_001)
        exact = grid[np.searchsorted(grid * (1 - np.log(grid) + np.log(grid) ** 2 / 2), 0.5)]
    ledger, reach, covered = uniforms("x", "y", "z"), stats.t.ppf(0.975, 15), 0
    for seed in range(400):
        futures = Futures(ledger, seed, 1_024)
        outcome = futures["x"] * futures["y"] * futures["z"]
        found = np.mean([statistic(outcome[r::REPLICATES]) for r in range(REPLICATES)])
        covered += abs(found - exact) <= reach * computing_error(outcome, statistic)
    # Binomial(400, 0.95): mean 380, standard deviation 4.4; 3.5 of them.
    assert 365 <= covered <= 395


def test_computing_error_by_hand():
    values = np.tile(np.arange(16.0), 4)
    assert computing_error(values) == pytest.approx(np.std(np.arange(16.0), ddof=1) / 4)
    assert computing_error(np.ones(32)) == 0.0
    assert isinstance(computing_error(values), float)


def test_computing_error_of_a_curve_is_a_curve():
    values = np.stack([np.tile(np.arange(16.0), 2), np.zeros(32)], axis=1)
    np.testing.assert_allclose(computing_error(values), [computing_error(values[:, 0]), 0.0])


@pytest.mark.parametrize("n", [0, 1, 24])
def test_computing_error_needs_whole_replicates(n):
    with pytest.raises(ValueError, match="positive multiple of 16"):
        computing_error(np.zeros(n))


def test_replicate_numbers():
    futures = Futures(ALL, 0, 48)
    assert futures.replicate.tolist() == list(range(16)) * 3


# Distributions and correlations


def _probability(name, values):
    spread_log = np.log(16.0) / (2 * stats.norm.ppf(0.95))
    theirs = {
        "triangular": stats.triang(0.2 / 0.9, 0, 0.9),
        "lognormal": stats.lognorm(spread_log, scale=2.0),
        "normal": stats.norm(2.5, 0.5 / stats.norm.ppf(0.95)),
        "beta": stats.beta(3.2618053039725, 3.2618053039725),
        "uniform": stats.uniform(0, 1),
    }
    return theirs[name].cdf(values)


@pytest.mark.parametrize("name", ["triangular", "lognormal", "normal", "beta", "uniform"])
def test_draws_follow_their_distribution(name):
    # Each replicate of 128 points is one in each cell, so its distance is at most 1/128.
    values = Futures(ALL, 21, 2_048)[name]
    ranks = np.sort(_probability(name, values))
    steps = np.arange(2_049) / 2_048
    assert max(np.abs(ranks - steps[1:]).max(), np.abs(ranks - steps[:-1]).max()) < 1 / 128 + 1e-9


def test_discrete_draws_follow_their_weights():
    # A quarter of each 32 points of a replicate is above 0.75: exact.
    values = Futures(ALL, 21, 512)["discrete"]
    assert np.bincount(values.astype(int)).tolist() == [0, 384, 128]


@pytest.mark.parametrize("name", ["triangular", "lognormal", "normal", "beta"])
def test_correlation_leaves_every_distribution_what_it_was(name):
    # Scores are mixed, so that these are no longer better than chance: Kolmogorov-Smirnov and chi-square.
    shares = _probability(name, Futures(LINKED, 23, 4_096)[name])
    assert stats.kstest(shares, "uniform").pvalue > 1e-3
    assert stats.chisquare(np.bincount((shares * 64).astype(int), minlength=64)).pvalue > 1e-3


def test_declared_correlations_appear_and_no_others():
    n = 16_384
    futures = Futures(LINKED, 29, n)
    declared = {frozenset(c.between): c.rank for c in LINKED.correlations}
    continuous = [name for name in LINKED if name != "discrete"]
    for i, first in enumerate(continuous):
        for second in continuous[:i]:
            wanted = declared.get(frozenset((first, second)), 0.0)
            found = stats.spearmanr(futures[first], futures[second]).statistic
            # Standard error at most about 1.06 / sqrt(n); 4.5 of them.
            assert abs(found - wanted) < 4.5 * 1.06 / np.sqrt(n)


@settings(deadline=None)
@given(rank=st.floats(-0.99, 0.99))
def test_any_single_rank_correlation(rank):
    futures = Futures(Ledger(uniforms("a", "b").values(), [pair("b", "a", rank)]), 1, 4_096)
    found = stats.spearmanr(futures["a"], futures["b"]).statistic
    assert abs(found - rank) < 5.0 * 1.06 / np.sqrt(4_096)


def test_draws_keep_to_what_the_unit_allows():
    # The 99.9th percentile is just below 1, so the ledger takes it, but a few draws lie above.
    tail = {"kind": "lognormal", "p05": 0.08, "p95": 0.46}
    futures = Futures(Ledger([estimate("a", tail, "share")]), 0, MOST_FUTURES // 64)
    assert futures["a"].max() == 1.0
    assert 0 < np.mean(futures["a"] == 1.0) < 0.001


# Pins, digests, what is refused


def test_a_pin_holds_one_estimate_and_nothing_else():
    free = Futures(LINKED, 31, 128)
    held = free.pinned("beta", 0.05)
    np.testing.assert_allclose(held["beta"], np.full(128, 0.2))
    assert same(free, held, [name for name in LINKED if name != "beta"])
    assert held.digest(["cut"]) == free.digest(["cut"])
    assert len(np.unique(free["beta"])) == 128
    assert held.pinned("cut", 0.5).pins == {"beta": 0.05, "cut": 0.5}
    assert held.pinned("beta", 0.95)["beta"][0] == pytest.approx(0.8)
    same_from_start = Futures(LINKED, 31, 128, pins={"beta": 0.05})
    assert same_from_start.digest(LINKED) == held.digest(LINKED)


def test_a_pin_asked_for_first_leaks_into_nothing():
    free = Futures(LINKED, 31, 64)
    held = free.pinned("lognormal", 0.5)
    assert held["lognormal"].std() == 0.0
    assert free["lognormal"].std() > 0.0


def test_draws_cannot_be_written_to():
    futures = Futures(LINKED, 0, 16)
    for array in (futures["beta"], futures["uniform"], futures.uniforms("beta"), futures.replicate):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0.5


def test_a_digest_does_not_depend_on_order_but_on_every_name():
    futures = Futures(ALL, 0, 32)
    assert futures.digest(["beta", "cut"]) == futures.digest(["cut", "beta", "cut"])
    assert len({futures.digest(names) for names in (["beta"], ["cut"], ["beta", "cut"], [])}) == 4


@pytest.mark.parametrize(
    ("n", "mend"),
    [
        (0, "give 16"),
        (-5, "give 16"),
        (15, "give 16"),
        (1_000, "give 992 or 1008"),
        (MOST_FUTURES + 16, f"give {MOST_FUTURES} or fewer"),
    ],
)
def test_numbers_of_futures_that_are_refused(n, mend):
    with pytest.raises(UsageProblem) as refusal:
        Futures(ALL, 0, n)
    assert (refusal.value.where, refusal.value.mend) == ("--futures", mend)


@pytest.mark.parametrize("seed", [-1, 2**64, True, 1.0, None])
def test_seeds_that_are_refused(seed):
    with pytest.raises(UsageProblem) as refusal:
        Futures(ALL, seed, 16)
    assert refusal.value.where == "--seed"


@pytest.mark.parametrize(("name", "quantile"), [("bta", 0.5), ("beta", 0.0), ("beta", 1.0), ("beta", np.nan)])
def test_pins_that_are_refused(name, quantile):
    with pytest.raises(UsageProblem) as refusal:
        Futures(ALL, 0, 16).pinned(name, quantile)
    assert refusal.value.where == "--pin"
    if name == "bta":
        assert refusal.value.mend == "write 'beta'"


def test_a_correlation_with_nothing_is_refused():
    with pytest.raises(LedgerError, match="there is no estimate 'b'"):
        Futures(Ledger([estimate("a")], [pair("a", "b", 0.5)]), 0, 16)


def test_an_unknown_name():
    futures = Futures(ALL, 0, 16)
    with pytest.raises(KeyError):
        futures["nothing"]
    with pytest.raises(KeyError):
        futures.uniforms("nothing")
    assert "nothing" not in futures


def test_the_central_value_is_the_median_and_follows_a_pin():
    ledger = load_case("ukraine").ledger
    futures = Futures(ledger, 1, 16)
    for name in list(ledger)[:40]:
        for share in (0.05, 0.5, 0.95):
            assert futures.pinned(name, share).central(name) == futures.pinned(name, share)[name][0]
        assert futures.central(name) == futures.pinned(name, 0.5).central(name)
