"""What the command ``observe`` reads from its options, and what would be seen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from holdfast.cli.common import Output, progress_line, say
from holdfast.errors import UsageProblem

if TYPE_CHECKING:
    from holdfast.case import Case
    from holdfast.runs.observing import Observed

MAPS: Final = (".html", ".svg", ".geojson", ".gpkg")


def observed(
    case: str, arrangement: str, options: dict[str, Any], map_file: str | None, output: Output
) -> Case:
    """Say what would be seen under an arrangement, and draw the map if one is asked for.

    Returns
    -------
    Case
    """
    target = None if map_file is None else _target(map_file)
    from holdfast.runs.observing import observation

    with progress_line() as tell:
        tell(arrangement)
        found = observation(case, arrangement, **options)
        document = found.document
        if target is not None:
            tell(f"drawing {target}")
            _draw(found, target)
    if target is not None:
        say(f"written: {target}", err=True)

    def rows() -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        return found.rows

    def text() -> str:
        from holdfast.present.observation import observation as words

        return words(document)

    output.write(document, text, rows)
    return found.setup.case


def _target(map_file: str) -> Path:
    """Return where the map goes, refused before any long work if nothing can be written there."""
    from holdfast.files.writing import check_target

    path = Path(map_file)
    if path.suffix.lower() not in MAPS:
        raise UsageProblem("--map", f"'{map_file}' has no ending of a map", f"end it with {', '.join(MAPS)}")
    check_target(path)
    return path


def _draw(found: Observed, path: Path) -> None:
    """Write the map in the form that the file's name asks for."""
    from holdfast.files.vector_writing import write_geojson, write_geopackage
    from holdfast.files.writing import write_whole
    from holdfast.present.line_map import layers_of, picture_of
    from holdfast.present.map import draw_page, draw_svg

    if path.suffix.lower() == ".gpkg":
        write_geopackage(path, layers_of(found))
    elif path.suffix.lower() == ".geojson":
        write_geojson(path, layers_of(found))
    else:
        draw = draw_svg if path.suffix.lower() == ".svg" else draw_page
        write_whole(path, draw(picture_of(found), found.ground.basemap))
