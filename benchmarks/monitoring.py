"""The monitors in Donbas by the model, beside what is published of them; docs/monitoring.md.

Rewrites the tables of ``docs/monitoring.md`` and prints them. What the mission had is put in, nothing is
fitted; the class of incident, hot spots and denial are as in the ledger, but for strikes by drones and
aircraft, of which there were hardly any before 2022.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from holdfast.case import Case
from holdfast.cases import load_case
from holdfast.evaluate.question import Question
from holdfast.evaluate.watching import observation_of, patrols
from holdfast.futures import Futures
from holdfast.observe import Coverage, ObserveQuery, observe
from holdfast.runs.observing import observation
from holdfast.vocabulary.arrangement import Mission, SensorPlan
from holdfast.vocabulary.incident import CLASS_TITLES, CLASSES

Array = NDArray[np.float64]

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "monitoring.md"
FUTURES: Final = 1024
LINE_KM: Final = 420.0
MONITORS: Final = 600.0
"""Over 600 of more than 700 were in the zone."""
SENSORS: Final[Mapping[str, int]] = {
    "camera": 25,
    "long-range-drone": 2,
    "drone": 4,
    "quadcopter": 15,
    "hotline": 1,
}
"""Cameras by 2021; two systems that gave cover around the clock; drones of middle and short range as losses
suggest (two and five lost by the end of 2016); the joint centre of the parties."""
HEAVY: Final = ("mortar", "artillery", "rocket")
FIRE: Final = ("small_arms", *HEAVY)
"""What was counted as a violation: a shot or a blast. Weapons out of place were listed apart."""
TABLES: Final[Mapping[str, str]] = {
    "UCDP, deaths in Donbas 2014 to July 2020": "ucdp_ged_ukraine/events_2014_to_2020-07-26.csv",
    "NASA FIRMS, fires near the front of 2023": "nasa_firms_2023/viirs_noaa20_within_50km.csv",
    "Centre for Information Resilience, 2022": "cen4infores_2022/events_2022.csv",
}
NOT_YET: Final = ("drone_strike", "air_strike")


@cache
def case() -> Case:
    """Return the packaged case: its ledger of the model is what is wanted of it."""
    return load_case("ukraine")


@cache
def question() -> Question:
    """Return futures to ask in."""
    found = case()
    settlement = found.settlements[found.about.settlement]
    return Question(found, settlement, found.arrangements["osce-monitors"], Futures(found.ledger, 0, FUTURES))


def asked(monitors: float = MONITORS, sensors: Mapping[str, int] = SENSORS) -> ObserveQuery:
    """Return what a mission of the kind in Donbas watches with, on the line of that time."""
    asks = question()
    plans = tuple(SensorPlan(sensor=key, count=number) for key, number in sensors.items())
    mission = _mission().model_copy(update={"sensors": plans})
    query = observation_of(asks, mission, {"observe-line": asks.constant(monitors)})
    place = query.setting
    mix = place.mix.copy()
    mix[:, [CLASSES.index(name) for name in NOT_YET]] = 0.0
    shorter = LINE_KM / place.km.sum(axis=1, keepdims=True)
    setting = replace(place, km=place.km * shorter, mix=mix / mix.sum(axis=1, keepdims=True))
    return replace(query, setting=setting)


def _mission() -> Mission:
    mission = question().arrangement.phases[0].mission
    if mission is None:
        raise ValueError("the packaged monitors have a mission")
    return mission


@cache
def mission_of_donbas() -> Coverage:
    """Return what that mission sees by the model."""
    return observe(asked())


def shown(values: Array) -> str:
    """Return a share as median and 90 % range."""
    low, middle, high = np.nanquantile(values, [0.05, 0.5, 0.95])
    return f"{middle:.0%} ({low:.0%} to {high:.0%})".replace("%", " %")


def recorded_share(chosen: Array) -> Array:
    """Return which share of what the mission records lies in the cells chosen, per future."""
    found = mission_of_donbas()
    recorded = found.weights * found.seen_by_mission
    whole = recorded.sum(axis=(1, 2, 3, 4))
    return np.asarray((recorded * chosen).sum(axis=(1, 2, 3, 4)) / whole, dtype=np.float64)


def in_hot_spots() -> Array:
    """Return the share of the record that lies in the hot spots."""
    return recorded_share(np.array([1.0, 0.0])[None, :, None, None, None])


def of_banned_weapons() -> Array:
    """Return the share of recorded fire that is from weapons that were banned."""
    heavy, fire = (
        recorded_share(np.array([float(name in chosen) for name in CLASSES])[None, None, :, None, None])
        for chosen in (HEAVY, FIRE)
    )
    return np.asarray(heavy / fire, dtype=np.float64)


def at_night() -> Array:
    """Return the share of the record that is from the night."""
    return recorded_share(np.array([0.0, 1.0])[None, None, None, None, :])


def by_cameras() -> Array:
    """Return what cameras alone would record, over what all do."""
    alone = observe(replace(asked(), sensors=tuple(one for one in asked().sensors if one.sensor == "camera")))
    return np.asarray(alone.by_mission / mission_of_donbas().by_mission, dtype=np.float64)


def denied() -> Array:
    """Return the share of places that are closed to the mission."""
    place = asked().setting
    return np.asarray(1.0 - (place.access * place.side).sum(axis=1), dtype=np.float64)


def denied_by_one_side() -> Array:
    """Return the share of closed places that lie on ground that the government did not hold."""
    place = asked().setting
    closed = (1.0 - place.access) * place.side
    return np.asarray(closed[:, 1] / closed.sum(axis=1), dtype=np.float64)


def beside() -> list[str]:
    """Return the model's shares beside those published."""
    light = mission_of_donbas().by("by_mission", "light")
    rows = (
        (
            "Places that are closed to it, or patrols turned back",
            shown(denied()),
            "some 11 %: over 2,000 in ten months of 2017, of some 60 patrols a day",
            "S152, S41",
        ),
        (
            "Of the restrictions, on ground that the government did not hold",
            shown(denied_by_one_side()),
            "most; 50 on its own side in half a year of 2019",
            "S155",
        ),
        (
            "Of the record, near the few hot spots",
            shown(in_hot_spots()),
            "76 % near four places (2020); 70 % in two areas (a week of 2017)",
            "S43, S153",
        ),
        (
            "Of recorded fire, from banned weapons",
            shown(of_banned_weapons()),
            "8 % (2017), 4 % (first half of 2018), counted in shots",
            "S151",
        ),
        (
            "Of the record, what cameras alone would have",
            shown(by_cameras()),
            "some 20 %: 279,900 counted by cameras by 2021, of some 300,000 a year from 2016",
            "osce-cameras, S43",
        ),
        (
            "Of the record, from the night",
            shown(at_night()),
            "not published; fire rose once patrols had gone home",
            "S129",
        ),
        ("Seen by day", shown(light[:, 0]), "not known: nobody counted what was not seen", ""),
        ("Seen at night", shown(light[:, 1]), "not known", ""),
        (
            "Attributed by the mission",
            shown(mission_of_donbas().attributed_by_mission.max(axis=(1, 2, 3, 4))),
            "none: it did not name who had fired",
            "S159",
        ),
    )
    return _table(("what", "by the model", "published", "source"), rows)


def classes() -> list[str]:
    """Return seen and located by class, day and night."""
    found = mission_of_donbas()
    seen = found.by("by_mission", "incident_class", "light")
    located = _mission_only(found, found.located_by_mission)
    rows = [
        (
            CLASS_TITLES[name],
            shown(seen[:, place, 0]),
            shown(seen[:, place, 1]),
            shown(located[:, place]),
            "{1:.1f} h ({0:.1f} to {2:.0f})".format(*_hours(found, place)),
        )
        for place, name in enumerate(CLASSES)
        if name not in NOT_YET
    ]
    return _table(("class", "seen by day", "seen at night", "located", "first report"), rows)


def _mission_only(found: Coverage, cells: Array) -> Array:
    """Return cells by class, weighted by incidents."""
    gone = (1, 3, 4)
    return np.asarray(
        (cells * found.weights).sum(axis=gone) / np.maximum(found.weights.sum(axis=gone), 1e-300)
    )


def _hours(found: Coverage, place: int) -> Sequence[float]:
    share = asked().setting.incidents
    return [
        float(one)
        for one in np.nanquantile((found.delay_hours[:, :, place] * share).sum(axis=1), [0.05, 0.5, 0.95])
    ]


def more() -> list[str]:
    """Return what more of something would have seen."""
    variants = {
        "as it was": (MONITORS, SENSORS),
        "without patrols": (0.0, SENSORS),
        "without cameras": (MONITORS, {key: number for key, number in SENSORS.items() if key != "camera"}),
        "without drones": (
            MONITORS,
            {key: number for key, number in SENSORS.items() if "drone" not in key and key != "quadcopter"},
        ),
        "twice the monitors": (2.0 * MONITORS, SENSORS),
        "four times the cameras": (MONITORS, {**SENSORS, "camera": 100}),
        "and 50 acoustic arrays": (MONITORS, {**SENSORS, "acoustic": 50}),
        "and 10 counter-battery radars": (MONITORS, {**SENSORS, "counter-battery-radar": 10}),
    }
    rows = []
    for name, (monitors, sensors) in variants.items():
        found = observe(asked(monitors, sensors))
        light = found.by("by_mission", "light")
        located = (found.located_by_mission * found.weights).sum(axis=(1, 2, 3, 4))
        rows.append((name, shown(found.by_mission), shown(light[:, 1]), shown(located)))
    return _table(("the mission", "seen", "seen at night", "located"), rows)


def laid(data: Path) -> list[str]:
    """Return what the packaged missions would have seen of the incidents in the research data."""
    line = data / "deepstate" / "line_of_contact_2026-08-22.geojson"
    rows = []
    for name, file in TABLES.items():
        found = {
            mission: observation(
                "ukraine", mission, line=line, where=["kind=main_front"], incidents=data / file, futures=128
            ).document["incidents"]
            for mission in ("osce-monitors", "un-peacekeepers")
        }
        one = found["osce-monitors"]
        shares = ("{mean:.0f} % ({low:.0f} to {high:.0f})".format(**_percent(of)) for of in found.values())
        rows.append((name, f"{one['rows']:,}", f"{one['matched']:,}", f"{one['set_aside']:,}", *shares))
    titles = ("table", "rows", "beside the line", "set aside", "seen by monitors", "seen by peacekeepers")
    return _table(titles, rows)


def _percent(block: Mapping[str, Any]) -> dict[str, float]:
    """Return mean and range of what was seen, in per cent."""
    return {end: 100.0 * block["seen"][end] for end in ("mean", "low", "high")}


def patrols_a_day() -> Array:
    """Return the patrols that so many monitors keep out on a day."""
    return patrols(question(), {"observe-line": question().constant(MONITORS)})


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = ["| " + " | ".join(titles) + " |", "|" + "---|" * len(titles)]
    return [*lines, *("| " + " | ".join(row) + " |" for row in rows)]


def pages() -> dict[str, list[str]]:
    """Return every table of the page that needs no research data, as lines, by name."""
    return {"beside": beside(), "classes": classes(), "more": more()}


def written(page: str, found: Mapping[str, Sequence[str]]) -> str:
    """Return the page with its tables in place of those that stand there."""
    for name, lines in found.items():
        start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        before, opened, rest = page.partition(start)
        _, closed, after = rest.partition(end)
        if not (opened and closed):
            raise ValueError(f"{PAGE.name} has no place for the table {name!r}")
        page = before + start + "\n" + "\n".join(lines) + "\n\n" + end + after
    return page


def main() -> None:
    """Rewrite the tables of the page and print them."""
    found = pages()
    data = Path(os.environ.get("HOLDFAST_DATA") or PAGE.parent.parent.parent / "shared" / "data")
    if data.is_dir():
        found["laid"] = laid(data)
    if PAGE.is_file():
        PAGE.write_text(written(PAGE.read_text("utf-8"), found), "utf-8")
    for name, lines in found.items():
        print(name, *lines, "", sep="\n")
    print("patrols a day:", np.quantile(patrols_a_day(), [0.05, 0.5, 0.95]).round())


if __name__ == "__main__":
    main()
