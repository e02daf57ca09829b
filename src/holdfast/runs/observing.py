"""The question of monitoring: what would be seen, located and attributed, how soon, and what would not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from holdfast.cases import load_arrangement
from holdfast.errors import UsageProblem
from holdfast.evaluate.siting import Siting, siting_of
from holdfast.evaluate.survey import SectorShares, Survey, survey_of
from holdfast.files.basemap import basemap_of
from holdfast.runs.asking import FUTURES, SEED, YEARS, Setup, set_up
from holdfast.runs.ground import Ground, ground_of
from holdfast.runs.happened import Happened, happened
from holdfast.runs.watch import watch_document, watch_rows
from holdfast.vocabulary.arrangement import Arrangement

if TYPE_CHECKING:
    import polars as pl

SECTORS: Final = 24


@dataclass(frozen=True)
class Observed:
    """What would be seen of breaches under one arrangement, along a line.

    Works as a table: a row for each phase, class of incident, side and light. By default nothing tells the
    coverage of a sector by its name, nor where sensors would best stand: see docs/responsible-use.md.
    """

    setup: Setup
    arrangement: Arrangement
    content: str
    ground: Ground
    surveys: tuple[Survey, ...]
    siting: Siting | None
    happened: Happened | None
    where: tuple[str, ...]
    columns: tuple[str, ...]
    belt_km: float | None
    sensitive: bool

    @cached_property
    def document(self) -> dict[str, Any]:
        """The result as one JSON-ready document."""
        asked = {
            "line": None
            if self.ground.source is None
            else {"name": self.ground.source, "sha256": self.ground.sha256},
            "incidents": None
            if self.happened is None
            else {"name": self.happened.incidents.name, "sha256": self.happened.incidents.sha256},
            "where": list(self.where),
            "columns": list(self.columns),
            "belt_km": self.belt_km,
            "sectors": len(self.ground.sectors),
            "sensitive": self.sensitive,
        }
        named = self.setup.manifest("observe", [(self.arrangement, self.content)], asked)
        return watch_document(self, named)

    @cached_property
    def table(self) -> pl.DataFrame:
        """A polars table of :attr:`rows`."""
        import polars as pl

        header, rows = self.rows
        return pl.DataFrame([dict(zip(header, row, strict=True)) for row in rows], schema=list(header))

    @property
    def rows(self) -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        """Header and rows of the table."""
        return watch_rows(self.document)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Hand the table to any library that speaks the Arrow interface."""
        return self.table.__arrow_c_stream__(requested_schema)


def observation(  # noqa: PLR0913 - what is asked, and how
    case: str | Path,
    arrangement: str | Path,
    *,
    line: str | Path | None = None,
    layer: str | None = None,
    where: Sequence[str] = (),
    sectors: int = SECTORS,
    incidents: str | Path | None = None,
    columns: Sequence[str] = (),
    set_aside: str | Path | None = None,
    belt_km: float | None = None,
    sensitive: bool = False,
    settlement: str | Path | None = None,
    futures: int = FUTURES,
    seed: int = SEED,
    years: int = YEARS,
    overlay: str | Path | None = None,
) -> Observed:
    """Say what would be seen, located and attributed along a line, how soon, and how much warning there is.

    Parameters
    ----------
    case, arrangement, settlement, futures, seed, years, overlay
        As :func:`compare`.
    line : str or Path, optional
        A line of contact of one's own: GeoJSON, GeoPackage or Shapefile. Without it, the case's.
    layer : str, optional
        Its layer, where the file has several.
    where : sequence of str
        Which of its features, as ``FIELD=VALUE``.
    sectors : int
        How many sectors of equal length it is cut into.
    incidents : str or Path, optional
        A table of incidents that there were: what of them would have been seen. Their places then say
        where the hot spots are.
    columns : sequence of str
        Which of its columns is what, as ``date=NAME``, where it is not recognised.
    set_aside : str or Path, optional
        Where to write its rows that cannot be used.
    belt_km : float, optional
        Depth of the belts to draw on either side; without it, that of the settlement.
    sensitive : bool
        Whether to tell the coverage of each sector by its name, and the best places for sensors.

    Returns
    -------
    Observed

    Raises
    ------
    FileProblems
        If a file is wrong, or could be read in more than one way.
    UsageProblem
        If an option is out of range.
    """
    setup = set_up(case, settlement=settlement, futures=futures, seed=seed, years=years, overlay=overlay)
    words, content = load_arrangement(arrangement, setup.case)
    ground = ground_of(
        setup.case,
        setup.settlement,
        basemap=basemap_of(case),
        line=line,
        layer=layer,
        where=where,
        sectors=sectors,
        belt_km=belt_km,
    )
    found = None
    if incidents is not None:
        found = happened(incidents, tuple(columns), ground, set_aside)
    elif columns or set_aside is not None:
        option = "--column" if columns else "--set-aside"
        raise UsageProblem(option, "no table of incidents is named", "name one with --incidents FILE")
    shares = SectorShares(ground.shares, None if found is None else found.shares, ground.length_km)
    _, surveys = survey_of(setup.case, setup.settlement, words, setup.futures, shares, years)
    siting = siting_of(surveys[-1], ground.line, shares, seed)
    return Observed(
        setup,
        words,
        content,
        ground,
        surveys,
        siting,
        found,
        tuple(where),
        tuple(columns),
        belt_km,
        sensitive,
    )
