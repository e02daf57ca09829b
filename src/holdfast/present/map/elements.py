"""Elements of XML as text: escaped, with rounded numbers, the same bytes each time."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import numpy as np

from holdfast.files.problems import printable
from holdfast.present.map.picture import FloatArray

FONTS = "Arial, Helvetica, 'Liberation Sans', 'DejaVu Sans', 'Noto Sans', sans-serif"


def clean(text: str) -> str:
    """Return a text on one line, without letters that XML forbids or that a reader cannot see."""
    return printable(" ".join(text.split()))


def tag(name: str, content: str | Iterable[str] = "", /, **attributes: str | float | None) -> str:
    """Return an element.

    Parameters
    ----------
    name : str
    content : str or iterable of str
        What stands inside, ready made: texts are escaped by :func:`words`.
    **attributes : str, float or None
        An underscore stands for a hyphen, one at the end is dropped; numbers are rounded to 0.1, None is
        left out.
    """
    inside = content if isinstance(content, str) else "".join(content)
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>"


def words(text: str) -> str:
    """Return a text cleaned and escaped."""
    return escape(clean(text))


def number(value: float) -> str:
    """Return a number to a tenth, without a needless zero or a negative nought."""
    text = f"{value + 0.0:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def path_of(lines: Iterable[FloatArray], *, closed: bool = False) -> str:
    """Return the path of lines given in pixels, each point once."""
    parts = []
    for line in lines:
        points = np.round(line, 1)
        if len(points) > 1:
            points = points[np.append(True, np.any(np.diff(points, axis=0) != 0.0, axis=1))]
        if len(points) < (3 if closed else 2):
            continue
        steps = "L".join(f"{number(x)} {number(y)}" for x, y in points)
        parts.append(f"M{steps}{'Z' if closed else ''}")
    return "".join(parts)


def _value(value: str | float) -> str:
    return escape(clean(value)) if isinstance(value, str) else number(value)
