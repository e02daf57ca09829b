"""The legal and moral questions that bear on an arrangement, with their figures (rule EV7).

Figures are counted, or read off the words of the case and the arrangement; each names what it was read from.
Nothing here weighs, adds up or ranks: a question is listed with its facts and never scored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

from holdfast.evaluate.question import FORCE_STEPS, TROOPS, Question
from holdfast.vocabulary.arrangement import Mission
from holdfast.vocabulary.body import (
    Body,
    Consensus,
    Fraction,
    HostInvitation,
    QuotaWithVeto,
    Ratification,
    ShareOfVoting,
    sitting,
    unknown_seats,
)
from holdfast.vocabulary.method import Applies, Figure, Principle
from holdfast.vocabulary.settlement import CODES

MOST_NAMED: Final = 6
"""More states than this are counted rather than named a second time."""
NOTHING: Final[Mapping[str, float]] = MappingProxyType({})
SHOWN: Final = (0.05, 0.95)
"""Quantiles between which an estimate is told, as everywhere in the project."""

MAY_USE: Final = {
    "none": "no force",
    "self_defence": "force in self-defence alone",
    "defend_mandate": "force in self-defence and to defend its mandate",
    "fight_with_host": "force beside the host",
}
STANDS: Final = {
    "line": "on the line of contact",
    "rear": "inside the host, away from the line",
    "neighbour": "outside the host, in a neighbouring state",
}
WORKS: Final = {
    "both_sides": "works on both sides of the line",
    "host_side": "works on the host's side of the line alone",
}
ANSWERED: Final = {"accepts": "accepts", "in_part": "accepts in part", "refuses": "refuses"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One short fact.

    Attributes
    ----------
    kind : str
        The figure that it belongs to, or ``precedent``.
    text : str
    sources : tuple of str
        Keys of the case's sources. Empty where it is read off the words of the arrangement or counted
        over the words that ``read_from`` names, which have sources of their own.
    read_from : tuple of str
        Estimates and fields of the case, the settlement or the arrangement.
    numbers : mapping of str to float
        What is counted or measured, by name.
    states : tuple of str
        Codes of the states that it names, sorted.
    """

    kind: Figure | Literal["precedent"]
    text: str
    sources: tuple[str, ...]
    read_from: tuple[str, ...]
    numbers: Mapping[str, float] = field(default_factory=lambda: NOTHING)
    states: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bearing:
    """A principle that bears on an arrangement, with its figures and precedents."""

    principle: Principle
    facts: tuple[Fact, ...]


def bearing(question: Question) -> tuple[Bearing, ...]:
    """Return the principles that bear on the arrangement, in the order of the case's file.

    Parameters
    ----------
    question : Question

    Returns
    -------
    tuple of Bearing
        Each with the facts of the figures that it names, then its precedents that bear on the arrangement.

    Notes
    -----
    EV7: listed with the facts, never scored.
    """
    found = []
    for principle in question.case.principles:
        if applies_to(question, principle.applies):
            facts = [fact for figure in principle.figures for fact in FIGURES[figure](question)]
            found.append(Bearing(principle, (*facts, *_precedents(question, principle))))
    return tuple(found)


def applies_to(question: Question, applies: Applies) -> bool:
    """Return whether every list that is given contains a value of the arrangement."""
    missions = [mission for _, mission in _missions(question)]
    pairs: tuple[tuple[tuple[str, ...], set[str | None]], ...] = (
        (applies.formats, {question.arrangement.format}),
        (applies.areas, {mission.mandate.area for mission in missions}),
        (applies.use_of_force, {mission.mandate.use_of_force for mission in missions}),
        (applies.bodies, {question.arrangement.authority}),
    )
    return all(not wanted or set(wanted) & has for wanted, has in pairs)


def _missions(question: Question) -> list[tuple[str, Mission]]:
    """Return the missions of the arrangement with the names of their phases."""
    return [(phase.name, phase.mission) for phase in question.arrangement.phases if phase.mission is not None]


def _precedents(question: Question, principle: Principle) -> Iterator[Fact]:
    """Yield the precedents that bear on the arrangement."""
    for one in principle.precedents:
        if applies_to(question, one.applies):
            text = f"{one.name}: {one.facts}"
            yield Fact(
                "precedent", text, one.sources, (f"principles[{principle.key}].precedents[{one.key}]",)
            )


# --- Line against border ----------------------------------------------------------------------------------


def _line_against_border(question: Question) -> Iterator[Fact]:
    """Yield the length of the line, that of the recognised border, and how they compare, in km."""
    theatre = question.case.theatre
    name = theatre.line_km
    estimate = question.case.ledger[name]
    low, high = (float(value) for value in question.case.ledger.shape(name).quantile(SHOWN))
    middle = question.futures.central(name)
    yield Fact(
        "line_against_border",
        f"The line that a mission would have to cover is {low:,.0f} to {high:,.0f} km long (5th to 95th "
        f"percentile; median {middle:,.0f} km), as of {estimate.as_of}.",
        tuple(basis.source for basis in estimate.sources),
        (name,),
        {"line_km_low": low, "line_km": middle, "line_km_high": high},
    )
    on_border = sum(point.terrain == "border" for point in theatre.line.points)
    yield Fact(
        "line_against_border",
        f"Points of the line as drawn for {theatre.line.as_of} that lie on the recognised border: "
        f"{on_border} of {len(theatre.line.points)}.",
        theatre.line.sources,
        ("theatre.line",),
        {"points": len(theatre.line.points), "points_on_border": on_border},
    )
    if theatre.border is not None:
        names = " and ".join(_name(question, party.state) for party in question.case.parties)
        yield Fact(
            "line_against_border",
            f"The recognised land border between {names} is {theatre.border.km:,.0f} km long; the line is "
            f"{middle / theatre.border.km:.2f} times as long. {theatre.border.text}",
            theatre.border.sources,
            ("theatre.border", name),
            {"border_km": theatre.border.km, "line_over_border": middle / theatre.border.km},
        )


# --- A party with a veto ----------------------------------------------------------------------------------


def stops_alone(question: Question, body: Body, state: str) -> bool:
    """Return whether a state could stop a decision of a body alone, by rule and seats on the voting day."""
    rule = body.rule
    seats = {seat.state: seat for seat in sitting(body, question.case.about.voting_day)}
    seat = seats.get(state)
    if isinstance(rule, QuotaWithVeto):
        abstains = rule.party_abstains != "never" and state in _parties(question)
        return seat is not None and seat.veto and not abstains
    if isinstance(rule, ShareOfVoting):
        return False
    if isinstance(rule, HostInvitation):
        return state == rule.host
    if isinstance(rule, Ratification):
        return state in rule.required or (rule.guarantors and state in _guarantors(question))
    return seat is not None and not (isinstance(rule, Consensus) and state in rule.excepted)


def _parties_with_veto(question: Question) -> Iterator[Fact]:
    """Yield who of the parties could stop the decision alone, there and at the case's other bodies."""
    body = question.case.bodies.get(question.arrangement.authority or "")
    if body is not None:
        yield _veto_at(question, body, "parties_with_veto", f"{body.name}: {_rule(question, body)}.")
        yield from _renewals(question)
        yield from _called_by(question, body)
    yield _veto_anywhere(question)


def _veto_at(question: Question, body: Body, kind: Figure, begins: str) -> Fact:
    """Return the fact on who of the parties, and of those that vote as one does, could stop a body alone."""
    follows, parties = question.case.about.follows, _parties(question)
    can = [state for state in parties if stops_alone(question, body, state)]
    cannot = [state for state in parties if state not in can]
    followers = sorted(
        state for state in follows if follows[state] in parties and stops_alone(question, body, state)
    )
    if len(can) == 1:
        who = f"{_names(question, can)} could stop it alone, {_names(question, cannot)} could not"
    else:
        who = f"{'each of ' if can else 'neither of '}{_names(question, parties)} could stop it alone"
    text = f"{begins} By the seats of {question.case.about.voting_day} {who}."
    for state in followers:
        party = _name(question, follows[state])
        text += f" So could {_name(question, state)}, which votes as {party} does."
    return Fact(
        kind,
        text,
        body.sources,
        (f"bodies[{body.key}].rule", f"bodies[{body.key}].members", "case.voting_day"),
        {state: float(state in can) for state in parties},
        tuple(sorted((*can, *followers))),
    )


def _renewals(question: Question) -> Iterator[Fact]:
    """Yield how often the same rule decides again."""
    for name, mission in _missions(question):
        months = mission.mandate.renewal_months
        if months is not None:
            yield Fact(
                "parties_with_veto",
                f"The mandate of phase '{name}' runs for {months} months; each renewal is decided by the "
                "same rule.",
                (),
                (f"phases[{name}].mission.mandate.renewal_months",),
                {"renewal_months": months},
            )


def _called_by(question: Question, body: Body) -> Iterator[Fact]:
    """Yield who must first call the body together, and whether a party could stop that."""
    day = question.case.about.voting_day
    if body.in_session_since is not None and body.in_session_since <= day:
        yield Fact(
            "parties_with_veto",
            f"Nobody needs to call it together: in session since {body.in_session_since}.",
            body.sources,
            (f"bodies[{body.key}].in_session_since",),
        )
        return
    for key in body.convened_by:
        first = question.case.bodies[key]
        one_of = "this must act" if len(body.convened_by) == 1 else "one of several must act, this among them"
        begins = f"Before it {one_of}: {first.name}: {_rule(question, first)}."
        yield _veto_at(question, first, "parties_with_veto", begins)


def _veto_anywhere(question: Question) -> Fact:
    """Return how many of the bodies that could set up a mission each party could stop alone."""
    bodies = [body for body in question.case.bodies.values() if body.authorises]
    could = {
        state: [body for body in bodies if stops_alone(question, body, state)] for state in _parties(question)
    }
    said = []
    for state, found in could.items():
        listed = "; ".join(sorted(body.name for body in found))
        said.append(f"{_name(question, state)} {len(found)}" + (f" ({listed})" if found else ""))
    return Fact(
        "parties_with_veto",
        f"Of the {len(bodies)} bodies and ways of the case that could set up a mission, alone could stop: "
        f"{', and '.join(said)}.",
        (),
        ("bodies", "case.voting_day"),
        {"bodies": len(bodies), **{state: len(found) for state, found in could.items()}},
        tuple(sorted(state for state, found in could.items() if found)),
    )


def _rule(question: Question, body: Body) -> str:
    """Return the rule of a body in words."""
    rule = body.rule
    day = question.case.about.voting_day
    seats = len(sitting(body, day)) + len(unknown_seats(body, day))
    if isinstance(rule, QuotaWithVeto):
        held = sum(seat.veto for seat in sitting(body, day))
        against = f", none against by one of the {held} seats with a veto" if held else ""
        abstains = "; a party to the dispute abstains" if rule.party_abstains != "never" else ""
        return f"{rule.required_yes} of {seats} votes{against}{abstains}"
    if isinstance(rule, ShareOfVoting):
        return f"{_fraction(rule.share_yes)} of those among {seats} who vote yes or no"
    if isinstance(rule, Consensus):
        spared = f", {_names(question, rule.excepted)} left out" if rule.excepted else ""
        return f"consensus of {seats}{spared}: any objection stops it"
    if isinstance(rule, HostInvitation):
        return (
            f"consent of the host, {_name(question, rule.host)}, and of at least {rule.minimum_contributors} "
            "that it invites"
        )
    if isinstance(rule, Ratification):
        more = " and every guarantor" if rule.guarantors else ""
        return f"ratification by {_names(question, rule.required)}{more}"
    return (
        f"unanimity of {seats}; abstainers stop it together if they are {_fraction(rule.limit_states)} of "
        f"the states with {_fraction(rule.limit_population)} of the people"
    )


# --- Who is asked -----------------------------------------------------------------------------------------


def _contributors_tied(question: Question) -> Iterator[Fact]:
    """Yield how many of those asked are tied to each party, and how."""
    asked = set(question.contributors())
    ties = question.case.about.ties
    if not asked or not ties:
        return
    for party in _parties(question):
        own = [(place, tie) for place, tie in enumerate(ties) if tie.party == party]
        if not own:
            continue
        tied = sorted({state for _, tie in own for state in tie.states if state in asked})
        who = f" ({_names(question, tied)})" if tied else ""
        yield Fact(
            "contributors_tied",
            f"States tied to {_name(question, party)}, by the case's list, among the {len(asked)} asked: "
            f"{len(tied) or 'none'}{who}.",
            tuple(dict.fromkeys(source for _, tie in own for source in tie.sources)),
            ("case.ties", _asked_in(question)),
            {"asked": len(asked), "tied": len(tied)},
            tuple(tied),
        )
        for place, tie in own:
            states = sorted(set(tie.states) & asked)
            if states:
                named = _names(question, states) if len(states) <= MOST_NAMED else f"{len(states)} of them"
                yield Fact(
                    "contributors_tied",
                    f"{named}, tied to {_name(question, party)}: {tie.text}",
                    tie.sources,
                    (f"case.ties[{place}]",),
                    {"tied": len(states)},
                    tuple(states),
                )


def _contributors_allied(question: Question) -> Iterator[Fact]:
    """Yield how many of those asked belong to the case's alliance and to the group of the host's partners."""
    asked = question.contributors()
    if not asked:
        return
    about, states = question.case.about, question.case.states
    for group in dict.fromkeys((about.alliance, about.partners)):
        members = sorted(code for code in asked if code in states and group in states[code].groups)
        role = "the alliance" if group == about.alliance else "the group of the host's partners"
        yield Fact(
            "contributors_allied",
            f"Members of {role} ('{group}') among the {len(asked)} asked: {len(members) or 'none'}.",
            (),
            (_asked_in(question), "states.groups", "case.alliance", "case.partners"),
            {"asked": len(asked), "members": len(members)},
            tuple(members),
        )


def _asked_in(question: Question) -> str:
    """Return where those asked are named: in missions, or without one among the guarantors."""
    return "phases.mission.contributors" if _missions(question) else "phases.guarantees.guarantors"


# --- Use of force, and consent ----------------------------------------------------------------------------


def _use_of_force(question: Question) -> Iterator[Fact]:
    """Yield what each mandate allows, where, and which of its tasks are for troops."""
    for name, mission in _missions(question):
        armed = [
            question.case.tasks[part.task]
            for part in mission.components
            if question.case.tasks[part.task].domain in TROOPS
        ]
        tasks = "; ".join(task.title for task in armed) if armed else "none"
        may = MAY_USE[mission.mandate.use_of_force]
        yield Fact(
            "use_of_force",
            f"In phase '{name}' the mission may use {may}; it stands {STANDS[mission.mandate.area]}. "
            f"Tasks of it that are for troops: {tasks}.",
            (),
            (f"phases[{name}].mission.mandate", f"phases[{name}].mission.components"),
            {"steps_of_force": FORCE_STEPS[mission.mandate.use_of_force], "tasks_for_troops": len(armed)},
        )


def _consent(question: Question) -> Iterator[Fact]:
    """Yield whose consent the decision needs, what the parties have answered, and where the mission works."""
    body = question.case.bodies.get(question.arrangement.authority or "")
    if body is not None:
        yield _veto_at(question, body, "consent", f"{body.name}: {_rule(question, body)}.")
        if body.consents is not None:
            yield Fact(
                "consent",
                f"Consent that is needed besides: {body.consents}",
                body.sources,
                (f"bodies[{body.key}].consents",),
            )
    for name, mission in _missions(question):
        yield Fact(
            "consent",
            f"In phase '{name}' the mission {WORKS[mission.access]}.",
            (),
            (f"phases[{name}].mission.access",),
        )
    yield from _troops_in_the_terms(question)
    yield from _answers(question)


def _troops_in_the_terms(question: Question) -> Iterator[Fact]:
    """Yield what the settlement says on foreign troops, where it says something."""
    name = CODES["foreign_troops"]
    for clause in question.settlement.clauses:
        if clause.clause == name and clause.text is not None:
            yield Fact(
                "consent",
                f"The settlement '{question.settlement.name}' on foreign troops: {clause.text}",
                clause.sources,
                (f"settlements[{question.settlement.name}].clauses[{name}]",),
            )


def _answers(question: Question) -> Iterator[Fact]:
    """Yield what each party is on record as having answered to the settlement."""
    settlement = question.settlement
    for party in _parties(question):
        given = [one for one in settlement.responses if one.party == party]
        where = (f"settlements[{settlement.name}].responses",)
        for one in given:
            when = "" if one.answered_on is None else f" on {one.answered_on}"
            text = (
                f"{_name(question, party)}{when} on the settlement '{settlement.name}': "
                f"{ANSWERED[one.answer]}. {one.text}"
            )
            yield Fact("consent", text, one.sources, where, states=(party,))
        if not given:
            text = (
                f"No answer of {_name(question, party)} to the settlement '{settlement.name}' is known here."
            )
            yield Fact("consent", text, (), where, states=(party,))


# --- Words ------------------------------------------------------------------------------------------------


def _parties(question: Question) -> tuple[str, ...]:
    """Return the codes of host and opponent."""
    return tuple(party.state for party in question.case.parties)


def _guarantors(question: Question) -> set[str]:
    return {
        state
        for phase in question.arrangement.phases
        for guarantee in phase.promised_by_others
        for state in guarantee.guarantors
    }


def _name(question: Question, code: str) -> str:
    return question.case.name_of(code)


def _fraction(share: Fraction) -> str:
    return f"{share.numerator}/{share.denominator}"


def _names(question: Question, codes: Sequence[str]) -> str:
    """Return the names of some states as an enumeration."""
    names = [_name(question, code) for code in codes]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


FIGURES: Final[Mapping[Figure, Callable[[Question], Iterator[Fact]]]] = MappingProxyType(
    {
        "line_against_border": _line_against_border,
        "parties_with_veto": _parties_with_veto,
        "contributors_tied": _contributors_tied,
        "contributors_allied": _contributors_allied,
        "use_of_force": _use_of_force,
        "consent": _consent,
    }
)
"""What fills each figure that a principle may name."""
