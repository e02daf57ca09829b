"""Arrival of a force (GE6)."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from holdfast.generate import arrived

DAYS_PER_YEAR = 365.25
MONTHS = (np.arange(120, dtype=np.float64) + 0.5) / 12.0


def _arrays(low, high):
    return hnp.arrays(np.float64, 4, elements=st.floats(low, high))


DELAYS = _arrays(0.0, 800.0)
HALVES = _arrays(1.0, 800.0)


@given(DELAYS, HALVES, st.floats(-2.0, 0.0))
def test_monotone_a_share_and_nothing_before_the_decision(delay, half, start):
    years = MONTHS + start
    share = arrived(years, delay, half)
    assert share.shape == (4, 120)
    assert ((share >= 0.0) & (share <= 1.0)).all()
    assert (np.diff(share, axis=1) >= 0.0).all()
    before = years[None, :] * DAYS_PER_YEAR <= delay[:, None]
    np.testing.assert_array_equal(share[before], 0.0)


@given(DELAYS, HALVES)
def test_half_at_half_time_and_three_quarters_at_twice(delay, half):
    for times, expected in ((1.0, 0.5), (2.0, 0.75), (3.0, 0.875)):
        for future in range(4):
            years = np.array([(delay[future] + times * half[future]) / DAYS_PER_YEAR])
            np.testing.assert_allclose(arrived(years, delay, half)[future], expected, rtol=1e-9)


@given(DELAYS, HALVES, st.floats(1.0, 3.0))
def test_slower_is_never_earlier(delay, half, factor):
    share = arrived(MONTHS, delay, half)
    assert (arrived(MONTHS, delay * factor, half) <= share).all()
    assert (arrived(MONTHS, delay, half * factor) <= share).all()
