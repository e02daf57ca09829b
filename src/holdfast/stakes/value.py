"""What war and a settlement are worth to a party, for its consent (rules ST10 to ST12)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast import fixed
from holdfast.stakes.options import Options, odds
from holdfast.vocabulary.axes import MAJOR

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class StakesQuery:
    """One party and the other, per future; arrays (futures,), strengths in persons, values in stakes.

    ``own_*`` and ``other_*`` are strengths at the halt, at the end of the look ahead in peace, and if
    the war goes on. ``weighed`` are the party's options as it sees them, provoked or not;
    ``unprovoked`` the same without provocation. ``terms`` is the value of the settlement's terms,
    ``foreign_troops`` the price of the other side's partners in the theatre.
    """

    own_now: Array
    own_ahead: Array
    own_war: Array
    other_now: Array
    other_ahead: Array
    other_war: Array
    weighed: Options
    unprovoked: Options
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

    ``success_*`` are true chances of a major offensive, ``attack_*`` its believed value (stake), at
    the halt and at the end of the look ahead; ``war`` the value of fighting on;
    ``settlement_before_risk`` the value of the settlement before the risk of being attacked.
    """

    success_now: Array
    success_ahead: Array
    attack_now: Array
    attack_ahead: Array
    war: Array
    settlement_before_risk: Array


def stakes(query: StakesQuery) -> StakesResult:
    """Return the values of attack, war and settlement to one party.

    ST10: war = believed success - the other's chance of success - cost of going on, each in turn the
    attacker, with forces as a war that goes on leaves them; the prize is 1, the aims of the war.
    ST11: settlement = terms - foreign troops + weight x the option of attacking later, if worth it.
    ST12: being provoked makes nobody value a settlement more, so the option leaves it out.
    """
    m = query.decisiveness
    now = odds(query.own_now, query.other_now, query.weighed, MAJOR, m)
    ahead = odds(query.own_ahead, query.other_ahead, query.weighed, MAJOR, m)
    lead = np.log(query.own_war) - np.log(query.other_war)
    winning = fixed.contest(lead - np.log(query.defender_advantage), m)
    losing = fixed.contest(-lead - np.log(query.defender_advantage), m)
    later = np.maximum(_major(query.unprovoked, now, query.bias), _major(query.unprovoked, ahead, query.bias))
    return StakesResult(
        success_now=now,
        success_ahead=ahead,
        attack_now=_major(query.weighed, now, query.bias),
        attack_ahead=_major(query.weighed, ahead, query.bias),
        war=fixed.believed_value(winning, query.bias, 1.0, losing + query.war_cost),
        settlement_before_risk=query.terms
        - query.foreign_troops
        + query.future_weight * np.maximum(later, 0.0),
    )


def _major(weighed: Options, chance: Array, bias: Array) -> Array:
    """Return the believed value of a major offensive (ST6)."""
    value = fixed.believed_value(chance, bias, weighed.prize[:, MAJOR], weighed.burden[:, MAJOR])
    return np.asarray(value, dtype=np.float64)
