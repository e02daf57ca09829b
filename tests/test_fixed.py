"""Functions fixed in order: right to a few units in the last place, and the same bits by every way."""

from __future__ import annotations

import decimal
import hashlib
import math

import numba
import numpy as np
import pytest
from numba import njit
from scipy import special, stats

from holdfast import fixed

UNIT = 2.0**-53
SEED = 20_260_822
# The chances that noise can give: odd multiples of 2**-53.
FIRST, LAST = UNIT, 1.0 - UNIT


def _evenly(number):
    """Return chances at equal distances, each one that noise can give."""
    return (2.0 * np.floor((np.arange(number) + 0.5) / number * 2.0**52) + 1.0) * UNIT


def _towards_the_ends(number):
    """Return chances that crowd at 0 and at 1, down to the first and the last that noise can give."""
    low = np.exp(np.linspace(math.log(UNIT), math.log(0.5), number))
    low = np.unique((np.floor(low / UNIT) // 2 * 2 + 1) * UNIT)
    return np.concatenate([low, 1.0 - low])


def _arguments(name, number=100_000):
    """Return random arguments for a function: of the range that it is for, and some beyond it."""
    draw = np.random.Generator(np.random.Philox(key=SEED))
    chance = _evenly(number)
    draw.shuffle(chance)
    wide = draw.uniform(-720.0, 720.0, number) * draw.uniform(0.0, 1.0, number) ** 4
    mean = np.exp(draw.uniform(-12.0, 8.0, number))
    return {
        "exp": (wide,),
        "log": (np.exp(wide),),
        "normal_quantile": (chance,),
        "contest": (draw.normal(0.0, 2.0, number), draw.uniform(0.0, 4.0, number)),
        "believed_value": (chance, draw.normal(0.0, 0.5, number), 10 * chance[::-1], mean),
        "poisson": (chance, mean),
    }[name]


NAMES = ("exp", "log", "normal_quantile", "contest", "believed_value", "poisson")


# --- The exponential and the logarithm ---------------------------------------------------------


def _units_off(found, name, x):
    """Return by how many units in its last place a number is off, by arithmetic with 40 digits."""
    with decimal.localcontext(decimal.Context(prec=40)):
        exact = decimal.Decimal(x).exp() if name == "exp" else decimal.Decimal(x).ln()
        return float(abs(decimal.Decimal(found) - exact) / decimal.Decimal(math.ulp(found)))


@pytest.mark.parametrize(("name", "bound"), [("exp", 1.1), ("log", 1.0)])
def test_against_forty_digits(name, bound):
    draw = np.random.Generator(np.random.Philox(key=SEED + 1))
    x = np.concatenate([draw.uniform(-708.0, 708.0, 1_000), draw.uniform(-2.0, 2.0, 1_000)])
    if name == "log":
        x = np.concatenate(
            [np.exp(x), 1.0 + draw.normal(0.0, 1e-6, 200), np.sqrt(0.5) * 2.0 ** np.arange(-9, 9)]
        )
    found = getattr(fixed, name)(x)
    off = [_units_off(*pair) for pair in zip(found.tolist(), [name] * x.size, x.tolist(), strict=True)]
    assert max(off) < bound


@pytest.mark.parametrize(("low", "high"), [(-708.0, 708.0), (-40.0, 5.0), (-1.0, 1.0), (-1e-8, 1e-8)])
def test_exp_against_numpy(low, high):
    x = np.concatenate([np.linspace(low, high, 200_001), _evenly(200_000) * (high - low) + low])
    numpys = np.exp(x)
    assert (np.abs(fixed.exp(x) - numpys) <= 2.0 * np.spacing(numpys)).all()


@pytest.mark.parametrize(("low", "high"), [(2.0**-1022, 1e-300), (1e-12, 1.0), (0.5, 2.0), (1.0, 1e308)])
def test_log_against_numpy(low, high):
    x = np.concatenate([np.linspace(low, high, 200_001), np.geomspace(low, high, 200_001)])
    numpys = np.log(x)
    assert (np.abs(fixed.log(x) - numpys) <= 2.0 * np.spacing(np.abs(numpys))).all()


def test_exact_points():
    assert fixed.exp(0.0) == fixed.exp(-0.0) == 1.0
    assert fixed.log(1.0) == 0.0
    assert math.copysign(1.0, fixed.log(1.0)) == 1.0
    powers = 2.0 ** np.arange(-1022, 1024)
    assert (np.abs(fixed.log(powers) - np.arange(-1022, 1024) * math.log(2.0)) <= 1.2e-13).all()
    assert fixed.normal_quantile(0.5) == 0.0
    assert fixed.contest(0.0, 3.0) == fixed.contest(5.0, 0.0) == 0.5
    assert fixed.believed_value(0.25, 0.25, 8.0, 1.0) == 3.0


def test_one_is_undone_by_the_other():
    x = np.linspace(-700.0, 700.0, 100_001)
    assert (np.abs(fixed.log(fixed.exp(x)) - x) <= 4 * UNIT * np.maximum(1.0, np.abs(x))).all()


def _neighbours(x, number=500):
    return (np.float64(x).view(np.int64) + np.arange(-number, number)).view(np.float64)


def test_neighbours_stay_in_order():
    """Where the pieces of each function meet, and at random points."""
    halves = (np.arange(-40, 40) + 0.5) * math.log(2.0)
    roots = math.sqrt(0.5) * 2.0 ** np.arange(-40, 40)
    random = _evenly(64) * 30.0
    for x in [*halves, *random, *-random]:
        around = np.sort(_neighbours(x))
        assert (np.diff(fixed.exp(around)) >= 0.0).all(), x
    for x in [*roots, *random, 1.0]:
        assert (np.diff(fixed.log(_neighbours(x))) >= 0.0).all(), x


# --- Quantiles of the normal distribution ------------------------------------------------------


def test_normal_quantile_against_scipy():
    # Both approximate; each claims about 1e-15.
    for u in (_evenly(500_000), _towards_the_ends(100_000), (2 * np.arange(1_000) + 1) * UNIT):
        scipys = special.ndtri(u)
        assert (np.abs(fixed.normal_quantile(u) - scipys) <= 4e-15 * np.abs(scipys)).all()


def test_normal_quantile_is_symmetric_to_the_bit():
    u = np.concatenate([_evenly(200_000), _towards_the_ends(50_000)])
    assert (fixed.normal_quantile(u) == -fixed.normal_quantile(1.0 - u)).all()


def test_normal_quantile_joins_where_its_pieces_meet():
    for u in (0.075, 0.925, math.exp(-25.0)):
        around = fixed.normal_quantile(_neighbours(u))
        assert (np.diff(around) >= -8.0 * np.spacing(np.abs(around[0]))).all()


# --- Counts ------------------------------------------------------------------------------------


def _exact_counts(u, mean):
    """Return Poisson quantiles by looking up a table: of chances below for a low u, above for a high."""
    counts = np.arange(int(mean + 12.0 * math.sqrt(mean) + 60.0))
    below, above = special.pdtr(counts, mean), special.pdtrc(counts, mean)
    return np.where(
        u < 0.5,
        np.searchsorted(below, u, side="left"),
        counts.size - np.searchsorted(above[::-1], 1.0 - u, side="right"),
    )


def test_the_table_of_counts_is_scipys():
    u = _evenly(2_000)
    for mean in (0.3, 4.0, 37.0):
        assert (_exact_counts(u, mean) == stats.poisson.ppf(u, mean)).all()


SMALL = [1e-9, 0.001, 0.01, 0.2, 0.7, 1.0, 2.5, 3.0, 4.1, 5.5, 6.5, 7.7, 9.0, 9.99, np.nextafter(10.0, 0.0)]


@pytest.mark.parametrize("mean", SMALL)
def test_small_counts_are_exact_but_for_ties(mean):
    """Every count is the exact one of a chance at most 2**-50 off, which is the rounding of the sums."""
    tie = 2.0**-50
    for u in (_evenly(300_000), _towards_the_ends(50_000)):
        found = fixed.poisson(u, mean)
        assert (_exact_counts(np.maximum(u - tie, 0.0), mean) <= found).all()
        # Above 1 - tie every count is the quantile of some chance within reach.
        inside = u + tie < 1.0
        assert (found[inside] <= _exact_counts(u[inside] + tie, mean)).all()
        assert (np.abs(found - _exact_counts(u, mean)) <= 2).all()
    # On the even grid no tie was ever seen, so that there the two are simply the same.
    assert (fixed.poisson(_evenly(300_000), mean) == _exact_counts(_evenly(300_000), mean)).all()


LARGE = [10.0, 10.5, 11.3, 12.0, 15.0, 20.0, 27.0, 40.0, 64.0, 100.0, 250.0, 1_000.0, 10_000.0]


@pytest.mark.parametrize("mean", LARGE)
def test_large_counts_are_never_off_by_two_and_seldom_by_one(mean):
    """What the expansion leaves out is of order mean^-1.5, and so is the share of chances that it moves."""
    number = 400_000
    u = _evenly(number)
    off = np.abs(fixed.poisson(u, mean) - _exact_counts(u, mean))
    assert off.max() <= 1
    # The grid blurs each of the steps, about 12 standard deviations of them, by half a point.
    assert np.count_nonzero(off) <= 0.02 * mean**-1.5 * number + 6.0 * math.sqrt(mean)
    ends = _towards_the_ends(100_000)
    assert np.abs(fixed.poisson(ends, mean) - _exact_counts(ends, mean)).max() <= 1


@pytest.mark.parametrize("mean", [0.01, 0.5, 3.0, 9.9, 10.1, 42.0, 1_234.5])
def test_counts_have_the_mean_and_the_variance(mean):
    counts = fixed.poisson(_evenly(1_000_000), mean).astype(float)
    assert counts.mean() == pytest.approx(mean, rel=2e-4)
    assert counts.var() == pytest.approx(mean, rel=2e-3)


def test_more_chance_never_gives_fewer():
    u = np.unique(np.concatenate([_evenly(20_000), _towards_the_ends(5_000)]))
    for mean in (0.1, 2.0, 9.5, 10.0, 33.3, 1e4, 1e9):
        assert (np.diff(fixed.poisson(u, mean)) >= 0).all()


def test_more_to_expect_never_gives_fewer_on_either_side_of_the_two_ways():
    """At 10 the way changes: there a count may fall by one, for the few chances where they differ."""
    u = _evenly(20_000)
    below, above = (fixed.poisson(u, mean) for mean in (np.nextafter(10.0, 0.0), 10.0))
    assert np.abs(above - below).max() <= 1
    assert np.count_nonzero(above != below) < 20_000 * 0.02 * 10.0**-1.5
    for means in (np.linspace(0.0, 9.999, 400), np.linspace(10.0, 60.0, 400)):
        assert (np.diff(fixed.poisson(u[::20, None], means), axis=1) >= 0).all()


def test_counts_at_the_extremes():
    means = np.concatenate([[0.0], np.geomspace(1e-300, 1e9, 2_000), [9.999, 10.0, 1e12, 1e300, math.inf]])
    for u in (FIRST, 3 * FIRST, 0.5, LAST, 1.0 - 3 * UNIT):
        counts = fixed.poisson(u, means)
        assert counts.dtype == np.int64
        assert counts.min() >= 0
        spread = np.sqrt(np.minimum(means, fixed.LARGEST_MEAN)) + 1.0
        assert (np.abs(counts - np.minimum(means, fixed.LARGEST_MEAN)) < 12.0 * spread + 20.0).all()
    assert (fixed.poisson(0.7, [1e9, 1e10, math.inf]) == fixed.poisson(0.7, 1e9)).all()


# --- Contests and beliefs ----------------------------------------------------------------------


def test_contest_against_the_plain_formula():
    ratio, m = _arguments("contest")
    plain = 1.0 / (1.0 + np.exp(-m * ratio))
    assert (np.abs(fixed.contest(ratio, m) - plain) <= 4.0 * np.spacing(plain)).all()
    strengths = np.exp(ratio)
    as_ratio = strengths**m / (strengths**m + 1.0)
    np.testing.assert_allclose(fixed.contest(ratio, m), as_ratio, rtol=1e-13)


def test_contest_is_symmetric():
    ratio, m = _arguments("contest")
    assert (np.abs(fixed.contest(ratio, m) + fixed.contest(-ratio, m) - 1.0) <= 2.0 * UNIT).all()


def test_contest_rises_and_stays_between_0_and_1():
    ratio = np.linspace(-800.0, 800.0, 100_001)
    chance = fixed.contest(ratio, 1.0)
    assert (np.diff(chance) >= 0.0).all()
    assert 0.0 < chance[0] < 1e-300
    assert chance[-1] == 1.0


def test_believed_value_against_the_plain_formula():
    chance, bias, prize, burden = _arguments("believed_value")
    plain = prize * np.clip(chance + bias, 0.0, 1.0) - burden
    assert fixed.believed_value(chance, bias, prize, burden).tobytes() == plain.tobytes()
    assert (fixed.believed_value([0.9, 0.1], [0.5, -0.5], 4.0, 1.0) == [3.0, -1.0]).all()


# --- Special arguments -------------------------------------------------------------------------

INF, NAN = math.inf, math.nan


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("exp", (INF,), 3.023383144276055e307),
        ("exp", (-INF,), 3.307553003638408e-308),
        ("exp", (1e308,), 3.023383144276055e307),
        ("exp", (5e-324,), 1.0),
        ("exp", (NAN,), NAN),
        ("log", (0.0,), -708.3964185322641),
        ("log", (-0.0,), -708.3964185322641),
        ("log", (5e-324,), -708.3964185322641),
        ("log", (INF,), 709.782712893384),
        ("log", (-1e-300,), NAN),
        ("log", (NAN,), NAN),
        ("normal_quantile", (-0.1,), NAN),
        ("normal_quantile", (1.1,), NAN),
        ("normal_quantile", (NAN,), NAN),
        ("contest", (INF, 1.0), 1.0),
        ("contest", (INF, 0.0), NAN),
        ("contest", (NAN, 1.0), NAN),
        ("believed_value", (INF, 0.0, 2.0, 1.0), 1.0),
        ("believed_value", (NAN, 0.0, 2.0, 1.0), NAN),
        ("poisson", (0.5, 0.0), 0),
        ("poisson", (0.5, -3.0), 0),
        ("poisson", (0.5, NAN), 0),
        ("poisson", (NAN, 3.0), 0),
        ("poisson", (NAN, 30.0), 0),
        ("poisson", (0.0, 3.0), 0),
        ("poisson", (0.0, 30.0), 0),
    ],
)
def test_special_arguments(name, arguments, result):
    for form in (getattr(fixed, name), getattr(fixed, f"{name}_scalar")):
        with np.errstate(invalid="ignore"):
            found = form(*arguments)
        assert found == pytest.approx(result, rel=1e-15, nan_ok=True)


def test_the_ends_of_chance_give_numbers():
    assert fixed.normal_quantile([0.0, 1.0]).tolist() == pytest.approx([-37.6, 37.6], abs=0.1)
    means = [0.5, 3.0, 9.99, 10.0, 30.0, 1e9]
    assert fixed.poisson(1.0, means).tolist() == fixed.poisson(LAST, means).tolist()
    assert fixed.poisson(1e-300, means).tolist() == fixed.poisson(FIRST, means).tolist()


# --- The same bits by every way ----------------------------------------------------------------


@njit
def _one_by_one(scalar, arguments, out):
    for i in range(out.size):
        out[i] = scalar(arguments[0][i])


@njit
def _two_by_two(scalar, arguments, out):
    for i in range(out.size):
        out[i] = scalar(arguments[0][i], arguments[1][i])


@njit
def _four_by_four(scalar, arguments, out):
    for i in range(out.size):
        out[i] = scalar(arguments[0][i], arguments[1][i], arguments[2][i], arguments[3][i])


LOOPS = {1: _one_by_one, 2: _two_by_two, 4: _four_by_four}


@pytest.mark.parametrize("name", NAMES)
def test_a_kernel_gives_the_bits_of_the_ufunc(name):
    arguments = tuple(np.ascontiguousarray(part) for part in _arguments(name))
    whole = getattr(fixed, name)(*arguments)
    out = np.empty_like(whole)
    LOOPS[len(arguments)](getattr(fixed, f"{name}_scalar"), arguments, out)
    assert out.tobytes() == whole.tobytes()


@pytest.mark.parametrize("name", NAMES)
def test_plain_python_gives_the_same_bits(name):
    """Python rounds after each operation, so nothing was fused, reordered or made faster."""
    arguments = _arguments(name, 5_000)
    python = getattr(fixed, f"{name}_scalar").py_func
    whole = getattr(fixed, name)(*arguments)
    one_by_one = [python(*numbers) for numbers in zip(*(part.tolist() for part in arguments), strict=True)]
    assert np.array(one_by_one, dtype=whole.dtype).tobytes() == whole.tobytes()


@pytest.mark.parametrize("name", NAMES)
def test_shape_order_and_stride_change_no_bit(name):
    """Contiguous arrays may run several numbers at once in the processor; the others do not."""
    function = getattr(fixed, name)
    arguments = _arguments(name, 10_000)
    whole = function(*arguments)
    backwards = function(*(part[::-1] for part in arguments))
    assert backwards[::-1].tobytes() == whole.tobytes()
    spread = [np.repeat(part, 3)[::3] for part in arguments]
    assert function(*spread).tobytes() == whole.tobytes()
    table = function(*(part.reshape(100, 100).T for part in arguments))
    assert np.ascontiguousarray(table.T).tobytes() == whole.tobytes()
    for i in (0, 1, 4_999, 9_999):
        assert function(*(part[i] for part in arguments)) == whole[i]
        assert function(*(part[i : i + 3] for part in arguments)).tobytes() == whole[i : i + 3].tobytes()


def test_arrays_are_broadcast():
    assert fixed.exp(np.zeros((2, 3, 4))).shape == (2, 3, 4)
    assert fixed.exp(np.empty((0, 2))).shape == (0, 2)
    assert fixed.contest(np.zeros((5, 1)), np.ones(7)).shape == (5, 7)
    assert fixed.believed_value(np.zeros((2, 1, 1)), np.zeros((3, 1)), np.zeros(4), 1.0).shape == (2, 3, 4)
    assert fixed.poisson(0.5, np.ones((3, 2))).shape == (3, 2)


@pytest.mark.parametrize("name", NAMES)
def test_whole_numbers_and_float32_are_read_as_float64(name):
    arity = len(_arguments(name, 10))
    ones = [np.ones(3, dtype=dtype) for dtype in (np.int64, np.float32, np.uint8, np.float64)]
    results = [getattr(fixed, name)(*[one] * arity) for one in ones]
    assert len({result.tobytes() for result in results}) == 1
    assert getattr(fixed, f"{name}_scalar")(*[1] * arity) == pytest.approx(results[0][0], nan_ok=True)


# First 16 digits of the SHA-256 of the little-endian results on a grid. They may never change, on any
# machine, unless a function is changed on purpose: then results move.
DIGESTS = {
    "exp": "7b8d4fc017247043",
    "log": "1bf77e0864f49447",
    "normal_quantile": "d1657a69e65054fd",
    "contest": "4121fb8f6733d31a",
    "believed_value": "b64b08a377633562",
    "poisson": "873dfe8f68de56a6",
}


@pytest.mark.parametrize("name", NAMES)
def test_the_bits_are_those_of_every_other_machine(name):
    grid = _evenly(50_000)
    mean = np.concatenate([grid[:25_000] * 40.0, grid[25_000:] * 2_000.0])
    arguments = {
        "exp": ((grid - 0.5) * 1_400.0,),
        "log": (grid * 64.0,),
        "normal_quantile": (grid,),
        "contest": ((grid - 0.5) * 20.0, grid[::-1] * 3.0),
        "believed_value": (grid, grid[::-1] - 0.5, grid * 9.0, grid),
        "poisson": (grid[::-1] * 7.0 % 1.0, mean),
    }[name]
    whole = getattr(fixed, name)(*arguments)
    little = whole.astype(whole.dtype.newbyteorder("<"))
    assert hashlib.sha256(little.tobytes()).hexdigest()[:16] == DIGESTS[name]


def test_threads_change_no_bit():
    @njit(parallel=True)
    def threaded(u, mean, out):
        for i in numba.prange(out.size):
            out[i] = fixed.poisson_scalar(u[i], mean[i])

    u, mean = _arguments("poisson", 20_000)
    expected = fixed.poisson(u, mean)
    before = numba.get_num_threads()
    try:
        for threads in {1, before}:
            numba.set_num_threads(threads)
            out = np.empty_like(expected)
            threaded(u, mean, out)
            assert out.tobytes() == expected.tobytes()
    finally:
        numba.set_num_threads(before)


# --- Binomial counts -----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [0, 1, 3, 20, 50, 200, 1000, 50_000])
@pytest.mark.parametrize("share", [0.0, 1e-9, 0.01, 0.3, 0.5, 0.7, 0.99, 1.0])
def test_binomial_counts_are_quantiles(number, share):
    u = (np.arange(40_000) + 0.5) / 40_000
    found = fixed.binomial(u, number, share)
    off = found - stats.binom.ppf(u, number, share)
    spread = number * share * (1.0 - share)
    summed = number * min(share, 1.0 - share) < fixed.SUMMED_BELOW
    # what the expansion leaves out is of the order of 1 / variance; a bound fixed beforehand, with room
    assert (off != 0).mean() <= (1e-4 if summed else 0.05 / spread)
    assert np.abs(off).max(initial=0.0) <= 1
    assert found.min() >= 0
    assert found.max() <= number
    assert (np.diff(found) >= 0).all()


def test_binomial_at_the_ends_stays_within_its_bounds():
    u = np.array([2.0**-53, 0.5, 1.0 - 2.0**-53])
    for number in (1, 10, 1000, 2**40):
        for share in (2.0**-60, 0.25, 0.5, 1.0 - 2.0**-53):
            found = fixed.binomial(u, number, share)
            assert (found >= 0).all()
            assert (found <= number).all()


def test_binomial_scalar_and_array_agree():
    rng = np.random.default_rng(5)
    u, number, share = rng.random(20_000), rng.integers(0, 3000, 20_000), rng.random(20_000)
    arrays = fixed.binomial(u, number, share)
    singles = [fixed.binomial_scalar(a, b, c) for a, b, c in zip(u, number, share, strict=True)]
    assert arrays.tolist() == singles
