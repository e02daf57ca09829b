"""Case: a conflict setting, put together from its files."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from holdfast.vocabulary.base import (
    Confidence,
    CountryRef,
    Day,
    Key,
    Reference,
    SourceRef,
    StateCode,
    Text,
    Word,
)
from holdfast.vocabulary.state import GroupRef


class AsOf(Word):
    """The days to which the facts of a case are true."""

    line: Day
    diplomacy: Day
    compiled: Day


class Tie(Word):
    """States tied to a party by a treaty, an alliance or troops in the war, and how."""

    party: CountryRef
    states: Annotated[tuple[CountryRef, ...], Field(min_length=1)]
    text: Text
    sources: Annotated[tuple[SourceRef, ...], Field(min_length=1)]
    confidence: Confidence


class CaseFile(Word):
    """The file ``case.yaml``: names, roles and defaults."""

    name: Key
    title: Text
    summary: Text
    as_of: AsOf
    alliance: GroupRef
    """The group whose troops a settlement may bar."""
    partners: GroupRef
    """The group of the host's partners: how much of a mission they make up moves positions and stakes."""
    backstop: CountryRef
    """The state whose backing other states ask for."""
    settlement: Annotated[Key, Reference("settlement")]
    """The settlement that is used unless another is named."""
    arrangements: Annotated[tuple[Annotated[Key, Reference("arrangement")], ...], Field(min_length=1)]
    """What ``compare`` compares unless others are named, in this order."""
    baseline: Annotated[Key, Reference("arrangement")]
    """The arrangement with which the others are compared pair by pair."""
    voting_day: Day
    """The day that decides who sits in a body."""
    follows: dict[CountryRef, CountryRef]
    """States that vote as a party does, by code."""
    support_now: Annotated[Key, Reference("estimate", "eur_per_year")]
    """Yearly military support to the host at the halt."""
    ties: tuple[Tie, ...] = ()
    """Who is tied to a party: a fact that is listed where such a state is asked to contribute."""
    limits: Text
    """What the evidence on this case cannot tell."""


class Country(Word):
    """A country's code and name, and what else it is called."""

    code: StateCode
    name: Text
    also: tuple[Text, ...] = ()
    """Other names under which it is known, official and short ones."""


class Region(Word):
    """A geographic region, as the standard M49 draws it for statistics: no statement about anybody's ties."""

    number: Annotated[int, Field(ge=1, le=999, strict=True)]
    """Its number in the standard."""
    name: Text
    states: Annotated[tuple[CountryRef, ...], Field(min_length=1)]


class CountriesFile(Word):
    """The file ``countries.yaml`` of the library: codes, short names and regions."""

    title: Text
    countries: Annotated[tuple[Country, ...], Field(min_length=1)]
    regions: tuple[Region, ...] = ()
    """A state stands in one; every state that makes an offer in a case needs one."""
    sources: tuple[SourceRef, ...] = ()
    """Where the regions are from."""
    confidence: Confidence | None = None

    @model_validator(mode="after")
    def _one_region_each(self) -> CountriesFile:
        seen: dict[str, str] = {}
        for region in self.regions:
            for state in region.states:
                first = seen.setdefault(state, region.name)
                if first != region.name:
                    raise PydanticCustomError(
                        "region",
                        "{state} stands in '{first}' and in '{second}'",
                        {"state": state, "first": first, "second": region.name, "mend": "keep one"},
                    )
        return self

    @model_validator(mode="after")
    def _names_differ(self) -> CountriesFile:
        seen: dict[str, str] = {}
        for country in self.countries:
            for name in (country.code, country.name, *country.also):
                first = seen.setdefault(name.casefold(), country.code)
                if first != country.code:
                    raise PydanticCustomError(
                        "twice",
                        "'{name}' is what both {first} and {second} are called",
                        {"name": name, "first": first, "second": country.code, "mend": "keep one"},
                    )
        return self
