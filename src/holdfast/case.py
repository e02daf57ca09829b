"""A case, put together: every word of it checked, with the settlements and arrangements it knows.

The files behind it are read by :mod:`holdfast.cases`; the stages see this and no file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from holdfast.ledger import Ledger
from holdfast.vocabulary.arrangement import Arrangement
from holdfast.vocabulary.ballot import Ballot
from holdfast.vocabulary.bloc import Bloc
from holdfast.vocabulary.body import Body
from holdfast.vocabulary.capability import Capability
from holdfast.vocabulary.case import CaseFile
from holdfast.vocabulary.force import Force
from holdfast.vocabulary.method import Breach, Principle, Sensor, Task
from holdfast.vocabulary.party import Party
from holdfast.vocabulary.settlement import Settlement
from holdfast.vocabulary.source import Source
from holdfast.vocabulary.state import State
from holdfast.vocabulary.theatre import NamedPlace, TheatreFile


@dataclass(frozen=True, slots=True)
class Case:
    """A conflict setting with the model's tables, ready for the stages.

    Attributes
    ----------
    about : CaseFile
    theatre : TheatreFile
    host, opponent : Party
    countries : mapping of code to short name
    other_names : mapping of another name of a country to its code
    regions : mapping of code to the name of the region that a country lies in
    places : tuple of NamedPlace
    states, bodies, ballots, blocs, settlements, arrangements, sources : mappings by key
    capabilities, forces, tasks, sensors, breaches : mappings by key
    principles : tuple of Principle
    ledger : Ledger
        The model's estimates and the case's, with an overlay's in their place.
    model_names : frozenset of str
        Names of the estimates that belong to the model.
    hashes : mapping of str to str
        Digest of the content of the model, the case and, where given, the overlay.
    settlement_hashes, arrangement_hashes : mapping of str to str
        Digest of the content of each settlement and arrangement.
    """

    about: CaseFile
    theatre: TheatreFile
    places: tuple[NamedPlace, ...]
    host: Party
    opponent: Party
    countries: Mapping[str, str]
    other_names: Mapping[str, str]
    regions: Mapping[str, str]
    states: Mapping[str, State]
    bodies: Mapping[str, Body]
    ballots: Mapping[str, Ballot]
    blocs: Mapping[str, Bloc]
    settlements: Mapping[str, Settlement]
    arrangements: Mapping[str, Arrangement]
    principles: tuple[Principle, ...]
    capabilities: Mapping[str, Capability]
    forces: Mapping[str, Force]
    tasks: Mapping[str, Task]
    sensors: Mapping[str, Sensor]
    breaches: Mapping[str, Breach]
    sources: Mapping[str, Source]
    ledger: Ledger
    model_names: frozenset[str]
    hashes: Mapping[str, str]
    settlement_hashes: Mapping[str, str]
    arrangement_hashes: Mapping[str, str]

    @property
    def parties(self) -> tuple[Party, Party]:
        """The host and the opponent."""
        return self.host, self.opponent

    def name_of(self, code: str) -> str:
        """Return the short name of a country."""
        return self.countries.get(code, code)

    def named(self, code: str) -> str:
        """Return the short name of a country as in a sentence: with its article, if it has one."""
        name = self.name_of(code)
        return f"the {name}" if name.endswith(_WITH_ARTICLE) else name


_WITH_ARTICLE = ("Kingdom", "States", "Emirates", "Republic", "Islands", "Federation", "lands")
"""How names end that take an article."""
EMPTY: Mapping[str, str] = MappingProxyType({})
