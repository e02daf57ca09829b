"""Tables and folded sentences for a terminal of a hundred columns, and how every text begins and ends."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from holdfast.present.numbers import NOT_APPLICABLE, number_range

WIDTH = 100
LONGEST_NAME = 30
"""Characters after which a name is folded."""


def head(document: Mapping[str, Any]) -> str:
    """Return title, settlement and the rule of reading."""
    as_of = document["as_of"]
    return "\n".join(
        [
            wrapped(f"{document['title']}. Settlement: {document['settlement']['title']}."),
            f"Line of {as_of['line']}, diplomacy of {as_of['diplomacy']}; {document['futures']:,} futures.",
            "Consequences of stated assumptions, not a forecast.",
        ]
    )


def foot(document: Mapping[str, Any]) -> str:
    """Return what names the result."""
    named = document["manifest"]
    changed = " with a private overlay" if "overlay" in named["hashes"] else ""
    made = f"seed {named['seed']}, {named['futures']} futures, model {named['model_version']}."
    return f"Result {named['id']}{changed}:\n" + wrapped(
        f"{made} Save it: --json -o FILE; replay it: holdfast verify FILE."
    )


def wrapped(text: str, indent: str = "") -> str:
    """Return text folded to the width, later lines of an item indented further; a per cent sign stays."""
    folded = textwrap.fill(
        text.replace(" %", "\0%"),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + ("  " if indent else ""),
    )
    return folded.replace("\0", " ")


def table(
    titles: Sequence[str], rows: Sequence[Sequence[str]], align: str = "", longest: int = LONGEST_NAME
) -> str:
    """Return a table as text, at most a hundred columns wide.

    Parameters
    ----------
    titles : sequence of str
    rows : sequence of sequences of str
        Cells; a cell may hold several lines. Those of the first column are names, folded at hyphens.
    align : str
        ``l`` or ``r`` for each column; left where it is shorter.
    longest : int
        Characters after which a name is folded.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), show_edge=False)
    for place, name in enumerate(titles):
        right = place < len(align) and align[place] == "r"
        drawn.add_column(Text(name), justify="right" if right else "left", no_wrap=place == 0)
    for row in rows:
        name = "\n".join(textwrap.wrap(row[0], longest) if "\n" not in row[0] else [row[0]])
        drawn.add_row(Text(name), *(Text(cell) for cell in row[1:]))
    out = io.StringIO()
    console = Console(file=out, width=WIDTH, color_system=None, legacy_windows=False, force_terminal=False)
    console.print(drawn)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def mean_over_range(quantity: Mapping[str, Any], word: Callable[[float], str]) -> str:
    """Return the mean and, below it, the range."""
    if quantity["mean"] is None:
        return NOT_APPLICABLE
    return f"{word(quantity['mean'])}\n{number_range(quantity, word)}"
