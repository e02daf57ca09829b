"""Documents of a case: where its files lie, and reading them with all their problems."""

from __future__ import annotations

import importlib.resources
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from holdfast.content import digest
from holdfast.files.checking import build
from holdfast.files.formats import headed
from holdfast.files.nodes import Items, Node, child, find, plain
from holdfast.files.problems import FileProblems, Problem, listed, nearest
from holdfast.files.reading import parse, read_bytes
from holdfast.ledger import Ledger
from holdfast.vocabulary.arrangement import Arrangement
from holdfast.vocabulary.ballot import BallotsFile
from holdfast.vocabulary.bloc import BlocsFile
from holdfast.vocabulary.body import BodiesFile
from holdfast.vocabulary.capability import CapabilitiesFile
from holdfast.vocabulary.case import CaseFile, CountriesFile
from holdfast.vocabulary.estimate import LedgerFile
from holdfast.vocabulary.force import ForcesFile
from holdfast.vocabulary.method import BreachesFile, PrinciplesFile, SensorsFile, TasksFile
from holdfast.vocabulary.party import PartiesFile
from holdfast.vocabulary.settlement import Settlement
from holdfast.vocabulary.source import SourcesFile
from holdfast.vocabulary.state import StatesFile
from holdfast.vocabulary.theatre import PlacesFile, TheatreFile

AnyModel = TypeVar("AnyModel", bound=BaseModel)


MODELS: dict[str, type[BaseModel]] = {
    "case": CaseFile,
    "theatre": TheatreFile,
    "parties": PartiesFile,
    "states": StatesFile,
    "bodies": BodiesFile,
    "ballots": BallotsFile,
    "blocs": BlocsFile,
    "places": PlacesFile,
    "settlement": Settlement,
    "arrangement": Arrangement,
    "ledger": LedgerFile,
    "sources": SourcesFile,
    "countries": CountriesFile,
    "capabilities": CapabilitiesFile,
    "forces": ForcesFile,
    "tasks": TasksFile,
    "sensors": SensorsFile,
    "breaches": BreachesFile,
    "principles": PrinciplesFile,
}
"""The data model of each kind of file. An overlay has none of its own: see :func:`laid_over`."""


MODEL = "model/"
"""Prefix of the model's own files in messages."""


_PARTS: tuple[tuple[str, str], ...] = (
    ("case", "case"),
    ("theatre", "theatre"),
    ("parties", "parties"),
    ("states", "states"),
    ("bodies", "bodies"),
    ("ballots", "ballots"),
    ("blocs", "blocs"),
    ("places", "places"),
    ("principles", "principles"),
    ("ledger", "ledger"),
    ("sources", "sources"),
    ("settlements", "settlement"),
    ("arrangements", "arrangement"),
)
"""Parts of a case: the file or folder's name, and the kind of its files."""

_MAY_LACK = frozenset({"blocs", "places"})
"""Parts that a case may do without."""


@dataclass(frozen=True)
class Document:
    """A file that was read: its kind, its tree without the header, and the digest of its bytes.

    ``label`` names it in messages; ``place`` within its case or the model, wherever that lies.
    """

    label: str
    place: str
    kind: str
    tree: Node
    digest: str

    @cached_property
    def word(self) -> BaseModel:
        """The file as its data model."""
        return build(self.tree, MODELS[self.kind])


@dataclass
class Shelf:
    """Documents of a case by kind, with the problems met while they were read."""

    documents: dict[str, list[Document]] = field(default_factory=lambda: defaultdict(list))
    problems: list[Problem] = field(default_factory=list)

    def gather(self, job: Callable[[], AnyModel]) -> AnyModel | None:
        """Return what a job gives, or None after noting its problems."""
        try:
            return job()
        except FileProblems as found:
            self.problems += found.problems
            return None

    def gather_ledger(self, job: Callable[[], Ledger]) -> Ledger | None:
        """Return the ledger that a job joins, or None after noting its problems."""
        try:
            return job()
        except FileProblems as found:
            self.problems += found.problems
            return None

    def add(self, kind: str, prefix: str, place: str, path: Path) -> None:
        """Read a file of one kind."""
        label = prefix + place
        try:
            data = read_bytes(path)
            top = headed(parse(data, label), (kind,))
        except FileProblems as found:
            self.problems += found.problems
            return
        self.documents[kind].append(Document(label, place, kind, top.body, digest(data)))


def library() -> Path:
    """Return the folder of packaged cases and tables."""
    return Path(str(importlib.resources.files("holdfast"))) / "library"


def packaged_cases() -> tuple[str, ...]:
    """Return the names of the packaged cases."""
    return tuple(sorted(path.parent.name for path in (library() / "cases").glob("*/case.yaml")))


def is_folder(path: str | Path) -> bool:
    """Return whether a path is a folder that is there."""
    return is_there(Path(path)) and Path(path).is_dir()


def is_there(path: Path) -> bool:
    """Return whether a path exists; one that the file system cannot even ask for does not."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def read_model(shelf: Shelf) -> None:
    """Read the model's tables and the list of countries."""
    for kind in ("ledger", "sources", "capabilities", "forces", "tasks", "sensors", "breaches"):
        path = library() / "model" / f"{kind}.yaml"
        shelf.add(kind, MODEL, path.name, path)
    path = library() / "countries.yaml"
    shelf.add("countries", "", path.name, path)


def read_folder(shelf: Shelf, folder: Path, prefix: str) -> None:
    """Read every part of a case, and refuse files that are none."""
    expected = set()
    for part, kind in _PARTS:
        paths = [path for path in (folder / f"{part}.yaml",) if path.is_file()]
        paths += sorted((folder / part).glob("*.yaml")) if (folder / part).is_dir() else []
        expected.update(paths)
        if not paths and part not in _MAY_LACK:
            shelf.problems.append(
                Problem(
                    f"{prefix}{part}.yaml",
                    1,
                    "the file",
                    "this part of the case is missing",
                    f"add {part}.yaml, or a folder {part}/ with .yaml files",
                )
            )
        for path in paths:
            shelf.add(kind, prefix, path.relative_to(folder).as_posix(), path)
    for path in sorted(set(folder.rglob("*.y*ml")) - expected):
        label = prefix + path.relative_to(folder).as_posix()
        guess = nearest(path.stem, [part for part, _ in _PARTS])
        mend = (
            f"rename it to {guess}.yaml"
            if guess
            else f"the parts are {listed([part for part, _ in _PARTS], 20)}"
        )
        shelf.problems.append(Problem(label, 1, "the file", "no part of a case has this name", mend))


def digest_of(shelf: Shelf) -> str:
    """Return one digest for all documents read so far: of their content, and of where in a case each lies."""
    return digest(
        sorted(
            (kind, document.place, document.digest)
            for kind, documents in shelf.documents.items()
            for document in documents
        )
    )


def words(shelf: Shelf, kind: str, model: type[AnyModel]) -> list[AnyModel]:
    """Return the words of one kind, in the order of their files."""
    return [document.word for document in shelf.documents[kind] if isinstance(document.word, model)]


def items_of(document: Document, section: str) -> tuple[Node, ...]:
    """Return the items of a list in a document."""
    listing = child(document.tree, section)
    return listing.items if isinstance(listing, Items) else ()


def identity_of(item: Node) -> object:
    """Return the name by which an item of a ledger, source list or state list is known."""
    for key in ("name", "key", "code"):
        node = find(item, (key,))
        if node is not None:
            return plain(node)
    return None
