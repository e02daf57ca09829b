"""Set what the clock does after a recommitment beside what was recorded in Donbas.

Writes ``docs/figures/recommitment.svg`` and the tables of ``docs/incidents.md``, and prints the tables.
It needs no data beyond the package: the figures of the record stand below, with where they come from.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from holdfast.cases import load_case
from holdfast.endure import RENEWALS, WEEKS_PER_YEAR, course, endure
from holdfast.evaluate import Memory
from holdfast.evaluate.clock import course_query
from holdfast.evaluate.field import field_of
from holdfast.evaluate.question import Question
from holdfast.futures import Futures

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "incidents.md"
FIGURE: Final = ROOT / "docs" / "figures" / "recommitment.svg"

SEED: Final = 1
FUTURES: Final = 2048
YEARS: Final = 10
LINE_KM: Final = 420.0
"""Length of the line of contact of 2015 to 2022."""

BEFORE, AFTER = 8, 20
"""Weeks that are looked at before and after a recommitment."""
APART: Final = 17
"""Recommitments that another one follows sooner are left out: 25 August to 23 December 2017 is 17 weeks."""
SETTLED: Final = 52
"""Recommitments of the first year are left out: the halt, too, holds fire back."""
LEAST: Final = 25
"""Fewer true incidents in a first week could not have given 1,365 recorded shots and blasts: an episode has
100 of them at the most, 55 per cent are recorded at the most, and 1,365 / (100 x 0.55) = 25."""

# --- The record --------------------------------------------------------------------------------------

FIRST_WEEK: Final = 1365
"""Violations recorded in the first week after 25 August 2017."""
AUTUMN: Final = (
    ("week 7, mid-October", (7,), 2300),
    ("week 8, mid-October", (8,), 3335),
    ("weeks 10 and 11, early November", (10, 11), 5892),
    ("week 16, mid-December", (16,), 11500),
    ("week 17, mid-December", (17,), 16000),
)
"""Violations recorded a week in the autumn of 2017; the last is a least value."""
SHOTS_DRIFT: Final = 1.5
"""Factor by which shots an episode and the share that is seen may have moved within the autumn; judged."""
NEW_YEAR: Final = 7 * 500 / ((11500 + 16000) / 2)
"""Recorded 28 December 2017 to 12 January 2018, 500 a day, over the last two weeks before 23 December."""

LETHAL_WEEKS: Final = 238
"""Whole weeks from 1 January 2016 to 26 July 2020."""
LETHAL_MEAN: Final = 2.93
"""Lethal events a week in them: UCDP, between states and their proxies, dated to the week or better."""
LETHAL_SPREAD: Final = 1.47
"""Their variance over their mean."""
LETHAL_MEMORY: Final = {1: 0.14, 2: 0.11, 3: 0.08, 4: -0.03, 5: 0.07, 6: 0.02, 7: -0.04, 8: 0.04}
"""Their autocorrelation, by weeks between."""
LETHAL_AUTUMN: Final = (32, 14, 35)
"""Lethal events in the eight weeks before 25 August 2017, in weeks 1 to 8 after it, in weeks 9 to 17."""
LETHAL_AUTUMN_DAYS: Final = (30, 8, 31)
"""Those of them that are dated to within six days."""
LETHAL_DEATHS: Final = 306.0
"""Deaths a year in UCDP events, 2016 to 2019 (243 to 415)."""

LEVEL: Final = 1.1
"""True incidents per km and week that ``endure.incidents.background`` was made for (0.36 to 4.3)."""
LEVEL_SHARE: Final = 0.36
"""The part of the long-run level that recommitments leave on average, as that row was made (0.13 to 0.69)."""
RECOMMITMENTS: Final = 3.4
"""A year, February 2015 to December 2020 (2.5 to 4.1); general knowledge."""
FOUR_PIECES: Final = 0.45
"""Share of lethal events in the four worst of 24 pieces of the line (0.44 to 0.53 as the cuts are moved)."""
FOUR_PLACES: Final = 0.76
"""Share of violations recorded in 2020 near four places, which cover six or seven such pieces."""


@dataclass(frozen=True, slots=True)
class Lethal:
    """What UCDP has of lethal events: a week on average, variance over mean, autocorrelation, an autumn."""

    mean: float
    spread: float
    memory: tuple[float, ...]
    autumn: tuple[int, int, int]
    autumn_days: tuple[int, int, int]


def lethal_record(events: Path) -> Lethal:
    """Return the figures above from the file of events."""
    with events.open(encoding="utf-8", newline="") as file:
        dated = [
            (date.fromisoformat(row["date_start"]), int(row["date_prec"]))
            for row in csv.DictReader(file)
            if row["type_of_violence"] == "1" and row["date_prec"] in {"1", "2", "3"}
        ]

    def weekly(start: date, weeks: int, coarsest: int = 3) -> Array:
        since = np.array([(day - start).days // 7 for day, precision in dated if precision <= coarsest])
        inside = since[(since >= 0) & (since < weeks)]
        return np.bincount(inside, minlength=weeks).astype(np.float64)

    def of_autumn(coarsest: int) -> tuple[int, int, int]:
        weeks = weekly(date(2017, 6, 30), BEFORE + APART, coarsest)
        return int(weeks[:8].sum()), int(weeks[8:16].sum()), int(weeks[16:].sum())

    weeks = weekly(date(2016, 1, 1), LETHAL_WEEKS)
    spread, memory = _clustering(weeks[None, :])
    return Lethal(
        mean=float(weeks.mean()),
        spread=float(spread[0]),
        memory=tuple(memory[0].tolist()),
        autumn=of_autumn(3),
        autumn_days=of_autumn(2),
    )


# --- The model ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class History:
    """True incidents and recommitments (futures, weeks) on the line of Donbas, nothing added to the truce.

    ``long_run`` are the incidents a week if there were no recommitments, ``by_sector`` the same by sector,
    the worst first; ``deaths`` those per incident, array (futures,).
    """

    incidents: Whole
    recorded: Whole
    recommitments: Whole
    long_run: Array
    by_sector: Array
    deaths: Array


def history(
    futures: int = FUTURES, *, discipline: float | None = None, times_recommitments: float = 1.0
) -> History:
    """Run the clock and return every week; the packaged values, but for what is given here."""
    case = load_case("ukraine")
    question = Question(
        case, case.settlements["bare-truce"], case.arrangements["none"], Futures(case.ledger, SEED, futures)
    )
    memory = Memory()
    fields = tuple(field_of(question, phase, memory) for phase in question.arrangement.phases)
    query = course_query(question, fields, np.ones((question.size, RENEWALS)), None, YEARS, memory)
    changed = replace(
        query.incidents,
        line_km=question.constant(LINE_KM),
        recommitments=query.incidents.recommitments * times_recommitments,
    )
    if discipline is not None:
        changed = replace(changed, discipline=question.constant(discipline))
    asked = course(replace(query, record_weeks=tuple(range(1, query.weeks + 1)), incidents=changed))
    found = endure(asked)
    by_sector = _long_run(asked.incidents.background, asked.incidents.branching, asked.incidents.spread)
    return History(
        incidents=np.diff(found.count("incidents"), axis=1),
        recorded=np.diff(found.count("recorded"), axis=1),
        recommitments=np.diff(found.count("recommitments"), axis=1),
        long_run=by_sector.sum(axis=1),
        by_sector=np.sort(by_sector, axis=1)[:, ::-1],
        deaths=question.draw("endure.incidents.deaths"),
    )


def _long_run(background: Array, branching: Array, spread: Array) -> Array:
    """Return the mean incidents a week in every sector once discipline is gone: rules IN3 and IN5."""
    sectors = background.shape[1]
    beside = np.eye(sectors, k=1) + np.eye(sectors, k=-1)
    beside[0, 0] = beside[-1, -1] = 1.0
    heard = (1.0 - spread)[:, None, None] * np.eye(sectors) + 0.5 * spread[:, None, None] * beside
    left = np.eye(sectors) - branching[:, None, None] * heard
    return np.asarray(np.linalg.solve(left, background[:, :, None])[:, :, 0])


@dataclass(frozen=True, slots=True)
class Episodes:
    """Recommitments that are looked at.

    ``counts`` (episodes, BEFORE + AFTER) are incidents a week, NaN from the next recommitment on;
    ``lethal`` the same thinned to the mean of lethal events; ``weight`` gives every future the same
    say; ``all_there`` and ``left_out`` count recommitments before and by the choice.
    """

    future: Whole
    counts: Array
    lethal: Array
    weight: Array
    all_there: int
    left_out: int

    def week(self, *weeks: int) -> Array:
        """Return the mean of some weeks: 1 is the first after the recommitment, -1 the last before."""
        places = [BEFORE + week - (week > 0) for week in weeks]
        return np.asarray(self.counts[:, places].mean(axis=1))

    def over_first(self, *weeks: int) -> Array:
        """Return that mean over the first week; a first week without any counts as half an incident."""
        return self.week(*weeks) / np.maximum(self.week(1), 0.5)

    def comparable(self) -> Episodes:
        """Return those whose first week could have given the record of autumn 2017."""
        return self.of(self.week(1) >= LEAST)

    def of(self, chosen: NDArray[np.bool_]) -> Episodes:
        """Return some of the episodes, every future again with the same say."""
        future = self.future[chosen]
        return replace(
            self,
            future=future,
            counts=self.counts[chosen],
            lethal=self.lethal[chosen],
            weight=_even(future),
        )


def _even(future: Whole) -> Array:
    return np.asarray(1.0 / np.bincount(future)[future])


def episodes(run: History) -> Episodes:
    """Return the recommitments after the first year that none follows within 17 weeks."""
    thinned = thin(run.incidents, LETHAL_MEAN)
    weeks = run.incidents.shape[1]
    found: list[tuple[int, int, int]] = []
    all_there = 0
    for future, happened in enumerate(run.recommitments):
        at = np.flatnonzero(happened)
        gaps = np.diff(at, append=at[-1] + weeks if at.size else 0)
        whole = (at >= SETTLED) & (at + AFTER < weeks)
        all_there += int(whole.sum())
        found += [
            (future, int(week), int(gap))
            for week, gap in zip(at[whole], gaps[whole], strict=True)
            if gap >= APART
        ]
    future, at, gap = np.array(found, dtype=np.int64).T
    window = at[:, None] + np.arange(1 - BEFORE, 1 + AFTER)
    uninterrupted = np.arange(1 - BEFORE, 1 + AFTER) <= gap[:, None]
    return Episodes(
        future=future,
        counts=np.where(uninterrupted, run.incidents[future[:, None], window], np.nan),
        lethal=np.where(uninterrupted, thinned[future[:, None], window], np.nan),
        weight=_even(future),
        all_there=all_there,
        left_out=all_there - future.size,
    )


def thin(incidents: Whole, mean: float) -> Whole:
    """Return the part of incidents that is lethal, if in every future that is so many a week on average."""
    of_future = incidents[:, SETTLED:].mean(axis=1, keepdims=True)
    share = np.minimum(1.0, mean / np.maximum(of_future, 1e-9))
    return np.random.default_rng(SEED).binomial(incidents, share)


def clustering(run: History) -> tuple[Array, Array]:
    """Return variance over mean and autocorrelation of thinned counts, over as many weeks as the record."""
    return _clustering(
        thin(run.incidents, LETHAL_MEAN)[:, SETTLED : SETTLED + LETHAL_WEEKS].astype(np.float64)
    )


def _clustering(counts: Array) -> tuple[Array, Array]:
    mean = counts.mean(axis=1, keepdims=True)
    off = counts - mean
    variance = np.maximum((off**2).mean(axis=1), 1e-9)
    pairs = [(off[:, lag:] * off[:, :-lag]).mean(axis=1) / variance for lag in LETHAL_MEMORY]
    return variance / np.maximum(mean[:, 0], 1e-9), np.stack(pairs, axis=1)


# --- Figures -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the record against the model's: how much of the model lies below it."""

    name: str
    record: float
    model: Array
    weight: Array
    at_least: bool = False

    @property
    def below(self) -> float:
        """Return the share of the model below the record, ties counted half."""
        under = (self.model < self.record) + 0.5 * (self.model == self.record)
        return float(np.average(under, weights=self.weight))

    @property
    def fits(self) -> bool:
        """Return whether the record lies between the model's 5th and 95th percentile."""
        return 0.05 <= self.below <= 0.95

    def quantile(self, *levels: float) -> Array:
        """Return quantiles of the model."""
        return quantile(self.model, self.weight, levels)


def quantile(values: Array, weight: Array, levels: Sequence[float]) -> Array:
    """Return quantiles, the missing left out."""
    there = ~np.isnan(values)
    return np.asarray(np.quantile(values[there], levels, weights=weight[there], method="inverted_cdf"))


def autumn(chosen: Episodes) -> list[Figure]:
    """Return the rise of autumn 2017 over its first week."""
    return [
        Figure(
            f"{name}, over week 1",
            count / FIRST_WEEK,
            chosen.over_first(*weeks),
            chosen.weight,
            count == 16000,
        )
        for name, weeks, count in AUTUMN
    ]


def bend(chosen: Episodes) -> Figure:
    """Return the share of the rise to weeks 16 and 17 that is done by weeks 7 and 8, if there is a rise."""
    middle, last = (2300 + 3335) / 2, (11500 + 16000) / 2
    rise = chosen.week(16, 17) - chosen.week(1)
    share = (chosen.week(7, 8) - chosen.week(1)) / np.where(rise > 0, rise, np.nan)
    there = rise > 0
    record = (middle - FIRST_WEEK) / (last - FIRST_WEEK)
    return Figure(
        "share of the rise to weeks 16 and 17 done by weeks 7 and 8",
        record,
        share[there],
        chosen.weight[there],
    )


def aligned(chosen: Episodes) -> list[Figure]:
    """Return all that is told of weeks since a recommitment."""
    new_year = chosen.week(2, 3) / np.maximum(chosen.week(-2, -1), 0.5)
    before, first, later = LETHAL_AUTUMN
    lethal = [
        np.nansum(chosen.lethal[:, part], axis=1) + 0.5 for part in (slice(8), slice(8, 16), slice(16, 25))
    ]
    return [
        Figure("New Year 2018: weeks 2 and 3, over the two weeks before", NEW_YEAR, new_year, chosen.weight),
        *autumn(chosen),
        bend(chosen),
        Figure(
            "lethal events a week, weeks 1 to 8 over the 8 before",
            (first + 0.5) / (before + 0.5),
            lethal[1] / lethal[0],
            chosen.weight,
        ),
        Figure(
            "lethal events a week, weeks 9 to 17 over weeks 1 to 8",
            (later + 0.5) / 9 / ((first + 0.5) / 8),
            lethal[2] / 9 / (lethal[1] / 8),
            chosen.weight,
        ),
    ]


def _worst(run: History, pieces: int) -> Array:
    return np.asarray(run.by_sector[:, :pieces].sum(axis=1) / run.long_run)


TRIED: Final = {
    "true incidents per km and week",
    "recommitments a year",
    "lethal events by week: variance over mean",
    "the same: autocorrelation, 1 apart",
    "the same: autocorrelation, 4 apart",
}
"""Figures that are also told for a third of the recommitments."""


def overall(run: History) -> list[Figure]:
    """Return what is told of whole futures: levels, how often, how clustered."""
    even = np.ones(run.long_run.size)
    level = run.incidents[:, SETTLED:].mean(axis=1)
    spread, memory = clustering(run)
    by_lag = list(LETHAL_MEMORY)
    return [
        Figure("true incidents per km and week", LEVEL, level / LINE_KM, even),
        Figure("the same, over the long-run level", LEVEL_SHARE, level / run.long_run, even),
        Figure("deaths a year", LETHAL_DEATHS, level * WEEKS_PER_YEAR * run.deaths, even),
        Figure(
            "recommitments a year",
            RECOMMITMENTS,
            run.recommitments[:, SETTLED:].mean(axis=1) * WEEKS_PER_YEAR,
            even,
        ),
        Figure("share of incidents in the 4 worst of 24 pieces", FOUR_PIECES, _worst(run, 4), even),
        Figure("share of incidents in the 6 worst of 24 pieces", FOUR_PLACES, _worst(run, 6), even),
        Figure("lethal events by week: variance over mean", LETHAL_SPREAD, spread, even),
        *(
            Figure(
                f"the same: autocorrelation, {lag} apart",
                LETHAL_MEMORY[lag],
                memory[:, by_lag.index(lag)],
                even,
            )
            for lag in (1, 2, 4, 8)
        ),
    ]


def shares(chosen: Episodes) -> list[tuple[str, float, float]]:
    """Return how many come near autumn 2017: shares of episodes, and of futures with at least one."""
    record = np.array([count / FIRST_WEEK for _, _, count in AUTUMN])
    model = np.stack([chosen.over_first(*weeks) for _, weeks, _ in AUTUMN], axis=1)
    off = np.exp(np.abs(np.log(np.maximum(model, 1e-9) / record)))
    futures = np.unique(chosen.future).size

    def row(name: str, near: NDArray[np.bool_]) -> tuple[str, float, float]:
        return (
            name,
            float(np.average(near, weights=chosen.weight)),
            np.unique(chosen.future[near]).size / futures,
        )

    late, whole = off[:, -2:].max(axis=1), off.max(axis=1)
    return [
        row("8 times or more by week 16 or 17", model[:, -2:].max(axis=1) >= 8.0),
        *(
            row(f"8.4 in week 16 and 11.7 in week 17, both within a factor of {near:g}", late <= near)
            for near in (1.5, 2.0)
        ),
        *(row(f"all five dates within a factor of {near:g}", whole <= near) for near in (1.5, 2.0)),
    ]


# --- Tables and picture ------------------------------------------------------------------------------


def _number(value: float) -> str:
    """Return two significant digits, or all before the point, with the minus sign of print."""
    if value != 0 and abs(value) < 10:
        digits = max(0, 1 - int(np.floor(np.log10(abs(value)))))
        return f"{value:.{min(digits, 3)}f}".replace("-", "\N{MINUS SIGN}")
    return f"{value:,.0f}"


def _row(figure: Figure) -> str:
    low, middle, high = (_number(value) for value in figure.quantile(0.05, 0.5, 0.95))
    below = f"{100 * figure.below:.0f} %"
    record = f"{'over ' if figure.at_least else ''}{figure.record:.3g}".replace("-", "\N{MINUS SIGN}")
    told = below if figure.fits else f"**{below}**"
    return f"| {figure.name} | {record} | {low} | {middle} | {high} | {told} |"


def tables(run: History, fewer: History, every: Episodes) -> dict[str, list[str]]:
    """Return the tables of the page, by name, as lines of Markdown.

    ``fewer`` is the same with a third of the recommitments.
    """
    chosen = every.comparable()
    head = ["| figure | record | model 5 % | 50 % | 95 % | model below record |", "|---|---|---|---|---|---|"]
    left_low = every.future.size - chosen.future.size
    with_one = np.unique(chosen.future).size
    return {
        "aligned": head + [_row(figure) for figure in aligned(chosen)],
        "overall": head + [_row(figure) for figure in overall(run)],
        "fewer": head + [_row(figure) for figure in overall(fewer) if figure.name in TRIED],
        "shares": [
            "| comes near autumn 2017 | episodes | futures with one |",
            "|---|---|---|",
            *(
                f"| {name} | {100 * one:.1f} % | {100 * any_of:.0f} % |"
                for name, one, any_of in shares(chosen)
            ),
        ],
        "chosen": [
            "| which recommitments | number |",
            "|---|---|",
            f"| after the first year, all futures | {every.all_there:,} |",
            f"| left out: another within {APART} weeks | {every.left_out:,} |",
            f"| left out: under {LEAST} incidents in week 1 | {left_low:,} |",
            f"| compared | {chosen.future.size:,} |",
            f"| futures with one or more of these | {with_one:,} of {run.long_run.size:,} |",
        ],
    }


def written(page: str, told: dict[str, list[str]]) -> str:
    """Return the page with its tables replaced; each stands between two comments."""
    for name, lines in told.items():
        start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        before, found, rest = page.partition(start)
        _, closed, after = rest.partition(end)
        if not (found and closed):
            raise ValueError(f"{PAGE.name} has no place for the table {name!r}")
        page = before + start + "\n" + "\n".join(lines) + "\n\n" + end + after
    return page


WIDTH, HEIGHT = 800, 556
LEFT, RIGHT, TOP, BOTTOM = 64, 776, 108, 408
MARGIN = 24
LOW, HIGH = 0.3, 50.0
INK, QUIET, GRID = "#1f2933", "#52606d", "#e3e7eb"
MODEL, RECORD = "#2f6690", "#b8430f"
FONT = "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"

Draw = Callable[..., None]
"""Takes an element's name, its text and its attributes."""


def _x(week: float) -> float:
    return LEFT + (RIGHT - LEFT) * (week + 4.6) / 25.2


def _y(ratio: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * float(np.log(ratio / LOW) / np.log(HIGH / LOW))


def _points(weeks: Sequence[int], values: Array) -> str:
    inside = np.clip(values, LOW, HIGH)
    return " ".join(f"{_x(week):.1f},{_y(value):.1f}" for week, value in zip(weeks, inside, strict=True))


def picture(every: Episodes) -> str:
    """Return the picture as SVG."""
    chosen = every.comparable()
    lines: list[str] = []

    def draw(element: str, text: str = "", **given: float | str) -> None:
        values = {
            name: f"{value:.1f}" if isinstance(value, float) else value for name, value in given.items()
        }
        told = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in values.items())
        lines.append(f"<{element}{told}>{text}</{element}>" if text else f"<{element}{told}/>")

    draw("title", "Incidents after a recommitment: the model and autumn 2017", id="title")
    draw("desc", _described(chosen), id="desc")
    draw("rect", width=WIDTH, height=HEIGHT, fill="#ffffff")
    draw("text", "A drop, a slow rise, then escalation", x=MARGIN, y=34, font_size=19, font_weight="bold")
    draw(
        "text",
        "Incidents a week after the parties recommit themselves to a truce, over those of week 1",
        x=MARGIN,
        y=57,
        fill=QUIET,
    )
    _draw_axes(draw)
    for weeks in (range(-4, 0), range(1, AFTER + 1)):
        _draw_model(draw, chosen, weeks)
    _draw_record(draw)
    _draw_legend(draw)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" role="img" aria-labelledby="title desc" font-family="{FONT}" font-size="13" '
        f'fill="{INK}">'
    )
    return "\n".join([head, *lines, "</svg>", ""])


def _described(chosen: Episodes) -> str:
    low, middle, high = (_number(value) for value in autumn(chosen)[-1].quantile(0.05, 0.5, 0.95))
    return (
        "Incidents a week over those of the first week after a recommitment, on a logarithmic axis, from "
        "four weeks before it to twenty weeks after. The model falls at the recommitment and rises slowly "
        f"after it: in week 17 its median is {middle} times week 1, nine in ten lie from {low} to {high}. "
        "Recorded in autumn 2017: 1.7 times in week 7, 2.4 in week 8, 4.3 in weeks 10 and 11, 8.4 in week "
        "16, over 11.7 in week 17."
    )


def _draw_axes(draw: Draw) -> None:
    for ratio in (0.3, 1, 3, 10, 30):
        y = _y(ratio)
        draw("line", x1=LEFT, y1=y, x2=RIGHT, y2=y, stroke="#9aa5b1" if ratio == 1 else GRID)
        draw("text", f"{ratio:g}", x=LEFT - 8, y=y + 4.5, text_anchor="end")
    for week in (-4, -1, 1, 4, 8, 12, 16, 20):
        x = _x(week)
        draw("line", x1=x, y1=BOTTOM, x2=x, y2=BOTTOM + 5, stroke=QUIET)
        draw("text", f"{week}".replace("-", "\N{MINUS SIGN}"), x=x, y=BOTTOM + 21, text_anchor="middle")
    draw(
        "text",
        "weeks since the recommitment; 1 is the first after it",
        x=RIGHT,
        y=BOTTOM + 43,
        text_anchor="end",
    )
    draw("text", "times week 1 (logarithmic)", x=MARGIN, y=TOP - 16)
    draw("line", x1=_x(0), y1=TOP - 6, x2=_x(0), y2=BOTTOM, stroke=INK, stroke_dasharray="4 4")
    draw("text", "recommitment", x=_x(0) + 7, y=TOP + 17)


def _draw_model(draw: Draw, chosen: Episodes, weeks: range) -> None:
    levels = (0.05, 0.25, 0.5, 0.75, 0.95)
    band = np.stack([quantile(chosen.over_first(week), chosen.weight, levels) for week in weeks])
    for low, high, opacity in ((0, 4, "0.16"), (1, 3, "0.26")):
        around = f"{_points(weeks, band[:, high])} {_points(weeks[::-1], band[::-1, low])}"
        draw("polygon", points=around, fill=MODEL, fill_opacity=opacity)
    draw(
        "polyline",
        points=_points(weeks, band[:, 2]),
        fill="none",
        stroke=MODEL,
        stroke_width="2.5",
        stroke_linejoin="round",
    )


def _draw_record(draw: Draw) -> None:
    for week, ratio in ((float(np.mean(weeks)), count / FIRST_WEEK) for _, weeks, count in AUTUMN):
        x, top, bottom = _x(week), _y(ratio * SHOTS_DRIFT), _y(ratio / SHOTS_DRIFT)
        draw("line", x1=x, y1=top, x2=x, y2=bottom, stroke=RECORD, stroke_width="1.5")
        draw("circle", cx=x, cy=_y(ratio), r=5, fill=RECORD, stroke="#ffffff", stroke_width="1.5")
    draw("circle", cx=_x(1), cy=_y(1.0), r=5, fill=RECORD, stroke="#ffffff", stroke_width="1.5")


def _draw_legend(draw: Draw) -> None:
    y = BOTTOM + 74
    draw("line", x1=MARGIN + 13, y1=y - 13, x2=MARGIN + 13, y2=y + 5, stroke=RECORD, stroke_width="1.5")
    draw("circle", cx=MARGIN + 13, cy=y - 4, r=5, fill=RECORD, stroke="#ffffff", stroke_width="1.5")
    draw("text", "recorded, autumn 2017", x=MARGIN + 34, y=y)
    for x, width, opacity, text in (
        (234, "2.5", "1", "model: median"),
        (398, "14", "0.38", "middle half"),
        (546, "14", "0.16", "5 to 95 per cent of episodes"),
    ):
        draw(
            "line",
            x1=x,
            y1=y - 4,
            x2=x + 26,
            y2=y - 4,
            stroke=MODEL,
            stroke_width=width,
            stroke_opacity=opacity,
        )
        draw("text", text, x=x + 34, y=y)
    for line, text in enumerate(
        (
            "Recorded: shots and blasts that the monitors heard or saw; a factor of 1.5 either way (judged).",
            "Model: true episodes of fire, packaged values. Compare how they change, not how many they are.",
            "Sources: weekly briefings on the monitoring mission, 2017; benchmarks/recommitment.py.",
        )
    ):
        draw("text", text, x=MARGIN, y=y + 28 + 17 * line, font_size=12, fill=QUIET)


def main() -> None:
    """Write the picture and the tables, and print these."""
    run = history()
    every = episodes(run)
    told = tables(run, history(times_recommitments=1 / 3), every)
    for lines in told.values():
        print("\n".join(lines), end="\n\n")
    FIGURE.parent.mkdir(exist_ok=True)
    FIGURE.write_text(picture(every), "utf-8")
    if PAGE.exists():
        PAGE.write_text(written(PAGE.read_text("utf-8"), told), "utf-8")


if __name__ == "__main__":
    main()
