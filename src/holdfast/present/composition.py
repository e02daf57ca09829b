"""Who would make up a mission, as text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from holdfast.present.layout import foot, head, table, wrapped
from holdfast.present.numbers import count, number_range, share

Block = Mapping[str, Any]
MOST_CONTRIBUTORS = 20
MOST_BINDING = 8
MOST_KINDS = 3
NOTHING_SHORT = 0.01
NOBODY_MISSED = 0.0005


def composition(document: Block) -> str:
    """Return the text of a composition document."""
    found = document["generate"]
    parts = [head(document), "", wrapped(_title(document))]
    if not found["plan"]["capabilities"]:
        parts.append("\nThis arrangement has no mission: nothing is to be generated.")
        return "\n".join([*parts, "", foot(document)])
    parts += ["", _short(found), "", _capabilities(found["plan"]), "", _contributors(found)]
    parts += ["", _presence(found), "", _binding(found), "", _dependence(found)]
    if found["robust"] is not None:
        parts += ["", _robust(found["robust"])]
    parts += ["", _legend(found["plan"]), "", wrapped(document["limits"]), "", foot(document)]
    return "\n".join(parts)


def _title(document: Block) -> str:
    changed = document["asked"]
    said = [
        *(f"without {name}" for name in changed["without"]),
        *(f"with {name}" for name in changed["with"]),
        *(f"'{name}' waived" for name in changed["waived"]),
    ]
    return str(document["arrangement"]["title"]) + (f" ({', '.join(said)})" if said else "")


def _short(found: Block) -> str:
    """Return the whole in a few lines: on paper, and in the field."""
    plan, largest = found["plan"], found["plan"]["largest"]
    lines = [_on_paper(plan)]
    if largest is not None:
        lines.append(f"{largest['name']} sends {share(largest['share'])} of all that is sent.")
    if plan["missing_states"]:
        lines.append(f"The breadth that is asked for lacks {plan['missing_states']:g} states.")
    lines.append(
        f"In the field: {number_range(found['persons'], count)} persons arrive; "
        f"{number_range(found['shortfall'], share)} of what is planned stays short."
    )
    return "\n".join(wrapped(line) for line in lines)


def _on_paper(plan: Block) -> str:
    """Return what would come if all came who are asked and whose conditions are met."""
    words = (
        f"On paper: {count(max(plan['persons_needed']))} persons are needed at a time; if everybody comes "
        f"whose conditions are met, {plan['states']} states send {count(max(plan['persons_sent']))}; "
        f"{share(plan['shortfall'])} stays short"
    )
    proof = "elements split, provisional" if plan["provisional"] else f"proved to within {share(plan['gap'])}"
    return f"{words} ({proof})."


def in_short(arrangements: Sequence[Block]) -> str:
    """Return who would make up the missions of several arrangements, a paragraph each."""
    parts = []
    for one in arrangements:
        found = one["generate"]
        if found["plan"]["capabilities"]:
            helps = "; ".join(f"{item['words']} ({count(item['persons'])})" for item in found["binding"][:2])
            words = (
                f"{one['name']}: {_on_paper(found['plan'])} What would help most, persons at a time: {helps}."
            )
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
    lines = ["Why it is short: what would help if it alone fell, persons at a time"]
    lines += [
        wrapped(f"{count(one['persons'])}: {one['words']}.", indent="  ")
        for one in found["binding"][:MOST_BINDING]
    ] or ["  Nothing alone would help."]
    lines += ["", "What would close it, each solved again in whole elements"]
    if not found["closers"]:
        lines.append(
            "  Nothing is short on paper."
            if found["plan"]["shortfall"] <= NOTHING_SHORT
            else "  No change that is known."
        )
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
    names = ", ".join(
        f"{one['name']} {count(one['persons'])}" for one in robust["contributors"][:MOST_BINDING]
    )
    return wrapped(
        f"A plan for the worst tenth of futures asks for {count(robust['persons_asked'])} persons: {names}. "
        f"In that tenth {share(robust['shortfall_in_worst_tenth'])} stays short; with the plan above, and "
        f"nobody else asked, {share(robust['nominal_shortfall_in_worst_tenth'])}."
    )


def _legend(plan: Block) -> str:
    """Return what the words mean, and the rules of the plan."""
    rules = plan["rules"]
    means = (
        "chance: that the state takes part at all, as its stance and conditions have it; arrives: what comes."
    )
    keeps = (
        f"Rules: no contingent of troops below {count(rules['minimum_contingent'])}; a state sends for one "
        f"tour up to {rules['surge']:g} times what it can sustain, if it sends less in others; "
        f"{rules['rotation']:.1f} units keep one in the field."
    )
    counts = "A condition counts as met in the plan if it is met in at least half of futures."
    return "\n".join(wrapped(line, indent="  ") for line in (means, keeps, counts))
