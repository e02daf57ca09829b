"""What tasks need, as text: persons, ratio and source, capabilities, and forces to hold it against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from holdfast.present.layout import WIDTH, table, wrapped
from holdfast.present.numbers import NOT_APPLICABLE, count, exactly, number_range, share

PER: Final = {"line_km": "km", "site": "site", "thousand_people": "thousand people", "mission": "mission"}
ROLES: Final = {
    "observe": "observing",
    "combat": "combat",
    "support": "support",
    "train": "training",
    "command": "command",
}
LONGEST_ADDRESS: Final = WIDTH - 2
"""Addresses that would have to be broken are left out."""
STATUS: Final = {"sourced": "sourced", "judgement": "a judgement"}


def need(document: Mapping[str, Any]) -> str:
    """Return what tasks need by themselves, as text."""
    tasks = document["tasks"]
    parts = [
        "Consequences of stated assumptions, not a forecast.",
        *[_task(task, document) for task in tasks],
    ]
    if len(tasks) > 1:
        parts.append(
            wrapped(f"All {len(tasks)} tasks: {_range(document['needed'])}. Tasks add up; nobody does two.")
        )
    named = document["manifest"]
    parts.append(
        f"Result {named['id']}:\n"
        f"seed {named['seed']}, {named['futures']:,} draws, model {named['model_version']}; "
        "--json has every number, source and address."
    )
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def _range(quantity: Mapping[str, float]) -> str:
    """Return persons as range and centre."""
    return f"{number_range(quantity, count)} persons, {count(quantity['central'])} in the middle"


def small(value: float) -> str:
    """Return a ratio to two figures."""
    if value >= 100.0:
        return count(value)
    return f"{value:.2g}" if value < 9.95 else f"{value:.0f}"


def _task(task: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    """Return one task: need, ratio, split, capabilities, forces."""
    lines = [wrapped(f"{task['title']} ({task['task']}){_measure(task)}: {_range(task['needed'])}.")]
    lines += [
        f"  {line}" if line.startswith("http") else wrapped(line, indent="  ")
        for line in _ratios(task, document["sources"])
    ]
    lines += [wrapped(line, indent="  ") for line in _split(task)]
    found = ["\n".join(lines)]
    if task["capabilities"]:
        found.append(_capabilities(task["capabilities"]))
    if task["comparable"]:
        found.append(_comparable(task))
    return "\n\n".join(found)


def _measure(task: Mapping[str, Any]) -> str:
    """Return what the ratio was multiplied by, in words."""
    quantity = task["quantity"]
    number = f"{quantity:,.0f}" if quantity == round(quantity) else f"{quantity:,}"
    return {
        "line_km": f", {number} km",
        "site": f", {number} {'site' if quantity == 1.0 else 'sites'}",
        "thousand_people": f", {quantity * 1_000.0:,.0f} people",
    }.get(str(task["per"]), "")


def _ratios(task: Mapping[str, Any], sources: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield the ratio, and the support on top, each with range and source."""
    for row, words in ((task["ratio"], f"a {PER[task['per']]}"), (task["support"], "for each of them")):
        if row is None:
            continue
        what = "persons" if row is task["ratio"] else "support persons"
        yield (
            f"{row['meaning']}: {number_range(row, small)} {what} {words}, {small(row['central'])} in the "
            f"middle ({STATUS[row['status']]}, {row['confidence']})."
        )
        for one in row["sources"]:
            yield f"Source: {one['what'] or sources[one['source']]['title']} [{one['source']}]."
            address = sources[one["source"]]["address"] or ""
            if 0 < len(address) <= LONGEST_ADDRESS:  # a broken one is no use; --json has them all
                yield address


def _split(task: Mapping[str, Any]) -> Iterator[str]:
    """Yield the shares by role and the reaction time."""
    if task["roles"]:
        ranked = sorted(task["roles"].items(), key=lambda role: (-role[1]["central"], role[0]))
        told = ", ".join(f"{ROLES[role]} {number_range(one, share)}" for role, one in ranked)
        yield f"Of the persons: {told}."
    hours = task["reaction_hours"]
    if hours is not None:
        yield f"Must be able to act within {number_range(hours, _hours)}."


def _hours(value: float) -> str:
    """Return hours; below one, in minutes."""
    return f"{value * 60.0:.0f} min" if value < 1.0 else f"{value:g} h"


def _capabilities(capabilities: Sequence[Mapping[str, Any]]) -> str:
    """Return the capabilities of a task, with the least units that cover the central need."""
    rows = [
        (
            one["title"],
            number_range(one["share"], share),
            number_range(one["needed"], count),
            exactly(one["elements"]),
            f"{one['element']} of {one['persons_in_element']['central']:.0f}",
            one["place"] + (", scarce" if one["scarce"] else ""),
        )
        for one in capabilities
    ]
    return table(("capability", "share", "persons", "units", "unit", "where"), rows, "lrrrll")


def _comparable(task: Mapping[str, Any], most: int = 14) -> str:
    """Return forces that did or were to do the task, first those with a measure and no other task."""
    per = task["per"]
    ranked = sorted(
        task["comparable"],
        key=lambda one: (one["per_unit"] is None, bool(one["also"]), one["kind"], one["year"], one["force"]),
    )
    rows: list[tuple[str, ...]] = [
        (
            one["title"],
            "proposed" if one["kind"] == "proposal" else "was there",
            str(one["year"]),
            number_range(one["persons"], exactly),
            NOT_APPLICABLE if one["per_unit"] is None else small(one["per_unit"]),
            ", ".join(one["also"]),
        )
        for one in ranked[:most]
    ]
    if per == "mission":  # its strength is all that is known of it
        rows = [(*row[:4], *row[5:]) for row in rows]
    rest = len(ranked) - most
    more = f"\n  and {rest} more (--json lists all)" if rest > 0 else ""
    measured = () if per == "mission" else (f"a {PER[per]}",)
    titles = ("beside it", "", "year", "persons", *measured, "also did")
    return table(titles, rows, "llrr" + "r" * len(measured) + "l", longest=38) + more


def need_rows(document: Mapping[str, Any]) -> tuple[Sequence[str], Sequence[Sequence[object]]]:
    """Return columns and rows: one row for each task and capability, persons and units."""
    columns = ("task", "capability", "share", "mean", "low", "central", "high", "elements")
    rows: list[Sequence[object]] = []
    for task in document["tasks"]:
        ends = ("mean", "low", "central", "high")
        rows.append((task["task"], "all", 1.0, *(task["needed"][end] for end in ends), None))
        rows += [
            (
                task["task"],
                one["capability"],
                one["share"]["central"],
                *(one["needed"][end] for end in ends),
                one["elements"],
            )
            for one in task["capabilities"]
        ]
    return columns, rows
