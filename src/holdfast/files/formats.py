"""Which kind of file this is, in which version, and how older ones are brought up to date.

Every file begins with ``holdfast: KIND/VERSION``, such as ``holdfast: arrangement/1``.

The promise
-----------
A file that one release of Holdfast reads, every later release reads, with the same meaning:

- Within a version only optional keys are added, and leaving one out means what it meant before.
- Any other change makes a new version, and comes with a migration from the one before. Old files
  are migrated while they are read; what is on disk is never touched.
- A key never changes its meaning, its unit or its default within a version.
- A file of a newer version than this release knows is refused, never half read.

Results may move with the model's own version; files do not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeAlias

from holdfast.files.fields import with_article
from holdfast.files.nodes import Block, Node, Scalar, kind_of
from holdfast.files.problems import FileProblems, Problem, listed, nearest, printable

HEADER = "holdfast"
"""The first key of every file."""

KINDS: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(
        (
            "case",
            "theatre",
            "parties",
            "states",
            "bodies",
            "ballots",
            "blocs",
            "places",
            "settlement",
            "arrangement",
            "ledger",
            "sources",
            "overlay",
            "countries",
            "capabilities",
            "forces",
            "tasks",
            "sensors",
            "breaches",
            "principles",
        ),
        1,
    )
)
"""The kinds of file and the version of each that this release writes."""

Migration: TypeAlias = Callable[[Block], Block]
"""Brings a tree from one version to the next; nodes that stay keep their lines."""

MIGRATIONS: Mapping[tuple[str, int], Migration] = MappingProxyType({})
"""Migrations by kind and the version they start from. There are none yet."""

_WRITTEN = re.compile(r"([A-Za-z_-]+)/([1-9][0-9]{0,3})")


@dataclass(frozen=True, slots=True)
class Headed:
    """A file whose first line has been read.

    Parameters
    ----------
    kind : str
        What it is.
    version : int
        The version it is written in; ``body`` is in the current one.
    body : Block
        Everything but the first key, migrated.
    """

    kind: str
    version: int
    body: Block


def headed(
    node: Node,
    expected: Collection[str] = (),
    kinds: Mapping[str, int] = KINDS,
    migrations: Mapping[tuple[str, int], Migration] = MIGRATIONS,
) -> Headed:
    """Read the first key of a file, check it, and bring the rest up to date.

    Parameters
    ----------
    node : Node
        The tree of the file.
    expected : collection of str, optional
        The kinds that are of use here; all of ``kinds`` if empty.
    kinds : mapping of str to int, optional
        The current version of each kind.
    migrations : mapping, optional
        By kind and version, how to get to the next version.

    Raises
    ------
    FileProblems
        If the key is missing, not the first, or names a kind or version that cannot be read.
    """
    wanted = sorted(expected or kinds)
    if not isinstance(node, Block):
        raise _refused(
            node, "a file holds keys with values, not a list or a single value", _begin(wanted, kinds)
        )
    entry = node.entries.get(HEADER)
    if entry is None:
        raise _refused(node, "does not say what kind of file it is", _begin(wanted, kinds))
    if next(iter(node.entries)) != HEADER:
        written = entry.node.written if isinstance(entry.node, Scalar) else "KIND/VERSION"
        raise _refused(
            entry.node, "stands below other keys", f"make `{HEADER}: {written}` the first line of the file"
        )
    kind, version = _kind_and_version(entry.node, wanted, kinds)
    rest = {key: other for key, other in node.entries.items() if key != HEADER}
    body = replace(node, entries=rest)
    for old in range(version, kinds[kind]):
        step = migrations.get((kind, old))
        if step is None:
            mend = f"write it as {kind}/{kinds[kind]}; the manual says what changed"
            raise _refused(entry.node, f"{kind}/{version} can no longer be read", mend)
        body = step(body)
    return Headed(kind, version, body)


def _kind_and_version(node: Node, wanted: list[str], kinds: Mapping[str, int]) -> tuple[str, int]:
    text = str(node.value) if isinstance(node, Scalar) and kind_of(node) == "text" else ""
    match = _WRITTEN.fullmatch(text)
    if match is None:
        like = nearest(text.partition("/")[0], wanted) or wanted[0]
        raise _refused(node, "must be written KIND/VERSION", f"write `{HEADER}: {like}/{kinds[like]}`")
    kind, version = match[1], int(match[2])
    if kind not in kinds:
        guess = nearest(kind, wanted)
        mend = f"the kinds are {listed(wanted, 20)}"
        if guess is not None:
            mend = f"did you mean `{HEADER}: {guess}/{kinds[guess]}`?"
        raise _refused(node, f"there is no kind of file called `{printable(kind[:40])}`", mend)
    if kind not in wanted:
        names = " or ".join(wanted)
        wrong = f"this is {with_article(kind)} file; {with_article(names)} file is needed here"
        raise _refused(node, wrong, f"name {with_article(names)} file")
    if version > kinds[kind]:
        raise _refused(
            node, f"this Holdfast reads {kind}/{kinds[kind]}, not {kind}/{version}", "update Holdfast"
        )
    return kind, version


def _begin(wanted: list[str], kinds: Mapping[str, int]) -> str:
    if len(wanted) == 1:
        return f"begin with the line `{HEADER}: {wanted[0]}/{kinds[wanted[0]]}`"
    return f"begin with the line `{HEADER}: KIND/VERSION`, where KIND is one of {listed(wanted, 20)}"


def _refused(node: Node, wrong: str, mend: str) -> FileProblems:
    return FileProblems([Problem(node.file, node.line, HEADER, wrong, mend)])
