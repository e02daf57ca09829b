"""What is said of files that are not YAML; both parsers must lead to the same words."""

import pytest

from holdfast.files import reading
from holdfast.files.problems import FileProblems
from holdfast.files.reading import parse

CASES = {
    "tab": ("a:\n\tb: 1\n", 2, "a tab is used for indentation", "indent with blanks, two a level"),
    "tab after a value": (
        "a: 1\n\tb: 1\n",
        2,
        "a tab is used for indentation",
        "indent with blanks, two a level",
    ),
    "blank after first colon": ("a:1\nb: 2\n", 1, "a blank is missing after the colon", "write `a: 1`"),
    "blank after colon": ("a: 1\nb:2\nc: 3\n", 2, "a blank is missing after the colon", "write `b: 2`"),
    "blank after last colon": ("a: 1\nb:2\n", 2, "a blank is missing after the colon", "write `b: 2`"),
    "open single quote": (
        "x: 1\na: 'hi\nb: 2\n",
        2,
        "the quote that opens here is never closed",
        "close the quote",
    ),
    "open double quote": (
        'a: "hi\nb: 2\n',
        1,
        "the quote that opens here is never closed",
        "close the quote",
    ),
    "quote closed by the next": (
        'a: "hi\nb: "x"\nc: 1\n',
        2,
        "text goes on after a closing quote",
        "put the whole text in one pair of quotes, or close a quote left open above",
    ),
    "escape": (
        'a: "h\\i"\n',
        1,
        "a backslash in double quotes is followed by a letter that has no meaning there",
        "write the text in single quotes, or double the backslash",
    ),
    "open bracket": (
        "a: [1, 2\nb: 3\n",
        1,
        "the `[` that opens here is not closed, or a comma is missing before line 2",
        "close it with `]`, and part the items with commas",
    ),
    "open brace": (
        "a: {x: 1\nb: 3\n",
        1,
        "the `{` that opens here is not closed, or a comma is missing before line 2",
        "close it with `}`, and part the items with commas",
    ),
    "two colons": (
        "a: b: c\n",
        1,
        "a text with a colon and a blank in it stands without quotes",
        "put the text in quotes, or begin a new line for the second key",
    ),
    "indented under a value": (
        "a: 1\n  b: 2\n",
        2,
        "the key belongs to nothing: the line above already has a value",
        "indent the line like the keys of its block",
    ),
    "indented less than the first": (
        "  a: 1\n b: 2\n",
        2,
        "the line stands outside of what came before: it is indented less, or the file had ended",
        "begin all keys of the outermost level in the first column",
    ),
    "ragged list": (
        "a:\n  - 1\n - 2\n",
        3,
        "an item of a list stands where a key is needed, or is indented differently from the items above",
        "indent it like the lines it belongs to",
    ),
    "key after items": (
        "- a\nb: 1\n",
        2,
        "a key stands where an item of a list is needed, or is indented less than the list",
        "indent it like the lines it belongs to",
    ),
    "ragged keys": (
        "a:\n    b: 1\n  c: 2\n",
        3,
        "the line is indented differently from the lines of its block",
        "indent it like the lines it belongs to",
    ),
    "at sign": ("a: @x\n", 1, 'a text may not begin with "@"', "put the text in quotes"),
    "star": ("a: *\n", 1, 'a text may not begin with "*"', "put the text in quotes"),
    "exclamation mark": ("a: !<foo\n", 1, 'a text may not begin with "!"', "put the text in quotes"),
    "closing bracket": (
        "a: ]\n",
        1,
        "`]` stands where a value is needed",
        "write a value, or put the text in quotes",
    ),
    "comma": (
        "[a, , b]\n",
        1,
        "`,` stands where a value is needed",
        "write a value, or put the text in quotes",
    ),
    "item on the line of its key": (
        "a: - b\n",
        1,
        "an item of a list begins on the line of its key",
        "begin the list on the next line, or put the text in quotes",
    ),
    "text on the line of the bar": (
        "a: |x\n  b\n",
        1,
        "text stands on the line of `|` or `>`",
        "begin the text on the next line, indented",
    ),
    "neither key nor item": (
        "a: 1\nsome words\nb: 2\n",
        2,
        '"some words" is neither a key with a value nor an item of a list',
        "write `key: value` or `- item`, or put a long text in quotes",
    ),
    "bracket too many": (
        "a: [1, 2]]\n",
        1,
        "the line cannot be read as YAML",
        "check indentation, quotes and colons of this line and the one before",
    ),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("parser", ["c", "pure"])
def test_the_slip_is_named(name, parser, monkeypatch):
    if parser == "pure":
        monkeypatch.setattr(reading, "CParser", None)
    text, line, wrong, mend = CASES[name]
    with pytest.raises(FileProblems) as caught:
        parse(text.encode(), "f.yaml")
    assert [str(problem) for problem in caught.value.problems] == [
        f"f.yaml:{line}: line {line}: {wrong}\n  Mend: {mend}"
    ]
