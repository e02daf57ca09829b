"""Who must agree, as a JSON-ready document: the parties, every body that could authorise, the principles."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from holdfast.case import Case
from holdfast.evaluate import SHOWN_YEARS, Blocker, Consent, NoChance, Route, Turn
from holdfast.futures import Futures
from holdfast.runs.document import WORDING, bearing_of, quantity_of, role_of, settlement_of
from holdfast.vocabulary.axes import HOST, OPPONENT

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
        "refusals": [_turn(case, turn) for turn in consent.turns],
        "war_goes_on": _war(consent),
        "bodies": [_body(case, route) for route in consent.routes],
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


def _turn(case: Case, turn: Turn) -> dict[str, Any]:
    """Return the changes that turn a party's refusal, or come nearest to it."""
    before, after = turn.before, turn.after
    return {
        "party": turn.party,
        "name": case.name_of(turn.party),
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


def _war(consent: Consent) -> dict[str, Any]:
    """Return what stands if the settlement is refused: the war, with the support of the first phase."""
    path, compared = consent.war, consent.support
    host, opponent = path.strength[..., HOST], path.strength[..., OPPONENT]
    shown = []
    for year in SHOWN_YEARS:
        at = int(np.searchsorted(path.years, year))
        casualties = path.casualties[:, :at].sum(axis=1)
        shown.append(
            {
                "year": year,
                "strength_ratio": quantity_of(host[:, at] / opponent[:, at]),
                "ground_km2": quantity_of(path.ground[:, :at].sum(axis=1)),
                "casualties": {
                    code: quantity_of(casualties[:, place])
                    for place, code in enumerate(consent.acceptance.parties)
                },
            }
        )
    return {
        "by_year": shown,
        "support": [
            {
                "year": year,
                **{
                    name: quantity_of(getattr(compared, name)[:, place])
                    for name in ("in_war_with_it", "in_war_without", "in_peace_with_it", "in_peace_without")
                },
            }
            for place, year in enumerate(compared.years)
        ],
    }


def _body(case: Case, route: Route) -> dict[str, Any]:
    """Return what one body would make of the arrangement, and what that route costs."""
    body = route.body
    return {
        "body": body.key,
        "name": body.name,
        "rule": body.rule.kind,
        "rule_terms": body.rule.model_dump(mode="json", exclude={"kind"}),
        "members": route.members,
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
        "blockers": [_blocker(case, route, one) for one in route.adoption.blockers[:MOST_BLOCKERS]],
        "no_chance": _no_chance(case, route.adoption.no_chance_reason),
        "effect": body.effect,
        "gives_un_mandate": body.gives_un_mandate,
        "pays": body.pays,
        "legal_basis": body.legal_basis,
        "consents": body.consents,
        "caveat": body.caveat,
        "filled": quantity_of(route.filled),
        "eur_per_year": quantity_of(route.eur_per_year),
        "unmet": {
            condition: [{"state": code, "name": case.name_of(code)} for code in codes]
            for condition, codes in route.unmet.items()
        },
        "barred_by": list(route.barred_by),
        "sources": list(body.sources),
    }


def _blocker(case: Case, route: Route, one: Blocker) -> dict[str, Any]:
    """Return whose change of mind alone would raise the chance, and by how much in the mean."""
    seats = {seat.key: seat.name for seat in route.body.open_seats}
    name = seats.get(one.state, case.name_of(one.state))
    return {"state": one.state, "name": name, "gain": one.rise, "change": one.change}


def _no_chance(case: Case, reason: NoChance | None) -> dict[str, Any] | None:
    """Return why there is no chance in any future."""
    if reason is None:
        return None
    members = [{"state": code, "name": case.name_of(code)} for code in reason.members]
    return {"kind": reason.kind, "members": members}
