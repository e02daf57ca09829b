"""Settlement: ceasefire or peace terms, clause by clause; or none, the war going on."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from holdfast.vocabulary.base import (
    Confidence,
    CountryRef,
    Day,
    Flag,
    Key,
    Km,
    Persons,
    SourceRef,
    Text,
    Word,
    Years,
)

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
    ``imposed``, which is drawn. A variable that has a default may be left out, which is null.
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
    belt_km: Km | None = None
    """Depth from the line, on each side, that heavy weapons leave; 0: none has to."""
    monitoring_lead: Literal["none", "parties", "backstop", "body", "open"] | None = None
    """Who leads the monitoring: nobody; the parties alone; the backstop; an international body; open
    where the text names several or leaves it to be agreed."""
    monitoring_means: Literal["none", "remote", "on_site", "open"] | None = None
    """How it is done: not at all; from afar alone; also by persons at the line; open where the text
    rules out neither."""
    guarantee_void: Literal["never", "host_attacks", "host_fires"] | None = None
    """What of the host's own conduct voids the guarantee; fire includes attack."""
    guarantee_years: Years | None = None
    """How long the guarantee runs from the halt."""
    assets: Literal["kept", "to_host", "shared", "returned"] | None = None
    """What becomes of the opponent's frozen assets."""
    elections: Flag | None = None
    """Whether the host is bound to hold elections soon after the halt."""
    minorities: Flag | None = None
    """Whether rules on the language and religion of minorities bind the host."""
    prisoners: Flag | None = None
    """Whether all prisoners are exchanged for all."""
    plant: Literal["as_held", "shared", "to_host", "to_opponent", "international"] | None = None
    """Who runs a nuclear plant that the opponent holds at the halt, or has its power."""
    breach_procedure: Flag | None = None
    """Whether breaches are answered in agreed steps, each with a time limit."""
    union_accession: Literal["none", "promised", "dated"] | None = None
    """What the host is given on joining a union: nothing, that it may, or by when."""

    @model_validator(mode="after")
    def _belt_beyond_zone(self) -> Terms:
        if self.belt_km is not None and self.buffer_km is not None and self.belt_km < self.buffer_km / 2.0:
            raise PydanticCustomError(
                "belt",
                "heavy weapons would stand inside the zone that both sides leave: belt_km, on each side, is "
                "{belt} and half of buffer_km is {half}",
                {
                    "belt": f"{self.belt_km:g}",
                    "half": f"{self.buffer_km / 2.0:g}",
                    "mend": f"give belt_km of at least {self.buffer_km / 2.0:g}, a narrower buffer_km, or "
                    "`belt_km: null` if no depth is known",
                },
            )
        return self


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
    "belt_km": "withdrawal_belts",
    "monitoring_lead": "monitoring_lead",
    "monitoring_means": "monitoring_means",
    "guarantee_void": "guarantee_void_if",
    "guarantee_years": "guarantee_duration",
    "assets": "frozen_assets",
    "elections": "elections",
    "minorities": "minorities_language",
    "prisoners": "prisoner_exchange",
    "plant": "nuclear_plant",
    "breach_procedure": "breach_procedure",
    "union_accession": "eu_accession",
}
"""Which clause each variable of :class:`Terms` codes; every clause is coded by one."""


class Response(Word):
    """What a party is on record as having answered to these terms."""

    party: CountryRef
    answer: Literal["accepts", "in_part", "refuses"]
    """``in_part`` where it took the terms as a basis and refused some of them."""
    text: Text
    answered_on: Day | None
    sources: Annotated[tuple[SourceRef, ...], Field(min_length=1)]
    confidence: Confidence


class Settlement(Word):
    """A file ``settlements/NAME.yaml`` of a case."""

    name: Key
    title: Text
    as_of: Day
    terms: Terms
    coding_note: Text
    """How the variables were read off the clauses, and where that is a judgement."""
    clauses: Annotated[tuple[Clause, ...], Field(min_length=1)]
    responses: tuple[Response, ...] = ()
    """Recorded answers of the parties; none where nothing is known."""

    @model_validator(mode="after")
    def _each_clause_once(self) -> Settlement:
        names = [clause.clause for clause in self.clauses]
        for name in names:
            if names.count(name) > 1:
                raise PydanticCustomError(
                    "twice", "the clause '{name}' stands twice", {"name": name, "mend": "keep one of the two"}
                )
        return self
