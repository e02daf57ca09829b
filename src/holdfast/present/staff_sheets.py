"""The plan as staffs write it, as sheets of a workbook, with the rotation chart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from holdfast.present.staff import RULES

Block = Mapping[str, Any]
Sheet = tuple[str, Sequence[str], list[Sequence[object]]]

ROTATION: Final = "Rotation"
WIDTH, HEIGHT = 960, 420
EACH_STATE: Final = 28
"""Pixels of the chart for each state beyond what fits."""
IN_WORDS: Final = {"surges": "more than it sustains", "pauses": "pauses", "": ""}


def staff_sheets(found: Block) -> Iterator[Sheet]:
    """Yield the sheets: name, header, rows."""
    yield (
        "Organisation",
        ("where", "leads", "km", "state", "capability", "elements", "persons"),
        [
            *_formations(found),
            *_components(found),
        ],
    )
    yield "Lead and headquarters", ("what", "says", "persons"), _heads(found)
    months = [f"months {one['from_month']}-{one['to_month']}" for one in found["tours"]]
    yield _rotation(found["rotation"], months)
    yield _bound(found["rotation"], months)
    yield _reliefs(found["rotation"])
    yield _regions(found["regions"])
    yield _breadth(found["breadth"])


def _formations(found: Block) -> Iterator[Sequence[object]]:
    for one in found["formations"]["list"]:
        for state in one["states"]:
            for name, part in state["capabilities"].items():
                where = (one["name"], one["lead"]["name"], one["km"])
                yield (*where, state["name"], name, part["elements"], part["persons"])


def _components(found: Block) -> Iterator[Sequence[object]]:
    for one in found["components"]:
        for state in one["states"]:
            for name, part in state["capabilities"].items():
                yield (one["title"], None, None, state["name"], name, part["elements"], part["persons"])


def _heads(found: Block) -> list[Sequence[object]]:
    """Return who leads, who mans headquarters, and what of them is missing."""
    lead, staff = found["lead"], found["headquarters"]
    rows: list[Sequence[object]] = [
        ("lead, as the design says", lead["design"], None),
        (
            "lead, as the plan points to",
            f"{lead['name'] or 'nobody'}: {lead['why']}",
            lead["land_persons"] or None,
        ),
        ("caution", found["caution"], None),
    ]
    rows += [(f"headquarters {key}", None, staff[key]) for key in ("needed", "sent", "short")]
    rows += [("headquarters, manned by", one["name"], one["persons"]) for one in staff["states"]]
    rows += [
        (
            f"formations ask for, {one['level']}",
            f"{one['number']} of them",
            one["number"] * one["persons_each"],
        )
        for one in staff["levels"]
    ]
    if found["hubs"] is not None:
        hubs = found["hubs"]
        said = f"{hubs['number']} hubs with {hubs['km_each']:.0f} km of line each; teams are mixed"
        rows.append(("unarmed monitors, in each hub", said, hubs["persons_each"]))
    return rows


def _rotation(found: Block, months: Sequence[str]) -> Sheet:
    """Return the states by tour: what the chart is drawn of."""
    header = ("state", *months, "sustains", *(f"does, {one}" for one in months), "ratio", "persons bound")
    rows: list[Sequence[object]] = [
        (
            one["name"],
            *one["persons"],
            one["sustains"],
            *(IN_WORDS[mark] for mark in one["marks"]),
            one["units_per_unit"],
            one["persons_bound"],
        )
        for one in found["states"]
    ]
    return ROTATION, header, rows


def _bound(found: Block, months: Sequence[str]) -> Sheet:
    header = (
        "state",
        "capability",
        *(f"elements, {one}" for one in months),
        "ratio",
        "elements bound in all",
    )
    rows: list[Sequence[object]] = [
        (one["name"], one["capability"], *one["elements"], one["units_per_unit"], one["elements_bound"])
        for one in found["contingents"]
    ]
    return "Units bound", header, rows


def _reliefs(found: Block) -> Sheet:
    rows: list[Sequence[object]] = [
        (one["month"], one["capability"], _moved(one["goes"]), _moved(one["comes"]))
        for one in found["reliefs"]
    ]
    return "Reliefs", ("month", "capability", "go, elements", "come, elements"), rows


def _moved(states: Sequence[Block]) -> str:
    return ", ".join(f"{one['name']} {one['elements']:.0f}" for one in states)


def _regions(found: Block) -> Sheet:
    header = ("region", "states", "persons at a time", "share of persons", "who")
    rows: list[Sequence[object]] = [
        (
            one["region"],
            len(one["states"]),
            one["persons"],
            one["share"],
            ", ".join(state["name"] for state in one["states"]),
        )
        for one in found["list"]
    ]
    return "Regions", header, rows


BREADTH: Final = (
    *("made again, elements split", "states", "states lacking", "regions", "share short", "effort at a time"),
    *("largest", "share of the largest", "share short without it"),
)


def _breadth(found: Block) -> Sheet:
    rows: list[Sequence[object]] = [
        (
            RULES[one["rule"]].format(number=one["number"]),
            *(one[key] for key in ("states", "missing_states", "regions", "shortfall", "effort")),
            one["largest"]["name"] if one["largest"] else None,
            one["largest"]["share"] if one["largest"] else None,
            one["short_without_largest"],
        )
        for one in found["rows"]
    ]
    return "Breadth", BREADTH, rows


def draw_rotation(book: Any, found: Block) -> None:  # noqa: ANN401 - a workbook, of a library without types
    """Draw persons by state and tour beside the table they stand in; nothing where nobody is sent."""
    states, tours = len(found["rotation"]["states"]), len(found["tours"])
    if not states:
        return
    chart = book.add_chart({"type": "column"})
    for tour in range(1, tours + 1):
        chart.add_series(
            {
                "name": [ROTATION, 0, tour],
                "categories": [ROTATION, 1, 0, states, 0],
                "values": [ROTATION, 1, tour, states, tour],
            }
        )
    chart.set_title({"name": "Persons in the field by state and tour"})
    chart.set_y_axis({"name": "persons", "num_format": "#,##0", "major_gridlines": {"visible": True}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": max(WIDTH, EACH_STATE * states), "height": HEIGHT})
    book.get_worksheet_by_name(ROTATION).insert_chart(states + 2, 0, chart)
