"""Cases, arrangements and settlements put together from files that are sound."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from holdfast.case import Case
from holdfast.cases.checks import (
    check_callers,
    check_ledger,
    check_names,
    check_references,
    check_regions,
    check_single,
    names_on,
    placed,
    refused_authority,
    refused_fallback,
    regions_on,
    units,
)
from holdfast.cases.overlaying import laid_over
from holdfast.cases.shelf import (
    Document,
    Shelf,
    digest_of,
    is_folder,
    is_there,
    library,
    packaged_cases,
    read_folder,
    read_model,
    words,
)
from holdfast.content import digest
from holdfast.files.checking import build, dangling, references
from holdfast.files.formats import headed
from holdfast.files.nodes import Items, child
from holdfast.files.problems import FileProblems, Problem, listed, nearest, refuse
from holdfast.files.reading import parse, read_bytes
from holdfast.ledger import Ledger, LedgerError
from holdfast.vocabulary.arrangement import Arrangement
from holdfast.vocabulary.ballot import BallotsFile
from holdfast.vocabulary.bloc import BlocsFile
from holdfast.vocabulary.body import BodiesFile
from holdfast.vocabulary.capability import CapabilitiesFile
from holdfast.vocabulary.case import CaseFile, CountriesFile
from holdfast.vocabulary.estimate import LedgerFile
from holdfast.vocabulary.force import ForcesFile
from holdfast.vocabulary.method import BreachesFile, PrinciplesFile, SensorsFile, TasksFile
from holdfast.vocabulary.party import PartiesFile, Party
from holdfast.vocabulary.settlement import Settlement
from holdfast.vocabulary.source import Source, SourcesFile
from holdfast.vocabulary.state import StatesFile
from holdfast.vocabulary.theatre import PlacesFile, TheatreFile

AnyModel = TypeVar("AnyModel", bound=BaseModel)


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
    shelf = Shelf()
    read_model(shelf)
    model_digest = digest_of(shelf)
    read_folder(shelf, folder, prefix)
    case_digest = digest_of(shelf)
    hashes = {"model": model_digest, "case": case_digest}
    if overlay_file is not None:
        hashes["overlay"] = laid_over(shelf, Path(overlay_file))
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
    if not path.suffix and not is_there(path):
        guess = nearest(str(where), known)
        mend = (
            f"did you mean '{guess}'?"
            if guess
            else f"the case has {listed(sorted(known), 20)}; or name a .yaml file"
        )
        raise refuse(str(where), f"the case has no {kind} of this name, and there is no such file", mend)
    shelf = Shelf()
    shelf.add(kind, "", str(where), path)
    _stop(shelf)
    document = shelf.documents[kind][0]
    word = build(document.tree, model)
    names = names_of(case)
    name = getattr(word, "name", "")
    found = dangling(
        references(word, document.tree),
        document.tree,
        {**names, kind: {*names[kind], name}},
        units(case.ledger),
    )
    if isinstance(word, Arrangement):
        found += refused_fallback(word, document, case.arrangements)
        found += refused_authority(word, document, case.bodies)
    if found:
        raise FileProblems(found)
    return word, document.digest


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


def _stop(shelf: Shelf) -> None:
    if shelf.problems:
        raise FileProblems(shelf.problems)


def _assembled(shelf: Shelf, hashes: Mapping[str, str]) -> Case:
    """Build every word, check what refers to what, and return the case."""
    for documents in shelf.documents.values():
        for document in documents:
            shelf.gather(lambda document=document: document.word)  # type: ignore[misc]
    _stop(shelf)
    check_single(shelf)
    check_names(shelf)
    sources = joined_sources(shelf)
    parties = _parties(shelf)
    ledger = shelf.gather_ledger(lambda: _joined_ledger(shelf))
    if ledger is not None:
        check_references(shelf, names_on(shelf), units(ledger))
        check_ledger(shelf, ledger, sources, overlaid="overlay" in hashes)
    bodies = {one.key: one for file in words(shelf, "bodies", BodiesFile) for one in file.bodies}
    check_callers(shelf, bodies)
    check_regions(shelf, regions_on(shelf))
    arrangements = {one.name: one for one in words(shelf, "arrangement", Arrangement)}
    for document in shelf.documents["arrangement"]:
        if isinstance(document.word, Arrangement):
            shelf.problems += refused_fallback(document.word, document, arrangements)
            shelf.problems += refused_authority(document.word, document, bodies)
    _stop(shelf)
    assert ledger is not None  # noqa: S101 - else its problems have stopped it
    return _case_of(shelf, parties, ledger, sources, hashes)


def joined_sources(shelf: Shelf) -> dict[str, Source]:
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


def _joined_ledger(shelf: Shelf) -> Ledger:
    """Return the model's and the case's estimates as one ledger."""
    files = words(shelf, "ledger", LedgerFile)
    estimates = {estimate.name: estimate for file in files for estimate in file.estimates}
    try:
        return Ledger(estimates.values(), [pair for file in files for pair in file.correlations])
    except LedgerError as found:
        raise FileProblems(placed(shelf, found.problems)) from found


def _parties(shelf: Shelf) -> dict[str, Party]:
    """Return the host and the opponent."""
    document = shelf.documents["parties"][0]
    parties = words(shelf, "parties", PartiesFile)[0].parties
    roles = {str(party.role): party for party in parties}
    if len(roles) < len(parties):
        wrong = "two parties have the same role"
        mend = "give one the role host and the other the role opponent"
        shelf.problems.append(Problem(document.label, document.tree.line, "parties", wrong, mend))
    return roles


def _case_of(
    shelf: Shelf,
    parties: Mapping[str, Party],
    ledger: Ledger,
    sources: Mapping[str, Source],
    hashes: Mapping[str, str],
) -> Case:
    """Return the case of documents that are sound."""
    settlements = words(shelf, "settlement", Settlement)
    arrangements = words(shelf, "arrangement", Arrangement)
    model = words(shelf, "ledger", LedgerFile)[0]
    return Case(
        about=words(shelf, "case", CaseFile)[0],
        theatre=words(shelf, "theatre", TheatreFile)[0],
        places=tuple(one for file in words(shelf, "places", PlacesFile) for one in file.places),
        host=parties["host"],
        opponent=parties["opponent"],
        countries={
            one.code: one.name for file in words(shelf, "countries", CountriesFile) for one in file.countries
        },
        other_names={
            name: one.code
            for file in words(shelf, "countries", CountriesFile)
            for one in file.countries
            for name in one.also
        },
        regions=regions_on(shelf),
        states={one.code: one for file in words(shelf, "states", StatesFile) for one in file.states},
        bodies={one.key: one for file in words(shelf, "bodies", BodiesFile) for one in file.bodies},
        ballots={one.key: one for file in words(shelf, "ballots", BallotsFile) for one in file.ballots},
        blocs={one.key: one for file in words(shelf, "blocs", BlocsFile) for one in file.blocs},
        settlements={one.name: one for one in settlements},
        arrangements={one.name: one for one in arrangements},
        principles=tuple(
            one for file in words(shelf, "principles", PrinciplesFile) for one in file.principles
        ),
        capabilities={
            one.key: one
            for file in words(shelf, "capabilities", CapabilitiesFile)
            for one in file.capabilities
        },
        forces={one.key: one for file in words(shelf, "forces", ForcesFile) for one in file.forces},
        tasks={one.key: one for file in words(shelf, "tasks", TasksFile) for one in file.tasks},
        sensors={one.key: one for file in words(shelf, "sensors", SensorsFile) for one in file.sensors},
        breaches={one.key: one for file in words(shelf, "breaches", BreachesFile) for one in file.breaches},
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


def names_of(case: Case) -> dict[str, set[str]]:
    """Return the names that exist, by what is referred to."""
    return {
        "source": set(case.sources),
        "estimate": set(case.ledger),
        "country": set(case.countries),
        "state": set(case.states),
        "group": {group for state in case.states.values() for group in state.groups},
        "body": set(case.bodies),
        "ballot": set(case.ballots),
        "settlement": set(case.settlements),
        "arrangement": set(case.arrangements),
        "capability": set(case.capabilities),
        "task": set(case.tasks),
        "sensor": set(case.sensors),
        "breach": set(case.breaches),
    }
