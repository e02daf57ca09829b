"""Tables and sentences for a terminal of a hundred columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from holdfast.present.composition import in_short
from holdfast.present.layout import foot, head, mean_over_range, table, wrapped
from holdfast.present.numbers import (
    NOT_APPLICABLE,
    billions,
    count,
    days,
    exactly,
    millions,
    number_range,
    rate,
    share,
    share_range,
    stake_range,
    whole_days,
)
from holdfast.present.war import war_goes_on

LONGEST_IN_MAIN = 17
"""Characters after which a name is folded in the main table, which has no room for more."""
NOTICEABLE = 0.01
"""A rise of the mean chance of adoption below this is not worth naming."""
YEARS = ("1", "5", "10")

HOW_TO_READ = (
    "Ranges are the 5th to 95th percentile over futures: what the assumptions leave open. A single figure "
    "above a range is the mean over futures. How long it holds is given as ranges alone, because no evidence "
    "supports one number."
)
COLUMNS = (
    (
        "accepted",
        "chance that both parties accept the settlement with this arrangement, rather than fight on",
    ),
    ("authorised", "chance that the body adopts it; the parties vote as their stakes have it"),
    ("filled", "persons delivered over persons planned, once authorised"),
    (
        "holds if deployed",
        "chance that fighting has not resumed so many years after the halt, once agreed and authorised",
    ),
    (
        "holds overall",
        "the same, times the chances that it is accepted and authorised; if refused, the fallback's",
    ),
    ("responds after", "time from a breach to the first arrival of those bound to respond"),
    ("EUR bn a year", "yearly cost, military support to the host included, averaged over the horizon"),
)
"""What each column of the comparison means."""
WHILE_AND_IF = (
    (
        "true incidents, recorded",
        (
            "those that happen, whoever sees them; those of them that the mission sees, none without one. "
            "Both a week, for as long as the ceasefire holds"
        ),
    ),
    ("major war", "chance that fighting resumes and is a major war, at once or within its first year"),
    (
        "partners drawn in",
        "chance that fighting resumes and those bound or sent to fight beside the host do so",
    ),
)
"""What the columns on incidents and on failure mean."""
ORDERED = {"major_war": "major war", "drawn_in": "partners drawn in"}
"""Outcomes by which arrangements are put in order, in words."""
SIGNALS = {
    "violation_rate": "the mission records {when} {threshold} incidents a week",
    "denied_access": "{when} {percent} of the mission's patrols are turned back",
    "shortfall": "{when} {percent} of the persons planned are not there",
    "casualties": "{when} {threshold} of the mission have died by hostile act in the phase before",
    "settlement_reached": "a final settlement is reached",
}
"""What a phase may wait for, in words."""


def comparison(document: Mapping[str, Any]) -> str:
    """Return a comparison document as text."""
    parts = [
        head(document),
        _comparison_table(document["arrangements"]),
        wrapped(HOW_TO_READ),
        _glossary(),
        _causes(document),
        _differences(document),
        _while_and_if(document),
        _if_refused(document),
        _blockers(document["arrangements"]),
        in_short(document["arrangements"]),
        _notes(document["arrangements"]),
        _rests_on(document),
        _principles(document["arrangements"]),
        "What the evidence cannot tell\n" + wrapped(document["limits"]),
        foot(document),
    ]
    return "\n\n".join(part.rstrip() for part in parts if part) + "\n"


def assessment(document: Mapping[str, Any]) -> str:
    """Return an assessment document as text."""
    one = document["arrangement"]
    parts = [
        head(document),
        f"{wrapped(one['title'])}\n{wrapped(one['summary'])}",
        "In short\n" + _headline(one, len(document["plan"])),
        "Who accepts\n" + _accepting(one),
        _weighing(one["stakes"]),
        war_goes_on(document["war_goes_on"]),
        _authority(one),
        in_short([one]),
        *[_phase(phase, document["years"]) for phase in document["plan"]],
        _curve(document["curves"]),
        _failing(one, document["years"]),
        _incidents(one["incidents"], document["years"]),
        _resumed(one, document["years"]),
        _notes([one]),
        _rests_on({"arrangements": [one], "years": document["years"]}),
        _principles([one]),
        "What the evidence cannot tell\n" + wrapped(document["limits"]),
        foot(document),
    ]
    return "\n\n".join(part.rstrip() for part in parts if part) + "\n"


def _comparison_table(arrangements: Sequence[Mapping[str, Any]]) -> str:
    """Return the main table."""
    titles = (
        "arrangement",
        "accepted",
        "authorised",
        "filled",
        "holds if\ndeployed %",
        "holds\noverall %",
        "responds\nafter",
        "EUR bn\na year",
    )
    rows = [
        (
            one["name"],
            mean_over_range(one["accepted"], share),
            mean_over_range(one["authorised"], share),
            mean_over_range(one["filled"], share),
            _by_year(one["hold_if_deployed"]),
            _by_year(one["hold_overall"]),
            mean_over_range(one["response_days"], whole_days),
            mean_over_range(one["eur_per_year"], billions),
        )
        for one in arrangements
    ]
    return table(titles, rows, longest=LONGEST_IN_MAIN)


def _by_year(quantities: Mapping[str, Mapping[str, Any]]) -> str:
    """Return ranges of shares, a line for each year."""
    return "\n".join(f"{year + ' y':5}{share_range(quantities[year]).removesuffix(' %')}" for year in YEARS)


def _glossary(columns: Sequence[tuple[str, str]] = COLUMNS) -> str:
    """Return what the columns mean."""
    return "\n".join(wrapped(f"{name}: {meaning}.", indent="  ") for name, meaning in columns)


def _causes(document: Mapping[str, Any]) -> str:
    """Return how each arrangement fails."""
    if not any(one["causes"]["attack"]["low"] is not None for one in document["arrangements"]):
        return ""
    rows = [
        (
            one["name"],
            *(share_range(one["causes"][cause]) for cause in ("attack", "spiral", "creep")),
            share_range(one["attributed"]),
            number_range(one["persons"], count),
        )
        for one in document["arrangements"]
    ]
    titles = (
        "arrangement",
        "planned attack",
        "spiral of incidents",
        "creeping seizure",
        "attributed",
        "persons there",
    )
    return (
        f"How it fails within {document['years']} years, if deployed; what is seen\n"
        + table(titles, rows)
        + "\n"
        + wrapped(
            "attributed: share of incidents near the line that are ascribed to a side, by any means.",
            indent="  ",
        )
    )


def _differences(document: Mapping[str, Any]) -> str:
    """Return the paired differences in how long it holds, with both questions answered."""
    year = min((1, 5, 10), key=lambda shown: (abs(shown - document["years"]), shown))
    found = [
        one
        for one in document["differences"]
        if one["outcome"] in {f"hold_if_deployed_{year}", f"hold_overall_{year}"}
    ]
    if not found:
        return ""
    rows = [
        (
            one["arrangement"],
            "if deployed" if one["outcome"].startswith("hold_if") else "overall",
            _points(one),
            NOT_APPLICABLE if one["share_higher"] is None else share(one["share_higher"]),
            NOT_APPLICABLE if one["share_lower"] is None else share(one["share_lower"]),
            _settled(one),
        )
        for one in found
    ]
    titles = (
        "arrangement",
        f"holds {year} years",
        "difference, points",
        "better in",
        "worse in",
        "sign of the mean difference",
    )
    base = found[0]["against"]
    return (
        f"Against '{base}', future by future\n"
        + table(titles, rows)
        + "\n"
        + wrapped(
            "better in, worse in: share of futures in which the assumptions make it so. The last column asks "
            "only whether enough futures were drawn to settle the sign of the mean: the error of the "
            "computation, not of the assumptions.",
            indent="  ",
        )
    )


def _points(one: Mapping[str, Any]) -> str:
    """Return a difference of shares as a range of percentage points."""
    if one["low"] is None:
        return NOT_APPLICABLE
    return f"{100 * one['low']:+.1f} to {100 * one['high']:+.1f}"


def _settled(one: Mapping[str, Any]) -> str:
    """Return what the computing error says of the sign of the mean difference."""
    if one["settled"] is None:
        return NOT_APPLICABLE
    if one["mean"] == 0.0 and one["computing_error"] == 0.0:
        return "no difference"
    if not one["settled"]:
        return "not settled: more futures"
    return f"settled, {'higher' if one['mean'] > 0 else 'lower'}"


def _while_and_if(document: Mapping[str, Any]) -> str:
    """Return incidents while the ceasefire holds and what a failure brings: ranges and orders alone."""
    arrangements = document["arrangements"]
    if not any(_has_meaning(one["incidents"]["true_per_week"]) for one in arrangements):
        return ""
    rows = [
        (
            one["name"],
            number_range(one["incidents"]["true_per_week"], rate),
            number_range(one["incidents"]["recorded_per_week"], rate),
            share_range(one["if_it_fails"]["major_war"]),
            share_range(one["if_it_fails"]["drawn_in"]),
        )
        for one in arrangements
    ]
    years = document["years"]
    titles = (
        "arrangement",
        "true incidents\na week",
        "recorded\na week",
        f"major war\nwithin {years} y",
        f"partners drawn\nin within {years} y",
    )
    return (
        "Once deployed: what happens while it holds, and if it fails\n"
        + table(titles, rows)
        + "\n"
        + _glossary(WHILE_AND_IF)
        + _orderings(document["orderings"])
    )


def _orderings(orderings: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Return the arrangements in order of what has no single number, least first."""
    lines = [
        f"{words}: {'; '.join(_step(one) for one in orderings[outcome])}."
        for outcome, words in ORDERED.items()
        if len(orderings[outcome]) > 1
    ]
    if not lines:
        return ""
    return (
        "\n  From least to most; in brackets the share of futures in which it is more than the one before:\n"
        + "\n".join(wrapped(line, indent="    ") for line in lines)
    )


def _step(one: Mapping[str, Any]) -> str:
    """Return a place in an order with how sure the step from the one before is."""
    if one["share_higher"] is None:
        return str(one["arrangement"])
    if one["share_higher"] == one["share_lower"] == 0.0:
        return f"{one['arrangement']} (the same)"
    doubt = "" if one["settled"] else "; order not settled"
    return f"{one['arrangement']} ({share(one['share_higher'])}{doubt})"


def _if_refused(document: Mapping[str, Any]) -> str:
    """Return where the war that goes on is told."""
    case = document["case"]
    return "If a settlement is refused the war goes on\n" + wrapped(
        "Stocks of both sides, ground and losses, year by year, with each arrangement's support: "
        f"holdfast assess {case} ARRANGEMENT, or holdfast authorise {case} ARRANGEMENT, which also says who "
        "must agree.",
        indent="  ",
    )


def _has_meaning(quantity: Mapping[str, Any]) -> bool:
    return quantity["low"] is not None


def _blockers(arrangements: Sequence[Mapping[str, Any]]) -> str:
    """Return who could turn each decision, strongest first; an order, not odds."""
    lines = []
    for one in arrangements:
        names = ", ".join(_turning(one))
        if names:
            lines.append(wrapped(f"{one['name']} ({one['authority']}): {names}.", indent="  "))
    if not lines:
        return ""
    return "Whose change of mind alone would help most to authorise it, in that order\n" + "\n".join(lines)


def _turning(one: Mapping[str, Any]) -> list[str]:
    """Return whose change of mind would matter, most first."""
    return [
        blocker["name"] + (" (abstaining is enough)" if blocker["change"] == "abstain" else "")
        for blocker in one["authorised"]["blockers"]
        if blocker["rise"] >= NOTICEABLE
    ]


def _notes(arrangements: Sequence[Mapping[str, Any]]) -> str:
    """Return the notes of each arrangement."""
    lines = [wrapped(f"{one['name']}: {note}", indent="  ") for one in arrangements for note in one["notes"]]
    return "To be known\n" + "\n".join(lines) if lines else ""


def _rests_on(document: Mapping[str, Any]) -> str:
    """Return what the headline rests on."""
    lines = []
    for one in document["arrangements"]:
        rests = one["rests_on"]
        leading = "; ".join(_plain(row["meaning"]) for row in rests["leading"][:3])
        text = (
            f"{one['name']}: {rests['estimates']} estimates, {share(rests['judgement_of_count'])} of them "
            f"judgements{_of_the_spread(rests)}."
        )
        if leading:
            text += f" It follows most: {leading}."
        lines.append(wrapped(text, indent="  "))
    return 'What "holds overall" rests on\n' + "\n".join(lines)


def _of_the_spread(rests: Mapping[str, Any]) -> str:
    """Return how much of the spread judgements make up; nothing where nothing varies."""
    judged = rests["judgement_of_spread"]
    return "" if judged is None else f"; judgements make up {share(judged)} of the spread"


def _plain(meaning: str) -> str:
    """Return the meaning of an estimate for use inside a sentence."""
    text = meaning.rstrip(".")
    return text[0].lower() + text[1:] if text[:2] != text[:2].upper() else text


def _principles(arrangements: Sequence[Mapping[str, Any]]) -> str:
    """Return the legal and moral questions, each once, with the arrangements that it bears on."""
    bearing: dict[str, list[str]] = {}
    questions: dict[str, str] = {}
    for one in arrangements:
        for principle in one["principles"]:
            questions[principle["key"]] = principle["question"]
            bearing.setdefault(principle["key"], []).append(one["name"])
    if not questions:
        return ""
    everyone = len(arrangements)
    lines = []
    for key, question in questions.items():
        who = "" if len(bearing[key]) == everyone else f" ({', '.join(bearing[key])})"
        lines.append(wrapped(f"- {question}{who}", indent="  "))
    return "Legal and moral questions: listed with the facts (--json), never scored\n" + "\n".join(lines)


def _headline(one: Mapping[str, Any], phases: int = 1) -> str:
    """Return the headline figures of one arrangement."""
    rows = [
        ("accepted by both parties", share_range(one["accepted"])),
        ("authorised", share_range(one["authorised"])),
        ("persons delivered", number_range(one["persons"], count)),
        ("filled", share_range(one["filled"])),
        ("incidents seen / attributed", f"{share_range(one['seen'])} / {share_range(one['attributed'])}"),
        ("build-up seen in time", share_range(one["warning"])),
        ("responds after", number_range(one["response_days"], days)),
        *(
            (
                f"holds {year} y, deployed / overall",
                f"{share_range(one['hold_if_deployed'][year])} / {share_range(one['hold_overall'][year])}",
            )
            for year in YEARS
        ),
        ("EUR bn a year, support to the host included", number_range(one["eur_per_year"], billions)),
    ]
    text = table(("", "range over futures"), rows, longest=45)
    if phases == 1:
        return text
    return f"{text}\n" + wrapped(
        "Persons, filled, what is seen and the response are those of the last phase, once it stands.",
        indent="  ",
    )


def _accepting(one: Mapping[str, Any]) -> str:
    """Return each party's chance of accepting, as a range."""
    lines = [f"  {party['name']}: {share_range(party)}" for party in one["accepted_by"]]
    lines += [wrapped(f"Barred by {reason}", indent="  ") for reason in one["accepted"]["barred_by"]]
    return "\n".join(lines)


def _weighing(stakes: Sequence[Mapping[str, Any]]) -> str:
    """Return what each party weighs before it accepts."""
    rows = [
        (
            party["name"],
            *(stake_range(party[key]) for key in ("settlement", "war", "attack_now", "attack_ahead")),
        )
        for party in stakes
    ]
    return (
        "What each weighs, in stakes (1 is the aims of the war)\n"
        + table(("", "settlement", "fighting on", "new offensive", "and later"), rows)
        + "\n"
        + wrapped(
            "Settlement: before the risk of being attacked under it. New offensive: a major one at the halt, "
            "with the mission there; later: at the end of the time that the party looks ahead.",
            indent="  ",
        )
    )


def _authority(one: Mapping[str, Any]) -> str:
    """Return authority, rule and who could turn it."""
    basis = one["legal_basis"]
    if basis is None:
        return ""
    renewal = (
        "no fixed term"
        if basis["renewal_months"] is None
        else f"renewed every {basis['renewal_months']} months"
    )
    text = f"{basis['body']}: {basis['rule'].replace('_', ' ')}; {basis['legal_basis']}; {renewal}."
    names = ", ".join(_turning(one))
    order = "\n" + wrapped(f"A change of mind would help most from: {names}.", indent="  ") if names else ""
    return "Authority\n" + wrapped(text, indent="  ") + order


def _beginning(phase: Mapping[str, Any], years: int) -> str:
    """Return when a phase begins and, where that is open, in how many futures it does."""
    signal, begun = phase["starts_on"], phase["begun_in_futures"]
    if signal is None:
        words = f"from month {phase['starts_months']:g}"
    else:
        threshold = signal["threshold"]
        words = "once " + SIGNALS[signal["signal"]].format(
            when=(signal["when"] or "").replace("_", " "),
            threshold="" if threshold is None else f"{threshold:g}",
            percent="" if threshold is None else f"{100.0 * threshold:g} %",
        )
    if begun is None or (signal is None and begun in {0.0, 1.0}):
        return words
    return f"{words}: in {share(begun)} of futures within {years} years, if the ceasefire holds so long"


def _phase(phase: Mapping[str, Any], years: int) -> str:
    """Return the plan of a phase."""
    parts = [wrapped(f"Phase '{phase['name']}', {_beginning(phase, years)}")]
    if phase["tasks"]:
        rows = [
            (
                task["title"],
                task["domain"],
                number_range(task["needed"], count),
                number_range(task["planned"], exactly),
            )
            for task in phase["tasks"]
        ]
        parts.append(table(("task", "domain", "needed by planning ratio", "planned"), rows, "llrr"))
    if phase["contributions"]:
        parts.append(_contributors(phase["contributions"]))
    if phase["shortfall"]:
        short = ", ".join(f"{name} {number_range(gap, count)}" for name, gap in phase["shortfall"].items())
        parts.append(wrapped(f"Short of the plan, persons: {short}.", indent="  "))
    parts.extend(_ladder_and_bill(phase))
    return "\n".join(parts)


def _contributors(contributions: Sequence[Mapping[str, Any]], most: int = 12) -> str:
    """Return who provides what, most first."""
    rows = [
        (
            one["name"],
            _most_of(one["capabilities"]),
            number_range(one["persons"], count),
            one["stated_on"] + (" (may be stale)" if one["may_be_stale"] else ""),
            textwrap.shorten(one["position"], 44, placeholder=" ..."),
        )
        for one in contributions[:most]
    ]
    text = table(("state", "mostly", "persons", "position of", "position"), rows, "llrll")
    rest = len(contributions) - most
    return text + (f"\n  and {rest} more states (--json lists all)" if rest > 0 else "")


def _most_of(capabilities: Mapping[str, float]) -> str:
    """Return the capability of which a state gives most."""
    return max(capabilities, key=lambda name: (capabilities[name], name)).replace("-", " ")


def _ladder_and_bill(phase: Mapping[str, Any]) -> Iterator[str]:
    """Yield the breach ladder and the bill."""
    ladder = phase["ladder"]
    if ladder["response_days"]["low"] is None:
        yield "Breach: nobody is bound to respond."
    else:
        noticed = number_range(ladder["notice_days"], days)
        attributed = number_range(ladder["attribute_days"], days)
        arrived = number_range(ladder["response_days"], days)
        kept = share_range(ladder["chance_of_a_response"])
        yield wrapped(
            f"Breach: noticed after {noticed}, ascribed to a side after another {attributed}, first response "
            f"in all after {arrived}; the chance that some promise is kept is {kept}."
        )
    rows = [(name, number_range(amount, millions)) for name, amount in phase["cost"].items()]
    if len(rows) > 1:
        rows.insert(-1, ("the mission in all", number_range(phase["eur_per_year"]["mission"], millions)))
    yield table(("cost", "EUR million a year"), rows, "lr")


def _curve(curves: Sequence[Mapping[str, Any]]) -> str:
    """Return survival over time."""
    if not curves:
        return ""
    picked = [point for point in curves if point["month"] in {6, 12, 24, 36, 60, 84, 120}]
    rows = [
        (f"{point['month'] / 12:g}", share_range(point["holds"]), share(point["mission_there_in_futures"]))
        for point in picked
    ]
    return "If deployed, over time\n" + table(
        ("years", "holds", "mission there, share of futures, while it holds"), rows, "rll"
    )


def _failing(one: Mapping[str, Any], years: int) -> str:
    """Return how it fails."""
    if one["causes"]["attack"]["low"] is None:
        return ""
    rows = [
        (name, share_range(one["causes"][key]), share_range(one["causes"][key]["mission_present"]))
        for key, name in (
            ("attack", "planned attack"),
            ("spiral", "spiral of incidents"),
            ("creep", "creeping seizure"),
        )
    ]
    return f"How it fails within {years} years, if deployed\n" + table(
        ("cause", "in all", "with the mission there"), rows
    )


def _incidents(incidents: Mapping[str, Mapping[str, Any]], years: int) -> str:
    """Return what happens while the ceasefire holds, true and recorded kept apart."""
    if not _has_meaning(incidents["true_per_week"]):
        return ""
    rows = [
        (name, number_range(incidents[key], rate))
        for key, name in (
            ("true_per_week", "true incidents a week"),
            ("heavy_per_week", "of the true ones, heavy ones"),
            ("recorded_per_week", "of the true ones, recorded"),
            ("deaths_per_year", "deaths a year from them"),
            ("mission_deaths_per_year", "the mission's own dead a year"),
        )
    ]
    return (
        f"What happens while it holds, over {years} years, if deployed\n"
        + table(("", "range over futures"), rows)
        + "\n"
        + wrapped(
            "True incidents are those that happen, whoever sees them; heavy ones are with weapons that the "
            "settlement bans or withdraws; recorded ones are those that the mission sees. The dead are of "
            "both sides and civilians. All for as long as the ceasefire holds.",
            indent="  ",
        )
    )


def _resumed(one: Mapping[str, Any], years: int) -> str:
    """Return what a failure brings: ranges alone."""
    found = one["if_it_fails"]
    if not _has_meaning(found["major_war"]):
        return ""
    name = {party["role"]: party["name"] for party in one["accepted_by"]}
    rows = [
        (f"planned attack by {name['host']}", share_range(found["attack_by_host"])),
        (f"planned attack by {name['opponent']}", share_range(found["attack_by_opponent"])),
        ("limited war", share_range(found["limited_war"])),
        ("major war, at once or within its first year", share_range(found["major_war"])),
        (f"partners drawn in beside {name['host']}", share_range(found["drawn_in"])),
        (f"of attacks by {name['opponent']}, repelled", share_range(found["repelled_if_attacked"])),
        ("km2 taken in such an attack", number_range(found["ground_km2_if_attacked"], count)),
        ("killed and wounded on both sides, if it fails", number_range(found["losses_if_it_fails"], count)),
    ]
    return (
        f"If it fails within {years} years, if deployed\n"
        + table(("", "range over futures"), rows, longest=50)
        + "\n"
        + wrapped(
            f"The first five are chances that it comes to this within {years} years, the others what follows "
            "if it does. Ground and losses are those of the first year of a resumed war, averaged over how "
            "attack and war may go, and wide: no record bounds them well.",
            indent="  ",
        )
    )
