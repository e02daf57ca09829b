"""A recorded vote from a table: read with all its problems, and counted by a body's rule."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast, get_args

from holdfast.case import Case
from holdfast.cases import load_case
from holdfast.errors import UsageProblem
from holdfast.evaluate import Count, recount, unknown_at, voters
from holdfast.files.problems import MOST_SHOWN, FileProblems, Problem, quoted, refuse
from holdfast.files.reading import read_bytes
from holdfast.runs.asking import body_named, check_day, codes_by_name, state_mend
from holdfast.vocabulary.ballot import Vote
from holdfast.vocabulary.body import Body, HostInvitation, days_covered, lacking, periods, sitting

COLUMNS: Final = ("state", "vote")
VOTES: Final[tuple[str, ...]] = get_args(Vote)


@dataclass(frozen=True)
class Replayed:
    """A recorded vote counted by the rule of a body on a day; notes say what was taken for want of a fact."""

    case: Case
    body: Body
    day: dt.date
    members: tuple[str, ...]
    count: Count
    notes: tuple[str, ...]

    @property
    def _unnamed(self) -> int:
        """Number of seats that nobody is known to hold."""
        return max(0, (self.body.seats or 0) - len(self.members))

    @property
    def document(self) -> dict[str, Any]:
        """The result as one JSON-ready document."""
        named = {
            vote: [{"state": code, "name": self.case.name_of(code)} for code in getattr(self.count, vote)]
            for vote in VOTES
        }
        return {
            "holdfast": "ballot/1",
            "body": self.body.key,
            "name": self.body.name,
            "rule": self.body.rule.kind,
            "date": str(self.day),
            "members": len(self.members) + self._unnamed,
            "adopted": self.count.adopted,
            "outcome": self.count.outcome,
            **named,
            "needed_yes": self.count.needed_yes,
            "decisive": [{"state": code, "name": self.case.name_of(code)} for code in self.count.decisive],
            "legal_basis": self.body.legal_basis,
            "notes": list(self.notes),
        }


def replay_ballot(
    path: str | Path,
    body: str,
    *,
    case: str | Path,
    date: dt.date | None = None,
    overlay: str | Path | None = None,
) -> Replayed:
    """Count a recorded vote by the rule of a body.

    Parameters
    ----------
    path : str or Path
        A table with the columns ``state`` (code or name) and ``vote`` (yes, no, abstain, absent). A
        member that is not listed was absent.
    body : str
        Key of a body of the case.
    case : str or Path
        A packaged case or the folder of one's own.
    date : datetime.date, optional
        Decides who sits. Without it, the case's voting day, or if not all in the table sit that day, the
        one time in which all of them sat together.
    overlay : str or Path, optional
        A private file of other figures, laid over the case.

    Returns
    -------
    Replayed

    Raises
    ------
    FileProblems
        If the table is wrong: every problem, each with its line.
    UsageProblem
        If the case has no such body, or too few of its members are known on that day.
    """
    read = load_case(case, overlay)
    where = body_named(read, body)
    check_day(date)
    table = _rows(Path(path))
    votes = _votes(str(path), table, read)
    day, notes = (date, ()) if date is not None else _day_of(read, where, votes)
    members = tuple(one.state for one in voters(read, where, day, votes))
    _refuse_strangers(str(path), table, read, members, where, day)
    try:
        counted = recount(read, where, day, votes)
    except ValueError as unfit:
        raise _unable(where, day, unfit) from None
    return Replayed(read, where, day, members, counted, (*notes, *_taken(read, where, day, members)))


def _day_of(case: Case, body: Body, votes: Mapping[str, Vote]) -> tuple[dt.date, tuple[str, ...]]:
    """Return the day for which a vote without one is counted, and a note if it is not the voting day."""
    day = case.about.voting_day
    if set(votes) <= {member.state for member in voters(case, body, day, votes)}:
        return day, ()
    fitting = [
        (first, last)
        for first, last in periods(body)
        if lacking(body, first) is None and set(votes) <= {seat.state for seat in sitting(body, first)}
    ]
    if len(fitting) != 1:
        return day, ()
    ((first, last),) = fitting
    note = (
        f"No day is given; all states in the table sat together from {first} to {last} alone, so they are "
        "counted as of the first of these days."
    )
    return first, (note,)


def _taken(case: Case, body: Body, day: dt.date, members: Sequence[str]) -> Iterator[str]:
    """Yield who was taken as seated because the table names it, and how many seats nobody has."""
    unknown = unknown_at(body, day)
    if not unknown or isinstance(body.rule, HostInvitation):
        return
    besides = [code for code in members if code not in {seat.state for seat in sitting(body, day)}]
    begins = f"{unknown} of the {body.seats} seats on {day} are not written down"
    if besides:
        names = ", ".join(case.name_of(code) for code in besides)
        yield f"{begins}; taken as seated because the table names them: {names}."
    if unknown > len(besides):
        yield f"{begins}; the table names nobody for {unknown - len(besides)}, which count as absent."


def _unable(body: Body, day: dt.date, unfit: ValueError) -> UsageProblem:
    """Return why a body cannot vote with those who are known to sit."""
    if isinstance(body.rule, HostInvitation):
        least, host = body.rule.minimum_contributors, body.rule.host
        wrong = f"'{body.key}' needs at least {least} besides {host}, and the table names fewer"
        return UsageProblem("--ballot", wrong, "give a row to each state that the host asked, with its vote")
    mend = f"name every state that voted, or give a --date that it covers: {days_covered(body)}"
    return UsageProblem("--body", f"'{body.key}' cannot vote on {day}: {unfit}", mend)


def _rows(path: Path) -> list[tuple[int, str, str]]:
    """Return line, state and vote of each row of the table."""
    file = str(path)
    try:
        text = read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refuse(file, "is not text in UTF-8", "save it as UTF-8") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as broken:
        raise refuse(
            file, f"is not a table: {broken}", "close every quotation mark", line=reader.line_num
        ) from None
    lines = [(line, row) for line, row in lines if any(row)]
    if not lines:
        raise refuse(file, "is empty", "begin with the line `state,vote`")
    head = [cell.lower() for cell in lines[0][1]]
    if sorted(head) != sorted(COLUMNS):
        raise refuse(
            file,
            f"has the columns {quoted(', '.join(lines[0][1]))}",
            "begin with the line `state,vote`, and keep these two columns alone",
            line=lines[0][0],
            field="columns",
        )
    short = [
        Problem(file, line, "the row", f"{len(row)} cells stand where 2 are needed", "give state and vote")
        for line, row in lines[1:]
        if len(row) != len(COLUMNS)
    ]
    if short:
        raise FileProblems(short)
    at = {name: head.index(name) for name in COLUMNS}
    return [(line, row[at["state"]], row[at["vote"]]) for line, row in lines[1:]]


def _votes(file: str, table: list[tuple[int, str, str]], case: Case) -> dict[str, Vote]:
    """Return the vote of each state listed, or raise with every problem of the table."""
    codes = codes_by_name(case)
    problems: list[Problem] = []
    votes: dict[str, Vote] = {}
    first: dict[str, int] = {}
    for line, state, vote in table:
        code = codes.get(state.casefold())
        if code is None:
            known = len(problems) < MOST_SHOWN  # to look for the nearest takes time, and no more are shown
            mend = state_mend(case, state) if known else "give a code of three letters, such as USA"
            problems.append(Problem(file, line, "state", f"no state is called {quoted(state)}", mend))
        elif code in first:
            wrong = f"{case.name_of(code)} stands twice, first on line {first[code]}"
            problems.append(Problem(file, line, "state", wrong, "keep one of the two"))
        if vote.lower() not in VOTES:
            mend = f"write one of {', '.join(VOTES)}"
            problems.append(Problem(file, line, "vote", f"{quoted(vote)} is no vote", mend))
        elif code is not None:
            first.setdefault(code, line)
            votes[code] = cast("Vote", vote.lower())
    if problems:
        raise FileProblems(problems)
    return votes


def _refuse_strangers(
    file: str,
    table: list[tuple[int, str, str]],
    case: Case,
    members: tuple[str, ...],
    body: Body,
    day: dt.date,
) -> None:
    """Raise if a row is of a state that does not sit in the body on that day."""
    seated = set(members)
    codes = codes_by_name(case)

    def strangers() -> Iterator[Problem]:
        for line, state, _ in table:
            if codes[state.casefold()] not in seated:
                wrong = f"{state} does not sit in '{body.key}' on {day}"
                yield Problem(
                    file, line, "state", wrong, "take the row out, or give the day of the vote: --date"
                )

    problems = list(strangers())
    if problems:
        raise FileProblems(problems)
