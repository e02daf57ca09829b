"""Questions asked in full: compare arrangements, assess one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

from holdfast.case import Case
from holdfast.cases import load_arrangement, load_case, load_settlement
from holdfast.errors import UsageProblem
from holdfast.evaluate import (
    HORIZON_YEARS,
    Assessment,
    Consent,
    Memory,
    composition_of,
    consent_of,
    evaluate,
)
from holdfast.files.problems import listed, nearest
from holdfast.futures import Futures
from holdfast.ledger import Ledger
from holdfast.runs.agreement import authority_document
from holdfast.runs.contingents import generate_block
from holdfast.runs.document import assessment_document, comparison_document
from holdfast.runs.manifest import manifest
from holdfast.runs.tables import authority_table, outcome_table, tidy_table
from holdfast.vocabulary.arrangement import Arrangement
from holdfast.vocabulary.ballot import Vote
from holdfast.vocabulary.base import FIRST_DAY, LAST_DAY
from holdfast.vocabulary.body import Body, step_on_the_way
from holdfast.vocabulary.settlement import Settlement

if TYPE_CHECKING:
    import polars as pl

FUTURES = 512
SEED = 1
YEARS = 5
MOST_FUTURES = 65_536
"""More than this needs too much memory in one piece."""

FEW_CHANGES = 1
"""Where force generation is told beside the rest, sets of more changes are not looked for."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Setup:
    """A case, a settlement and joint draws, ready to assess arrangements in.

    ``case_name`` is what the user typed last of the way to it.
    """

    case: Case
    case_name: str
    settlement: Settlement
    settlement_hash: str
    futures: Futures
    years: int

    def manifest(
        self,
        kind: str,
        arrangements: Sequence[tuple[Arrangement, str]],
        asked: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return the manifest of a result from this set-up."""
        return manifest(
            kind=kind,
            case=self.case_name,
            hashes=self.case.hashes,
            settlement=(self.settlement.name, self.settlement_hash),
            arrangements=[(arrangement.name, content) for arrangement, content in arrangements],
            seed=self.futures.seed,
            futures=self.futures.n,
            years=self.years,
            asked=asked,
        )

    def generate(self, arrangement: Arrangement) -> dict[str, Any]:
        """Return who would make up the missions of an arrangement, by a plan that is there at once."""
        found = composition_of(
            self.case,
            self.settlement,
            arrangement,
            self.futures,
            most_changes=FEW_CHANGES,
            provisional=True,
        )
        return generate_block(self.case, found)


def set_up(
    case: str | Path,
    *,
    settlement: str | Path | None,
    futures: int,
    seed: int,
    years: int,
    overlay: str | Path | None,
) -> Setup:
    """Read a case and draw its futures.

    Raises
    ------
    FileProblems
        If a file is wrong.
    UsageProblem
        If an option is out of range.
    """
    for option, value in (("--futures", futures), ("--years", years)):
        if isinstance(value, bool) or not isinstance(value, int):
            raise UsageProblem(option, f"{value!r} is no whole number", "give a whole number, such as 16")
    if not 1 <= years <= HORIZON_YEARS:
        raise UsageProblem(
            "--years", f"{years} is out of range", f"give a whole number from 1 to {HORIZON_YEARS}"
        )
    if futures > MOST_FUTURES:
        raise UsageProblem("--futures", f"{futures} is too many for one run", f"give at most {MOST_FUTURES}")
    Futures(Ledger(()), seed, futures)  # refuses a wrong number before the case is read
    read = load_case(case, overlay)
    words, content = load_settlement(settlement if settlement is not None else read.about.settlement, read)
    name = read.about.name
    return Setup(read, name, words, content, Futures(read.ledger, seed, futures), years)


@dataclass(frozen=True)
class Comparison:
    """Arrangements side by side, in the same futures.

    Works as a table: ``polars.DataFrame(comparison)`` and everything else that speaks the Arrow
    interface take it as it is, :attr:`table` is one already, and :meth:`to_pandas` makes one for pandas.
    """

    setup: Setup
    assessments: tuple[Assessment, ...]
    contents: tuple[str, ...]

    @cached_property
    def document(self) -> dict[str, Any]:
        """The result as one JSON-ready document."""
        pairs = [
            (one.arrangement, content) for one, content in zip(self.assessments, self.contents, strict=True)
        ]
        document = comparison_document(
            self.setup.case, self.setup.futures, self.assessments, self.setup.manifest("compare", pairs)
        )
        for told, one in zip(document["arrangements"], self.assessments, strict=True):
            told["generate"] = self.setup.generate(one.arrangement)
        return document

    @cached_property
    def table(self) -> pl.DataFrame:
        """A polars table: a row for each arrangement, outcome and year."""
        return tidy_table(self.document)

    @cached_property
    def outcomes(self) -> pl.DataFrame:
        """A polars table: a row for each arrangement and future, a column for each outcome."""
        return outcome_table(self.assessments)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Hand the table to any library that speaks the Arrow interface."""
        return self.table.__arrow_c_stream__(requested_schema)

    def to_pandas(self) -> Any:  # noqa: ANN401 - pandas is not needed to use Holdfast
        """Return :attr:`table` as a pandas table; needs pandas, but no other package.

        Raises
        ------
        UsageProblem
            If pandas is not installed.
        """
        try:
            import pandas  # noqa: ICN001 - only here, and only if asked for
        except ImportError as absent:
            raise UsageProblem("to_pandas", "pandas is not installed", "pip install pandas") from absent
        return pandas.DataFrame(self.table.to_dict(as_series=False))

    def _repr_html_(self) -> str:
        return self.table._repr_html_()


@dataclass(frozen=True)
class Assessed:
    """One arrangement in full."""

    setup: Setup
    assessment: Assessment
    content: str

    @cached_property
    def document(self) -> dict[str, Any]:
        """The result as one JSON-ready document."""
        pairs = [(self.assessment.arrangement, self.content)]
        document = assessment_document(
            self.setup.case, self.setup.futures, self.assessment, self.setup.manifest("assess", pairs)
        )
        document["arrangement"]["generate"] = self.setup.generate(self.assessment.arrangement)
        return document

    @cached_property
    def outcomes(self) -> pl.DataFrame:
        """A polars table: a row for each future, a column for each outcome."""
        return outcome_table((self.assessment,))


def compare(
    case: str | Path,
    arrangements: Sequence[str | Path] | None = None,
    *,
    settlement: str | Path | None = None,
    futures: int = FUTURES,
    seed: int = SEED,
    years: int = YEARS,
    overlay: str | Path | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Put arrangements side by side.

    Parameters
    ----------
    case : str or Path
        A packaged case (``"ukraine"``) or the folder of one's own.
    arrangements : sequence of str or Path, optional
        Names or files; without it, those that the case lists.
    settlement : str or Path, optional
        Name or file; without it, the one that the case names.
    futures : int
        Joint draws of every estimate; a multiple of 16.
    seed : int
        From 0. The same seed gives the same futures to every arrangement.
    years : int
        Horizon for causes of failure and yearly cost, 1 to 10.
    overlay : str or Path, optional
        A private file of other figures, laid over the case.
    progress : callable, optional
        Called with the name, place and number of each arrangement before it is assessed.

    Returns
    -------
    Comparison

    Raises
    ------
    FileProblems
        If a file is wrong.
    UsageProblem
        If an option is out of range, or an arrangement stands twice.
    """
    setup = set_up(case, settlement=settlement, futures=futures, seed=seed, years=years, overlay=overlay)
    wanted = list(arrangements) if arrangements else list(setup.case.about.arrangements)
    loaded = [load_arrangement(one, setup.case) for one in wanted]
    names = [arrangement.name for arrangement, _ in loaded]
    for name in names:
        if names.count(name) > 1:
            raise UsageProblem("ARRANGEMENT", f"'{name}' is asked for twice", "name each arrangement once")
    memory = Memory()
    done = []
    for place, (arrangement, _) in enumerate(loaded):
        if progress is not None:
            progress(arrangement.name, place, len(loaded))
        done.append(
            evaluate(setup.case, setup.settlement, arrangement, setup.futures, years=years, memory=memory)
        )
    return Comparison(setup, tuple(done), tuple(content for _, content in loaded))


def assess(
    case: str | Path,
    arrangement: str | Path,
    *,
    settlement: str | Path | None = None,
    futures: int = FUTURES,
    seed: int = SEED,
    years: int = YEARS,
    overlay: str | Path | None = None,
) -> Assessed:
    """Assess one arrangement in full.

    Parameters, errors: as :func:`compare`.

    Returns
    -------
    Assessed
    """
    setup = set_up(case, settlement=settlement, futures=futures, seed=seed, years=years, overlay=overlay)
    words, content = load_arrangement(arrangement, setup.case)
    assessment = evaluate(setup.case, setup.settlement, words, setup.futures, years=years)
    return Assessed(setup, assessment, content)


@dataclass(frozen=True)
class Authority:
    """Who must agree to one arrangement.

    Works as a table, as :class:`Comparison` does: a row for each body and outcome.
    """

    setup: Setup
    consent: Consent
    content: str
    bodies: tuple[str, ...]

    @cached_property
    def document(self) -> dict[str, Any]:
        """The result as one JSON-ready document."""
        asked = {
            "bodies": list(self.bodies),
            "date": str(self.consent.day),
            "assumed": dict(self.consent.assumed),
        }
        named = self.setup.manifest("authorise", [(self.consent.arrangement, self.content)], asked)
        return authority_document(self.setup.case, self.setup.futures, self.consent, named)

    @cached_property
    def table(self) -> pl.DataFrame:
        """A polars table: a row for each body and outcome."""
        return authority_table(self.document)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Hand the table to any library that speaks the Arrow interface."""
        return self.table.__arrow_c_stream__(requested_schema)


def authority(  # noqa: PLR0913 - what is asked, and how
    case: str | Path,
    arrangement: str | Path,
    *,
    bodies: Sequence[str] = (),
    date: dt.date | None = None,
    assumed: Mapping[str, str] | None = None,
    settlement: str | Path | None = None,
    futures: int = FUTURES,
    seed: int = SEED,
    years: int = YEARS,
    overlay: str | Path | None = None,
) -> Authority:
    """Say who must agree to an arrangement: the parties, and every body that could authorise it.

    Parameters
    ----------
    case, arrangement, settlement, futures, seed, overlay
        As :func:`compare`.
    bodies : sequence of str
        Keys of bodies to ask; without any, all that could authorise it.
    date : datetime.date, optional
        Day of the votes; without it, the case's voting day.
    assumed : mapping of state to vote, optional
        Votes to take as given (yes, no, abstain), by code or name of the state.
    years : int
        Horizon for renewals, 1 to 10.

    Returns
    -------
    Authority

    Raises
    ------
    FileProblems
        If a file is wrong.
    UsageProblem
        If an option is out of range, or names no body, state or vote; if a body that is named authorises
        nothing, or no body that is asked covers the day.
    """
    check_day(date)
    setup = set_up(case, settlement=settlement, futures=futures, seed=seed, years=years, overlay=overlay)
    words, content = load_arrangement(arrangement, setup.case)
    asked = tuple(dict.fromkeys(_authorising(setup.case, key).key for key in bodies))
    consent = consent_of(
        setup.case,
        setup.settlement,
        words,
        setup.futures,
        bodies=asked,
        day=date,
        assumed=_assumed(setup.case, assumed or {}),
        years=years,
    )
    return Authority(setup, consent, content, asked)


def body_named(case: Case, key: str) -> Body:
    """Return a body of a case.

    Raises
    ------
    UsageProblem
        If there is none of this name.
    """
    if key in case.bodies:
        return case.bodies[key]
    guess = nearest(key, case.bodies)
    mend = f"did you mean '{guess}'?" if guess else f"the bodies are {listed(sorted(case.bodies), 30)}"
    raise UsageProblem("--body", f"the case '{case.about.name}' has no body '{key}'", mend)


def _authorising(case: Case, key: str) -> Body:
    """Return a body of a case that can be the authority of an arrangement.

    Raises
    ------
    UsageProblem
        If there is none of this name, or it is a step on the way.
    """
    body = body_named(case, key)
    if not body.authorises:
        wrong, mend = step_on_the_way(body, case.bodies.values())
        raise UsageProblem("--body", wrong, mend)
    return body


def check_day(day: dt.date | None) -> None:
    """Refuse a day that no file could name.

    Raises
    ------
    UsageProblem
    """
    if day is not None and not FIRST_DAY <= day <= LAST_DAY:
        raise UsageProblem("--date", f"{day} is out of range", f"give a day from {FIRST_DAY} to {LAST_DAY}")


def codes_by_name(case: Case) -> dict[str, str]:
    """Return the codes of countries by code, by name and by other names, in small letters."""
    return {
        **{name.casefold(): code for name, code in case.other_names.items()},
        **{name.casefold(): code for code, name in case.countries.items()},
        **{code.casefold(): code for code in case.countries},
    }


def state_mend(case: Case, state: str) -> str:
    """Return the nearest way to name a state that nothing is called."""
    guess = nearest(state, [*case.countries, *case.countries.values(), *case.other_names])
    return f"did you mean '{guess}'?" if guess else "give a code of three letters, such as USA"


def _assumed(case: Case, assumed: Mapping[str, str]) -> dict[str, Vote]:
    """Return the votes taken as given by code, in the order of the codes."""
    codes = codes_by_name(case)
    votes: dict[str, Vote] = {}
    for state, vote in assumed.items():
        code = codes.get(state.casefold())
        if code is None:
            raise UsageProblem("--if", f"no state is called '{state}'", state_mend(case, state))
        if vote.lower() not in get_args(Vote):
            raise UsageProblem("--if", f"'{vote}' is no vote", f"write one of {', '.join(get_args(Vote))}")
        if code in votes:
            raise UsageProblem("--if", f"'{state}' stands twice", "give one vote for each state")
        votes[code] = cast("Vote", vote.lower())
    return dict(sorted(votes.items()))
