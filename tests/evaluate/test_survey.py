"""A phase by the sectors of a line (OB13), what is published, who goes to look (OB9), siting (OB14)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from holdfast.evaluate.siting import TARGET, siting_of
from holdfast.evaluate.survey import (
    SectorShares,
    in_sectors,
    sector_coverage,
    survey_of,
    tables_at,
    tally_of,
)
from holdfast.futures import Futures
from holdfast.geometry import line_of
from holdfast.observe import observe
from holdfast.observe.incidents import Counts

SECTORS = 6


def shares(incidents=None, sectors=SECTORS, length_km=None):
    return SectorShares(np.full(sectors, 1.0 / sectors), incidents, length_km)


@pytest.fixture(scope="module")
def some(case):
    return Futures(case.ledger, 0, 32)


@pytest.fixture(scope="module")
def surveyed(case, some):
    """Give a function that surveys a packaged arrangement under the bare truce."""

    def survey(name, given):
        return survey_of(case, case.settlements["bare-truce"], case.arrangements[name], some, given, 5)[1][-1]

    return survey


@pytest.fixture(scope="module")
def monitors(surveyed):
    return surveyed("osce-monitors", shares())


def test_sectors_of_which_nothing_is_known_are_all_alike_and_make_up_the_whole(monitors):
    found = sector_coverage(monitors.by_sector, SECTORS)
    whole = [(monitors.coverage.weights * cells).sum(axis=(1, 2, 3, 4)) for cells in _by_mission(monitors)]
    for place in range(SECTORS):
        np.testing.assert_allclose(found[:, :, place], whole, rtol=1e-9)


def _by_mission(survey):
    found = survey.coverage
    return found.seen_by_mission, found.located_by_mission, found.attributed_by_mission


def test_more_sectors_change_no_total(monitors):
    few, many = (
        observe(in_sectors(monitors.query, shares(np.full(number, 1.0 / number), number)))
        for number in (3, 12)
    )
    np.testing.assert_allclose(few.by_mission, many.by_mission, rtol=1e-9)


def test_sensors_follow_incidents_as_far_as_they_follow_hot_spots(monitors):
    """The hot spots themselves as two sectors: each has the sensors that the query gives it."""
    place = monitors.query.setting
    for future in range(4):
        line = place.km[future].sum()
        known = SectorShares(place.km[future] / line, place.incidents[future])
        found = in_sectors(monitors.query, known).setting
        hot_km, hot, aimed = place.km[future, 0] / line, place.incidents[future, 0], place.sensors[future, 0]
        follows = np.clip((aimed - hot_km) / (hot - hot_km), 0.0, 1.0)
        expected = hot_km + follows * (hot - hot_km)
        np.testing.assert_allclose(found.sensors[future, 0], expected, rtol=1e-9)
        if 0.0 < follows < 1.0:
            np.testing.assert_allclose(found.sensors[future], place.sensors[future], rtol=1e-9)


def test_where_more_happens_more_is_seen_of_it(surveyed):
    busy = np.array([0.7, 0.1, 0.05, 0.05, 0.05, 0.05])
    found = sector_coverage(surveyed("osce-monitors", shares(busy)).by_sector, SECTORS)
    assert (found[0][:, 0] >= found[0][:, 1:].max(axis=1) - 1e-12).all()


def test_a_line_twice_as_long_is_seen_less(surveyed):
    short, long = (surveyed("osce-monitors", shares(length_km=km)) for km in (500.0, 1_000.0))
    np.testing.assert_allclose(short.query.setting.km.sum(axis=1), 500.0)
    assert (long.coverage.by_mission < short.coverage.by_mission).all()


def test_what_is_published_is_what_is_seen_and_what_was_none(monitors):
    published = monitors.published
    assert (published.seen <= published.true + 1e-12).all()
    np.testing.assert_allclose(
        published.seen.sum(axis=1), published.true.sum(axis=1) * monitors.coverage.by_mission, rtol=1e-9
    )
    assert (published.false > 0.0).all()
    assert ((monitors.visits.made >= 0.0) & (monitors.visits.made <= 1.0)).all()
    assert (monitors.visits.asked <= published.true.sum(axis=1)).all()


def test_incidents_at_all_distances_alike_are_seen_as_the_coverage_says(monitors):
    """A slow way round: as many incidents in every bin up to one depth, of one class."""
    depth, kind = 12.0, 1
    query = in_sectors(monitors.query, shares(np.full(SECTORS, 1.0 / SECTORS)))
    place = query.setting
    query = replace(query, setting=replace(place, depth_km=np.full_like(place.depth_km, depth)))
    edges = np.linspace(0.0, depth, 13)
    cells = np.zeros((1, SECTORS, 2, 10, 3, 12), dtype=np.int64)
    cells[0, :, 0, kind, 0, :] = 5
    found = tally_of(query, Counts(cells), edges).overall
    expected = observe(query)
    whole = [
        cells_[:, :, kind, 0, 0].mean(axis=1)
        for cells_ in (
            expected.seen_by_mission,
            expected.located_by_mission,
            expected.attributed_by_mission,
        )
    ]
    np.testing.assert_allclose(found, np.stack(whole, axis=1), rtol=1e-9, atol=1e-12)
    assert len(tables_at(query, SECTORS, edges)) == 1


def test_without_a_mission_there_is_no_survey_of_sectors(surveyed):
    none = surveyed("none", shares())
    assert none.by_sector is None
    assert none.visits is None


# --- Siting ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def line(case):
    return line_of(case.theatre)


def test_placing_beats_even_spacing_and_chance_and_keeps_its_bound(surveyed, line):
    busy = np.array([0.6, 0.1, 0.1, 0.1, 0.05, 0.05])
    known = shares(busy)
    for name, measure in (("osce-monitors", "located"), ("un-peacekeepers", "attributed")):
        found = siting_of(surveyed(name, known), line, known, 1)
        assert found is not None
        assert found.measure == measure
        assert found.placement.before < found.at_random < found.placement.share <= found.placement.bound
        assert found.even < found.placement.share
        assert len(found.places) == sum([kind.number for kind in found.kinds])


def test_where_all_is_alike_placing_adds_little_to_even_spacing(monitors, line):
    found = siting_of(monitors, line, shares(), 1)
    assert found is not None
    assert found.even <= found.placement.share <= found.even * 1.1


def test_how_many_it_takes_is_read_off_a_rising_curve(monitors, line):
    found = siting_of(monitors, line, shares(), 1)
    assert found is not None
    for one in found.how_many:
        assert (np.diff(one.shares) >= 0.0).all()
        assert (one.shares <= one.bounds + 1e-12).all()
        assert one.needed.enough is not None
        assert one.needed.too_few is not None
        assert one.needed.too_few < one.needed.enough
        after, before = (
            one.shares[one.numbers >= one.needed.enough],
            one.shares[one.numbers < one.needed.enough],
        )
        assert (after >= TARGET).all()
        assert (before < TARGET).all()


def test_nothing_to_site_without_a_mission_or_without_standing_sensors(surveyed, line):
    assert siting_of(surveyed("none", shares()), line, shares(), 1) is None
    assert siting_of(surveyed("reassurance-force", shares()), line, shares(), 1) is None
