"""The smallest change of clauses or arrangement that would turn a refusal (rules EV14 and EV15).

What is tried is read off the vocabulary and the case: each variable of the settlement with every other value
it can take, and what a designer may choose in a phase. Nothing here says what ought to be changed; it says
what the stated stakes imply if it is.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final, Literal, TypeAlias, get_args, get_origin

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ValidationError
from scipy.special import expit

from holdfast.accept import Acceptance
from holdfast.errors import UsageProblem
from holdfast.evaluate.barred import barred_by
from holdfast.evaluate.field import field_of
from holdfast.evaluate.memory import Memory
from holdfast.evaluate.parties import acceptance_of, stakes_of
from holdfast.evaluate.question import Question
from holdfast.vocabulary.arrangement import (
    Arrangement,
    Guarantee,
    Mandate,
    Mission,
    Phase,
    Support,
    UseOfForce,
)
from holdfast.vocabulary.base import Unit
from holdfast.vocabulary.settlement import Settlement, Terms

Array = NDArray[np.float64]
Value: TypeAlias = str | float | bool | None
Design: TypeAlias = tuple[Settlement, Arrangement]

HALF: Final = 0.5
"""A party refuses where its mean chance to accept lies below this."""
MOST_TRIED: Final = 66
"""So many combinations of each number of changes are computed in full, those that promise most."""
GUESSED_ON: Final = 128
"""Futures on which combinations are compared before any is computed in full."""
BILLION: Final = 1e9
YEAR: Final = 12
"""Months after which a mandate without a term would be renewed, if its body has no usual term."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing done differently.

    Attributes
    ----------
    part : str
        ``settlement`` or ``arrangement``.
    path : str
        The variable of the settlement's terms, or the field of the arrangement. Two changes of one path
        exclude each other.
    before, after : str, number, bool or None
        What stands there. Persons planned and contributors asked are counts, a guarantee is its key or None.
    words : str
        The change in plain words.
    """

    part: Literal["settlement", "arrangement"]
    path: str
    before: Value
    after: Value
    words: str


@dataclass(frozen=True, slots=True)
class Lever:
    """A change that may be tried, and how it is made; the result is checked once all are made."""

    change: Change
    make: Callable[[Settlement, Arrangement], Design]


@dataclass(frozen=True, slots=True)
class Turn:
    """Changes that turn a party's refusal, or come nearest to it.

    Attributes
    ----------
    party : str
        Who refuses as things stand.
    how : str
        ``turns``: its mean chance reaches one half, and no other party's falls below by it;
        ``at_a_price``: the first but not the second; ``nearest``: what lacks least, where nothing turns it.
    changes : tuple of Change
    before, after : Acceptance
        Chances, margins and what bars, in the same futures.
    """

    party: str
    how: Literal["turns", "at_a_price", "nearest"]
    changes: tuple[Change, ...]
    before: Acceptance
    after: Acceptance

    @property
    def falls(self) -> tuple[str, ...]:
        """The other parties whose mean chance falls below one half by it."""
        return tuple(
            name
            for name, before, after in zip(
                self.before.parties, _means(self.before), _means(self.after), strict=True
            )
            if name != self.party and before >= HALF > after
        )

    @property
    def bar(self) -> Literal["none", "lifted", "stays", "set"]:
        """What becomes of a contradiction that rules the arrangement out."""
        before, after = bool(self.before.barred_by), bool(self.after.barred_by)
        if before:
            return "stays" if after else "lifted"
        return "set" if after else "none"


def turning(
    question: Question,
    memory: Memory,
    *,
    party: str | None = None,
    most: int = 2,
    levers: Sequence[Lever] | None = None,
    tried: int = MOST_TRIED,
) -> tuple[Turn, ...]:
    """Return the smallest changes that would turn a refusal, by party.

    Parameters
    ----------
    question : Question
    memory : Memory
    party : str, optional
        Only this party's refusal; otherwise that of each party that refuses, host first.
    most : int
        Changes taken together at most; two are tried only if none alone turns the refusal, and so on.
    levers : sequence of Lever, optional
        Changes that may be made; otherwise all of :func:`levers_of`.
    tried : int
        Combinations of each number of changes that are computed in full at most.

    Returns
    -------
    tuple of Turn
        For each party those that turn its refusal, with the fewest changes, likeliest accepted by both
        first; then those that do so at the price of the other's; then, if nothing turns it, the nearest.
        Empty where nobody refuses.

    Raises
    ------
    UsageProblem
        If the case has no such party, or ``most`` or ``tried`` is below one.

    Notes
    -----
    EV14: each change is judged as the design itself is, in the same futures; a change that the vocabulary
    refuses is left out, and so is one that leaves nobody to be asked.
    EV15: fewest changes first, then the highest chance that both accept, then the name.
    """
    if most < 1 or tried < 1:
        raise UsageProblem("turning", "at least one change is needed", "give 1 or more")
    trials = _Trials(question, memory, levers_of(question) if levers is None else tuple(levers))
    parties = trials.before.parties
    if party is not None and party not in parties:
        raise UsageProblem("party", f"'{party}' is no party of the case", f"name one of {', '.join(parties)}")
    found: list[Turn] = []
    for place, name in enumerate(parties):
        if party in {None, name} and _means(trials.before)[place] < HALF:
            found += _turns(trials, place, _searched(trials, place, most, tried))
    return tuple(found)


# --- What may be changed ----------------------------------------------------------------------------------


def levers_of(question: Question) -> tuple[Lever, ...]:
    """Return every single change that is tried, in the order of the vocabulary.

    Of the settlement: each variable to each other value it can take. A size goes to none, half, double,
    and to those of the case's other settlements. Of each phase: use of force one step up or down, area and
    access, renewal, half or twice the persons planned, contributors without the alliance's or the
    partners' members, each guarantee dropped or one of the case's other arrangements added, and support.
    """
    settled = [
        _settled(name, getattr(question.settlement.terms, name), value)
        for name in Terms.model_fields
        for value in _values_of_term(question, name)
    ]
    designed = [
        lever
        for place in range(len(question.arrangement.phases))
        for lever in _levers_of_phase(question, place)
    ]
    return (*settled, *designed)


def _settled(name: str, before: Value, after: Value) -> Lever:
    """Return the lever that sets one variable of the settlement."""

    def make(settlement: Settlement, arrangement: Arrangement) -> Design:
        terms = settlement.terms.model_copy(update={name: after})
        return settlement.model_copy(update={"terms": terms}), arrangement

    words = f"the settlement's {_from_to(Terms, name, before, after)}"
    return Lever(Change("settlement", name, before, after, words), make)


def _values_of_term(question: Question, name: str) -> list[Value]:
    """Return the other values that a variable of the settlement can take, leaving it open last."""
    others = {getattr(settlement.terms, name) for settlement in question.case.settlements.values()}
    return _others(Terms, name, getattr(question.settlement.terms, name), others)


def _others(model: type[BaseModel], name: str, now: Value, on_the_table: Iterable[Value]) -> list[Value]:
    """Return the other values of a field: those of its type, or sizes around ``now`` and on the table."""
    choices, size, unset = _kind_of(model, name)
    if size:
        around = set() if not isinstance(now, float) else {0.5 * now, 2.0 * now}
        choices = tuple(sorted(around | {value for value in on_the_table if isinstance(value, float)}))
    return [value for value in (*choices, *((None,) if unset else ())) if value != now]


def _kind_of(model: type[BaseModel], name: str) -> tuple[tuple[Value, ...], bool, bool]:
    """Return the values that a field's type lists, whether it is a size, and whether it may be left open."""
    choices: list[Value] = []
    size = unset = False
    for arm in _arms(model.model_fields[name].annotation):
        if get_origin(arm) is Literal:
            choices += get_args(arm)
        elif arm is bool:
            choices += [True, False]
        elif arm is type(None):
            unset = True
        else:
            size = True
    return tuple(choices), size, unset


def _arms(annotation: Any) -> Iterator[Any]:  # noqa: ANN401 - a type, as the data model holds it
    """Yield the plain types that a field may have, marks taken off."""
    if get_origin(annotation) is Annotated:
        yield from _arms(get_args(annotation)[0])
    elif get_origin(annotation) in {None, Literal}:
        yield annotation
    else:
        for arm in get_args(annotation):
            yield from _arms(arm)


def _levers_of_phase(question: Question, place: int) -> Iterator[Lever]:
    """Yield the changes that a designer could make in one phase."""
    phase = question.arrangement.phases[place]
    if phase.mission is not None:
        yield from _levers_of_mandate(question, place, phase.mission.mandate)
        yield from _levers_of_mission(question, place, phase.mission)
    yield from _levers_of_guarantees(question, place, phase)
    yield from _levers_of_support(question, place, phase.support)


def _designed(
    question: Question,
    place: int,
    field: str,
    values: tuple[Value, Value],
    words: str,
    make: Callable[[Phase], Phase],
) -> Lever:
    """Return the lever that rewrites one phase."""
    name = question.arrangement.phases[place].name

    def rewritten(settlement: Settlement, arrangement: Arrangement) -> Design:
        phases = list(arrangement.phases)
        phases[place] = make(phases[place])
        return settlement, arrangement.model_copy(update={"phases": tuple(phases)})

    change = Change("arrangement", f"phases[{name}].{field}", *values, f"phase '{name}': {words}")
    return Lever(change, rewritten)


def _sent(make: Callable[[Mission], Mission]) -> Callable[[Phase], Phase]:
    """Return how a phase is rewritten by rewriting its mission."""

    def rewritten(phase: Phase) -> Phase:
        assert phase.mission is not None  # noqa: S101 - levers of a mission are made for phases with one
        return phase.model_copy(update={"mission": make(phase.mission)})

    return rewritten


def _levers_of_mandate(question: Question, place: int, mandate: Mandate) -> Iterator[Lever]:
    """Yield one step of use of force up or down, every other area, and other terms of renewal."""
    steps = get_args(UseOfForce)
    now = steps.index(mandate.use_of_force)
    wanted: list[tuple[str, Value]] = [
        ("use_of_force", steps[step]) for step in (now - 1, now + 1) if 0 <= step < len(steps)
    ]
    wanted += [("area", value) for value in _others(Mandate, "area", mandate.area, ())]
    body = question.case.bodies.get(question.arrangement.authority or "")
    usual = None if body is None else body.renewal_months
    months = mandate.renewal_months
    terms = {usual or months or YEAR} | (set() if months is None else {max(1, months // 2), 2 * months})
    wanted += [("renewal_months", value) for value in sorted(terms - {months})]
    wanted += [("renewal_months", None)] if months is not None else []
    for name, value in wanted:

        def make(mission: Mission, name: str = name, value: Value = value) -> Mission:
            return mission.model_copy(update={"mandate": mission.mandate.model_copy(update={name: value})})

        before = getattr(mandate, name)
        words = _from_to(Mandate, name, before, value, unset="none")
        yield _designed(question, place, f"mission.mandate.{name}", (before, value), words, _sent(make))


def _levers_of_mission(question: Question, place: int, mission: Mission) -> Iterator[Lever]:
    """Yield other access, half and twice the persons planned, and contributors without a group."""
    for access in _others(Mission, "access", mission.access, ()):

        def open_to(mission: Mission, access: Value = access) -> Mission:
            return mission.model_copy(update={"access": access})

        words = _from_to(Mission, "access", mission.access, access)
        yield _designed(question, place, "mission.access", (mission.access, access), words, _sent(open_to))
    planned = sum(part.planned_persons or 0.0 for part in mission.components)
    for factor, said in ((0.5, "half"), (2.0, "twice")) if planned else ():

        def scaled(mission: Mission, factor: float = factor) -> Mission:
            parts = tuple(
                part.model_copy(
                    update={"planned_persons": part.planned_persons and factor * part.planned_persons}
                )
                for part in mission.components
            )
            return mission.model_copy(update={"components": parts})

        words = f"{said} the persons planned ({_number(factor * planned)} instead of {_number(planned)})"
        values = (planned, factor * planned)
        yield _designed(question, place, "mission.components", values, words, _sent(scaled))
    yield from _levers_of_contributors(question, place, mission)


def _levers_of_contributors(question: Question, place: int, mission: Mission) -> Iterator[Lever]:
    """Yield the mission without the members of the alliance, and of the partners' group, that it asks."""
    about = question.case.about
    asked = tuple(question.pool(mission.contributors))
    for group in dict.fromkeys((about.alliance, about.partners)):
        members = sorted(state.code for state in asked if group in state.groups)
        if not members:
            continue

        def without(mission: Mission, members: Sequence[str] = members) -> Mission:
            excluded = tuple(dict.fromkeys((*mission.contributors.excluded, *members)))
            asks = mission.contributors.model_copy(update={"excluded": excluded})
            return mission.model_copy(update={"contributors": asks})

        words = f"leave out the {len(members)} members of '{group}' among the {len(asked)} asked"
        values = (len(asked), len(asked) - len(members))
        field = f"mission.contributors.excluded[{group}]"
        yield _designed(question, place, field, values, words, _sent(without))


def _levers_of_guarantees(question: Question, place: int, phase: Phase) -> Iterator[Lever]:
    """Yield the phase without each of its guarantees, and with each of the case's other arrangements'."""
    for guarantee in phase.guarantees:

        def dropped(phase: Phase, key: str = guarantee.key) -> Phase:
            kept = tuple(one for one in phase.guarantees if one.key != key)
            return phase.model_copy(update={"guarantees": kept})

        words = f"drop the guarantee '{guarantee.key}'"
        field = f"guarantees[{guarantee.key}]"
        yield _designed(question, place, field, (guarantee.key, None), words, dropped)
    known = {guarantee.key for guarantee in phase.guarantees}
    for name, guarantee in _guarantees_elsewhere(question):
        if guarantee.key in known:
            continue
        known.add(guarantee.key)

        def added(phase: Phase, guarantee: Guarantee = guarantee) -> Phase:
            return phase.model_copy(update={"guarantees": (*phase.guarantees, guarantee)})

        words = f"add the guarantee '{guarantee.key}' of '{name}'"
        field = f"guarantees[{guarantee.key}]"
        yield _designed(question, place, field, (None, guarantee.key), words, added)


def _guarantees_elsewhere(question: Question) -> Iterator[tuple[str, Guarantee]]:
    """Yield the guarantees of the case's arrangements with the arrangement's name, by name."""
    for name in sorted(question.case.arrangements):
        for phase in question.case.arrangements[name].phases:
            for guarantee in phase.guarantees:
                yield name, guarantee


def _levers_of_support(question: Question, place: int, support: Support) -> Iterator[Lever]:
    """Yield other support to the host: each field to other values, sizes halved and doubled."""
    elsewhere = [phase.support for one in question.case.arrangements.values() for phase in one.phases]
    for name in Support.model_fields:
        before = getattr(support, name)
        now = before
        if name == "military_eur_per_year" and before is None:
            now = question.futures.central(question.case.about.support_now)
        values = _others(Support, name, now, {getattr(one, name) for one in elsewhere})
        for value in values:
            if value == before:
                continue

            def given(phase: Phase, name: str = name, value: Value = value) -> Phase:
                return phase.model_copy(update={"support": phase.support.model_copy(update={name: value})})

            words = f"support, {_from_to(Support, name, before, value, unset='as at the halt')}"
            yield _designed(question, place, f"support.{name}", (before, value), words, given)


def _plain(name: str) -> str:
    """Return a name of the vocabulary as words."""
    return name.replace("_", " ")


def _number(value: float) -> str:
    """Return a number as text, billions as such."""
    if value >= BILLION:
        return f"{value / BILLION:.3g} bn"
    return f"{value:,.0f}" if value >= 1_000.0 else f"{value:g}"


def _from_to(
    model: type[BaseModel], name: str, before: Value, after: Value, unset: str = "not settled"
) -> str:
    """Return what changes in a field, as a reader would say it, numbers with their unit."""
    field = model.model_fields[name]
    unit = next(
        (mark.name for mark in _marks(field.annotation, field.metadata) if isinstance(mark, Unit)), ""
    )
    title = name.removesuffix(f"_{unit}")
    shown = "" if f"_{unit}_" in name else _plain(unit)
    first, second = (_said(value, shown, unset) for value in (before, after))
    return f"{_plain(title)} from {first} to {second}"


def _said(value: Value, unit: str, unset: str) -> str:
    """Return a value as a reader would say it."""
    if value is None:
        return unset
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return f"'{_plain(value)}'"
    return f"{_number(value)} {unit}".strip()


def _marks(annotation: Any, marks: Iterable[Any]) -> Iterator[Any]:  # noqa: ANN401 - a type
    """Yield what a field and the types that it may have are marked with."""
    yield from marks
    if get_origin(annotation) is not Literal:
        for arm in get_args(annotation):
            yield from _marks(arm, getattr(arm, "__metadata__", ()))


# --- What comes of it -------------------------------------------------------------------------------------


def _means(acceptance: Acceptance) -> tuple[float, ...]:
    """Return the mean chance of each party."""
    return tuple(float(mean) for mean in acceptance.by_party.mean(axis=1))


def _somebody_asked(question: Question) -> bool:
    """Return whether every mission asks at least one state that the case knows."""
    missions = [phase.mission for phase in question.arrangement.phases if phase.mission is not None]
    return all(any(question.pool(mission.contributors)) for mission in missions)


class _Trials:
    """Designs that differ from the question's by some of the levers, each judged once."""

    def __init__(self, question: Question, memory: Memory, levers: tuple[Lever, ...]) -> None:
        self.levers = levers
        self._question = question
        self._memory = memory
        self._asked = _somebody_asked(question)
        self._judged: dict[tuple[int, ...], Acceptance] = {}
        self.before = self._judgement(question)
        self.noise: Array = question.draw("accept.noise")

    def changed(self, combination: Sequence[int]) -> Question | None:
        """Return the question with some levers pulled, or None where that is no design at all."""
        paths = {self.levers[place].change.path for place in combination}
        if len(paths) < len(combination):
            return None
        settlement, arrangement = self._question.settlement, self._question.arrangement
        for place in combination:
            settlement, arrangement = self.levers[place].make(settlement, arrangement)
        try:
            if settlement is not self._question.settlement:
                Terms.model_validate(settlement.terms.model_dump())
            if arrangement is not self._question.arrangement:
                Arrangement.model_validate(arrangement.model_dump())
        except ValidationError:
            return None
        question = replace(self._question, settlement=settlement, arrangement=arrangement, used=set())
        return None if self._asked and not _somebody_asked(question) else question

    def judged(self, combination: tuple[int, ...], question: Question) -> Acceptance:
        """Return what the parties make of a combination."""
        if combination not in self._judged:
            self._judged[combination] = self._judgement(question)
        return self._judged[combination]

    def _judgement(self, question: Question) -> Acceptance:
        first = question.arrangement.phases[0]
        field = field_of(question, first, self._memory)
        return acceptance_of(question, stakes_of(question, first, field, self._memory), self._memory)

    def lacking(self, after: Acceptance, place: int) -> float:
        """Return what the party lacks to one half, and others that accepted before, added up."""
        before = _means(self.before)
        return sum(
            max(0.0, HALF - mean)
            for other, mean in enumerate(_means(after))
            if other == place or before[other] >= HALF
        )


Tried: TypeAlias = dict[tuple[int, ...], Acceptance]


def _searched(trials: _Trials, place: int, most: int, tried: int) -> Tried:
    """Return the combinations that were judged: all single changes, then more at a time if need be."""
    singles: Tried = {}
    for lever in range(len(trials.levers)):
        question = trials.changed((lever,))
        if question is not None:
            singles[(lever,)] = trials.judged((lever,), question)
    found = dict(singles)
    frontier = singles
    for _ in range(1, most):
        if not frontier or any(trials.lacking(after, place) == 0.0 for after in found.values()):
            break
        frontier = _combined(trials, place, frontier, singles, tried)
        found |= frontier
    return found


def _combined(trials: _Trials, place: int, frontier: Tried, singles: Tried, tried: int) -> Tried:
    """Return the judgement of the most promising combinations with one change more.

    What is barred, or no ceasefire, nobody accepts (AC4): it is passed over without a full computation.
    """
    found: Tried = {}
    for _, _, combination in _promising(trials, place, frontier, singles):
        question = trials.changed(combination)
        if question is None or not question.settlement.terms.ceasefire or barred_by(question):
            continue
        found[combination] = trials.judged(combination, question)
        if len(found) == tried:
            break
    return found


def _promising(
    trials: _Trials, place: int, frontier: Tried, singles: Tried
) -> Iterator[tuple[float, float, tuple[int, ...]]]:
    """Yield combinations with one change more, those first that lack least if margins add up.

    They nearly do, since terms add up; what they come to is computed in full all the same.
    """
    noise = trials.noise[:GUESSED_ON]
    start = trials.before.margin[:, :GUESSED_ON]
    levers = [lever for (lever,) in singles]
    shifts = np.stack([after.margin[:, :GUESSED_ON] - start for after in singles.values()])
    accepted = np.array(_means(trials.before)) >= HALF
    accepted[place] = True
    queue: list[tuple[float, float, tuple[int, ...]]] = []
    seen: set[tuple[int, ...]] = set()
    for combination, after in frontier.items():
        chances = expit((after.margin[:, :GUESSED_ON] + shifts) / noise)
        lacking = np.maximum(0.0, HALF - chances.mean(axis=2))[:, accepted].sum(axis=1)
        both = np.prod(chances, axis=1).mean(axis=1)
        for lever, lacks, agreed in zip(levers, lacking, both, strict=True):
            more = tuple(sorted((*combination, lever)))
            if lever not in combination and more not in seen:
                seen.add(more)
                queue.append((float(lacks), -float(agreed), more))
    heapq.heapify(queue)
    while queue:
        yield heapq.heappop(queue)


def _turns(trials: _Trials, place: int, found: Tried) -> Iterator[Turn]:
    """Yield what turns the refusal of a party, what does so at a price, and the nearest if nothing does."""
    reached = [one for one, after in found.items() if _means(after)[place] >= HALF]
    clean = [one for one in reached if trials.lacking(found[one], place) == 0.0]
    priced = _listed(trials, found, set(reached) - set(clean))
    clean = _listed(trials, found, clean)
    for combination in clean:
        yield _turn(trials, place, "turns", combination, found)
    for combination in priced:
        yield _turn(trials, place, "at_a_price", combination, found)
    if clean or not found:
        return
    lacks = {one: round(trials.lacking(after, place), 9) for one, after in found.items()}
    nearest = min(found, key=lambda one: (lacks[one], *_rank(trials, one, found)))
    if nearest not in priced and lacks[nearest] < trials.lacking(trials.before, place):
        yield _turn(trials, place, "nearest", nearest, found)


def _turn(
    trials: _Trials,
    place: int,
    how: Literal["turns", "at_a_price", "nearest"],
    combination: tuple[int, ...],
    found: Tried,
) -> Turn:
    changes = tuple(trials.levers[lever].change for lever in combination)
    return Turn(trials.before.parties[place], how, changes, trials.before, found[combination])


def _listed(trials: _Trials, found: Tried, some: Iterable[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Return the combinations with the fewest changes, in order (EV15).

    Of several values of the same fields that come to the same, the first of the vocabulary stands for all.
    """
    ordered = sorted(some, key=lambda one: _rank(trials, one, found))
    ordered = [one for one in ordered if len(one) == len(ordered[0])]
    shown: dict[tuple[tuple[str, ...], bytes], tuple[int, ...]] = {}
    for one in ordered:
        paths = tuple(trials.levers[lever].change.path for lever in one)
        shown.setdefault((paths, found[one].by_party.tobytes()), one)
    return list(shown.values())


def _rank(
    trials: _Trials, combination: tuple[int, ...], found: Tried
) -> tuple[int, float, tuple[str, ...], tuple[int, ...]]:
    """Return the place of a combination in a list; the last digits of a chance decide nothing."""
    paths = tuple(trials.levers[lever].change.path for lever in combination)
    return len(combination), -round(float(found[combination].both.mean()), 9), paths, combination
