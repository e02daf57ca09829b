"""Time the placement of sensors, and say how near to the best it is proved to be.

A made-up line of 1,000 km with hot spots, and sensors of three kinds whose reach, chance and price are about
the middle of the model's ledger. Nothing here is a real place.

- ``small``: the best placement against greedy choice.
- ``middle``: greedy choice within each sort of limits, against even spacing along the line and the mean of
  many random placements; its bound.
- ``large``: 100,000 places, each for any of three kinds, and 10,000 demand points: time, memory, the same
  bytes again, and how many sensors a share of 80 % takes.

    .venv/bin/python benchmarks/placement.py
    .venv/bin/python benchmarks/placement.py --only large
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeVar

import numba
import numpy as np

from holdfast.noise import Process, uniform
from holdfast.observe import Demand, Placement, PlacementQuery, SensorKind, Sites, curve, place, share

Answer = TypeVar("Answer")

SEED: Final = 20_260_822
LINE_KM: Final = 1_000.0
DEEP_KM: Final = 5.0
"""Sites and incidents lie up to so far from the line."""
SPOTS: Final = 12
DRAWS: Final = 20
TARGET: Final = 0.8
CAMERA: Final = SensorKind("camera", 2.5, works=0.7, counted=0.25, price=55.0)
DRONE: Final = SensorKind("drone", 29.0, works=0.11, counted=0.5, price=205.0)
ACOUSTIC: Final = SensorKind("acoustic", 5.5, works=0.76, counted=0.38, price=24.0)
KINDS: Final = (CAMERA, DRONE, ACOUSTIC)
"""Prices in thousands of euro a year; counted is what is attributed."""


def numbers(what: int, count: int) -> np.ndarray:
    """Return numbers between 0 and 1 that depend on what they are for alone."""
    return uniform(SEED, what, Process.HOTSPOTS, 0, np.arange(count))


def line(
    places: int, points: int, kinds: tuple[SensorKind, ...] = KINDS, *, length: float = LINE_KM
) -> PlacementQuery:
    """Return demand along a line of this length and places for every kind, without limits."""
    east, north = length * numbers(0, points), DEEP_KM * (2.0 * numbers(1, points) - 1.0)
    away = (east[:, None] - length * numbers(2, SPOTS)) / (length / 100.0)
    weight = (0.1 + np.exp(-0.5 * away**2).sum(axis=1)) * -np.log(numbers(3, points))
    demand = Demand(east, north, weight, np.full(points, 0.05))
    west, south = length * numbers(4, places), DEEP_KM * (2.0 * numbers(5, places) - 1.0)
    return PlacementQuery(demand, Sites.of_every_kind(west, south, len(kinds)), kinds)


def capped(query: PlacementQuery, most: tuple[int, ...]) -> PlacementQuery:
    """Return a query with so many of each kind."""
    kinds = (replace(kind, most=one) for kind, one in zip(query.kinds, most, strict=True))
    return replace(query, kinds=tuple(kinds))


def timed(job: Callable[[], Answer]) -> tuple[Answer, float]:
    """Return an answer and the seconds it took."""
    start = time.perf_counter()
    found = job()
    return found, time.perf_counter() - start


def evenly(query: PlacementQuery, counts: np.ndarray) -> list[int]:
    """Return so many of each kind at even distances: at the place nearest to each that is still free."""
    length = float(query.demand.x_km.max())
    chosen: list[int] = []
    for kind, count in enumerate(counts):
        mine = np.flatnonzero(query.sites.kind == kind)
        for part in range(count):
            away = np.hypot(query.sites.x_km[mine] - length * (part + 0.5) / count, query.sites.y_km[mine])
            nearest = int(np.argmin(away))
            chosen.append(int(mine[nearest]))
            mine = np.delete(mine, nearest)
    return chosen


def at_random(query: PlacementQuery, counts: np.ndarray, draw: int) -> list[int]:
    """Return so many of each kind at places drawn by lot."""
    lots = uniform(SEED, draw, Process.COIN, 0, np.arange(len(query.sites.kind)))
    order = np.argsort(lots, kind="stable")
    chosen: list[int] = []
    for kind, count in enumerate(counts):
        chosen += order[query.sites.kind[order] == kind][:count].tolist()
    return chosen


def yardsticks(query: PlacementQuery, found: Placement) -> None:
    """Print a placement beside even spacing and random placement of as many of each kind."""
    counts = np.bincount(query.sites.kind[found.sites], minlength=len(query.kinds))
    even = share(query, evenly(query, counts))
    random = float(np.mean([share(query, at_random(query, counts, draw)) for draw in range(DRAWS)]))
    named = ", ".join(f"{count} {kind.name}" for count, kind in zip(counts, query.kinds, strict=True))
    print(f"  {named}; {found.before:.4f} without them")
    print(f"  {found.method:6} {found.share:.4f}   at most {found.bound:.4f}: ", end="")
    print(f"adds at least {found.ratio:.2%} of the most (promised on any line: {found.promised:.1%})")
    for name, one in (("even", even), ("random", random)):
        times = (found.share - found.before) / (one - found.before)
        print(f"  {name:6} {one:.4f}   placement adds {times:.2f} x as much")


def small() -> None:
    """Print what the best placement takes, and how near greedy choice comes."""
    seeing = (SensorKind("seen by camera", 2.5, works=0.7),)
    surely = (SensorKind("seen surely", 2.5, works=1.0),)
    print("\nsmall: exact against greedy choice, 150 km, 10 sensors")
    print(f"  {'':16}sites points  seconds  share    greedy of best   greedy by its own bound")
    for name, kinds in (("three kinds", KINDS), (seeing[0].name, seeing), (surely[0].name, surely)):
        for size in (50, 100, 200):
            query = replace(line(size // len(kinds), size, kinds, length=150.0), number=10)
            best, taken = timed(lambda query=query: place(query, method="exact"))
            found = place(query, method="greedy")
            part = (found.share - best.before) / (best.share - best.before)
            print(f"  {name:16}{len(query.sites.kind):5}  {size:5}  {taken:7.2f}  {best.share:.5f}", end="")
            print(f"  {part:14.3%}   {found.ratio:.3%}")


def middle() -> None:
    """Print greedy choice within each sort of limits, and its yardsticks."""
    query = line(4_000, 2_000)
    limits = {
        "200 sensors in all": replace(query, number=200),
        "60 cameras, 20 drones, 120 acoustic": capped(query, (60, 20, 120)),
        "a budget of 10 million euro a year": replace(query, budget=10_000.0),
        "numbers and a budget": replace(capped(query, (60, 20, 120)), budget=7_000.0),
    }
    for name, asked in limits.items():
        found, taken = timed(lambda asked=asked: place(asked))
        print(
            f"\nmiddle: {len(query.sites.kind)} sites, {len(query.demand.x_km)} points, {name}: {taken:.2f} s"
        )
        yardsticks(asked, found)


def large() -> None:
    """Print the large instance: time, memory, bound, yardsticks, and whether it repeats."""
    query = replace(capped(line(100_000, 10_000), (500, 150, 600)), number=1_000)
    threads = numba.get_num_threads()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found, taken = timed(lambda: place(query))
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024.0
    print(
        f"\nlarge: {len(query.sites.kind)} sites, {len(query.demand.x_km)} points, {len(found.sites)} sensors"
    )
    print(f"  {taken:.1f} s on {threads} threads, {more:.0f} MiB more than before")
    numba.set_num_threads(1)
    again, taken = timed(lambda: place(query))
    numba.set_num_threads(threads)
    one, two = ((run.sites.tobytes(), run.share, run.bound) for run in (found, again))
    print(f"  {taken:.1f} s on one thread: {'the same bytes' if one == two else 'NOT THE SAME'}")
    yardsticks(query, found)
    counted(query)


def counted(query: PlacementQuery) -> None:
    """Print the share against the number of sensors, and how many the target takes."""
    found, taken = timed(lambda: curve(query))
    print(f"  share by number of sensors, one run, {taken:.1f} s")
    for number in (0, 10, 50, 100, 200, 400, 700, len(found.sites)):
        print(f"    {number:5}  {found.shares[number]:.4f}  at most {found.bounds[number]:.4f}")
    for target in (TARGET, 0.999):
        needed = found.needed(target)
        print(f"  {target:.1%}: {needed.enough} are enough, {needed.too_few} too few", end="")
        print(f", barrier: {needed.barrier}, with all sites {needed.ceiling:.5f}")


def main() -> None:
    """Print what is asked for."""
    parts = {"small": small, "middle": middle, "large": large}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=parts)
    only = parser.parse_args().only
    _, ready = timed(lambda: place(replace(line(20, 20), number=2)))
    print(f"ready after {ready:.1f} s (compiled, or read from the cache)")
    for name, part in parts.items():
        if only in (None, name):
            part()


if __name__ == "__main__":
    main()
