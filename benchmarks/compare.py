"""Time the stages of a comparison and what more futures cost, as ratios in one run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from holdfast.cases import load_case
from holdfast.evaluate import Memory, evaluate
from holdfast.futures import Futures
from holdfast.runs.document import comparison_document

ROUNDS = 5
FEW, MANY = 512, 4096


def timed(job: Callable[[], object]) -> float:
    """Return the seconds that a job takes."""
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def main() -> None:
    """Print the table."""
    case = load_case("ukraine")
    settlement = case.settlements[case.about.settlement]
    arrangements = [case.arrangements[name] for name in case.about.arrangements]

    def draw(n: int) -> Futures:
        futures = Futures(case.ledger, 1, n)
        for name in case.ledger:
            futures[name]
        return futures

    def assess_all(futures: Futures) -> list[object]:
        memory = Memory()
        return [evaluate(case, settlement, one, futures, memory=memory) for one in arrangements]

    few, many = draw(FEW), draw(MANY)
    manifest = {"case": "ukraine", "years": 5, "futures": FEW, "hashes": {}}
    done = assess_all(few)
    jobs: dict[str, Callable[[], object]] = {
        "read and check the case": lambda: load_case("ukraine"),
        f"draw {FEW} futures": lambda: draw(FEW),
        f"assess {len(arrangements)} arrangements, {FEW} futures": lambda: assess_all(few),
        f"the same, {MANY} futures": lambda: assess_all(many),
        "summaries and document": lambda: comparison_document(case, few, done, manifest),  # type: ignore[arg-type]
    }
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(ROUNDS):
        for name, job in jobs.items():
            seconds[name].append(timed(job))
    unit = statistics.median(seconds[f"assess {len(arrangements)} arrangements, {FEW} futures"])
    for name, taken in seconds.items():
        middle = statistics.median(taken)
        print(f"{name:42} {middle:8.3f} s   {middle / unit:6.2f} x the assessment of {FEW} futures")


if __name__ == "__main__":
    main()
