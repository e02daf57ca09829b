"""Settlement: ceasefire or peace terms, clause by clause; or none, the war going on."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from holdfast.vocabulary.base import Confidence, Day, Flag, Key, Km, Persons, SourceRef, Text, Word

ClauseName = Literal[
    "army_cap",
    "foreign_troops",
    "nato_membership",
    "territory_de_facto",
    "territory_recognition",
    "withdrawal_belts",
    "buffer_width",
    "monitoring_lead",
    "monitoring_means",
    "joint_commission",
    "guarantee_text",
    "guarantee_void_if",
    "guarantee_duration",
    "sanctions_relief",
    "sanctions_snapback",
    "frozen_assets",
    "elections",
    "minorities_language",
    "nuclear_plant",
    "prisoner_exchange",
    "breach_procedure",
    "eu_accession",
    "signatories",
    "status",
]


class Clause(Word):
    """One clause, in our own words.

    ``says`` is ``text`` (the clause is there), ``silent`` (the text is known and has no such
    clause) or ``unknown`` (the text, or this part of it, was not seen).
    """

    clause: ClauseName
    says: Literal["text", "silent", "unknown"]
    text: Text | None
    sources: tuple[SourceRef, ...]
    confidence: Confidence | None
    note: Text | None = None

    @model_validator(mode="after")
    def _text_when_said(self) -> Clause:
        if self.says == "text" and (self.text is None or not self.sources or self.confidence is None):
            raise PydanticCustomError(
                "clause",
                "a clause that says something needs text, sources and confidence",
                {"mend": "give all three, or write `says: silent` or `says: unknown`"},
            )
        if self.says != "text" and self.text is not None:
            raise PydanticCustomError(
                "clause",
                "a clause that is silent or unknown has no text",
                {"mend": "write `text: null`, or `says: text`"},
            )
        return self


class Terms(Word):
    """The clauses as variables of the model; each names in :data:`CODES` the clause it codes.

    ``null`` means that the texts do not settle it. The model then gives it no effect, but for
    ``imposed``, which is drawn.
    """

    ceasefire: Flag
    """False when the settlement is none: the war goes on."""
    imposed: Flag | None
    """The halt is forced on at least one party from outside; null is drawn."""
    foreign_troops: Literal["open", "no_alliance_troops", "none"] | None
    army_cap_persons: Persons | None
    """Cap on the host's armed forces."""
    buffer_km: Km | None
    """Depth of the zone that both sides leave, in all."""
    joint_commission: Flag | None
    recognition: Literal["none", "de_facto", "de_jure"] | None
    land: Literal["as_held", "to_opponent", "to_host"] | None
    """Whether ground beyond the line of contact changes hands."""
    sanctions: Literal["kept", "staged_relief", "lifted"] | None
    snap_back: Flag | None
    guarantee: Literal["none", "political", "treaty"] | None
    alliance: Literal["open", "left_open", "renounced"] | None
    """The host's membership in an alliance."""


CODES: dict[str, ClauseName] = {
    "ceasefire": "status",
    "imposed": "signatories",
    "foreign_troops": "foreign_troops",
    "army_cap_persons": "army_cap",
    "buffer_km": "buffer_width",
    "joint_commission": "joint_commission",
    "recognition": "territory_recognition",
    "land": "territory_de_facto",
    "sanctions": "sanctions_relief",
    "snap_back": "sanctions_snapback",
    "guarantee": "guarantee_text",
    "alliance": "nato_membership",
}
"""Which clause each variable of :class:`Terms` codes."""


class Settlement(Word):
    """A file ``settlements/NAME.yaml`` of a case."""

    name: Key
    title: Text
    as_of: Day
    terms: Terms
    coding_note: Text
    """How the variables were read off the clauses, and where that is a judgement."""
    clauses: Annotated[tuple[Clause, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _each_clause_once(self) -> Settlement:
        names = [clause.clause for clause in self.clauses]
        for name in names:
            if names.count(name) > 1:
                raise PydanticCustomError(
                    "twice", "the clause '{name}' stands twice", {"name": name, "mend": "keep one of the two"}
                )
        return self
