"""Tables of incidents that are recognised by their columns, and what their own words mean here.

A class is given only where the source's word says so; anything else is *not known*, never guessed. What is
said of VIINA and ACLED rests on general knowledge of their code books.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from holdfast.vocabulary.incident import CLASSES, IncidentClass


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a kind of table keeps what is needed of an incident.

    Attributes
    ----------
    name : str
    marks : frozenset of str
        Columns by which it is known, all of them; in lower case.
    date, latitude, longitude : str
    kind : str or None
        The column whose words ``classes`` translates.
    classes : mapping of str to class
    flags : mapping of column to class
        Columns of 0 and 1, one for each class; a row with several marked has no class.
    light : str or None
        A column of D and N.
    key : str or None
        A column that no two rows share.
    coarse : mapping of column to number
        From this number on the place or the day is too coarse to lay beside a line.
    """

    name: str
    marks: frozenset[str]
    date: str
    latitude: str
    longitude: str
    kind: str | None = None
    classes: Mapping[str, IncidentClass] = field(default_factory=dict)
    flags: Mapping[str, IncidentClass] = field(default_factory=dict)
    light: str | None = None
    key: str | None = None
    coarse: Mapping[str, float] = field(default_factory=dict)


OWN: Final[Mapping[str, IncidentClass]] = {
    **{name: name for name in CLASSES},
    **{name.replace("_", " "): name for name in CLASSES},
    **{name.replace("_", "-"): name for name in CLASSES},
}
"""Words of a table of one's own."""

LAYOUTS: Final[tuple[Layout, ...]] = (
    Layout(
        name="UCDP GED",
        marks=frozenset(
            {"date_start", "latitude", "longitude", "where_prec", "date_prec", "type_of_violence"}
        ),
        date="date_start",
        latitude="latitude",
        longitude="longitude",
        key="id",
        coarse={"where_prec": 4, "date_prec": 4},
    ),
    Layout(
        name="ACLED",
        marks=frozenset({"event_date", "event_type", "sub_event_type", "latitude", "longitude"}),
        date="event_date",
        latitude="latitude",
        longitude="longitude",
        kind="sub_event_type",
        classes={
            "shelling/artillery/missile attack": "artillery",
            "remote explosive/landmine/ied": "sabotage",
            "grenade": "small_arms",
        },
        key="event_id_cnty",
        coarse={"geo_precision": 3, "time_precision": 3},
    ),
    Layout(
        name="VIINA",
        marks=frozenset({"date", "latitude", "longitude", "t_artillery", "t_airstrike"}),
        date="date",
        latitude="latitude",
        longitude="longitude",
        flags={
            "t_artillery": "artillery",
            "t_airstrike": "air_strike",
            "t_uav": "drone_strike",
            "t_firefight": "small_arms",
            "t_ied": "sabotage",
        },
        key="event_id",
    ),
    Layout(
        name="NASA FIRMS",
        marks=frozenset({"acq_date", "acq_time", "latitude", "longitude", "frp"}),
        date="acq_date",
        latitude="latitude",
        longitude="longitude",
        light="daynight",
    ),
    Layout(
        name="Centre for Information Resilience",
        marks=frozenset({"entry", "date", "event_group", "lat", "lon"}),
        date="date",
        latitude="lat",
        longitude="lon",
        key="entry",
    ),
)
"""Recognised layouts. A fire seen from space is heat, whatever lit it; an entry of open sources says what was
hit, seldom with what."""

PLAIN: Final[Mapping[str, tuple[str, ...]]] = {
    "date": ("date", "day", "event_date", "when"),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "lon", "lng", "long"),
    "class": ("class", "kind"),
    "light": ("light", "daynight"),
}
"""Names that a table of one's own may use without being asked."""
ROLES: Final = tuple(PLAIN)
"""What columns can be named for."""
