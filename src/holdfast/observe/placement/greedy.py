"""Greedy choice, and what part of the most that sensors can add it promises.

References
----------
Nemhauser, G. L., Wolsey, L. A., Fisher, M. L. (1978), An analysis of approximations for maximizing submodular
set functions I, Mathematical Programming 14, 265-294. Fisher, M. L., Nemhauser, G. L., Wolsey, L. A. (1978),
the same II, Mathematical Programming Study 8, 73-87. Khuller, S., Moss, A., Naor, J. (1999), The budgeted
maximum coverage problem, Information Processing Letters 70, 39-45. Leskovec, J. et al. (2007), Cost-effective
outbreak detection in networks, KDD, 420-429. Tang, J. et al. (2021), Revisiting modified greedy algorithm for
monotone submodular maximization with a knapsack constraint, SIGMETRICS.
"""

from __future__ import annotations

import math

import numpy as np

from holdfast.observe.placement.field import Field
from holdfast.observe.placement.query import Whole


def greedy(field: Field) -> list[Whole]:
    """Return the sites that greedy choice takes, in order of choice; the best run first.

    Without a budget there is one run, by gain. With one there are three: by gain per price, by gain, and the
    one site that adds most; none of them alone promises anything (Khuller, Moss and Naor 1999).
    """
    if math.isinf(field.budget):
        return [field.choose(np.ones(field.size))[0]]
    gains = field.gains(field.missed)
    single = np.array([np.argmax(gains)] if np.any(gains > 0.0) else [], dtype=np.int64)
    runs = [field.choose(field.price)[0], field.choose(np.ones(field.size))[0], single]
    return sorted(runs, key=lambda run: math.fsum(field.missed_by(run)))


def promise(field: Field) -> float:
    """Return what part of the best gain the best run reaches on every instance with such limits.

    - a number n: 1 - (1 - 1/n)^n, which is above 1 - 1/e = 0.632 (Nemhauser, Wolsey and Fisher 1978);
    - numbers by kind, or both: 1/2 (Fisher, Nemhauser and Wolsey 1978: these limits are a matroid);
    - a budget: 1 - 1/sqrt(e) = 0.393. Khuller, Moss and Naor (1999) state it, Leskovec et al. (2007) prove
      (1 - 1/e) / 2 for the same runs, and Tang et al. (2021) close the gap in the proof and reach 0.405;
    - a budget and numbers: nothing, 0.
    """
    number = min(field.number, int(field.room.sum()))
    kinds_bind = bool(
        np.any(field.room < np.minimum(number, np.bincount(field.kind, minlength=len(field.room))))
    )
    if math.isinf(field.budget):
        if kinds_bind:
            return 0.5
        return 1.0 - (1.0 - 1.0 / number) ** number if number else 1.0
    return 0.0 if kinds_bind or number < field.size else 1.0 - math.exp(-0.5)
