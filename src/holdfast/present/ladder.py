"""The breach ladder as text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from holdfast.present.layout import foot, head, table, wrapped
from holdfast.present.numbers import days, number_range, share, share_range

Block = Mapping[str, Any]
DECIDERS: Final = {
    "host": "the host",
    "mission": "the mission's headquarters",
    "coalition_headquarters": "the coalition's headquarters",
    "capitals": "the capitals",
    "parliaments": "the parliaments",
    "body": "the body that authorised it",
    None: "nobody named",
}
RUNGS: Final = {
    "notice": "notice",
    "attribute": "attribute",
    "decide": "decide",
    "arrive": "arrive",
    "keep": "keep the promise",
    None: "-",
}
LEGEND: Final = (
    "Mean and 90 % range over futures. clock: until the breach is done and cannot be undone. known after: "
    "noticed and ascribed to a side, by whomever is not attacked. sent: chance that any promise is kept, "
    "late or not. in time: chance that troops or strikes arrive before the breach is done. weakest: the rung "
    "that, made instantaneous (or the promise sure), would raise that chance most."
)
NOT_SAID: Final = (
    "Nobody has tested such a ladder. Promises of alliance were kept in 22 to 75 per cent of cases, by data "
    "set and period, none of this size. Delays are those of past crises; in a crowded one each step may wait "
    "for another."
)


def ladder(document: Block) -> str:
    """Return the text of a ladder document."""
    parts = [head(document), "", wrapped(str(document["arrangement"]["title"]))]
    for phase in document["phases"]:
        parts += ["", *_phase(phase, alone=len(document["phases"]) == 1)]
    parts += ["", wrapped(NOT_SAID), "", wrapped(document["limits"]), "", foot(document), ""]
    return "\n".join(parts)


def _phase(phase: Block, *, alone: bool) -> list[str]:
    """Return the ladder of a phase: breaches, then promises, then each rung of what answers most."""
    lines = [] if alone else [f"Phase {phase['name']}", ""]
    lines += [_breaches(phase["breaches"]), wrapped(LEGEND, indent="  ")]
    if not phase["promises"]:
        return [*lines, "", wrapped("Nobody promises to answer a breach: what is known has no consequence.")]
    lines += ["", "Who promises what"]
    lines += [_promise(one) for one in phase["promises"]]
    for breach in phase["breaches"]:
        if breach["breach"] in {"grab", "offensive"} and breach["promises"]:
            lines += ["", _rungs(breach)]
    return lines


def _days(quantity: Block) -> str:
    if quantity["mean"] is None:
        return "-"
    return f"{days(quantity['mean'])}\n{number_range(quantity, days)}"


def _short(quantity: Block) -> str:
    """Return a time as :func:`_days`, with units set close so that seven columns fit."""
    text = _days(quantity)
    for unit in ("min", "h", "d"):
        text = text.replace(f" {unit}", unit[0])
    return text.replace(" - ", "-")


def _breaches(breaches: Sequence[Block]) -> str:
    """Return the table of breaches."""
    rows = [
        (
            one["title"],
            _days(one["clock_days"]),
            share(one["seen"]["mean"]),
            _days(one["known_days"]),
            share(one["sent"]["mean"]) if one["promises"] else "-",
            f"{share(one['in_time']['mean'])}\n{share_range(one['in_time'])}"
            if not one["nothing_because"]
            else f"-\n{one['nothing_because']}",
            RUNGS[one["weakest"]],
        )
        for one in breaches
    ]
    return table(
        ("breach", "clock", "seen", "known after", "sent", "in time", "weakest"), rows, "lrrrrll", 24
    )


def _promise(one: Block) -> str:
    """Return a promise in words."""
    who = f" ({', '.join(one['guarantors'])})" if one["guarantors"] else ""
    caveats = f" Reserved: {' '.join(one['caveats'])}" if one["caveats"] else ""
    return wrapped(
        f"{one['promise']}{who}: {one['words']} Decides: {DECIDERS[one['decider']]}. Kept with a chance of "
        f"{share(one['kept']['mean'])} ({share_range(one['kept'])}).{caveats}",
        indent="  ",
    )


def _rungs(breach: Block) -> str:
    """Return the rungs of each promise that answers a breach."""
    rows = [
        (
            one["promise"],
            *(_short(one[name]) for name in ("notice_days", "attribute_days", "decide_days", "arrive_days")),
            _short(one["days"]),
            f"{share(one['in_time']['mean'])}\n{share_range(one['in_time'])}",
        )
        for one in breach["promises"]
    ]
    titles = ("promise", "notice", "attribute", "decide", "arrive", "in all", "in time")
    clock = breach["clock_days"]
    said = f"{breach['title']}, done after {days(clock['mean'])} ({number_range(clock, days)})"
    legend = "  m: minutes, h: hours, d: days"
    others, whole = breach["in_time_by_others"], breach["in_time"]
    if others["mean"] < whole["mean"]:
        legend += (
            f"; without the host's own forces {share(others['mean'])} in time ({share_range(others)}), "
            f"with them {share(whole['mean'])}"
        )
    return f"{said}\n{table(titles, rows, 'lrrrrrr')}\n{legend}"
