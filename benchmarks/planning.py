"""Time plans of whom to ask for what, and say how near to the best each is proved to be.

Every packaged arrangement with a mission, then one instance far larger than any mission: 60 states, 20
capabilities, 12 periods, drawn from a fixed seed. Each plan is made twice, the second time with needs and
offers the other way round: the two must be the same to the last byte. Nothing here stops at a time, so what
is found does not hang on the machine.

    .venv/bin/python benchmarks/planning.py
    .venv/bin/python benchmarks/planning.py --only stress
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final, TypeVar

import numpy as np

from holdfast.cases import load_case
from holdfast.content import digest
from holdfast.evaluate import Memory, Wishes
from holdfast.evaluate.planning import posed
from holdfast.evaluate.question import Question
from holdfast.futures import Futures
from holdfast.generate import Ceiling, Held, Need, Plan, PlanQuery, Rules, StandingOffer, explain, plan
from holdfast.generate.plan import Model

Answer = TypeVar("Answer")

CASE: Final = "ukraine"
SEED: Final = 1
FUTURES: Final = 512
ROUNDS: Final = 3
BACKED: Final = Wishes(waived=frozenset({"backstop"}))

STRESS_SEED: Final = 20_260_822
STATES: Final = 60
PERIODS: Final = 12
DOMAINS: Final = ("land",) * 14 + ("air", "air", "sea", "sea", "training", "logistics")
"""The domain of each of the 20 capabilities."""
LACKS: Final = ("backstop", "un_mandate", "parliament")
RULES: Final = Rules(
    surge=1.5, minimum=120.0, fixed_effort=100.0, breadth=8, largest_share=0.25, first_loads=200.0
)


def stress(states: int = STATES, capabilities: int = len(DOMAINS), periods: int = PERIODS) -> PlanQuery:
    """Return the large instance: the same for the same numbers, on every machine."""
    draw = np.random.default_rng(STRESS_SEED)
    needs = tuple(
        Need(
            f"capability-{place:02d}",
            (domain,),
            float(draw.integers(40, 151)),
            tuple(float(one) for one in draw.integers(200, 4_001, periods)),
            scarce=place % 4 == 3,
            loads=float(draw.integers(1, 6)) if domain == "land" else 0.0,
        )
        for place, domain in enumerate(DOMAINS[:capabilities])
    )
    codes = [f"S{place:02d}" for place in range(states)]
    kinds = tuple(dict.fromkeys(DOMAINS))
    offers = tuple(
        StandingOffer(code, str(domain), float(draw.integers(20, 1_501)), _lacking(draw))
        for code in codes
        for domain in sorted(draw.choice(kinds, draw.integers(1, 4), replace=False))
    )
    held = tuple(
        Held(code, need.capability, float(draw.integers(1, 7)))
        for code in codes
        for need in needs
        if need.scarce and draw.random() < 0.25
    )
    ceilings = tuple(
        Ceiling(code, float(draw.integers(300, 3_001)), float(draw.integers(0, 501))) for code in codes
    )
    return PlanQuery(needs, offers, held, ceilings, RULES)


def _lacking(draw: np.random.Generator) -> tuple[str, ...]:
    """Return what an offer lacks: one in three lacks a condition."""
    return (str(draw.choice(LACKS)),) if draw.random() < 1.0 / 3.0 else ()


def packaged() -> Iterator[tuple[str, PlanQuery, PlanQuery]]:
    """Yield each packaged arrangement with a mission: its name, its plan, and its fullest tours alone."""
    case = load_case(CASE)
    futures = Futures(case.ledger, SEED, FUTURES)
    settlement = case.settlements[case.about.settlement]
    for name, words in case.arrangements.items():
        if all(phase.mission is None for phase in words.phases):
            continue
        for title, wishes in ((name, Wishes()), (f"{name}, backed", BACKED)):
            asked = posed(Question(case, settlement, words, futures), wishes, Memory())
            yield title, asked.query, asked.query.only(asked.fullest)


def turned(query: PlanQuery) -> PlanQuery:
    """Return the same plan with everything named in the other order."""
    return replace(
        query,
        needs=query.needs[::-1],
        offers=query.offers[::-1],
        held=query.held[::-1],
        ceilings=query.ceilings[::-1],
    )


def size(query: PlanQuery) -> str:
    """Return how large a plan and its program are."""
    model = Model(query)
    return (
        f"{len(model.states)} states, {len(query.offers)} offers, {len(query.needs)} capabilities, "
        f"{query.periods} periods; {model.program.size:,} columns, {len(model.program.names):,} rows"
    )


def once(job: Callable[[], Answer]) -> tuple[float, Answer]:
    """Return the seconds that a job takes, and what it gives."""
    start = time.perf_counter()
    found = job()
    return time.perf_counter() - start, found


def middle(jobs: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the median seconds of each job, in turns."""
    taken: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            taken[name].append(once(job)[0])
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def told(found: Plan) -> str:
    """Return what a plan leaves short, and how near that is proved to be to the least."""
    states = len({one.state for one in found.contingents})
    return (
        f"{100.0 * found.shortfall:.2f} % short, proved to within {100.0 * found.gap:.2f} %; "
        f"effort {found.effort:,.0f}, within {100.0 * found.effort_gap:.2f} % of the need; {states} states"
    )


def same(query: PlanQuery, found: Plan) -> str:
    """Return whether the plan made again from the same things in the other order is the same."""
    return "the same bytes" if digest(plan(turned(query))) == digest(found) else "OTHER BYTES"


def time_packaged(rounds: int) -> None:
    """Print times of the packaged arrangements."""
    print("Packaged arrangements: plan in whole elements, linear plan, what binds and what closes")
    for name, query, fullest in packaged():
        seconds = middle(
            {
                "plan": lambda query=query: plan(query),  # type: ignore[misc]
                "linear": lambda query=query: plan(query, provisional=True),  # type: ignore[misc]
                "explain": lambda fullest=fullest: explain(fullest),  # type: ignore[misc]
            },
            rounds,
        )
        found = plan(query)
        ratio = seconds["plan"] / seconds["linear"]
        print(
            f"  {name}: {size(query)}\n"
            f"    plan {seconds['plan']:.2f} s, linear {seconds['linear']:.2f} s (1 to {ratio:.0f}), "
            f"explain {seconds['explain']:.2f} s\n"
            f"    {told(found)}; {same(query, found)}"
        )


def time_stress(query: PlanQuery) -> None:
    """Print times of the large instance: least shortfall alone, then the whole plan."""
    print(f"\nStress: {size(query)}; gap {query.gap:g}")
    linear, bound = once(lambda: plan(query, provisional=True))
    print(f"  linear plan {linear:.1f} s: {100.0 * bound.shortfall:.2f} % short", flush=True)
    model = Model(query)
    seconds, first = once(lambda: model.least_short(relaxed=False))
    print(
        f"  least shortfall alone {seconds:.1f} s (1 to {seconds / linear:.0f}): "
        f"{100.0 * first.objective / query.needed:.2f} %, "
        f"proved to within {100.0 * (first.objective - first.bound) / query.needed:.2f} %",
        flush=True,
    )
    seconds, found = once(lambda: plan(query))
    print(f"  whole plan {seconds:.1f} s (1 to {seconds / linear:.0f}): {told(found)}", flush=True)
    print(f"  made again: {same(query, found)}")


def main() -> None:
    """Time what is asked for and print it."""
    parser = argparse.ArgumentParser(description="Time plans and say how near to the best they are proved.")
    parser.add_argument("--only", choices=("packaged", "stress"), default=None)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds of each packaged plan")
    parser.add_argument(
        "--gap", type=float, default=PlanQuery((), ()).gap, help="of the large instance, share"
    )
    parser.add_argument("--states", type=int, default=STATES)
    parser.add_argument("--periods", type=int, default=PERIODS)
    asked = parser.parse_args()
    if asked.only != "stress":
        time_packaged(asked.rounds)
    if asked.only != "packaged":
        large = replace(stress(asked.states, periods=asked.periods), gap=asked.gap)
        time_stress(large)


if __name__ == "__main__":
    main()
