"""What war and a settlement are worth to a party, for its consent (rules ST10 to ST12)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast import fixed
from holdfast.stakes.options import Options, odds
from holdfast.vocabulary.axes import GRAB, MAJOR

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class StakesQuery:
    """One party and the other, per future; arrays (futures,), strengths in persons, values in stakes.

    ``own_*`` and ``other_*`` are strengths at the halt, at the end of the look ahead in peace, and if
    the war goes on. ``weighed`` are the party's options as it sees them, provoked or not;
    ``unprovoked`` the same without provocation. ``mass`` and ``guard`` are the shares of force that an
    attacker and a defender have at the place of a grab, ``grab_prize`` the share of the aims that goes
    with it. ``terms`` is the value of the settlement's terms, ``foreign_troops`` the price of the other
    side's partners in the theatre.
    """

    own_now: Array
    own_ahead: Array
    own_war: Array
    other_now: Array
    other_ahead: Array
    other_war: Array
    weighed: Options
    unprovoked: Options
    mass: Array
    guard: Array
    grab_prize: Array
    decisiveness: Array
    defender_advantage: Array
    bias: Array
    war_cost: Array
    future_weight: Array
    terms: Array
    foreign_troops: Array


@dataclass(frozen=True, slots=True)
class StakesResult:
    """Values for one party; arrays (futures,).

    Attributes
    ----------
    success_now, success_ahead : share
        True chances of a major offensive at the halt and at the end of the look ahead.
    attack_now, attack_ahead : stake
        Its believed values.
    war : stake
        Value of fighting on.
    terms, foreign_troops : stake
        Value of the settlement's terms, and price of the other side's partners.
    option : stake
        Value of the best attack that the party could make under the settlement, if worth anything.
    settlement_before_risk : stake
        Value of the settlement before the risk of being attacked.
    best_value : stake
        Believed value of the party's best attack, provoked as it is: a grab or a major offensive, at the
        halt or at the end of the look ahead.
    best_success, best_share : share
        True chance that this attack succeeds, and the share of a stake that goes with it.
    """

    success_now: Array
    success_ahead: Array
    attack_now: Array
    attack_ahead: Array
    war: Array
    terms: Array
    foreign_troops: Array
    option: Array
    settlement_before_risk: Array
    best_value: Array
    best_success: Array
    best_share: Array


def stakes(query: StakesQuery) -> StakesResult:
    """Return the values of attack, war and settlement to one party.

    ST10: war = believed success - the other's chance of success - cost of going on, each in turn the
    attacker, with forces as a war that goes on leaves them; the prize is 1, the aims of the war.
    ST11: settlement = terms - foreign troops + weight x the option of attacking later, if worth it: the
    best of a grab and a major offensive at the halt and at the end of the look ahead.
    ST12: being provoked makes nobody value a settlement more, so the option leaves it out.
    """
    m = query.decisiveness
    lead = np.log(query.own_war) - np.log(query.other_war)
    winning = fixed.contest(lead - np.log(query.defender_advantage), m)
    losing = fixed.contest(-lead - np.log(query.defender_advantage), m)
    success = _success(query)
    attack = _attack(query.weighed, success, query.bias)
    option = np.maximum(_attack(query.unprovoked, success, query.bias).max(axis=1), 0.0)
    shares = np.stack([query.grab_prize, np.ones_like(query.grab_prize)] * 2, axis=1)
    best = np.argmax(attack, axis=1)[:, None]
    return StakesResult(
        success_now=success[:, 1],
        success_ahead=success[:, 3],
        attack_now=attack[:, 1],
        attack_ahead=attack[:, 3],
        war=fixed.believed_value(winning, query.bias, 1.0, losing + query.war_cost),
        terms=query.terms,
        foreign_troops=query.foreign_troops,
        option=option,
        settlement_before_risk=query.terms - query.foreign_troops + query.future_weight * option,
        best_value=np.take_along_axis(attack, best, axis=1)[:, 0],
        best_success=np.take_along_axis(success, best, axis=1)[:, 0],
        best_share=np.take_along_axis(shares, best, axis=1)[:, 0],
    )


def _success(query: StakesQuery) -> Array:
    """Return true chances of grab and major offensive at the halt, then ahead; array (futures, 4)."""
    moments = ((query.own_now, query.other_now), (query.own_ahead, query.other_ahead))
    return np.stack(
        [
            odds(own * mass, other * guard, query.weighed, option, query.decisiveness)
            for own, other in moments
            for option, mass, guard in ((GRAB, query.mass, query.guard), (MAJOR, 1.0, 1.0))
        ],
        axis=1,
    )


def _attack(weighed: Options, success: Array, bias: Array) -> Array:
    """Return believed values of the same attacks, array (futures, 4) (ST9)."""
    places = [GRAB, MAJOR] * 2
    value = fixed.believed_value(success, bias[:, None], weighed.prize[:, places], weighed.burden[:, places])
    return np.asarray(value, dtype=np.float64)
