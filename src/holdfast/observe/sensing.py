"""The one detection function: how many sensors of a kind are there to notice an incident (OB1 to OB4)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MOST_REPORTED = 1.0 - 1e-12
"""A kind that reports everything would need endlessly many sensors of the mean; so near is enough."""


def width_km(reach_km: Array, nearest_km: Array, farthest_km: Array) -> Array:
    """Return the mean length of line along which a sensor on the line notices an incident (OB1).

    A sensor notices what lies within its reach r (a definite range); the incident lies somewhere between
    two distances from the line, all alike. The chord at the distance y is 2 sqrt(r^2 - y^2), and its
    integral from 0 to b, for b up to r, is b sqrt(r^2 - b^2) + r^2 asin(b / r).

    Parameters
    ----------
    reach_km, nearest_km, farthest_km : arrays that broadcast, km
        Where the two distances are the same, the chord at that distance.

    Returns
    -------
    array, km

    References
    ----------
    Koopman, B. O. (1956), The theory of search II: target detection, Operations Research 4, 503-531:
    the sweep width is the integral of the chance of detection over the distance.
    """
    reach, nearest, farthest = np.broadcast_arrays(*map(np.asarray, (reach_km, nearest_km, farthest_km)))
    span = np.asarray(farthest - nearest, dtype=np.float64)
    chord = 2.0 * np.sqrt(np.maximum(reach * reach - nearest * nearest, 0.0))
    between = _half_disc(reach, farthest) - _half_disc(reach, nearest)
    # so thin a band is a line: the difference of two integrals would lose its digits
    wide = span > 1e-6 * np.maximum(reach, 1e-300)
    return np.divide(between, span, out=np.asarray(chord, dtype=np.float64), where=wide)


def _half_disc(reach_km: Array, distance_km: Array) -> Array:
    """Return the integral of the chord of a disc from 0 to a distance, km2."""
    near = np.minimum(reach_km, distance_km)
    ratio = np.divide(near, reach_km, out=np.zeros_like(near), where=reach_km > 0.0)
    rest = np.sqrt(np.maximum(reach_km * reach_km - near * near, 0.0))
    return np.asarray(near * rest + reach_km * reach_km * np.arcsin(ratio), dtype=np.float64)


def near_share(reach_km: Array, nearest_km: Array, farthest_km: Array) -> Array:
    """Return the share of incidents between two distances that a passing sensor reaches (OB2)."""
    reach, nearest, farthest = np.broadcast_arrays(*map(np.asarray, (reach_km, nearest_km, farthest_km)))
    span = np.asarray(farthest - nearest, dtype=np.float64)
    inside = np.asarray((reach >= nearest) & (reach > 0.0), dtype=np.float64)
    share = np.divide(reach - nearest, span, out=inside, where=span > 0.0)
    return np.where(reach > 0.0, np.clip(share, 0.0, 1.0), 0.0)


def reported(share: Array) -> Array:
    """Return the mean number of sensors that stands for a share reported by one of them (OB4)."""
    return np.asarray(-np.log1p(-np.minimum(share, MOST_REPORTED)), dtype=np.float64)


def noticed(mean: Array) -> Array:
    """Return the chance that at least one sensor notices, given the mean number that would.

    Sensors placed and timed without regard to one another: a Poisson number of them.
    """
    return np.asarray(-np.expm1(-mean), dtype=np.float64)


def fixed(mean: Array) -> Array:
    """Return the chance that two or more bearings cross, given the mean number of bearings (OB5)."""
    return np.asarray(np.maximum(-np.expm1(-mean) - mean * np.exp(-mean), 0.0), dtype=np.float64)


def fix_error_km(distance_km: Array, bearing_error_rad: Array, crossing_rad: Array) -> Array:
    """Return the error of a place fixed by two bearings from posts equally far away.

    Each bearing is off by ``bearing_error_rad`` (standard deviation), across its direction by
    distance x error; two that cross at the angle g give the root mean square error
    sqrt(2) x distance x error / sin g.

    Parameters
    ----------
    distance_km, bearing_error_rad, crossing_rad : arrays that broadcast

    Returns
    -------
    array, km
        Infinite where the bearings run along each other.
    """
    across = np.sqrt(2.0) * np.asarray(distance_km) * np.asarray(bearing_error_rad)
    sine = np.abs(np.sin(crossing_rad))
    endless = np.full(np.broadcast(across, sine).shape, np.inf)
    return np.asarray(np.divide(across, sine, out=endless, where=sine > 1e-12), dtype=np.float64)
