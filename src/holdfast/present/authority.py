"""Who must agree, as text: parties, bodies, what turns a refusal, principles; a recorded vote recounted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from holdfast.present.layout import foot, head, mean_over_range, table, wrapped
from holdfast.present.numbers import (
    NOT_APPLICABLE,
    billions,
    days,
    millions,
    number_range,
    share,
    share_range,
    stake_range,
)
from holdfast.present.war import war_goes_on

NOTICEABLE: Final = 0.01
"""A rise of the mean chance of adoption below this is not worth naming."""
HARDLY: Final = 0.01
"""Where less than this share of the persons planned would come, hardly anybody would."""
MOST_NAMES: Final = 6
MOST_TURNS: Final = 5
"""Changes of one sort that are listed."""
PARTS: Final = {
    "terms": "the terms",
    "foreign_troops": "foreign troops",
    "attacking_later": "attacking later is worth less than nothing",
    "being_attacked": "being attacked later",
    "war": "what fighting on may win",
}
"""Parts of the margin, in words that speak against accepting."""
HOW: Final = {
    "turns": "turned by any one of",
    "at_a_price": "turned at the price of the other's consent by any one of",
    "nearest": "turned by nothing that was tried; nearest come",
}
"""What a set of changes does, in words."""
CONDITIONS: Final = {
    "ceasefire": "a ceasefire",
    "backstop": "the backing of the state that they ask for",
    "un_mandate": "a mandate of the United Nations",
    "behind_line": "a place behind the line",
    "not_inside": "a place outside the host",
    "parliament": "a vote of parliament",
}
"""Conditions of contributors, in words."""
EFFECTS: Final = {
    "binds": "binds all members",
    "binds_consenting": "binds those that agree",
    "recommends": "recommends, binds nobody",
}
PAYERS: Final = {
    "members": "all members pay by a scale",
    "contributors": "those who take part pay",
    "parties": "the parties and a sponsor pay",
}
OUTCOMES: Final = {
    "adopted": "Adopted",
    "vetoed": "Not adopted: blocked",
    "not_adopted": "Not adopted",
}


def authority(document: Mapping[str, Any]) -> str:
    """Return who must agree to an arrangement, as text."""
    parts = [
        head(document),
        wrapped(document["arrangement"]["title"]),
        _assumed(document["assumed"]),
        notes(document),
        "Would the parties accept\n" + _parties(document),
        _refusals(document["refusals"]),
        war_goes_on(document["war_goes_on"]),
        _bodies(document),
        *[_route(body) for body in document["bodies"]],
        _principles(document["principles"]),
        "What the evidence cannot tell\n" + wrapped(document["limits"]),
        foot(document),
    ]
    return "\n\n".join(part.rstrip() for part in parts if part) + "\n"


def notes(document: Mapping[str, Any]) -> str:
    """Return what was not done as asked, or was taken in place of what is not known."""
    return "\n".join(wrapped(f"Note: {note}") for note in document["notes"])


def _assumed(assumed: Sequence[Mapping[str, str]]) -> str:
    """Return the votes that the user takes as given; they stamp the result."""
    if not assumed:
        return ""
    votes = ", ".join(f"{one['name']} {one['vote']}" for one in assumed)
    return wrapped(f"TAKEN AS GIVEN, not computed: {votes}.")


def _parties(document: Mapping[str, Any]) -> str:
    """Return each party's chance of accepting, on record too, and why, as ranges."""
    rows = [
        (
            party["name"],
            share_range(party),
            share_range(party["given_record"]),
            stake_range(party["margin"]),
            _against(party["parts"]),
        )
        for party in document["accepted"].values()
    ]
    both = share_range(document["accepted_by_both"]), share_range(document["accepted_by_both_given_record"])
    rows.append(("both", *both, "", ""))
    titles = ("", "accepts", "given answers\non record", "margin,\nstakes", "what speaks most against")
    lines = [table(titles, rows)]
    lines += [wrapped(f"Barred by {reason}", indent="  ") for reason in document["barred_by"]]
    record = document["record"]
    lines.append(
        wrapped(
            "accepts: as the stakes imply. Given answers on record: the same in futures weighed by how well "
            f"they reproduce what the parties answered to {record['settlements']} settlements, worth "
            f"{record['effective_futures']:.0f} futures. Margin: the settlement less fighting on; 1 is the "
            "aims of the war.",
            indent="  ",
        )
    )
    return "\n".join(lines)


def _against(parts: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the parts of the margin that speak against accepting, the heaviest first."""
    ranked = sorted(parts.items(), key=lambda part: part[1]["mean"])
    return "; ".join(PARTS[name] for name, part in ranked[:2] if part["mean"] < 0.0)


def _refusals(refusals: Sequence[Mapping[str, Any]]) -> str:
    """Return the smallest changes that would turn each refusal."""
    if not refusals:
        return ""
    lines = []
    for name in dict.fromkeys(one["name"] for one in refusals):
        own = [one for one in refusals if one["name"] == name]
        barred = "barred, not refused; " if own[0]["why"] == "barred" else ""
        for how in dict.fromkeys(one["how"] for one in own):
            lines.append(wrapped(f"{name}: {barred}{HOW[how]}", indent="  "))
            found = [one for one in own if one["how"] == how]
            lines += [wrapped(f"- {_change(one)}", indent="    ") for one in found[:MOST_TURNS]]
            rest = len(found) - MOST_TURNS
            lines += [f"    and {rest} more (--json lists all)"] if rest > 0 else []
    who = "Who refuses or is barred" if any(one["why"] == "barred" for one in refusals) else "Who refuses"
    return f"{who}, and the smallest changes that would turn it\n" + "\n".join(lines)


def _change(one: Mapping[str, Any]) -> str:
    """Return one set of changes, with what it brings."""
    words = "; ".join(change["words"] for change in one["changes"])
    after = {code: share_range(both["after"]) for code, both in one["accepted"].items()}
    told = ", ".join(f"{code} {range_}" for code, range_ in after.items())
    bar = {"lifted": "; lifts the bar", "set": "; is barred by the settlement"}.get(one["bar"], "")
    return f"{words} (accepts then: {told}{bar})"


def _bodies(document: Mapping[str, Any]) -> str:
    """Return every route beside the others."""
    if not document["bodies"]:
        return "Nothing has to be authorised."
    years = document["years"]
    titles = (
        "who decides",
        "adopts",
        "if both\nagree",
        "within\n90 days",
        f"renews for\n{years} years",
        "days, if\nadopted",
        "filled",
    )
    return (
        f"Who could authorise it, on {document['date']}\n"
        + table(titles, [_row(body) for body in document["bodies"]], longest=26)
        + "\n"
        + wrapped(
            "* the body that the design names. A single figure above a range is the mean over futures. "
            "adopts: the parties vote as their stakes have it, and everybody knows. If both agree: once both "
            "parties have accepted. Within 90 days: adopted, and decided in that time. Renews: if it is "
            f"adopted, every vote on renewal within {years} years goes well. Days, if adopted: from proposal "
            "to decision. Filled: persons delivered over persons planned under that authority.",
            indent="  ",
        )
        + "".join(f"\n{wrapped(line, indent='  ')}" for line in _of_all(document["bodies"]))
    )


def _row(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Return one route in figures; what is said of a mandate means nothing where none can be given."""
    none = body["adopt"]["high"] == 0.0
    renews = body["renew"] is not None and not none
    return (
        body["name"] + ("*" if body["named_by_design"] else ""),
        mean_over_range(body["adopt"], share),
        mean_over_range(body["adopt_if_agreed"], share),
        mean_over_range(body["within_days"]["90"], share),
        mean_over_range(body["renew"], share) if renews else NOT_APPLICABLE,
        NOT_APPLICABLE if none else number_range(body["days"], days),
        share_range(body["filled"]),
    )


def _of_all(bodies: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what is to be said of the routes together: which are quick, which deliver, and what all cost."""
    ranked = sorted(bodies, key=lambda body: (-body["within_days"]["90"]["mean"], body["body"]))
    likely = [body for body in ranked if body["within_days"]["90"]["mean"] >= NOTICEABLE]
    names = [body["name"] for body in likely if not _hardly_filled(body)]
    empty = any(_hardly_filled(body) for body in bodies)
    if len(names) > 1:
        yield f"Likeliest within 90 days{', of those that deliver' if empty else ''}: {'; '.join(names)}."
    if empty:
        yield "Where less than 1 % is filled, a decision would stand on paper: hardly anybody would come."
    if _same_support(bodies):
        yield (
            f"Support to the host costs EUR {number_range(bodies[0]['support_eur_per_year'], billions)} bn a "
            "year on every route, besides what the mission costs."
        )


def _same_support(bodies: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether support to the host costs the same on every route."""
    first = bodies[0]["support_eur_per_year"]
    return all(abs(body["support_eur_per_year"]["mean"] - first["mean"]) < 1e6 for body in bodies)


def _hardly_filled(body: Mapping[str, Any]) -> bool:
    """Return whether hardly anybody would come under an authority; not where no mission is planned."""
    filled = body["filled"]["high"]
    return filled is not None and filled < HARDLY


def _route(body: Mapping[str, Any]) -> str:
    """Return one route in words: who blocks, law, consents, price."""
    return "\n".join([wrapped(body["name"]), *(wrapped(line, indent="  ") for line in _lines(body))])


def _lines(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is to be said of one route."""
    yield f"Rule: {_rule(body)}; {EFFECTS[body['effect']]}. Law: {body['legal_basis'].rstrip('.')}."
    if body["consents"]:
        yield f"Consent: {body['consents'].rstrip('.')}."
    for reason in body["barred_by"]:
        yield f"Barred by {reason}."
    yield from _in_the_way(body)
    yield f"Price: {_price(body)}."
    for condition, states in body["unmet"].items():
        yield f"Would stay away, wholly or mostly, without {CONDITIONS[condition]}: {_names(states)}."
    if _hardly_filled(body):
        yield "So hardly anybody would come."
    if body["caveat"]:
        yield f"To be known: {body['caveat']}"
    new = [(one["date"], one["newly_seated"]) for one in body["renewals"] if one["newly_seated"]]
    if new:
        yield f"Who sits changes before the renewals of {', '.join(date for date, _ in new)}."


def _in_the_way(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield who stands in the way, and why there may be no chance."""
    reason = body["no_chance"]
    if reason is not None and reason["kind"] == "refused" and body["barred_by"]:
        yield "No chance in any future while it is barred."
    elif reason is not None and reason["members"]:
        verb = {"refused": "refuses", "withheld": "must say yes and does not"}.get(reason["kind"], "objects")
        yield f"No chance in any future: {_names(reason['members'])} {verb}."
    elif reason is not None:
        yield "No chance in any future, and no one member alone explains it."
    names = [_blocker(one) for one in body["blockers"] if one["gain"] >= NOTICEABLE]
    if names:
        yield f"A change of mind would help most from, in that order: {', '.join(names[:MOST_NAMES])}."


def _price(body: Mapping[str, Any]) -> str:
    """Return who pays, and what the mission costs as it is delivered there."""
    payers = [PAYERS[body["pays"]]] if body["pays"] else []
    mission = body["mission_eur_per_year"]
    cost = f"the mission as delivered, EUR {number_range(mission, millions)} million a year"
    return "; ".join([*payers, cost if mission["high"] > 0.0 else "no mission to pay for"])


def _blocker(one: Mapping[str, Any]) -> str:
    """Return who could turn a decision, and by what where that is not simply a vote in favour."""
    why = {
        "acceptance": "no vote that counts here, but others go by whether it accepts",
        "calling": "in a body that must call this one first",
    }.get(one["by"])
    notes = [] if why is None else [why]
    if one["follows"] is not None:
        notes.append(f"else votes as {one['follows']['name']} does")
    if one["change"] == "abstain":
        notes.append("abstaining is enough")
    return f"{one['name']} ({'; '.join(notes)})" if notes else str(one["name"])


def _names(states: Sequence[Mapping[str, str]]) -> str:
    """Return the names of states, the first few of many."""
    names = [one["name"] for one in states]
    rest = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {rest} more" if rest > 0 else "")


def _rule(body: Mapping[str, Any]) -> str:
    """Return the rule of a body in words."""
    terms, members = body["rule_terms"], body["members"]
    match body["rule"]:
        case "quota_with_veto":
            return f"{terms['required_yes']} of {members} in favour; {_veto(body['vetoes'])}"
        case "share_of_voting":
            return f"{_part(terms['share_yes'])} of those who vote yes or no, of {members} members"
        case "unanimity_with_constructive_abstention":
            states, people = _part(terms["limit_states"]), _part(terms["limit_population"])
            both = f"{states} of members and {people} of the people"
            return f"no vote against of {members}; abstainers block only with {both}"
        case "consensus":
            excepted = ", ".join(terms["excepted"])
            return f"no objection of {members}" + (f", but for that of {excepted}" if excepted else "")
        case "host_invitation":
            least = terms["minimum_contributors"]
            return f"the host invites, and at least {least} of {members - 1} asked approve"
        case _:
            empty = terms["guarantors"] and members == len(terms["required"])
            return f"all of {members} must ratify" + ("; the design names no guarantor" if empty else "")


def _veto(seats: int) -> str:
    """Return what a vote against does under a quota."""
    if not seats:
        return "nobody has a veto"
    return f"a vote against by one of the {seats} seats with a veto stops it, an abstention does not"


def _part(fraction: Mapping[str, int]) -> str:
    """Return a share as it is written in law."""
    return f"{fraction['numerator']}/{fraction['denominator']}"


def _principles(principles: Sequence[Mapping[str, Any]]) -> str:
    """Return the legal and moral questions with the figures that bear on them; never a score."""
    if not principles:
        return ""
    lines = ["Legal and moral questions, never scored, with what is counted here (--json: facts and sources)"]
    for one in principles:
        lines.append(wrapped(f"- {one['question']}", indent="  "))
        lines += [wrapped(f"* {figure['text']}", indent="    ") for figure in one["figures"]]
    return "\n".join(lines)


def ballot(document: Mapping[str, Any]) -> str:
    """Return a recorded vote, recounted, with what decided it."""
    yes, no, abstain, absent = (len(document[vote]) for vote in ("yes", "no", "abstain", "absent"))
    lines = [
        f"{document['name']}, {document['members']} members on {document['date']}",
        f"{OUTCOMES[document['outcome']]}. {yes} yes, {no} no, {abstain} abstaining, {absent} absent.",
        _why(document),
        f"Law: {document['legal_basis']}",
        *(f"Note: {note}" for note in document["notes"]),
    ]
    return "\n".join(wrapped(line) for line in lines) + "\n"


def _why(document: Mapping[str, Any]) -> str:
    """Return why a vote went as it did, in one sentence."""
    if document["adopted"]:
        needed = document["needed_yes"]
        if needed is None:
            return "Why: nobody blocked it."
        if document["rule"] == "host_invitation":
            approved = len(document["yes"]) - 1
            return f"Why: the host invited, and {approved} approved, of at least {needed} that were needed."
        quota = document["rule"] == "quota_with_veto"
        veto = ", and no vote against was a veto" if quota and document["no"] else ""
        return f"Why: {needed} in favour were needed{veto}."
    return f"Why: {_what_failed(document)}."


def _what_failed(document: Mapping[str, Any]) -> str:
    """Return what kept a vote from being adopted."""
    names, needed, yes = _names(document["decisive"]), document["needed_yes"], len(document["yes"])
    objected, absent = f"{names} objected", f"{names} withheld unanimity by being absent"
    vetoed = f"{needed} in favour were there, but {names} voted against, which is a veto"
    too_few = f"{needed} in favour were needed, and {yes} were there"
    alone = f"{needed} contributors were needed besides the host, and {max(yes - 1, 0)} approved"
    together = absent if document["absent"] else f"abstentions reached both limits: {names}"
    return {
        "quota_with_veto": vetoed if names else too_few,
        "share_of_voting": too_few,
        "ratification": f"all must ratify, and {names} did not",
        "host_invitation": f"{names} did not invite" if names else alone,
        "unanimity_with_constructive_abstention": objected if document["no"] else together,
        "consensus": objected,
    }[str(document["rule"])]
