"""How missions arrive and how far they are filled, estimated from the record; docs/deployment.md.

Rewrites the tables of ``docs/deployment.md`` and prints them. Everything needs the folder of research data
(``HOLDFAST_DATA``, or ``../shared/data`` beside the repository) and the folder of facts beside it.

A **build** is one force that grows from the day of its mandate towards its first full ceiling. Its curve is
the share of the ceiling that is there at month ends. The share at time t is fill · F(t / half-time):
half-time and fill differ from build to build (a lognormal, and a beta between 0 and :data:`TOP`), the form F
is one for all. What is left over is normal and fades from month to month as exp(-days / :data:`MEMORY`). The
numbers are those of the greatest likelihood, with half-time and fill of each build summed out on a grid.
"""

from __future__ import annotations

import csv
import os
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import betaln, digamma, gammainc, gammaincinv, ndtr
from scipy.stats import beta as beta_of
from scipy.stats import spearmanr
from scipy.stats import t as student

from holdfast.distributions import shape as shape_of
from holdfast.runs.need import need
from holdfast.vocabulary.estimate import Beta, Lognormal

Array = NDArray[np.float64]

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "deployment.md"

AUTHORISED: Final = "un_authorised_vs_deployed/mission_month_1990_2015.csv"
STRENGTH: Final = "bara_hultman_un_nonun/mission_month_1993_2016.csv"
PLACES: Final = "geo_pko_v2_3/locations_1994_2024.csv"
CONTRIBUTORS: Final = "geo_pko_v2_3/contributors_by_location_1994_2024.csv"
TYPES: Final = "geo_pko_v2_3/troop_types_1994_2024.csv"
CAPABILITIES: Final = "cow/national_capabilities_1990_2022.csv"
TIMES: Final = "../facts/deployment_times.csv"
FILES: Final = (AUTHORISED, STRENGTH, PLACES, CONTRIBUTORS, TYPES, CAPABILITIES, TIMES)

Start = Literal["nothing", "part", "whole"]
STARTS: Final[Mapping[Start, str]] = {
    "nothing": "built from nothing",
    "part": "a part was there",
    "whole": "taken over",
}
DAYS: Final = 731
"""Days that a curve is followed."""
RESIZED: Final = 0.25
"""A ceiling that changes by more than this share ends the curve."""
NEAR: Final = 0.1
"""A ceiling on record that is as near to the first full one as this is that one."""
GAP: Final = 62
"""Most days between two month ends between which a share is read."""
HORIZONS: Final[Mapping[int, str]] = {
    30: "1 month",
    61: "2 months",
    91: "3 months",
    183: "6 months",
    365: "12 months",
    730: "24 months",
}
ASKED: Final = (91, 183, 365, 730)
"""Days whose errors are added up."""
Z: Final = 1.6448536


def data_folder() -> Path:
    """Return the folder of research data."""
    return Path(os.environ.get("HOLDFAST_DATA") or ROOT.parent / "shared" / "data")


@cache
def rows_of(file: str) -> tuple[dict[str, str], ...]:
    """Return the rows of one research file."""
    with (data_folder() / file).open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


# --- Builds ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Build:
    """A force that grew from the day of a mandate.

    Attributes
    ----------
    name : str
    resolution : int
        Of the Security Council.
    mandate : date
    ceiling : float
        The first full one, in uniformed persons.
    start : Start
        Whether nobody, a part or nearly the whole of it was there, or stood by under another flag.
    last : int
        The last month read, in months since year 0.
    """

    name: str
    resolution: int
    mandate: date
    ceiling: float
    start: Start
    last: int


BUILDS_TEXT: Final = """
UNPROFOR   |  743 | 1992-02-21 | 13770 | nothing | 1992-09
ONUMOZ     |  797 | 1992-12-16 |  7461 | nothing | 1994-10
UNOMUR     |  846 | 1993-06-22 |    81 | nothing | 1994-06
UNOMIL     |  866 | 1993-09-22 |   345 | nothing | 1994-07
UNAMIR     |  872 | 1993-10-05 |  2548 | nothing | 1994-03
UNMIBH     | 1035 | 1995-12-21 |  1726 | nothing | 1998-01
UNOMSIL    | 1181 | 1998-07-13 |    70 | nothing | 1998-11
UNMIK      | 1244 | 1999-06-10 |  4756 | nothing | 2001-06
MONUC      | 1291 | 2000-02-24 |  6037 | nothing | 2002-02
MINUCI     | 1479 | 2003-05-13 |    76 | nothing | 2004-02
UNMIS      | 1590 | 2005-03-24 | 10715 | nothing | 2006-08
UNMIN      | 1740 | 2007-01-23 |   186 | nothing | 2008-05
UNISFA     | 1990 | 2011-06-27 |  4250 | nothing | 2013-05
UNSMIS     | 2043 | 2012-04-21 |   300 | nothing | 2012-06
UNAVEM II  |  696 | 1991-05-30 |   440 | part    | 1992-09
ONUSAL     |  729 | 1992-01-14 |  1026 | part    | 1992-12
UNTAC      |  745 | 1992-02-28 | 19500 | part    | 1993-06
UNIKOM     |  806 | 1993-02-05 |  1210 | part    | 1995-01
UNAMIR II  |  918 | 1994-05-17 |  5500 | part    | 1995-05
UNOMIG     |  937 | 1994-07-21 |   136 | part    | 1996-07
UNMOT      |  968 | 1994-12-16 |    40 | part    | 1996-12
UNAVEM III |  976 | 1995-02-08 |  7610 | part    | 1996-10
UNAMSIL    | 1270 | 1999-10-22 |  6260 | part    | 2000-01
UNMIL      | 1509 | 2003-09-19 | 16115 | part    | 2005-09
UNOCI      | 1528 | 2004-02-27 |  6790 | part    | 2006-02
MINUSTAH   | 1542 | 2004-04-30 |  8322 | part    | 2006-04
UNAMID     | 1769 | 2007-07-31 | 25987 | part    | 2009-07
MINURCAT   | 1861 | 2009-01-14 |  5525 | part    | 2010-04
UNOSOM II  |  814 | 1993-03-26 | 28000 | whole   | 1993-12
UNMIH      |  940 | 1994-07-31 |  6627 | whole   | 1995-11
UNTAES     | 1037 | 1996-01-15 |  5750 | whole   | 1997-06
MINURCA    | 1159 | 1998-03-27 |  1350 | whole   | 1999-07
UNTAET     | 1272 | 1999-10-25 | 10790 | whole   | 2001-09
ONUB       | 1545 | 2004-05-21 |  5770 | whole   | 2005-12
UNMIT      | 1704 | 2006-08-25 |  1642 | whole   | 2008-08
UNMISS     | 1996 | 2011-07-08 |  7900 | whole   | 2013-06
MINUSMA    | 2100 | 2013-04-25 | 12640 | whole   | 2015-04
MINUSCA    | 2149 | 2014-04-10 | 11820 | whole   | 2016-04
"""
"""Name, resolution, day of the mandate, first full ceiling, what was there, last month that may be read."""

STOPPED_TEXT: Final = """
MINURSO    |  690 | 1991-04-29 |  1995 | nothing | 1992-12
UNOMIG     |  858 | 1993-08-24 |    88 | nothing | 1993-11
"""
"""Builds that the parties stopped at the start: told beside the others, in no fit."""

ALSO_NAMED: Final = {
    "UNMIBH": ("IPTF", "UNMIBH"),
    "UNAVEM II": ("UNAVEM", "UNAVEM II"),
    "UNAMIR II": ("UNAMIR",),
    "UNOCI": ("UNOCI", "UNOCI (ONUCI)"),
    "UNOSOM II": ("UNOSOM", "UNOSOM II"),
}
"""Names of a build in the two files, where they differ from its own."""
SECOND_FIRST: Final = {"UNOMSIL"}
"""Builds whose strength is asked of the second file first: in the other its first month is its ceiling."""


def _month(text: str) -> int:
    year, month = text.split("-")[:2]
    return int(year) * 12 + int(month) - 1


def _builds(text: str) -> tuple[Build, ...]:
    found = []
    for line in text.strip().splitlines():
        name, resolution, day, ceiling, start, last = (part.strip() for part in line.split("|"))
        known: Start = next(key for key in STARTS if key == start)
        found.append(
            Build(name, int(resolution), date.fromisoformat(day), float(ceiling), known, _month(last))
        )
    return tuple(found)


BUILDS: Final = _builds(BUILDS_TEXT)
STOPPED: Final = _builds(STOPPED_TEXT)


def _column(file: str, name: str) -> dict[tuple[str, int], float]:
    """Return one column of a file by mission and month."""
    rows = rows_of(file)
    return {
        (row["mission"].strip(), int(row["year"]) * 12 + int(row["month"]) - 1): float(row[name])
        for row in rows
        if row[name] and row.get("org", "UN") == "UN"
    }


@cache
def ceilings() -> dict[tuple[str, int], float]:
    """Return the ceilings on record, by mission and month."""
    return _column(AUTHORISED, "totalauth")


@cache
def strengths() -> tuple[dict[tuple[str, int], float], dict[tuple[str, int], float]]:
    """Return the strengths at month ends of the two files, by mission and month."""
    return _column(AUTHORISED, "total"), _column(STRENGTH, "ipi_total")


def month_end(month: int) -> date:
    """Return the last day of a month, given in months since year 0."""
    year, following = divmod(month + 1, 12)
    return date(year, following + 1, 1) - timedelta(days=1)


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Shares of the ceiling that were there.

    Attributes
    ----------
    build : Build
    days : array (points,)
        Since the mandate.
    share : array (points,)
        Of the ceiling in force, or of the first full one until that is in force.
    """

    build: Build
    days: Array
    share: Array

    def at(self, day: float) -> float | None:
        """Return the share on a day, between month ends near enough; None where the record has a gap."""
        first = 0.0 if self.build.start == "nothing" else self.share[0]
        if first and day < self.days[0] > 31:
            return None
        days, share = np.r_[0.0, self.days], np.r_[first, self.share]
        if days[-1] < day:
            return float(share[-1]) if day - days[-1] <= 31 else None
        after = int(np.searchsorted(days, day))
        return float(np.interp(day, days, share)) if days[after] - days[after - 1] <= GAP else None


def curve_of(build: Build) -> Curve:
    """Return the curve of a build.

    The ceiling in force counts from the month in which it is near the first full one: before, it may be that
    of an earlier mission or phase. The curve ends before the month in which it then differs from that by
    more than :data:`RESIZED`.
    """
    names = ALSO_NAMED.get(build.name, (build.name,))
    files = strengths()[::-1] if build.name in SECOND_FIRST else strengths()
    days, share, full = [], [], False
    for month in range(_month(str(build.mandate)), build.last + 1):
        told = next((ceilings()[name, month] for name in names if (name, month) in ceilings()), 0.0)
        full = full or abs(told / build.ceiling - 1.0) <= NEAR
        ceiling = told if full and told else build.ceiling
        day = (month_end(month) - build.mandate).days
        if abs(ceiling / build.ceiling - 1.0) > RESIZED or day > DAYS:
            break
        there = next((one[name, month] for one in files for name in names if (name, month) in one), None)
        if there is not None:
            days.append(float(day))
            share.append(there / ceiling)
    return Curve(build, np.array(days), np.array(share))


@cache
def curves() -> tuple[Curve, ...]:
    """Return the curves of all builds that are fitted."""
    return tuple(curve_of(build) for build in BUILDS)


# --- Forms -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A form of arrival: which share of those who come is there, one half of them at the half-time.

    Attributes
    ----------
    name : str
    shapes : array (shapes,)
        Values of its one further number between which it is fitted; one value where it has none.
    share : function of shape, days (points,), half-time (halves, 1) to (halves, points)
    """

    name: str
    shapes: Array
    share: Callable[[float, Array, Array], Array]


def _exponential(_: float, days: Array, half: Array) -> Array:
    return 1.0 - np.exp2(-days / half)


def _late(delay: float, days: Array, half: Array) -> Array:
    return 1.0 - np.exp2(-np.maximum(days - delay, 0.0) / half)


def _late_share(delay: float, days: Array, half: Array) -> Array:
    return 1.0 - np.exp2(-np.maximum(days / half - delay, 0.0) / (1.0 - delay))


def _weibull(shape: float, days: Array, half: Array) -> Array:
    return 1.0 - np.exp2(-((days / half) ** shape))


def _gamma(shape: float, days: Array, half: Array) -> Array:
    return np.asarray(gammainc(shape, gammaincinv(shape, 0.5) * days / half))


def _loglogistic(shape: float, days: Array, half: Array) -> Array:
    return 1.0 / (1.0 + (half / days) ** shape)


def _between(low: float, high: float, number: int) -> Array:
    return np.exp(np.linspace(np.log(low), np.log(high), number))


FORMS: Final[Mapping[str, Form]] = {
    "exponential": Form("exponential", np.ones(1), _exponential),
    "late": Form("exponential after some days", np.linspace(0.0, 90.0, 19), _late),
    "late share": Form("exponential after a share of the half-time", np.linspace(0.0, 0.9, 19), _late_share),
    "weibull": Form("Weibull", _between(0.6, 8.0, 21), _weibull),
    "gamma": Form("gamma", _between(0.5, 30.0, 21), _gamma),
    "log-logistic": Form("log-logistic", _between(0.8, 12.0, 21), _loglogistic),
}

MEMORY: Final = 60.0
"""Days over which what is left over fades."""
TOP: Final = 1.2
"""Greatest fill."""
HALVES: Final = np.linspace(np.log(8.0), np.log(2500.0), 41)
"""Logarithms of half-times in days over which is summed."""
FILLS: Final = TOP * (np.arange(32) + 0.5) / 32
"""Fills over which is summed."""


# --- Fit ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """What the likelihood of one curve needs, by shape and half-time.

    With y the shares, f the form and both made independent in time, ``squares`` has y·y, y·f and f·f,
    array (shapes, 3, halves).
    """

    squares: Array
    points: int
    scale: float


def sums_of(curve: Curve, form: Form) -> Sums:
    """Return the sums of a curve under a form."""
    fades = np.exp(-np.diff(curve.days) / MEMORY)
    new = np.sqrt(1.0 - fades**2)

    def apart(values: Array) -> Array:
        steps = (values[..., 1:] - fades * values[..., :-1]) / new
        return np.concatenate([values[..., :1], steps], axis=-1)

    share, half = apart(curve.share), np.exp(HALVES)[:, None]
    by_shape = []
    for shape in form.shapes:
        told = apart(form.share(float(shape), curve.days, half))
        by_shape.append([np.full(len(HALVES), share @ share), told @ share, (told**2).sum(axis=1)])
    return Sums(np.array(by_shape), len(share), float(np.log(new).sum()))


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Numbers of a form fitted to curves.

    Attributes
    ----------
    form : Form
    half : float
        Logarithm of the middle half-time in days.
    spread : float
        Of the logarithms of half-times between builds.
    fill : tuple of float
        Both numbers of the beta of fill over :data:`TOP`.
    noise : float
        Spread of what is left over, in shares of the ceiling.
    place : int
        Which of the form's shapes it is.
    level : float
        Logarithm of the likelihood.
    halves, fills : array (curves,)
        What is expected of each curve's half-time (a logarithm) and fill.
    """

    form: Form
    half: float
    spread: float
    fill: tuple[float, float]
    noise: float
    place: int
    level: float
    halves: Array
    fills: Array

    @property
    def shape(self) -> float:
        """The form's further number."""
        return float(self.form.shapes[self.place])

    @property
    def point(self) -> Array:
        """The numbers as they are searched."""
        return np.array([self.half, np.log(self.spread), *np.log(self.fill), np.log(self.noise)])

    def half_range(self) -> tuple[float, float, float]:
        """Return the 5th, 50th and 95th percentile of half-times between builds."""
        low, middle, high = np.exp(self.half + self.spread * Z * np.array([-1.0, 0.0, 1.0]))
        return float(low), float(middle), float(high)

    def fill_range(self) -> tuple[float, float, float]:
        """Return the 5th, 50th and 95th percentile of fill between builds."""
        low, middle, high = TOP * beta_of.ppf([0.05, 0.5, 0.95], *self.fill)
        return float(low), float(middle), float(high)


def _level(point: Array, data: Sequence[Sums], off: Array) -> tuple[float, Array, Array]:
    """Return the log likelihood, its slope, and the weights of half-time and fill of each curve."""
    half, spread, a, b, noise = point[0], *np.exp(point[1:])
    points = np.array([one.points for one in data])
    z = (HALVES - half) / spread
    share = FILLS / TOP
    prior = (-0.5 * z**2 - point[1])[:, None] + (
        (a - 1.0) * np.log(share) + (b - 1.0) * np.log1p(-share) - betaln(a, b)
    )
    logs = prior - off / (2.0 * noise**2)
    top = logs.max(axis=(1, 2), keepdims=True)
    weights = np.exp(logs - top)
    total = weights.sum(axis=(1, 2), keepdims=True)
    weights /= total
    scale = sum(one.scale for one in data)
    level = float((top + np.log(total)).sum() - points.sum() * point[4] - scale)
    by_half, by_share = weights.sum(axis=(0, 2)), weights.sum(axis=(0, 1))
    both_slopes = digamma(a + b)
    slope = np.array(
        [
            by_half @ z / spread,
            by_half @ (z**2 - 1.0),
            a * (by_share @ (np.log(share) - digamma(a) + both_slopes)),
            b * (by_share @ (np.log1p(-share) - digamma(b) + both_slopes)),
            (weights * off).sum() / noise**2 - points.sum(),
        ]
    )
    return level, slope, weights


FIRST: Final = np.array([np.log(110.0), np.log(0.7), np.log(10.0), np.log(3.0), np.log(0.1)])
LIMITS: Final = [
    (np.log(10.0), np.log(2000.0)),
    (np.log(0.1), np.log(2.0)),
    (np.log(0.5), np.log(200.0)),
    (np.log(0.3), np.log(100.0)),
    (np.log(0.01), 0.0),
]


def _at_shape(data: Sequence[Sums], place: int, start: Array) -> tuple[float, Array, Array]:
    """Return the greatest log likelihood with one shape, where it is, and the weights there."""
    terms = np.array([np.ones_like(FILLS), -2.0 * FILLS, FILLS**2])
    off: Array = np.einsum("cqh,qf->chf", np.stack([one.squares[place] for one in data]), terms)

    def down(point: Array) -> tuple[float, Array]:
        level, slope, _ = _level(point, data, off)
        return -level, -slope

    best: Array = minimize(down, start, jac=True, method="L-BFGS-B", bounds=LIMITS).x
    level, _, weights = _level(best, data, off)
    return level, best, weights


def fit(data: Sequence[Sums], form: Form, near: Fit | None = None) -> Fit:
    """Return the most likely numbers of a form for curves.

    The shape is the best of those of the form, found by going uphill from one to the next: from that of
    another fit if one is given, else from four of them.
    """
    shapes = len(form.shapes)
    if near is None:
        found = {part * shapes // 4: _at_shape(data, part * shapes // 4, FIRST) for part in range(4)}
    else:
        found = {near.place: _at_shape(data, near.place, near.point)}
    for first in list(found):
        place = first
        while True:
            for beside in {max(place - 1, 0), min(place + 1, shapes - 1)} - set(found):
                found[beside] = _at_shape(data, beside, found[place][1])
            around = [one for one in (place - 1, place, place + 1) if one in found]
            best = max(around, key=lambda one: found[one][0])
            if best == place:
                break
            place = best
    place = max(found, key=lambda one: found[one][0])
    level, point, weights = found[place]
    spread, a, b, noise = (float(value) for value in np.exp(point[1:]))
    halves, fills = weights.sum(axis=2) @ HALVES, weights.sum(axis=1) @ FILLS
    return Fit(form, float(point[0]), spread, (a, b), noise, place, level, halves, fills)


@cache
def _sums(key: str) -> tuple[Sums, ...]:
    return tuple(sums_of(curve, FORMS[key]) for curve in curves())


def of_starts(starts: Collection[Start]) -> tuple[int, ...]:
    """Return the numbers of the curves that began in one of some ways."""
    return tuple(i for i, curve in enumerate(curves()) if curve.build.start in starts)


@cache
def fitted(key: str, chosen: tuple[int, ...], without: int | None = None) -> Fit:
    """Return a form fitted to chosen curves, one of them left out or none."""
    data = [_sums(key)[i] for i in chosen if i != without]
    near = fitted(key, chosen) if without is not None else None
    return fit(data, FORMS[key], near)


# --- Said of a curve not seen --------------------------------------------------------------------------

STEP: Final = 0.005
SHARES: Final = np.arange(-0.6, 1.9, STEP)
"""Shares at which chances are said."""


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What is said of a share: the chance that it is at most each of :data:`SHARES`, and perhaps a middle."""

    below: Array
    own: float | None = None

    def quantile(self, chance: float) -> float:
        """Return the share below which it lies with a chance; none is negative."""
        return max(float(np.interp(chance, self.below, SHARES)), 0.0)

    @property
    def middle(self) -> float:
        """The one share that is said."""
        return self.quantile(0.5) if self.own is None else self.own

    def miss(self, share: float) -> float:
        """Return how far it is off."""
        return self.middle - share

    def inside(self, share: float) -> bool:
        """Return whether a share lies in the band from 5 to 95 %; one below nothing counts as nothing."""
        return self.quantile(0.05) <= share <= self.quantile(0.95)

    def score(self, share: float) -> float:
        """Return the area between what is said and what was: the error of a range, in shares (the CRPS)."""
        return float(((self.below - (share <= SHARES)) ** 2).sum() * STEP)


def say(fit: Fit, day: float) -> Said:
    """Return what a fit says of the share of a build not seen, on a day."""
    half = np.exp(-0.5 * ((HALVES - fit.half) / fit.spread) ** 2)
    share = beta_of.pdf(FILLS / TOP, *fit.fill)
    there = fit.form.share(fit.shape, np.array([day]), np.exp(HALVES)[:, None])
    weights = half[:, None] * share
    edges = np.r_[SHARES, SHARES[-1] + STEP] - STEP / 2
    found, _ = np.histogram((there * FILLS).ravel(), edges, weights=weights.ravel() / weights.sum())
    centre = SHARES[len(SHARES) // 2]
    around = np.diff(ndtr((edges - centre) / fit.noise))
    below = np.cumsum(np.convolve(found, around, "same"))
    return Said(below / below[-1])


def _said_by(values: Array, own: float | None = None) -> Said:
    """Return what a list of shares says."""
    return Said(np.mean(values[:, None] <= SHARES, axis=0), own)


BEFORE_HALF: Final = Lognormal(kind="lognormal", p05=54, p95=400)
BEFORE_FILL: Final = Beta(kind="beta", p05=0.4, p95=0.95)
"""The rows ``generate.half-time.un`` and ``generate.reliability`` as they stood before this page."""


@cache
def say_before(day: float) -> Said:
    """Return what the rows as they stood say: half of what is missing comes in each half-time."""
    u = (np.arange(160) + 0.5) / 160
    come = 1.0 - np.exp2(-day / shape_of(BEFORE_HALF).quantile(u))
    return _said_by((come[:, None] * shape_of(BEFORE_FILL).quantile(u)).ravel())


def say_average(chosen: Sequence[int], without: int, day: float) -> Said:
    """Return what the other curves' shares on the day say: their mean, and their range."""
    others = [curves()[i].at(day) for i in chosen if i != without]
    values = np.array([one for one in others if one is not None])
    return _said_by(values, float(values.mean()))


Rival = Callable[[int, float], Said]


def rivals(chosen: tuple[int, ...]) -> dict[str, Rival]:
    """Return all that say something of a curve left out, by what they are called."""

    def by_form(key: str) -> Rival:
        return lambda i, day: say(fitted(key, chosen, i), day)

    found = {FORMS[key].name: by_form(key) for key in FORMS}
    found["the average curve"] = lambda i, day: say_average(chosen, i, day)
    found["the rows as they stood"] = lambda _, day: say_before(day)
    return found


@dataclass(frozen=True, slots=True)
class Scores:
    """How well something was said of shares not seen, over (curve, day)."""

    number: int
    error: float
    inside: float
    score: float
    off: float


def scores(rival: Rival, told: Sequence[int], days: Collection[int]) -> Scores:
    """Return the scores of one over curves and days on which the record has a share."""
    found = []
    for i in told:
        for day in days:
            share = curves()[i].at(day)
            if share is not None:
                said = rival(i, day)
                found.append((said.miss(share), said.inside(share), said.score(share)))
    off, inside, score = (np.array(part, dtype=float) for part in zip(*found, strict=True))
    return Scores(
        len(found), float(np.abs(off).mean()), float(inside.mean()), float(score.mean()), float(off.mean())
    )


# --- Other forces --------------------------------------------------------------------------------------

OTHERS: Final[Mapping[str, tuple[str, ...]]] = {
    "coalition": (
        *("IFOR", "INTERFET", "EU Artemis (Bunia)", "NATO Essential Harvest (Macedonia)", "ISAF (Kabul)"),
        *("EUFOR Chad/RCA", "MNF Beirut I", "MNF Beirut II", "MFO Sinai", "MSS Haiti (Kenya lead)"),
    ),
    "one state": (
        *("French Serval (Mali)", "UK Palliser (Sierra Leone)", "Russian peacekeepers Karabakh"),
        "NATO Response Force lead element, Romania (France)",
    ),
    "civilian monitors": (
        *("EUMM Georgia", "EUMA Armenia", "OSCE SMM Ukraine (ceiling 500)"),
        *("OSCE SMM Ukraine (first ceiling 100)", "OSCE KVM Kosovo"),
    ),
    "United Nations before 1990": ("UNEF I", "UNFICYP", "UNIFIL (1978)"),
}
NOT_COUNTED: Final = {"OSCE SMM Ukraine (first ceiling 100)", "MSS Haiti (Kenya lead)"}
"""Told, but not in the sums: the same mission again; half never came."""
UNARMED: Final = "civilian monitors and small missions of observers"
OBSERVERS: Final = {"UNOMUR", "UNOMIL", "UNOMSIL", "MINUCI", "UNMIN", "UNSMIS"}
"""Builds from nothing of a few hundred observers at most."""


@dataclass(frozen=True, slots=True)
class Force:
    """Days from the decision on a force to shares of its ceiling; None where not known or never."""

    name: str
    decided: date
    ceiling: float
    days: Mapping[int, float | None]
    started: str
    confidence: str


@cache
def forces() -> dict[str, Force]:
    """Return the forces of the table of facts, by name."""
    found = {}
    for row in rows_of(TIMES):
        days = {
            part: float(row[f"days_to_{part}pct"]) if row[f"days_to_{part}pct"] else None
            for part in (25, 50, 80)
        }
        found[row["force"]] = Force(
            row["force"],
            date.fromisoformat(row["mandate_date"]),
            float(row["ceiling"]),
            days,
            row["rehatted_from_earlier_force"],
            row["confidence"],
        )
    return found


def days_to(curve: Curve, part: float) -> float | None:
    """Return the day on which a curve first has a share of the ceiling, straight between month ends."""
    days, share = np.r_[0.0, curve.days], np.r_[0.0, curve.share]
    after = int(np.argmax(share >= part))
    if share[after] < part:
        return None
    before = after - 1
    return float(
        days[before] + (days[after] - days[before]) * (part - share[before]) / (share[after] - share[before])
    )


def crossings(group: str) -> list[tuple[str, dict[int, float | None]]]:
    """Return days to 25, 50 and 80 % by force of a group: the builds by how they began, or other forces."""
    for start, name in STARTS.items():
        if name == group:
            return [
                (curves()[i].build.name, {part: days_to(curves()[i], part / 100) for part in (25, 50, 80)})
                for i in of_starts({start})
            ]
    if group == UNARMED:
        built = crossings(STARTS["nothing"])
        return crossings("civilian monitors") + [one for one in built if one[0] in OBSERVERS]
    return [(name, dict(forces()[name].days)) for name in OTHERS[group] if name not in NOT_COUNTED]


@dataclass(frozen=True, slots=True)
class Halves:
    """Days to half of a ceiling, over the forces of a group: a lognormal and its doubt."""

    logs: Array

    @property
    def middle(self) -> float:
        """The middle, in days."""
        return float(np.exp(self.logs.mean()))

    def span(self) -> tuple[float, float]:
        """Return 5 and 95 % of a further force, by Student's t."""
        number = len(self.logs)
        wide = student.ppf(0.95, number - 1) * self.logs.std(ddof=1) * np.sqrt(1.0 + 1.0 / number)
        return float(self.middle / np.exp(wide)), float(self.middle * np.exp(wide))


def halves_of(group: str) -> dict[str, float]:
    """Return the days to half of the ceiling, by force, where half came."""
    found = ((name, days[50]) for name, days in crossings(group))
    return {name: day for name, day in found if day is not None}


# --- Fill ----------------------------------------------------------------------------------------------

SETTLED: Final = 18
"""Months after which a mission counts as full."""
CLOSING: Final = 12
"""Months before its end that are left out."""
SMALLEST: Final = 20
LAST_MONTH: Final = _month("2015-05")
"""The last month of the record."""


@dataclass(frozen=True, slots=True)
class Month:
    """A mission's month: ceiling, and strength where known."""

    month: int
    age: int
    ceiling: float
    there: float | None
    observers_only: bool


@cache
def months() -> dict[str, tuple[Month, ...]]:
    """Return the months with a ceiling, by mission."""
    found: dict[str, list[Month]] = defaultdict(list)
    for row in rows_of(AUTHORISED):
        ceiling = float(row["totalauth"] or 0.0)
        if ceiling >= SMALLEST:
            month = int(row["year"]) * 12 + int(row["month"]) - 1
            there = float(row["total"]) if row["total"] else None
            only = float(row["authtroop"] or 0.0) == 0.0
            found[row["mission"]].append(Month(month, int(row["missionlength1"]), ceiling, there, only))
    return {mission: tuple(sorted(rows, key=lambda one: one.month)) for mission, rows in found.items()}


def settled(mission: str) -> list[Month]:
    """Return the months of a mission in which it had had time to fill and was not yet closing."""
    rows = months()[mission]
    ends = rows[-1].month - CLOSING if rows[-1].month < LAST_MONTH else LAST_MONTH
    return [one for one in rows if one.age > SETTLED and one.month <= ends and one.there is not None]


def unchanged(mission: str, one: Month) -> bool:
    """Return whether a ceiling had stood for a year."""
    return any(other.month == one.month - 12 for other in months()[mission]) and all(
        other.ceiling == one.ceiling for other in months()[mission] if 0 <= one.month - other.month <= 12
    )


def fills(chosen: Callable[[str, Month], bool]) -> Array:
    """Return the mean fill of each mission over chosen months, where there are six or more."""
    found = []
    for mission in months():
        share = [
            one.there / one.ceiling
            for one in settled(mission)
            if one.there is not None and chosen(mission, one)
        ]
        if len(share) >= 6:
            found.append(float(np.mean(share)))
    return np.array(found)


FILL_SORTS: Final[Mapping[str, Callable[[str, Month], bool]]] = {
    "all": lambda mission, one: True,  # noqa: ARG005
    "the ceiling had stood for a year": unchanged,
    "1990 to 1999": lambda mission, one: one.month < _month("2000-01"),  # noqa: ARG005
    "2000 to 2007": lambda mission, one: _month("2000-01") <= one.month < _month("2008-01"),  # noqa: ARG005
    "2008 to 2015": lambda mission, one: one.month >= _month("2008-01"),  # noqa: ARG005
    "no troops authorised": lambda mission, one: one.observers_only,  # noqa: ARG005
    "with troops, ceiling under 5,000": lambda mission, one: not one.observers_only and one.ceiling < 5000,  # noqa: ARG005
    "with troops, 5,000 or more": lambda mission, one: not one.observers_only and one.ceiling >= 5000,  # noqa: ARG005
}


@dataclass(frozen=True, slots=True)
class Change:
    """A ceiling that changed: mission, last month before, ceilings, strength before, and strengths after."""

    mission: str
    month: int
    old: float
    new: float
    before: float
    after: Mapping[int, float]


AFTER: Final = (1, 6, 12)
"""Months after a change at which strength is told."""


def changes(*, raised: bool) -> list[Change]:
    """Return ceilings raised by a quarter or more, or lowered by a tenth or more while a mission went on."""
    found = []
    for mission, rows in months().items():
        there = {one.month: one.there for one in rows if one.there is not None}
        ceiling = {one.month: one.ceiling for one in rows}
        for one, two in pairwise(rows):
            if one.age <= SETTLED and not raised:
                continue
            step = two.ceiling / one.ceiling - 1.0
            if (
                (step >= 0.25 if raised else step <= -0.1)
                and two.month == one.month + 1
                and one.month in there
            ):
                stands = [m for m in AFTER if ceiling.get(one.month + m) == two.ceiling]
                after = {m: there[one.month + m] for m in stands if one.month + m in there}
                found.append(Change(mission, one.month, one.ceiling, two.ceiling, there[one.month], after))
    return found


# --- Contributors --------------------------------------------------------------------------------------

ENTRY: Final = re.compile(r"([^,()]+(?:\(ROK\))?[^,()]*)\(([^()]*)\)")
ALIASES: Final = {
    "UK": "United Kingdom",
    "Britain": "United Kingdom",
    "USA": "United States of America",
    "Us": "United States of America",
    "Korea (ROK)": "South Korea",
    "Cote d'Ivoire": "Ivory Coast",
    "Drc": "Democratic Republic of the Congo",
}
NAMELESS: Final = {"TCC name unknown", "Multinational", "CARICOM", "Un"}
NAMED: Final = 0.8
"""Least share of a mission-year's entries that must bear a state's name."""


@dataclass(frozen=True, slots=True)
class Year:
    """Who was in a mission in a year: persons by state, None where a size is unknown."""

    mission: str
    year: int
    persons: Mapping[str, float | None]

    @property
    def known(self) -> dict[str, float]:
        """Persons of those whose size is known."""
        return {state: size for state, size in self.persons.items() if size is not None}


def entries(text: str) -> Iterator[tuple[str, float | None]]:
    """Return state and size of each entry of a list such as ``Slovakia (35), UK (size unknown)``."""
    for name, size in ENTRY.findall(text):
        state = name.strip()
        yield ALIASES.get(state, state), float(size) if size.strip().replace(".", "").isdigit() else None


@cache
def years() -> dict[tuple[str, int], Year]:
    """Return the mission-years whose contributors are known by name, from the maps of bases."""
    found: dict[tuple[str, int], list[tuple[str, float | None]]] = defaultdict(list)
    for row in rows_of(CONTRIBUTORS):
        found[row["mission"], int(row["year"])] += entries(row["year.overview"])
    named = {}
    for (mission, year), told in found.items():
        with_name = [one for one in told if one[0] not in NAMELESS]
        if with_name and len(with_name) >= NAMED * len(told):
            sizes: dict[str, float | None] = {}
            for state, size in with_name:
                held = sizes.get(state, 0.0)
                sizes[state] = None if size is None or held is None else held + size
            named[mission, year] = Year(mission, year, sizes)
    return named


@dataclass(frozen=True, slots=True)
class Stay:
    """One state in one mission from a year to the next."""

    mission: str
    year: int
    state: str
    left: bool
    halved: bool | None


ENDING: Final = 2
"""Last mapped years of a mission that has ended; they are left out."""
FEWEST: Final = 3
MAPPED_TO: Final = 2024
CLOSED: Final = {"MINUSMA"}
"""Missions that had closed though they are on the maps of the last year."""
ABSENT: Final = 3
"""Years on whose maps a state must be missing; as many of them as were mapped."""


@cache
def stays() -> tuple[Stay, ...]:
    """Return what became of each state in each mission that went on.

    A state has left if it is on none of the maps of the next years (:data:`ABSENT`), the first of which
    there must be. It has halved its contingent if that is less than half as large a year later.
    """
    found = []
    last = {mission: max(year for one, year in years() if one == mission) for mission, _ in years()}
    for (mission, year), here in years().items():
        after = years().get((mission, year + 1))
        ended = last[mission] < MAPPED_TO or mission in CLOSED
        closing = ended and year + 1 > last[mission] - ENDING
        if after is None or closing or len(here.persons) < FEWEST:
            continue
        later = [years()[mission, year + i] for i in range(1, ABSENT + 1) if (mission, year + i) in years()]
        for state, size in here.persons.items():
            left = all(state not in one.persons for one in later)
            new = after.persons.get(state)
            halved = None if size is None or new is None else new < 0.5 * size
            found.append(Stay(mission, year, state, left, halved))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Rate:
    """How often something happens, with the error when missions are left out in turn, and what is in common.

    ``common`` is the variance of a factor (of mean one) that all in a mission and year share, ``year`` that
    of one that all missions share in a year, ``state`` of one that a state's contingents share in a year.
    """

    number: int
    rate: float
    error: float
    common: float
    common_error: float
    year: float
    state: float


def _jackknife(values: Mapping[str, Sequence[Stay]], of: Callable[[Sequence[Stay]], float]) -> float:
    """Return the error of a figure, leaving out one mission at a time."""
    every = [
        of([stay for other, some in values.items() if other != mission for stay in some])
        for mission in values
    ]
    number = len(every)
    return float(np.sqrt((number - 1) / number * ((np.array(every) - np.mean(every)) ** 2).sum()))


Event = Callable[[Stay], bool]


def _in_common(found: Sequence[Stay], event: Event, groups: Sequence[tuple[object, object]]) -> float:
    """Return the variance of a factor shared within a group, between members of different parts.

    ``groups`` names for each stay its group and its part of it. With mean rate r and e = event - r, the sum
    of e·e' over pairs of one group and different parts has the mean r² · variance, once for each pair.
    """
    rate = float(np.mean([event(stay) for stay in found]))
    by_group: dict[object, list[float]] = defaultdict(lambda: [0.0, 0.0])
    by_part: dict[object, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for stay, (group, part) in zip(found, groups, strict=True):
        for sums in (by_group[group], by_part[group, part]):
            sums[0] += event(stay) - rate
            sums[1] += 1.0
    pairs = sum(n * n for _, n in by_group.values()) - sum(n * n for _, n in by_part.values())
    shared = sum(e * e for e, _ in by_group.values()) - sum(e * e for e, _ in by_part.values())
    return shared / pairs / rate**2 if pairs else 0.0


def _within_mission(found: Sequence[Stay], event: Event) -> float:
    return _in_common(found, event, [((stay.mission, stay.year), stay.state) for stay in found])


def rate_of(event: Event, chosen: Event = lambda stay: True) -> Rate:  # noqa: ARG005
    """Return how often an event befalls a state in a mission within a year."""
    found = [stay for stay in stays() if chosen(stay)]
    by_mission: dict[str, list[Stay]] = defaultdict(list)
    for stay in found:
        by_mission[stay.mission].append(stay)

    def mean(some: Sequence[Stay]) -> float:
        return float(np.mean([event(stay) for stay in some]))

    return Rate(
        len(found),
        mean(found),
        _jackknife(by_mission, mean),
        _within_mission(found, event),
        _jackknife(by_mission, lambda some: _within_mission(some, event)),
        _in_common(found, event, [(stay.year, stay.mission) for stay in found]),
        _in_common(found, event, [((stay.year, stay.state), stay.mission) for stay in found]),
    )


EVENTS: Final[Mapping[str, tuple[Event, Event]]] = {
    "leaves": (lambda stay: stay.left, lambda stay: True),  # noqa: ARG005
    "stays, but with less than half": (lambda stay: bool(stay.halved), lambda stay: stay.halved is not None),
    "leaves or halves": (
        lambda stay: stay.left or bool(stay.halved),
        lambda stay: stay.left or stay.halved is not None,
    ),
}


# --- What stays of a mission -----------------------------------------------------------------------------

A_THIRD: Final = 1.0 / 3.0
"""A mission of which so much or more goes from one year to the next is cut, and does not dwindle."""
KNOWN: Final = 0.8
"""Least share of a mission-year's contributors whose size must be known."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure over missions: of how many cases, and its error when missions are left out in turn."""

    number: int
    value: float
    error: float

    def span(self) -> tuple[float, float]:
        """Return 5 and 95 %."""
        return self.value - Z * self.error, self.value + Z * self.error


@cache
def gone() -> dict[tuple[str, int], tuple[float, float]]:
    """Return persons who went by the next year, and persons who were there, by mission and year.

    Gone are the contingents of those who left, and what those who halved theirs took away.
    """
    counted: dict[tuple[str, int], list[Stay]] = defaultdict(list)
    for stay in stays():
        counted[stay.mission, stay.year].append(stay)
    found = {}
    for (mission, year), some in counted.items():
        here, after = years()[mission, year].known, years()[mission, year + 1].known
        told = [stay for stay in some if stay.state in here]
        if len(told) < KNOWN * len(some):
            continue
        went = sum(
            here[stay.state] if stay.left else here[stay.state] - after[stay.state]
            for stay in told
            if stay.left or stay.halved
        )
        found[mission, year] = went, sum(here[stay.state] for stay in told)
    return found


def cut(stay: Stay) -> bool:
    """Return whether a third or more of its mission went in that year."""
    went, there = gone().get((stay.mission, stay.year), (0.0, 1.0))
    return went >= A_THIRD * there


def _over_missions(cases: Sequence[tuple[str, float, float]]) -> Figure:
    """Return the ratio of two sums over cases, each a mission with what is added to either sum."""
    sums: dict[str, Array] = defaultdict(lambda: np.zeros(2))
    for mission, above, below in cases:
        sums[mission] = sums[mission] + np.array([above, below])
    every = np.array(list(sums.values()))
    whole = every.sum(axis=0)
    each = (whole - every)[:, 0] / (whole - every)[:, 1]
    error = float(np.sqrt((len(each) - 1) / len(each) * ((each - each.mean()) ** 2).sum()))
    return Figure(len(cases), float(whole[0] / whole[1]), error)


def persons_gone() -> Figure:
    """Return the share of persons that goes in a year with those who leave or halve, replaced or not."""
    return _over_missions([(mission, went, there) for (mission, _), (went, there) in gone().items()])


def lasting(event: str) -> Figure:
    """Return the variance of a factor that is the same for all contributors of a mission in all its years."""
    happens, chosen = EVENTS[event]
    by_mission: dict[str, list[Stay]] = defaultdict(list)
    for stay in stays():
        if chosen(stay):
            by_mission[stay.mission].append(stay)

    def of(some: Sequence[Stay]) -> float:
        return _in_common(some, happens, [(stay.mission, stay.year) for stay in some])

    found = [stay for some in by_mission.values() for stay in some]
    return Figure(len(found), of(found), _jackknife(by_mission, of))


def yearly_change(*, standing: bool) -> Figure:
    """Return the mean change of the logarithm of strength in a year, over months of settled missions.

    Of those whose ceiling stood throughout the year; or of all whose ceiling was not higher at its end.
    """
    found = []
    for mission in months():
        rows = {one.month: one for one in settled(mission) if one.there}
        for month, one in rows.items():
            after = rows.get(month + 12)
            if after is None or not one.there or not after.there:
                continue
            stood = all(month + i in rows and rows[month + i].ceiling == one.ceiling for i in range(1, 13))
            if stood if standing else after.ceiling <= one.ceiling:
                found.append((mission, float(np.log(after.there / one.there)), 1.0))
    return _over_missions(found)


def replaced(*, standing: bool) -> Figure:
    """Return the share of what goes that must have been made up for, strength having changed as it did."""
    change, loss = yearly_change(standing=standing), persons_gone()
    fall = -change.value / loss.value
    error = float(np.hypot(change.error, fall * loss.error) / loss.value)
    return Figure(change.number, 1.0 - fall, error)


@cache
def spending() -> dict[tuple[str, int], float]:
    """Return military spending for each person in the forces, in thousands of dollars, by state and year."""
    return {
        (row["state"], int(row["year"])): float(row["milex"]) / (1000.0 * float(row["milper"]))
        for row in rows_of(CAPABILITIES)
        if row["milex"] and row["milper"] and float(row["milper"]) > 0.0 and float(row["milex"]) > 0.0
    }


SPENDS: Final = 30.0
"""Thousands of dollars a year for each of its soldiers, from which a contributor counts as spending much."""


def spends_much(stay: Stay) -> bool | None:
    """Return whether a contributor spends much for each of its soldiers; None where unknown."""
    spent = spending().get((stay.state, min(stay.year, 2022)))
    return None if spent is None else spent >= SPENDS


# --- What goes with a slow build -------------------------------------------------------------------------


def number_of_states(build: Build) -> float | None:
    """Return the mean number of states in a mission over months 5 to 12 after its mandate."""
    names = ALSO_NAMED.get(build.name, (build.name,))
    first = _month(str(build.mandate))
    found = [
        states
        for (mission, month), states in _column(AUTHORISED, "contributors").items()
        if mission in names and 5 <= month - first <= 12
    ]
    return float(np.mean(found)) if found else None


def spent_by_states(build: Build) -> float | None:
    """Return what contributors spend on a soldier soon after a mandate, weighted by contingent."""
    for year in range(build.mandate.year, build.mandate.year + 3):
        here = years().get((build.name, year))
        if here is None:
            continue
        told = [
            (np.log(spending()[state, min(year, 2022)]), size)
            for state, size in here.known.items()
            if (state, min(year, 2022)) in spending()
        ]
        if told:
            logs, sizes = zip(*told, strict=True)
            return float(np.exp(np.average(logs, weights=sizes)))
    return None


CAUSES: Final[Mapping[str, Callable[[Build], float | None]]] = {
    "ceiling": lambda build: build.ceiling,
    "year of the mandate": lambda build: build.mandate.year,
    "states in it, months 5 to 12": number_of_states,
    "what they spend on a soldier": spent_by_states,
}


# --- Posts ---------------------------------------------------------------------------------------------

LINES: Final[Mapping[str, float]] = {
    "UNFICYP": 180.0,
    "UNDOF": 77.0,
    "UNMOGIP": 740.0,
    "UNIKOM": 240.0,
    "UNIFIL": 120.0,
    "MINURSO": 2700.0,
}
"""Length of the line of each mission in km (evidence B2)."""
TROOPS: Final[Mapping[str, str]] = {
    "eng": "engineers",
    "med": "medical",
    "sig": "signals",
    "av": "aviation",
    "trans": "transport",
    "maint": "maintenance",
    "riv": "boats",
}
ASKED_OF: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "UNFICYP": ("interpose", ("light-infantry", "mechanised-infantry")),
    "UNDOF": ("interpose", ("light-infantry", "mechanised-infantry")),
    "UNMOGIP": ("observe-line", ("monitors",)),
    "UNIKOM": ("interpose", ("light-infantry", "mechanised-infantry")),
}
"""The task that each mission on a line comes nearest to, and the capabilities that man its line."""
WATCHES: Final = ("monitors", "military-observers")
FLAGS: Final[Mapping[str, str]] = {"UNMO": "observers", "UNPOL": "police"}
SHOWN_YEARS: Final = (1995, 1999, 2003, 2009, 2014, 2019, 2024)


def _year_rows(file: str, mission: str) -> dict[int, list[dict[str, str]]]:
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    for row in rows_of(file):
        if row["mission"] == mission:
            found[int(row["year"])].append(row)
    return dict(sorted(found.items()))


def _apart(rows: Sequence[Mapping[str, str]]) -> float:
    """Return the middle distance in km from a place to the nearest other, on a sphere."""
    at = np.radians(sorted({(float(row["latitude"]), float(row["longitude"])) for row in rows}))
    if len(at) < 2:
        return float("nan")
    north = at[:, :1]
    half = (
        np.sin((north - north.T) / 2) ** 2
        + np.cos(north) * np.cos(north.T) * np.sin((at[:, 1:] - at[:, 1:].T) / 2) ** 2
    )
    km = 2.0 * 6371.0 * np.arcsin(np.sqrt(half))
    np.fill_diagonal(km, np.inf)
    return float(np.median(km.min(axis=1)))


@dataclass(frozen=True, slots=True)
class Posts:
    """Bases of a mission, over the years in which they were mapped."""

    mission: str
    years: tuple[int, ...]
    places: tuple[int, ...]
    with_troops: tuple[int, ...]
    apart: float
    persons: float | None
    observers: float | None

    @property
    def spacing(self) -> float:
        """Km of line for each base, in the middle year."""
        return LINES[self.mission] / float(np.median(self.places))


@cache
def posts(mission: str) -> Posts:
    """Return the bases of a mission by year, and its mean head count where that is known."""
    by_year = _year_rows(PLACES, mission)
    counts = [row for row in rows_of(AUTHORISED) if row["mission"] == mission and row["total"]]
    counts = [row for row in counts if int(row["year"]) in by_year]
    persons = [float(row["total"]) for row in counts]
    observers = [float(row["milobs"] or 0.0) for row in counts]
    return Posts(
        mission,
        tuple(by_year),
        tuple(len({row["location"] for row in rows}) for rows in by_year.values()),
        tuple(
            len({row["location"] for row in rows if float(row["NoTroops"] or 0.0) > 0.0})
            for rows in by_year.values()
        ),
        float(np.nanmedian([_apart(rows) for rows in by_year.values()])),
        float(np.mean(persons)) if persons else None,
        sum(observers) / sum(persons) if persons else None,
    )


def mix(mission: str) -> tuple[float, float, dict[str, float]]:
    """Return persons on the maps, the share of them who are infantry, and units of each kind by base."""
    places = [row for rows in _year_rows(PLACES, mission).values() for row in rows]
    number = len(_year_rows(PLACES, mission))
    persons = sum(float(row["NoTroops"] or 0.0) for row in places)
    infantry = sum(float(row["Infantry"] or 0.0) for row in places)
    kinds = [row for rows in _year_rows(TYPES, mission).values() for row in rows]
    held = {
        name: sum(float(row[key] or 0.0) > 0.0 for row in rows) / len(rows)
        for rows, names in ((kinds, TROOPS), (places, FLAGS))
        for key, name in names.items()
    }
    return persons / number, infantry / persons if persons else float("nan"), held


@dataclass(frozen=True, slots=True)
class LineAsked:
    """What planning ratios ask on the line of a mission.

    Attributes
    ----------
    persons : (float, float, float)
        5th, 50th and 95th percentile.
    km_each : float
        Km of line for each unit that mans it: a company, or a patrol team.
    unit : str
    infantry, observers : float
        Shares of persons.
    """

    persons: tuple[float, float, float]
    km_each: float
    unit: str
    infantry: float
    observers: float


def asked_of(mission: str) -> LineAsked:
    """Return what planning ratios ask on the line of a mission."""
    task, manning = ASKED_OF[mission]
    found = need([task], km=LINES[mission]).document
    parts = {one["capability"]: one for one in found["tasks"][0]["capabilities"]}
    units = sum(
        parts[name]["needed"]["central"] / parts[name]["persons_in_element"]["central"] for name in manning
    )
    infantry, observers = (
        sum(one["share"]["central"] for name, one in parts.items() if name in chosen)
        for chosen in (("light-infantry", "mechanised-infantry"), WATCHES)
    )
    persons = tuple(found["needed"][key] for key in ("low", "central", "high"))
    return LineAsked(persons, LINES[mission] / units, parts[manning[0]]["element"], infantry, observers)


# --- Tables --------------------------------------------------------------------------------------------

ALL: Final[tuple[Start, ...]] = ("nothing", "part", "whole")
CHOSEN: Final = "weibull"
"""The form whose predictions are shown one by one."""


def _n(value: float | None, digits: int = 2) -> str:
    if value is None or np.isnan(value):
        return ""
    shown = f"{value:,.{digits}f}".replace("-", "\N{MINUS SIGN}")
    return shown if any(digit in shown for digit in "123456789") else shown.lstrip("\N{MINUS SIGN}")


def _percent(share: float | None, digits: int = 0) -> str:
    return "" if share is None or np.isnan(share) else f"{100 * share:.{digits}f} %"


def _to(low: float, high: float, digits: int = 0) -> str:
    return f"{_n(low, digits)} to {_n(high, digits)}"


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _head(*cells: str) -> list[str]:
    return [_row(*cells), "|" + "---|" * len(cells)]


def _builds_table() -> list[str]:
    """Return the table of builds: what was there when, and half-time and fill as the chosen form has them."""
    lines = _head(
        *("mission", "resolution", "mandate", "ceiling", "began", "months read"),
        *(name for name in HORIZONS.values()),
        *("half-time, days", "fill"),
    )
    whole = fitted(CHOSEN, of_starts(ALL))
    for curve, half, fill in zip(curves(), whole.halves, whole.fills, strict=True):
        lines.append(_build_row(curve, _n(float(np.exp(half)), 0), _n(float(fill))))
    return lines + [_build_row(curve_of(build), "stopped", "") for build in STOPPED]


def _build_row(curve: Curve, half: str, fill: str) -> str:
    build = curve.build
    told = (_percent(curve.at(day)) for day in HORIZONS)
    ceiling = _n(build.ceiling, 0)
    return _row(
        *(build.name, build.resolution, build.mandate, ceiling, STARTS[build.start], len(curve.days)),
        *told,
        *(half, fill),
    )


GROUPS: Final[Mapping[str, tuple[Start, ...]]] = {
    "all": ALL,
    **{name: (start,) for start, name in STARTS.items()},
}


def _fits_table() -> list[str]:
    """Return the table of forms fitted to each group of builds."""
    lines = _head(
        *("builds", "number", "form", "half-time, days: 5 %", "50 %", "95 %", "further number"),
        *("fill: 5 %", "50 %", "95 %", "left over", "log likelihood"),
    )
    for name, starts in GROUPS.items():
        chosen = of_starts(starts)
        for key, form in FORMS.items():
            one = fitted(key, chosen)
            shape = "" if len(form.shapes) == 1 else _n(one.shape)
            halves, part = one.half_range(), one.fill_range()
            lines.append(
                _row(
                    *(name, len(chosen), form.name, *(_n(half, 0) for half in halves), shape),
                    *(*(_n(fill) for fill in part), _n(one.noise), _n(one.level, 1)),
                )
            )
    return lines


def doubt(key: str, chosen: tuple[int, ...], of: Callable[[Fit], float]) -> tuple[float, float, float]:
    """Return 5 %, most likely and 95 % of a positive number of a fit, each build left out in turn."""
    middle = np.log(of(fitted(key, chosen)))
    every = np.log([of(fitted(key, chosen, i)) for i in chosen])
    number = len(chosen)
    error = np.sqrt((number - 1) / number * ((every - every.mean()) ** 2).sum())
    low, high = np.exp(middle + Z * error * np.array([-1.0, 1.0]))
    return float(low), float(np.exp(middle)), float(high)


NUMBERS: Final[Mapping[str, tuple[Callable[[Fit], float], int]]] = {
    "half-time of the middle build, days": (lambda one: float(np.exp(one.half)), 0),
    "spread of half-times (of logarithms)": (lambda one: one.spread, 2),
    "further number": (lambda one: one.shape, 2),
    "fill of the middle build": (lambda one: one.fill_range()[1], 2),
}


def _numbers_table() -> list[str]:
    """Return the table of how well the numbers are known."""
    lines = _head("builds", "form", "number", "most likely", "5 to 95 %")
    for name in ("all", STARTS["nothing"]):
        chosen = of_starts(GROUPS[name])
        for key in ("exponential", CHOSEN):
            for number, (of, digits) in NUMBERS.items():
                if number != "further number" or len(FORMS[key].shapes) > 1:
                    low, middle, high = doubt(key, chosen, of)
                    lines.append(
                        _row(name, FORMS[key].name, number, _n(middle, digits), _to(low, high, digits))
                    )
    return lines


def _errors_table() -> list[str]:
    """Return the table of errors, each build told from all others."""
    chosen = of_starts(ALL)
    days: dict[tuple[int, ...], str] = {(day,): name for day, name in HORIZONS.items()}
    days[ASKED] = "3 to 24 months"
    lines = _head("said by", *days.values(), "inside 5 to 95 %", "error of the range", "too high by")
    numbers = [scores(lambda _, day: say_before(day), chosen, day).number for day in days]
    lines.append(_row("shares read", *numbers, "", "", ""))
    for name, rival in rivals(chosen).items():
        told = [scores(rival, chosen, day) for day in days]
        last = told[-1]
        errors = (_n(one.error, 3) for one in told)
        lines.append(_row(name, *errors, _percent(last.inside), _n(last.score, 3), _n(last.off)))
    return lines


def _groups_table() -> list[str]:
    """Return the table of errors by how builds began, told from all others or from those of their kind."""
    lines = _head("builds", "told from", "said by", "shares read", "error", "inside", "error of the range")
    every = of_starts(ALL)
    for start, group in STARTS.items():
        chosen = of_starts({start})
        for told_from, others in (("all others", every), ("others of its kind", chosen)):
            for name, rival in rivals(others).items():
                if name in {FORMS["exponential"].name, FORMS[CHOSEN].name, "the average curve"}:
                    one = scores(rival, chosen, ASKED)
                    cells = (one.number, _n(one.error, 3), _percent(one.inside), _n(one.score, 3))
                    lines.append(_row(group, told_from, name, *cells))
        one = scores(lambda _, day: say_before(day), chosen, ASKED)
        cells = (one.number, _n(one.error, 3), _percent(one.inside), _n(one.score, 3))
        lines.append(_row(group, "", "the rows as they stood", *cells))
    return lines


def _left_out_table() -> list[str]:
    """Return the table of each build as the chosen form has it from the others; bold lies outside."""
    lines = _head("mission", *(f"{HORIZONS[day]}: {what}" for day in ASKED for what in ("said", "was")))
    chosen = of_starts(ALL)
    for i, curve in enumerate(curves()):
        cells: list[str] = []
        for day in ASKED:
            was = curve.at(day)
            if was is None:
                cells += ["", ""]
                continue
            said = say(fitted(CHOSEN, chosen, i), day)
            low, middle, high = (round(100 * said.quantile(chance)) for chance in (0.05, 0.5, 0.95))
            shown = _percent(was)
            cells += [f"{middle} ({low} to {high})", shown if said.inside(was) else f"**{shown}**"]
        lines.append(_row(curve.build.name, *cells))
    return lines


def _others_table() -> list[str]:
    """Return the table of other forces."""
    lines = _head("kind", "force", "decided", "ceiling", "taken over", "25 %", "50 %", "80 %", "confidence")
    for group, names in OTHERS.items():
        for name in names:
            one = forces()[name]
            cells = (_n(one.days[part], 0) or "never" for part in (25, 50, 80))
            place = (one.decided, _n(one.ceiling, 0), one.started)
            lines.append(_row(group, name, *place, *cells, one.confidence))
    return lines


def left_out_halves(group: str) -> tuple[float, int, int]:
    """Return the mean factor by which days to half are missed, and how many of how many lie inside."""
    logs = np.log(list(halves_of(group).values()))
    off, inside = [], 0
    for i, own in enumerate(logs):
        others = Halves(np.delete(logs, i))
        low, high = others.span()
        off.append(abs(own - np.log(others.middle)))
        inside += bool(low <= np.exp(own) <= high)
    return float(np.exp(np.mean(off))), inside, len(logs)


def _halves_table() -> list[str]:
    """Return the table of days to half of the ceiling by kind of force, each left out in turn."""
    lines = _head(
        *("forces", "number", "days to half: middle", "a further one, 5 to 95 %", "25 % over 50 %"),
        *("80 % over 50 %", "left out: missed by a factor of", "inside"),
    )
    for group in (*STARTS.values(), *OTHERS, UNARMED):
        halves = Halves(np.log(list(halves_of(group).values())))
        ratios = []
        for part in (25, 80):
            both = [(days[part], days[50]) for _, days in crossings(group)]
            ratios.append(float(np.median([one / half for one, half in both if one and half])))
        factor, inside, number = left_out_halves(group)
        cells = (_n(halves.middle, 0), _to(*halves.span()), *(_n(ratio) for ratio in ratios))
        lines.append(_row(group, number, *cells, _n(factor, 1), f"{inside} of {number}"))
    return [*lines, _row("half of what is missing in each half-time", "", "", "", "0.42", "2.32", "", "")]


def _fill_table() -> list[str]:
    """Return the table of fill."""
    lines = _head("of missions, mean share of the ceiling", "number", "5 %", "25 %", "50 %", "75 %", "95 %")
    rows = [(f"settled: {name}", fills(chosen)) for name, chosen in FILL_SORTS.items()]
    for day in (183, 365, 730):
        shares = [curve.at(day) for curve in curves()]
        own = np.array([share for share in shares if share is not None])
        rows.append((f"builds, {HORIZONS[day]} after the mandate", own))
    for name, values in rows:
        middle = (_n(float(one)) for one in np.quantile(values, [0.05, 0.25, 0.5, 0.75, 0.95]))
        lines.append(_row(name, len(values), *middle))
    return lines


def lowered() -> list[Change]:
    """Return the ceilings lowered while a mission went on for a year or more."""
    return [one for one in changes(raised=False) if months()[one.mission][-1].month >= one.month + CLOSING]


def _resized_table() -> list[str]:
    """Return the table of ceilings that changed."""
    lines = _head("ceilings", "number", "share", "5 %", "25 %", "50 %", "75 %", "95 %")
    down, up = lowered(), changes(raised=True)
    rows: list[tuple[str, str, list[float]]] = [
        ("lowered", "there before, of the old one", [one.before / one.old for one in down]),
        ("lowered", "there before, of the new one", [one.before / one.new for one in down]),
    ]
    for later in AFTER:
        came = [
            (one.after[later] - one.before) / (one.new - one.before)
            for one in up
            if later in one.after and one.new > one.before
        ]
        rows.append(("raised", f"of what was missing, come after {later} months", came))
    for name, what, values in rows:
        middle = (_n(float(one)) for one in np.quantile(values, [0.05, 0.25, 0.5, 0.75, 0.95]))
        lines.append(_row(name, len(values), what, *middle))
    return lines


def cause(name: str, *, of_fill: bool) -> tuple[int, float, float]:
    """Return number, rank correlation and chance of as much without cause, with half-time or with fill."""
    whole = fitted(CHOSEN, of_starts(ALL))
    values = whole.fills if of_fill else whole.halves
    told = [(CAUSES[name](curve.build), own) for curve, own in zip(curves(), values, strict=True)]
    known = [(one, own) for one, own in told if one is not None]
    found = spearmanr(*zip(*known, strict=True))
    return len(known), float(found.statistic), float(found.pvalue)


def _causes_table() -> list[str]:
    """Return the table of what goes with a slow build."""
    lines = _head("of a build", "number", "with half-time", "by chance", "with fill", "by chance")
    for name in CAUSES:
        (number, half, one), (_, fill, two) = cause(name, of_fill=False), cause(name, of_fill=True)
        lines.append(_row(name, number, _n(half), _n(one), _n(fill), _n(two)))
    return lines


def rich_or_not(event: str, *, rich: bool | None) -> Rate:
    """Return how often an event befalls contributors that spend much, little, or all."""
    happens, chosen = EVENTS[event]
    return rate_of(happens, lambda stay: chosen(stay) and (rich is None or spends_much(stay) is rich))


def _leaving_table() -> list[str]:
    """Return the table of contributors that left or cut."""
    lines = _head(
        *("in a year, a contributor", "which", "state-years", "share", "range"),
        *("variance in common, mission and year", "range"),
    )
    for event in EVENTS:
        for rich, name in ((None, "all"), (True, "spends much"), (False, "spends little")):
            one = rich_or_not(event, rich=rich)
            low, high = one.rate - Z * one.error, one.rate + Z * one.error
            common = (
                _n(one.common, 1),
                _to(one.common - Z * one.common_error, one.common + Z * one.common_error, 1),
            )
            shares = (_percent(one.rate, 1), f"{100 * low:.1f} to {100 * high:.1f} %")
            lines.append(
                _row(event, name, f"{one.number:,}", *shares, *(common if rich is None else ("", "")))
            )
    return lines


def _staying_table() -> list[str]:
    """Return the table of what stays of a mission."""
    lines = _head("figure", "cases", "value", "range")
    for event in ("leaves", "stays, but with less than half"):
        happens, chosen = EVENTS[event]
        one = rate_of(happens, lambda stay, chosen=chosen: chosen(stay) and not cut(stay))  # type: ignore[misc]
        low, high = one.rate - Z * one.error, one.rate + Z * one.error
        name = f"a contributor {event} in a year, but for missions of which a third or more went"
        lines.append(
            _row(name, f"{one.number:,}", _percent(one.rate, 1), f"{100 * low:.1f} to {100 * high:.1f} %")
        )
    shares = {
        "persons who go in a year with those who leave or halve": persons_gone(),
        "change of strength in a year, the ceiling standing": yearly_change(standing=True),
        "change of strength in a year, the ceiling not raised": yearly_change(standing=False),
        "made up for, if strength under a standing ceiling is the measure": replaced(standing=True),
        "made up for, if strength under a ceiling not raised is the measure": replaced(standing=False),
    }
    for name, figure in shares.items():
        digits = 0 if name.startswith("made up") else 1
        ends = (_n(100 * end, digits) for end in figure.span())
        lines.append(
            _row(name, f"{figure.number:,}", f"{_n(100 * figure.value, digits)} %", f"{' to '.join(ends)} %")
        )
    figure = lasting("leaves or halves")
    name = "variance in common that lasts through a mission's years, leaves or halves"
    return [*lines, _row(name, f"{figure.number:,}", _n(figure.value, 1), _to(*figure.span(), 1))]


def sizes() -> dict[str, Array]:
    """Return sizes of contingents, and breadth of missions, over mission-years."""
    known = [year for year in years().values() if len(year.known) == len(year.persons)]
    several = [year for year in known if len(year.persons) > 1]
    great = [year for year in known if sum(year.known.values()) >= 5000]
    heads = [
        float(row["contributors"])
        for row in rows_of(AUTHORISED)
        if row["contributors"] and row["month"] == "12" and float(row["totalauth"] or 0) >= 1000
    ]
    every = [size for year in years().values() for size in year.known.values()]
    return {
        "persons of a contributor in a mission (maps)": np.array(every),
        "the least of a mission (maps)": np.array([min(year.known.values()) for year in several]),
        "share of the largest contributor (maps)": np.array(
            [max(year.known.values()) / sum(year.known.values()) for year in several]
        ),
        "the same, missions of 5,000 or more": np.array(
            [max(year.known.values()) / sum(year.known.values()) for year in great]
        ),
        "contributors of formed units (maps)": np.array(
            [float(len(year.persons)) for year in years().values()]
        ),
        "contributors in all, December, ceiling 1,000 or more (counts)": np.array(heads),
    }


def _sizes_table() -> list[str]:
    """Return the table of sizes and breadth."""
    lines = _head("figure", "number", "5 %", "25 %", "50 %", "75 %", "95 %")
    for name, values in sizes().items():
        digits = 2 if float(values.max()) <= 1.0 else 0
        middle = (_n(float(one), digits) for one in np.quantile(values, [0.05, 0.25, 0.5, 0.75, 0.95]))
        lines.append(_row(name, len(values), *middle))
    return lines


def _posts_table() -> list[str]:
    """Return the table of bases along lines."""
    lines = _head(
        *("mission", "years mapped", "line, km", "bases: least", "middle", "most", "with troops"),
        *("km of line a base", "km to the nearest other", "persons, mean count", "persons a base"),
    )
    for mission, km in LINES.items():
        one = posts(mission)
        middle = float(np.median(one.places))
        each = None if one.persons is None else one.persons / middle
        lines.append(
            _row(
                *(mission, f"{one.years[0]} to {one.years[-1]} ({len(one.years)})", _n(km, 0)),
                *(min(one.places), _n(middle, 0), max(one.places), _n(float(np.median(one.with_troops)), 0)),
                *(_n(one.spacing, 0), _n(one.apart, 0), _n(one.persons, 0), _n(each, 0)),
            )
        )
    return lines


def _bases_table() -> list[str]:
    """Return the table of the number of bases by year."""
    lines = _head("bases", *(str(year) for year in SHOWN_YEARS))
    for mission in LINES:
        places = dict(zip(posts(mission).years, posts(mission).places, strict=True))
        lines.append(_row(mission, *(places.get(year, "") for year in SHOWN_YEARS)))
    return lines


def _mix_table() -> list[str]:
    """Return the table of what stood at the bases."""
    lines = _head(
        *("mission", "observers, share of persons (counts)", "persons on the maps, over counts"),
        *(
            "infantry, share of persons (maps)",
            *(f"bases with {name}" for name in (*TROOPS.values(), *FLAGS.values())),
        ),
    )
    for mission in LINES:
        persons, infantry, held = mix(mission)
        one = posts(mission)
        over = persons / one.persons if one.persons and persons else None
        shares = (_percent(part) for part in held.values())
        lines.append(
            _row(
                mission,
                _percent(one.observers),
                _n(over, 1),
                _percent(infantry if persons else None),
                *shares,
            )
        )
    return lines


def _asked_table() -> list[str]:
    """Return the table of what planning ratios ask on these lines."""
    lines = _head(
        *("mission", "line, km", "task asked of the ratios", "persons asked, 5 to 95 %", "middle"),
        *("persons, mean count", "unit asked", "km of line a unit asked", "km of line a base"),
        *("infantry asked", "infantry there (maps)", "observers asked", "observers there (counts)"),
    )
    for mission, (task, _) in ASKED_OF.items():
        asked, there = asked_of(mission), posts(mission)
        mapped, infantry, _ = mix(mission)
        low, middle, high = asked.persons
        lines.append(
            _row(
                *(mission, _n(LINES[mission], 0), f"`{task}`", _to(low, high), _n(middle, 0)),
                *(_n(there.persons, 0), asked.unit, _n(asked.km_each, 0), _n(there.spacing, 0)),
                *(_percent(asked.infantry), _percent(infantry if mapped else None)),
                *(_percent(asked.observers), _percent(there.observers)),
            )
        )
    return lines


def tables() -> dict[str, list[str]]:
    """Return the tables of the page, by name, as lines of Markdown."""
    return {
        "builds": _builds_table(),
        "fits": _fits_table(),
        "numbers": _numbers_table(),
        "errors": _errors_table(),
        "groups": _groups_table(),
        "left-out": _left_out_table(),
        "others": _others_table(),
        "halves": _halves_table(),
        "fill": _fill_table(),
        "resized": _resized_table(),
        "causes": _causes_table(),
        "leaving": _leaving_table(),
        "staying": _staying_table(),
        "sizes": _sizes_table(),
        "posts": _posts_table(),
        "bases": _bases_table(),
        "mix": _mix_table(),
        "asked": _asked_table(),
    }


def written(page: str, told_tables: Mapping[str, list[str]]) -> str:
    """Return the page with its tables replaced; each stands between two comments."""
    for name, lines in told_tables.items():
        start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        before, found, rest = page.partition(start)
        _, closed, after = rest.partition(end)
        if not (found and closed):
            raise ValueError(f"{PAGE.name} has no place for the table {name!r}")
        page = before + start + "\n" + "\n".join(lines) + "\n\n" + end + after
    return page


def main() -> None:
    """Fit, leave out each build in turn, and write and print the tables."""
    found = tables()
    for lines in found.values():
        print("\n".join(lines), end="\n\n")
    if PAGE.exists():
        PAGE.write_text(written(PAGE.read_text("utf-8"), found), "utf-8")


if __name__ == "__main__":
    main()
