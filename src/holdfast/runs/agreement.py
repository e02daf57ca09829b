"""Who must agree, as a JSON-ready document: the parties, every body that could authorise, the principles."""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from holdfast.case import Case
from holdfast.evaluate import Blocker, Consent, NoChance, Route, Turn
from holdfast.futures import Futures
from holdfast.runs.document import WORDING, bearing_of, role_of, settlement_of
from holdfast.runs.fighting import war_goes_on
from holdfast.runs.quantities import quantity_of
from holdfast.vocabulary.body import Consensus, HostInvitation, Ratification, sitting

Array = NDArray[np.float64]

MOST_BLOCKERS: Final = 8
WITHIN_DAYS: Final = (30, 90, 180)
"""Days within which the chance of adoption is given, to tell quick routes from slow ones."""


def authority_document(
    case: Case, futures: Futures, consent: Consent, manifest: dict[str, Any]
) -> dict[str, Any]:
    """Return who must agree to an arrangement, and whether they would, as one document."""
    words = consent.arrangement
    return {
        "holdfast": "authority/1",
        "wording": WORDING,
        "case": manifest["case"],
        "title": case.about.title,
        "as_of": {key: str(day) for key, day in case.about.as_of.model_dump().items()},
        "settlement": settlement_of(consent.settlement),
        "manifest": manifest,
        "futures": futures.n,
        "years": manifest["years"],
        "arrangement": {
            "name": words.name,
            "title": words.title,
            "summary": words.summary,
            "authority": words.authority,
        },
        "date": str(consent.day),
        "assumed": [
            {"state": code, "name": case.name_of(code), "vote": vote}
            for code, vote in consent.assumed.items()
        ],
        "accepted": _accepted(case, consent),
        "accepted_by_both": quantity_of(consent.acceptance.both),
        "accepted_by_both_given_record": _given_record(consent, consent.acceptance.both),
        "record": {
            "answers": [
                {
                    "party": one.party,
                    "settlement": one.settlement,
                    "accepts": one.accepts,
                    "accepted": quantity_of(one.chance),
                }
                for one in consent.recorded.answers
            ],
            "settlements": len({one.settlement for one in consent.recorded.answers}),
            "effective_futures": consent.recorded.effective,
        },
        "barred_by": list(consent.acceptance.barred_by),
        "refusals": [_turn(case, consent, turn) for turn in consent.turns],
        "war_goes_on": war_goes_on(consent.acceptance.parties, consent.war, consent.support),
        "bodies": [_body(case, consent, route) for route in consent.routes],
        "principles": [bearing_of(one) for one in consent.bearings],
        "notes": list(consent.notes),
        "limits": case.about.limits,
    }


def _accepted(case: Case, consent: Consent) -> dict[str, Any]:
    """Return, by party, whether it accepts, as its stakes have it and given what it answered on record."""
    acceptance = consent.acceptance
    return {
        code: {
            "name": case.name_of(code),
            "role": role_of(case, code),
            **quantity_of(acceptance.by_party[place]),
            "given_record": _given_record(consent, acceptance.by_party[place]),
            "margin": quantity_of(acceptance.margin[place]),
            "parts": {name: quantity_of(values[place]) for name, values in acceptance.parts.items()},
        }
        for place, code in enumerate(acceptance.parties)
    }


def _given_record(consent: Consent, values: Array) -> dict[str, float]:
    """Return mean and range in futures weighed by how well they reproduce the answers on record (AC5)."""
    found = consent.recorded.told_of(values)
    return {"mean": found.mean, "low": found.low, "high": found.high}


def _turn(case: Case, consent: Consent, turn: Turn) -> dict[str, Any]:
    """Return the changes that turn a party's refusal, or come nearest to it."""
    before, after = turn.before, turn.after
    return {
        "party": turn.party,
        "name": case.name_of(turn.party),
        "why": "barred" if _barred_alone(consent, turn.party) else "refuses",
        "how": turn.how,
        "changes": [
            {
                "part": change.part,
                "field": change.path,
                "from": change.before,
                "to": change.after,
                "words": change.words,
            }
            for change in turn.changes
        ],
        "accepted": {
            code: {"before": quantity_of(before.by_party[place]), "after": quantity_of(after.by_party[place])}
            for place, code in enumerate(before.parties)
        },
        "accepted_by_both": {"before": quantity_of(before.both), "after": quantity_of(after.both)},
        "falls": list(turn.falls),
        "bar": turn.bar,
    }


def _barred_alone(consent: Consent, party: str) -> bool:
    """Return whether a clause alone stands in a party's way: by its stakes it would accept in the mean."""
    acceptance = consent.acceptance
    margin = acceptance.margin[acceptance.parties.index(party)]
    return bool(acceptance.barred_by) and float(np.mean(margin)) > 0.0


def _body(case: Case, consent: Consent, route: Route) -> dict[str, Any]:
    """Return what one body would make of the arrangement, and what that route costs."""
    body = route.body
    return {
        "body": body.key,
        "name": body.name,
        "named_by_design": body.key == consent.arrangement.authority,
        "rule": body.rule.kind,
        "rule_terms": body.rule.model_dump(mode="json", exclude={"kind"}),
        "members": route.members,
        "vetoes": sum(seat.veto for seat in sitting(body, consent.day)),
        "adopt": quantity_of(route.adoption.chance),
        "adopt_if_agreed": quantity_of(route.if_agreed),
        "renew": quantity_of(route.kept) if route.renewals and route.may_begin else None,
        "renewals": [
            {
                "date": str(one.on),
                "newly_seated": list(one.newly_seated),
                "repeats": one.repeats,
                **quantity_of(one.chance),
            }
            for one in route.renewals
        ],
        "days": quantity_of(route.days),
        "within_days": {str(days): quantity_of(route.within(days)) for days in WITHIN_DAYS},
        "blockers": [_blocker(case, consent, route, one) for one in route.adoption.blockers[:MOST_BLOCKERS]],
        "no_chance": _no_chance(case, route.adoption.no_chance_reason),
        "effect": body.effect,
        "gives_un_mandate": body.gives_un_mandate,
        "pays": body.pays,
        "legal_basis": body.legal_basis,
        "consents": body.consents,
        "caveat": body.caveat,
        "filled": quantity_of(route.filled),
        "eur_per_year": quantity_of(route.eur_per_year),
        "mission_eur_per_year": quantity_of(route.mission_eur_per_year),
        "support_eur_per_year": quantity_of(route.eur_per_year - route.mission_eur_per_year),
        "unmet": {
            condition: [{"state": code, "name": case.name_of(code)} for code in codes]
            for condition, codes in route.unmet.items()
        },
        "barred_by": list(route.barred_by),
        "sources": list(body.sources),
    }


def _blocker(case: Case, consent: Consent, route: Route, one: Blocker) -> dict[str, Any]:
    """Return whose change of mind alone would raise the chance, by how much in the mean, and by what."""
    seats = {seat.key: seat.name for seat in route.body.open_seats}
    name = seats.get(one.state, case.name_of(one.state))
    follows = case.about.follows.get(one.state)
    return {
        "state": one.state,
        "name": name,
        "gain": one.rise,
        "change": one.change,
        "by": _by(consent, route, one.state),
        "follows": None if follows is None else {"state": follows, "name": case.name_of(follows)},
    }


def _by(consent: Consent, route: Route, state: str) -> Literal["vote", "acceptance", "calling"]:
    """Return by what a state's change of mind acts: its vote, its acceptance, or a call by another body.

    A party without a vote that counts moves others by accepting; another state without a seat sits in the
    body that must first call this one. Those invited, and guarantors, have no seats on file.
    """
    rule = route.body.rule
    if isinstance(rule, HostInvitation):
        asked = state == rule.host or state not in consent.acceptance.parties
        return "vote" if asked else "acceptance"
    seated = {seat.state for seat in sitting(route.body, consent.day)}
    seated |= {seat.key for seat in route.body.open_seats}
    if state in seated and not (isinstance(rule, Consensus) and state in rule.excepted):
        return "vote"
    if state in consent.acceptance.parties:
        return "acceptance"
    return "vote" if isinstance(rule, Ratification) and rule.guarantors else "calling"


def _no_chance(case: Case, reason: NoChance | None) -> dict[str, Any] | None:
    """Return why there is no chance in any future."""
    if reason is None:
        return None
    members = [{"state": code, "name": case.name_of(code)} for code in reason.members]
    return {"kind": reason.kind, "members": members}
