"""Tables of incidents that are recognised by their columns, and what their own words mean here.

A class is given only where the source's word says so; anything else is *not known*, never guessed.
VIINA's columns are those of its own README (Zhukov 2022); what is said of ACLED rests on general knowledge of
its code book.
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
    coarse : mapping of column to words
        The place or the day is then too coarse to lay beside a line.
    unarmed : mapping of column to words
        The row then tells of something in which no arms were used.
    strict : bool
        Whether a word that is no class is an error, as in a table of one's own.
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
    coarse: Mapping[str, frozenset[str]] = field(default_factory=dict)
    unarmed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    strict: bool = False


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
        coarse={"where_prec": frozenset("4567"), "date_prec": frozenset("45")},
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
        coarse={"geo_precision": frozenset("3"), "time_precision": frozenset("3")},
        unarmed={"event_type": frozenset({"protests", "riots", "strategic developments"})},
    ),
    Layout(
        name="VIINA",
        marks=frozenset({"date", "latitude", "longitude", "t_artillery_b", "t_airstrike_b"}),
        date="date",
        latitude="latitude",
        longitude="longitude",
        flags={
            "t_artillery_b": "artillery",
            "t_airstrike_b": "air_strike",
            "t_uav_b": "drone_strike",
            "t_firefight_b": "small_arms",
            "t_ied_b": "sabotage",
        },
        key="event_id",
        coarse={"geo_precision": frozenset({"adm1", "adm2"})},
        unarmed={"t_mil_b": frozenset("0")},
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
