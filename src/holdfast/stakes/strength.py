"""The host's own strength under support (rules ST1 and ST2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class StrengthQuery:
    """Forces of the host and what is given to it, per future.

    Attributes
    ----------
    now : array (futures,) of persons
        Forces at the halt.
    rebuilt : array (futures,), ratio
        Growth when reconstitution is complete and support goes on as at the halt.
    support_ratio : array (futures,), ratio
        Military support in this phase over support at the halt.
    elasticity : array (futures,), ratio
        Relative change of strength per relative change of support.
    extra_trained : array (futures,), persons
        Persons trained in a year beyond those trained at the halt.
    training_gain : array (futures,), ratio
        Strength when a further tenth of the force is trained each year, over strength as it is.
    intelligence : bool
        Whether partners go on sharing intelligence.
    intelligence_gain : array (futures,), ratio
        Strength with partners' intelligence over strength without.
    cap_persons : float or None
        Cap on the host's forces by the settlement.
    """

    now: Array
    rebuilt: Array
    support_ratio: Array
    elasticity: Array
    extra_trained: Array
    training_gain: Array
    intelligence: bool
    intelligence_gain: Array
    cap_persons: float | None


def host_strength(query: StrengthQuery) -> tuple[Array, Array, Array]:
    """Return the host's strength at the halt, rebuilt, and if war goes on, per future, in persons.

    ST1: rebuilt strength = persons x growth x support ratio ** elasticity x training, divided by the
    worth of intelligence where partners stop sharing it; at the halt only the last applies; if war
    goes on, all but the growth and the cap apply: support works in war as in peace.
    ST2: a cap of the settlement bounds the persons, not what each of them is worth.

    The power law is the simplest form that is proportional at the margin; its exponent is a
    judgement in the ledger. Training counts up to a fifth of the force a year.
    """
    training = query.training_gain ** np.minimum(query.extra_trained / query.now / 0.1, 2.0)
    blind = np.ones_like(query.now) if query.intelligence else 1.0 / query.intelligence_gain
    worth = query.support_ratio**query.elasticity * training * blind
    persons = query.now * query.rebuilt
    if query.cap_persons is not None:
        persons = np.minimum(persons, query.cap_persons)
    return query.now * blind, persons * worth, query.now * worth
