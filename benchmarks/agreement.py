"""Put the questions that the essays raise on consent and authority, and write the answers down.

Writes the tables of ``docs/agreement.md`` and prints them. It needs no data beyond the package.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from holdfast.case import Case
from holdfast.cases import load_case
from holdfast.evaluate import Consent, Memory, Route, consent_of
from holdfast.futures import Futures
from holdfast.vocabulary.arrangement import Arrangement
from holdfast.vocabulary.ballot import Vote

Array = NDArray[np.float64]

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "agreement.md"
CASE: Final = "ukraine"
SEED: Final = 1
FUTURES: Final = 512
COUNCIL: Final = "un-security-council"
INVITATION: Final = "host-invitation"
TERMS: Final = (
    ("as packaged: self-defence, neutral contributors, 12 months", {}, {}),
    ("no use of force at all", {"use_of_force": "none"}, {}),
    ("force in defence of the mandate", {"use_of_force": "defend_mandate"}, {}),
    ("force beside the host", {"use_of_force": "fight_with_host"}, {}),
    ("contributors from the coalition instead", {}, {"groups": ("coalition",), "states": ()}),
)
"""Variants of a force on the line: what is changed of its mandate and of its contributors."""
BACKING: Final = (
    ("un-peacekeepers", COUNCIL),
    ("reassurance-force", COUNCIL),
    ("reassurance-force", "nato-council"),
    ("reassurance-force", INVITATION),
    ("coalition-support", "treaty-guarantee"),
)
"""Designs and bodies for which the backing of the United States is switched."""


@cache
def _case() -> Case:
    return load_case(CASE)


@cache
def _futures() -> Futures:
    return Futures(_case().ledger, SEED, FUTURES)


def _asked(
    arrangement: Arrangement,
    bodies: Sequence[str],
    settlement: str | None = None,
    assumed: Mapping[str, Vote] | None = None,
) -> Consent:
    """Return who must agree, for some bodies."""
    case = _case()
    return consent_of(
        case,
        case.settlements[settlement or case.about.settlement],
        arrangement,
        _futures(),
        bodies=bodies,
        assumed=assumed,
        memory=Memory(),
        with_turns=False,
    )


def _variant(name: str, mandate: Mapping[str, object], contributors: Mapping[str, object]) -> Arrangement:
    """Return a packaged arrangement with its first mission's mandate and contributors changed."""
    words = _case().arrangements[name]
    phase = words.phases[0]
    mission = phase.mission
    if mission is None:
        raise ValueError(f"{name} has no mission")
    mission = mission.model_copy(
        update={
            "mandate": mission.mandate.model_copy(update=dict(mandate)),
            "contributors": mission.contributors.model_copy(update=dict(contributors)),
        }
    )
    return words.model_copy(update={"phases": (phase.model_copy(update={"mission": mission}),)})


def share(values: Array) -> str:
    """Return the mean and the range of a share, in per cent."""
    low, high = np.quantile(values, [0.05, 0.95])
    return f"{100 * values.mean():.0f} ({100 * low:.0f} to {100 * high:.0f})"


def _named(route: Route, most: int = 3) -> str:
    """Return who would help most by a change of mind, in that order."""
    names = [_case().name_of(one.state) for one in route.adoption.blockers if one.rise >= 0.005]
    return ", ".join(names[:most]) or "nobody"


def _table(titles: Sequence[str], rows: Iterator[Sequence[str]]) -> list[str]:
    """Return a table in Markdown."""
    lines = ["| " + " | ".join(titles) + " |", "|---" * len(titles) + "|"]
    return lines + ["| " + " | ".join(row) + " |" for row in rows]


def on_the_line() -> list[str]:
    """Return whether any force on the line passes the Council, by its terms and by the settlement."""

    def rows() -> Iterator[Sequence[str]]:
        for words, mandate, contributors in TERMS:
            found = _asked(_variant("un-peacekeepers", mandate, contributors), [COUNCIL])
            yield "20 points", words, *_passes(found)
        for name in _case().settlements:
            if name != _case().about.settlement and _case().settlements[name].terms.ceasefire:
                found = _asked(_case().arrangements["un-peacekeepers"], [COUNCIL], settlement=name)
                yield name, TERMS[0][0], *_passes(found)

    titles = (
        "settlement",
        "force on the line",
        "Russia accepts, %",
        "both accept, %",
        "Council adopts, %",
        "adopts once both agree, %",
        "kept for five years, %",
        "changes of mind that help most",
    )
    return _table(titles, rows())


def _passes(found: Consent) -> Sequence[str]:
    """Return how a design fares with the parties and the one body asked."""
    (route,) = found.routes
    accepted = found.acceptance
    barred = " (barred)" if accepted.barred_by else ""
    return (
        share(accepted.by_party[1]) + barred,
        share(accepted.both),
        share(route.adoption.chance),
        share(route.if_agreed),
        share(route.kept),
        _named(route),
    )


def by_invitation() -> list[str]:
    """Return what remains if Council, Union and alliance are blocked."""

    def rows() -> Iterator[Sequence[str]]:
        for name in ("osce-monitors", "un-peacekeepers", "reassurance-force", "coalition-support"):
            found = _asked(_case().arrangements[name], [COUNCIL, "eu-council", "nato-council", INVITATION])
            council, union, alliance, invited = found.routes
            lost = ", ".join(
                f"{condition.replace('_', ' ')}: {len(states)}" for condition, states in invited.unmet.items()
            )
            filled = "-" if np.isnan(invited.filled).any() else share(invited.filled)
            yield (
                name,
                *(share(route.adoption.chance) for route in (council, union, alliance, invited)),
                filled,
                lost or "none",
            )

    titles = (
        "design",
        "Council, %",
        "EU Council, %",
        "NATO Council, %",
        "by invitation, %",
        "filled by invitation, %",
        "contributors whose condition invitation leaves unmet",
    )
    return _table(titles, rows())


def with_backing() -> list[str]:
    """Return what changes with the yes, and with the no, of the state that others ask for."""
    backstop = _case().about.backstop

    def rows() -> Iterator[Sequence[str]]:
        for name, body in BACKING:
            cells: list[str] = []
            votes: tuple[Vote, ...] = ("no", "yes")
            words = _case().arrangements[name]
            found = [_asked(words, [body], assumed={backstop: vote}).routes[0] for vote in votes]
            cells += [share(route.adoption.chance) for route in found]
            cells += ["-" if np.isnan(route.filled).any() else share(route.filled) for route in found]
            yield name, _case().bodies[body].name, *cells

    titles = (
        "design",
        "body",
        "adopts if the United States votes no, %",
        "if it votes yes, %",
        "filled without its backing, %",
        "with it, %",
    )
    return _table(titles, rows())


def tables() -> dict[str, list[str]]:
    """Return every table of the page, as lines, by name."""
    return {"on the line": on_the_line(), "by invitation": by_invitation(), "with backing": with_backing()}


def written(page: str, found: Mapping[str, Sequence[str]]) -> str:
    """Return the page with its tables in place of those that stand there."""
    for name, lines in found.items():
        start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        before, opened, rest = page.partition(start)
        _, closed, after = rest.partition(end)
        if not (opened and closed):
            raise ValueError(f"{PAGE.name} has no place for the table {name!r}")
        page = before + start + "\n" + "\n".join(lines) + "\n\n" + end + after
    return page


def main() -> None:
    """Rewrite the tables of the page and print them."""
    found = tables()
    PAGE.write_text(written(PAGE.read_text("utf-8"), found), "utf-8")
    for name, lines in found.items():
        print(name, *lines, "", sep="\n")


if __name__ == "__main__":
    main()
