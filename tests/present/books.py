"""Read a workbook again as a spreadsheet does: sheets, cells with their formats, widths, print set-up."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from xml.etree import ElementTree as ET

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True)
class Cell:
    """What a cell holds, the number format that it is shown in, and its formula."""

    value: str | float
    form: str
    formula: str | None

    @property
    def shown(self) -> str:
        """The cell as it is seen, for the formats that we write."""
        if isinstance(self.value, str):
            return self.value
        return {
            "#,##0": f"{self.value:,.0f}",
            "0.0 %": f"{100.0 * self.value:.1f} %",
            "General": f"{self.value!r}",
        }[self.form]


@dataclass(frozen=True)
class Page:
    """One sheet: rows of cells, widths by column, and its XML."""

    rows: list[dict[int, Cell]]
    widths: dict[int, float]
    tree: ET.Element

    @property
    def header(self) -> list[str]:
        """The first row."""
        return [str(cell.value) for cell in self.rows[0].values()]

    def column(self, *words: str) -> list[str | float]:
        """Return the cells below the header of this name, or the one that has all of these words."""
        (place,) = [k for k, name in enumerate(self.header) if (name,) == words] or [
            k for k, name in enumerate(self.header) if all(word in name for word in words)
        ]
        return [row[place].value for row in self.rows[1:]]


def tree_of(content: bytes) -> ET.Element:
    """Return a part of a workbook that we wrote."""
    return ET.fromstring(content)  # noqa: S314 - nobody else did


def parts_of(data: bytes) -> dict[str, bytes]:
    """Return the files in a workbook; raise if one is broken or is no XML."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert book.testzip() is None
        found = {name: book.read(name) for name in book.namelist()}
    for name, content in found.items():
        if name.endswith((".xml", ".rels")):
            tree_of(content)  # raises where it is no XML
    return found


def opened(data: bytes) -> dict[str, Page]:
    """Return the sheets of a workbook, by name, in their order."""
    parts = parts_of(data)
    texts = [
        unescaped("".join(piece.text or "" for piece in one.iter(f"{MAIN}t")))
        for one in tree_of(parts["xl/sharedStrings.xml"]).iter(f"{MAIN}si")
    ]
    forms = forms_of(tree_of(parts["xl/styles.xml"]))
    where = {one.attrib["Id"]: one.attrib["Target"] for one in tree_of(parts["xl/_rels/workbook.xml.rels"])}
    return {
        sheet.attrib["name"]: page_of(tree_of(parts[f"xl/{where[sheet.attrib[RELATION]]}"]), texts, forms)
        for sheet in tree_of(parts["xl/workbook.xml"]).iter(f"{MAIN}sheet")
    }


def forms_of(styles: ET.Element) -> list[str]:
    """Return the number format of each style."""
    built_in = {"0": "General", "3": "#,##0"}
    own = {one.attrib["numFmtId"]: one.attrib["formatCode"] for one in styles.iter(f"{MAIN}numFmt")}
    (styled,) = styles.iter(f"{MAIN}cellXfs")
    return [{**built_in, **own}[one.attrib["numFmtId"]] for one in styled]


def page_of(tree: ET.Element, texts: list[str], forms: list[str]) -> Page:
    """Return a sheet."""
    rows = []
    for row in tree.iter(f"{MAIN}row"):
        cells = {}
        for one in row:
            place = column_of(one.attrib["r"])
            value, formula = one.find(f"{MAIN}v"), one.find(f"{MAIN}f")
            text = "" if value is None else value.text or ""
            held: str | float = texts[int(text)] if one.get("t") == "s" else text
            if one.get("t") in {None, "n"} and text:
                held = float(text)
            cells[place] = Cell(
                held, forms[int(one.get("s", "0"))], None if formula is None else formula.text
            )
        rows.append(cells)
    widths = {
        place - 1: float(one.attrib["width"])
        for one in tree.iter(f"{MAIN}col")
        for place in range(int(one.attrib["min"]), int(one.attrib["max"]) + 1)
    }
    return Page(rows, widths, tree)


def column_of(reference: str) -> int:
    """Return the place of a column from a reference such as AB12."""
    place = 0
    for letter in re.match(r"[A-Z]+", reference)[0]:  # type: ignore[index]
        place = 26 * place + ord(letter) - ord("A") + 1
    return place - 1


def unescaped(text: str) -> str:
    """Return a text with the characters that XML cannot hold (_x001B_) put back."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)
