"""The map as a page of its own: the drawing, and beneath it the table that says the same in words."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Final

from holdfast.files.basemap import Basemap
from holdfast.present.map.classes import classes_of, colour_by_key
from holdfast.present.map.elements import tag, words
from holdfast.present.map.picture import Picture
from holdfast.present.map.projection import length_km
from holdfast.present.map.svg import DISCLAIMER, draw_svg, value_text

STYLE: Final = """
:root { color-scheme: light; }
body { margin: 0 auto; max-width: 78rem; padding: 1rem; background: #fff; color: #222;
  font: 1rem/1.5 Arial, Helvetica, "Liberation Sans", "DejaVu Sans", "Noto Sans", sans-serif; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 1rem; padding: .5rem 1rem; background: #fff; outline: 3px solid #0072b2; }
:focus-visible { outline: 3px solid #0072b2; outline-offset: 2px; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .5rem 0; overflow-wrap: anywhere; }
.stamp { margin: 0; padding: .5rem 1rem; background: #8b1a1a; color: #fff; font-weight: bold;
  text-align: center; }
figure { margin: 1rem 0; }
.map { overflow-x: auto; border: 1px solid #bbb; }
.map svg { display: block; width: 100%; min-width: 44rem; height: auto; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: bold; padding: .5rem 0; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid #ccc; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; }
thead th { border-bottom: 2px solid #222; overflow-wrap: normal; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
@page { size: A4 landscape; margin: 10mm; }
@media print {
  body { max-width: none; padding: 0; font-size: 9pt; }
  .skip, header, .once { display: none; }
  .map, .table { overflow: visible; border: 0; }
  .map svg { min-width: 0; max-height: 188mm; }
  .stamp, svg, tr { print-color-adjust: exact; -webkit-print-color-adjust: exact; break-inside: avoid; }
  thead { display: table-header-group; }
  figure { break-after: page; margin: 0; }
}
"""
"""The page's only style; the page's policy allows this text alone."""


def draw_page(picture: Picture, basemap: Basemap | None) -> str:
    """Return a picture's map as a self-contained HTML page.

    The page needs no network and no script; its policy forbids both. Beneath the map stands a table of
    the sectors, with their lengths on the WGS84 ellipsoid.

    Parameters
    ----------
    picture : Picture
    basemap : Basemap or None
        As for :func:`holdfast.present.map.svg.draw_svg`.

    Returns
    -------
    str
        The page, the same bytes for the same picture.
    """
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = [
        '<meta charset="utf-8"/>',
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>',
        '<meta name="referrer" content="no-referrer"/>',
        tag("title", words(picture.title)),
        tag("style", STYLE),
    ]
    return (
        "<!DOCTYPE html>\n"
        + tag(
            "html",
            [tag("head", "\n".join(head)), "\n", tag("body", "\n".join(_body(picture, basemap)))],
            lang="en",
            xmlns="http://www.w3.org/1999/xhtml",
        )
        + "\n"
    )


def _body(picture: Picture, basemap: Basemap | None) -> Iterator[str]:
    """Yield the parts of the page."""
    yield tag("a", "Skip the map: table of the sectors", class_="skip", href="#sectors")
    if picture.stamp:
        yield tag("p", words(picture.stamp), class_="stamp", role="note")
    yield tag(
        "header",
        tag("h1", words(picture.title))
        + tag("p", words(f"{picture.subtitle} Line of contact as of {picture.as_of}.".strip())),
    )
    drawing = tag(
        "div", f"\n{draw_svg(picture, basemap)}", class_="map", tabindex="0", role="region", aria_label="Map"
    )
    yield tag("main", tag("figure", drawing) + "\n" + _table(picture), id="main")
    yield tag("footer", tag("p", words(DISCLAIMER)), class_="once")


def _table(picture: Picture) -> str:
    """Return the table of the sectors in the order of the line."""
    classes = colour_by_key(classes_of(picture))
    valued = picture.has_values
    titles = ["Sector", "Sort", "Length, km", *(["Value", "Class on the map"] if valued else []), "Remark"]
    rows = []
    for sector in picture.sectors:
        cells = [
            tag("th", words(sector.key), scope="row"),
            tag("td", words(sector.sector_class.replace("_", " "))),
            tag("td", f"{length_km(sector.lonlat):,.1f}", class_="number"),
        ]
        if valued:
            cells.append(tag("td", words(value_text(sector.value)), class_="number"))
            cells.append(tag("td", words(classes[sector.key].text)))
        rows.append(tag("tr", [*cells, tag("td", words(sector.text) or " ")]))
    total = sum(length_km(sector.lonlat) for sector in picture.sectors)
    caption = f"The sectors in the order of the line: {len(rows)}, {total:,.1f} km in all as drawn."
    if valued and picture.value_title:
        caption += f" Value: {picture.value_title}."
    table = tag(
        "table",
        [
            tag("caption", words(caption)),
            tag("thead", tag("tr", (tag("th", words(title), scope="col") for title in titles))),
            tag("tbody", "\n".join(rows)),
        ],
    )
    return tag(
        "div",
        table,
        id="sectors",
        class_="table",
        tabindex="0",
        role="region",
        aria_label="Table of the sectors",
    )
