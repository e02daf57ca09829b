"""What is wrong with a file, where, and the nearest mend.

The texts are part of Holdfast's interface: tests compare them word for word.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast.errors import HoldfastError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WHOLE = "the file"
"""The field of a problem that concerns a file as a whole."""

MOST_SHOWN = 200
"""Problems printed at once; the rest are counted."""

_LONGEST_WORD = 80
_LIKE_ENOUGH = 0.6


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """One thing that is wrong with a file.

    Parameters
    ----------
    file : str
        The file, as the user named it.
    line : int
        Line of the file, counted from 1; 1 also for a file that cannot be opened.
    field : str
        Where in the file's data (``phases[monitoring].mission.area``), or ``the file``.
    wrong : str
        What is wrong, in a planner's words.
    mend : str
        The nearest way to put it right.
    """

    file: str
    line: int
    field: str
    wrong: str
    mend: str

    def __str__(self) -> str:
        """Return the two lines that a user sees."""
        return f"{printable(self.file)}:{self.line}: {self.field}: {self.wrong}\n  Mend: {self.mend}"


class FileProblems(HoldfastError):
    """All that is wrong with one or more files.

    Parameters
    ----------
    problems : iterable of Problem
        At least one; kept in order of file and line, each once.

    Attributes
    ----------
    problems : tuple of Problem
        The problems in order.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__(self._text())

    def __reduce__(self) -> tuple[type[FileProblems], tuple[tuple[Problem, ...]]]:
        """Return how to rebuild it, for other processes."""
        return type(self), (self.problems,)

    def _text(self) -> str:
        shown = [str(problem) for problem in self.problems[:MOST_SHOWN]]
        hidden = len(self.problems) - len(shown)
        if hidden:
            shown.append(f"... and {hidden} more, not shown.")
        return "\n".join([*shown, self._count()])

    def _count(self) -> str:
        files = sorted({problem.file for problem in self.problems})
        number = len(self.problems)
        where = printable(files[0]) if len(files) == 1 else f"{len(files)} files"
        return f"{number} {'problem' if number == 1 else 'problems'} in {where}."


def refuse(file: str, wrong: str, mend: str, *, line: int = 1, field: str = WHOLE) -> FileProblems:
    """Return the exception that holds one problem."""
    return FileProblems([Problem(file, line, field, wrong, mend)])


def printable(text: str) -> str:
    """Return ``text`` with everything that a terminal could obey replaced by a question mark."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def quoted(text: str, most: int = 40) -> str:
    """Return ``text`` between quotes on one line, cut to ``most`` characters."""
    line = printable(" ".join(text[: 4 * most].split()))
    cut = len(line) > most or len(text) > 4 * most
    return f'"{line[:most]}..."' if cut else f'"{line}"'


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the name among ``known`` that is most like ``word``, or None if none is like it.

    Case, hyphens and blanks count for nothing. Of names that are equally alike the first in the
    alphabet is taken.
    """
    if len(word) > _LONGEST_WORD:
        return None
    matcher = difflib.SequenceMatcher(None, "", _bare(word), autojunk=False)
    best, best_score = None, _LIKE_ENOUGH
    for name in sorted(known):
        if len(name) > _LONGEST_WORD:
            continue
        matcher.set_seq1(_bare(name))
        if matcher.real_quick_ratio() < best_score or matcher.quick_ratio() < best_score:
            continue  # these two are cheap upper bounds
        score = matcher.ratio()
        if score > best_score or (best is None and score >= best_score):
            best, best_score = name, score
    return best


def listed(names: Sequence[str], most: int = 12) -> str:
    """Return ``names`` parted by commas, cut after ``most``."""
    text = ", ".join(printable(name[:_LONGEST_WORD]) for name in names[:most])
    return f"{text} and {len(names) - most} more" if len(names) > most else text


def _bare(word: str) -> str:
    return word.casefold().replace("-", "_").replace(" ", "_")
