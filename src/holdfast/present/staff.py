"""The plan as staffs write it, as text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from holdfast.present.layout import WIDTH, table, wrapped
from holdfast.present.numbers import count, exactly, share

Block = Mapping[str, Any]
MOST_NAMES: Final = 5
MOST_ROWS: Final = 20
MOST_RELIEFS: Final = 6
LONGEST_BAR: Final = 24
SHORTEST_BAR: Final = 4
"""Where the longest bar would be shorter than this, numbers stand alone."""
BEFORE_BARS: Final = 52
"""Columns of the chart that names and numbers take."""
EACH_NUMBER: Final = 10
PAUSE: Final = "pauses"
RULES: Final = {
    "as it is": "as it is",
    "largest": "its {number:.0f} largest alone",
    "at least": "at least {number:.0f} states",
    "at most": "none above {number:.0%} of need",
}
IN_FORMATION: Final = (
    "persons: infantry, tanks and guns alone; what serves them, and what few have, stands below."
)
IN_ROTATION: Final = (
    "+ sends more of a kind than it sustains, and less in another tour; - pauses. ratio: units that keep one "
    "in the field; bound: troops in the field, at the mean of the tours, times that."
)
OF_REGIONS: Final = "Regions are those of the United Nations' statistics (M49)."
OF_BREADTH: Final = (
    "All made the same quick way, with elements split: compare these rows with each other, not with the plan "
    "above. effort: persons, and what each contingent costs beside them. without it: what is short if the "
    "largest stays away and nobody makes up for it. What breadth buys is that less hangs on one, and more "
    "regions; it is no score. What contributors' votes are worth in bodies, 'holdfast authorise' counts."
)


def staff(found: Block) -> str:
    """Return the text of a plan as staffs write it; nothing where nothing is planned."""
    tour = found["tour"]
    if tour is None:
        return ""
    when = f"months {tour['from_month']}-{tour['to_month']}"
    parts = [f"The plan as staffs write it: {exactly(found['persons'])} persons in {when}, its fullest tour"]
    parts += ["", _lead(found["lead"])]
    if found["formations"]["list"]:
        parts.append(wrapped(found["caution"], indent="  "))
    parts += [*_formations(found["formations"]), *_hubs(found["hubs"]), *_components(found["components"])]
    parts += [*_headquarters(found["headquarters"]), *_rotation(found["rotation"], found["tours"])]
    parts += [*_reliefs(found["rotation"]["reliefs"]), *_regions(found["regions"])]
    return "\n".join([*parts, *_breadth(found["breadth"])])


def _lead(lead: Block) -> str:
    """Return who leads: what the design says, and who the plan points to."""
    design = f"the design says '{lead['design']}'" if lead["design"] else "the design names nobody"
    return wrapped(f"Lead nation: {design}. The plan points to {lead['name'] or 'nobody'}: {lead['why']}.")


def _few(said: Sequence[str]) -> str:
    """Return the first names, and how many more there are."""
    rest = len(said) - MOST_NAMES
    return ", ".join(said[:MOST_NAMES]) + (f" and {rest} more" if rest > 0 else "")


def _names(states: Sequence[Block]) -> str:
    """Return states with their persons."""
    return _few([f"{one['name']} {exactly(one['persons'])}" for one in states])


# --- Who stands where ------------------------------------------------------------------------------


def _formations(found: Block) -> list[str]:
    """Return the table of sectors or brigades."""
    if not found["list"]:
        return []
    on_line = found["km_each"] is not None
    rows = [
        (
            one["name"],
            one["lead"]["name"],
            exactly(one["persons"]),
            f"{one['battalions']:.1f}",
            *((count(one["km"]), count(one["km_per_battalion"])) if on_line else ()),
            _names(one["states"]),
        )
        for one in found["list"]
    ]
    km = ("km", "km/battalion") if on_line else ()
    titles = ("formation", "leads", "persons", "battalions", *km, "who, persons")
    drawn = table(titles, rows, "llrr" + "rr" * on_line + "l")
    legend = IN_FORMATION
    if on_line:
        watched = count(found["frontage_of_battalion"])
        legend += f" km/battalion: between sides who consent one has watched some {watched}."
    title = f"Formations, of some {found['battalions_each']:.0f} battalions each"
    return ["", title, drawn, wrapped(legend, indent="  ")]


def _hubs(hubs: Block | None) -> list[str]:
    """Return how the unarmed monitors are spread along the line."""
    if hubs is None:
        return []
    said = (
        f"Unarmed monitors: {hubs['number']} hubs of {exactly(hubs['persons_each'])} with "
        f"{count(hubs['km_each'])} km of line each; one hub has watched some "
        f"{count(hubs['frontage_of_hub'])} km. Teams are mixed: no hub is one state's."
    )
    return ["", wrapped(said)]


def _components(found: Sequence[Block]) -> list[str]:
    """Return the table of what is in no formation."""
    rows = [(one["title"], exactly(one["persons"]), _names(one["states"])) for one in found]
    drawn = table(("component", "persons", "who, persons"), rows, "lrl")
    return ["", "In no formation", drawn] if rows else []


def _headquarters(found: Block) -> list[str]:
    """Return who mans the headquarters, what is missing, and what the formations ask for."""
    if not found["needed"] and not found["levels"]:
        return []
    said = f"Headquarters: {exactly(found['needed'])} persons needed, {exactly(found['sent'])} sent"
    said += f" ({_names(found['states'])})" if found["states"] else ""
    said += f", {exactly(found['short'])} missing."
    if found["levels"]:
        asked = " and ".join(
            f"{one['number']} of a {one['level']} ({count(one['persons_each'])}"
            + (" each)" if one["number"] > 1 else ")")
            for one in found["levels"]
        )
        lack = found["formations_lack"]
        rest = f"{count(lack)} persons for these are missing" if lack else "enough for these are there"
        said += f" The formations above ask for {asked}; {rest}."
    return ["", wrapped(said)]


# --- Rotation --------------------------------------------------------------------------------------


def _rotation(found: Block, tours: Sequence[Block]) -> list[str]:
    """Return the rotation chart: a row for each state, a column for each tour."""
    states = found["states"]
    if not states:
        return []
    most = max(max(one["persons"]) for one in states)
    room = min((WIDTH - BEFORE_BARS) // len(tours) - EACH_NUMBER, LONGEST_BAR)
    room = room if room >= SHORTEST_BAR else 0
    rows = [
        (
            one["name"],
            exactly(one["sustains"]),
            *(
                _in_the_field(persons, mark, room * persons / most)
                for persons, mark in zip(one["persons"], one["marks"], strict=True)
            ),
            "-" if one["units_per_unit"] is None else f"{one['units_per_unit']:.1f}",
            "-" if one["persons_bound"] is None else exactly(one["persons_bound"]),
        )
        for one in states[:MOST_ROWS]
    ]
    sums = [sum(one["persons"][tour] for one in states) for tour in range(len(tours))]
    rows.append(("all", "", *(_in_the_field(each, "", 0.0) for each in sums), "", ""))
    when = [f"months {one['from_month']}-{one['to_month']}" for one in tours]
    titles = ("state", "sustains", *when, "ratio", "bound")
    drawn = table(titles, rows, "lr" + "l" * len(tours) + "rr")
    lines = ["", "Rotation: persons in the field by tour", drawn]
    if len(states) > MOST_ROWS:
        lines.append(f"  and {len(states) - MOST_ROWS} more (--json, -o FILE.xlsx list all)")
    legend = IN_ROTATION + (" These tours alternate." if found["tours_alternate"] else "")
    return [*lines, wrapped(legend, indent="  ")]


def _in_the_field(persons: float, mark: str, bar: float) -> str:
    """Return a cell of the chart: number, mark, bar."""
    if mark == PAUSE:
        return f"{'-':>6}"
    length = max(round(bar), 1) if bar else 0
    return f"{exactly(persons):>6}{'+' if mark else ' '} {'█' * length}".rstrip()


def _reliefs(found: Sequence[Block]) -> list[str]:
    """Return who relieves whom, the largest changes first; then who comes or goes alone."""
    if not found:
        return []
    order = sorted(found, key=lambda one: (not (one["goes"] and one["comes"]), -one["persons"]))
    lines = ["", "Who relieves whom, in elements"]
    moves = (("goes", "go"), ("comes", "come"))
    for one in order[:MOST_RELIEFS]:
        sides = [f"{_moved(one[side])} {verb}" for side, verb in moves if one[side]]
        name = one["capability"].replace("-", " ")
        lines.append(wrapped(f"month {one['month']}, {name}: {'; '.join(sides)}.", indent="  "))
    if len(found) > MOST_RELIEFS:
        lines.append(f"  and {len(found) - MOST_RELIEFS} more changes (--json, -o FILE.xlsx list all)")
    return lines


def _moved(states: Sequence[Block]) -> str:
    return _few([f"{one['name']} {one['elements']:.0f}" for one in states])


# --- Breadth ---------------------------------------------------------------------------------------


def _regions(found: Block) -> list[str]:
    """Return from which regions the plan comes."""
    if not found["list"]:
        return []
    rows = [
        (
            one["region"],
            str(len(one["states"])),
            exactly(one["persons"]),
            share(one["share"]),
            _few([state["name"] for state in one["states"]]),
        )
        for one in found["list"]
    ]
    drawn = table(("region", "states", "persons", "share", "who"), rows, "lrrrl")
    largest = found["largest"]
    said = (
        f"As concentrated as {found['effective_contributors']:.1f} contributors of equal size; "
        f"{largest['name']} sends {share(largest['share'])}. {OF_REGIONS}"
    )
    title = "From which regions: persons at a time, the mean of the tours"
    return ["", title, drawn, wrapped(said, indent="  ")]


def _breadth(found: Block) -> list[str]:
    """Return what breadth buys and costs, and who could add to it."""
    if not found["rows"]:
        return []
    rows = [
        (
            RULES[one["rule"]].format(number=one["number"]).replace("%", " %"),
            str(one["states"]),
            str(one["missing_states"] or ""),
            str(one["regions"]),
            share(one["shortfall"]),
            count(one["effort"]),
            f"{one['largest']['name']} {share(one['largest']['share'])}" if one["largest"] else "",
            share(one["short_without_largest"]),
        )
        for one in found["rows"]
    ]
    titles = ("made again", "states", "lack", "regions", "short", "effort", "largest", "without it")
    drawn = table(titles, rows, "lrrrrrlr")
    lines = ["", "What breadth buys and costs", drawn, wrapped(OF_BREADTH, indent="  ")]
    missing = [one for one in found["rows"] if one["missing_states"]]
    if missing:
        number = missing[-1]["states"]
        are = "state is" if number == 1 else "states are"
        most = f"More than {number} {are} not there, whatever it costs."
        lines.append(wrapped(most + _untapped(found["untapped"]), indent="  "))
    return lines


def _untapped(found: Sequence[Block]) -> str:
    """Return what would bring in more states."""
    said = [
        f"{one['words']} ({_few([state['name'] for state in one['states']])})"
        for one in found
        if one["states"]
    ]
    wants = " Others have an offer that counts only if one thing more is so: "
    return f"{wants}{'; '.join(said)}." if said else ""
