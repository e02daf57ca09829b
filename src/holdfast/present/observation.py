"""What would be seen of breaches, as text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from holdfast.present.layout import foot, head, table, wrapped
from holdfast.present.numbers import days, number_range, rate, ratio, share, share_range

Block = Mapping[str, Any]
SIDES: Final = {"host": "ground the host holds", "opponent": "ground the opponent holds"}
LIGHTS: Final = {"day": "by day", "night": "at night"}
ATTACKS: Final = {"offensive": "a major offensive", "grab": "a local grab"}
BARRIERS: Final = {
    "sites": "not reached with one at every place of the line",
    "limits": "not reached with as many as were tried",
    "open": "not reached with as many as were tried",
}
HOURS_A_DAY: Final = 24.0
LEGEND: Final = (
    "Shares of the true incidents, mean and 90 % range over futures. seen: noticed by anyone, the mission or "
    "states with their own means; by the mission: by it alone; located: placed; attributed: ascribed to a "
    "side. first report: time until the first report of what is seen."
)
BY_CLASS_OF_SECTOR: Final = (
    "By class of sector, not by name: where named sectors are watched less is of use to a breaker "
    "(--sensitive shows it)."
)
KNOWN_SPOTS: Final = (
    "The incidents of the table say where the hot spots are, and sensors follow them in part."
)
MOST_MONTHS: Final = 12
UNKNOWN_SPOTS: Final = (
    "Where the hot spots of a ceasefire will be, nobody knows: each sector is taken as the line in small."
)


def observation(document: Block) -> str:
    """Return the text of an observation document."""
    parts = [head(document), "", wrapped(str(document["arrangement"]["title"]))]
    if document["stamp"]:
        parts = [document["stamp"], "", *parts]
    parts += ["", _line(document)]
    for phase in document["phases"]:
        parts += ["", *_phase(phase, alone=len(document["phases"]) == 1)]
    if document["siting"] is not None:
        parts += ["", _siting(document["siting"])]
    if document["incidents"] is not None:
        parts += ["", *_incidents(document["incidents"])]
    parts += ["", _sectors(document), "", wrapped(document["limits"]), "", foot(document), ""]
    return "\n".join(parts)


def _line(document: Block) -> str:
    """Return what the line is, and how long at which detail."""
    line, lengths = document["line"], document["line_km"]
    day = f", as of {line['as_of']}" if line["as_of"] else ""
    said = [f"{count_km(one['length_km'])} " + _detail(one["detail_km"]) for one in lengths]
    text = f"{line['title']}{day}: {', '.join(said)}. A winding line has no length of its own."
    parts = f" It is in {line['parts']} parts." if line["parts"] > 1 else ""
    notes = "".join(f" {note}" for note in line["notes"])
    return wrapped(text + parts + notes)


def count_km(value: float) -> str:
    """Return a length in whole km."""
    return f"{value:,.0f} km"


def _detail(km: float) -> str:
    return "as drawn" if not km else f"at {km:g} km of detail"


def _phase(phase: Block, *, alone: bool) -> list[str]:
    """Return what is seen in a phase."""
    name = "" if alone else f"Phase {phase['name']}" + _begins(phase["from_month"]) + ". "
    if not phase["mission"]:
        own = phase["own_means"]
        said = (
            f"{name}There is no mission. States see {_of(own['seen'])} of incidents by their own means and "
            f"attribute {_of(own['attributed'])}."
        )
        return [wrapped(said), wrapped(_warned(phase))]
    lines = [wrapped(name + _whole(phase)), wrapped(_warned(phase))]
    if phase["note"]:
        note = str(phase["note"])
        lines.append(wrapped(note[0].upper() + note[1:] + "."))
    lines += ["", _classes(phase["classes"]), wrapped(LEGEND, indent="  ")]
    lines += ["", _where_and_when(phase)]
    lines += [wrapped(one) for one in _told(phase)]
    return lines


def _begins(month: float | None) -> str:
    return " (on a signal)" if month is None else f" (from month {month:g})"


def _of(quantity: Block) -> str:
    """Return a mean share with its range."""
    return f"{share(quantity['mean'])} ({share_range(quantity)})"


def _whole(phase: Block) -> str:
    """Return the phase in one sentence."""
    hours = phase["delay_hours"]
    return (
        f"Of incidents, {_of(phase['seen'])} are seen by anyone, {_of(phase['seen_by_mission'])} by the "
        f"mission; {_of(phase['located'])} are located and {_of(phase['attributed'])} attributed to a side. "
        f"The first report comes after {days(hours['mean'] / HOURS_A_DAY)} ({_hours(hours)})."
    )


def _hours(quantity: Block) -> str:
    return number_range(quantity, lambda value: days(value / HOURS_A_DAY))


def _warned(phase: Block) -> str:
    """Return how much warning there is."""
    said = []
    for attack, words in ATTACKS.items():
        lead, chance = phase["warning_days"][attack], phase["warning_in_time"][attack]
        own = phase["warning_days_by_own_means"][attack]
        besides = f", {days(own['mean'])} without the mission" if phase["mission"] else ""
        said.append(
            f"before {words} {days(lead['mean'])} in the mean ({number_range(lead, days)}){besides}, in time "
            f"with a chance of {share(chance['mean'])} ({share_range(chance)})"
        )
    return f"Warning: {'; '.join(said)}."


def _classes(classes: Sequence[Block]) -> str:
    """Return the table of classes."""
    rows = [
        (
            one["title"],
            share(one["share_of_incidents"]["mean"]),
            *(
                f"{share(one[what]['mean'])}\n{share_range(one[what])}"
                for what in ("seen_by_mission", "seen", "located", "attributed")
            ),
            f"{days(one['delay_hours']['mean'] / HOURS_A_DAY)}\n{_hours(one['delay_hours'])}"
            if one["delay_hours"]["mean"] is not None
            else "-",
        )
        for one in classes
    ]
    titles = ("class", "of all", "by the mission", "seen", "located", "attributed", "first report")
    return table(titles, rows, "lrrrrrr")


def _where_and_when(phase: Block) -> str:
    """Return the tables of sides, lights and classes of sector."""
    rows = [
        (words, *(_of(one[what]) for what in ("seen", "located", "attributed")))
        for words, one in (
            *((LIGHTS[one["light"]], one) for one in phase["lights"]),
            *((SIDES[one["side"]], one) for one in phase["sides"]),
        )
    ]
    return table(("where and when", "seen", "located", "attributed"), rows, "lrrr")


def _told(phase: Block) -> list[str]:
    """Return what would be published, and how visits keep up."""
    said = []
    published, visits = phase["published"], phase["visits"]
    if published is not None:
        said.append(
            f"Published: of {_number(published['true_per_week'])} incidents a week the mission would report "
            f"{_number(published['published_per_week'])}, {_number(published['false_per_week'])} of them "
            f"false: {_number(published['published_for_each_true'], ratio)} for each true one."
        )
    if visits is not None:
        late = visits["wait_hours"]
        said.append(
            f"Visits: {_number(visits['asked_per_week'])} a week are asked for, {_of(visits['made'])} of "
            f"them made; a patrol sets out after {days(late['mean'] / HOURS_A_DAY)} in the mean of futures."
        )
    return said


def _number(quantity: Block, word: Any = rate) -> str:  # noqa: ANN401 - a function of one number
    """Return a mean with its range."""
    return f"{word(quantity['mean'])} ({number_range(quantity, word)})"


def _siting(siting: Block) -> str:
    """Return what siting adds, and how many of a kind it would take."""
    kinds = ", ".join(f"{one['sensor']}: {one['number']}" for one in siting["kinds"])
    lines = [
        wrapped(
            f"Standing sensors ({kinds}), share of incidents {siting['measure']} by the mission, at the "
            "middle of the ranges: "
            f"{share(siting['without'])} without them, {share(siting['at_random'])} if they stand anywhere, "
            f"{share(siting['even'])} at even distances, {share(siting['placed'])} if placed best (no "
            f"placement can exceed {share(siting['at_most'])})."
        )
    ]
    for one in siting["how_many"]:
        target = share(one["target"])
        if one["enough"] is None:
            said = f"{target} is {BARRIERS[one['barrier']]} ({share(one['ceiling'])} with one at every place)"
        elif not one["enough"]:
            said = f"{target} is seen without any"
        else:
            said = f"{one['enough']:,} to see {target}"
            said += f"; {one['too_few']:,} are proved too few" if one["too_few"] else ""
        lines.append(wrapped(f"{one['sensor']}: {said}.", indent="  "))
    return "\n".join(lines)


def _incidents(found: Block) -> list[str]:
    """Return what the mission would have seen of incidents that there were."""
    reasons = "; ".join(f"{text}: {number:,}" for text, number in found["set_aside_by_reason"].items())
    aside = f", {found['set_aside']:,} are set aside ({reasons})" if found["set_aside"] else ""
    lines = [
        wrapped(
            f"Incidents of {found['name']} ({found['layout']}): of {found['rows']:,} rows "
            f"{found['matched']:,} lie within {found['within_km']:g} km of the line{aside}."
        )
    ]
    lines += [wrapped(f"Row {one['row']}: {one['reason']}.", indent="  ") for one in found["set_aside_first"]]
    if found["seen"] is None:
        return [*lines, "There is no mission that would have seen them."]
    lines += ["", _laid("what happened", [("all", found["matched"], found), *_parts(found)])]
    months = found["months"]
    shown = sorted(
        sorted(months, key=lambda one: -one["incidents"])[:MOST_MONTHS], key=lambda one: one["month"]
    )
    lines += ["", _laid("month", [(one["month"], one["incidents"], one) for one in shown])]
    if len(months) > len(shown):
        lines.append(f"  the {len(shown)} months with most of them; --json lists all {len(months)}")
    return lines


def _parts(found: Block) -> list[tuple[str, int, Block]]:
    """Return incidents by class and by class of sector, where there are several."""
    parts = []
    for key, name in (("classes", "title"), ("sector_classes", "class")):
        if len(found[key]) > 1:
            parts += [(str(one[name]).replace("_", " "), one["incidents"], one) for one in found[key]]
    return parts


def _laid(title: str, rows: Sequence[tuple[str, int, Block]]) -> str:
    """Return a table of what the mission would have seen."""
    cells = [
        (name, f"{number:,}", *(_of(one[what]) for what in ("seen", "located", "attributed")))
        for name, number, one in rows
    ]
    return table((title, "incidents", "would have seen", "located", "attributed"), cells, "lrrrr")


def _sectors(document: Block) -> str:
    """Return the sectors: by class, or by name where that is asked for."""
    last = document["phases"][-1]
    if document["stamp"] and last["sectors"] is not None:
        by_key = {one["key"]: one for one in last["sectors"]}
        rows = [
            (
                one["key"],
                f"{one['length_km']:.0f}",
                one["class"],
                one["nearest_places"][0]["name"] if one["nearest_places"] else "",
                share(by_key[one["key"]]["seen"]["mean"]),
                share(by_key[one["key"]]["attributed"]["mean"]),
            )
            for one in document["sectors"]
        ]
        titles = ("sector", "km", "class", "nearest place", "seen by the mission", "attributed")
        return table(titles, rows, "lrllrr")
    rows = [
        (
            one["class"].replace("_", " "),
            str(one["sectors"]),
            f"{one['length_km']:,.0f}",
            *(_of(one[what]) for what in ("seen", "located", "attributed")),
        )
        for one in last["sector_classes"] or ()
    ]
    if not rows:
        return wrapped(f"The line is cut into {len(document['sectors'])} sectors (--json lists them).")
    titles = ("class of sector", "sectors", "km", "seen by the mission", "located", "attributed")
    spots = UNKNOWN_SPOTS if document["incidents"] is None else KNOWN_SPOTS
    notes = wrapped(f"{BY_CLASS_OF_SECTOR} {spots}", indent="  ")
    return f"{table(titles, rows, 'lrrrrr')}\n{notes}"
