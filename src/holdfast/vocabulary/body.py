"""Body: who can authorise, who sits in it, and by what rule it decides.

A rule says how votes become a decision; it is the whole of what the engine knows about a body. The
legal reading behind each rule stands in its docstring, so that a reader can disagree with it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from holdfast.vocabulary.base import (
    FIRST_DAY,
    LAST_DAY,
    Confidence,
    CountryRef,
    Day,
    Flag,
    Key,
    Reference,
    SourceRef,
    Text,
    Word,
)

Count = Annotated[int, Field(ge=1, le=1_000, strict=True)]
PopulationMillions = Annotated[float, Field(gt=0.0, le=2_000.0)]
"""Persons, in millions."""


class Fraction(Word):
    """A share written as two whole numbers, because two thirds is no decimal number."""

    numerator: Count
    denominator: Count

    @model_validator(mode="after")
    def _at_most_one(self) -> Fraction:
        if self.numerator > self.denominator:
            raise PydanticCustomError(
                "fraction",
                "the numerator must not exceed the denominator",
                {"mend": "write a share of at most one, such as {numerator: 2, denominator: 3}"},
            )
        return self


class QuotaWithVeto(Word):
    """So many votes in favour, and no vote against by a seat that holds a veto.

    UN Charter Art. 27(3) for the Security Council: nine of fifteen with the concurring votes of the
    permanent members. Abstention and absence are no veto, by practice that the International Court
    of Justice accepted (Namibia, Advisory Opinion of 21 June 1971, para. 22). Under Art. 27(2) the same
    body decides procedure, such as calling the Assembly to an emergency session (A/RES/377(V)), by the
    quota alone: that is a body whose seats hold no veto.
    """

    kind: Literal["quota_with_veto"]
    required_yes: Count
    """Votes in favour that are needed."""
    party_abstains: Literal["never", "peaceful_settlement"]
    """Whether a party to the dispute is bound to abstain.

    The proviso of Art. 27(3) binds parties only in decisions under Chapter VI and Art. 52(3):
    ``peaceful_settlement``. It does not touch Chapter VII: ``never``. It has hardly been applied since
    the early years, so ``peaceful_settlement`` shows what the text says, not what the Council does.
    """


class ShareOfVoting(Word):
    """At least this share of those who vote yes or no; abstentions and absence do not count.

    UN Charter Art. 18(2), two thirds of the members present and voting; rule 86 of the Assembly's Rules
    of Procedure counts as voting only those who vote for or against. One vote in favour is needed at
    least: a draft that nobody votes for is not adopted.
    """

    kind: Literal["share_of_voting"]
    share_yes: Fraction
    """Share in favour that is enough when reached exactly."""

    @model_validator(mode="after")
    def _more_than_half(self) -> ShareOfVoting:
        if 2 * self.share_yes.numerator <= self.share_yes.denominator:
            raise PydanticCustomError(
                "share_of_voting",
                "the share must lie above one half: reaching exactly half is a tie, which adopts nothing",
                {"mend": "write a share above one half, such as {numerator: 2, denominator: 3}"},
            )
        return self


class UnanimityWithConstructiveAbstention(Word):
    """Any vote against blocks; abstainers block together only if they reach both limits.

    TEU Art. 31(1): members that abstain with a formal declaration let the decision pass without being bound
    by it, unless they are at least one third of the member states and hold at least one third of the
    Union's population. A plain abstention never blocks (TFEU Art. 238(4)). Every abstention is taken
    here as one with a declaration, which is the harder case for adoption. Art. 238(4) speaks of
    members present or represented; a member that is neither is taken to withhold unanimity.
    """

    kind: Literal["unanimity_with_constructive_abstention"]
    limit_states: Fraction
    """Share of the members from which on abstainers may block."""
    limit_population: Fraction
    """Share of the population from which on abstainers may block."""


class Consensus(Word):
    """Any objection blocks; silence, abstention and absence do not.

    The North Atlantic Council decides by practice under silence procedure. The OSCE defines consensus as
    the absence of any objection by a participating State (Helsinki Final Recommendations, 1973, para. 69),
    and knows one exception, "consensus minus one" (Prague Document 1992, para. 16): in cases of clear, gross
    and uncorrected violations of commitments, political steps outside the territory of the state concerned
    may be taken without its consent.
    """

    kind: Literal["consensus"]
    excepted: tuple[CountryRef, ...] = ()
    """States whose objection does not block."""


class HostInvitation(Word):
    """The host consents, and enough contributors each approve their own part.

    Force by invitation under general international law and UN Charter Art. 51: no body adopts anything.
    Contributors who do not approve stay away and stop nobody else. Which states are asked comes from
    the arrangement, so a body with this rule may list no members.
    """

    kind: Literal["host_invitation"]
    host: CountryRef
    minimum_contributors: Count
    """Contributors that must approve; the host is not one of them."""


class Ratification(Word):
    """Each state named must say yes; anything else counts as not ratified."""

    kind: Literal["ratification"]
    required: Annotated[tuple[CountryRef, ...], Field(min_length=1)]
    """Both parties and the sponsor, as a rule."""
    guarantors: Flag = False
    """Whether all who guarantee something in the arrangement must ratify too."""

    @model_validator(mode="after")
    def _each_once(self) -> Ratification:
        if len(set(self.required)) < len(self.required):
            raise PydanticCustomError(
                "ratification", "a state is named twice", {"mend": "name each state in required once"}
            )
        return self


Rule = Annotated[
    QuotaWithVeto
    | ShareOfVoting
    | UnanimityWithConstructiveAbstention
    | Consensus
    | HostInvitation
    | Ratification,
    Field(discriminator="kind"),
]


class Seat(Word):
    """A state's seat, from ``since`` to ``until``, both days included; null is open."""

    state: CountryRef
    since: Day | None = None
    until: Day | None = None
    veto: Flag = False
    """Whether a vote against by this seat blocks. Only a quota knows such seats."""
    population_millions: PopulationMillions | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Seat:
        if self.since is not None and self.until is not None and self.until < self.since:
            raise PydanticCustomError(
                "seat", "the seat ends before it begins", {"mend": "put `until` on or after `since`"}
            )
        return self

    def held_on(self, day: dt.date) -> bool:
        """Return whether the state sits on ``day``."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class Candidate(Word):
    """One that may come to hold an open seat, and how likely that is beside the others."""

    state: CountryRef
    weight: Annotated[float, Field(gt=0.0, le=1_000.0)]


class OpenSeat(Word):
    """A seat whose holder is not known yet: in each future one of the candidates sits in it."""

    key: Key
    """What the seat is called, such as `africa-2028`."""
    name: Text
    since: Day
    until: Day | None = None
    pick: Annotated[Key, Reference("estimate", "share")]
    """Even over 0 to 1: which candidate it is, each with a stretch as long as its weight."""
    candidates: Annotated[tuple[Candidate, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _in_order(self) -> OpenSeat:
        if self.until is not None and self.until < self.since:
            raise PydanticCustomError(
                "seat", "the seat ends before it begins", {"mend": "put `until` on or after `since`"}
            )
        names = [candidate.state for candidate in self.candidates]
        if len(set(names)) < len(names):
            raise PydanticCustomError(
                "seat", "a candidate is named twice", {"mend": "add the two weights up in one"}
            )
        return self

    def held_on(self, day: dt.date) -> bool:
        """Return whether somebody sits in it on ``day``."""
        return self.since <= day and (self.until is None or day <= self.until)


class Body(Word):
    """Who can authorise: members, rule, effect, legal basis, renewal and time to decide."""

    key: Key
    name: Text
    rule: Rule
    members: tuple[Seat, ...]
    effect: Literal["binds", "binds_consenting", "recommends"]
    """``binds`` every member; ``binds_consenting`` those that agreed; ``recommends`` binds nobody."""
    gives_un_mandate: Flag
    """Whether its decision is the United Nations mandate that some states ask for."""
    legal_basis: Text
    renewal_months: Annotated[int, Field(ge=1, le=600, strict=True)] | None
    """Usual term after which the same rule decides again; null if there is no fixed term."""
    decision_days: Annotated[Key, Reference("estimate", "days")]
    """Time from proposal to decision."""
    sources: Annotated[tuple[SourceRef, ...], Field(min_length=1)]
    confidence: Confidence
    note: Text | None = None
    seats: Count | None = None
    """How many seats it has in full; on a day for which fewer are written down it cannot vote here."""
    open_seats: tuple[OpenSeat, ...] = ()
    """Seats whose holders are not known yet."""
    pays: Literal["members", "contributors", "parties"] | None = None
    """Who bears the cost: all members by a scale; those who take part; the parties and a sponsor."""
    convened_by: tuple[Annotated[Key, Reference("body")], ...] = ()
    """Bodies, or ways of calling it, one of which must first bring it together."""
    in_session_since: Day | None = None
    """From this day on nobody needs to call it any more."""
    authorises: Flag = True
    """False for a step on the way that sets up no mission by itself."""
    consents: Text | None = None
    """Whose consent its decision still needs, in words."""
    caveat: Text | None = None
    """Where the route is open at all, and what it costs besides money, in words."""

    @model_validator(mode="after")
    def _open_seats_differ(self) -> Body:
        keys = [seat.key for seat in self.open_seats]
        if len(set(keys)) < len(keys):
            raise PydanticCustomError(
                "seat", "two open seats have one key", {"mend": "give each open seat a key of its own"}
            )
        if self.key in self.convened_by:
            raise PydanticCustomError(
                "body",
                "a body is not convened by itself",
                {"mend": "take it out of convened_by, or name the body that calls it"},
            )
        return self

    @model_validator(mode="after")
    def _one_seat_each(self) -> Body:
        seats: dict[str, list[Seat]] = defaultdict(list)
        for seat in self.members:
            seats[seat.state].append(seat)
        for state, held in seats.items():
            held.sort(key=lambda seat: seat.since or dt.date.min)
            for earlier, later in pairwise(held):
                if earlier.until is None or later.since is None or later.since <= earlier.until:
                    raise PydanticCustomError(
                        "seats_overlap",
                        "{state} holds two seats at one time",
                        {"state": state, "mend": "end the first before the second begins, or keep one"},
                    )
        return self

    @model_validator(mode="after")
    def _rule_fits_members(self) -> Body:
        rule = self.rule
        if not isinstance(rule, QuotaWithVeto) and any(seat.veto for seat in self.members):
            raise PydanticCustomError(
                "veto",
                "a seat's veto means something only under quota_with_veto",
                {"mend": "leave `veto` out, or write the rule quota_with_veto"},
            )
        if not self.members and not isinstance(rule, HostInvitation):
            raise PydanticCustomError(
                "members",
                "the body needs members",
                {"mend": "list at least one seat under members"},
            )
        most = _most_sitting(self)
        if isinstance(rule, QuotaWithVeto) and rule.required_yes > most:
            raise PydanticCustomError(
                "quota",
                "required_yes is more than the seats held on any one day: the quota is never met",
                {"mend": f"write a required_yes of at most {most}, or add the seats that lack"},
            )
        if self.seats is not None and self.seats != most:
            raise PydanticCustomError(
                "seats",
                "seats is {seats}, and the most that are held on any one day is {most}",
                {"seats": self.seats, "most": most, "mend": f"write `seats: {most}`, or mend the members"},
            )
        if isinstance(rule, UnanimityWithConstructiveAbstention):
            for seat in self.members:
                if seat.population_millions is None:
                    raise PydanticCustomError(
                        "population",
                        "{state} needs population_millions",
                        {"state": seat.state, "mend": "write its population in millions beside the state"},
                    )
        self._check_named(rule)
        return self

    def _check_named(self, rule: Rule) -> None:
        """Raise if the rule names states that hold no seat, or asks for more contributors than there are."""
        states = {seat.state for seat in self.members}
        named: tuple[str, ...] = ()
        if isinstance(rule, Ratification):
            named = rule.required
        elif isinstance(rule, Consensus):
            named = rule.excepted
        elif isinstance(rule, HostInvitation) and states:
            named = (rule.host,)
            if len(states - {rule.host}) < rule.minimum_contributors:
                raise PydanticCustomError(
                    "quota",
                    "minimum_contributors is more than the contributors listed",
                    {"mend": "lower minimum_contributors, list more members, or leave members empty"},
                )
        for state in named:
            if state not in states:
                raise PydanticCustomError(
                    "members",
                    "the rule names {state}, which holds no seat",
                    {"state": state, "mend": f"list {state} under members, or take it out of the rule"},
                )


def _most_sitting(body: Body) -> int:
    """Return the most seats held on any one day; it is reached on a day when somebody takes a seat."""
    days = {seat.since or dt.date.min for seat in body.members} | {seat.since for seat in body.open_seats}
    return max((len(sitting(body, day)) + len(unknown_seats(body, day)) for day in days), default=0)


def sitting(body: Body, day: dt.date) -> tuple[Seat, ...]:
    """Return the seats held on a day, in the order of the file.

    Parameters
    ----------
    body : Body
    day : datetime.date
        The day of the vote.

    Returns
    -------
    tuple of Seat
        One seat for each state that sits.
    """
    return tuple(seat for seat in body.members if seat.held_on(day))


def unknown_seats(body: Body, day: dt.date) -> tuple[OpenSeat, ...]:
    """Return the seats that somebody not known yet will hold on a day, in the order of the file."""
    return tuple(seat for seat in body.open_seats if seat.held_on(day))


def lacking(body: Body, day: dt.date) -> str | None:
    """Return why a body cannot vote on a day by what is written down of its seats; None if it can.

    Parameters
    ----------
    body : Body
    day : datetime.date
        The day of the vote.

    Returns
    -------
    str or None
        Words that follow the body's name, such as ``has 10 of its 15 seats``.
    """
    if isinstance(body.rule, HostInvitation):
        return None
    known = {seat.state for seat in sitting(body, day)}
    held = len(known) + len(unknown_seats(body, day))
    if body.seats is not None and held < body.seats:
        return f"has {held} of its {body.seats} seats written down"
    if held == 0:
        return "has no seat written down"
    if isinstance(body.rule, QuotaWithVeto) and held < body.rule.required_yes:
        return f"needs {body.rule.required_yes} votes and has {held} seats written down"
    absent = set(body.rule.required) - known if isinstance(body.rule, Ratification) else set()
    return f"has no seat written down for {', '.join(sorted(absent))}" if absent else None


def step_on_the_way(body: Body, bodies: Iterable[Body]) -> tuple[str, str]:
    """Return what is wrong with a step on the way as an authority, and the mend, in words."""
    leads_to = [one.key for one in bodies if body.key in one.convened_by]
    mend = f"name what it calls: {' or '.join(leads_to)}" if leads_to else "name a body that authorises"
    return f"'{body.key}' is a step on the way and authorises nothing by itself", mend


def periods(body: Body) -> tuple[tuple[dt.date, dt.date], ...]:
    """Return first and last day of each time in which the same seats are held, in order.

    The first begins with the first day that a file may name, and the last ends with the last.
    """
    after = dt.timedelta(days=1)
    begins = {FIRST_DAY}
    known = [(seat.since, seat.until) for seat in body.members]
    for since, until in (*known, *((seat.since, seat.until) for seat in body.open_seats)):
        begins |= {since} if since is not None else set()
        begins |= {until + after} if until is not None else set()
    ordered = sorted(day for day in begins if day <= LAST_DAY)
    return tuple(zip(ordered, [*(day - after for day in ordered[1:]), LAST_DAY], strict=True))


def days_covered(body: Body) -> str:
    """Return the days on which a body can vote, in words: ``2014-01-01 to 2036-12-31``."""
    spans: list[tuple[dt.date, dt.date]] = []
    for first, last in periods(body):
        if lacking(body, first) is None:
            if spans and spans[-1][1] + dt.timedelta(days=1) == first:
                first = spans.pop()[0]  # noqa: PLW2901 - one longer span instead of two
            spans.append((first, last))
    return ", ".join(f"{first} to {last}" for first, last in spans) or "no day"


class BodiesFile(Word):
    """The file ``bodies.yaml`` of a case."""

    title: Text
    bodies: Annotated[tuple[Body, ...], Field(min_length=1)]
