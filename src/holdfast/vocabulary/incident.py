"""Incident: the classes of breach that a mission may see, in the one order in which arrays hold them."""

from __future__ import annotations

from typing import Final, Literal, get_args

IncidentClass = Literal[
    "small_arms",
    "mortar",
    "artillery",
    "rocket",
    "drone_strike",
    "air_strike",
    "banned_weapons",
    "obstruction",
    "sabotage",
]
"""``banned_weapons``: weapons moved or kept where the settlement bans them; ``obstruction``: monitors
stopped, threatened or their sensors blinded; the others are what is fired, dropped or set off."""

CLASSES: Final[tuple[IncidentClass, ...]] = get_args(IncidentClass)
"""All classes; an array by class has one column for each, in this order."""

CLASS_TITLES: Final[dict[IncidentClass, str]] = {
    "small_arms": "small arms",
    "mortar": "mortar",
    "artillery": "artillery",
    "rocket": "rocket",
    "drone_strike": "drone strike",
    "air_strike": "air strike",
    "banned_weapons": "banned weapons",
    "obstruction": "obstruction",
    "sabotage": "sabotage",
}
"""The classes in words."""
