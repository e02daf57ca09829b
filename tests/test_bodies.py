"""The bodies of the packaged case: who sits when, by which pattern, and what each route says of itself.

Regional groups, the African turns and the lists of who sat on a day are written down here a second time,
from the public record, so that a wrong seat in the case does not agree with itself.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise

import pytest

from holdfast.case import Case
from holdfast.cases import library, load_case
from holdfast.files.formats import headed
from holdfast.files.nodes import plain
from holdfast.files.reading import read
from holdfast.vocabulary.body import (
    Body,
    Consensus,
    QuotaWithVeto,
    Ratification,
    UnanimityWithConstructiveAbstention,
    sitting,
    unknown_seats,
)
from holdfast.vocabulary.estimate import Uniform

FIRST, LAST = 2014, 2036
"""Years for which every seat of the Council is listed: from the first ballots to the longest horizon."""
OPEN_FROM = 2028
PERMANENT = {"CHN", "FRA", "GBR", "RUS", "USA"}

AFRICA = {
    "west": "BEN BFA CIV CPV GHA GIN GNB LBR MLI NER NGA SEN SLE TGO",
    "north": "DZA EGY LBY MAR MRT TUN",
    "centre": "CMR COD COG GAB GNQ TCD",
    "east": "DJI ETH KEN RWA SOM TZA UGA",
    "south": "AGO BWA MOZ NAM ZAF ZMB ZWE",
}
"""Regions of the African Union, of the states that sat or may sit."""
GROUPS = {
    "africa": " ".join(AFRICA.values()),
    "asia": (
        "ARE BGD BHR IDN IND IRQ JOR JPN KAZ KGZ KOR KWT LBN LKA MDV MNG MYS NPL OMN PAK PHL QAT SAU SGP "
        "THA TJK UZB VNM"
    ),
    "latin": ("ARG BHS BOL BRA CHL COL CRI DOM ECU GTM GUY HND JAM MEX NIC PAN PER PRY SLV TTO URY VCT VEN"),
    "west": ("AUS AUT BEL CAN CHE DEU DNK ESP FIN GRC IRL ISL ISR ITA LUX MLT NLD NOR NZL PRT SWE TUR"),
    "east": "ALB ARM AZE BGR CZE EST GEO HRV HUN LTU LVA MDA MKD MNE POL ROU SRB SVK SVN UKR",
}
"""Electoral groups of the United Nations, of the states that sat or may sit. Israel and Turkey are "west"."""
GROUP_OF = {state: group for group, states in GROUPS.items() for state in states.split()}
LEAGUE = "ARE BHR DZA EGY IRQ JOR KWT LBN LBY MAR MRT OMN QAT SAU TUN"
ARAB = set(LEAGUE.split())
SEATS = {"africa": 3, "asia": 2, "latin": 2, "west": 2, "east": 1}
"""Elected seats of each group (A/RES/1991(XVIII))."""


@cache
def case() -> Case:
    return load_case("ukraine")


def bodies() -> Mapping[str, Body]:
    return case().bodies


def council() -> Body:
    return bodies()["un-security-council"]


def holders(body: Body, day: dt.date) -> list[set[str]]:
    """Return, for each elected seat of a day, the states that hold it or may come to hold it."""
    known = [{seat.state} for seat in sitting(body, day) if seat.state not in PERMANENT]
    return known + [{one.state for one in seat.candidates} for seat in unknown_seats(body, day)]


def terms() -> Iterator[tuple[dt.date, dt.date, set[str]]]:
    """Yield first and last day of every elected term, with the states that hold or may hold it."""
    for seat in council().members:
        if seat.state not in PERMANENT:
            assert seat.since is not None
            assert seat.until is not None
            yield seat.since, seat.until, {seat.state}
    for place in council().open_seats:
        assert place.until is not None
        yield place.since, place.until, {one.state for one in place.candidates}


def groups_of(states: set[str]) -> set[str]:
    return {GROUP_OF[state] for state in states}


def region_of(states: set[str]) -> str:
    (region,) = (name for name, members in AFRICA.items() if states <= set(members.split()))
    return region


# --- The Council ------------------------------------------------------------------------------


def test_fifteen_sit_on_every_day_and_five_of_them_hold_a_veto():
    day, last = dt.date(FIRST, 1, 1), dt.date(LAST, 12, 31)
    while day <= last:
        seats = sitting(council(), day)
        assert len(seats) + len(unknown_seats(council(), day)) == 15, day
        assert {seat.state for seat in seats if seat.veto} == PERMANENT, day
        day += dt.timedelta(days=1)


@pytest.mark.parametrize("year", range(FIRST, LAST + 1))
def test_each_group_holds_its_seats(year):
    found: Counter[str] = Counter()
    for states in holders(council(), dt.date(year, 1, 1)):
        (group,) = groups_of(states)
        found[group] += 1
    assert found == SEATS


def test_terms_run_for_two_years_and_five_begin_every_year():
    begun: Counter[int] = Counter()
    shared = set()
    for since, until, states in terms():
        assert (since.month, since.day, until.month, until.day) == (1, 1, 12, 31)
        if until.year == since.year:
            shared |= {(since.year, *states)}
            continue
        assert until.year == since.year + 1, states
        begun[since.year] += 1
    # in 2016 Italy and the Netherlands agreed to hold one term for a year each
    assert shared == {(2017, "ITA"), (2018, "NLD")}
    assert begun[2017] == 4
    assert all(begun[year] == 5 for year in range(FIRST - 1, LAST + 1) if year != 2017), begun


def test_nobody_can_sit_twice_at_one_time_or_be_elected_again_at_once():
    # Charter, Art. 23(2): a retiring member is not eligible for immediate re-election
    by_state = defaultdict(list)
    for since, until, states in terms():
        for state in states:
            by_state[state].append((since, until))
    assert not PERMANENT & set(by_state)
    for state, held in by_state.items():
        for (_, until), (since, _) in pairwise(sorted(held)):
            assert since - until > dt.timedelta(days=1), state


@pytest.mark.parametrize("year", range(FIRST - 1, LAST + 1))
def test_african_regions_take_turns(year):
    begun = [states for since, _, states in terms() if since.year == year and groups_of(states) == {"africa"}]
    if year % 2:
        wanted = ["east" if year % 4 == 1 else "south"]
    else:
        wanted = sorted(["west", "centre" if year % 4 == 2 else "north"])
    assert sorted(map(region_of, begun)) == wanted


@pytest.mark.parametrize("year", range(FIRST, LAST + 1, 2))
def test_one_seat_of_even_years_goes_to_an_arab_state_by_turns(year):
    begun = [states for since, _, states in terms() if since.year == year and states <= ARAB]
    (group,) = groups_of(begun[0])
    assert len(begun) == 1
    assert group == ("asia" if year % 4 == 2 else "africa")


@pytest.mark.parametrize(
    ("day", "elected"),
    [
        # S/2014/189 on Crimea, 13-1-1
        (dt.date(2014, 3, 15), "ARG AUS CHL JOR KOR LTU LUX NGA RWA TCD"),
        # S/2015/562 on a tribunal for flight MH17, 11-1-3
        (dt.date(2015, 7, 29), "AGO CHL ESP JOR LTU MYS NGA NZL TCD VEN"),
        (dt.date(2017, 3, 1), "BOL EGY ETH ITA JPN KAZ SEN SWE UKR URY"),
        (dt.date(2018, 8, 22), "BOL CIV ETH GNQ KAZ KWT NLD PER POL SWE"),
        (dt.date(2019, 6, 7), "BEL CIV DEU DOM GNQ IDN KWT PER POL ZAF"),
        (dt.date(2020, 12, 31), "BEL DEU DOM EST IDN NER TUN VCT VNM ZAF"),
        (dt.date(2021, 1, 1), "EST IND IRL KEN MEX NER NOR TUN VCT VNM"),
        # S/2022/155, 11-1-3, and resolution 2623
        (dt.date(2022, 2, 25), "ALB ARE BRA GAB GHA IND IRL KEN MEX NOR"),
        (dt.date(2023, 7, 1), "ALB ARE BRA CHE ECU GAB GHA JPN MLT MOZ"),
        (dt.date(2024, 10, 1), "CHE DZA ECU GUY JPN KOR MLT MOZ SLE SVN"),
        # resolution 2774, 10-0-5
        (dt.date(2025, 2, 24), "DNK DZA GRC GUY KOR PAK PAN SLE SOM SVN"),
        (dt.date(2026, 11, 22), "BHR COD COL DNK GRC LBR LVA PAK PAN SOM"),
        (dt.date(2027, 1, 1), "AUT BHR COD COL KGZ LBR LVA PRT TTO ZWE"),
    ],
)
def test_who_sat_on_a_day_is_what_the_record_says(day, elected):
    assert {seat.state for seat in sitting(council(), day)} == PERMANENT | set(elected.split())


def test_seats_are_open_from_the_first_election_not_yet_held():
    assert {seat.since.year for seat in council().open_seats} == set(range(OPEN_FROM, LAST + 1))
    assert max(seat.since.year for seat in council().members if seat.since) == OPEN_FROM - 1
    assert len(council().open_seats) == 5 * (LAST - OPEN_FROM + 1)
    assert all(len(seat.candidates) >= 2 for seat in council().open_seats)
    declared = {"MAR", "IND", "TJK", "SVK", "GNB"}
    asked = {one.state for seat in council().open_seats if seat.since.year == 2028 for one in seat.candidates}
    assert declared <= asked


def test_who_sits_in_an_open_seat_is_drawn_evenly_and_apart_from_the_others_of_its_day():
    ledger = case().ledger
    for seat in council().open_seats:
        row = ledger[seat.pick]
        assert row.distribution == Uniform(kind="uniform", low=0.0, high=1.0)
        assert (row.unit, row.status, row.confidence) == ("share", "judgement", "J")
    for year in range(OPEN_FROM, LAST + 1):
        picks = [seat.pick for seat in unknown_seats(council(), dt.date(year, 7, 1))]
        assert len(set(picks)) == len(picks) >= 5
    read_by_seats = {seat.pick for body in bodies().values() for seat in body.open_seats}
    assert {name for name in ledger if name.startswith("authorise.seat.")} == read_by_seats


def test_procedure_is_decided_by_the_same_states_without_a_veto():
    procedure = bodies()["un-council-procedure"]
    assert not any(seat.veto for seat in procedure.members)
    assert [(seat.state, seat.since, seat.until) for seat in procedure.members] == [
        (seat.state, seat.since, seat.until) for seat in council().members
    ]
    for body in (procedure, council()):
        assert isinstance(body.rule, QuotaWithVeto)
        assert body.rule.required_yes == 9  # Art. 27(2) and (3)


# --- The other bodies -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "number"),
    [
        ("un-general-assembly", 193),
        ("un-assembly-request", 193),
        ("eu-council", 27),
        ("eu-council-group", 27),
        ("nato-council", 32),
        ("osce-permanent-council", 57),
        ("osce-minus-one", 57),
        ("cis-heads-of-state", 8),
        ("csto-council", 5),
    ],
)
def test_as_many_sit_as_the_body_has_members(key, number):
    assert len(sitting(bodies()[key], case().about.voting_day)) == number


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("un-general-assembly", "un-assembly-request"),
        ("eu-council", "eu-council-group"),
        ("osce-permanent-council", "osce-minus-one"),
    ],
)
def test_two_ways_of_one_body_have_the_same_members(first, second):
    assert bodies()[first].members == bodies()[second].members


@pytest.mark.parametrize(
    ("key", "state", "first"),
    [
        ("nato-council", "SWE", dt.date(2024, 3, 7)),
        ("nato-council", "FIN", dt.date(2023, 4, 4)),
        ("nato-council", "MNE", dt.date(2017, 6, 5)),
        ("eu-council", "HRV", dt.date(2013, 7, 1)),
        ("eu-council", "GBR", dt.date(1973, 1, 1)),
        ("osce-permanent-council", "MNG", dt.date(2012, 11, 21)),
        ("osce-permanent-council", "UKR", dt.date(1992, 1, 30)),
    ],
)
def test_a_member_sits_from_the_day_on_which_it_joined(key, state, first):
    before = {seat.state for seat in sitting(bodies()[key], first - dt.timedelta(days=1))}
    after = {seat.state for seat in sitting(bodies()[key], first)}
    assert after - before >= {state}


def test_the_unions_people_add_up():
    union = bodies()["eu-council"]
    people = [seat.population_millions or 0.0 for seat in sitting(union, case().about.voting_day)]
    assert sum(people) == pytest.approx(450.38, abs=0.01)  # Eurostat, 1 January 2025
    assert max(people) == pytest.approx(83.58, abs=0.01)


def test_the_least_number_that_asks_is_a_majority():
    request = bodies()["un-assembly-request"]
    assert isinstance(request.rule, QuotaWithVeto)
    assert request.rule.required_yes == len(request.members) // 2 + 1
    assert not any(seat.veto for seat in request.members)


def test_vetoes_stand_under_a_quota_alone():
    for body in bodies().values():
        if any(seat.veto for seat in body.members):
            assert isinstance(body.rule, QuotaWithVeto), body.key


def test_those_who_left_or_froze_their_part_do_not_sit():
    day = case().about.voting_day
    commonwealth = {seat.state for seat in sitting(bodies()["cis-heads-of-state"], day)}
    alliance = {seat.state for seat in sitting(bodies()["csto-council"], day)}
    assert not {"UKR", "GEO", "MDA", "TKM"} & commonwealth
    assert alliance == {"BLR", "KAZ", "KGZ", "RUS", "TJK"}
    assert alliance < commonwealth
    # who decided in August 1994 on Abkhazia, and in January 2022 on Kazakhstan
    then = {seat.state for seat in sitting(bodies()["cis-heads-of-state"], dt.date(1994, 8, 22))}
    assert then == commonwealth | {"GEO", "MDA"}
    assert len(sitting(bodies()["csto-council"], dt.date(2022, 1, 6))) == 6


def test_rules_are_those_of_the_routes():
    found = bodies()
    minus_one, group = found["osce-minus-one"].rule, found["eu-council-group"].rule
    guarantee, force = found["treaty-guarantee"].rule, found["treaty-force"].rule
    three = found["trilateral"].rule
    assert isinstance(minus_one, Consensus)
    assert minus_one.excepted == ("RUS",)
    assert isinstance(group, UnanimityWithConstructiveAbstention)
    assert group == found["eu-council"].rule
    assert isinstance(guarantee, Ratification)
    assert (guarantee.required, guarantee.guarantors) == (("UKR",), True)
    assert isinstance(force, Ratification)
    assert isinstance(three, Ratification)
    # both parties in each, with another patron: else they would be one route
    assert len(set(force.required) & set(three.required)) == 2
    assert force.required != three.required
    assert not force.guarantors
    assert not three.guarantors


# --- What every route says of itself ------------------------------------------------------------


def test_every_route_of_the_evidence_is_there():
    wanted = """
        un-security-council un-council-procedure un-general-assembly un-assembly-request eu-council
        eu-council-group nato-council osce-permanent-council osce-minus-one host-invitation treaty-force
        treaty-guarantee cis-heads-of-state csto-council trilateral
    """
    assert set(bodies()) == set(wanted.split())


def test_every_body_says_on_what_it_rests_whose_consent_it_needs_and_what_it_costs():
    for body in bodies().values():
        assert body.legal_basis, body.key
        assert body.consents, body.key
        assert body.caveat, body.key
        assert (body.pays is not None) == body.authorises, body.key


def test_steps_on_the_way_lead_to_the_assembly_and_authorise_nothing():
    steps = {key for key, body in bodies().items() if not body.authorises}
    assembly = bodies()["un-general-assembly"]
    assert steps == set(assembly.convened_by) == {"un-council-procedure", "un-assembly-request"}
    assert not any(bodies()[key].gives_un_mandate for key in steps)
    # the eleventh emergency special session was opened on 28 February 2022 and is adjourned, not closed
    assert assembly.in_session_since == dt.date(2022, 2, 28)
    assert assembly.in_session_since <= case().about.voting_day


def test_a_mandate_of_the_united_nations_comes_from_them_or_stands_on_one():
    given = {key for key, body in bodies().items() if body.gives_un_mandate}
    assert given == {"un-security-council", "un-general-assembly", "csto-council"}
    # Agreement of 6 October 2007, Art. 3: outside its members on a decision of the Security Council
    assert bodies()["csto-council"].convened_by == ("un-security-council",)


def test_each_body_has_its_own_time_to_decide():
    ledger = case().ledger
    for key, body in bodies().items():
        assert body.decision_days == f"authorise.days.{key}"
        low, high = ledger.shape(body.decision_days).quantile([0.05, 0.95])
        assert 0.0 < low < high < 1_000.0, key
        assert high > 4.0 * low, f"{key}: too sure of itself"


def test_calling_the_assembly_takes_less_time_than_what_it_is_called_for():
    ledger = case().ledger
    middle = {key: ledger.shape(body.decision_days).central() for key, body in bodies().items()}
    assert middle["un-council-procedure"] < middle["un-general-assembly"]
    assert middle["un-council-procedure"] < middle["un-assembly-request"]
    assert middle["treaty-guarantee"] > middle["host-invitation"]


def test_every_state_named_is_a_country_of_the_library():
    tree = headed(read(library() / "countries.yaml")).body
    codes = {row["code"] for row in plain(tree)["countries"]}
    assert len(codes) >= 195
    for body in bodies().values():
        named = {seat.state for seat in body.members}
        named |= {one.state for seat in body.open_seats for one in seat.candidates}
        assert named <= codes, body.key
    assert set(GROUP_OF) <= codes
