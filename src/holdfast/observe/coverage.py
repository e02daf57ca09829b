"""Coverage of a line by sensors of several kinds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SensorUse:
    """Sensors of one kind, per future; arrays of shape (futures,).

    ``count`` units with ``reach`` (km) work for the share ``availability`` of the time; of what
    they see, the shares ``locates`` and ``attributes`` are placed and ascribed to a side.
    """

    sensor: str
    count: Array
    reach_km: Array
    availability: Array
    locates: Array
    attributes: Array


@dataclass(frozen=True, slots=True)
class ObserveQuery:
    """Sensors on a line, per future.

    Attributes
    ----------
    sensors : tuple of SensorUse
    line_km : array (futures,)
    access : array (futures,), share
        Share of the places of incidents that the mission can reach or look into.
    national_seen, national_attributed : array (futures,), share
        What states see and ascribe with their own means, mission or none.
    national_warning : array (futures,), share
        Chance that national means see a build-up in time.
    warning_from_seen : array (futures,), share
        Chance that a mission sees a build-up in time, for each share of incidents that it sees.
    """

    sensors: tuple[SensorUse, ...]
    line_km: Array
    access: Array
    national_seen: Array
    national_attributed: Array
    national_warning: Array
    warning_from_seen: Array


@dataclass(frozen=True, slots=True)
class Coverage:
    """Shares of incidents near the line, per future: seen, located, attributed; and warning.

    ``by_mission`` is the share that the mission itself sees.
    """

    seen: Array
    located: Array
    attributed: Array
    warning: Array
    by_mission: Array


def observe(query: ObserveQuery) -> Coverage:
    """Return what is seen, located and attributed.

    OB1: n sensors of reach r, working for the share a of the time, placed without regard to one
    another, cover 1 - exp(-2 r a n / L) of a line of length L (random search).
    OB2: kinds are independent of each other; none sees beyond where the mission has access.
    OB3: located and attributed are combined in the same way from each kind's shares.
    OB4: national means add to the mission's, independently.
    OB5: a build-up is seen in time if national means see it, or the mission does; the latter in
    proportion to the incidents that it sees.

    References
    ----------
    Koopman, B. O. (1956), The theory of search II: target detection, Operations Research 4, 503-531.
    """
    whole = np.ones_like(query.line_km)
    missed = [whole, whole, whole]
    for sensor in query.sensors:
        density = 2.0 * sensor.reach_km * sensor.availability * sensor.count / query.line_km
        cover = -np.expm1(-density)
        for place, share in enumerate((whole, sensor.locates, sensor.attributes)):
            missed[place] = missed[place] * (1.0 - cover * share)
    by_mission, located, attributed = (query.access * (1.0 - left) for left in missed)
    return Coverage(
        seen=1.0 - (1.0 - by_mission) * (1.0 - query.national_seen),
        located=1.0 - (1.0 - located) * (1.0 - query.national_attributed),
        attributed=1.0 - (1.0 - attributed) * (1.0 - query.national_attributed),
        warning=1.0 - (1.0 - query.national_warning) * (1.0 - by_mission * query.warning_from_seen),
        by_mission=by_mission,
    )
