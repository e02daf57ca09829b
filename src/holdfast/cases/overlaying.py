"""Private overlays: other figures laid over a case, item by item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from holdfast.cases.shelf import Document, Shelf, identity_of
from holdfast.content import digest
from holdfast.files.formats import headed
from holdfast.files.nodes import Block, Entry, Items, Node, child, overlay
from holdfast.files.problems import FileProblems, Problem, listed, nearest
from holdfast.files.reading import parse, read_bytes

OVERLAID = {"estimates": "ledger", "sources": "sources", "states": "states"}
"""Sections of an overlay, and the kind of file that each is laid over."""


def laid_over(shelf: Shelf, path: Path) -> str:
    """Lay an overlay over the documents; return its digest.

    Items are told apart by their identity. One that the case knows changes the fields given; a new one
    is added to the last file of its kind.
    """
    data = read_bytes(path)
    top = headed(parse(data, str(path)), ("overlay",))
    for section, entry in top.body.entries.items():
        if section == "title":
            continue
        if section not in OVERLAID:
            guess = nearest(section, OVERLAID)
            mend = f"did you mean '{guess}'?" if guess else f"an overlay has title, {listed(list(OVERLAID))}"
            shelf.problems.append(
                Problem(entry.file, entry.line, section, "an overlay has no such section", mend)
            )
            continue
        _lay_section(shelf, section, entry)
    return digest(data)


def _lay_section(shelf: Shelf, section: str, entry: Entry) -> None:
    """Lay one section over the documents of its kind."""
    if not isinstance(entry.node, Items):
        shelf.problems.append(
            Problem(
                entry.file,
                entry.line,
                section,
                "a list is needed",
                f"write `{section}:` and items below it, each with `- `",
            )
        )
        return
    documents = shelf.documents.get(OVERLAID[section], [])
    if not documents:  # the part is missing, which has been noted
        return
    for item in entry.node.items:
        place = _holder(documents, section, item)
        patch = Block(
            {section: Entry(section, entry.file, entry.line, Items((item,), entry.file, entry.line))},
            entry.file,
            entry.line,
        )
        try:
            old = documents[place]
            documents[place] = replace(old, tree=overlay(old.tree, patch))
        except FileProblems as found:
            shelf.problems += found.problems


def _holder(documents: Sequence[Document], section: str, item: Node) -> int:
    """Return which document holds an item of this identity; the last if none does."""
    identity = identity_of(item)
    for place, document in enumerate(documents):
        listing = child(document.tree, section)
        if (
            isinstance(listing, Items)
            and identity is not None
            and identity in {identity_of(one) for one in listing.items}
        ):
            return place
    return len(documents) - 1
