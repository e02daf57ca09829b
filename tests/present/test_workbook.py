"""The workbook, opened again: the same numbers as the document, and nothing that a spreadsheet would run."""

import copy
import json
import math
import re
from typing import Any

import pytest
from tests.present.books import MAIN, opened, parts_of
from tests.runs.own import own_force, own_late, own_monitors

from holdfast import composition
from holdfast.present.workbook import workbook

UNITS = ("persons", "elements", "share", "months")
"""Every header over numbers begins with one of these."""


@pytest.fixture(scope="module")
def documents(tmp_path_factory):
    folder = tmp_path_factory.mktemp("designs")
    asked: dict[str, dict[str, Any]] = {
        "force": {"arrangement": own_force(folder), "robust": True},
        "short": {"arrangement": own_monitors(folder, "short", monitors="900"), "without": ["NOR"]},
        "late": {"arrangement": own_late(folder, 9)},
        "nobody": {"arrangement": own_monitors(folder, "nobody", states="")},
        "none": {"arrangement": "none"},
    }
    return {name: composition("ukraine", futures=16, **wishes).document for name, wishes in asked.items()}


@pytest.fixture(scope="module")
def books(documents):
    return {name: opened(workbook(document)) for name, document in documents.items()}


NAMES = ("force", "short", "late", "nobody", "none")
PLANS = ("force", "short", "late")


TABLES = ("Contingents", "States", "Needs", "What binds", "What closes it", "On whom it hangs", "Worst tenth")


def tables(book):
    """Return the sheets that are plain tables."""
    return [(name, page) for name, page in book.items() if name in TABLES]


# --- What it says -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_first_sheet_says_what_it_is(name, books, documents):
    document, page = documents[name], next(iter(books[name].values()))
    text = "\n".join(str(cell.value) for row in page.rows for cell in row.values())
    assert str(page.rows[0][0].value).startswith(document["arrangement"]["title"])
    for words in (
        "Consequences of stated assumptions, not a forecast.",
        document["title"],
        document["settlement"]["title"],
        document["manifest"]["id"],
        document["limits"],
    ):
        assert words in text
    assert ("nothing is to be generated" in text) == (name == "none")
    assert ("(without NOR)" in text) == (name == "short")


@pytest.mark.parametrize("name", NAMES)
def test_every_table_has_a_header_over_all_its_cells(name, books):
    assert len(tables(books[name])) >= len(TABLES) - 1
    for sheet, page in tables(books[name]):
        assert 0 < len(sheet) <= 31
        assert re.search(r"[\[\]:*?/\\]", sheet) is None
        assert all(page.header), sheet
        assert len(set(page.header)) == len(page.header), sheet
        for row in page.rows[1:]:
            assert list(row) == list(range(len(page.header))), sheet


@pytest.mark.parametrize("name", PLANS)
def test_numbers_stand_under_their_unit_and_in_its_format(name, books):
    for sheet, page in tables(books[name]):
        for place, title in enumerate(page.header):
            cells = [row[place] for row in page.rows[1:]]
            numbers = [cell for cell in cells if isinstance(cell.value, float)]
            assert len(numbers) in {0, len(cells)}, (sheet, title)
            if numbers:
                assert title.startswith(UNITS), (sheet, title)
                form = "0.0 %" if title.startswith("share") else "#,##0"
                assert {cell.form for cell in numbers} == {form}, (sheet, title)
                assert all(math.isfinite(cell.value) for cell in numbers)
                assert form != "0.0 %" or all(0.0 <= cell.value <= 1.0 for cell in numbers)


@pytest.mark.parametrize("name", PLANS)
def test_needs_are_those_of_the_document(name, books, documents):
    page, plan = books[name]["Needs"], documents[name]["generate"]["plan"]
    tours = [f"months {one['from_month']}-{one['to_month']}" for one in plan["periods"]]
    for k, tour in enumerate(tours):
        for key in ("needed", "sent", "short"):
            assert page.column(key, tour) == pytest.approx([one[key][k] for one in plan["capabilities"]])
        for key in ("needed", "sent"):
            assert sum(page.column(key, tour)) == pytest.approx(plan[f"persons_{key}"][k])
    assert page.column("capability") == [one["title"] for one in plan["capabilities"]]


@pytest.mark.parametrize("name", PLANS)
def test_contingents_add_up_to_the_document_and_to_the_needs(name, books, documents):
    page, plan = books[name]["Contingents"], documents[name]["generate"]["plan"]
    names = dict(zip(page.column("capability"), page.column("state"), strict=True))
    assert set(names) <= set(books[name]["Needs"].column("capability"))
    for k, tour in enumerate(f"months {one['from_month']}-{one['to_month']}" for one in plan["periods"]):
        assert sum(page.column("persons", tour)) == pytest.approx(plan["persons_sent"][k])
    states = documents[name]["generate"]["contributors"]
    whole = sum(sum(sent["elements"]) for one in states for sent in one["capabilities"].values())
    elements = [title for title in page.header if title.startswith("elements")]
    assert len(elements) == len(plan["periods"])
    assert sum(sum(page.column(title)) for title in elements) == pytest.approx(whole)
    assert len(page.rows) - 1 == sum(len(one["capabilities"]) for one in states)


@pytest.mark.parametrize("name", [*PLANS, "nobody"])
def test_states_are_those_of_the_document(name, books, documents):
    page, states = books[name]["States"], documents[name]["generate"]["contributors"]
    assert page.column("state") == [one["name"] for one in states]
    assert page.column("persons in plan") == pytest.approx([one["persons"] for one in states])
    assert page.column("arrive, mean") == pytest.approx([one["arrives"]["mean"] for one in states])
    assert page.column("share", "chance") == pytest.approx([one["chance"] for one in states])


@pytest.mark.parametrize("name", NAMES)
def test_what_binds_closes_and_is_hung_on_is_told(name, books, documents):
    found, book = documents[name]["generate"], books[name]
    assert book["What binds"].column("persons") == pytest.approx([one["persons"] for one in found["binding"]])
    assert book["What closes it"].column("share") == pytest.approx(
        [one["shortfall"] for one in found["closers"]]
    )
    assert book["On whom it hangs"].column("share") == pytest.approx(
        [one["more_short"] for one in found["dependence"]]
    )


def test_the_plan_for_the_worst_tenth_is_told_where_it_was_asked_for(books, documents):
    robust = documents["force"]["generate"]["robust"]
    assert sum(books["force"]["Worst tenth"].column("persons")) == pytest.approx(robust["persons_asked"])
    assert "Worst tenth" not in books["short"]


# --- What it must not do ----------------------------------------------------------------------


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "{=", "http://", "\t=", '=HYPERLINK("x")&'])
def test_no_text_is_taken_for_a_formula_or_a_link(begins, documents):
    document = with_texts(documents["force"], lambda text: f"{begins}{text}")
    found = opened(workbook(document))
    cells = [cell for page in found.values() for row in page.rows for cell in row.values()]
    assert [cell for cell in cells if cell.formula is not None] == []
    assert sum(str(cell.value).startswith(begins) for cell in cells) > 50
    names = parts_of(workbook(document))
    assert not any("external" in name or "vba" in name.lower() for name in names)
    assert not any(b"hyperlink" in content for name, content in names.items() if "sheet" in name.lower())


@pytest.mark.parametrize("odd", ["\x00\x1b[2J", "<&>\"'", "_x0041_", "\u202e\ud7ff", "long " * 900, "a\nb"])
def test_odd_texts_come_back_as_they_were(odd, documents):
    document = with_texts(documents["none"], lambda text: f"{text} {odd}")
    page = next(iter(opened(workbook(document)).values()))
    assert page.rows[0][0].value == document["arrangement"]["title"]
    assert document["limits"] in [cell.value for row in page.rows for cell in row.values()]


WORDED = frozenset({"rule", "marks"})
"""Keys whose few values the workbook puts in words of its own."""


def with_texts(document, change):
    """Return a document with every text in it changed."""

    def over(value):
        if isinstance(value, str):
            return change(value)
        if isinstance(value, dict):
            return {key: one if key in WORDED else over(one) for key, one in value.items()}
        return [over(one) for one in value] if isinstance(value, list) else value

    changed = over(json.loads(json.dumps(document)))
    keys = zip(
        changed["generate"]["plan"]["capabilities"],
        document["generate"]["plan"]["capabilities"],
        strict=True,
    )
    for new, old in keys:  # what names others must fit them
        new["capability"] = old["capability"]
    return changed


# --- How it looks -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", PLANS)
def test_every_cell_fits_its_column_or_is_folded(name, books):
    for sheet, page in tables(books[name]):
        for row in page.rows:
            for place, cell in row.items():
                room = page.widths[place]
                if isinstance(cell.value, float):
                    assert len(cell.shown) < room, (sheet, cell)
                else:
                    assert max((len(word) for word in cell.value.split()), default=0) < room, (sheet, cell)


@pytest.mark.parametrize("name", PLANS)
def test_no_column_is_wider_than_what_it_holds(name, books):
    for sheet, page in tables(books[name]):
        for place, title in enumerate(page.header):
            longest = max((len(row[place].shown) for row in page.rows[1:]), default=0)
            room = max(longest, len(title), 10) + 6
            assert page.widths[place] <= min(room, 62), (sheet, title)


@pytest.mark.parametrize("name", NAMES)
def test_every_sheet_prints_a_page_wide_and_keeps_its_header(name, books, documents):
    names = parts_of(workbook(documents[name]))["xl/workbook.xml"].decode()
    for place, (sheet, page) in enumerate(books[name].items()):
        if place and sheet not in TABLES:
            continue
        setup = page.tree.find(f"{MAIN}pageSetup")
        assert setup is not None
        assert (setup.get("paperSize"), setup.get("orientation")) == ("9", "landscape")
        assert (setup.get("fitToWidth", "1"), setup.get("fitToHeight")) == ("1", "0")
        frozen = page.tree.find(f"{MAIN}sheetViews/{MAIN}sheetView/{MAIN}pane")
        repeated = f'name="_xlnm.Print_Titles" localSheetId="{place}"' in names
        assert (frozen is not None) == repeated == (place > 0)
        assert page.tree.find(f"{MAIN}headerFooter/{MAIN}oddFooter") is not None


# --- Always the same --------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_same_document_gives_the_same_bytes(name, documents):
    first = workbook(documents[name])
    assert workbook(copy.deepcopy(documents[name])) == first
    assert workbook(json.loads(json.dumps(documents[name]))) == first


def test_no_clock_is_read(documents):
    core = parts_of(workbook(documents["none"]))["docProps/core.xml"].decode()
    assert re.findall(r"\d{4}-\d{2}-\d{2}T[\d:]+Z", core) == ["2000-01-01T00:00:00Z"] * 2
