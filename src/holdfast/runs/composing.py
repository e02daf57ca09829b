"""The question of force generation: who would make up a mission, and what would close what is short."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from holdfast.case import Case
from holdfast.cases import load_arrangement
from holdfast.errors import UsageProblem
from holdfast.evaluate import Composition, Wishes, composition_of
from holdfast.files.problems import listed, nearest
from holdfast.runs.asking import FUTURES, SEED, YEARS, Setup, codes_by_name, set_up, state_mend
from holdfast.runs.conditions import CONDITIONS
from holdfast.runs.contingents import composition_document, composition_rows

if TYPE_CHECKING:
    import polars as pl

MOST_STATES: Final = 200
LEAST_SHARE: Final = 0.001


@dataclass(frozen=True)
class Composed:
    """Who would make up the missions of one arrangement.

    Works as a table, as :class:`Comparison` does: a row for each state, capability and tour of the plan.
    """

    setup: Setup
    composition: Composition
    content: str
    robust: bool

    @cached_property
    def document(self) -> dict[str, Any]:
        """The result as one JSON-ready document."""
        wishes = self.composition.wishes
        asked = {
            "without": sorted(wishes.without),
            "with": sorted(wishes.with_states),
            "waived": sorted(wishes.waived),
            "breadth": wishes.breadth,
            "largest_share": wishes.largest_share,
            "robust": self.robust,
        }
        named = self.setup.manifest("generate", [(self.composition.arrangement, self.content)], asked)
        return composition_document(self.setup.case, self.setup.futures, self.composition, named)

    @cached_property
    def table(self) -> pl.DataFrame:
        """A polars table: a row for each state, capability and tour."""
        import polars as pl

        header, rows = self.rows
        return pl.DataFrame([dict(zip(header, row, strict=True)) for row in rows], schema=list(header))

    @property
    def rows(self) -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        """Header and rows of the table."""
        return composition_rows(self.document)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Hand the table to any library that speaks the Arrow interface."""
        return self.table.__arrow_c_stream__(requested_schema)


def composition(  # noqa: PLR0913 - what is asked, and how
    case: str | Path,
    arrangement: str | Path,
    *,
    without: Sequence[str] = (),
    with_states: Sequence[str] = (),
    waived: Sequence[str] = (),
    breadth: int | None = None,
    largest_share: float | None = None,
    robust: bool = False,
    settlement: str | Path | None = None,
    futures: int = FUTURES,
    seed: int = SEED,
    overlay: str | Path | None = None,
) -> Composed:
    """Say who would make up the missions of an arrangement, what is short, why, and what would close it.

    Parameters
    ----------
    case, arrangement, settlement, futures, seed, overlay
        As :func:`compare`.
    without, with_states : sequence of str
        States that stay away, and states that are asked although the design does not; by code or name.
    waived : sequence of str
        Conditions that count as met: ceasefire, backstop, un_mandate, behind_line, not_inside, parliament.
    breadth : int, optional
        The fewest states that must take part.
    largest_share : float, optional
        The most of the whole need that one state may provide, 0.001 to 1.
    robust : bool
        Whether to make the plan that is good in the worst tenth of futures as well.

    Returns
    -------
    Composed

    Raises
    ------
    FileProblems
        If a file is wrong.
    UsageProblem
        If an option is out of range, or names no state or condition.
    """
    setup = set_up(case, settlement=settlement, futures=futures, seed=seed, years=YEARS, overlay=overlay)
    words, content = load_arrangement(arrangement, setup.case)
    wishes = Wishes(
        without=frozenset(_codes(setup.case, "--without", without)),
        with_states=frozenset(_codes(setup.case, "--with", with_states)),
        waived=frozenset(_conditions(waived)),
        breadth=_whole("--breadth", breadth, 1, MOST_STATES),
        largest_share=_share("--largest-share", largest_share, LEAST_SHARE, 1.0),
    )
    both = sorted(wishes.without & wishes.with_states)
    if both:
        wrong = f"'{both[0]}' is also under --without"
        raise UsageProblem("--with", wrong, "name a state under one of the two")
    found = composition_of(setup.case, setup.settlement, words, setup.futures, wishes=wishes, robust=robust)
    return Composed(setup, found, content, robust)


def _codes(case: Case, option: str, names: Iterable[str]) -> list[str]:
    """Return the codes of states that could contribute.

    Raises
    ------
    UsageProblem
        If a name is no state that the case has offers of.
    """
    codes = codes_by_name(case)
    found = []
    for name in names:
        code = codes.get(name.casefold())
        if code is None:
            raise UsageProblem(option, f"no state is called '{name}'", state_mend(case, name))
        if code in {party.state for party in case.parties}:
            wrong = f"{case.name_of(code)} is a party, which no mission takes troops from"
            raise UsageProblem(option, wrong, "leave it out")
        if code not in case.states or not case.states[code].offers:
            mend = "add what it offers to states.yaml of a case of your own"
            if option == "--without":
                mend = "leave it out: it would not come anyway"
            raise UsageProblem(option, f"the case has no offers of {case.name_of(code)}", mend)
        found.append(code)
    return found


def _conditions(names: Iterable[str]) -> list[str]:
    found = []
    for name in names:
        key = name.strip().replace("-", "_").casefold()
        if key not in CONDITIONS:
            guess = nearest(key, CONDITIONS)
            mend = f"did you mean '{guess}'?" if guess else f"the conditions are {listed(list(CONDITIONS))}"
            raise UsageProblem("--waive", f"'{name}' is no condition", mend)
        found.append(key)
    return found


def _whole(option: str, value: object, least: int, most: int) -> int | None:
    """Return a whole number, if it is given; raise if it is none, or out of range."""
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        wrong = f"{value!r} is no whole number"
        raise UsageProblem(option, wrong, f"give a whole number from {least} to {most}")
    _within(option, value, least, most)
    return value


def _share(option: str, value: object, least: float, most: float) -> float | None:
    """Return a share, if it is given; raise if it is none, or out of range."""
    if value is not None and (isinstance(value, bool) or not isinstance(value, float | int)):
        raise UsageProblem(option, f"{value!r} is no number", f"give a number from {least:g} to {most:g}")
    _within(option, value, least, most)
    return value


def _within(option: str, value: float | None, least: float, most: float) -> None:
    if value is not None and not least <= value <= most:
        raise UsageProblem(option, f"{value:g} is out of range", f"give a number from {least:g} to {most:g}")
