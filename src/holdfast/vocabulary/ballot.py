"""Ballot: a recorded vote, state by state. A fact, from which leanings are read and rules are tested."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from holdfast.vocabulary.base import Confidence, CountryRef, Day, Flag, Key, Reference, SourceRef, Text, Word

Vote = Literal["yes", "no", "abstain", "absent"]
"""How a member voted; ``absent`` covers being away and taking no part."""


Ask = Literal[
    "halt",
    "condemnation",
    "withdrawal",
    "non_recognition",
    "accountability",
    "suspension",
    "reparation",
    "sanctions",
    "humanitarian",
    "safety",
    "mission",
    "session",
]
"""What a text asks for or does.

``halt`` an end to fighting, or talks; ``condemnation`` blame of a party by name; ``withdrawal`` of its
forces; ``non_recognition`` of changes by force; ``accountability`` inquiry or trial;
``suspension`` from a body; ``reparation`` payment for damage; ``sanctions``; ``humanitarian`` access or
relief; ``safety`` of plants, ports or sites; ``mission`` sets up or renews one;
``session`` calls another body together.
"""


class Tally(Word):
    """The official count, where not every vote is known by name."""

    yes: Annotated[int, Field(ge=0, le=1_000, strict=True)]
    no: Annotated[int, Field(ge=0, le=1_000, strict=True)]
    abstain: Annotated[int, Field(ge=0, le=1_000, strict=True)]


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
    side: Literal["host", "opponent", "neither"] | None = None
    """Whose case the text makes; null where nobody has coded it."""
    asks: tuple[Ask, ...] = ()
    """What the text asks for or does, as coded from its contents."""
    tally: Tally | None = None
    """The official count, if some votes are not known by name."""

    @model_validator(mode="after")
    def _tally_not_below_the_names(self) -> Ballot:
        if self.tally is not None:
            for vote in ("yes", "no", "abstain"):
                named, counted = len(getattr(self, vote)), getattr(self.tally, vote)
                if named > counted:
                    raise PydanticCustomError(
                        "tally",
                        "{named} are named under {vote}, and the official count is {counted}",
                        {
                            "named": named,
                            "vote": vote,
                            "counted": counted,
                            "mend": f"name at most {counted} under {vote}, or mend the tally",
                        },
                    )
        return self

    @model_validator(mode="after")
    def _each_state_once(self) -> Ballot:
        seen: set[str] = set()
        for state in (*self.yes, *self.no, *self.abstain, *self.absent):
            if state in seen:
                raise PydanticCustomError(
                    "voted_twice",
                    "{state} stands twice in one ballot",
                    {"state": state, "mend": "keep the vote that it cast and take the other out"},
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
