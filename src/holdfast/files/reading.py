"""From bytes to a tree of nodes: YAML 1.2, without the parts that hide things.

The tree is built from the parser's events, so nothing is expanded or constructed before it has
been checked. Refused: anchors, aliases, tags, merge keys, directives, more than one document,
keys given twice, keys that are not text, nesting deeper than :data:`MOST_LEVELS`, numbers that
are not finite or larger than :data:`LARGEST_NUMBER`, control and invisible characters, anything
but UTF-8. Everything that can be found in one pass is reported at once.

Values follow the YAML 1.2 core schema: ``NO`` and ``12:30`` are text, ``010`` is ten, ``1e-3``
is a number. Days (``2024-05-01``) stay text.
"""

from __future__ import annotations

import codecs
import math
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from holdfast.files.nodes import Block, Entry, FieldNames, Items, Node, Path, Scalar, kind_of
from holdfast.files.problems import FileProblems, Problem, listed, nearest, printable, quoted, refuse
from holdfast.files.syntax import explained

try:
    import _ruamel_yaml  # type: ignore[import-not-found] # of ruamel.yaml.clib; has no types

    CParser: Any = _ruamel_yaml.CParser
except ImportError:  # pragma: no cover - the pure parser is as good, but slower
    CParser = None

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST_FILE = 8_000_000
"""Bytes."""
LARGEST_NUMBER = 1e15
MOST_DIGITS = 18
MOST_LEVELS = 32
MOST_NODES = 250_000
LONGEST_LINE = 20_000
"""Characters."""
MOST_PROBLEMS = 500
"""Problems of one file after which reading stops."""

_LONGEST_NUMBER = 60  # characters, longer ones are not worth converting
_LONGEST_NAME = 60
_LISTED_NAMES = 8
_MOST_NAMES = 2_000

Scalars: TypeAlias = str | int | float | bool | None

_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_FLAGS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_WHOLE_NUMBER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NUMBER_STARTS = frozenset("+-.0123456789")

_CONTROL = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
_DIRECTION = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE = r"\u200b\u2028\u2029\u2060\ufeff"
_BAD_LETTER = re.compile(f"[{_CONTROL}{_DIRECTION}{_INVISIBLE}]")
_IS_DIRECTION = re.compile(f"[{_DIRECTION}]")
_IS_INVISIBLE = re.compile(f"[{_INVISIBLE}]")


def read(path: FilePath) -> Node:
    """Read the file at ``path`` into a tree.

    Raises
    ------
    FileProblems
        If it cannot be read or parsed.
    """
    return parse(read_bytes(path), str(path))


def read_bytes(path: FilePath, largest: int = LARGEST_FILE) -> bytes:
    """Return what the file at ``path`` holds, if it is an ordinary file of at most ``largest`` bytes.

    Raises
    ------
    FileProblems
        If it is missing, a folder, a device, too large, or may not be read.
    """
    file = str(path)
    try:
        about = path.stat()
        if stat.S_ISDIR(about.st_mode):
            raise refuse(file, "is a folder, not a file", _name_a_file(path))
        if not stat.S_ISREG(about.st_mode):
            raise refuse(file, "is a device or pipe, not a file", "name an ordinary file")
        if about.st_size > largest:
            raise _too_large(file, about.st_size, largest)
        with path.open("rb") as stream:
            data = stream.read(largest + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise refuse(file, "does not exist", _other_file(path)) from None
    except PermissionError:
        raise refuse(file, "may not be read", "give yourself the right to read it") from None
    except (OSError, ValueError):
        raise refuse(file, "cannot be opened", "check the name and the disk") from None
    if len(data) > largest:
        raise _too_large(file, len(data), largest)
    return data


def parse(data: bytes, file: str) -> Node:
    """Parse one YAML document into a tree.

    Parameters
    ----------
    data : bytes
        What the file holds.
    file : str
        Its name, for the messages.

    Raises
    ------
    FileProblems
        With everything that is wrong with it.
    """
    if len(data) > LARGEST_FILE:
        raise _too_large(file, len(data), LARGEST_FILE)
    text, problems = _clean(_decoded(data, file), file)
    builder = _Builder(file)
    try:
        for event in _events(text):
            builder.take(event)
            if builder.stopped:
                break
    except (YAMLError, ValueError) as broken:
        if not problems:  # else the characters replaced above may be what broke it
            problems.append(_syntax_problem(text, broken, file))
        builder.finish()
    problems += builder.problems()
    if problems:
        raise FileProblems(problems)
    if builder.root is None or kind_of(builder.root) == "nothing":
        raise refuse(file, "is empty", "begin with the line `holdfast: KIND/VERSION`, then the data")
    return builder.root


def scalar(written: str) -> Scalars:
    """Return what a value without quotes means in the YAML 1.2 core schema.

    Raises
    ------
    ValueError
        If it is a number that is refused; the text says why, and after a line break how to mend it.
    """
    if written in _NOTHING:
        return None
    if written in _FLAGS:
        return _FLAGS[written]
    if written[0] not in _NUMBER_STARTS:
        return written
    if _NOT_FINITE.fullmatch(written):
        raise ValueError(f"`{written}` is no finite number\nwrite a number, or leave the key out")
    if _WHOLE_NUMBER.fullmatch(written):
        return _whole_number(written)
    if _FLOAT.fullmatch(written):
        return _float(written)
    return written


def _whole_number(written: str) -> int:
    digits = written.lstrip("+-")
    base = {"0x": 16, "0o": 8}.get(digits[:2], 10)
    digits = (digits[2:] if base != 10 else digits).lstrip("0")
    if len(digits) > MOST_DIGITS:
        raise _too_big(f"a number of {len(digits)} digits")
    number = int(digits or "0", base) * (-1 if written[0] == "-" else 1)
    if abs(number) > LARGEST_NUMBER:
        raise _too_big(f"`{written}`")
    return number


def _float(written: str) -> float:
    if len(written) > _LONGEST_NUMBER:
        raise ValueError(f"a number of {len(written)} characters\nwrite at most 17 digits")
    number = float(written)
    if math.isinf(number) or abs(number) > LARGEST_NUMBER:
        raise _too_big(f"`{written}`")
    if number == 0 and re.search("[1-9]", re.split("[eE]", written)[0]):
        raise ValueError(f"`{written}` is too small to be told from 0\nwrite 0, or a larger number")
    return number


def _too_big(what: str) -> ValueError:
    return ValueError(
        f"{what} is larger than any number here may be\n"
        "write a number between -1e15 and 1e15, or put it in quotes if it is a text"
    )


def _too_large(file: str, size: int, largest: int) -> FileProblems:
    wrong = f"is {size / 1e6:.1f} MB; at most {largest // 1_000_000} MB are read"
    return refuse(file, wrong, "check that it is the right file, or split it")


def _other_file(path: FilePath) -> str:
    """Return the mend for a missing file: the nearest name that exists."""
    folder = path.parent
    try:
        names = sorted(other.name for other, _ in zip(folder.iterdir(), range(_MOST_NAMES), strict=False))
    except (OSError, ValueError):
        return f"the folder {printable(str(folder))} does not exist or may not be read; check the path"
    like = nearest(path.name, names)
    if like is not None:
        return f"did you mean {printable(str(folder / like))}?"
    return _names_in(folder, names)


def _name_a_file(folder: FilePath) -> str:
    try:
        names = sorted(other.name for other, _ in zip(folder.iterdir(), range(_MOST_NAMES), strict=False))
    except OSError:
        names = []
    return _names_in(folder, names)


def _names_in(folder: FilePath, names: list[str]) -> str:
    if not names:
        return f"name a file; the folder {printable(str(folder))} is empty"
    return f"name a file in {printable(str(folder))}, which holds {listed(names, _LISTED_NAMES)}"


def _decoded(data: bytes, file: str) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise refuse(file, "is written in UTF-16, not UTF-8", "save the file as UTF-8")
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as bad:
        before = data[: bad.start]
        line = before.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
        wrong = f"is not UTF-8: byte {bad.start + 1} is 0x{data[bad.start]:02X}"
        raise refuse(file, wrong, "save the file as UTF-8 in your editor", line=line) from None


def _clean(text: str, file: str) -> tuple[str, list[Problem]]:
    """Return ``text`` without forbidden characters, and a problem for each line that had one."""
    problems: list[Problem] = []
    if _BAD_LETTER.search(text) is None and len(text) <= LONGEST_LINE:
        return text, problems
    for number, line in enumerate(re.split("\r\n|\r|\n", text), start=1):
        if len(problems) >= MOST_PROBLEMS:
            break
        bad = _BAD_LETTER.search(line)
        if bad is not None:
            wrong, mend = f"holds {_letter_name(bad[0])} at column {bad.start() + 1}", "delete it"
            problems.append(Problem(file, number, f"line {number}", wrong, mend))
        if len(line) > LONGEST_LINE:
            wrong = f"is {len(line)} characters long; at most {LONGEST_LINE} are read"
            problems.append(Problem(file, number, f"line {number}", wrong, "break the line"))
    return _BAD_LETTER.sub("\ufffd", text) if problems else text, problems


def _letter_name(letter: str) -> str:
    """Return the words for a forbidden character."""
    code = f"U+{ord(letter):04X}"
    if _IS_DIRECTION.match(letter):
        return f"a character that reverses the direction of text ({code})"
    if _IS_INVISIBLE.match(letter):
        return f"an invisible character ({code})"
    return f"a control character ({code})"


def _events(text: str) -> Iterator[Any]:
    """Return the parser's events, from the C parser if it is there."""
    if CParser is None:
        return _pure_events(text)
    return _c_events(text)


def _c_events(text: str) -> Iterator[Any]:
    parser = CParser(text.encode("utf-8"))
    while True:
        event = parser.get_event()
        yield event
        if isinstance(event, StreamEndEvent):
            return


def _pure_events(text: str) -> Iterator[Any]:
    yield from YAML(typ="safe", pure=True).parse(text)


def _syntax_problem(text: str, broken: Exception, file: str) -> Problem:
    marked = broken if isinstance(broken, MarkedYAMLError) else None
    mark = marked.problem_mark if marked else None
    context_mark = marked.context_mark if marked else None
    line, wrong, mend = explained(
        re.split("\r\n|\r|\n", text),
        str(marked.problem or "") if marked else "",
        str(marked.context or "") if marked else "",
        (mark.line, mark.column) if mark is not None else (0, 0),
        context_mark.line if context_mark is not None else None,
    )
    return Problem(file, line, f"line {line}", wrong, mend)


@dataclass(slots=True)
class _Open:
    """A block or list whose end has not been read yet."""

    is_block: bool
    line: int
    entries: dict[str, Entry] = field(default_factory=dict)
    items: list[Node] = field(default_factory=list)
    key: tuple[str, int] | None = None
    """The key whose value comes next, with its line."""
    twice: bool = False
    """Whether that key has been given before."""

    @property
    def step(self) -> str | int | None:
        """The last step of the path to what is read next; None for a key."""
        if self.is_block:
            return None if self.key is None else self.key[0]
        return len(self.items)


class _Builder:
    """Builds the tree from events, and notes what is refused."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._noted: list[tuple[Path, int, str, str]] = []
        self._open: list[_Open] = []
        self._nodes = 0
        self._documents = 0
        self.root: Node | None = None
        self.stopped = False
        self._takers: dict[type[Any], Callable[[Any], None]] = {
            ScalarEvent: self._scalar,
            SequenceStartEvent: self._start,
            MappingStartEvent: self._start,
            SequenceEndEvent: self._end,
            MappingEndEvent: self._end,
            AliasEvent: self._alias,
            DocumentStartEvent: self._document,
        }

    def take(self, event: Any) -> None:  # noqa: ANN401 - ruamel.yaml has no types for C events
        """Take the next event."""
        taker = self._takers.get(type(event))
        if taker is not None:
            taker(event)

    def finish(self) -> None:
        """Close what is still open, so that paths found so far can be named."""
        while self._open:
            self._end(None)

    def problems(self) -> list[Problem]:
        """Return what was refused, by file, line and field."""
        self.finish()
        root = self.root if self.root is not None else Block({}, self._file, 1)
        names = FieldNames(root)
        return [
            Problem(self._file, line, names(path), wrong, mend) for path, line, wrong, mend in self._noted
        ]

    def _note(self, line: int, wrong: str, mend: str, *more: str) -> None:
        path = tuple(opened.step for opened in self._open if opened.step is not None)
        self._noted.append(((*path, *more), line, wrong, mend))
        if len(self._noted) >= MOST_PROBLEMS:
            self._stop(
                line, "reading stopped here, after too many problems", "mend those above, then read again"
            )

    def _stop(self, line: int, wrong: str, mend: str) -> None:
        self._noted.append(((), line, wrong, mend))
        self.stopped = True

    def _document(self, event: Any) -> None:  # noqa: ANN401
        line = _line(event)
        self._documents += 1
        if self._documents > 1:
            self._stop(
                line, "a second document begins here", "keep one document a file; take out the line `---`"
            )
        elif event.version or event.tags:
            self._note(line, "the file begins with a `%` directive", "take out the lines above `---`")

    def _alias(self, event: Any) -> None:  # noqa: ANN401
        line, name = _line(event), printable(str(event.anchor)[:_LONGEST_NAME])
        self._note(line, f"`*{name}` repeats another part of the file", "write that part out here")
        self._place(Scalar(None, self._file, line, ""), line)

    def _check_marks(self, event: Any) -> None:  # noqa: ANN401
        if event.anchor is not None:
            name = printable(str(event.anchor)[:_LONGEST_NAME])
            self._note(
                _line(event), f"`&{name}` names a part of the file to repeat it", f"take out `&{name}`"
            )
        if event.tag is not None:
            tag = printable(str(event.tag).replace("tag:yaml.org,2002:", "!!")[:_LONGEST_NAME])
            self._note(_line(event), f"the tag `{tag}` is not read", "take it out; write the plain value")

    def _scalar(self, event: Any) -> None:  # noqa: ANN401
        line, written = _line(event), str(event.value)
        if event.anchor is not None or event.tag is not None:
            self._check_marks(event)
        if not event.implicit[0]:
            self._check_letters(written, line)
            self._place(Scalar(written, self._file, line, written), line)
            return
        value: Scalars = None
        try:
            value = scalar(written)
        except ValueError as refused:
            wrong, mend = str(refused).split("\n")
            self._note(line, wrong, mend)
        if self._key_is_next() and written == "<<":
            self._note(line, "the merge key `<<` is not read", "write the keys out here")
        self._place(Scalar(value, self._file, line, written), line)

    def _check_letters(self, written: str, line: int) -> None:
        bad = _BAD_LETTER.search(written)
        if bad is not None:
            self._note(line, f"the text holds {_letter_name(bad[0])}", "delete it from the text")

    def _key_is_next(self) -> bool:
        return bool(self._open) and self._open[-1].is_block and self._open[-1].key is None

    def _start(self, event: Any) -> None:  # noqa: ANN401
        line = _line(event)
        self._check_marks(event)
        if len(self._open) >= MOST_LEVELS:
            self._stop(line, f"is nested deeper than {MOST_LEVELS} levels", "flatten the data")
            return
        self._open.append(_Open(isinstance(event, MappingStartEvent), line))

    def _end(self, _: Any) -> None:  # noqa: ANN401
        done = self._open.pop()
        node: Node = (
            Block(done.entries, self._file, done.line)
            if done.is_block
            else Items(tuple(done.items), self._file, done.line)
        )
        self._place(node, done.line)

    def _place(self, node: Node, line: int) -> None:
        self._nodes += 1
        if self._nodes > MOST_NODES and not self.stopped:
            self._stop(
                line, f"holds more than {MOST_NODES} values", "check that it is the right file, or split it"
            )
        if not self._open:
            self.root = self.root or node
            return
        parent = self._open[-1]
        if not parent.is_block:
            parent.items.append(node)
        elif parent.key is None:
            self._take_key(parent, node, line)
        else:
            key, key_line = parent.key
            parent.entries.setdefault(key, Entry(key, self._file, key_line, node))
            parent.key = None

    def _take_key(self, parent: _Open, node: Node, line: int) -> None:
        """Take ``node`` as the key of the value that comes next."""
        if isinstance(node, Scalar) and isinstance(node.value, str):
            earlier = parent.entries.get(node.value)
            if earlier is not None:
                wrong = f"the key stands twice, first on line {earlier.line}"
                self._note(line, wrong, "keep one of the two", node.value)
            if node.value != node.value.strip():
                self._note(line, f"blanks belong to the key {quoted(node.value)}", "take them out")
            parent.key = (node.value, line)
            return
        if isinstance(node, Scalar) and node.written:
            text = printable(node.written[:_LONGEST_NAME])
            self._note(line, f"the key `{text}` is not a text", f'put it in quotes: `"{text}":`')
        elif isinstance(node, Scalar):
            self._note(line, "a value stands without a key", "write `key: value`")
        else:
            what = "a list" if isinstance(node, Items) else "a block"
            self._note(line, f"{what} stands where a key is needed", "write a text as key")
        parent.key = (f"line {line}", line)


def _line(event: Any) -> int:  # noqa: ANN401
    return int(event.start_mark.line) + 1
