"""Plain words for what a YAML parser cannot read.

The parser names the rule of the grammar that broke; a planner needs the slip that broke it. The
rules below are tried in order; each looks at the parser's words and at the lines around the place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from holdfast.files.problems import printable, quoted

Said: TypeAlias = tuple[int, str, str]
"""Line (from 1), what is wrong, mend."""

_NO_BLANK = re.compile(r"""\s*(?:- +)*(["']?)([^\W\d][\w.-]*)\1:([^\s/:,\]}][^:]*)$""")
_TWO_COLONS = re.compile(r"\s*(?:- +)*[^\s:#][^:]*:\s+[^\s\"'\[{|>][^#]*:(?:\s|$)")
_LOOK_BACK = 3


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the parser gave up, and what it said."""

    lines: list[str]
    problem: str
    context: str
    row: int
    column: int
    context_row: int

    @property
    def line(self) -> str:
        return self.lines[self.row]

    @property
    def letter(self) -> str:
        return self.line[self.column : self.column + 1]


def explained(
    lines: list[str], problem: str, context: str, mark: tuple[int, int], context_row: int | None
) -> Said:
    """Return line, reason and mend for a file that is not YAML.

    Parameters
    ----------
    lines : list of str
        The lines of the file.
    problem, context : str
        The parser's words.
    mark : tuple of int
        Row and column, from 0, where it gave up.
    context_row : int or None
        Row, from 0, where the construct began that it was reading.
    """
    last = len(lines) - 1
    row = min(mark[0], last)
    place = _Place(
        lines, problem, context, row, mark[1], min(row if context_row is None else context_row, last)
    )
    for rule in _RULES:
        said = rule(place)
        if said is not None:
            return said
    return (
        row + 1,
        "the line cannot be read as YAML",
        "check indentation, quotes and colons of this line and the one before",
    )


def _unclosed_quote(place: _Place) -> Said | None:
    if "quoted scalar" not in place.context or "escape" in place.problem:
        return None
    if "end of stream" not in place.problem and "document" not in place.problem:
        return None
    return place.context_row + 1, "the quote that opens here is never closed", "close the quote"


def _escape(place: _Place) -> Said | None:
    if "escape" not in place.problem and "hexdecimal" not in place.problem:
        return None
    wrong = "a backslash in double quotes is followed by a letter that has no meaning there"
    return place.row + 1, wrong, "write the text in single quotes, or double the backslash"


def _tab(place: _Place) -> Said | None:
    for row in (place.row, place.context_row):
        indent = re.match(r"\s*", place.lines[row])
        if indent is not None and "\t" in indent[0]:
            return row + 1, "a tab is used for indentation", "indent with blanks, two a level"
    if place.letter == "\t":
        return place.row + 1, "a tab stands where a value begins", "put a blank instead of the tab"
    return None


def _special_letter(place: _Place) -> Said | None:
    named = "cannot start any token" in place.problem
    if not named and not re.search("scanning an (?:alias|anchor)", place.context):
        return None
    letter = place.letter if named else place.line[max(place.column - 1, 0) : place.column]
    if not letter or letter.isspace():
        return None
    return place.row + 1, f'a text may not begin with "{printable(letter)}"', "put the text in quotes"


def _two_colons(place: _Place) -> Said | None:
    if "mapping values are not allowed" not in place.problem or not _TWO_COLONS.match(place.line):
        return None
    wrong = "a text with a colon and a blank in it stands without quotes"
    return place.row + 1, wrong, "put the text in quotes, or begin a new line for the second key"


def _missing_blank(place: _Place) -> Said | None:
    if not any(
        words in place.problem for words in ("mapping values are not", "expected ':'", "expected <block end>")
    ):
        return None
    first = min(place.context_row, place.row)
    for row in range(place.row, max(first - _LOOK_BACK, -1), -1):
        slip = _NO_BLANK.match(place.lines[row])
        if slip is not None:
            return (
                row + 1,
                "a blank is missing after the colon",
                f"write `{slip[2]}: {printable(slip[3][:40])}`",
            )
    return None


def _deeper(place: _Place) -> Said | None:
    if "mapping values are not allowed" not in place.problem:
        return None
    wrong = "the key belongs to nothing: the line above already has a value"
    return place.row + 1, wrong, "indent the line like the keys of its block"


def _no_colon(place: _Place) -> Said | None:
    if "expected ':'" not in place.problem:
        return None
    text = quoted(place.lines[place.context_row].strip())
    wrong = f"{text} is neither a key with a value nor an item of a list"
    return place.context_row + 1, wrong, "write `key: value` or `- item`, or put a long text in quotes"


def _unclosed_bracket(place: _Place) -> Said | None:
    for words, opened, closed in (("flow sequence", "[", "]"), ("flow mapping", "{", "}")):
        if words in place.context and "expected ',' or" in place.problem:
            wrong = f"the `{opened}` that opens here is not closed, or a comma is missing"
            if place.row > place.context_row:
                wrong += f" before line {place.row + 1}"
            return place.context_row + 1, wrong, f"close it with `{closed}`, and part the items with commas"
    return None


def _no_value(place: _Place) -> Said | None:
    if "node content" not in place.problem:
        return None
    if not place.letter or place.letter.isspace():
        return place.context_row + 1, "the bracket that opens here is not closed", "close it with `]` or `}`"
    wrong = f"`{printable(place.letter)}` stands where a value is needed"
    return place.row + 1, wrong, "write a value, or put the text in quotes"


def _dash(place: _Place) -> Said | None:
    if "entries are not allowed" not in place.problem:
        return None
    wrong = "an item of a list begins on the line of its key"
    return place.row + 1, wrong, "begin the list on the next line, or put the text in quotes"


def _after_quote(place: _Place) -> Said | None:
    before = place.line[: place.column].rstrip()
    if "block" not in place.context or not before.endswith(('"', "'")):
        return None
    wrong = "text goes on after a closing quote"
    return place.row + 1, wrong, "put the whole text in one pair of quotes, or close a quote left open above"


def _mixed(place: _Place) -> Said | None:
    if "block" not in place.context or not place.problem:
        return None
    indent = len(place.line) - len(place.line.lstrip(" "))
    if place.column > indent:
        return None
    if place.line.lstrip().startswith(("- ", "-\t")) or place.line.strip() == "-":
        wrong = (
            "an item of a list stands where a key is needed, or is indented differently from the items above"
        )
    elif "block collection" in place.context or "'-' indicator" in place.problem:
        wrong = "a key stands where an item of a list is needed, or is indented less than the list"
    else:
        wrong = "the line is indented differently from the lines of its block"
    return place.row + 1, wrong, "indent it like the lines it belongs to"


def _after_end(place: _Place) -> Said | None:
    if "<document start>" not in place.problem:
        return None
    wrong = "the line stands outside of what came before: it is indented less, or the file had ended"
    return place.row + 1, wrong, "begin all keys of the outermost level in the first column"


def _block_text(place: _Place) -> Said | None:
    if "block scalar" not in place.context:
        return None
    return place.row + 1, "text stands on the line of `|` or `>`", "begin the text on the next line, indented"


def _directive(place: _Place) -> Said | None:
    if "directive" not in place.context and "directive" not in place.problem:
        return None
    return place.row + 1, "the line begins with `%`", "take it out, or put the text in quotes"


def _tag(place: _Place) -> Said | None:
    if "tag" not in place.context and "tag" not in place.problem:
        return None
    return place.row + 1, 'a text may not begin with "!"', "put the text in quotes"


_RULES: tuple[Callable[[_Place], Said | None], ...] = (
    _unclosed_quote,
    _escape,
    _tab,
    _special_letter,
    _two_colons,
    _missing_blank,
    _deeper,
    _no_colon,
    _unclosed_bracket,
    _no_value,
    _dash,
    _after_quote,
    _directive,
    _tag,
    _block_text,
    _after_end,
    _mixed,
)
