"""Value of a new offensive, of war and of a settlement for one party (rules ST3 to ST8)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class StakesQuery:
    """What one party weighs, per future; every array has the shape (futures,).

    ``own`` is the party asked, ``other`` the one it would attack. Strengths are persons of the
    ``other``'s quality; stakes are in units of the aims that the war is fought for.

    Attributes
    ----------
    own_now, own_rebuilt, own_war, other_now, other_rebuilt, other_war : persons
        Strength at the halt, when reconstitution is complete, and if war goes on.
    other_partners : persons
        Persons of a mission or a guarantor that would fight beside ``other`` in time.
    decisiveness : ratio
        How sharply the odds follow the ratio of strengths.
    defender_advantage : ratio
        Strength that a defender is worth, per unit of an attacker's.
    surprise : ratio
        Worth of an attacker that was not seen coming.
    warning : share
        Chance that the build-up is seen in time.
    belief_bias : stake
        Believed less true chance of success.
    offensive_cost, war_cost, response_cost : stake
    response_chance : share
        Chance that others respond to a breach by this party, times the weight of what they would do.
    forfeit : stake
        What the settlement gives this party and a breach would take away again.
    future_weight : share
    terms : stake
        Value of the settlement's terms to this party.
    foreign_troops : stake
        Cost of the other side's partners' troops in the theatre.
    provocation : stake
        What support and foreign presence add to the value of attacking; may be negative.
    """

    own_now: Array
    own_rebuilt: Array
    own_war: Array
    other_now: Array
    other_rebuilt: Array
    other_war: Array
    other_partners: Array
    decisiveness: Array
    defender_advantage: Array
    surprise: Array
    warning: Array
    belief_bias: Array
    offensive_cost: Array
    war_cost: Array
    response_cost: Array
    response_chance: Array
    forfeit: Array
    future_weight: Array
    terms: Array
    foreign_troops: Array
    provocation: Array


@dataclass(frozen=True, slots=True)
class StakesResult:
    """Values for one party, per future; arrays of shape (futures,).

    ``success_*`` are true chances of a new offensive; ``attack_*`` its believed value now and when
    rebuilt (stake); ``war`` the value of fighting on; ``settlement_before_risk`` the value of the
    terms and of what may come later, less the presence of foreign troops, before the risk of
    being attacked is taken off (the other party's chance of attacking and succeeding, EV11).
    """

    success_now: Array
    success_rebuilt: Array
    attack_now: Array
    attack_rebuilt: Array
    war: Array
    settlement_before_risk: Array


def chance_of_success(attacker: Array, defender: Array, decisiveness: Array, advantage: Array) -> Array:
    """Return the chance that an attacker prevails (ST3).

    a**m / (a**m + (k d)**m), the ratio form of the contest success function.

    References
    ----------
    Hirshleifer, J. (1989), Conflict and rent-seeking success functions, Public Choice 63, 101-112.
    Skaperdas, S. (1996), Contest success functions, Economic Theory 7, 283-290.
    """
    return 1.0 / (1.0 + (advantage * defender / attacker) ** decisiveness)


def stakes(query: StakesQuery) -> StakesResult:
    """Return the values of attack, war and settlement to one party.

    ST4: an attacker that is not seen coming is worth ``surprise``, one seen coming 1.
    ST5: attack = believed success - cost - chance of a response x its cost - what is forfeited + provocation.
    ST6: war = believed success - the other's chance of success, with forces as they stand and support as
    it is given - cost of going on.
    ST7: settlement = terms - foreign troops + weight x the option of attacking later, if worth it; being
    provoked makes nobody value a settlement more, so provocation is left out of the option.
    ST8: the prize is 1, the aims that the war is fought for.
    """
    worth = 1.0 + (query.surprise - 1.0) * (1.0 - query.warning)
    m, k = query.decisiveness, query.defender_advantage
    now = chance_of_success(query.own_now * worth, query.other_now + query.other_partners, m, k)
    rebuilt = chance_of_success(query.own_rebuilt * worth, query.other_rebuilt + query.other_partners, m, k)
    burden = query.offensive_cost + query.response_chance * query.response_cost + query.forfeit
    calm_now = _believed(now, query.belief_bias) - burden
    calm_rebuilt = _believed(rebuilt, query.belief_bias) - burden
    winning = chance_of_success(query.own_war, query.other_war, m, k)
    losing = chance_of_success(query.other_war, query.own_war, m, k)
    return StakesResult(
        success_now=now,
        success_rebuilt=rebuilt,
        attack_now=calm_now + query.provocation,
        attack_rebuilt=calm_rebuilt + query.provocation,
        war=_believed(winning, query.belief_bias) - losing - query.war_cost,
        settlement_before_risk=query.terms
        - query.foreign_troops
        + query.future_weight * np.maximum(np.maximum(calm_now, calm_rebuilt), 0.0),
    )


def _believed(chance: Array, bias: Array) -> Array:
    """Return the chance that the party believes in, kept between 0 and 1."""
    return np.clip(chance + bias, 0.0, 1.0)
