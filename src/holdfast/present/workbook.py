"""The composition of a mission as an Excel workbook: contingents, needs, what binds, and what it rests on."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from holdfast.present.composition import nothing, on_paper, title
from holdfast.present.numbers import number_range, share
from holdfast.present.staff_sheets import draw_rotation, staff_sheets

Block = Mapping[str, Any]
Sheet = tuple[str, Sequence[str], list[Sequence[object]]]

LEAST, WIDEST = 10, 60
"""Bounds of the width of a column, characters."""
FRONT: Final = (24, 90)
"""Widths of the columns of the first sheet."""
A4: Final = 9
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
        "title": book.add_format({"bold": True, "font_size": 14}),
        "name": book.add_format({"bold": True, "valign": "top"}),
        "ratio": book.add_format({"num_format": "0.0", "valign": "top"}),
    }
    _write_front(book.add_worksheet("About"), document, forms)
    for name, header, rows in _sheets(document):
        _write(book.add_worksheet(name), header, rows, forms)
    draw_rotation(book, document["staff"])
    book.close()
    return buffer.getvalue()


def _write_front(
    page: Any,  # noqa: ANN401 - a worksheet, of a library without types
    document: Block,
    forms: Mapping[str, object],
) -> None:
    """Write the first sheet: a title, then what the workbook is, in names and words."""
    _print_well(page)
    for place, width in enumerate(FRONT):
        page.set_column(place, place, width)
    page.write_string(0, 0, title(document), forms["title"])
    for at, (name, words) in enumerate(_about(document), start=2):
        page.write_string(at, 0, name, forms["name"])
        page.write_string(at, 1, words, forms["text"])


def _print_well(page: Any) -> None:  # noqa: ANN401 - a worksheet
    """Set up a sheet so that it prints a page wide, with its name and the number of the page."""
    page.set_paper(A4)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.set_footer("&L&A&R&P / &N")


def _write(
    page: Any,  # noqa: ANN401 - a worksheet
    header: Sequence[str],
    rows: Sequence[Sequence[object]],
    forms: Mapping[str, object],
) -> None:
    """Write one sheet: a header that stays in sight, then the rows."""
    _print_well(page)
    page.freeze_panes(1, 1)
    page.repeat_rows(0)
    if rows:
        page.autofilter(0, 0, len(rows), len(header) - 1)
    for place, name in enumerate(header):
        page.set_column(place, place, _width(name, [row[place] for row in rows]))
        page.write_string(0, place, name, forms["head"])
    for at, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            if isinstance(value, float | int):
                form = next((one for one in ("share", "ratio") if header[place].startswith(one)), "number")
                page.write_number(at, place, value, forms[form])
            else:
                page.write_string(at, place, "" if value is None else str(value), forms["text"])


def _width(name: str, values: Sequence[object]) -> int:
    """Return the width of a column: that of its longest cell as it is shown; the header is folded."""
    cells = [f"{one:,.1f}" if isinstance(one, float | int) else str(one) for one in values]
    longest = max(len(cell) for cell in ("", *cells, *name.split()))
    return min(max(longest, LEAST) + 3, WIDEST)  # three for the arrow of the filter


def _sheets(document: Block) -> Iterator[Sheet]:
    """Yield the sheets: name, header, rows."""
    found = document["generate"]
    titles = {one["capability"]: one["title"] for one in found["plan"]["capabilities"]}
    tours = [f"months {one['from_month']}-{one['to_month']}" for one in found["plan"]["periods"]]
    yield (
        "Contingents",
        ("state", "capability", *_each("persons", tours), *_each("elements", tours)),
        [
            (one["name"], titles[name], *sent["persons"], *sent["elements"])
            for one in found["contributors"]
            for name, sent in one["capabilities"].items()
        ],
    )
    yield "States", STATES, [_state(one) for one in found["contributors"]]
    numbers = [*_each("persons needed", tours), *_each("persons sent", tours), *_each("persons short", tours)]
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
    hangs: list[Sequence[object]] = [(one["name"], one["more_short"]) for one in found["dependence"]]
    yield "On whom it hangs", ("state", "share more of the need short without it"), hangs
    if found["robust"] is not None:
        asked: list[Sequence[object]] = [
            (one["name"], one["persons"]) for one in found["robust"]["contributors"]
        ]
        yield "Worst tenth", ("state", "persons asked for"), asked
    yield from staff_sheets(document["staff"])


def _each(what: str, tours: Sequence[str]) -> list[str]:
    return [f"{what}, {tour}" for tour in tours]


STATES: Final = (
    *("state", "persons in plan"),
    *(f"persons who arrive, {which}" for which in ("mean", "low", "high")),
    *("share: chance of coming", "assumes", "position", "stated on"),
)


def _state(one: Block) -> Sequence[object]:
    """Return the row of a state."""
    arrives = one["arrives"]
    return (
        *(one["name"], one["persons"], arrives["mean"], arrives["low"], arrives["high"]),
        *(one["chance"], "; ".join(one["assumes"]), one["position"], one["stated_on"]),
    )


def _about(document: Block) -> Iterator[tuple[str, str]]:
    """Yield what the workbook is and how it is made again."""
    named, found, as_of = document["manifest"], document["generate"], document["as_of"]
    needed = max(found["plan"]["persons_needed"], default=0.0)
    yield "what it is", "Who would make up the mission, what is short, why, and what would close it."
    yield "reading", "Consequences of stated assumptions, not a forecast."
    yield "case", str(document["title"])
    yield "as of", f"line of {as_of['line']}, diplomacy of {as_of['diplomacy']}"
    yield "settlement", document["settlement"]["title"]
    yield "on paper", on_paper(found["plan"]) if needed else nothing(found)
    if needed:
        yield "in the field", f"{number_range(found['shortfall'], share)} of what is planned stays short."
    if needed and found["robust"] is not None:
        left = [share(found["robust"][f"{kind}shortfall_in_worst_tenth"]) for kind in ("", "nominal_")]
        yield (
            "in the worst tenth",
            f"{left[0]} stays short with the plan made for it, {left[1]} with the other.",
        )
    yield "low and high", "5th and 95th percentile over futures"
    yield "result", named["id"]
    yield "made with", f"seed {named['seed']}, {document['futures']} futures, model {named['model_version']}"
    yield "limits", document["limits"]
