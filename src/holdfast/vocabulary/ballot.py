"""Ballot: a recorded vote, state by state. A fact, from which leanings are read and rules are tested."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from holdfast.vocabulary.base import Confidence, CountryRef, Day, Flag, Key, Reference, SourceRef, Text, Word

Vote = Literal["yes", "no", "abstain", "absent"]
"""How a member voted; ``absent`` covers being away and taking no part."""


class Ballot(Word):
    """A recorded vote. States that are not known to have voted in one way stand nowhere."""

    key: Key
    title: Text
    held_on: Day
    body: Annotated[Key, Reference("body")]
    yes: tuple[CountryRef, ...]
    no: tuple[CountryRef, ...]
    abstain: tuple[CountryRef, ...]
    absent: tuple[CountryRef, ...]
    carried: Flag
    """Whether the draft was adopted."""
    sources: Annotated[tuple[SourceRef, ...], Field(min_length=1)]
    confidence: Confidence
    note: Text | None = None

    @model_validator(mode="after")
    def _each_state_once(self) -> Ballot:
        seen: set[str] = set()
        for state in (*self.yes, *self.no, *self.abstain, *self.absent):
            if state in seen:
                raise PydanticCustomError(
                    "voted_twice", "{state} stands twice in one ballot", {"state": state}
                )
            seen.add(state)
        return self

    def votes(self) -> dict[str, Vote]:
        """Return the vote of each state recorded.

        Returns
        -------
        dict
            State code to vote, in the order yes, no, abstain, absent.
        """
        votes: dict[str, Vote] = dict.fromkeys(self.yes, "yes")
        votes.update(dict.fromkeys(self.no, "no"))
        votes.update(dict.fromkeys(self.abstain, "abstain"))
        votes.update(dict.fromkeys(self.absent, "absent"))
        return votes


class BallotsFile(Word):
    """The file ``ballots.yaml`` of a case."""

    title: Text
    ballots: Annotated[tuple[Ballot, ...], Field(min_length=1)]
