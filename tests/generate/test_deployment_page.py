"""How missions arrived, each left out in turn; docs/deployment.md against the code.

No test asks the record for what it gives: limits come from what the page says, from a second way of
reckoning, or from curves whose numbers are known because they were made up.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache

import numpy as np
import pytest
from benchmarks import deployment
from benchmarks.deployment import (
    ALL,
    ASKED,
    BUILDS,
    FILES,
    FILLS,
    FORMS,
    HALVES,
    HORIZONS,
    MEMORY,
    PAGE,
    SHARES,
    TOP,
    Build,
    Curve,
    Said,
    Stay,
)
from scipy.stats import beta, multivariate_normal, norm

from holdfast.cases import load_case
from holdfast.vocabulary.estimate import Beta, Lognormal

NUMBER = re.compile(r"\N{MINUS SIGN}?\d[\d,]*(?:\.\d+)?")
MEND = "run benchmarks/deployment.py and see whether the text still holds"
NAMES = (
    *("builds", "fits", "numbers", "errors", "groups", "left-out", "others", "halves", "fill", "resized"),
    *("causes", "leaving", "staying", "sizes", "posts", "bases", "mix", "asked"),
)
EVERY = tuple(range(len(BUILDS)))


@pytest.fixture(autouse=True)
def data(data_file):
    for file in FILES:
        data_file(file)


@cache
def page() -> str:
    return PAGE.read_text("utf-8")


@cache
def told() -> dict[str, list[str]]:
    return deployment.tables()


@cache
def error(name: str, days: tuple[int, ...] = ASKED) -> deployment.Scores:
    return deployment.scores(deployment.rivals(EVERY)[name], EVERY, days)


# --- The page ----------------------------------------------------------------------------------------


def _numbers(line: str) -> list[float]:
    return [float(one.replace(",", "").replace("\N{MINUS SIGN}", "-")) for one in NUMBER.findall(line)]


def _shown(name: str) -> list[str]:
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    between = page()[page().index(start) : page().index(end)]
    return [line for line in between.splitlines() if line.startswith("|")]


@pytest.mark.parametrize("name", NAMES)
def test_tables_on_the_page_are_what_the_code_gives(name):
    shown, expected = _shown(name), told()[name]
    assert len(shown) == len(expected), MEND
    for line, other in zip(shown, expected, strict=True):
        # what is bold lies outside a range, and so hangs on a last digit
        assert NUMBER.sub("", line).replace("*", "") == NUMBER.sub("", other).replace("*", ""), MEND
        near = 1.01 if name in {"left-out", "builds", "fits"} else 0.011
        assert _numbers(line) == pytest.approx(_numbers(other), rel=0.02, abs=near), MEND


def test_every_table_of_the_page_is_held_to_the_code():
    names = re.findall(r"^<!-- ([a-z-]+) -->$", page(), re.MULTILINE)
    assert sorted(names) == sorted((*NAMES, "rows"))
    assert set(told()) == set(NAMES)


def _ends(name: str) -> tuple[float, float]:
    """The range that the page proposes for a row."""
    (line,) = (line for line in _shown("rows") if line.split("|")[1].strip().strip("`").startswith(name))
    low, high = _numbers(line.split("|")[3])
    return low, high


def test_proposed_rows_lie_where_the_page_says_they_come_from():
    low, high = _ends("generate.half-time.un")
    for starts in (("nothing",), ALL):
        one = deployment.fitted("weibull", deployment.of_starts(starts)).half_range()
        assert low < one[0] < 1.2 * low
        assert one[2] < high < 1.3 * one[2]
    for row, group in (
        ("generate.half-time.coalition", "coalition"),
        ("generate.half-time.civilian", deployment.UNARMED),
    ):
        halves = deployment.Halves(np.log(list(deployment.halves_of(group).values())))
        low, high = _ends(row)
        assert low < halves.middle < high
    low, high = _ends("generate.reliability")
    year = [share for curve in deployment.curves() if (share := curve.at(365)) is not None]
    for values in (deployment.fills(deployment.FILL_SORTS["all"]), np.array(year)):
        assert np.quantile(values, [0.05, 0.95]) == pytest.approx([low, high], abs=0.03)
    known = deployment.doubt("weibull", EVERY, lambda one: one.shape)
    assert _ends("generate.arrival-shape") == pytest.approx((known[0], known[2]), abs=0.05)


def test_proposed_rows_on_contributors_are_those_of_the_tables():
    leaves = deployment.rich_or_not("leaves", rich=None)
    rich = deployment.rich_or_not("leaves", rich=True)
    low, high = _ends("generate.leaves")
    assert low == pytest.approx(leaves.rate - deployment.Z * leaves.error, abs=0.005)
    assert high == pytest.approx(rich.rate + deployment.Z * rich.error, abs=0.005)
    halves = deployment.rich_or_not("stays, but with less than half", rich=None)
    either = deployment.rich_or_not("leaves or halves", rich=None)
    for row, middle, spread in (
        ("generate.halves", halves.rate, halves.error),
        ("generate.leaving.common", either.common, either.common_error),
    ):
        span = (middle - deployment.Z * spread, middle + deployment.Z * spread)
        assert _ends(row) == pytest.approx(span, abs=0.05), row
    least = deployment.sizes()["the least of a mission (maps)"]
    assert _ends("least contingent") == pytest.approx(np.quantile(least, [0.05, 0.95]), abs=5)


def test_rows_of_the_ledger_are_as_proposed():
    ledger = load_case("ukraine").ledger
    proposed = {line.split("|")[1].strip().strip("`"): line for line in _shown("rows")}
    rows = [name for name in proposed if name in ledger]
    assert len(rows) == 11
    for name in rows:
        row = ledger[name].distribution
        assert isinstance(row, (Beta, Lognormal))
        if name != "generate.half-time.civilian":  # narrowed, as the page says
            assert (row.p05, row.p95) == _ends(name), name


def test_what_is_made_up_for_lies_between_two_measures():
    kind, harsh = (deployment.replaced(standing=one) for one in (True, False))
    low, high = _ends("generate.replaced.un")
    assert harsh.value == pytest.approx(low, abs=0.05)
    assert harsh.value < low < high < kind.value
    assert kind.span()[0] > 0.5
    assert (
        deployment.yearly_change(standing=True).span()[0]
        < 0.0
        < deployment.yearly_change(standing=True).span()[1]
    )
    assert deployment.yearly_change(standing=False).span()[1] < 0.0
    # who goes is about what leaves, and half of what halves
    leaves, halves = (
        deployment.rich_or_not(event, rich=None).rate
        for event in ("leaves", "stays, but with less than half")
    )
    low, high = deployment.persons_gone().span()
    assert low < leaves + halves / 2 < high


def test_little_of_what_is_in_common_lasts():
    one = deployment.rich_or_not("leaves or halves", rich=None)
    lasts = deployment.lasting("leaves or halves")
    assert lasts.number == one.number
    assert lasts.value < one.common / 2
    assert lasts.span()[1] < one.common


def test_years_in_which_a_third_of_a_mission_went_move_the_rate_little():
    leaves = deployment.rate_of(deployment.EVENTS["leaves"][0])
    steady = deployment.rate_of(deployment.EVENTS["leaves"][0], lambda stay: not deployment.cut(stay))
    assert leaves.rate - leaves.error < steady.rate < leaves.rate
    assert {"UNDOF", "UNISFA"} <= {stay.mission for stay in deployment.stays() if deployment.cut(stay)}


# --- What the page says of builds ----------------------------------------------------------------------


def test_at_least_eight_missions_are_left_out_and_foretold():
    asked = [curve for curve in deployment.curves() if any(curve.at(day) is not None for day in ASKED)]
    assert (len(EVERY), len(asked)) == (38, 37)
    assert "Of 38 forces of the United Nations, 37 could be foretold" in page()


def test_a_build_left_out_has_no_part_in_its_prediction():
    form = FORMS["weibull"]
    data = [deployment.sums_of(curve, form) for curve in deployment.curves()[1:]]
    alone = deployment.fit(data, form)
    without = deployment.fitted("weibull", EVERY, 0)
    assert without.level == pytest.approx(alone.level, abs=0.01)
    assert without.half == pytest.approx(alone.half, abs=0.01)
    assert without.shape == alone.shape
    assert without.level > deployment.fitted("weibull", EVERY).level - 200  # one curve fewer


def test_what_the_page_says_is_better_is():
    fitted = error("Weibull")
    assert round(fitted.error, 2) == 0.19
    before = error("the rows as they stood")
    assert round(before.error, 2) == 0.31
    assert before.inside < 0.4
    assert before.off < -0.2  # they say too little
    for rival in ("the rows as they stood", "the average curve"):
        assert fitted.error < error(rival).error
    # of one build told from its own kind and from all
    for start in deployment.STARTS:
        kind = deployment.of_starts({start})
        from_all = deployment.scores(deployment.rivals(EVERY)["Weibull"], kind, ASKED)
        from_own = deployment.scores(deployment.rivals(kind)["Weibull"], kind, ASKED)
        assert from_all.score < from_own.score, start


def test_what_the_page_says_is_no_better_is_not():
    # A form that foretells better must be told on the page.
    errors = [error(form.name).score for form in FORMS.values()]
    assert max(errors) - min(errors) < 0.005
    assert error("the average curve").score - min(errors) < 0.005
    assert error("exponential").inside == pytest.approx(0.85, abs=0.015)
    assert error("exponential", (30,)).error > error("Weibull", (30,)).error
    half_year = error("Weibull", (91,)).error, error("Weibull", (183,)).error
    assert half_year == pytest.approx((0.25, 0.25), abs=0.03)


def test_forces_begin_slowly():
    for starts in (("nothing",), ALL):
        chosen = deployment.of_starts(starts)
        level = {key: deployment.fitted(key, chosen).level for key in FORMS}
        assert min(level, key=lambda key: level[key]) == "exponential"
        assert max(level, key=lambda key: level[key]) == "weibull"
        assert level["weibull"] - level["exponential"] > 30
    both = [(days[25], days[50], days[80]) for _, days in deployment.crossings(deployment.STARTS["nothing"])]
    early = np.median([one / two for one, two, _ in both if one and two])
    late = np.median([two / one for _, one, two in both if one and two])
    assert early > 0.5 > 0.42  # of the exponential
    assert late < 1.6 < 2.32


def test_nothing_tells_the_slow_from_the_fast():
    for name in deployment.CAUSES:
        number, rank, chance = deployment.cause(name, of_fill=False)
        assert number > 20
        assert abs(rank) < 0.3
        assert chance > 0.1
    whole = deployment.fitted("weibull", EVERY)
    assert abs(np.corrcoef(whole.halves, whole.fills)[0, 1]) < 0.3


def test_days_and_ceilings_are_those_of_the_facts():
    facts = {(one.name.split()[0], one.decided): one.ceiling for one in deployment.forces().values()}
    shared = [build for build in BUILDS if (build.name.split()[0], build.mandate) in facts]
    assert len(shared) == len(BUILDS) - 14 - 1  # UNMIH has another clock
    for build in shared:
        assert facts[build.name.split()[0], build.mandate] == build.ceiling, build.name
    assert len({build.resolution for build in BUILDS}) == len(BUILDS)


def test_curves_are_months_of_the_files():
    (unmil,) = (curve for curve in deployment.curves() if curve.build.name == "UNMIL")
    # 8,806 of 16,115 at the end of December 2003, 103 days after resolution 1509
    assert unmil.share[list(unmil.days).index(103.0)] == pytest.approx(8806 / 16115)
    for curve in deployment.curves():
        assert (np.diff(curve.days) > 0).all()
        assert curve.days[0] >= 0
        assert curve.days[-1] <= deployment.DAYS
        assert ((curve.share >= 0) & (curve.share < 1.25)).all(), curve.build.name


# --- What the page says of fill, contributors and posts --------------------------------------------------


def test_ceilings_are_lowered_to_what_is_there():
    lowered = deployment.lowered()
    old = float(np.median([one.before / one.old for one in lowered]))
    new = float(np.median([one.before / one.new for one in lowered]))
    assert old < 0.85 < 1.0 < new
    minurso = {
        month: there for (name, month), there in deployment.strengths()[0].items() if name == "MINURSO"
    }
    ceilings = {month: one for (name, month), one in deployment.ceilings().items() if name == "MINURSO"}
    month = 1993 * 12
    assert (ceilings[month - 1], ceilings[month]) == (1995, 358)
    assert minurso[month] == pytest.approx(330, abs=5)


def test_what_the_page_says_of_four_lines():
    asked = {mission: deployment.asked_of(mission) for mission in deployment.ASKED_OF}
    spacing = {mission: deployment.posts(mission).spacing for mission in asked}
    troops = {mission: one for mission, one in asked.items() if one.unit == "company"}
    assert set(asked) - set(troops) == {"UNMOGIP"}
    for mission, one in troops.items():
        assert round(one.km_each) == 19
        there = deployment.posts(mission).persons or 0.0
        assert one.persons[0] < there < one.persons[2] or mission == "UNIKOM"
        assert abs(one.infantry - deployment.mix(mission)[1]) < 0.1
    assert spacing["UNFICYP"] < 19.0 > spacing["UNDOF"]
    assert 2.4 < spacing["UNIKOM"] / 19.0 < 2.6
    assert 3.5 < spacing["UNMOGIP"] / asked["UNMOGIP"].km_each < 4.5
    assert (deployment.posts("UNMOGIP").persons or 999.0) < 0.1 * asked["UNMOGIP"].persons[1]


def test_those_that_spend_much_leave_more_often():
    rich, poor = (deployment.rich_or_not("leaves", rich=one) for one in (True, False))
    assert rich.rate > 2 * poor.rate
    assert rich.rate - poor.rate > 2 * np.hypot(rich.error, poor.error)
    every = deployment.rich_or_not("leaves", rich=None)
    assert round(1 / every.rate) == 24
    assert every.common > deployment.Z * every.common_error
    for event in deployment.EVENTS:
        one = deployment.rich_or_not(event, rich=None)
        assert max(one.year, one.state) < 0.1


def test_lists_of_contributors_are_read():
    text = "Slovakia (35), Korea (ROK) (150), UK (size unknown), Cote d'Ivoire (650), TCC name unknown (15)"
    assert list(deployment.entries(text)) == [
        ("Slovakia", 35.0),
        ("South Korea", 150.0),
        ("United Kingdom", None),
        ("Ivory Coast", 650.0),
        ("TCC name unknown", 15.0),
    ]


def test_bases_are_counted_once_each():
    for mission, km in deployment.LINES.items():
        one = deployment.posts(mission)
        assert len(one.years) == len(one.places) == len(one.with_troops)
        assert all(troops <= every for troops, every in zip(one.with_troops, one.places, strict=True))
        assert one.spacing == pytest.approx(km / np.median(one.places))
    undof = deployment.posts("UNDOF").places
    assert (undof[0], undof[-1]) == (2, 19)


# --- The yardsticks --------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", FORMS)
def test_half_is_there_at_the_half_time(key):
    form = FORMS[key]
    half = np.array([[60.0], [400.0]])
    days = np.array([1.0, 30.0, 60.0, 200.0, 400.0, 5000.0])
    for shape in form.shapes:
        share = form.share(float(shape), days, half)
        assert (np.diff(share, axis=1) >= -1e-12).all()
        assert ((share >= 0) & (share <= 1 + 1e-12)).all()
        if key != "late":  # there the delay comes on top
            assert (share[0, 2], share[1, 4]) == pytest.approx((0.5, 0.5))


def _made_up(days: np.ndarray, share: np.ndarray) -> Curve:
    return Curve(Build("made up", 0, date(2000, 1, 1), 1000.0, "nothing", 30000), days, share)


def test_the_likelihood_is_that_of_the_slow_way():
    days, share = np.array([30.0, 61.0, 91.0, 183.0]), np.array([0.05, 0.3, 0.42, 0.9])
    form, place = FORMS["weibull"], 9
    point = np.array([np.log(100.0), np.log(0.6), np.log(9.0), np.log(2.5), np.log(0.08)])
    terms = np.array([np.ones_like(FILLS), -2.0 * FILLS, FILLS**2])
    sums = deployment.sums_of(_made_up(days, share), form)
    off = np.einsum("cqh,qf->chf", sums.squares[place][None], terms)
    level, slope, _ = deployment._level(point, [sums], off)
    alike = 0.08**2 * np.exp(-np.abs(days[:, None] - days) / MEMORY)
    total = 0.0
    for half in HALVES:
        there = form.share(float(form.shapes[place]), days, np.exp(half).reshape(1, 1))[0]
        for fill in FILLS:
            chance = norm.pdf(half, np.log(100.0), 0.6) * beta.pdf(fill / TOP, 9.0, 2.5)
            total += chance * multivariate_normal.pdf(share, fill * there, alike)
    constant = 0.5 * (len(days) + 1) * np.log(2 * np.pi)  # of the normals, left out of the sum
    assert level == pytest.approx(np.log(total) + constant)
    for i, step in enumerate(1e-5 * np.eye(5)):
        above, below = (deployment._level(point + sign * step, [sums], off)[0] for sign in (1, -1))
        assert slope[i] == pytest.approx((above - below) / 2e-5, rel=1e-4, abs=1e-5)


def test_known_numbers_are_found_again():
    days = np.arange(15.0, 700.0, 30.0)
    form = FORMS["weibull"]
    draws = (np.arange(30) + 0.5) / 30
    halves = np.exp(np.log(100.0) + 0.6 * norm.ppf(draws))
    fills = TOP * beta.ppf((draws * 7) % 1.0, 30.0, 8.0)
    wobble = 0.03 * np.where(np.arange(len(days)) % 2 == 0, 1.0, -1.0)
    data = []
    for half, fill in zip(halves, fills, strict=True):
        share = fill * form.share(2.19, days, np.array([[half]]))[0]
        data.append(deployment.sums_of(_made_up(days, share + wobble), form))
    found = deployment.fit(data, form)
    assert np.exp(found.half) == pytest.approx(100.0, rel=0.05)
    assert found.spread == pytest.approx(0.6, rel=0.15)
    assert found.shape == pytest.approx(2.19, rel=0.15)
    assert found.fill_range()[1] == pytest.approx(TOP * beta.median(30.0, 8.0), abs=0.03)
    assert np.exp(found.halves) == pytest.approx(halves, rel=0.15)


def test_scores_are_those_of_hand_reckoning():
    sure = Said((SHARES >= 0.4 - 1e-9).astype(float))
    assert sure.score(0.7) == pytest.approx(0.3, abs=0.006)
    assert sure.miss(0.7) == pytest.approx(-0.3, abs=0.006)
    even = Said(np.clip(SHARES, 0.0, 1.0))  # every share alike from 0 to 1: (1/3) of the cubes of both sides
    assert even.score(0.5) == pytest.approx(2 * 0.5**3 / 3, abs=0.002)
    assert [even.inside(share) for share in (0.03, 0.06, 0.94, 0.97)] == [False, True, True, False]


def test_what_is_said_is_a_chance():
    for day in HORIZONS:
        for key in FORMS:
            said = deployment.say(deployment.fitted(key, EVERY), day)
            assert (np.diff(said.below) >= -1e-12).all()
            assert said.below[0] < 0.01
            assert said.below[-1] == pytest.approx(1.0)


def test_persons_gone_are_those_of_who_left_and_what_halves_took():
    for (mission, year), (went, there) in deployment.gone().items():
        here = deployment.years()[mission, year].known
        after = deployment.years()[mission, year + 1].known
        missing = {state for state in here if state not in after}
        assert 0.0 <= went <= there <= sum(here.values()) + 1e-9
        if not missing and all(after[state] >= here[state] for state in here):
            assert went == 0.0


def test_a_ratio_over_missions_and_its_error():
    # One mission of three halved: 0.5 less of 1 in 3; without one at a time 0.25, 0.25 and 0.
    one = deployment._over_missions([("a", 0.5, 1.0), ("b", 0.0, 1.0), ("c", 0.0, 1.0)])
    assert one.number == 3
    assert one.value == pytest.approx(0.5 / 3)
    each = np.array([0.0, 0.25, 0.25])
    assert one.error == pytest.approx(np.sqrt(2 / 3 * ((each - each.mean()) ** 2).sum()))
    again = deployment._over_missions([("a", 0.25, 0.5), ("a", 0.25, 0.5), ("b", 0.0, 1.0), ("c", 0.0, 1.0)])
    assert [again.value, again.error] == pytest.approx([one.value, one.error])


def _stays(groups: int, members: int, high: float, low: float) -> list[Stay]:
    """Groups of which half have a high share of leavers and half a low one."""
    return [
        Stay(f"m{group}", 2000, f"s{member}", member < members * (high if group % 2 else low), None)
        for group in range(groups)
        for member in range(members)
    ]


def test_what_is_in_common_is_the_variance_of_a_common_factor():
    # Shares of 0.3 and 0.1: the factor is 1.5 or 0.5, with the variance 0.25.
    common = deployment._within_mission(_stays(20, 200, 0.3, 0.1), lambda stay: stay.left)
    assert common == pytest.approx(0.25, abs=0.03)
    alike = deployment._within_mission(_stays(20, 200, 0.2, 0.2), lambda stay: stay.left)
    assert alike == pytest.approx(0.0, abs=0.03)
