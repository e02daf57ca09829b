"""Who would make up a mission, as text for a terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from holdfast.present.layout import foot, head, table, wrapped
from holdfast.present.numbers import count, number_range, share
from holdfast.present.staff import staff

Block = Mapping[str, Any]
MOST_CONTRIBUTORS = 20
MOST_BINDING = 8
MOST_KINDS = 3
NOTHING_SHORT = 0.01
NOBODY_MISSED = 0.0005
PERCENT = 0.01


def composition(document: Block) -> str:
    """Return the text of a composition document."""
    found = document["generate"]
    parts = [head(document), "", wrapped(title(document))]
    if not max(found["plan"]["persons_needed"], default=0.0):
        return "\n".join([*parts, "", wrapped(nothing(found)), "", foot(document), ""])
    parts += ["", _short(found), "", _capabilities(found["plan"]), "", _contributors(found)]
    parts += ["", _presence(found), "", _binding(found), "", _dependence(found)]
    if found["robust"] is not None:
        parts += ["", _robust(found["robust"])]
    parts += ["", staff(document["staff"])]
    parts += ["", _legend(found["plan"]), "", wrapped(document["limits"]), "", foot(document), ""]
    return "\n".join(parts)


def nothing(found: Block) -> str:
    """Return why there is nothing to plan."""
    if found["persons"] is None:
        return "This arrangement has no mission: nothing is to be generated."
    if not found["plan"]["capabilities"]:
        return "No mission of this arrangement begins within the two years that a plan looks ahead."
    return "The missions of this arrangement plan no persons: nothing is to be generated."


def title(document: Block) -> str:
    """Return the title of the arrangement, with what was changed about who takes part."""
    changed = document["asked"]
    said = [
        *(f"without {name}" for name in changed["without"]),
        *(f"with {name}" for name in changed["with"]),
        *(f"'{name}' waived" for name in changed["waived"]),
        *([f"{_states(changed['breadth'])} at least"] if changed["breadth"] else []),
        *([f"no state above {100.0 * changed['largest_share']:g} %"] if changed["largest_share"] else []),
    ]
    return str(document["arrangement"]["title"]) + (f" ({', '.join(said)})" if said else "")


def _states(number: float) -> str:
    return f"{number:g} state{'' if number == 1 else 's'}"


def _short(found: Block) -> str:
    """Return the whole in a few lines: on paper, and in the field."""
    plan, largest = found["plan"], found["plan"]["largest"]
    lines = [on_paper(plan)]
    if largest is not None:
        lines.append(f"{largest['name']} sends {share(largest['share'])} of all that is sent.")
    if plan["missing_states"]:
        lines.append(f"The breadth that is asked for lacks {_states(plan['missing_states'])}.")
    lines.append(
        f"In the field, persons: {number_range(found['persons'], count)} arrive; "
        f"{number_range(found['shortfall'], share)} of what is planned stays short."
    )
    return "\n".join(wrapped(line) for line in lines)


def on_paper(plan: Block) -> str:
    """Return what would come if all came who are asked and whose conditions are met."""
    sends = "sends" if plan["states"] == 1 else "send"
    words = (
        f"On paper, persons at a time: {count(max(plan['persons_needed']))} are needed; if everybody comes "
        f"whose conditions are met, {_states(plan['states'])} {sends} {count(max(plan['persons_sent']))}; "
        f"{share(plan['shortfall'])} stays short"
    )
    proof = "elements split, provisional" if plan["provisional"] else _proved(plan["gap"])
    return f"{words} ({proof})."


def _proved(gap: float) -> str:
    """Return how far from the least it may be, never less than it is."""
    return f"proved to within {share(math.ceil(gap / PERCENT) * PERCENT if gap >= PERCENT else gap)}"


def in_short(arrangements: Sequence[Block]) -> str:
    """Return who would make up the missions of several arrangements, a paragraph each."""
    parts = []
    for one in arrangements:
        found = one["generate"]
        if found["plan"]["capabilities"]:
            helps = "; ".join(f"{item['words']} ({count(item['persons'])})" for item in found["binding"][:2])
            words = f"{one['name']}: {on_paper(found['plan'])}"
            if helps:
                words += f" What would help most, persons at a time: {helps}."
            parts.append(wrapped(words, indent="  "))
    if not parts:
        return ""
    return "\n".join(["Who would make it up (in full: holdfast generate)", *parts])


def _capabilities(plan: Block) -> str:
    """Return need, plan and gap by capability, at the tour in which most is needed."""
    tour = plan["persons_needed"].index(max(plan["persons_needed"]))
    rows = [
        (
            one["title"],
            one["place"],
            count(one["needed"][tour]),
            count(one["sent"][tour]),
            count(one["short"][tour]) if one["short"][tour] > 0 else "-",
            "few have it" if one["scarce"] else "",
        )
        for one in plan["capabilities"]
        if one["needed"][tour] or one["sent"][tour]
    ]
    title = "What is needed, and what the plan has of it, persons"
    if len(plan["periods"]) > 1:
        first = plan["periods"][tour]
        title += f" (months {first['from_month']}-{first['to_month']})"
    return f"{title}\n" + table(("capability", "place", "needed", "sent", "short", ""), rows, "llrrrl")


def _contributors(found: Block) -> str:
    """Return the table of contingents."""
    rows = []
    for one in found["contributors"][:MOST_CONTRIBUTORS]:
        parts = sorted(one["capabilities"].items(), key=lambda part: -max(part[1]["persons"]))
        kinds = ", ".join(
            f"{name.replace('-', ' ')} {max(sent['persons']):,.0f}" for name, sent in parts[:MOST_KINDS]
        )
        more = f" and {len(parts) - MOST_KINDS} more" if len(parts) > MOST_KINDS else ""
        rows.append(
            (
                one["name"],
                count(one["persons"]) if one["persons"] else "-",
                number_range(one["arrives"], count),
                share(one["chance"]),
                (kinds + more) or "asked, but not in the plan",
            )
        )
    if not rows:
        return "Who sends what\n  Nobody who is asked sends anybody."
    text = "Who sends what\n" + table(
        ("state", "plan", "arrives", "chance", "mostly, persons at a time"), rows, "lrrrl"
    )
    rest = len(found["contributors"]) - MOST_CONTRIBUTORS
    return text + (f"\n  and {rest} more (--json, --csv, -o FILE.xlsx list all)" if rest > 0 else "")


def _presence(found: Block) -> str:
    """Return the table of who is there, week by week."""
    serves = ("support", "command")
    rows = []
    for one in found["presence"]:
        persons, roles = one["persons"], one["by_role"]
        served = sum(roles.get(role, 0.0) for role in serves)
        cells = (persons["mean"], persons["low"], one["median"], persons["high"])
        parts = (sum(roles.values()) - served, served)
        rows.append((str(one["week"]), *(count(value) for value in (*cells, *parts))))
    titles = ("week", "mean", "5 %", "50 %", "95 %", "do the task", "support them")
    note = (
        "Persons, so many weeks after the halt, as long as the mission is neither cut nor lost: they arrive "
        "once the body has decided, and go as contributors leave or cut and others make up for them in part. "
        "The last two columns are means."
    )
    told = table(titles, rows, "lrrrrrr")
    return f"Who is there, week by week\n{told}\n{wrapped(note, indent='  ')}"


def _binding(found: Block) -> str:
    """Return what binds, and the smallest sets of changes."""
    filled = found["plan"]["shortfall"] <= NOTHING_SHORT
    nothing_helps = "Nothing is short." if filled else "Nothing alone would help: what is offered is taken."
    lines = ["Why it is short: what would help if it alone fell, persons at a time"]
    lines += [
        wrapped(f"{count(one['persons']) if one['persons'] >= 1.0 else '<1'}: {one['words']}.", indent="  ")
        for one in found["binding"][:MOST_BINDING]
    ] or [f"  {nothing_helps}"]
    lines += ["", "What would close it, each solved again in whole elements"]
    if not found["closers"]:
        lines.append("  Nothing is short on paper." if filled else "  No change that is known.")
    for one in found["closers"]:
        changes = "; ".join(change["words"] for change in one["changes"])
        end = "closed" if one["closes"] else f"{share(one['shortfall'])} stays short"
        lines.append(wrapped(f"{changes}: {end}.", indent="  "))
    return "\n".join(lines)


def _dependence(found: Block) -> str:
    """Return on whom the plan hangs."""
    parts = [
        f"{one['name']} {share(one['more_short'])}"
        for one in found["dependence"]
        if one["more_short"] > NOBODY_MISSED
    ]
    return wrapped(
        "On whom it hangs (what more of the need is short if that state stays away and others make up for it "
        f"as far as they can): {', '.join(parts) or 'nobody in particular'}."
    )


def _robust(robust: Block) -> str:
    """Return the robust plan beside the nominal."""
    names = [f"{one['name']} {count(one['persons'])}" for one in robust["contributors"][:MOST_BINDING]]
    rest = len(robust["contributors"]) - MOST_BINDING
    names += [f"{rest} more"] if rest > 0 else []
    asks = f"{count(robust['persons_asked'])} persons: {', '.join(names)}" if names else "nobody"
    return wrapped(
        f"A plan for the worst tenth of futures asks for {asks}. "
        f"In that tenth {share(robust['shortfall_in_worst_tenth'])} stays short; with the plan above, and "
        f"nobody else asked, {share(robust['nominal_shortfall_in_worst_tenth'])}."
    )


def _legend(plan: Block) -> str:
    """Return what the words mean, and the rules of the plan."""
    rules = plan["rules"]
    means = (
        "chance: that the state takes part at all, as its stance and conditions have it; arrives: what comes."
    )
    least = rules["minimum_contingent"]
    above = (
        "one element more than it can sustain"
        if rules["alternates"]
        else f"{rules['surge']:g} times what it can sustain"
    )
    paid = "in others" if rules["alternates"] else "later"
    keeps = (
        f"Rules: {f'no contingent of troops below {count(least)}; ' if least else ''}a state sends for one "
        f"tour up to {above}, if it sends as much less {paid}; {rules['rotation']:.1f} units keep one in the "
        "field where a state's own practice is not known."
    )
    counts = "A condition counts as met in the plan if it is met in at least half of futures."
    return "\n".join(wrapped(line, indent="  ") for line in (means, keeps, counts))
