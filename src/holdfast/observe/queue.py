"""A queue of patrols: how long an incident waits for a visit (OB9)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def waiting(servers: Array, offered: Array) -> Array:
    """Return the chance that an incident has to wait for a patrol, by Erlang's C formula.

    Parameters
    ----------
    servers : array
        Patrols that can be sent, at least 1 and rounded down.
    offered : array, ratio
        Visits asked for in the time that one visit takes.

    Returns
    -------
    array, share
        1 where more is asked for than all patrols together can do.

    References
    ----------
    Erlang, A. K. (1917), Solution of some problems in the theory of probabilities of significance in
    automatic telephone exchanges, Elektroteknikeren 13, 5-13.
    """
    number = np.maximum(np.floor(servers), 1.0)
    load = np.minimum(np.asarray(offered, float), number * (1.0 - 1e-9))
    blocked = np.ones_like(load)
    for step in range(1, int(number.max(initial=1.0)) + 1):
        blocked = np.where(step <= number, load * blocked / (step + load * blocked), blocked)
    idle = 1.0 - load / number
    chance = blocked / (idle + blocked * (1.0 - idle))
    return np.where(offered >= number, 1.0, chance)


def visited(servers: Array, offered: Array) -> Array:
    """Return the share of incidents that are visited at all: what is beyond all patrols is not."""
    number = np.maximum(np.floor(servers), 1.0)
    return np.minimum(1.0, np.divide(number, offered, out=np.ones_like(number), where=offered > 0.0))


def wait_hours(servers: Array, offered: Array, visit_hours: Array, longest_hours: float) -> Array:
    """Return the mean hours until a patrol sets out, at most ``longest_hours``.

    The mean wait of all is C x visit / (servers - offered), with C from :func:`waiting`.
    """
    number = np.maximum(np.floor(servers), 1.0)
    spare = number - offered
    wait = waiting(servers, offered) * visit_hours
    mean = np.divide(wait, spare, out=np.full_like(wait, longest_hours), where=spare > 0.0)
    return np.minimum(mean, longest_hours)
