"""The tree that a file is read into: every value and every key knows its file and line.

Trees never change; :func:`with_value`, :func:`without`, :func:`with_key` and :func:`overlay`
return new ones that share what stayed the same.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from holdfast.files.problems import WHOLE, FileProblems, Problem, printable

if TYPE_CHECKING:
    from collections.abc import Mapping

Path: TypeAlias = tuple[str | int, ...]
"""Keys and positions (from 0) from the root of a tree to a node."""

Kind: TypeAlias = Literal["block", "list", "text", "number", "flag", "nothing"]
"""What a node holds, in the words of the messages."""

IDENTITIES = ("key", "code", "name", "state", "clause", "estimate")
"""The fields by which an item of a list is known, the first that it has counts."""
TAG = "kind"
"""The key that says of which kind a block is, where there are several."""

_PLAIN_KEY = re.compile(r"[^\W\d][\w-]*")
_LONGEST_LABEL = 60


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value.

    Parameters
    ----------
    value : str, int, float, bool or None
        What it means.
    file : str
        The file it stands in.
    line : int
        Its line, from 1.
    written : str
        How it is written in the file, without quotes.
    """

    value: str | int | float | bool | None
    file: str
    line: int
    written: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list of nodes; ``line`` is that of its beginning."""

    items: tuple[Node, ...]
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of a block with its value; file and line are the key's own."""

    key: str
    file: str
    line: int
    node: Node


@dataclass(frozen=True, slots=True)
class Block:
    """A block of keys, in the order of the file; ``line`` is that of its beginning."""

    entries: Mapping[str, Entry]
    file: str
    line: int


Node: TypeAlias = Scalar | Items | Block


def kind_of(node: Node) -> Kind:
    """Return what ``node`` holds."""
    if isinstance(node, Block):
        return "block"
    if isinstance(node, Items):
        return "list"
    if node.value is None:
        return "nothing"
    if isinstance(node.value, bool):
        return "flag"
    return "text" if isinstance(node.value, str) else "number"


def plain(node: Node) -> Any:  # noqa: ANN401 - a file may hold anything
    """Return ``node`` as dictionaries, lists and plain values."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return {key: plain(entry.node) for key, entry in node.entries.items()}


def child(node: Node, step: str | int) -> Node | None:
    """Return the node under one key or at one position, or None."""
    if isinstance(node, Block) and isinstance(step, str):
        entry = node.entries.get(step)
        return None if entry is None else entry.node
    if isinstance(node, Items) and isinstance(step, int) and 0 <= step < len(node.items):
        return node.items[step]
    return None


def find(root: Node, path: Path) -> Node | None:
    """Return the node at ``path``, or None if there is none."""
    node: Node | None = root
    for step in path:
        if node is None:
            return None
        node = child(node, step)
    return node


def at(root: Node, path: Path) -> Node:
    """Return the node at ``path``.

    Raises
    ------
    KeyError
        If there is none.
    """
    node = find(root, path)
    if node is None:
        raise KeyError(path)
    return node


def key_line(root: Node, path: Path) -> int:
    """Return the line of the key (or list item) that ``path`` ends in.

    Raises
    ------
    KeyError
        If there is none.
    """
    parent = at(root, path[:-1]) if path else root
    if path and isinstance(parent, Block):
        return parent.entries[str(path[-1])].line
    return at(root, path).line


def field_name(root: Node, path: Path) -> str:
    """Return ``path`` as messages show it; see :class:`FieldNames`."""
    return FieldNames(root)(path)


class FieldNames:
    """Names the places of one tree as messages show them, such as ``states[FRA].offers[0]``.

    An item of a list is named by its identity (see :data:`IDENTITIES`) if no other item of the
    list has the same, else by its position from 0. Steps that the tree lacks are shown as they are.

    Parameters
    ----------
    root : Node
        The tree.
    """

    def __init__(self, root: Node) -> None:
        self._root = root
        self._labels: dict[int, list[str]] = {}

    def __call__(self, path: Path) -> str:
        """Return the name of the place at ``path``."""
        text, node = "", self._root if path else None
        for step in path:
            if isinstance(step, str):
                text += _shown_key(step, first=not text)
            else:
                text += f"[{self._label(node, step)}]"
            node = None if node is None else child(node, step)
        return text or WHOLE

    def _label(self, node: Node | None, position: int) -> str:
        if not isinstance(node, Items) or position >= len(node.items):
            return str(position)
        labels = self._labels.get(id(node))
        if labels is None:
            labels = self._labels[id(node)] = _labels(node)
        return labels[position]


def _shown_key(key: str, *, first: bool) -> str:
    if _PLAIN_KEY.fullmatch(key) and len(key) <= _LONGEST_LABEL:
        return key if first else f".{key}"
    return f'["{printable(key[:_LONGEST_LABEL])}"]'


def _labels(listing: Items) -> list[str]:
    own = [_own_label(item) for item in listing.items]
    count = Counter(own)
    return [
        str(position) if label is None or count[label] > 1 else label for position, label in enumerate(own)
    ]


def _own_label(item: Node) -> str | None:
    for name in IDENTITIES:
        value = _text_of(item, name)
        if value is not None:
            usable = 0 < len(value) <= _LONGEST_LABEL and not value.isdigit() and "]" not in value
            return printable(value) if usable else None
    return None


def _text_of(item: Node, name: str) -> str | None:
    node = child(item, name)
    return node.value if isinstance(node, Scalar) and isinstance(node.value, str) else None


def with_value(root: Node, path: Path, node: Node) -> Node:
    """Return ``root`` with ``node`` at ``path``; a new key takes the file and line of ``node``.

    Raises
    ------
    KeyError
        If the parent of ``path`` is missing, or its last step does not fit the parent.
    """
    if not path:
        return node
    step, rest = path[0], path[1:]
    if isinstance(root, Items) and isinstance(step, int) and 0 <= step < len(root.items):
        new = with_value(root.items[step], rest, node)
        return replace(root, items=(*root.items[:step], new, *root.items[step + 1 :]))
    if isinstance(root, Block) and isinstance(step, str):
        old = root.entries.get(step)
        if old is not None:
            return _with_entry(root, replace(old, node=with_value(old.node, rest, node)))
        if not rest:
            return _with_entry(root, Entry(step, node.file, node.line, node))
    raise KeyError(path)


def without(root: Node, path: Path) -> Node:
    """Return ``root`` without the key or item at ``path``.

    Raises
    ------
    KeyError
        If there is none.
    """
    parent, last = at(root, path[:-1]), path[-1]
    if child(parent, last) is None:
        raise KeyError(path)
    if isinstance(parent, Items):
        kept = tuple(item for position, item in enumerate(parent.items) if position != last)
        return with_value(root, path[:-1], replace(parent, items=kept))
    assert isinstance(parent, Block)  # noqa: S101 - only blocks and lists have children
    entries = {key: entry for key, entry in parent.entries.items() if key != last}
    return with_value(root, path[:-1], replace(parent, entries=entries))


def with_key(root: Node, path: Path, key: str) -> Node:
    """Return ``root`` with the key at the end of ``path`` renamed, its place and line kept.

    Raises
    ------
    KeyError
        If there is no such key, or the new one is taken.
    """
    parent = at(root, path[:-1])
    if not isinstance(parent, Block) or path[-1] not in parent.entries or key in parent.entries:
        raise KeyError(path)
    entries = {
        (key if name == path[-1] else name): (replace(entry, key=key) if name == path[-1] else entry)
        for name, entry in parent.entries.items()
    }
    return with_value(root, path[:-1], replace(parent, entries=entries))


def overlay(base: Node, patch: Node) -> Node:
    """Lay ``patch`` over ``base``.

    Blocks merge key by key, unless that of the patch says of which ``kind`` it is: such a rule or
    distribution takes the place of the base's whole. Lists of blocks merge item by item if the items
    of the base are told apart by one of :data:`IDENTITIES`; an item with a new identity is appended.
    Any other value of the patch takes the place of the base's. All nodes keep their own file and line.

    Raises
    ------
    FileProblems
        If an item of the patch lacks the identity of its list, or gives one twice.
    """
    problems: list[Problem] = []
    merged = _laid(base, patch, patch, (), problems)
    if problems:
        raise FileProblems(problems)
    return merged


def _laid(base: Node, patch: Node, root: Node, path: Path, problems: list[Problem]) -> Node:
    if isinstance(base, Block) and isinstance(patch, Block) and TAG not in patch.entries:
        entries = dict(base.entries)
        for key, entry in patch.entries.items():
            old = base.entries.get(key)
            new = entry.node if old is None else _laid(old.node, entry.node, root, (*path, key), problems)
            entries[key] = replace(entry, node=new)
        return replace(base, entries=entries)
    if isinstance(base, Items) and isinstance(patch, Items):
        name = _identity_of(base)
        if name is not None and all(isinstance(item, Block) for item in patch.items):
            return _laid_items(base, patch, name, root, path, problems)
    return patch


def _laid_items(
    base: Items, patch: Items, name: str, root: Node, path: Path, problems: list[Problem]
) -> Items:
    items = {_text_of(item, name): item for item in base.items}
    lines: dict[str, int] = {}
    for position, item in enumerate(patch.items):
        here = (*path, position)
        identity = _text_of(item, name)
        if identity is None:
            wrong = f"the item does not say which one it is; this list goes by `{name}`"
            mend = f"add `{name}: <text>` to the item"
            problems.append(Problem(item.file, item.line, field_name(root, here), wrong, mend))
        elif identity in lines:
            wrong = (
                f"`{name}: {printable(identity)}` stands twice in this list, first on line {lines[identity]}"
            )
            mend = "keep one of the two items, with all that it changes"
            problems.append(Problem(item.file, item.line, field_name(root, here), wrong, mend))
        else:
            lines[identity] = item.line
            old = items.get(identity)
            items[identity] = item if old is None else _laid(old, item, root, here, problems)
    return replace(base, items=tuple(items.values()))


def _identity_of(listing: Items) -> str | None:
    """Return the field that tells all items of a list apart, if there is one."""
    for name in IDENTITIES if listing.items else ():
        values = [_text_of(item, name) for item in listing.items]
        if None not in values and len(set(values)) == len(values):
            return name
    return None


def _with_entry(block: Block, entry: Entry) -> Block:
    return replace(block, entries={**block.entries, entry.key: entry})
