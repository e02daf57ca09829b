"""Bloc: states that tend to move together when they vote, whatever the rules say of them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from holdfast.vocabulary.base import Confidence, CountryRef, Key, SourceRef, Text, Word


class Bloc(Word):
    """A group of states that consult before a vote: a union, a regional group, an alliance.

    A bloc says who is likely to be moved by the same thing, not which way.
    """

    key: Key
    name: Text
    states: Annotated[tuple[CountryRef, ...], Field(min_length=1)]
    basis: Text
    """Why these states stand together, and who was put here by judgement."""
    sources: Annotated[tuple[SourceRef, ...], Field(min_length=1)]
    confidence: Confidence


class BlocsFile(Word):
    """The file ``blocs.yaml`` of a case. A state stands in one bloc, or in none and by itself."""

    title: Text
    blocs: Annotated[tuple[Bloc, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _each_state_once(self) -> BlocsFile:
        seen: dict[str, str] = {}
        for bloc in self.blocs:
            for state in bloc.states:
                if state in seen:
                    raise PydanticCustomError(
                        "bloc",
                        "{state} stands in '{first}' and in '{second}'",
                        {"state": state, "first": seen[state], "second": bloc.key, "mend": "keep one"},
                    )
                seen[state] = bloc.key
        return self
