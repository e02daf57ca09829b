"""What a task needs by itself: its ratio times a line, sites or people, with no case behind it."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from holdfast import MODEL_VERSION
from holdfast.analyse import quantity
from holdfast.cases.shelf import Shelf, digest_of, read_model, words
from holdfast.content import digest
from holdfast.errors import UsageProblem
from holdfast.evaluate.alone import CapabilityNeed, RequiredTask, Requirement, alone
from holdfast.files.problems import FileProblems, listed, nearest, quoted
from holdfast.futures import REPLICATES, Futures
from holdfast.ledger import Ledger
from holdfast.runs.manifest import environment
from holdfast.vocabulary.capability import CapabilitiesFile, Capability, Range
from holdfast.vocabulary.estimate import LedgerFile
from holdfast.vocabulary.force import Force, ForcesFile
from holdfast.vocabulary.method import Task, TasksFile
from holdfast.vocabulary.source import Source, SourcesFile

Array = NDArray[np.float64]

FUTURES: Final = REPLICATES * 1_024
"""Joint draws: so many that the computing error is below what is printed."""
SEED: Final = 1
MOST: Final = 1e12
"""Km, sites or people above this are a slip of the hand."""
OPTIONS: Final = {"line_km": "--km", "site": "--sites", "thousand_people": "--population"}
"""How the quantity that a ratio multiplies is given."""
EXAMPLES: Final = {"line_km": "1200", "site": "12", "thousand_people": "3000000"}
WORDING: Final = (
    "Consequences of stated assumptions, not a forecast. mean, low, central and high (5th, 50th and 95th "
    "percentile) are over draws of the ratios; computing_error is the error of the computation alone."
)


@dataclass(frozen=True)
class Tables:
    """The model's own tables."""

    tasks: Mapping[str, Task]
    capabilities: Mapping[str, Capability]
    forces: Mapping[str, Force]
    sources: Mapping[str, Source]
    ledger: Ledger
    digest: str


@cache
def tables() -> Tables:
    """Return the model's own tables, read and checked one by one.

    Raises
    ------
    FileProblems
        With all that is wrong with any of them.
    """
    shelf = Shelf()
    read_model(shelf)
    if shelf.problems:
        raise FileProblems(shelf.problems)
    ledger = words(shelf, "ledger", LedgerFile)[0]
    return Tables(
        {one.key: one for file in words(shelf, "tasks", TasksFile) for one in file.tasks},
        {
            one.key: one
            for file in words(shelf, "capabilities", CapabilitiesFile)
            for one in file.capabilities
        },
        {one.key: one for file in words(shelf, "forces", ForcesFile) for one in file.forces},
        {one.key: one for file in words(shelf, "sources", SourcesFile) for one in file.sources},
        Ledger.of(ledger),
        digest_of(shelf),
    )


@dataclass(frozen=True)
class Needed:
    """What tasks need by themselves."""

    tables: Tables
    tasks: tuple[Task, ...]
    quantities: tuple[float, ...]
    measures: Mapping[str, float]
    futures: Futures
    requirement: Requirement

    @property
    def document(self) -> dict[str, Any]:
        """The result as one JSON-ready document."""
        named = {
            "kind": "need",
            "tasks": [task.key for task in self.tasks],
            **{option.removeprefix("--"): self.measures.get(per) for per, option in OPTIONS.items()},
            "hashes": {"model": self.tables.digest},
            "seed": SEED,
            "futures": FUTURES,
            "model_version": MODEL_VERSION,
        }
        tasks = [
            _task(self.tables, task, by, done, self.futures)
            for task, by, done in zip(self.tasks, self.quantities, self.requirement.tasks, strict=True)
        ]
        return {
            "holdfast": "need/1",
            "wording": WORDING,
            **{option.removeprefix("--"): self.measures.get(per) for per, option in OPTIONS.items()},
            "needed": _persons(self.requirement.needed),
            "tasks": tasks,
            "capabilities": self._capabilities(),
            "sources": self._sources(tasks),
            "manifest": {"id": digest(named), **named, "environment": environment()},
        }

    def _capabilities(self) -> list[dict[str, Any]]:
        """Return the need of each capability over all tasks, the largest first."""
        totals = [
            {
                "capability": key,
                "title": self.tables.capabilities[key].title,
                "needed": _persons(needed),
                "elements": elements,
            }
            for key, (needed, _, elements) in self.requirement.of_capability().items()
        ]
        return sorted(totals, key=lambda one: (-one["needed"]["central"], one["capability"]))

    def _sources(self, tasks: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
        """Return title and address of every source that is named."""
        keys: dict[str, None] = {}
        for task in tasks:
            for row in (task["ratio"], task["support"]):
                keys.update(dict.fromkeys(one["source"] for one in (row["sources"] if row else ())))
            keys.update(dict.fromkeys(task["sources"]))
            for one in (*task["capabilities"], *task["comparable"]):
                keys.update(dict.fromkeys(one["sources"]))
        known = self.tables.sources
        return {
            key: {"title": known[key].title, "address": known[key].address, "seen": known[key].seen}
            for key in sorted(keys)
        }


def need(
    tasks: Sequence[str],
    *,
    km: float | None = None,
    sites: float | None = None,
    population: float | None = None,
) -> Needed:
    """Return what tasks need by themselves, by the model's planning ratios (RQ1 to RQ7).

    Parameters
    ----------
    tasks : sequence of str
        Names of tasks, or the beginning of a name that no other task shares.
    km : float, optional
        Length of line, for tasks that are measured by it.
    sites : float, optional
        Cities, plants and ports to be defended.
    population : float, optional
        People in the area, for tasks that are measured by them.

    Returns
    -------
    Needed

    Raises
    ------
    UsageProblem
        If a task is unknown or named twice, a measure is lacking, idle or no number above nought.
    FileProblems
        If the model's own files are wrong.
    """
    read = tables()
    chosen = tuple(task_named(name, read.tasks) for name in tasks)
    if not chosen:
        raise UsageProblem(
            "--task", "no task is named", f"name one or more of {listed(list(read.tasks), 20)}"
        )
    for place, task in enumerate(chosen):
        if task in chosen[:place]:
            raise UsageProblem("--task", f"'{task.key}' stands twice", "name each task once")
    given = {"line_km": km, "site": sites, "thousand_people": population}
    measures = {per: _positive(OPTIONS[per], value) for per, value in given.items() if value is not None}
    _fit(chosen, measures)
    quantities = tuple(_quantity(task, measures) for task in chosen)
    futures = Futures(read.ledger, SEED, FUTURES)
    requirement = alone(tuple(zip(chosen, quantities, strict=True)), read.capabilities, futures)
    return Needed(read, chosen, quantities, measures, futures, requirement)


def task_named(name: str, tasks: Mapping[str, Task]) -> Task:
    """Return the task of a name, or of a beginning that one task alone has.

    Raises
    ------
    UsageProblem
        If there is none, or several begin so.
    """
    wanted = name.strip()
    if wanted in tasks:
        return tasks[wanted]
    begun = [key for key in tasks if wanted and key.startswith(wanted)]
    if len(begun) == 1:
        return tasks[begun[0]]
    if begun:
        raise UsageProblem("--task", f"{quoted(name)} may be several tasks", f"name one of {listed(begun)}")
    guess = nearest(wanted, tasks)
    mend = f"did you mean '{guess}'? " if guess else ""
    raise UsageProblem(
        "--task", f"no task is called {quoted(name)}", f"{mend}The tasks are {listed(list(tasks), 20)}"
    )


def _positive(option: str, value: float) -> float:
    """Return a measure that can be one."""
    if not math.isfinite(value):
        raise UsageProblem(option, f"{value} is no length, number or count", "give a number above 0")
    if value <= 0.0:
        raise UsageProblem(option, f"{value:g} is not above 0", "give a number above 0")
    if value > MOST:
        raise UsageProblem(option, f"{value:g} is out of range", f"give at most {MOST:.0e}")
    return float(value)


def _fit(tasks: Sequence[Task], measures: Mapping[str, float]) -> None:
    """Raise if a task lacks its measure, or a measure has no task."""
    for task in tasks:
        if task.per in OPTIONS and task.per not in measures:
            option = OPTIONS[task.per]
            wrong = f"'{task.key}' is measured by {_measured_by(task.per)}, and none is given"
            raise UsageProblem(option, wrong, f"add {option} {EXAMPLES[task.per]}")
    for per in measures:
        if not any(task.per == per for task in tasks):
            wrong = f"no task that is named is measured by {_measured_by(per)}"
            raise UsageProblem(OPTIONS[per], wrong, "leave it out, or name a task that is")


def _measured_by(per: str) -> str:
    return {"line_km": "km of line", "site": "sites", "thousand_people": "people in the area"}[per]


def _quantity(task: Task, measures: Mapping[str, float]) -> float:
    """Return what a task's ratio multiplies."""
    if task.per == "mission":
        return 1.0
    return measures[task.per] / (1_000.0 if task.per == "thousand_people" else 1.0)


def _persons(values: Array) -> dict[str, float | None]:
    """Return the summary of persons over the draws, with the central value."""
    summary = dataclasses.asdict(quantity(values))
    return {
        "mean": summary["mean"],
        "low": summary["low"],
        "central": float(np.median(values)),
        "high": summary["high"],
        "computing_error": summary["computing_error"],
    }


def _range(range_: Range | None) -> dict[str, float] | None:
    return None if range_ is None else {"low": range_.low, "central": range_.mode, "high": range_.high}


def _row(read: Tables, name: str, futures: Futures) -> dict[str, Any]:
    """Return an estimate with what it rests on."""
    row = read.ledger[name]
    statements = {
        (source.key, statement.key): statement.what
        for source in read.sources.values()
        for statement in source.states
    }
    return {
        "estimate": name,
        "meaning": row.meaning,
        "unit": row.unit,
        **_persons(futures[name]),
        "status": row.status,
        "confidence": row.confidence,
        "note": row.note,
        "sources": [
            {"source": basis.source, "what": statements.get((basis.source, basis.statement or ""))}
            for basis in row.sources
        ],
    }


def _task(read: Tables, task: Task, by: float, done: RequiredTask, futures: Futures) -> dict[str, Any]:
    """Return what is said of one task."""
    return {
        "task": task.key,
        "title": task.title,
        "domain": task.domain,
        "per": task.per,
        "quantity": by,
        "ratio": _row(read, task.ratio, futures),
        "support": None if task.support is None else _row(read, task.support, futures),
        "needed": _persons(done.needed),
        "capabilities": [_capability(read, one) for one in done.capabilities],
        "roles": {role: dataclasses.asdict(share) for role, share in sorted((done.roles or {}).items())},
        "reaction_hours": _range(task.reaction_hours),
        "sources": list(task.sources),
        "confidence": task.confidence,
        "comparable": comparable(read, task),
    }


def _capability(read: Tables, one: CapabilityNeed) -> dict[str, Any]:
    """Return the need of one capability for one task."""
    about = read.capabilities[one.capability]
    return {
        "capability": one.capability,
        "title": about.title,
        "domains": list(about.domains),
        "role": about.role,
        "place": about.place,
        "scarce": about.scarce,
        "share": dataclasses.asdict(one.share),
        "needed": _persons(one.needed),
        "element": about.element,
        "persons_in_element": _range(about.persons),
        "elements": one.elements,
        "sources": list(about.sources),
        "confidence": about.confidence,
    }


def comparable(read: Tables, task: Task) -> list[dict[str, Any]]:
    """Return the forces on record or on paper that did or were to do a task.

    ``per_unit`` is strength over what the task's ratio multiplies, to be held against the ratio: observers
    are counted without their support staff. It is null where the force has no such measure. ``also`` are
    the other tasks of the same persons.
    """
    return [
        {
            "force": force.key,
            "title": force.title,
            "kind": force.kind,
            "year": force.year,
            "persons": _range(force.persons),
            "line_km": force.line_km,
            "population_thousands": force.population_thousands,
            "per_unit": per_unit(force, task),
            "also": [key for key in force.tasks if key != task.key],
            "text": force.text,
            "sources": list(force.sources),
            "confidence": force.confidence,
        }
        for force in read.forces.values()
        if task.key in force.tasks
    ]


def per_unit(force: Force, task: Task) -> float | None:
    """Return a force's strength for each unit that a task's ratio multiplies, None where it has none."""
    by = {"line_km": force.line_km, "thousand_people": force.population_thousands, "mission": 1.0}.get(
        task.per
    )
    return force.persons.mode / by if by else None
