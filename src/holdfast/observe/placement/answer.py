"""Where a limited set of sensors should stand, how near that is to the best, and how many a target takes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from holdfast.errors import UsageProblem
from holdfast.observe.placement.bounds import bound, bounds_along, spent_along
from holdfast.observe.placement.field import Field, field_of
from holdfast.observe.placement.greedy import greedy, promise
from holdfast.observe.placement.query import Array, PlacementQuery, Whole

SMALL: Final = 200
"""Up to so many sites and points the best placement is sought, and found in seconds."""

Method: TypeAlias = Literal["greedy", "exact"]
Barrier: TypeAlias = Literal["sites", "limits", "open"]


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """Where sensors stand, what share of incidents counts as seen, and how near that is to the best.

    Attributes
    ----------
    sites : array (k,) of int
        The sites that are chosen, in order of choice. Sites that would add nothing are left out.
    spent : float
        Their prices; their number where there is no budget.
    before : float
        The share with other means alone.
    share : float
        The share with other means and these sensors.
    bound : float
        No choice within the limits has a larger share: proved.
    promised : float
        What part of the most that sensors can add this way of choosing is known to reach on every instance;
        0 where nothing is known. ``ratio`` is proved on this one.
    method : {"greedy", "exact"}
    """

    sites: Whole
    spent: float
    before: float
    share: float
    bound: float
    promised: float
    method: Method

    @property
    def ratio(self) -> float:
        """At least this part of the most that sensors can add is reached; 1 is the best."""
        possible = self.bound - self.before
        return (self.share - self.before) / possible if possible > 0.0 else 1.0


@dataclass(frozen=True, slots=True)
class Needed:
    """How many sensors a target takes.

    Attributes
    ----------
    enough : int, optional
        So many reach it: the first so many sites of the curve.
    too_few : int, optional
        So many cannot, wherever they stand; where there is a budget, no sensors that are paid by what the
        first so many of the curve take. None where no sensor is needed.
    barrier : {None, "sites", "limits", "open"}
        Why ``enough`` is None. ``sites``: sensors at all sites together do not reach it. ``limits``: no
        choice within the limits does. ``open``: greedy choice does not; whether another does is not proved.
    ceiling : float
        The share with a sensor at every site.
    """

    enough: int | None
    too_few: int | None
    barrier: Barrier | None
    ceiling: float


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """The share against the number of sensors: along one greedy run, and what no choice can exceed.

    Attributes
    ----------
    sites : array (k,) of int
        In order of choice, by gain, or by gain per price where there is a budget. The first n are greedy
        choice of n, or of what they take.
    spent : array (k + 1,)
        What the first n take together, from none on.
    shares : array (k + 1,)
    bounds : array (k + 1,)
        No choice of as many sensors has a larger share; with a budget, none that takes as much of it.
    bound : float
        No choice within the limits has a larger share. It may lie above the last of ``bounds``: greedy choice
        need not use up what the limits allow.
    ceiling : float
        The share with a sensor at every site, whatever the limits.
    """

    sites: Whole
    spent: Array
    shares: Array
    bounds: Array
    bound: float
    ceiling: float

    def needed(self, target: float) -> Needed:
        """Return how many sensors a target share takes.

        Raises
        ------
        UsageProblem
            If the target is no share.
        """
        if not 0.0 <= target <= 1.0:
            raise UsageProblem("target", f"{target} is no share", "give a number from 0 to 1")
        reached, failed = np.flatnonzero(self.shares >= target), np.flatnonzero(self.bounds < target)
        enough = int(reached[0]) if len(reached) else None
        too_few = int(failed[-1]) if len(failed) else None
        return Needed(enough, too_few, None if len(reached) else self._barrier(target), self.ceiling)

    def _barrier(self, target: float) -> Barrier:
        """Return why a target is not reached."""
        if self.ceiling < target:
            return "sites"
        return "limits" if self.bound < target else "open"


def place(query: PlacementQuery, *, method: Method | None = None) -> Placement:
    """Return where sensors should stand so that the largest share of incidents counts as seen.

    A point of weight w that other means see with the chance b counts w (1 - (1 - b) prod (1 - p)), where p
    are the chances of the sensors that reach it, independent of each other. The share is the sum over all
    points by the sum of weights. It never falls with a further sensor, and one adds less the more there are:
    it is monotone and submodular, which is what every promise and bound here rests on.

    Parameters
    ----------
    query : PlacementQuery
    method : {"greedy", "exact"}, optional
        Lazy greedy choice with its bound, or the best placement, which may take long for more than hundreds
        of sites. Without it, ``exact`` up to 200 sites and 200 points, else ``greedy``.

    Returns
    -------
    Placement
        The same bytes for the same query. Of equal sites greedy choice takes the one listed first.
    """
    field = field_of(query)
    if method is None:
        method = "exact" if max(field.size, len(field.missed)) <= SMALL else "greedy"
    sites = greedy(field)[0]
    before, share = field.share(field.missed), _share(field, sites)
    promised, proved = promise(field), bound(field, sites)
    if promised > 0.0:
        proved = min(proved, before + (share - before) / promised)
    if method == "exact":
        from holdfast.observe.placement.exact import exact  # loads the solver

        sites, proved = exact(field, sites, proved)
        share = _share(field, sites)
    spent = float(spent_along(field, sites)[-1])
    return Placement(sites, spent, before, share, max(proved, share), promised, method)


def curve(query: PlacementQuery) -> Curve:
    """Return the share against the number of sensors up to the limits of a query, from one greedy run."""
    field = field_of(query)
    run, added = field.choose(field.price)
    start = field.total - math.fsum(field.missed)
    shares = (start + np.concatenate([[0.0], np.cumsum(added)])) / field.total
    bounds = np.maximum(bounds_along(field, run), np.append(shares, shares[-1]))
    ceiling = _share(field, np.arange(field.size))
    return Curve(run, spent_along(field, run), shares, bounds[:-1], float(bounds[-1]), ceiling)


def share(query: PlacementQuery, sites: Whole | Sequence[int]) -> float:
    """Return the share of incidents that counts as seen with sensors at these sites, whatever the limits.

    Raises
    ------
    UsageProblem
        If a site is not there or is named twice.
    """
    chosen = np.asarray(sites)
    count = len(query.sites.kind)
    if chosen.size and (chosen.dtype.kind not in "iu" or chosen.min() < 0 or chosen.max() >= count):
        raise UsageProblem("sites", "one is not there", f"name sites by whole numbers from 0, below {count}")
    if len(np.unique(chosen)) < chosen.size:
        raise UsageProblem("sites", "one is named twice", "name each once")
    return _share(field_of(query), chosen.astype(np.int64))


def _share(field: Field, sites: Whole) -> float:
    """Return the share with sensors at these sites."""
    return field.share(field.missed_by(sites))
