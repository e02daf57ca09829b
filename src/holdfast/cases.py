"""Cases from files: find them, read them, check them whole, put them together.

A case is a folder. Each part is one file (``states.yaml``) or a folder of files of the same kind
(``ledger/``); the model's own tables lie beside the cases in the library. All that is wrong with
any of the files is reported at once.
"""

from __future__ import annotations

import importlib.resources
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from holdfast.case import Case
from holdfast.content import digest
from holdfast.files.checking import build, dangling, references
from holdfast.files.formats import headed
from holdfast.files.nodes import Block, Entry, Items, Node, child, find, overlay, plain
from holdfast.files.problems import FileProblems, Problem, listed, nearest, refuse
from holdfast.files.reading import parse, read_bytes
from holdfast.ledger import Ledger, LedgerError, basis_problems, missing, unknown, unsolved
from holdfast.ledger import Problem as LedgerProblem
from holdfast.needs import MODEL_NEEDS
from holdfast.vocabulary.arrangement import Arrangement
from holdfast.vocabulary.ballot import BallotsFile
from holdfast.vocabulary.body import BodiesFile
from holdfast.vocabulary.case import CaseFile, CountriesFile
from holdfast.vocabulary.estimate import LedgerFile
from holdfast.vocabulary.method import PrinciplesFile, SensorsFile, TasksFile
from holdfast.vocabulary.party import PartiesFile, Party
from holdfast.vocabulary.settlement import Settlement
from holdfast.vocabulary.source import Source, SourcesFile
from holdfast.vocabulary.state import StatesFile
from holdfast.vocabulary.theatre import TheatreFile

AnyModel = TypeVar("AnyModel", bound=BaseModel)

MODELS: dict[str, type[BaseModel]] = {
    "case": CaseFile,
    "theatre": TheatreFile,
    "parties": PartiesFile,
    "states": StatesFile,
    "bodies": BodiesFile,
    "ballots": BallotsFile,
    "settlement": Settlement,
    "arrangement": Arrangement,
    "ledger": LedgerFile,
    "sources": SourcesFile,
    "countries": CountriesFile,
    "tasks": TasksFile,
    "sensors": SensorsFile,
    "principles": PrinciplesFile,
}
"""The data model of each kind of file. An overlay has none of its own: see :func:`_laid_over`."""

MODEL = "model/"
"""Prefix of the model's own files in messages."""

OVERLAID = {"estimates": "ledger", "sources": "sources", "states": "states"}
"""Sections of an overlay, and the kind of file that each is laid over."""


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
class _Shelf:
    """Documents of a case by kind, with the problems met while they were read."""

    documents: dict[str, list[Document]] = field(default_factory=dict)
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
        self.documents.setdefault(kind, []).append(Document(label, place, kind, top.body, digest(data)))


def library() -> Path:
    """Return the folder of packaged cases and tables."""
    return Path(str(importlib.resources.files("holdfast"))) / "library"


def packaged_cases() -> tuple[str, ...]:
    """Return the names of the packaged cases."""
    return tuple(sorted(path.parent.name for path in (library() / "cases").glob("*/case.yaml")))


def load_case(case: str | Path, overlay_file: str | Path | None = None) -> Case:
    """Read a case and check it whole.

    Parameters
    ----------
    case : str or Path
        Name of a packaged case (``ukraine``), or the folder of one's own.
    overlay_file : str or Path, optional
        A private file laid over the case: other figures for its estimates, sources or states.

    Returns
    -------
    Case

    Raises
    ------
    FileProblems
        With all that is wrong with any of its files.
    """
    folder, prefix = _folder(case)
    shelf = _Shelf()
    _read_model(shelf)
    model_digest = _digest_of(shelf)
    _read_folder(shelf, folder, prefix)
    case_digest = _digest_of(shelf)
    hashes = {"model": model_digest, "case": case_digest}
    if overlay_file is not None:
        hashes["overlay"] = _laid_over(shelf, Path(overlay_file))
    return _assembled(shelf, hashes)


def load_arrangement(where: str | Path, case: Case) -> tuple[Arrangement, str]:
    """Return an arrangement of the case by name, or one's own from a file, and its digest.

    Raises
    ------
    FileProblems
        If there is no such arrangement or file, or it is wrong, or refers to what the case lacks.
    """
    if str(where) in case.arrangements:
        return case.arrangements[str(where)], case.arrangement_hashes[str(where)]
    return _own_file(where, "arrangement", Arrangement, case, case.arrangements)


def load_settlement(where: str | Path, case: Case) -> tuple[Settlement, str]:
    """Return a settlement of the case by name, or one's own from a file, and its digest.

    Raises
    ------
    FileProblems
        As for :func:`load_arrangement`.
    """
    if str(where) in case.settlements:
        return case.settlements[str(where)], case.settlement_hashes[str(where)]
    return _own_file(where, "settlement", Settlement, case, case.settlements)


def read_document(path: str | Path) -> Document:
    """Read any file of Holdfast's by itself: header and data model, but no references.

    Raises
    ------
    FileProblems
        With all that is wrong with it.
    """
    data = read_bytes(Path(path))
    top = headed(parse(data, str(path)))
    return Document(str(path), Path(path).name, top.kind, top.body, digest(data))


def _own_file(
    where: str | Path, kind: str, model: type[AnyModel], case: Case, known: Mapping[str, object]
) -> tuple[AnyModel, str]:
    """Return a user's own file of a kind, checked against the case."""
    path = Path(where)
    if not path.suffix and not _is_there(path):
        guess = nearest(str(where), known)
        mend = (
            f"did you mean '{guess}'?"
            if guess
            else f"the case has {listed(sorted(known), 20)}; or name a .yaml file"
        )
        raise refuse(str(where), f"the case has no {kind} of this name, and there is no such file", mend)
    shelf = _Shelf()
    shelf.add(kind, "", str(where), path)
    _stop(shelf)
    document = shelf.documents[kind][0]
    word = build(document.tree, model)
    names = _names_of(case)
    name = getattr(word, "name", "")
    found = dangling(
        references(word, document.tree),
        document.tree,
        {**names, kind: {*names[kind], name}},
        _units(case.ledger),
    )
    if isinstance(word, Arrangement):
        found += _refused_fallback(word, document, case.arrangements)
    if found:
        raise FileProblems(found)
    return word, document.digest


def _is_there(path: Path) -> bool:
    """Return whether a path exists; one that the file system cannot even ask for does not."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def is_folder(path: str | Path) -> bool:
    """Return whether a path is a folder that is there."""
    return _is_there(Path(path)) and Path(path).is_dir()


def _refused_fallback(
    word: Arrangement, document: Document, known: Mapping[str, Arrangement]
) -> list[Problem]:
    """Return a problem if the fallback of an arrangement would itself have to be authorised."""
    node = child(document.tree, "fallback")
    line = document.tree.line if node is None else node.line
    free = [name for name, one in known.items() if one.authority is None]
    mend = f"name one that needs no authority: {listed(free)}"
    if word.fallback == word.name and known.get(word.name) in (None, word):
        return [Problem(document.label, line, "fallback", "the arrangement falls back on itself", mend)]
    fallback = known.get(word.fallback or "")
    if fallback is None or fallback.authority is None:
        return []
    wrong = f"'{fallback.name}' would itself have to be authorised"
    return [
        Problem(document.label, line, "fallback", wrong, f"name one that needs no authority: {listed(free)}")
    ]


def _folder(case: str | Path) -> tuple[Path, str]:
    """Return the folder of a case and the prefix of its files in messages."""
    packaged = library() / "cases" / str(case)
    if str(case) in packaged_cases():
        return packaged, f"{case}/"
    path = Path(case)
    if is_folder(path):
        return path, f"{path}/"
    guess = nearest(str(case), packaged_cases())
    mend = (
        f"did you mean '{guess}'?"
        if guess
        else f"the packaged cases are {listed(packaged_cases(), 20)}; or name a folder"
    )
    raise refuse(str(case), "there is no packaged case of this name, and no such folder", mend)


def _read_model(shelf: _Shelf) -> None:
    """Read the model's tables and the list of countries."""
    for kind in ("ledger", "sources", "tasks", "sensors"):
        path = library() / "model" / f"{kind}.yaml"
        shelf.add(kind, MODEL, path.name, path)
    path = library() / "countries.yaml"
    shelf.add("countries", "", path.name, path)


_PARTS: tuple[tuple[str, str], ...] = (
    ("case", "case"),
    ("theatre", "theatre"),
    ("parties", "parties"),
    ("states", "states"),
    ("bodies", "bodies"),
    ("ballots", "ballots"),
    ("principles", "principles"),
    ("ledger", "ledger"),
    ("sources", "sources"),
    ("settlements", "settlement"),
    ("arrangements", "arrangement"),
)
"""Parts of a case: the file or folder's name, and the kind of its files."""


def _read_folder(shelf: _Shelf, folder: Path, prefix: str) -> None:
    """Read every part of a case, and refuse files that are none."""
    expected = set()
    for part, kind in _PARTS:
        paths = [path for path in (folder / f"{part}.yaml",) if path.is_file()]
        paths += sorted((folder / part).glob("*.yaml")) if (folder / part).is_dir() else []
        expected.update(paths)
        if not paths:
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


def _digest_of(shelf: _Shelf) -> str:
    """Return one digest for all documents read so far: of their content, and of where in a case each lies."""
    return digest(
        sorted(
            (kind, document.place, document.digest)
            for kind, documents in shelf.documents.items()
            for document in documents
        )
    )


def _laid_over(shelf: _Shelf, path: Path) -> str:
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


def _lay_section(shelf: _Shelf, section: str, entry: Entry) -> None:
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
    identity = _identity(item)
    for place, document in enumerate(documents):
        listing = child(document.tree, section)
        if (
            isinstance(listing, Items)
            and identity is not None
            and identity in {_identity(one) for one in listing.items}
        ):
            return place
    return len(documents) - 1


def _identity(item: Node) -> object:
    """Return the name by which an item of a ledger, source list or state list is known."""
    for key in ("name", "key", "code"):
        node = find(item, (key,))
        if node is not None:
            return plain(node)
    return None


def _stop(shelf: _Shelf) -> None:
    if shelf.problems:
        raise FileProblems(shelf.problems)


def _assembled(shelf: _Shelf, hashes: Mapping[str, str]) -> Case:
    """Build every word, check what refers to what, and return the case."""
    for documents in shelf.documents.values():
        for document in documents:
            shelf.gather(lambda document=document: document.word)  # type: ignore[misc]
    _stop(shelf)
    _check_single(shelf)
    _check_names(shelf)
    sources = _joined_sources(shelf)
    parties = _parties(shelf)
    ledger = shelf.gather_ledger(lambda: _joined_ledger(shelf))
    if ledger is not None:
        _check_references(shelf, _names_on(shelf), _units(ledger))
        _check_ledger(shelf, ledger, sources, overlaid="overlay" in hashes)
    arrangements = {one.name: one for one in _words(shelf, "arrangement", Arrangement)}
    for document in shelf.documents["arrangement"]:
        if isinstance(document.word, Arrangement):
            shelf.problems += _refused_fallback(document.word, document, arrangements)
    _stop(shelf)
    assert ledger is not None  # noqa: S101 - else its problems have stopped it
    return _case_of(shelf, parties, ledger, sources, hashes)


_ONE_FILE = ("case", "theatre", "parties")
"""Kinds of which a case has one file."""

_NAMED: dict[str, tuple[str | None, str]] = {
    "ledger": ("estimates", "name"),
    "parties": ("parties", "state"),
    "states": ("states", "code"),
    "bodies": ("bodies", "key"),
    "ballots": ("ballots", "key"),
    "principles": ("principles", "key"),
    "countries": ("countries", "code"),
    "tasks": ("tasks", "key"),
    "sensors": ("sensors", "key"),
    "theatre": ("sites", "key"),
    "settlement": (None, "name"),
    "arrangement": (None, "name"),
}
"""Where the names in a kind of file stand: the list and the field; without a list, the file has one name.

Sources are left out: one may stand in several files, if they agree (:func:`_joined_sources`).
"""


def _check_single(shelf: _Shelf) -> None:
    """Note a second file of a part that is one file."""
    for kind in _ONE_FILE:
        for document in shelf.documents[kind][1:]:
            first = shelf.documents[kind][0].label
            wrong = f"a case has one {kind} file, and there is {first}"
            shelf.problems.append(Problem(document.label, 1, "the file", wrong, "make one file of the two"))


def _check_names(shelf: _Shelf) -> None:
    """Note every name that stands twice, in one file or in two."""
    for kind, (section, key) in _NAMED.items():
        seen: dict[object, Node] = {}
        for document in shelf.documents[kind]:
            for item in (document.tree,) if section is None else _items(document, section):
                node = find(item, (key,))
                name = None if node is None else plain(node)
                if node is None or name not in seen:
                    seen[name] = item if node is None else node
                    continue
                first = seen[name]
                where = f"{section}[{name}]" if section else key
                wrong = f"'{name}' stands twice, first in {first.file} on line {first.line}"
                mend = "rename one of the two, or take it out"
                if kind == "ledger" and first.file.startswith(MODEL):
                    mend = "rename it; to give the model another figure, write an overlay"
                shelf.problems.append(Problem(node.file, node.line, where, wrong, mend))


def _words(shelf: _Shelf, kind: str, model: type[AnyModel]) -> list[AnyModel]:
    """Return the words of one kind, in the order of their files."""
    return [document.word for document in shelf.documents[kind] if isinstance(document.word, model)]


def _joined_sources(shelf: _Shelf) -> dict[str, Source]:
    """Return all sources; one that stands in several files must agree, and its statements are joined."""
    joined: dict[str, Source] = {}
    for document in shelf.documents["sources"]:
        assert isinstance(document.word, SourcesFile)  # noqa: S101 - built from that model
        for place, source in enumerate(document.word.sources):
            old = joined.get(source.key)
            if old is None:
                joined[source.key] = source
                continue
            node = child(document.tree, "sources")
            line = node.items[place].line if isinstance(node, Items) else 1
            if (old.title, old.address, old.kind) != (source.title, source.address, source.kind):
                shelf.problems.append(
                    Problem(
                        document.label,
                        line,
                        f"sources[{source.key}]",
                        "stands in another file with another title, address or kind",
                        "make the two agree, or give this one another key",
                    )
                )
            states = {statement.key: statement for statement in (*old.states, *source.states)}
            joined[source.key] = old.model_copy(update={"states": tuple(states.values())})
    return joined


def _joined_ledger(shelf: _Shelf) -> Ledger:
    """Return the model's and the case's estimates as one ledger."""
    files = _words(shelf, "ledger", LedgerFile)
    estimates = {estimate.name: estimate for file in files for estimate in file.estimates}
    try:
        return Ledger(estimates.values(), [pair for file in files for pair in file.correlations])
    except LedgerError as found:
        raise FileProblems(_placed(shelf, found.problems)) from found


def _placed(shelf: _Shelf, problems: Iterable[LedgerProblem]) -> list[Problem]:
    """Return problems of the ledger with the file and line of the row that each is about."""
    rows: dict[str, Node] = {}
    for document in shelf.documents["ledger"]:
        listing = child(document.tree, "estimates")
        for item in listing.items if isinstance(listing, Items) else ():
            rows[str(_identity(item))] = item
    placed = []
    for problem in problems:
        row = rows.get(problem.name.partition(" / ")[0])
        file, line = _where(row) if row is not None else (shelf.documents["ledger"][0].label, 1)
        placed.append(Problem(file, line, f"estimates[{problem.name}]", problem.wrong, problem.mend))
    return placed


def _where(row: Node) -> tuple[str, int]:
    """Return file and line of a row; where an overlay has changed it, those of the change."""
    entries = row.entries.values() if isinstance(row, Block) else ()
    laid = next((entry for entry in entries if entry.file != row.file), None)
    return (row.file, row.line) if laid is None else (laid.file, laid.line)


def _check_ledger(shelf: _Shelf, ledger: Ledger, sources: Mapping[str, Source], *, overlaid: bool) -> None:
    """Note what the stages lack, what nothing reads, and where rows and their sources disagree."""
    found = missing(ledger, MODEL_NEEDS)
    if not overlaid:  # an overlay may leave rows of the case without a reader
        referred = _referred_estimates(shelf)
        found += [problem for problem in unknown(ledger, MODEL_NEEDS) if problem.name not in referred]
    found += unsolved(ledger)
    found += basis_problems(ledger, sources.values())
    shelf.problems += _placed(shelf, found)


def _referred_estimates(shelf: _Shelf) -> set[str]:
    """Return the names of estimates that any file refers to, correlations left aside."""
    names: set[str] = set()
    for kind, documents in shelf.documents.items():
        if kind == "ledger":
            continue
        for document in documents:
            names.update(
                one.value
                for one in references(document.word, document.tree)
                if one.reference.to == "estimate"
            )
    return names


def _case_of(
    shelf: _Shelf,
    parties: Mapping[str, Party],
    ledger: Ledger,
    sources: Mapping[str, Source],
    hashes: Mapping[str, str],
) -> Case:
    """Return the case of documents that are sound."""
    settlements = _words(shelf, "settlement", Settlement)
    arrangements = _words(shelf, "arrangement", Arrangement)
    model = _words(shelf, "ledger", LedgerFile)[0]
    return Case(
        about=_words(shelf, "case", CaseFile)[0],
        theatre=_words(shelf, "theatre", TheatreFile)[0],
        host=parties["host"],
        opponent=parties["opponent"],
        countries={
            one.code: one.name for file in _words(shelf, "countries", CountriesFile) for one in file.countries
        },
        states={one.code: one for file in _words(shelf, "states", StatesFile) for one in file.states},
        bodies={one.key: one for file in _words(shelf, "bodies", BodiesFile) for one in file.bodies},
        ballots={one.key: one for file in _words(shelf, "ballots", BallotsFile) for one in file.ballots},
        settlements={one.name: one for one in settlements},
        arrangements={one.name: one for one in arrangements},
        principles=tuple(
            one for file in _words(shelf, "principles", PrinciplesFile) for one in file.principles
        ),
        tasks={one.key: one for file in _words(shelf, "tasks", TasksFile) for one in file.tasks},
        sensors={one.key: one for file in _words(shelf, "sensors", SensorsFile) for one in file.sensors},
        sources=sources,
        ledger=ledger,
        model_names=frozenset(estimate.name for estimate in model.estimates),
        hashes=hashes,
        settlement_hashes={
            one.name: document.digest
            for one, document in zip(settlements, shelf.documents["settlement"], strict=True)
        },
        arrangement_hashes={
            one.name: document.digest
            for one, document in zip(arrangements, shelf.documents["arrangement"], strict=True)
        },
    )


def _parties(shelf: _Shelf) -> dict[str, Party]:
    """Return the host and the opponent."""
    document = shelf.documents["parties"][0]
    parties = _words(shelf, "parties", PartiesFile)[0].parties
    roles = {str(party.role): party for party in parties}
    if len(roles) < len(parties):
        wrong = "two parties have the same role"
        mend = "give one the role host and the other the role opponent"
        shelf.problems.append(Problem(document.label, document.tree.line, "parties", wrong, mend))
    return roles


def _names_on(shelf: _Shelf) -> dict[str, set[str]]:
    """Return the names that the documents define, by what is referred to."""
    kinds = {
        "estimate": "ledger",
        "country": "countries",
        "state": "states",
        "body": "bodies",
        "ballot": "ballots",
        "settlement": "settlement",
        "arrangement": "arrangement",
        "task": "tasks",
        "sensor": "sensors",
    }
    names: dict[str, set[str]] = {"source": set()}
    for document in shelf.documents["sources"]:
        names["source"].update(str(_identity(item)) for item in _items(document, "sources"))
    for referred, kind in kinds.items():
        section, key = _NAMED[kind]
        names[referred] = set()
        for document in shelf.documents[kind]:
            items = (document.tree,) if section is None else _items(document, section)
            names[referred].update(
                str(plain(node)) for item in items if (node := find(item, (key,))) is not None
            )
    return names


def _items(document: Document, section: str) -> tuple[Node, ...]:
    """Return the items of a list in a document."""
    listing = child(document.tree, section)
    return listing.items if isinstance(listing, Items) else ()


def _names_of(case: Case) -> dict[str, set[str]]:
    """Return the names that exist, by what is referred to."""
    return {
        "source": set(case.sources),
        "estimate": set(case.ledger),
        "country": set(case.countries),
        "state": set(case.states),
        "body": set(case.bodies),
        "ballot": set(case.ballots),
        "settlement": set(case.settlements),
        "arrangement": set(case.arrangements),
        "task": set(case.tasks),
        "sensor": set(case.sensors),
    }


def _units(ledger: Ledger) -> dict[str, str]:
    """Return the unit of each estimate."""
    return {name: estimate.unit for name, estimate in ledger.items()}


def _check_references(shelf: _Shelf, names: Mapping[str, set[str]], units: Mapping[str, str]) -> None:
    """Note every reference to something that is not there, or in another unit."""
    for documents in shelf.documents.values():
        for document in documents:
            shelf.problems += dangling(references(document.word, document.tree), document.tree, names, units)
