"""The plan as staffs write it, on a terminal and in a workbook."""

from __future__ import annotations

import copy
import io
import re
import zipfile
from xml.etree import ElementTree as ET

import pytest
from tests.runs.staffed import LINE, MONITORS, NAMES, NOBODY, REAR, document

from holdfast.present.composition import composition
from holdfast.present.staff import MOST_RELIEFS, MOST_ROWS, staff
from holdfast.present.workbook import workbook

SHEET = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
CHART = {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart"}


def text(name):
    return staff(document(name)["staff"])


def flat(words):
    return " ".join(words.split())


def part(name, title):
    """Return the lines of the part that begins with a title."""
    (found,) = [one for one in text(name).split("\n\n") if one.startswith(title)]
    return found.splitlines()


@pytest.mark.parametrize("name", NAMES)
def test_every_line_fits_and_none_has_blanks_at_its_end(name):
    lines = text(name).splitlines()
    assert max(map(len, lines)) <= 100
    assert all(line == line.rstrip() for line in lines)
    assert "\n\n\n" not in composition(document(name))


@pytest.mark.parametrize("name", NAMES)
def test_it_stands_in_the_text_of_the_command(name):
    assert text(name) in composition(document(name))


def test_without_a_mission_nothing_is_said():
    assert text(NOBODY) == ""
    assert "staffs" not in composition(document(NOBODY))


@pytest.mark.parametrize("name", NAMES)
def test_who_leads_is_said_beside_what_the_design_says(name):
    lead = document(name)["staff"]["lead"]
    said = flat(text(name))
    assert f"the design says '{lead['design']}'. The plan points to {lead['name'] or 'nobody'}:" in said
    assert flat(lead["why"]) in said.replace("Co- operation", "Co-operation")


@pytest.mark.parametrize("name", [LINE, REAR])
def test_every_formation_has_a_row(name):
    block = document(name)["staff"]["formations"]
    lines = part(name, "Formations")
    for one in block["list"]:
        (row,) = [line for line in lines if line.startswith(f"{one['name']} ")]
        assert one["lead"]["name"] in row
        assert f"{one['persons']:,.0f}" in row
    assert any("km" in line for line in lines) == (name == LINE)


def test_hubs_are_told_of_monitors_alone():
    hubs = document(MONITORS)["staff"]["hubs"]
    assert f"Unarmed monitors: {hubs['number']} hubs of" in text(MONITORS)
    assert "hubs" not in text(LINE)
    assert "Formations" not in text(MONITORS)


@pytest.mark.parametrize("name", NAMES)
def test_the_chart_has_a_row_for_each_state_with_its_persons_marks_and_bars(name):
    rotation = document(name)["staff"]["rotation"]
    lines = part(name, "Rotation")
    longest = max(len(bar) for line in lines for bar in re.findall("█+", line))
    most = max(max(one["persons"]) for one in rotation["states"])
    for one in rotation["states"][:MOST_ROWS]:
        (row,) = [line for line in lines if line.startswith(f"{one['name']} ")]
        cells = re.findall(r"([\d,]+)([+ ]) (█+)", row)
        there = [(n, mark) for n, mark in zip(one["persons"], one["marks"], strict=True) if n]
        assert [(number, plus) for number, plus, _ in cells] == [
            (f"{persons:,.0f}", "+" if mark == "surges" else " ") for persons, mark in there
        ]
        for (persons, _), (_, _, bar) in zip(there, cells, strict=True):
            assert abs(len(bar) - max(persons / most * longest, 1)) <= 1.0
        assert row.count(" - ") >= sum(mark == "pauses" for mark in one["marks"])
    assert longest >= 8
    rest = len(rotation["states"]) - MOST_ROWS
    assert any(f"and {rest} more" in line for line in lines) == (rest > 0)


def test_the_last_row_of_the_chart_adds_up():
    plan = document(LINE)["generate"]["plan"]
    (row,) = [line for line in part(LINE, "Rotation") if line.startswith("all ")]
    assert re.findall(r"[\d,]+", row) == [f"{persons:,.0f}" for persons in plan["persons_sent"]]


def test_who_relieves_whom_begins_with_the_largest_changes_on_both_sides():
    reliefs = document(LINE)["staff"]["rotation"]["reliefs"]
    lines = [line for line in part(LINE, "Who relieves whom") if line.startswith("  month")]
    assert len(lines) == min(len(reliefs), MOST_RELIEFS)
    both = [one for one in reliefs if one["goes"] and one["comes"]]
    first = max(both, key=lambda one: one["persons"])
    assert first["capability"].replace("-", " ") in lines[0]


def test_who_only_comes_is_told_after_those_who_relieve():
    block = copy.deepcopy(document(LINE)["staff"])
    one = {**block["rotation"]["reliefs"][0], "goes": [], "capability": "zeppelins", "persons": 1e6}
    block["rotation"]["reliefs"] = [one, *block["rotation"]["reliefs"][:2]]
    lines = [line for line in staff(block).splitlines() if line.startswith("  month")]
    assert "zeppelins" in lines[-1]
    assert " go;" not in lines[-1]


@pytest.mark.parametrize("name", NAMES)
def test_regions_and_breadth_have_their_rows(name):
    block = document(name)["staff"]
    regions, breadth = part(name, "From which regions"), part(name, "What breadth buys")
    for one in block["regions"]["list"]:
        assert any(line.startswith(one["region"]) for line in regions)
    assert f"{block['regions']['effective_contributors']:.1f} contributors" in flat("\n".join(regions))
    words = {
        "as it is": "as it is",
        "largest": "its {:.0f} largest alone",
        "at least": "at least {:.0f} states",
    }
    for one in block["breadth"]["rows"]:
        start = words.get(one["rule"], "none above 25 % of need").format(one["number"])
        (row,) = [line for line in breadth if line.startswith(f"{start} ")]
        assert f" {one['states']} " in row
    assert "holdfast authorise" in flat("\n".join(breadth))


def test_who_has_an_offer_that_does_not_count_is_named_with_what_it_wants():
    found = flat("\n".join(part(REAR, "What breadth buys")))
    (backing,) = [one for one in document(REAR)["staff"]["breadth"]["untapped"] if one["lack"] == "backstop"]
    assert f"{backing['words']} ({backing['states'][0]['name']}" in found


# --- Workbook ------------------------------------------------------------------------------------------


def parsed(data):
    return ET.fromstring(data)  # noqa: S314 - bytes that were written here


class Book:
    """A workbook, read again with nothing but the standard library."""

    def __init__(self, data):
        self.files = zipfile.ZipFile(io.BytesIO(data))
        strings = parsed(self.files.read("xl/sharedStrings.xml"))
        self.strings = [
            "".join(one.text or "" for one in item.iter(f"{{{SHEET['m']}}}t")) for item in strings
        ]
        book = parsed(self.files.read("xl/workbook.xml"))
        self.names = [one.get("name") for one in book.find("m:sheets", SHEET)]

    def sheet(self, name):
        place = self.names.index(name) + 1
        return parsed(self.files.read(f"xl/worksheets/sheet{place}.xml"))

    def rows(self, name):
        return [
            [self._value(cell) for cell in row]
            for row in self.sheet(name).findall("m:sheetData/m:row", SHEET)
        ]

    def _value(self, cell):
        value = cell.find("m:v", SHEET)
        if value is None:
            return ""
        return self.strings[int(value.text)] if cell.get("t") == "s" else float(value.text)

    def charts(self):
        return [name for name in self.files.namelist() if name.startswith("xl/charts/chart")]

    def widths(self, name):
        found = {}
        for one in self.sheet(name).findall("m:cols/m:col", SHEET):
            for place in range(int(one.get("min")), int(one.get("max")) + 1):
                found[place - 1] = float(one.get("width"))
        return found


@pytest.fixture(scope="module", params=NAMES)
def opened(request):
    return document(request.param), Book(workbook(document(request.param)))


def test_sheets_stand_in_order_after_what_the_workbook_is(opened):
    _, book = opened
    names = [
        "Organisation",
        "Lead and headquarters",
        "Rotation",
        "Units bound",
        "Reliefs",
        "Regions",
        "Breadth",
    ]
    assert book.names[0] == "About"
    assert book.names[-len(names) :] == names


def test_the_sheet_of_the_organisation_adds_up(opened):
    found, book = opened
    header, *rows = book.rows("Organisation")
    assert header[-1] == "persons"
    assert sum(row[-1] for row in rows) == pytest.approx(found["staff"]["persons"])


def test_the_chart_shows_every_state_in_every_tour(opened):
    found, book = opened
    states, tours = len(found["staff"]["rotation"]["states"]), len(found["staff"]["tours"])
    (name,) = book.charts()
    chart = parsed(book.files.read(name))
    series = chart.findall(".//c:ser", CHART)
    assert len(series) == tours
    for place, one in enumerate(series):
        column = chr(ord("B") + place)
        assert one.find("c:val/c:numRef/c:f", CHART).text == f"Rotation!${column}$2:${column}${states + 1}"
        assert one.find("c:cat/c:strRef/c:f", CHART).text == f"Rotation!$A$2:$A${states + 1}"
    header, *rows = book.rows("Rotation")
    assert header[1 : tours + 1] == [f"months {6 * tour}-{6 * tour + 6}" for tour in range(tours)]
    assert [row[1 : tours + 1] for row in rows] == [
        pytest.approx(one["persons"]) for one in found["staff"]["rotation"]["states"]
    ]


def test_columns_are_as_wide_as_what_they_show(opened):
    _, book = opened
    for name in ("Organisation", "Rotation", "Regions", "Breadth", "Units bound"):
        widths = book.widths(name)
        for row in book.rows(name)[1:]:  # headers are folded
            for place, value in enumerate(row):
                shown = value if isinstance(value, str) else f"{value:,.0f}"
                assert widths[place] >= min(len(shown), 58)


def test_no_column_is_wider_than_what_it_shows_asks_for(opened):
    _, book = opened
    widths = book.widths("Rotation")
    assert widths[book.rows("Rotation")[0].index("sustains")] < 15  # 1,234, and not 1234.5678901234


def test_a_workbook_without_a_mission_has_the_sheets_and_no_chart():
    book = Book(workbook(document(NOBODY)))
    assert book.charts() == []
    assert len(book.rows("Rotation")) == 1


def test_the_same_document_is_the_same_workbook():
    assert workbook(document(LINE)) == workbook(copy.deepcopy(document(LINE)))
