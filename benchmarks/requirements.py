"""Set what tasks need by the planning ratios beside forces that were there and forces that were proposed.

Writes the tables of ``docs/requirements.md`` and prints them. It needs no data beyond the package.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from holdfast.evaluate.alone import alone
from holdfast.futures import Futures
from holdfast.present.need import small
from holdfast.present.numbers import count, exactly
from holdfast.runs.need import FUTURES, SEED, Tables, tables
from holdfast.vocabulary.capability import Range
from holdfast.vocabulary.force import Force
from holdfast.vocabulary.method import Task

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "requirements.md"
PER: Final = {"line_km": "km", "site": "site", "thousand_people": "thousand people", "mission": "mission"}
WITHIN, BELOW, ABOVE = "within", "below", "above"
SLACK: Final = 0.01
"""A strength this near to an end of the range lies within it: ends are read from draws."""


@cache
def _read() -> Tables:
    return tables()


@cache
def _futures() -> Futures:
    return Futures(_read().ledger, SEED, FUTURES)


def _between(ends: Sequence[float]) -> str:
    """Return a range of ratios."""
    return f"{small(ends[0])} to {small(ends[-1])}"


def _told(range_: Range) -> str:
    """Return a strength, as a range where it is one."""
    if range_.low == range_.high:
        return exactly(range_.mode)
    return f"{exactly(range_.low)} to {exactly(range_.high)}"


def _hours(range_: Range | None) -> str:
    if range_ is None:
        return "-"
    return " to ".join(
        f"{end:g} h" if end >= 1.0 else f"{60.0 * end:.0f} min" for end in (range_.low, range_.high)
    )


def _table(titles: Sequence[str], rows: Iterator[Sequence[str]]) -> list[str]:
    """Return a table in Markdown."""
    lines = ["| " + " | ".join(titles) + " |", "|---" * len(titles) + "|"]
    return lines + ["| " + " | ".join(row) + " |" for row in rows]


def ratios() -> list[str]:
    """Return each task with its ratio, what it rests on, and its reaction time."""

    def rows() -> Iterator[Sequence[str]]:
        for task in _read().tasks.values():
            row = _read().ledger[task.ratio]
            low, central, high = _read().ledger.shape(task.ratio).quantile([0.05, 0.5, 0.95])
            yield (
                f"`{task.key}`",
                task.title,
                PER[task.per],
                _between([low, high]) + ("" if task.support is None else ", and support"),
                small(central),
                f"{row.status}, {row.confidence}",
                ", ".join(f"`{basis.source}`" for basis in row.sources),
                _hours(task.reaction_hours),
            )

    titles = (
        "task",
        "what it is",
        "for each",
        "persons, 5th to 95th percentile",
        "median",
        "how known",
        "source",
        "able to act within",
    )
    return _table(titles, rows())


def mixes() -> list[str]:
    """Return of which capabilities each task is made up."""

    def rows() -> Iterator[Sequence[str]]:
        for task in _read().tasks.values():
            total = sum(portion.share.mode for portion in task.mix)
            ranked = sorted(task.mix, key=lambda portion: (-portion.share.mode, portion.capability))
            named = [f"{one.capability} {100.0 * one.share.mode / total:.0f}" for one in ranked]
            yield f"`{task.key}`", ", ".join(named), task.confidence or "-"

    return _table(("task", "share of its persons, %", "how known"), rows())


def measure_of(force: Force, task: Task) -> float | None:
    """Return what a task's ratio multiplies for a force, None where it is not known."""
    return {"line_km": force.line_km, "thousand_people": force.population_thousands, "mission": 1.0}.get(
        task.per
    )


def needed_by(force: Force) -> tuple[float, float, float] | None:
    """Return what the ratios ask for a force's tasks together: 5th, 50th and 95th percentile.

    Support staff on top is left out, as strengths on record count observers alone. None where a measure
    is not known.
    """
    read = _read()
    asked = []
    for key in force.tasks:
        task = read.tasks[key].model_copy(update={"support": None})
        measure = measure_of(force, task)
        if measure is None:
            return None
        asked.append((task, measure))
    low, central, high = np.quantile(
        alone(asked, read.capabilities, _futures()).needed, [0.05, 0.5, 0.95]
    ).tolist()
    return low, central, high


def reading_of(force: Force) -> str:
    """Return where a force's strength lies in what the ratios ask, or a dash."""
    ends = needed_by(force)
    if ends is None:
        return "-"
    if force.persons.mode < ends[0] * (1.0 - SLACK):
        return BELOW
    return ABOVE if force.persons.mode > ends[2] * (1.0 + SLACK) else WITHIN


def beside(kind: str) -> list[str]:
    """Return forces of one kind, each with what the ratios ask for the same tasks."""

    def rows() -> Iterator[Sequence[str]]:
        for force in _read().forces.values():
            if force.kind != kind:
                continue
            ends = needed_by(force)
            place = [f"{force.line_km:,.0f} km"] if force.line_km else []
            if force.population_thousands:
                place.append(f"{force.population_thousands:,.0f} thousand people")
            yield (
                force.title,
                str(force.year),
                ", ".join(force.tasks),
                _told(force.persons),
                ", ".join(place) or "-",
                _density(force),
                "-" if ends is None else f"{count(ends[0])} to {count(ends[2])}",
                reading_of(force),
                f"{', '.join(force.sources)} ({force.confidence})",
            )

    titles = (
        "force",
        "year",
        "tasks",
        "persons",
        "line, people",
        "persons a km or thousand",
        "the ratios ask",
        "strength lies",
        "source",
    )
    return _table(titles, rows())


def _density(force: Force) -> str:
    """Return strength over the measure of the first task that has one."""
    for key in force.tasks:
        task = _read().tasks[key]
        measure = measure_of(force, task)
        if measure is not None and task.per != "mission":
            return small(force.persons.mode / measure)
    return "-"


def posts() -> list[str]:
    """Return how far apart posts stood, and how many persons there were for each."""

    def rows() -> Iterator[Sequence[str]]:
        for force in _read().forces.values():
            if force.posts is None or force.line_km is None:
                continue
            yield (
                force.title,
                str(force.year),
                f"{force.line_km:,.0f}",
                _told(force.posts),
                small(force.line_km / force.posts.mode),
                small(force.persons.mode / force.posts.mode),
            )

    return _table(("mission", "year", "km", "posts or bases", "km for each", "persons for each"), rows())


def counted() -> list[str]:
    """Return how many forces lie below, within and above what the ratios ask, by task and kind."""

    def rows() -> Iterator[Sequence[str]]:
        forces = _read().forces.values()
        for key in _read().tasks:
            for kind in ("mission", "proposal"):
                found = Counter(
                    reading_of(force) for force in forces if force.kind == kind and force.tasks == (key,)
                )
                if found:
                    yield f"`{key}`", kind, *(str(found[name]) for name in (BELOW, WITHIN, ABOVE, "-"))

    titles = ("task, where it is the only one", "kind", "below", "within", "above", "no measure")
    return _table(titles, rows())


def pages() -> dict[str, list[str]]:
    """Return every table of the page, as lines, by name."""
    return {
        "ratios": ratios(),
        "mixes": mixes(),
        "proposals": beside("proposal"),
        "missions": beside("mission"),
        "posts": posts(),
        "counted": counted(),
    }


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
    found = pages()
    PAGE.write_text(written(PAGE.read_text("utf-8"), found), "utf-8")
    for name, lines in found.items():
        print(name, *lines, "", sep="\n")


if __name__ == "__main__":
    main()
