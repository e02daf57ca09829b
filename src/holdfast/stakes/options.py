"""What each option of war is worth to a party: prize, burden, odds (rules ST4 to ST9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from holdfast import fixed

Array = NDArray[np.float64]

MOST_SATED: Final = 1.0
"""What a party has takes from what it may still win no more than itself (ST5)."""


@dataclass(frozen=True, slots=True)
class OptionsQuery:
    """What one party weighs before it probes, grabs or attacks; arrays (futures,).

    Attributes
    ----------
    received : stake
        What the settlement's terms give this party, losses apart.
    satisfaction : stake per stake
        How much of what it keeps lowers the prize of a further attack; negative if it whets the appetite.
    indivisible : share
        Share of the aims that no terms can give in part.
    probe_prize, grab_prize, probe_cost, grab_cost, probe_response, grab_response : share
        Of the prize, the cost and the response of a major offensive.
    offensive_cost, response_cost, provocation : stake
    forfeit : stake
        What of ``received`` a major offensive takes back.
    response_chance : share
        Chance of a response times its weight.
    warning : share
        Chance that the build-up of a major offensive is seen in time; ``grab_warning`` that what comes
        before a grab or probe is.
    surprise : ratio
        Worth of an attacker that was not seen coming.
    defender_advantage : ratio
    partners : persons
        Fighting beside the defender, anywhere; ``partners_at_once`` those who come to the place of a
        grab in time; ``guard`` is the share of forces that stands at such a place.
    """

    received: Array
    satisfaction: Array
    indivisible: Array
    probe_prize: Array
    grab_prize: Array
    probe_cost: Array
    grab_cost: Array
    probe_response: Array
    grab_response: Array
    offensive_cost: Array
    response_cost: Array
    response_chance: Array
    forfeit: Array
    provocation: Array
    warning: Array
    grab_warning: Array
    surprise: Array
    defender_advantage: Array
    partners: Array
    partners_at_once: Array
    guard: Array


@dataclass(frozen=True, slots=True)
class Options:
    """Prize and burden (stake), edge (log ratio) and partners (persons) of probe, grab, major offensive.

    Arrays (futures, 3). A party's value of an option is prize x believed chance of success - burden.
    """

    prize: Array
    burden: Array
    edge: Array
    partners: Array


def options(query: OptionsQuery) -> Options:
    """Return what the options are worth.

    ST5: the prize of a major offensive is 1, less (or more) for what the settlement gives and the attack
    does not forfeit, of the aims that can be divided; probe and grab have a share of it. What a party
    keeps takes from the prize no more than itself.
    ST6: the burden is cost + chance of a response x its price + what is forfeited - provocation; a probe
    or grab bears a share of each, provocation in proportion to the size of what is done.
    ST7: an attacker not seen coming is worth more, a defender more than an attacker; a grab gives less
    warning.
    ST8: in a major offensive all partners stand beside the defender; at the place of a grab or probe
    their share there and those who come in time.
    """
    whole = np.ones_like(query.received)
    prizes = np.stack([query.probe_prize, query.grab_prize, whole], axis=1)
    response = np.stack([query.probe_response, query.grab_response, whole], axis=1)
    kept = np.clip(query.received[:, None] - response * query.forfeit[:, None], 0.0, 1.0)
    sated = np.minimum(query.satisfaction, MOST_SATED) * (1.0 - query.indivisible)
    price = query.response_chance * query.response_cost + query.forfeit
    warned = np.stack([query.grab_warning] * 2 + [query.warning], axis=1)
    worth = 1.0 + (query.surprise - 1.0)[:, None] * (1.0 - warned)
    there = query.partners * query.guard + query.partners_at_once
    size = sizes(query.probe_cost, query.grab_cost)
    return Options(
        prize=prizes * (1.0 - sated[:, None] * kept),
        burden=size * (query.offensive_cost - query.provocation)[:, None] + response * price[:, None],
        edge=np.log(worth) - np.log(query.defender_advantage)[:, None],
        partners=np.stack([there, there, query.partners + query.partners_at_once], axis=1),
    )


def sizes(probe_cost: Array, grab_cost: Array) -> Array:
    """Return the size of each option against a major offensive, array (futures, 3)."""
    return np.stack([probe_cost, grab_cost, np.ones_like(probe_cost)], axis=1)


def odds(own: Array, other: Array, weighed: Options, option: int, decisiveness: Array) -> Array:
    """Return the true chance that an option succeeds with all of both sides' strength (ST4).

    The ratio form of the contest success function in logarithms.

    References
    ----------
    Hirshleifer, J. (1989), Conflict and rent-seeking success functions, Public Choice 63, 101-112.
    Skaperdas, S. (1996), Contest success functions, Economic Theory 7, 283-290.
    """
    defence = other + weighed.partners[:, option]
    ratio = fixed.log(own) - fixed.log(defence) + weighed.edge[:, option]
    return np.asarray(fixed.contest(ratio, decisiveness), dtype=np.float64)
