"""The ledger: estimates by name, and whether needs and sources bear them out.

There are two: the model's own, and each case's. :func:`join` makes them one. The checks return
problems rather than raise them, so that a reader of files can name the line of each and report all.
"""

from __future__ import annotations

import calendar
import datetime as dt
import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import inf, pi, sin, sqrt
from types import MappingProxyType
from typing import TypeAlias

from holdfast.distributions import NoFitError, Shape, shape
from holdfast.errors import HoldfastError
from holdfast.vocabulary.base import UnitName
from holdfast.vocabulary.estimate import Basis, Correlation, Estimate, LedgerFile
from holdfast.vocabulary.source import Source, Statement

Factor: TypeAlias = tuple[tuple[float, ...], ...]
"""Lower triangular factor of the correlation matrix of a group's normal scores, row by row."""

_SMALLEST_PIVOT = 1e-9
"""A group of correlations whose matrix has a smaller pivot than this cannot be drawn."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a row of the ledger.

    Attributes
    ----------
    name : str
        The estimate, or the two estimates of a correlation joined by " / ".
    wrong : str
        What is wrong.
    mend : str
        What to do about it.
    """

    name: str
    wrong: str
    mend: str


class LedgerError(HoldfastError):
    """A ledger cannot be put together.

    Parameters
    ----------
    problems : iterable of Problem
        All that is wrong with it, at least one.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{p.name}: {p.wrong}\n  Mend: {p.mend}" for p in self.problems))


@dataclass(frozen=True, slots=True)
class Need:
    """An estimate that the model reads, and the unit that it reads it in."""

    name: str
    unit: UnitName


class Ledger(Mapping[str, Estimate]):
    """Estimates by name, in their order, with the rank correlations between them. It does not change.

    Parameters
    ----------
    estimates : iterable of Estimate
        Their order decides which of two correlated estimates keeps its own draws: the first.
    correlations : iterable of Correlation
        The pairs that are not independent.

    Raises
    ------
    LedgerError
        If a name or a pair stands twice, or if the correlations contradict each other. A correlation
        may name an estimate that is not there, as that of a case may name one of the model: it waits
        until the two are joined, and :func:`dangling` finds what is left over then.
    """

    def __init__(self, estimates: Iterable[Estimate], correlations: Iterable[Correlation] = ()) -> None:
        rows = tuple(estimates)
        self._estimates = MappingProxyType({row.name: row for row in rows})
        self._correlations = tuple(correlations)
        self._shapes: dict[str, Shape] = {}
        problems = [
            Problem(name, "stands twice", "rename one of the two, or take it out")
            for name in _repeated(row.name for row in rows)
        ]
        problems += [
            Problem(title, "the correlation stands twice", "keep one of the two")
            for title in _repeated(" / ".join(sorted(pair.between)) for pair in self._correlations)
        ]
        groups = []
        ready = [pair for pair in self._correlations if all(name in self._estimates for name in pair.between)]
        for names in _connected(self._estimates, ready):
            try:
                groups.append((names, _factor(names, ready)))
            except LedgerError as refusal:
                problems += refusal.problems
        if problems:
            raise LedgerError(problems)
        self._groups: tuple[tuple[tuple[str, ...], Factor], ...] = tuple(groups)

    @classmethod
    def of(cls, file: LedgerFile) -> Ledger:
        """Return the ledger that a file holds."""
        return cls(file.estimates, file.correlations)

    def __getitem__(self, name: str) -> Estimate:
        return self._estimates[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._estimates)

    def __len__(self) -> int:
        return len(self._estimates)

    @property
    def correlations(self) -> tuple[Correlation, ...]:
        """The declared rank correlations."""
        return self._correlations

    @property
    def groups(self) -> tuple[tuple[tuple[str, ...], Factor], ...]:
        """The estimates that correlations connect, group by group in ledger order, each with its factor."""
        return self._groups

    def shape(self, name: str) -> Shape:
        """Return the distribution of an estimate, ready for use.

        Raises
        ------
        KeyError
            If there is no such estimate.
        LedgerError
            If no distribution has the percentiles written.
        """
        if name not in self._shapes:
            try:
                self._shapes[name] = shape(self._estimates[name].distribution)
            except NoFitError as refusal:
                raise LedgerError([Problem(name, refusal.wrong, refusal.mend)]) from refusal
        return self._shapes[name]

    def judgement_share(self, names: Iterable[str]) -> float:
        """Return the share of the estimates named that rest on judgement; 0 for none named.

        Raises
        ------
        KeyError
            If a name is not in the ledger.
        """
        asked = dict.fromkeys(names)
        judged = sum(self[name].status == "judgement" for name in asked)
        return judged / len(asked) if asked else 0.0


def _repeated(names: Iterable[str]) -> list[str]:
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return [name for name, count in counts.items() if count > 1]


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like ``name``, or None where none is."""
    return next(iter(difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)), None)


def _suggest(name: str, known: Iterable[str], otherwise: str) -> str:
    like = nearest(name, known)
    return otherwise if like is None else f"write '{like}', or {otherwise}"


def _title(correlation: Correlation) -> str:
    return " / ".join(correlation.between)


def _connected(
    estimates: Mapping[str, Estimate], correlations: Iterable[Correlation]
) -> list[tuple[str, ...]]:
    """Return the groups of estimates that correlations connect, names in ledger order."""
    group: dict[str, set[str]] = {}
    for correlation in correlations:
        first, second = correlation.between
        merged = group.get(first, {first}) | group.get(second, {second})
        group.update(dict.fromkeys(merged, merged))
    order = {name: place for place, name in enumerate(estimates)}
    found = {min(names, key=order.__getitem__): names for names in group.values()}
    return [tuple(sorted(found[first], key=order.__getitem__)) for first in estimates if first in found]


def _factor(names: tuple[str, ...], correlations: Iterable[Correlation]) -> Factor:
    """Return the Cholesky factor of a group, row by row in a fixed order.

    The normal scores of two quantities with Spearman correlation rho have, under a Gaussian copula, the
    correlation 2 sin(pi rho / 6) (K. Pearson, Drapers' Company Research Memoirs IV, 1907). A pair of
    the group that is not declared has correlation 0.

    Raises
    ------
    LedgerError
        If no joint distribution has these correlations.
    """
    own = [c for c in correlations if c.between[0] in names]
    score = {frozenset(c.between): 2.0 * sin(pi * c.rank / 6.0) for c in own}
    rows: list[list[float]] = []
    for i, name in enumerate(names):
        row: list[float] = []
        for j in range(i):
            rest = score.get(frozenset((name, names[j])), 0.0)
            for k in range(j):
                rest -= row[k] * rows[j][k]
            row.append(rest / rows[j][j])
        pivot = 1.0
        for entry in row:
            pivot -= entry * entry
        if pivot < _SMALLEST_PIVOT:
            involved = set(names[: i + 1])
            pairs = ", ".join(f"{_title(c)} ({c.rank:g})" for c in own if involved.issuperset(c.between))
            wrong = f"the correlations contradict each other: {pairs}; a pair not listed counts as 0"
            mend = "bring them nearer to 0, or add the pairs between them that are missing"
            raise LedgerError([Problem(name, wrong, mend)])
        rows.append([*row, sqrt(pivot)])
    return tuple(tuple(row) for row in rows)


def join(model: Ledger, case: Ledger) -> Ledger:
    """Return the ledger that holds the estimates of the model and of a case, the model's first.

    Raises
    ------
    LedgerError
        If a name is in both, or if the correlations of both together contradict each other.
    """
    problems = [
        Problem(
            name,
            "is an estimate of the model as well as of the case",
            "rename it in the case, or lay an overlay over the model's ledger",
        )
        for name in case
        if name in model
    ]
    if problems:
        raise LedgerError(problems)
    return Ledger([*model.values(), *case.values()], [*model.correlations, *case.correlations])


def dangling(ledger: Ledger) -> list[Problem]:
    """Return a problem for each name in a correlation that is no estimate of the ledger."""
    otherwise = "take the correlation out"
    return [
        Problem(_title(pair), f"there is no estimate '{name}'", _suggest(name, ledger, otherwise))
        for pair in ledger.correlations
        for name in pair.between
        if name not in ledger
    ]


def missing(ledger: Ledger, needs: Iterable[Need]) -> list[Problem]:
    """Return a problem for each need that the ledger has not, or has in another unit."""
    wanted = list(needs)
    needed = {need.name for need in wanted}
    spare = [name for name in ledger if name not in needed]
    problems = []
    for need in wanted:
        found = ledger.get(need.name)
        if found is None:
            like = nearest(need.name, spare)
            add = f"add it, in {need.unit}"
            mend = add if like is None else f"rename '{like}' if that is meant, or {add}"
            problems.append(Problem(need.name, "the model needs this estimate and the ledger has not", mend))
        elif found.unit != need.unit:
            wrong = f"is given in {found.unit}, but the model reads it in {need.unit}"
            problems.append(Problem(need.name, wrong, f"give it in {need.unit}"))
    return problems


def unknown(ledger: Ledger, needs: Iterable[Need]) -> list[Problem]:
    """Return a problem for each estimate that nothing needs."""
    needed = [need.name for need in needs]
    lacking = [name for name in needed if name not in ledger]
    known = set(needed)
    return [
        Problem(name, "nothing in the model reads this estimate", _suggest(name, lacking, "take it out"))
        for name in ledger
        if name not in known
    ]


def unsolved(ledger: Ledger) -> list[Problem]:
    """Return a problem for each estimate whose percentiles no distribution of its kind has."""
    problems: list[Problem] = []
    for name in ledger:
        try:
            ledger.shape(name)
        except LedgerError as refusal:
            problems += refusal.problems
    return problems


def stale(estimate: Estimate, today: dt.date) -> bool:
    """Return whether an estimate is past the months after which it should be looked at again."""
    if estimate.stale_after_months is None:
        return False
    years, month = divmod(estimate.as_of.month - 1 + estimate.stale_after_months, 12)
    year, month = estimate.as_of.year + years, month + 1
    last = calendar.monthrange(year, month)[1]
    return today > dt.date(year, month, min(estimate.as_of.day, last))


def basis_problems(ledger: Ledger, sources: Iterable[Source]) -> list[Problem]:
    """Return where the ledger and its sources do not agree.

    For each statement that an estimate rests on: the units must be equal, and the value stated must lie
    between the estimate's 1st and 99th percentiles. Where the estimate's status is ``sourced``, it must
    rest on at least one statement, and its central value must lie between the low and the high stated,
    or within 25 % of the value where that is all that is stated.

    Parameters
    ----------
    ledger : Ledger
        Estimates and correlations.
    sources : iterable of Source
        All sources known.

    Returns
    -------
    list of Problem
        In the ledger's order; empty if all is well.
    """
    known = {source.key: source for source in sources}
    problems: list[Problem] = []
    for name, estimate in ledger.items():
        statements = []
        for basis in estimate.sources:
            found = _look_up(name, basis, known)
            if isinstance(found, Problem):
                problems.append(found)
            elif found is not None:
                statements.append((f"{basis.source}/{basis.statement}", found))
        problems += _disagreements(ledger, estimate, statements)
        if estimate.status == "sourced" and all(basis.statement is None for basis in estimate.sources):
            wrong = "is called sourced, but rests on no statement of a source"
            problems.append(Problem(name, wrong, "name the statement, or write status: judgement"))
    for correlation in ledger.correlations:
        looked = (_look_up(_title(correlation), basis, known) for basis in correlation.sources)
        problems += [found for found in looked if isinstance(found, Problem)]
    return problems


def _look_up(name: str, basis: Basis, known: Mapping[str, Source]) -> Statement | Problem | None:
    """Return the statement that a basis names, None if it names none, or what is wrong with it."""
    source = known.get(basis.source)
    if source is None:
        mend = _suggest(basis.source, known, "add the source")
        return Problem(name, f"there is no source '{basis.source}'", mend)
    if basis.statement is None:
        return None
    states = {statement.key: statement for statement in source.states}
    if basis.statement not in states:
        mend = _suggest(basis.statement, states, f"add the statement to {basis.source}")
        return Problem(name, f"source {basis.source} has no statement '{basis.statement}'", mend)
    return states[basis.statement]


def _disagreements(
    ledger: Ledger, estimate: Estimate, statements: list[tuple[str, Statement]]
) -> Iterator[Problem]:
    """Yield where an estimate does not agree with the statements it rests on."""
    name, unit = estimate.name, estimate.unit
    for title, statement in statements:
        if statement.unit != unit:
            wrong = f"is in {unit}, but {title} is in {statement.unit}"
            yield Problem(name, wrong, "give both in one unit, converting the number")
    same_unit = [(title, statement) for title, statement in statements if statement.unit == unit]
    if not same_unit:
        return
    try:
        drawn = ledger.shape(name)
    except LedgerError as refusal:
        yield from refusal.problems
        return
    lowest, highest = (float(value) for value in drawn.quantile([0.01, 0.99]))
    central = drawn.central()
    for title, statement in same_unit:
        value = statement.value
        if value is not None and not _within(value, lowest, highest):
            wrong = (
                f"{title} states {value:g}, outside the range drawn "
                f"(1st to 99th percentile: {lowest:g} to {highest:g})"
            )
            yield Problem(name, wrong, "widen the distribution, or say why by leaving the statement out")
        if estimate.status == "sourced":
            low, high = _stated_range(statement)
            if not _within(central, low, high):
                stated = f"{title} bears out: {low:g} to {high:g}"
                wrong = f"its central value {central:g} lies outside what {stated}"
                yield Problem(name, wrong, "move the distribution, or write status: judgement")


def _stated_range(statement: Statement) -> tuple[float, float]:
    """Return where the central value of an estimate may lie by a statement."""
    if statement.low is None and statement.high is None and statement.value is not None:
        slack = 0.25 * abs(statement.value)
        return statement.value - slack, statement.value + slack
    low = -inf if statement.low is None else statement.low
    return low, inf if statement.high is None else statement.high


def _within(value: float, low: float, high: float) -> bool:
    """Return whether ``value`` lies between two others, but for rounding in the last digits."""
    slack = 1e-9 * max(abs(value), 1e-300)
    return low - slack <= value <= high + slack
