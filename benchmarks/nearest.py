"""Time the nearest place on a line for a million points, and against trying every segment for a few.

The line is that of 22 August 2026 where the research data are at hand, else the packaged one. Points are
scattered over the theatre without order, which is the hardest case.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from holdfast.cases import load_case
from holdfast.files.vector import read_line
from holdfast.geometry import Line, cut, line_of, nearest

ROOT: Final = Path(__file__).resolve().parent.parent
ROUNDS: Final = 7
POINTS: Final = 1_000_000
FEW: Final = 2_000


def the_line() -> tuple[str, Line]:
    """Return a line and what it is."""
    folder = Path(os.environ.get("HOLDFAST_DATA") or ROOT.parent / "shared" / "data")
    path = folder / "deepstate" / "line_of_contact_2026-08-22.geojson"
    if path.is_file():
        return "22 August 2026", Line(read_line(path, where={"kind": "main_front"}).parts)
    return "the packaged line", line_of(load_case("ukraine").theatre)


def scattered(line: Line, number: int) -> NDArray[np.float64]:
    """Return points all over the theatre, some degrees around the line."""
    every = np.concatenate(line.parts)
    return np.random.default_rng(1).uniform(every.min(axis=0) - 2.0, every.max(axis=0) + 2.0, (number, 2))


def every_segment(line: Line, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distance on the plane of each point, by trying every segment."""
    plane = [line.plane.to_km(part) for part in line.parts]
    starts = np.concatenate([part[:-1] for part in plane])
    steps = np.concatenate([np.diff(part, axis=0) for part in plane])
    to = line.plane.to_km(points)[:, None] - starts
    share = np.clip((to * steps).sum(axis=2) / (steps**2).sum(axis=1), 0.0, 1.0)
    least: NDArray[np.float64] = np.sqrt(((to - share[..., None] * steps) ** 2).sum(axis=2).min(axis=1))
    return least


def seconds(job: Callable[[], object]) -> float:
    """Return how long a job takes."""
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def main() -> None:
    """Print the table."""
    name, line = the_line()
    sectors = cut(line)
    points = scattered(line, POINTS)
    few = points[:FEW]
    ready = seconds(lambda: nearest(line, few[:, 0], few[:, 1], sectors))
    print(f"{name}: {sum(map(len, line.parts))} points, {len(sectors)} sectors")
    print(f"ready after {ready:.2f} s (compiled, or read from the cache)")
    million, slow = [], []
    for _ in range(ROUNDS):
        million.append(seconds(lambda: nearest(line, points[:, 0], points[:, 1], sectors)))
        slow.append(seconds(lambda: every_segment(line, few)))
    middle, each = statistics.median(million), statistics.median(slow) / FEW
    print(f"{POINTS:,} points {middle:8.3f} s (best {min(million):.3f}), {middle / POINTS * 1e6:.2f} µs each")
    ratio = each * POINTS / middle
    print(f"every segment {each * 1e6:8.2f} µs each, on {FEW:,} points: {ratio:,.0f} x as long")


if __name__ == "__main__":
    main()
