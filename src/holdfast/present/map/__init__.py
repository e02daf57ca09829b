"""Maps of a line of contact: a picture of plain data drawn as an SVG, or as a page that holds it."""

from __future__ import annotations

from holdfast.present.map.page import draw_page
from holdfast.present.map.picture import Belt, Picture, Place, Post, SectorMark
from holdfast.present.map.svg import draw_svg

__all__ = ["Belt", "Picture", "Place", "Post", "SectorMark", "draw_page", "draw_svg"]
