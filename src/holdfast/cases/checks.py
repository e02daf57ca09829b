"""What must hold between the files of a case: names, references, units, ledger and sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from holdfast.cases.shelf import MODEL, Document, Shelf, identity_of, items_of, words
from holdfast.files.checking import dangling, references
from holdfast.files.nodes import Block, Items, Node, child, find, plain
from holdfast.files.problems import Problem, listed
from holdfast.ledger import Ledger, basis_problems, missing, unknown, unsolved
from holdfast.ledger import Problem as LedgerProblem
from holdfast.needs import MODEL_NEEDS
from holdfast.vocabulary.arrangement import Arrangement
from holdfast.vocabulary.body import Body, step_on_the_way
from holdfast.vocabulary.case import CountriesFile
from holdfast.vocabulary.source import Source

_ONE_FILE = ("case", "theatre", "parties")
"""Kinds of which a case has one file."""


_NAMED: dict[str, tuple[str | None, str]] = {
    "ledger": ("estimates", "name"),
    "parties": ("parties", "state"),
    "states": ("states", "code"),
    "bodies": ("bodies", "key"),
    "ballots": ("ballots", "key"),
    "blocs": ("blocs", "key"),
    "places": ("places", "name"),
    "principles": ("principles", "key"),
    "countries": ("countries", "code"),
    "capabilities": ("capabilities", "key"),
    "forces": ("forces", "key"),
    "tasks": ("tasks", "key"),
    "sensors": ("sensors", "key"),
    "breaches": ("breaches", "key"),
    "theatre": ("sites", "key"),
    "settlement": (None, "name"),
    "arrangement": (None, "name"),
}
"""Where the names in a kind of file stand: the list and the field; without a list, the file has one name.

Sources are left out: one may stand in several files, if they agree (:func:`joined_sources`).
"""


def check_single(shelf: Shelf) -> None:
    """Note a second file of a part that is one file."""
    for kind in _ONE_FILE:
        for document in shelf.documents[kind][1:]:
            first = shelf.documents[kind][0].label
            wrong = f"a case has one {kind} file, and there is {first}"
            shelf.problems.append(Problem(document.label, 1, "the file", wrong, "make one file of the two"))


def check_names(shelf: Shelf) -> None:
    """Note every name that stands twice, in one file or in two."""
    for kind, (section, key) in _NAMED.items():
        seen: dict[object, Node] = {}
        for document in shelf.documents[kind]:
            for item in (document.tree,) if section is None else items_of(document, section):
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


def names_on(shelf: Shelf) -> dict[str, set[str]]:
    """Return the names that the documents define, by what is referred to."""
    kinds = {
        "estimate": "ledger",
        "country": "countries",
        "state": "states",
        "body": "bodies",
        "ballot": "ballots",
        "settlement": "settlement",
        "arrangement": "arrangement",
        "capability": "capabilities",
        "task": "tasks",
        "sensor": "sensors",
        "breach": "breaches",
    }
    names: dict[str, set[str]] = {"source": set()}
    for document in shelf.documents["sources"]:
        names["source"].update(str(identity_of(item)) for item in items_of(document, "sources"))
    for referred, kind in kinds.items():
        section, key = _NAMED[kind]
        names[referred] = set()
        for document in shelf.documents[kind]:
            items = (document.tree,) if section is None else items_of(document, section)
            names[referred].update(
                str(plain(node)) for item in items if (node := find(item, (key,))) is not None
            )
    names["group"] = {
        str(plain(group))
        for document in shelf.documents["states"]
        for state in items_of(document, "states")
        if isinstance(groups := child(state, "groups"), Items)
        for group in groups.items
    }
    return names


def units(ledger: Ledger) -> dict[str, str]:
    """Return the unit of each estimate."""
    return {name: estimate.unit for name, estimate in ledger.items()}


def check_references(shelf: Shelf, names: Mapping[str, set[str]], units: Mapping[str, str]) -> None:
    """Note every reference to something that is not there, or in another unit."""
    for documents in shelf.documents.values():
        for document in documents:
            shelf.problems += dangling(references(document.word, document.tree), document.tree, names, units)


def refused_fallback(
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


def refused_authority(word: Arrangement, document: Document, bodies: Mapping[str, Body]) -> list[Problem]:
    """Return a problem if the authority of an arrangement is a step on the way, which authorises nothing."""
    body = bodies.get(word.authority or "")
    if body is None or body.authorises:
        return []
    node = child(document.tree, "authority")
    line = document.tree.line if node is None else node.line
    wrong, mend = step_on_the_way(body, bodies.values())
    return [Problem(document.label, line, "authority", wrong, mend)]


def check_callers(shelf: Shelf, bodies: Mapping[str, Body]) -> None:
    """Note every body that, over those that call it, would have to call itself."""
    for document in shelf.documents["bodies"]:
        for item in items_of(document, "bodies"):
            key = str(plain(find(item, ("key",)) or item))
            circle = _circle(key, bodies)
            if circle:
                node = find(item, ("convened_by",)) or item
                wrong = f"it would have to call itself: {', called by '.join(circle)}"
                mend = "name in convened_by what nobody in that circle has to call"
                shelf.problems.append(
                    Problem(node.file, node.line, f"bodies[{key}].convened_by", wrong, mend)
                )


def regions_on(shelf: Shelf) -> dict[str, str]:
    """Return the name of the region that each country lies in, by its code."""
    return {
        state: region.name
        for file in words(shelf, "countries", CountriesFile)
        for region in file.regions
        for state in region.states
    }


def check_regions(shelf: Shelf, regions: Mapping[str, str]) -> None:
    """Note every state that makes an offer and lies in no region: breadth could not be told of it."""
    for document in shelf.documents["states"]:
        for item in items_of(document, "states"):
            code = str(plain(find(item, ("code",)) or item))
            offers = child(item, "offers")
            if code not in regions and isinstance(offers, Items) and offers.items:
                wrong = "makes an offer, and lies in no region"
                mend = f"add {code} to one of the regions in countries.yaml"
                shelf.problems.append(Problem(item.file, item.line, f"states[{code}]", wrong, mend))


def _circle(key: str, bodies: Mapping[str, Body]) -> tuple[str, ...]:
    """Return the shortest way from a body over its callers back to it; empty if there is none."""
    ways: list[tuple[str, ...]] = [(key,)]
    seen = {key}
    for way in ways:
        callers = bodies[way[-1]].convened_by if way[-1] in bodies else ()
        if key in callers:
            return (*way, key)
        ways += [(*way, caller) for caller in dict.fromkeys(callers) if caller not in seen]
        seen |= set(callers)
    return ()


def check_ledger(shelf: Shelf, ledger: Ledger, sources: Mapping[str, Source], *, overlaid: bool) -> None:
    """Note what the stages lack, what nothing reads, and where rows and their sources disagree."""
    found = missing(ledger, MODEL_NEEDS)
    if not overlaid:  # an overlay may leave rows of the case without a reader
        referred = _referred_estimates(shelf)
        found += [problem for problem in unknown(ledger, MODEL_NEEDS) if problem.name not in referred]
    found += unsolved(ledger)
    found += basis_problems(ledger, sources.values())
    shelf.problems += placed(shelf, found)


def _referred_estimates(shelf: Shelf) -> set[str]:
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


def placed(shelf: Shelf, problems: Iterable[LedgerProblem]) -> list[Problem]:
    """Return problems of the ledger with the file and line of the row that each is about."""
    rows: dict[str, Node] = {}
    for document in shelf.documents["ledger"]:
        listing = child(document.tree, "estimates")
        for item in listing.items if isinstance(listing, Items) else ():
            rows[str(identity_of(item))] = item
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
