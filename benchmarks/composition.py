"""Set published proposals for Ukraine beside what the planning ratios ask and what stated offers would give.

Writes the tables of ``docs/composition.md`` and prints them. It needs no data beyond the package.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from holdfast.case import Case
from holdfast.cases import load_case
from holdfast.evaluate import Contributions, Memory, Plan, Posed, Wishes
from holdfast.evaluate.planning import posed
from holdfast.evaluate.question import Question
from holdfast.evaluate.staffing import generation_of, requirement_of
from holdfast.futures import Futures
from holdfast.generate import Change, explain, generate, plan
from holdfast.present.numbers import count, exactly, share
from holdfast.require import require
from holdfast.vocabulary.arrangement import Area, Arrangement, Component, UseOfForce

Array = NDArray[np.float64]

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "composition.md"
CASE: Final = "ukraine"
SETTLEMENT: Final = "twenty-points"
SEED: Final = 1
FUTURES: Final = 512
MONITORS: Final = "osce-monitors"
NEUTRAL: Final = "un-peacekeepers"
REAR: Final = "reassurance-force"
PACKAGED: Final = (MONITORS, NEUTRAL, REAR)
"""The packaged arrangements with a mission."""
BESIDE: Final = (("police-air", 2_000), ("patrol-sea", 1_200))
"""What stands beside the land force where its authors ask for aircraft and ships: as it is packaged."""
BACKED: Final = frozenset({"backstop"})
NOTHING: Final[frozenset[str]] = frozenset()
NAMED: Final = 3
NONE: Final = "-"


@dataclass(frozen=True)
class Proposal:
    """A published size with a task, built on a packaged arrangement.

    ``forces`` are the keys of the proposals in ``forces.yaml`` that the size is from. ``area`` and ``use``
    are given where the task stands elsewhere than the packaged force; ``only`` where not all are asked.
    """

    key: str
    title: str
    on: str
    tasks: tuple[tuple[str, int], ...]
    forces: tuple[str, ...] = ()
    area: Area | None = None
    use: UseOfForce | None = None
    only: tuple[str, ...] = ()

    @property
    def persons(self) -> int:
        """Persons that are proposed, without what stands beside them."""
        return sum(number for task, number in self.tasks if (task, number) not in BESIDE)

    @property
    def task(self) -> str:
        """The task that the proposal is for."""
        return self.tasks[0][0]

    def arrangement(self) -> Arrangement:
        """Return the packaged arrangement with the components, area and contributors of this proposal."""
        words = _case().arrangements[self.on]
        phase = words.phases[0]
        if phase.mission is None:
            raise ValueError(f"{self.on} has no mission")
        mission = phase.mission
        mandate = mission.mandate.model_copy(
            update={
                "area": self.area or mission.mandate.area,
                "use_of_force": self.use or mission.mandate.use_of_force,
            }
        )
        asked = mission.contributors
        if self.only:
            asked = asked.model_copy(update={"groups": (), "states": self.only})
        parts = tuple(Component(task=task, planned_persons=float(number)) for task, number in self.tasks)
        mission = mission.model_copy(update={"mandate": mandate, "components": parts, "contributors": asked})
        return words.model_copy(update={"phases": (phase.model_copy(update={"mission": mission}),)})


PROPOSALS: Final = (
    Proposal(
        "osce-first", "OSCE: dozens of monitors first (taken as 100)", MONITORS, (("observe-line", 100),)
    ),
    Proposal(
        "gcsp-monitors",
        "Geneva centre: monitors and police",
        MONITORS,
        (("observe-line", 5_000),),
        ("gcsp-monitors", "gcsp"),
    ),
    Proposal(
        "gcsp-troops",
        "Geneva centre: troops who protect them",
        NEUTRAL,
        (("interpose", 10_000),),
        ("gcsp",),
    ),
    Proposal(
        "reassure-5",
        "coalition: smallest land option",
        REAR,
        (("reassure", 5_000),),
        ("coalition-range", "coalition-2026"),
    ),
    Proposal(
        "now-two",
        "coalition, January 2026: the two lead nations alone",
        REAR,
        (("reassure", 14_000), ("train-host", 1_000)),
        ("coalition-2026",),
        only=("GBR", "FRA"),
    ),
    Proposal(
        "now-all",
        "coalition, January 2026: the same, all asked",
        REAR,
        (("reassure", 14_000), ("train-host", 1_000)),
        ("coalition-2026",),
    ),
    Proposal("iiss-small", "IISS: small", REAR, (("reassure", 10_000), *BESIDE), ("iiss-small",)),
    Proposal(
        "uk-french-20",
        "British and French plan, low",
        REAR,
        (("reassure", 20_000), *BESIDE),
        ("uk-french-plan",),
    ),
    Proposal("iiss-medium", "IISS: medium", REAR, (("reassure", 25_000), *BESIDE), ("iiss-medium",)),
    Proposal(
        "uk-french-30",
        "British and French plan, high",
        REAR,
        (("reassure", 30_000), *BESIDE),
        ("uk-french-plan",),
    ),
    Proposal(
        "wanted", "coalition, 2025: what was wanted", REAR, (("reassure", 64_000),), ("coalition-wanted",)
    ),
    Proposal(
        "reassure-100",
        "coalition: largest land option",
        REAR,
        (("reassure", 100_000),),
        ("coalition-range",),
    ),
    Proposal("deter-40", "Reuters, low", REAR, (("deter", 40_000),), ("reuters-range",)),
    Proposal("deter-50", "Ischinger, low", REAR, (("deter", 50_000),), ("ischinger",)),
    Proposal("iiss-large-60", "IISS: large, low", REAR, (("deter", 60_000), *BESIDE), ("iiss-large",)),
    Proposal("iiss-large-100", "IISS: large, high", REAR, (("deter", 100_000), *BESIDE), ("iiss-large",)),
    Proposal(
        "deter-100",
        "Reuters and Ischinger, high; Zelensky in February, low",
        REAR,
        (("deter", 100_000),),
        ("reuters-range", "ischinger", "zelensky-february"),
    ),
    Proposal(
        "deter-150",
        "SWP; Zelensky in February, high",
        REAR,
        (("deter", 150_000),),
        ("swp", "zelensky-february"),
    ),
    Proposal(
        "deter-200",
        "Zelensky in January; Hodges",
        REAR,
        (("deter", 200_000),),
        ("zelensky-january", "hodges"),
    ),
    Proposal(
        "part-100",
        "Ischinger, high, read as parting the sides",
        REAR,
        (("separate-robustly", 100_000),),
        ("ischinger",),
        area="line",
    ),
    Proposal(
        "hold-150",
        "SWP, read as holding the line",
        REAR,
        (("defend-with-host", 150_000),),
        ("swp",),
        area="line",
        use="fight_with_host",
    ),
    Proposal(
        "hold-200",
        "Hodges, read as holding the line",
        REAR,
        (("defend-with-host", 200_000),),
        ("hodges",),
        area="line",
        use="fight_with_host",
    ),
)
"""Every size with a task on record: monitors, then forces behind the line, to deter, and on the line."""


@dataclass(frozen=True)
class Said:
    """What authors say of their size, in our words; of which proposals; and why the model parts from them."""

    who: str
    says: str
    keys: tuple[str, ...]
    why: str


SAID: Final = (
    Said(
        "Geneva centre",
        "5,000 civilians and police watch a buffer along the line, and some 10,000 troops protect them. Who "
        "sends them is left open.",
        ("gcsp-monitors", "gcsp-troops"),
        "The size answers the task, not the offers. States second monitors by tens. The troops are there on "
        "paper, if the Council mandates them; that all come who could is what does not happen.",
    ),
    Said(
        "OSCE",
        "Dozens of monitors could start within hours.",
        ("osce-first",),
        "They do not: this is little beside what participating states second.",
    ),
    Said(
        "IISS",
        "Three options; the largest would stretch Europe to its limit. Intelligence, air defence, long-range "
        "fires and medical care are the gaps.",
        ("iiss-small", "iiss-medium", "iiss-large-60", "iiss-large-100"),
        "The institute counts what armies have, the model what states have said, and on which conditions. On "
        "most gaps the two agree.",
    ),
    Said(
        "British and French planners, 2025",
        "20,000 to 30,000 for cities, ports and energy plants, away from the line, with aircraft and ships.",
        ("uk-french-20", "uk-french-30"),
        "Their own offers ask for the backing of the United States. Given it, half to nearly three "
        "quarters is there; no split of the plan by states was published that could fill the rest.",
    ),
    Said(
        "coalition planners, January 2026",
        "Up to 15,000, of them fewer than 7,500 British, and that is optimistic.",
        ("now-two", "now-all"),
        "Both lead nations tie their offers to the backing of the United States, so on paper they count as "
        "absent without it. With it the two send two thirds; the British army's other pledges bind.",
    ),
    Said(
        "coalition planners, 2025",
        "64,000 were wanted and judged unrealistic.",
        ("wanted",),
        "They do not.",
    ),
    Said(
        "Reuters; Ischinger",
        "40,000 to 100,000 from five to eight states; 50,000 to 100,000.",
        ("deter-40", "deter-50", "deter-100"),
        "There are states enough, and to spare; what each has named is too small.",
    ),
    Said(
        "SWP; Zelensky; Hodges",
        "100,000 to 200,000 beside Ukraine's own army.",
        ("deter-150", "deter-200", "hold-150", "hold-200"),
        "They say what the task takes, not who sends it. By the ratio for holding a line even 200,000 are "
        "few; to deter from behind it, they are many.",
    ),
)

FLOORS: Final = (5, 10, 15, 20)
CAPS: Final = (0.4, 0.25)


@dataclass(frozen=True, eq=False)
class Found:
    """What is needed, planned and arrives for one question."""

    asked: Posed
    plan: Plan
    binding: tuple[Change, ...]
    needed: Array
    arrived: Contributions

    @property
    def planned(self) -> float:
        """Persons planned at a time."""
        return self.plan.total_needed / self.asked.query.periods

    @property
    def sent(self) -> float:
        """Persons sent on paper at a time: the mean of the tours."""
        return sum(sum(one.persons) for one in self.plan.contingents) / self.asked.query.periods

    @property
    def effort(self) -> float:
        """Effort at a time: persons, and what each contingent costs beside them."""
        return self.plan.effort / self.asked.query.periods

    @property
    def states(self) -> int:
        """States in the plan."""
        return len({one.state for one in self.plan.contingents})

    @property
    def arrives(self) -> Array:
        """Persons who arrive, array (futures,)."""
        return np.asarray(np.sum(list(self.arrived.delivered.values()), axis=0), dtype=np.float64)


@cache
def _case() -> Case:
    return load_case(CASE)


@cache
def _futures() -> Futures:
    return Futures(_case().ledger, SEED, FUTURES)


def question_of(words: Arrangement) -> Question:
    """Return the question whether an arrangement can be manned under the settlement of this page."""
    return Question(_case(), _case().settlements[SETTLEMENT], words, _futures())


def found(words: Arrangement, wishes: Wishes) -> Found:
    """Return who would make up the mission of an arrangement, and what binds most."""
    question = question_of(words)
    asked = posed(question, wishes, Memory())
    return Found(
        asked,
        plan(asked.query),
        explain(asked.query.only(asked.fullest), most=0).binding,
        needed_by(words),
        arrived(words, wishes),
    )


def needed_by(words: Arrangement) -> Array:
    """Return the persons that the ratio of the first task asks for, array (futures,)."""
    mission = words.phases[0].mission
    if mission is None:
        raise ValueError(f"{words.name} has no mission")
    return require(requirement_of(question_of(words), mission)).tasks[0].needed


def arrived(words: Arrangement, wishes: Wishes) -> Contributions:
    """Return what arrives in each future, everybody who is asked counted."""
    question, phase = question_of(words), words.phases[0]
    if phase.mission is None:
        raise ValueError(f"{words.name} has no mission")
    mission = wishes.asked(phase.mission)
    needs = require(requirement_of(question, mission))
    return generate(generation_of(question, phase, mission, needs, wishes.waived))


@cache
def proposed(key: str, waived: frozenset[str] = NOTHING) -> Found:
    """Return who would make up a proposal."""
    return found(of(key).arrangement(), Wishes(waived=waived))


@cache
def packaged(name: str, wishes: Wishes) -> Found:
    """Return who would make up a packaged arrangement."""
    return found(_case().arrangements[name], wishes)


# --- Words -------------------------------------------------------------------------------------------


def ranged(values: Array) -> str:
    """Return the mean and the range of a number of persons."""
    low, high = np.quantile(values, [0.05, 0.95])
    return f"{count(float(values.mean()))} ({count(float(low))} to {count(float(high))})"


def scarcest(one: Plan) -> str:
    """Return the capabilities of which the largest share is short, of equals those with most persons."""
    rows = [
        (sum(one.short[name]) / sum(needed), sum(one.short[name]), name)
        for name, needed in one.needed.items()
        if sum(needed) > 0.0
    ]
    ranked = sorted(rows, key=lambda row: (-round(row[0], 2), -row[1], row[2]))
    named = [
        f"{_lower(_case().capabilities[name].title)} {share(part)}"
        for part, _, name in ranked[:NAMED]
        if part > 0.005
    ]
    return "; ".join(named) or "nothing"


def _lower(title: str) -> str:
    """Return a title as it stands within a sentence."""
    return title[:1].lower() + title[1:].partition(":")[0]


def mostly(one: Plan) -> str:
    """Return who sends most, with shares of all that is sent."""
    sent: dict[str, float] = {}
    for part in one.contingents:
        sent[part.state] = sent.get(part.state, 0.0) + sum(part.persons)
    whole = sum(sent.values())
    ranked = sorted(sent, key=lambda state: (-sent[state], state))[:NAMED]
    return ", ".join(f"{_case().name_of(state)} {share(sent[state] / whole)}" for state in ranked) or "nobody"


def binds(one: Found) -> str:
    """Return the single change that would help most, with persons at a time."""
    if not one.binding:
        return "nothing"
    first = one.binding[0]
    return f"{_change(first.name)} ({count(first.persons / len(one.asked.fullest))})"


def _change(name: str) -> str:
    """Return a change in few words."""
    kind, _, rest = name.partition(" ")
    if kind == "joins":
        return f"{_case().name_of(rest)} is not asked"
    if kind == "pledge":
        return f"{_case().name_of(rest)}'s other pledges"
    if kind == "enabler":
        return f"lack of {_lower(_case().capabilities[rest].title)}"
    return {
        "backstop": f"no backing of the {_case().name_of(_case().about.backstop)}",
        "un_mandate": "no mandate of the United Nations",
        "behind_line": "troops on the line",
        "not_inside": "troops inside Ukraine",
        "parliament": "parliaments",
        "rotation": "units kept at home for rotation",
        "largest share": "the largest share",
        "airlift": "airlift",
    }[name]


# --- Tables ------------------------------------------------------------------------------------------


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return a table in Markdown."""
    lines = ["| " + " | ".join(titles) + " |", "|---" * len(titles) + "|"]
    return lines + ["| " + " | ".join(row) + " |" for row in rows]


def _paper(one: Found) -> Sequence[str]:
    """Return what is sent on paper, what of it is short, by how many states, and what arrives."""
    return count(one.sent), f"{100.0 * one.plan.shortfall:.0f}", str(one.states), ranged(one.arrives)


def size_of(one: Proposal) -> Sequence[str]:
    """Return what a proposal needs, and what would come of it without and with backing."""
    alone, backed = proposed(one.key), proposed(one.key, BACKED)
    return (
        one.title,
        f"`{one.task}`",
        exactly(one.persons),
        exactly(sum(number for _, number in one.tasks)),
        ranged(alone.needed),
        *_paper(alone),
        *_paper(backed),
    )


def sizes() -> list[str]:
    """Return what each proposal needs, and what would come of it without and with backing."""
    paper = ("sent on paper", "short, %", "states", "arrive")
    titles = (
        "proposal",
        "task",
        "persons proposed",
        "planned in all",
        "the ratio asks",
        *paper,
        *(f"with backing: {title}" for title in paper),
    )
    return _table(titles, (size_of(one) for one in PROPOSALS))


def lack_of(one: Proposal) -> Sequence[str]:
    """Return what a proposal is short of, from whom most comes, and what binds most."""
    alone, backed = proposed(one.key), proposed(one.key, BACKED)
    return (
        f"{one.title}, {exactly(one.persons)}",
        *(part for each in (alone, backed) for part in (mostly(each.plan), scarcest(each.plan))),
        binds(alone),
        binds(backed),
    )


def lacks() -> list[str]:
    """Return what each proposal is short of, from whom most comes, and what binds most."""
    titles = (
        "proposal",
        "most from",
        "short of, % of each",
        "with backing: most from",
        "with backing: short of",
        "binds most, persons at a time",
        "with backing: binds most",
    )
    return _table(titles, (lack_of(one) for one in PROPOSALS))


def said() -> list[str]:
    """Return what authors say beside what the model says, and why they part."""

    def rows() -> Iterator[Sequence[str]]:
        for one in SAID:
            parts = [
                f"{exactly(of(key).persons)} (`{of(key).task}`): "
                f"{100.0 * proposed(key).plan.shortfall:.0f} % short, "
                f"with backing {100.0 * proposed(key, BACKED).plan.shortfall:.0f} %"
                for key in one.keys
            ]
            yield one.who, one.says, "; ".join(parts), one.why

    return _table(("who", "what they say", "what the model says", "why they part"), rows())


def of(key: str) -> Proposal:
    """Return a proposal by its key."""
    (one,) = (one for one in PROPOSALS if one.key == key)
    return one


def rules() -> tuple[tuple[str, Wishes], ...]:
    """Return the rules on breadth and on the largest share, none first."""
    return (
        ("none", Wishes()),
        *((f"at least {number} states", Wishes(breadth=number)) for number in FLOORS),
        *((f"at most {100.0 * most:.0f} % from one", Wishes(largest_share=most)) for most in CAPS),
    )


def with_rule(name: str, wishes: Wishes) -> Found:
    """Return an arrangement under a rule; that behind the line with backing, as without it little comes."""
    backed = BACKED if name == REAR else NOTHING
    return packaged(name, Wishes(waived=backed, breadth=wishes.breadth, largest_share=wishes.largest_share))


def breadth() -> list[str]:
    """Return what breadth costs."""

    def rows() -> Iterator[Sequence[str]]:
        for name in (REAR, NEUTRAL):
            for title, wishes in rules():
                one = with_rule(name, wishes)
                yield (
                    f"{name}, with backing" if name == REAR else name,
                    title,
                    str(one.states),
                    f"{one.plan.missing_states:g}",
                    f"{100.0 * one.plan.shortfall:.0f}",
                    count(one.sent),
                    count(one.effort),
                    f"{_case().name_of(one.plan.largest[0])} {share(one.plan.largest[1])}",
                )

    titles = (
        "arrangement",
        "rule",
        "states",
        "states missing",
        "short, %",
        "sent at a time",
        "effort at a time",
        "largest, of all that is sent",
    )
    return _table(titles, rows())


def with_or_without() -> tuple[tuple[str, Wishes], ...]:
    """Return the parts that the United States may play."""
    backstop = frozenset({_case().about.backstop})
    return (
        ("stays away, no backing", Wishes(without=backstop)),
        ("as packaged", Wishes()),
        ("backing counts as given", Wishes(waived=BACKED)),
        ("backing, and it is asked itself", Wishes(waived=BACKED, with_states=backstop)),
    )


def backing() -> list[str]:
    """Return the packaged arrangements without and with the United States."""

    def rows() -> Iterator[Sequence[str]]:
        for name in PACKAGED:
            for title, wishes in with_or_without():
                one = packaged(name, wishes)
                filled = one.arrived.filled
                low, high = np.quantile(filled, [0.05, 0.95])
                yield (
                    name,
                    title,
                    exactly(one.planned),
                    *_paper(one),
                    f"{100.0 * filled.mean():.0f} ({100.0 * low:.0f} to {100.0 * high:.0f})",
                )

    titles = (
        "arrangement",
        "the United States",
        "planned",
        "sent on paper",
        "short, %",
        "states",
        "arrive",
        "filled, %",
    )
    return _table(titles, rows())


def tables() -> dict[str, list[str]]:
    """Return every table of the page, as lines, by name."""
    return {
        "sizes": sizes(),
        "lacks": lacks(),
        "said": said(),
        "breadth": breadth(),
        "backing": backing(),
    }


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
    made = tables()
    PAGE.write_text(written(PAGE.read_text("utf-8"), made), "utf-8")
    for name, lines in made.items():
        print(name, *lines, "", sep="\n")


if __name__ == "__main__":
    main()
