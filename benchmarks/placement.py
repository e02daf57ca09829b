"""Time the placement of sensors, and say how near to the best it is proved to be.

First one instance on which lazy and plain greedy choice are timed in turns, against even spacing and random
placement. Then the share against the number of sensors, with what no choice can exceed, and how many a share
of 80 % takes. Then small instances that are solved exactly. Then the large one: 100,000 candidate sites and
10,000 demand points along 1,000 km, twice: the two answers must be the same to the last byte.

    .venv/bin/python benchmarks/placement.py
    .venv/bin/python benchmarks/placement.py --only large
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import numba
import numpy as np

from holdfast.observe.placement import (
    Placement,
    PlacementQuery,
    Reach,
    at_random,
    curve,
    evenly,
    greedy,
    plain_greedy,
    steps,
)
from holdfast.observe.proof import exact

ROUNDS: Final = 5
SEED: Final = 20_260_822
LINE_KM: Final = 1_000.0
DEEP_KM: Final = 5.0
"""Half the width of the strip along the line in which sites and incidents lie."""
DRAWS: Final = 5
SHARE: Final = 0.8
LARGE: Final = (100_000, 10_000, 200)
MIDDLE: Final = (20_000, 5_000, 200)
SMALL: Final = ((20, 50, 4), (40, 100, 6))


def line(sites: int, points: int, budget: int, *, length: float = LINE_KM) -> PlacementQuery:
    """Return an instance along a line: hot spots, and ranges of 1 to 8 km that fade with distance."""
    draw = np.random.default_rng([SEED, sites, points])
    east = draw.uniform(0.0, length, sites)
    where = np.column_stack([east, draw.uniform(-DEEP_KM, DEEP_KM, sites)])
    spots = draw.uniform(0.0, length, 12)
    incidents = np.column_stack([draw.uniform(0.0, length, points), draw.normal(0.0, DEEP_KM / 3.0, points)])
    near = np.exp(-0.5 * ((incidents[:, :1] - spots) / (length / 100.0)) ** 2).sum(axis=1)
    weights = draw.gamma(0.5, 1.0, points) * (0.1 + near)
    reach = Reach.within(
        where, incidents, draw.uniform(1.0, 8.0, sites), draw.uniform(0.4, 0.95, sites), np.full(sites, 0.1)
    )
    return PlacementQuery(reach, weights, budget, positions=east)


def timed(jobs: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """Return the median of the seconds that each job takes, in turns."""
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            start = time.perf_counter()
            job()
            seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def said(name: str, found: Placement, bound: float) -> str:
    """Return one line on a placement, beside the least bound known."""
    return f"  {name:14} {found.share:7.4f}   at least {found.share / bound:7.2%} of the best possible"


def yardsticks(query: PlacementQuery, found: Placement) -> None:
    """Print greedy choice beside even spacing and random placement."""
    even = evenly(query)
    drawn = [at_random(query, draw=draw) for draw in range(DRAWS)]
    middle = sorted(drawn, key=lambda one: one.share)[DRAWS // 2]
    print(said("greedy", found, found.bound))
    print(said("even spacing", even, found.bound) + f"   greedy {found.share / even.share:5.2f} x as much")
    print(said("random", middle, found.bound) + f"   greedy {found.share / middle.share:5.2f} x as much")


def middle() -> None:
    """Print lazy against plain choice, against the yardsticks, and the curve."""
    query = line(*MIDDLE)
    sites, points, budget = MIDDLE
    seconds = timed({"lazy": lambda: steps(query), "plain": lambda: steps(query, plain=True)})
    (lazy, _, few), (plain, _, many) = steps(query), steps(query, plain=True)
    print(f"\n{sites} sites, {points} points, {len(query.reach.points)} entries, {budget} sensors")
    print(f"  lazy {seconds['lazy']:.4f} s   plain {seconds['plain']:.4f} s", end="")
    print(f"   {seconds['plain'] / seconds['lazy']:.1f} x as fast, ", end="")
    print("the same bytes" if lazy.tobytes() == plain.tobytes() else "NOT THE SAME")
    print(f"  gains computed: {few} and {many}, {many / few:.0f} times fewer")
    yardsticks(query, greedy(query))
    counted(replace(query, budget=4 * budget))


def counted(query: PlacementQuery) -> None:
    """Print the share against the number of sensors."""
    start = time.perf_counter()
    found = curve(query)
    taken = time.perf_counter() - start
    print(f"  share against number, one run, {taken:.2f} s")
    for number in sorted({0, 1, 10, 25, 50, 100, 200, len(found.sites)}):
        if number < len(found.shares):
            print(f"    {number:5}  {found.shares[number]:7.4f}  at most {found.bounds[number]:7.4f}")
    fewest, enough = found.needed(SHARE)
    print(f"  {SHARE:.0%}: fewer than {fewest} cannot, {enough or 'more than the curve has'} can")


def small() -> None:
    """Print what a proof takes, and how near greedy choice comes."""
    for sites, points, budget in SMALL:
        query = line(sites, points, budget, length=100.0)
        start = time.perf_counter()
        best = exact(query)
        taken = time.perf_counter() - start
        found = greedy(query)
        print(f"\n{sites} sites, {points} points, {budget} sensors: exactly, {taken:.2f} s")
        print(f"  best {best.share:.6f}, at most {best.bound:.6f}")
        print(f"  greedy {found.share:.6f}: {found.share / best.share:.2%} of it, ", end="")
        print(f"proved by itself at least {found.at_least:.2%}")


def large() -> None:
    """Print the large instance: time, share, bound, yardsticks, and whether it repeats."""
    sites, points, budget = LARGE
    start = time.perf_counter()
    query = line(*LARGE)
    built = time.perf_counter() - start
    start = time.perf_counter()
    found = greedy(query)
    taken = time.perf_counter() - start
    entries = len(query.reach.points)
    print(f"\n{sites} sites, {points} points, {entries} entries, {budget} sensors", end="")
    print(f", {numba.get_num_threads()} threads")
    print(f"  table {built:.2f} s   greedy with its bound {taken:.2f} s")
    again = greedy(query)
    one, two = ((run.sites.tobytes(), run.share, run.bound) for run in (found, again))
    print(f"  {'the same bytes again' if one == two else 'NOT THE SAME AGAIN'}")
    yardsticks(query, found)
    counted(replace(query, budget=4 * budget))


def main() -> None:
    """Print what is asked for."""
    parts = {"middle": middle, "small": small, "large": large}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=parts)
    only = parser.parse_args().only
    start = time.perf_counter()
    greedy(line(50, 50, 2))
    plain_greedy(line(50, 50, 2))
    print(f"ready after {time.perf_counter() - start:.2f} s (compiled, or read from the cache)")
    for name, part in parts.items():
        if only in (None, name):
            part()


if __name__ == "__main__":
    main()
