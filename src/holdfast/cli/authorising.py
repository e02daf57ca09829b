"""What the command ``authorise`` reads from its options, and the recount of a recorded vote."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from holdfast.cases import packaged_cases
from holdfast.cli.common import Output
from holdfast.errors import UsageProblem
from holdfast.files.problems import listed


def day_of(text: str | None) -> dt.date | None:
    """Return the day in an option.

    Raises
    ------
    UsageProblem
        If it is no day.
    """
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageProblem("--date", f"'{text}' is no day", "write it as 2026-11-22") from None


def votes_of(assumed: Sequence[str]) -> dict[str, str]:
    """Return state and vote of each ``STATE=VOTE``.

    Raises
    ------
    UsageProblem
        If one has no equals sign, or a state stands twice.
    """
    votes: dict[str, str] = {}
    for text in assumed:
        state, sign, vote = (part.strip() for part in text.partition("="))
        if not sign or not state or not vote:
            raise UsageProblem("--if", f"'{text}' is not STATE=VOTE", 'write --if "USA=yes"')
        if state in votes:
            raise UsageProblem("--if", f"'{state}' stands twice", "give one vote for each state")
        votes[state] = vote
    return votes


def ballot_of(
    path: str,
    case: str | None,
    arrangement: str | None,
    bodies: Sequence[str],
    assumed: Sequence[str],
    day: dt.date | None,
    overlay: str | None,
    output: Output,
) -> None:
    """Count a recorded vote and write what came of it.

    Raises
    ------
    UsageProblem
        If it has to be said which case or body is meant, or an option has no meaning here.
    """
    from holdfast.runs import replay_ballot

    if arrangement is not None or assumed:
        wrong = "--if" if assumed else "ARRANGEMENT"
        raise UsageProblem(wrong, "has no meaning with --ballot", "leave it out: a recorded vote is counted")
    if len(bodies) != 1:
        raise UsageProblem("--body", "one body is needed to count a ballot", "add --body un-security-council")
    packaged = packaged_cases()
    if case is None and len(packaged) != 1:
        raise UsageProblem("CASE", "which case is meant is not said", f"name one of {listed(packaged)}")
    replayed = replay_ballot(path, bodies[0], case=case or packaged[0], date=day, overlay=overlay)
    document = replayed.document

    def rows() -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        return ("state", "vote"), [
            (one["state"], vote) for vote in ("yes", "no", "abstain", "absent") for one in document[vote]
        ]

    def text() -> str:
        from holdfast.present.authority import ballot

        return ballot(document)

    output.write(document, text, rows)
