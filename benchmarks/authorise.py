"""Time votes of bodies: the compiled kernel against its definition, blocs against none, a million councils.

Bodies and proposals are those of the tests: weights of 0.15 to 0.9 for the common factor and of 0.3 to 0.8
for those of the blocs.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

import numba

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.authorise.bodies import large_proposal, only, with_fixed  # noqa: E402

from holdfast.authorise import Proposal, authorise, reference  # noqa: E402

ROUNDS: Final = 5
FUTURES: Final = 512
FEW: Final = 4
MILLION: Final = 1_000_000
AT_ONCE: Final = 8_192
BODIES: Final = ("council", "consensus", "assembly", "union", "all but one")


def asked(name: str, futures: int = FUTURES, *, blocs: bool = True) -> Proposal:
    """Return a proposal before a body; one member of the council has a fixed position."""
    proposal = large_proposal(name, futures, blocs)
    return with_fixed(proposal, AAA=(0.3, 0.3, 0.4)) if name == "council" else proposal


def timed(jobs: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """Return the median seconds that each job takes, in turns."""
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            start = time.perf_counter()
            job()
            seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def chance(proposal: Proposal) -> None:
    """Work out the chance of adoption alone."""
    authorise(proposal, with_blockers=False)


def with_threads(threads: int, job: Callable[[], object]) -> None:
    """Run a job in so many threads."""
    before = numba.get_num_threads()
    numba.set_num_threads(threads)
    try:
        job()
    finally:
        numba.set_num_threads(before)


def against_the_definition() -> None:
    """Print how much faster the kernel is than the definition, on grids of the definition that will do."""
    print(f"\nThe same {FEW} futures in one thread: definition, kernel")
    for name in ("council", "consensus", "union"):
        proposal = asked(name, FEW)
        seconds = timed(
            {
                "definition": partial(reference.chance, proposal, step=1 / 4, bloc_step=1 / 4),
                "kernel": partial(with_threads, 1, partial(chance, proposal)),
            },
        )
        slow, fast = seconds["definition"], seconds["kernel"]
        print(f"  {name:12} {slow:8.4f} s, {fast:8.5f} s: {slow / fast:4.0f} x as fast")


def blocs_against_none() -> None:
    """Print what blocs cost, what blockers cost, and what threads give."""
    every = numba.get_num_threads()
    print(f"\n{FUTURES} futures, {every} threads")
    for name in BODIES:
        blocs, none = asked(name), asked(name, blocs=False)
        seconds = timed(
            {
                "none": partial(chance, none),
                "blocs": partial(chance, blocs),
                "one": partial(with_threads, 1, partial(chance, blocs)),
                "blockers": partial(authorise, blocs),
            }
        )
        used = authorise(blocs).blocker_futures
        print(
            f"  {name:12} no blocs {seconds['none']:7.4f} s, blocs {seconds['blocs']:7.4f} s"
            f" ({seconds['blocs'] / seconds['none']:4.2f} x), with blockers {seconds['blockers']:7.4f} s"
            f" (over {used}); {seconds['one'] / seconds['blocs']:4.2f} x as fast as one thread"
        )


def a_million_councils() -> None:
    """Print how long a million evaluations of a council take, many at once and in parts as a search asks."""
    proposal = asked("council", AT_ONCE)
    parts = [only(proposal, slice(start, start + FUTURES)) for start in range(0, AT_ONCE, FUTURES)]
    rounds = -(-MILLION // AT_ONCE)
    print(f"\nCouncils of 15: vetoes, five blocs, one position fixed; {numba.get_num_threads()} threads")
    for name, asking in (("at once", [proposal]), (f"{FUTURES} at a time", parts)):
        start, busy = time.perf_counter(), time.process_time()
        for _ in range(rounds):
            for part in asking:
                chance(part)
        taken, busy = time.perf_counter() - start, time.process_time() - busy
        each = busy / (rounds * AT_ONCE) * 1e6
        print(f"  {rounds * AT_ONCE}, {name:13} {taken:6.2f} s; {each:5.2f} microseconds of a core each")


def main() -> None:
    """Print the tables."""
    start = time.perf_counter()
    authorise(asked("council", FEW))
    authorise(asked("union", FEW))
    print(f"ready after {time.perf_counter() - start:.2f} s (compiled, or read from the cache)")
    against_the_definition()
    blocs_against_none()
    a_million_councils()


if __name__ == "__main__":
    main()
