"""Expectations: the tests that analysts write beside an arrangement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from holdfast.analyse import quantity
from holdfast.cases import load_arrangement, load_case
from holdfast.runs.asking import FUTURES, SEED, YEARS, assess
from holdfast.vocabulary.arrangement import Expectation


@dataclass(frozen=True, slots=True)
class Expected:
    """An expectation and what came out.

    ``found`` is the mean over futures, None where the outcome has no meaning; ``met`` says whether it
    lies within the bounds.
    """

    arrangement: str
    expectation: Expectation
    settlement: str
    found: float | None
    met: bool

    def __str__(self) -> str:
        """Return one line: met or not, what was expected, what came out, and why it was expected."""
        wanted = self.expectation
        bounds = " and ".join(
            f"{word} {bound:g}"
            for word, bound in (("at least", wanted.at_least), ("at most", wanted.at_most))
            if bound is not None
        )
        year = "" if wanted.year is None else f" after {wanted.year} years"
        found = "has no meaning here" if self.found is None else f"is {self.found:.4g}"
        return (
            f"{'met' if self.met else 'NOT MET'}: {self.arrangement} under {self.settlement}: "
            f"{wanted.outcome}{year} {bounds}; the mean over futures {found} ({wanted.because})"
        )


def expectations(
    case: str | Path, arrangement: str | Path, *, overlay: str | Path | None = None
) -> Iterator[Expected]:
    """Yield every expectation of an arrangement with what came out.

    Each is computed with the default seed, number of futures and horizon, so that it means the same to all.

    Raises
    ------
    FileProblems
        If a file is wrong.
    """
    words, _ = load_arrangement(arrangement, load_case(case, overlay))
    done = {}
    for wanted in words.expect:
        if wanted.settlement not in done:
            done[wanted.settlement] = assess(
                case,
                arrangement,
                settlement=wanted.settlement,
                futures=FUTURES,
                seed=SEED,
                years=YEARS,
                overlay=overlay,
            )
        result = done[wanted.settlement]
        column = wanted.outcome if wanted.year is None else f"{wanted.outcome}_{wanted.year}"
        found = quantity(result.assessment.outcomes[column]).mean
        low = wanted.at_least if wanted.at_least is not None else float("-inf")
        high = wanted.at_most if wanted.at_most is not None else float("inf")
        yield Expected(
            words.name,
            wanted,
            result.setup.settlement.name,
            found,
            found is not None and low <= found <= high,
        )
