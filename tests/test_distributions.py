"""Distributions of the ledger against scipy.stats, which the package itself does not use."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from scipy import stats

from holdfast.distributions import NoFitError, shape
from holdfast.vocabulary.estimate import Distribution

READ = TypeAdapter(Distribution)
GRID = np.concatenate(([1e-12, 1e-6], np.linspace(0.001, 0.999, 997), [1 - 1e-6, 1 - 1e-12]))


def made(kind, **numbers):
    return shape(READ.validate_python({"kind": kind, **numbers}))


def _lognormal(p05, p95):
    spread = (math.log(p95) - math.log(p05)) / (2 * stats.norm.ppf(0.95))
    return stats.lognorm(spread, scale=math.sqrt(p05 * p95))


def _like(theirs, kind, **ends):
    """Return ours, from the percentiles of theirs, and theirs."""
    p05, p95 = theirs.ppf([0.05, 0.95]).tolist()
    return made(kind, p05=p05, p95=p95, **ends), theirs


CASES = {
    "triangular": (made("triangular", low=-1.0, mode=0.5, high=4.0), stats.triang(0.3, -1.0, 5.0)),
    "peak at the low end": (made("triangular", low=2.0, mode=2.0, high=4.0), stats.triang(0.0, 2.0, 2.0)),
    "peak at the high end": (made("triangular", low=2.0, mode=4.0, high=4.0), stats.triang(1.0, 2.0, 2.0)),
    "lognormal": (made("lognormal", p05=0.5, p95=8.0), _lognormal(0.5, 8.0)),
    "normal": (made("normal", p05=-1.0, p95=3.0), stats.norm(1.0, 2.0 / stats.norm.ppf(0.95))),
    "uniform": (made("uniform", low=-3.0, high=1.0), stats.uniform(-3.0, 4.0)),
    # 0.05 and 0.95 quantiles of beta(2, 1) are sqrt(0.05) and sqrt(0.95); of beta(1, 1) themselves.
    "beta 2 1": (made("beta", p05=math.sqrt(0.05), p95=math.sqrt(0.95)), stats.beta(2, 1)),
    "beta 1 3": (made("beta", p05=1 - 0.95 ** (1 / 3), p95=1 - 0.05 ** (1 / 3)), stats.beta(1, 3)),
    "beta 0.6 9": _like(stats.beta(0.6, 9), "beta"),
    "beta 0.3 4": _like(stats.beta(0.3, 4), "beta"),
    "beta 40 25 on 2 to 5": _like(stats.beta(40, 25, 2, 3), "beta", minimum=2.0, maximum=5.0),
    "normal cut below": _like(stats.truncnorm(-0.5, np.inf, 1.0, 2.0), "normal", minimum=0.0),
    "normal cut above": _like(stats.truncnorm(-np.inf, 0.5, 1.0, 2.0), "normal", maximum=2.0),
    "normal cut beyond its middle": _like(
        stats.truncnorm(1.0, 4.0, -3.0, 3.0), "normal", minimum=0.0, maximum=9.0
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_against_an_independent_implementation(name):
    ours, theirs = CASES[name]
    width = theirs.ppf(0.95) - theirs.ppf(0.05)
    np.testing.assert_allclose(ours.quantile(GRID), theirs.ppf(GRID), rtol=1e-6, atol=1e-6 * width)
    values = np.concatenate((theirs.ppf(GRID), [theirs.ppf(1e-9) - width, theirs.ppf(1 - 1e-9) + width]))
    np.testing.assert_allclose(ours.cdf(values), theirs.cdf(values), rtol=1e-6, atol=1e-9)
    assert ours.mean() == pytest.approx(theirs.mean(), rel=1e-7)


@pytest.mark.parametrize("name", CASES)
def test_probability_undoes_quantile(name):
    ours, _ = CASES[name]
    np.testing.assert_allclose(ours.cdf(ours.quantile(GRID)), GRID, rtol=0, atol=1e-10)
    assert (np.diff(ours.quantile(GRID)) >= 0).all()


@pytest.mark.parametrize("name", CASES)
def test_a_quantile_depends_on_its_share_alone(name):
    ours, _ = CASES[name]
    whole = ours.quantile(GRID)
    for start, stop in [(0, 1), (3, 4), (5, 12), (1, 700)]:
        assert ours.quantile(GRID[start:stop]).tobytes() == whole[start:stop].tobytes()
    assert ours.quantile(GRID[::-1])[::-1].tobytes() == whole.tobytes()
    assert float(ours.quantile(GRID[7])) == whole[7]


def test_central_value_is_the_median_but_the_mode_of_a_triangle():
    assert made("triangular", low=0.0, mode=1.0, high=9.0).central() == 1.0
    assert made("lognormal", p05=0.5, p95=8.0).central() == pytest.approx(2.0)
    assert made("uniform", low=0.0, high=3.0).central() == 1.5
    assert made("discrete", values=[{"value": 1, "weight": 3}, {"value": 7, "weight": 1}]).central() == 1.0


def test_discrete():
    ours = made("discrete", values=[{"value": v, "weight": w} for v, w in [(-1.0, 1), (2.0, 6), (5.0, 3)]])
    assert ours.quantile([0.05, 0.1, 0.100001, 0.7, 0.70001, 1 - 1e-16]).tolist() == [-1, -1, 2, 2, 5, 5]
    np.testing.assert_allclose(ours.cdf([-2, -1, 1.99, 2, 5, 6]), [0, 0.1, 0.1, 0.7, 1, 1])
    assert ours.mean() == pytest.approx(-0.1 + 1.2 + 1.5)


def test_one_certain_value():
    ours = made("discrete", values=[{"value": 0.4, "weight": 2}])
    assert ours.quantile([1e-9, 1 - 1e-9]).tolist() == [0.4, 0.4]
    assert ours.mean() == 0.4


def test_empirical_is_straight_between_order_statistics():
    sample = [3.0, 1.0, 2.0, 10.0, 2.0]
    ours = made("empirical", values=sample)
    np.testing.assert_allclose(ours.quantile(GRID), np.quantile(sample, GRID, method="linear"))
    assert ours.mean() == pytest.approx(
        np.mean(np.quantile(sample, (np.arange(10**5) + 0.5) / 10**5)), rel=1e-8
    )
    np.testing.assert_allclose(ours.cdf([0.9, 1.0, 1.5, 1.999999, 2.0, 2.5, 6.5, 10.0, 11.0]),
                               [0, 0, 0.125, 0.25, 0.5, 0.625, 0.875, 1, 1], atol=1e-6)  # fmt: skip


@settings(deadline=None)
@given(middle=st.floats(0.05, 0.95), part=st.floats(0.02, 0.8))
def test_a_beta_has_the_percentiles_written(middle, part):
    reach = part * min(middle, 1 - middle)
    ours = made("beta", p05=middle - reach, p95=middle + reach)
    np.testing.assert_allclose(ours.quantile([0.05, 0.95]), [middle - reach, middle + reach], rtol=1e-8)


@settings(deadline=None)
@given(p05=st.floats(-5, 5), width=st.floats(0.01, 10), below=st.floats(0.2, 20), above=st.floats(0.2, 20))
def test_a_cut_normal_has_the_percentiles_written_after_the_cut(p05, width, below, above):
    p95 = p05 + width
    low, high = p05 - below * width, p95 + above * width
    ours = made("normal", p05=p05, p95=p95, minimum=low, maximum=high)
    np.testing.assert_allclose(ours.quantile([0.05, 0.95]), [p05, p95], rtol=1e-9, atol=1e-9 * width)
    ends = ours.quantile([1e-15, 1 - 1e-15])
    assert low <= ends[0] <= ends[1] <= high


@pytest.mark.parametrize(
    ("numbers", "wrong"),
    [
        ({"p05": 0.02, "p95": 0.98}, "weight at both ends"),
        ({"p05": 1e-12, "p95": 0.9}, "weight at both ends"),
        ({"p05": 0.49999999, "p95": 0.5}, "no beta could be found"),
    ],
)
def test_a_beta_that_cannot_be_is_refused_with_a_mend(numbers, wrong):
    with pytest.raises(NoFitError, match=wrong) as refusal:
        made("beta", **numbers)
    assert refusal.value.mend


@pytest.mark.parametrize(
    "numbers",
    [
        {"p05": 0.05, "p95": 0.95, "minimum": 0.0, "maximum": 1.0},
        {"p05": 0.04, "p95": 0.97, "minimum": 0.0, "maximum": 1.0},
        {"p05": 0.2, "p95": 0.8, "minimum": 0.199},
    ],
)
def test_a_cut_normal_that_cannot_be_is_refused(numbers):
    with pytest.raises(NoFitError, match="too wide for the cuts"):
        made("normal", **numbers)


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, 1.1, math.nan])
def test_a_quantile_at_or_beyond_the_ends_is_refused(share):
    with pytest.raises(ValueError, match="strictly between 0 and 1"):
        made("uniform", low=0.0, high=1.0).quantile([0.5, share])


def test_importing_loads_no_scipy_stats():
    probe = "import sys, holdfast.futures, holdfast.noise; sys.exit('scipy.stats' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0
