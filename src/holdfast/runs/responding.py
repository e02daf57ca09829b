"""The question of response: who would answer a breach, how soon, and whether before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from holdfast.case import Case
from holdfast.cases import load_arrangement
from holdfast.evaluate.answering import Answer
from holdfast.evaluate.climbing import Answered, Climb, Rungs, ladder_of
from holdfast.runs.asking import FUTURES, SEED, YEARS, Setup, set_up
from holdfast.runs.document import WORDING, settlement_of
from holdfast.runs.quantities import quantity_of
from holdfast.vocabulary.arrangement import Arrangement

if TYPE_CHECKING:
    import polars as pl

Array = NDArray[np.float64]

NOTHING_GAINED: Final = 0.005
"""A rung that adds less is none that is weak."""
TIMES: Final = ("notice_days", "attribute_days", "decide_days", "arrive_days", "days")


@dataclass(frozen=True)
class Laddered:
    """The breach ladder of one arrangement.

    Works as a table: a row for each phase, breach and promise that answers it.
    """

    setup: Setup
    arrangement: Arrangement
    content: str
    rungs: tuple[Rungs, ...]

    @cached_property
    def document(self) -> dict[str, Any]:
        """The result as one JSON-ready document."""
        case = self.setup.case
        named = self.setup.manifest("respond", [(self.arrangement, self.content)])
        return {
            "holdfast": "ladder/1",
            "wording": WORDING,
            "case": named["case"],
            "title": case.about.title,
            "as_of": {key: str(day) for key, day in case.about.as_of.model_dump().items()},
            "settlement": settlement_of(self.setup.settlement),
            "manifest": named,
            "futures": self.setup.futures.n,
            "arrangement": {"name": self.arrangement.name, "title": self.arrangement.title},
            "phases": [_phase(case, one) for one in self.rungs],
            "limits": case.about.limits,
        }

    @cached_property
    def table(self) -> pl.DataFrame:
        """A polars table of :attr:`rows`."""
        import polars as pl

        header, rows = self.rows
        return pl.DataFrame([dict(zip(header, row, strict=True)) for row in rows], schema=list(header))

    @property
    def rows(self) -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        """Header and rows of the table."""
        header = ["phase", "breach", "promise"]
        names = (*TIMES, "in_time")
        header += [f"{name}_{end}" for name in names for end in ("mean", "low", "high")]
        rows = [
            [phase["name"], breach["breach"], one["promise"]]
            + [one[name][end] for name in names for end in ("mean", "low", "high")]
            for phase in self.document["phases"]
            for breach in phase["breaches"]
            for one in breach["promises"]
        ]
        return header, rows

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Hand the table to any library that speaks the Arrow interface."""
        return self.table.__arrow_c_stream__(requested_schema)


def ladder(
    case: str | Path,
    arrangement: str | Path,
    *,
    settlement: str | Path | None = None,
    futures: int = FUTURES,
    seed: int = SEED,
    overlay: str | Path | None = None,
) -> Laddered:
    """Say who would answer each kind of breach, how soon, and whether before the breaker is done.

    Parameters
    ----------
    case, arrangement, settlement, futures, seed, overlay
        As :func:`compare`.

    Returns
    -------
    Laddered

    Raises
    ------
    FileProblems
        If a file is wrong.
    UsageProblem
        If an option is out of range.
    """
    setup = set_up(case, settlement=settlement, futures=futures, seed=seed, years=YEARS, overlay=overlay)
    words, content = load_arrangement(arrangement, setup.case)
    found = ladder_of(setup.case, setup.settlement, words, setup.futures)
    return Laddered(setup, words, content, found)


def _phase(case: Case, rungs: Rungs) -> dict[str, Any]:
    """Return one phase."""
    return {
        "name": rungs.phase.name,
        "from_month": None if np.isinf(rungs.starts) else rungs.starts,
        "promises": [_promise(case, one) for one in rungs.answers],
        "breaches": [_breach(one, bool(rungs.answers)) for one in rungs.breaches],
    }


def _promise(case: Case, answer: Answer) -> dict[str, Any]:
    """Return who promises what, who decides, and what is reserved."""
    return {
        "promise": answer.promise.key,
        "words": answer.words,
        "guarantors": [case.name_of(code) for code in answer.guarantors],
        "response": list(answer.response),
        "decider": answer.decider,
        "caveats": list(answer.caveats),
        "answers": list(answer.answers),
        "kept": quantity_of(answer.promise.credibility),
    }


def _breach(answered: Answered, anybody: bool) -> dict[str, Any]:  # noqa: FBT001 - whether anybody promises
    """Return one kind of breach."""
    query, found = answered.query, answered.ladder
    rung, gain = max(answered.gains.items(), key=lambda item: item[1])
    return {
        "breach": answered.breach.key,
        "title": answered.breach.title,
        "seen": quantity_of(query.seen),
        "attributed": quantity_of(np.minimum(query.attributed, query.seen)),
        "clock_days": quantity_of(query.breaker_days),
        "notice_days": quantity_of(found.notice_days),
        "attribute_days": quantity_of(found.attribute_days),
        "known_days": quantity_of(found.notice_days + found.attribute_days),
        "days": quantity_of(np.full_like(query.seen, np.nan) if found.days is None else found.days),
        "sent": quantity_of(found.chance),
        "in_time": quantity_of(found.in_time),
        "in_time_by_others": quantity_of(answered.by_others),
        "nothing_because": _nothing(answered, anybody),
        "first": _first(answered),
        "weakest": rung if gain > NOTHING_GAINED else None,
        "gains": answered.gains,
        "promises": [_climb(answered, one) for one in answered.climbs],
    }


def _climb(answered: Answered, climb: Climb) -> dict[str, Any]:
    """Return one promise's way up the ladder."""
    promise, found, query = climb.answer.promise, answered.ladder, answered.query
    return {
        "promise": promise.key,
        "decider": climb.answer.decider,
        "notice_days": quantity_of(query.notice_watched if promise.attacked else found.notice_days),
        "attribute_days": quantity_of(query.attribute_watched if promise.attacked else found.attribute_days),
        "decide_days": quantity_of(promise.decide_days),
        "arrive_days": quantity_of(promise.arrive_days),
        "days": quantity_of(climb.days),
        "in_time": quantity_of(climb.in_time),
    }


def _nothing(answered: Answered, anybody: bool) -> str | None:  # noqa: FBT001 - as above
    """Return why nothing arrives in time, if hardly ever anything does."""
    if not anybody:
        return "nobody promises anything"
    if not answered.climbs:
        return "no promise answers it"
    if not any(one.answer.promise.fights for one in answered.climbs):
        return "what is promised sends nobody"
    chance = float(answered.ladder.in_time.mean())
    if chance >= NOTHING_GAINED:
        return None
    soon = chance + answered.gains["keep"] >= NOTHING_GAINED
    return "what would come in time is hardly ever kept" if soon else "all that is promised comes too late"


def _first(answered: Answered) -> str | None:
    """Return the promise that arrives first in most futures."""
    arriving = [one for one in answered.climbs if one.answer.promise.fights]
    if not arriving:
        return None
    first = np.argmin(np.stack([one.days for one in arriving]), axis=0)
    return arriving[int(np.bincount(first).argmax())].answer.promise.key
