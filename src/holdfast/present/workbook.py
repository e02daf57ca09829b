"""The composition of a mission as an Excel workbook: contingents, needs, what binds, and what it rests on."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

Block = Mapping[str, Any]
Sheet = tuple[str, Sequence[str], list[Sequence[object]]]

LEAST, WIDEST = 8, 60
"""Bounds of the width of a column, characters."""
WRITTEN: Final = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - the same bytes whenever it is written


def workbook(document: Block) -> bytes:
    """Return the bytes of a workbook, the same for the same document."""
    import xlsxwriter  # type: ignore[import-untyped]

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"title": document["arrangement"]["title"], "created": WRITTEN})
    forms = {
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "number": book.add_format({"num_format": "#,##0", "valign": "top"}),
        "share": book.add_format({"num_format": "0.0 %", "valign": "top"}),
    }
    for name, header, rows in _sheets(document):
        _write(book.add_worksheet(name), header, rows, forms)
    book.close()
    return buffer.getvalue()


def _write(
    page: Any,  # noqa: ANN401 - a worksheet, of a library without types
    header: Sequence[str],
    rows: Sequence[Sequence[object]],
    forms: Mapping[str, object],
) -> None:
    """Write one sheet: a header that stays in sight, then the rows."""
    page.freeze_panes(1, 1)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    for place, title in enumerate(header):
        widest = max((len(str(row[place])) for row in rows), default=0)
        page.set_column(place, place, min(max(widest, len(title), LEAST) + 2, WIDEST))
        page.write_string(0, place, title, forms["head"])
    for at, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            if isinstance(value, float | int):
                form = forms["share" if header[place].startswith("share") else "number"]
                page.write_number(at, place, value, form)
            else:
                page.write_string(at, place, "" if value is None else str(value), forms["text"])


def _sheets(document: Block) -> Iterator[Sheet]:
    """Yield the sheets: name, header, rows."""
    found = document["generate"]
    tours = [f"months {one['from_month']}-{one['to_month']}" for one in found["plan"]["periods"]]
    yield (
        "Contingents",
        ("state", "capability", *_each("persons", tours), *_each("elements", tours)),
        [
            (one["name"], name, *sent["persons"], *sent["elements"])
            for one in found["contributors"]
            for name, sent in one["capabilities"].items()
        ],
    )
    yield "States", STATES, [_state(one) for one in found["contributors"]]
    numbers = [*_each("needed", tours), *_each("sent", tours), *_each("short", tours)]
    yield (
        "Needs",
        ("capability", "place", "element", "persons in element", *numbers),
        [
            (
                *(one[key] for key in ("title", "place", "element", "persons_in_element")),
                *(*one["needed"], *one["sent"], *one["short"]),
            )
            for one in found["plan"]["capabilities"]
        ],
    )
    binding: list[Sequence[object]] = [(one["words"], one["persons"]) for one in found["binding"]]
    yield "What binds", ("change", "persons at a time"), binding
    yield (
        "What closes it",
        ("changes", "share short afterwards", "closed"),
        [
            (
                "; ".join(change["words"] for change in one["changes"]),
                one["shortfall"],
                "yes" if one["closes"] else "no",
            )
            for one in found["closers"]
        ],
    )
    yield "About", ("what", "says"), _about(document)


def _each(what: str, tours: Sequence[str]) -> list[str]:
    return [f"{what}, {tour}" for tour in tours]


STATES: Final = (
    *("state", "persons in plan", "arrive, mean", "arrive, low", "arrive, high"),
    *("share: chance of coming", "assumes", "position", "stated on"),
)


def _state(one: Block) -> Sequence[object]:
    """Return the row of a state."""
    arrives = one["arrives"]
    return (
        *(one["name"], one["persons"], arrives["mean"], arrives["low"], arrives["high"]),
        *(one["chance"], "; ".join(one["assumes"]), one["position"], one["stated_on"]),
    )


def _about(document: Block) -> list[Sequence[object]]:
    """Return what the workbook is and how it is made again."""
    named = document["manifest"]
    return [
        ("arrangement", document["arrangement"]["title"]),
        ("settlement", document["settlement"]["title"]),
        ("reading", "Consequences of stated assumptions, not a forecast."),
        ("result", named["id"]),
        ("seed, futures, model", f"{named['seed']}, {document['futures']}, {named['model_version']}"),
        ("limits", document["limits"]),
    ]
