"""Time the compiled clock: against its reference, by sectors and threads, and against tossing coins.

The course is that of the tests in which every process is at work, over ten years.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

import numba
import numpy as np

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.endure import coins  # noqa: E402

from holdfast.endure import Course, course, kernel, reference  # noqa: E402

ROUNDS: Final = 7
WEEKS: Final = 520
FUTURES: Final = 512
FEW: Final = 32
SECTORS: Final = (6, 24, 96)
FLIPPED: Final = 4000


def asked(futures: int, sectors: int) -> Course:
    """Return a course that is kept every fourth week."""
    return course(replace(coins.question(futures, sectors=sectors), record_weeks=tuple(range(4, 521, 4))))


def timed(jobs: Mapping[str, Callable[[], object]]) -> dict[str, list[float]]:
    """Return the seconds that each job takes, in turns."""
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(ROUNDS):
        for name, job in jobs.items():
            start = time.perf_counter()
            job()
            seconds[name].append(time.perf_counter() - start)
    return seconds


def with_threads(threads: int, job: Callable[[], object]) -> Callable[[], None]:
    """Return a job that runs in so many threads."""

    def run() -> None:
        numba.set_num_threads(threads)
        job()

    return run


def against_the_reference() -> None:
    """Print how much faster the kernel is, in one thread, on the same few futures."""
    small = asked(FEW, 24)
    seconds = timed(
        {
            "reference": partial(reference.run, small),
            "kernel": with_threads(1, partial(kernel.run, small)),
        }
    )
    slow, fast = (statistics.median(taken) for taken in seconds.values())
    print(f"\nThe same {FEW} futures, 24 sectors, one thread")
    print(f"  reference {slow:8.4f} s   kernel {fast:8.4f} s   {slow / fast:6.1f} x as fast")


def by_sectors_and_threads() -> None:
    """Print sector-weeks per second and core, and what more threads give."""
    every = numba.get_num_threads()
    courses = {sectors: asked(FUTURES, sectors) for sectors in SECTORS}
    jobs = {
        f"{sectors}, {threads}": with_threads(threads, partial(kernel.run, given))
        for sectors, given in courses.items()
        for threads in sorted({1, every})
    }
    seconds = timed(jobs)
    print(f"\n{FUTURES} futures, {WEEKS} weeks: million sector-weeks per second and core")
    for name, taken in seconds.items():
        sectors, threads = (int(part) for part in name.split(", "))
        middle, best = statistics.median(taken), min(taken)
        million = FUTURES * WEEKS * sectors / threads / 1e6
        alone = statistics.median(seconds[f"{sectors}, 1"])
        print(
            f"  {sectors:3} sectors, {threads:2} threads {middle:8.4f} s  {million / middle:6.1f}"
            f"  (best {million / best:6.1f})  {alone / middle:6.2f} x as fast as one thread"
        )


def against_coins() -> None:
    """Print what integrated survival says, what coins say of the same futures, and what a future is worth."""
    integrated, flipped = coins.flip(coins.question(FLIPPED))
    print(f"\n{FLIPPED} futures: integrated, and a coin in every week with the same hazards")
    for place, years in enumerate(coins.YEARS):
        for column, name in enumerate(("holds", *coins.WAYS)):
            chance, coin = integrated[:, place, column], flipped[:, place, column]
            error = (coin - chance).std() / np.sqrt(FLIPPED)
            print(
                f"  {years:2} years, {name:15} {chance.mean():.4f}   coins {coin.mean():.4f}"
                f" ({(coin.mean() - chance.mean()) / error:+5.2f} standard errors)"
                f"   one integrated future is worth {coin.var() / chance.var():5.1f} tossed ones"
            )


def main() -> None:
    """Print the tables."""
    start = time.perf_counter()
    kernel.run(asked(1, 1))
    print(f"ready after {time.perf_counter() - start:.2f} s (compiled, or read from the cache)")
    by_sectors_and_threads()
    against_the_reference()
    against_coins()


if __name__ == "__main__":
    main()
